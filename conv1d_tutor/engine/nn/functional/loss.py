"""Losses of differences: how far an output is from its target."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd import fit, record
from ...core.promotion import check_broadcast, joined_dtype
from ...core.tensor import Array, Tensor
from ...ops.shaping import broadcast_tensors
from .reduction import REDUCTIONS, read_reduction, reduced, spread

__all__ = ["huber_loss", "l1_loss", "mse_loss", "smooth_l1_loss"]


def _warn_of_sizes(input: Tensor, target: Tensor) -> None:
    if input.size() != target.size():
        warnings.warn(
            f"Using a target size ({target.size()}) that is different to the input size "
            f"({input.size()}). This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size.",
            stacklevel=3,
        )


def _pointwise(
    node: str,
    input: Tensor,
    target: Tensor,
    reduction: str,
    loss: Callable[[Array], Array],
    slope: Callable[[Array], Array],
    **saved: Any,
) -> Tensor:
    """Return the loss of every difference, reduced; `slope` is its derivative by the difference."""
    check_broadcast(input._array.shape, target._array.shape)
    dtype = joined_dtype(input, target).numpy
    a, b = broadcast_tensors(input, target)
    difference = np.asarray(a._array - b._array, dtype)
    values = loss(difference)
    output = reduced(values, reduction)

    def backward(grad: Array) -> tuple[Array, Array]:
        each = spread(grad, values, reduction) * slope(difference)
        return fit(each, a._array), fit(-each, b._array)

    code = REDUCTIONS[reduction]
    return record(node, output, (a, b), backward, reduction=code, self=a, target=b, **saved)


def _squared(difference: Array) -> Array:
    return difference * difference


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return the mean of the squared differences (or their "sum", or each of them: "none")."""
    _warn_of_sizes(input, target)
    kind = read_reduction(reduction, size_average, reduce)
    if input.dtype is target.dtype and not input.dtype.is_floating_point:
        raise NotImplementedError(f"\"mse_cpu\" not implemented for '{input.dtype.scalar}'")
    return _pointwise("MseLossBackward0", input, target, kind, _squared, lambda d: 2 * d)


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return the mean of the absolute differences."""
    _warn_of_sizes(input, target)
    kind = read_reduction(reduction, size_average, reduce)
    check_broadcast(input._array.shape, target._array.shape)
    a: Any
    a, b = broadcast_tensors(input, target)
    distances = (a - b).abs()
    result: Tensor = (
        distances if kind == "none" else distances.mean() if kind == "mean" else distances.sum()
    )
    return result


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """Return the mean of a loss that is squared below `beta` and absolute above."""
    _warn_of_sizes(input, target)
    kind = read_reduction(reduction, size_average, reduce)
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    if beta == 0:
        return l1_loss(input, target, reduction=kind)
    return _pointwise(
        "SmoothL1LossBackward0",
        input,
        target,
        kind,
        lambda d: np.where(np.abs(d) < beta, 0.5 * d * d / beta, np.abs(d) - 0.5 * beta),
        lambda d: np.clip(d / beta, -1, 1),
        beta=float(beta),
    )


def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """Return the mean of a loss that is squared below `delta` and straight above."""
    _warn_of_sizes(input, target)
    kind = read_reduction(reduction)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    return _pointwise(
        "HuberLossBackward0",
        input,
        target,
        kind,
        lambda d: np.where(np.abs(d) <= delta, 0.5 * d * d, delta * (np.abs(d) - 0.5 * delta)),
        lambda d: np.clip(d, -delta, delta),
        delta=float(delta),
    )
