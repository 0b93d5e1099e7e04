"""Stochastic gradient descent."""

from typing import Any

import numpy as np

from ..core.tensor import Array, Tensor, wrap
from .optimizer import Group, Optimizer, Params, check_rate, check_ways, product_plus


class SGD(Optimizer):
    """Goes down the gradient: `p = p - lr * grad`.

    With `momentum` it keeps a share of its way: `v = momentum * v + (1 - dampening) * grad`, then
    `p = p - lr * v`, or with `nesterov` `p = p - lr * (grad + momentum * v)`. `weight_decay` adds
    that share of the parameter itself to its gradient; `maximize` goes up.
    """

    __module__ = "torch.optim.sgd"

    def __init__(
        self,
        params: Params,
        lr: float | Tensor = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_rate(lr, "learning rate")
        check_rate(momentum, "momentum value")
        check_rate(weight_decay, "weight_decay value")
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        check_ways(fused, foreach, differentiable)
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
                "foreach": foreach,
                "differentiable": differentiable,
                "fused": fused,
            },
        )

    def _updated(
        self, values: Array, gradient: Array, state: dict[str, Any], group: Group
    ) -> Array:
        direction = -gradient if group["maximize"] else gradient
        if group["weight_decay"] != 0:
            direction = product_plus(values, group["weight_decay"], direction)
        momentum = group["momentum"]
        if momentum != 0:
            velocity = state.get("momentum_buffer")
            if velocity is None:
                velocity = state["momentum_buffer"] = wrap(np.array(direction))
            else:
                slower = velocity._array * values.dtype.type(momentum)
                velocity._array[...] = product_plus(direction, 1 - group["dampening"], slower)
            if group["nesterov"]:
                direction = product_plus(velocity._array, momentum, direction)
            else:
                direction = velocity._array
        return product_plus(direction, -group["lr"], values)
