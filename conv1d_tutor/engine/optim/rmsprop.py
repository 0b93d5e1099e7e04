"""RMSprop: steps scaled by the running square of the gradient."""

from typing import Any

import numpy as np

from ..core.tensor import Array, Tensor, wrap
from .optimizer import Group, Optimizer, Params, check_rate, product_plus, toward


class RMSprop(Optimizer):
    """Goes down the gradient, in steps scaled by its running square.

    With v the running mean of `grad ** 2` by `alpha`: `p = p - lr * grad / (sqrt(v) + eps)`.
    `centered` takes the square of the running mean of the gradient off v first; with `momentum` it
    keeps a share of its way.
    """

    __module__ = "torch.optim.rmsprop"

    def __init__(
        self,
        params: Params,
        lr: float | Tensor = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_rate(lr, "learning rate")
        check_rate(eps, "epsilon value")
        check_rate(momentum, "momentum value")
        check_rate(weight_decay, "weight_decay value")
        check_rate(alpha, "alpha value")
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "alpha": alpha,
                "eps": eps,
                "centered": centered,
                "weight_decay": weight_decay,
                "capturable": capturable,
                "foreach": foreach,
                "maximize": maximize,
                "differentiable": differentiable,
            },
        )

    def _updated(
        self, values: Array, gradient: Array, state: dict[str, Any], group: Group
    ) -> Array:
        number = values.dtype.type
        if not state:
            state["step"] = wrap(np.array(0.0, np.float32))
            state["square_avg"] = wrap(np.zeros_like(values))
            if group["momentum"] > 0:
                state["momentum_buffer"] = wrap(np.zeros_like(values))
            if group["centered"]:
                state["grad_avg"] = wrap(np.zeros_like(values))
        state["step"]._array += 1
        if group["maximize"]:
            gradient = -gradient
        if group["weight_decay"] != 0:
            gradient = product_plus(values, group["weight_decay"], gradient)
        alpha, square = group["alpha"], state["square_avg"]._array
        square[...] = product_plus(number(1 - alpha) * gradient, gradient, square * number(alpha))
        if group["centered"]:
            mean = state["grad_avg"]._array
            mean[...] = toward(mean, gradient, 1 - alpha)
            square = product_plus(-mean, mean, square)
        scale = np.sqrt(square) + number(group["eps"])
        rate = number(group["lr"])
        if group["momentum"] > 0:
            velocity = state["momentum_buffer"]._array
            velocity *= number(group["momentum"])
            velocity += gradient / scale
            return product_plus(velocity, -group["lr"], values)
        return np.asarray(values - rate * gradient / scale)
