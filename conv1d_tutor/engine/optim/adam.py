"""Adam, and AdamW, which keeps weight decay out of the gradient."""

from typing import Any

import numpy as np

from ..core.tensor import Array, Tensor, wrap
from .optimizer import Group, Optimizer, Params, check_rate, check_ways, product_plus, toward


class Adam(Optimizer):
    """Goes down a running mean of the gradient, in steps scaled by its running square.

    With m and v the running means of `grad` and `grad ** 2` by `betas`, both corrected for having
    begun at 0: `p = p - lr * m / (sqrt(v) + eps)`.
    """

    __module__ = "torch.optim.adam"

    def __init__(
        self,
        params: Params,
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        check_rate(lr, "learning rate")
        check_rate(eps, "epsilon value")
        for index, beta in enumerate(betas[:2]):
            if not 0.0 <= beta < 1.0:
                raise ValueError(f"Invalid beta parameter at index {index}: {beta}")
        check_rate(weight_decay, "weight_decay value")
        check_ways(fused, foreach, differentiable)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
                "foreach": foreach,
                "capturable": capturable,
                "differentiable": differentiable,
                "fused": fused,
                "decoupled_weight_decay": decoupled_weight_decay,
            },
        )

    def _updated(
        self, values: Array, gradient: Array, state: dict[str, Any], group: Group
    ) -> Array:
        number = values.dtype.type
        if not state:
            state["step"] = wrap(np.array(0.0, np.float32))
            state["exp_avg"] = wrap(np.zeros_like(values))
            state["exp_avg_sq"] = wrap(np.zeros_like(values))
            if group["amsgrad"]:
                state["max_exp_avg_sq"] = wrap(np.zeros_like(values))
        state["step"]._array += 1
        if group["maximize"]:
            gradient = -gradient
        if group["weight_decay"] != 0:
            if group["decoupled_weight_decay"]:
                values = values * number(1 - group["lr"] * group["weight_decay"])
            else:
                gradient = product_plus(values, group["weight_decay"], gradient)
        beta1, beta2 = group["betas"]
        mean, square = state["exp_avg"]._array, state["exp_avg_sq"]._array
        mean[...] = toward(mean, gradient, 1 - beta1)
        square[...] = product_plus(number(1 - beta2) * gradient, gradient, square * number(beta2))
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"]._array
            np.maximum(largest, square, out=largest)
            square = largest
        step = float(state["step"]._array)
        denominator = np.sqrt(square) / number((1 - beta2**step) ** 0.5) + number(group["eps"])
        rate = number(group["lr"] / (1 - beta1**step))
        return np.asarray(values - rate * mean / denominator)


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameter itself: `p = p * (1 - lr * weight_decay)`."""

    __module__ = "torch.optim.adamw"

    def __init__(
        self,
        params: Params,
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )
