"""Adagrad: steps scaled by all squares of the gradient so far."""

from typing import Any

import numpy as np

from ..core.tensor import Array, Tensor, wrap
from .optimizer import Group, Optimizer, Params, check_rate, check_ways, product_plus


class Adagrad(Optimizer):
    """Goes down the gradient, in steps that get shorter where it has been steep.

    With s the sum of all `grad ** 2` so far: `p = p - lr * grad / (sqrt(s) + eps)`. `lr_decay`
    makes the rate smaller with the number of steps.
    """

    __module__ = "torch.optim.adagrad"

    def __init__(
        self,
        params: Params,
        lr: float | Tensor = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_rate(lr, "learning rate")
        check_rate(lr_decay, "lr_decay value")
        check_rate(weight_decay, "weight_decay value")
        check_rate(initial_accumulator_value, "initial_accumulator_value value")
        check_rate(eps, "epsilon value")
        check_ways(fused, foreach, differentiable)
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "eps": eps,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "foreach": foreach,
                "maximize": maximize,
                "differentiable": differentiable,
                "fused": fused,
            },
        )
        for group in self.param_groups:
            for parameter in group["params"]:
                self._begin(self.state[parameter], parameter._array)

    def _begin(self, state: dict[str, Any], values: Array) -> None:
        state["step"] = wrap(np.array(0.0, np.float32))
        state["sum"] = wrap(np.full_like(values, self.defaults["initial_accumulator_value"]))

    def _updated(
        self, values: Array, gradient: Array, state: dict[str, Any], group: Group
    ) -> Array:
        number = values.dtype.type
        if not state:
            self._begin(state, values)
        state["step"]._array += 1
        if group["maximize"]:
            gradient = -gradient
        if group["weight_decay"] != 0:
            gradient = product_plus(values, group["weight_decay"], gradient)
        rate = group["lr"] / (1 + (float(state["step"]._array) - 1) * group["lr_decay"])
        squares = state["sum"]._array
        squares[...] = product_plus(gradient, gradient, squares)
        scale = np.sqrt(squares) + number(group["eps"])
        return np.asarray(values - number(rate) * gradient / scale)
