"""Stochastic gradient descent."""

from collections import defaultdict
from typing import Any

import numpy as np

from ..core.tensor import Array, Tensor, wrap
from .optimizer import Optimizer, check_rate, write

__all__ = ["SGD"]


class SGD(Optimizer):
    """Goes down the gradient: `p = p - lr * grad`.

    With `momentum` it keeps a share of its way: `v = momentum * v + (1 - dampening) * grad`, then
    `p = p - lr * v`, or with `nesterov` `p = p - lr * (grad + momentum * v)`. `weight_decay` adds
    that share of the parameter itself to its gradient; `maximize` goes up.
    """

    __module__ = "torch.optim.sgd"

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
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

    def _update(
        self,
        parameter: Tensor,
        gradient: Array,
        state: defaultdict[Tensor, dict[str, Any]],
        group: dict[str, Any],
    ) -> None:
        number = parameter._array.dtype.type
        direction = -gradient if group["maximize"] else gradient
        if group["weight_decay"] != 0:
            direction = direction + number(group["weight_decay"]) * parameter._array
        momentum = group["momentum"]
        if momentum != 0:
            way = state[parameter].get("momentum_buffer")
            if way is None:
                way = state[parameter]["momentum_buffer"] = wrap(np.array(direction))
            else:
                way._array *= number(momentum)
                way._array += number(1 - group["dampening"]) * direction
            if group["nesterov"]:
                direction = direction + number(momentum) * way._array
            else:
                direction = way._array
        write(parameter, parameter._array - number(group["lr"]) * direction)
