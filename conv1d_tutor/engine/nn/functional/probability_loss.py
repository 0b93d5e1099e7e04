"""Losses of probabilities and directions."""

import warnings
from typing import Any

import numpy as np

from ...autograd import fit, record
from ...core.tensor import Array, Tensor
from ...ops.shaping import broadcast_tensors
from .reduction import REDUCTIONS, read_reduction, reduced, spread

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cosine_similarity",
    "kl_div",
]


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Return the loss of scores whose sigmoid is a probability, against targets from 0 to 1."""
    kind = read_reduction(reduction, size_average, reduce)
    if target.size() != input.size():
        raise ValueError(
            f"Target size ({target.size()}) must be the same as input size ({input.size()})"
        )
    x, y = input._array, target._array
    weights = 1.0 if weight is None else weight._array
    positive = 1.0 if pos_weight is None else pos_weight._array
    steep = 1 + (positive - 1) * y
    each = (1 - y) * x + steep * (np.log1p(np.exp(-np.abs(x))) + np.maximum(-x, 0))
    values = np.asarray(each * weights, x.dtype)
    share = 1 / (1 + np.exp(-x))

    def backward(grad: Array) -> tuple[Array, Array]:
        reaching = spread(grad, values, kind) * weights
        to_input = reaching * ((1 - y) - steep * (1 - share))
        logs = np.log1p(np.exp(-np.abs(x))) + np.maximum(-x, 0)
        to_target = reaching * ((positive - 1) * logs - x)
        return fit(np.asarray(to_input), x), fit(np.asarray(to_target), y)

    return record(
        "BinaryCrossEntropyWithLogitsBackward0",
        reduced(values, kind),
        (input, target),
        backward,
        pos_weight=pos_weight,
        reduction=REDUCTIONS[kind],
        self=input,
        target=target,
        weight=weight,
    )


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return the loss of probabilities against targets from 0 to 1."""
    kind = read_reduction(reduction, size_average, reduce)
    if target.size() != input.size():
        raise ValueError(
            f"Using a target size ({target.size()}) that is different to the input size "
            f"({input.size()}) is deprecated. Please ensure they have the same size."
        )
    x, y = input._array, target._array
    if x.size and not ((x >= 0) & (x <= 1)).all():
        raise RuntimeError("all elements of input should be between 0 and 1")
    weights = 1.0 if weight is None else weight._array
    with np.errstate(divide="ignore"):
        yes, no = np.maximum(np.log(x), -100), np.maximum(np.log1p(-x), -100)
    values = np.asarray(((y - 1) * no - y * yes) * weights, x.dtype)

    def backward(grad: Array) -> tuple[Array, Array]:
        reaching = spread(grad, values, kind) * weights
        to_input = reaching * (x - y) / np.maximum((1 - x) * x, 1e-12)
        return fit(np.asarray(to_input), x), fit(np.asarray(reaching * (no - yes)), y)

    return record(
        "BinaryCrossEntropyBackward0",
        reduced(values, kind),
        (input, target),
        backward,
        reduction=REDUCTIONS[kind],
        self=input,
        target=target,
        weight=weight,
    )


def kl_div(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Any:
    """Return the divergence of log-probabilities from a target distribution."""
    if reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size."
            "'batchmean' divides only by the batch size, and aligns with the KL div math "
            "definition.'mean' will be changed to behave the same as 'batchmean' in the next major "
            "release.",
            stacklevel=2,
        )
    kind = "sum" if reduction == "batchmean" else read_reduction(reduction, size_average, reduce)
    if log_target:
        each = target.exp() * (target - input)
    else:
        # 0 * log 0 counts as 0.
        empty = target == 0
        logs = target.masked_fill(empty, 1.0).log()
        each = target * logs - target * input
    if kind == "none":
        return each
    result = each.mean() if kind == "mean" else each.sum()
    return result / input.shape[0] if reduction == "batchmean" and input.ndim else result


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """Return the cosine of the angle between vectors along `dim`."""
    x1, x2 = broadcast_tensors(x1, x2)
    a = x1 / x1.norm(2, dim, keepdim=True).clamp_min(eps)
    b = x2 / x2.norm(2, dim, keepdim=True).clamp_min(eps)
    return (a * b).sum(dim)
