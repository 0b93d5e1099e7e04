"""Losses of classes: how little of the probability the right one was given."""

from typing import Any

import numpy as np

from ...autograd import record
from ...core.arguments import expect_tensor
from ...core.tensor import Array, Tensor, wrap
from ...ops.arithmetic import add, mul
from ...ops.shaping import saved_dim
from .reduction import REDUCTIONS, read_reduction

__all__ = ["cross_entropy", "nll_loss"]


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return the loss of scores (N, C, ...) against classes (N, ...) or shares (N, C, ...)."""
    kind = read_reduction(reduction, size_average, reduce)
    expect_tensor(input, "cross_entropy_loss")
    expect_tensor(target, "cross_entropy_loss", "target", 2)
    if not 0.0 <= label_smoothing <= 1.0:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}")
    axis = 0 if input.ndim == 1 else 1
    if input.shape == target.shape:
        if not target.dtype.is_floating_point:
            raise RuntimeError(
                "Expected floating point type for target with class probabilities, "
                f"got {target.dtype.scalar}"
            )
        shared: Tensor = _against_shares(input, target, weight, kind, label_smoothing, axis)
        return shared
    logarithms: Tensor = input.log_softmax(axis)
    loss = nll_loss(logarithms, target, weight, None, ignore_index, None, kind)
    if label_smoothing == 0.0:
        return loss
    smooth: Tensor = _smooth(logarithms, target, weight, ignore_index, kind, axis)
    share = label_smoothing / input.shape[axis]
    return add(mul(loss, 1 - label_smoothing), mul(smooth, share))


def _against_shares(
    input: Tensor, target: Any, weight: Any, kind: str, smoothing: float, axis: int
) -> Any:
    classes = input.shape[axis]
    if smoothing > 0:
        target = target * (1 - smoothing) + smoothing / classes
    products: Any = input.log_softmax(axis) * target
    if weight is not None:
        products = products * weight.view(*(1,) * axis, classes, *(1,) * (input.ndim - axis - 1))
    if kind == "none":
        return -products.sum(axis)
    total = -products.sum()
    return total if kind == "sum" else _shared(total, input.numel() // classes)


def _shared(total: Tensor, count: int) -> Tensor:
    """Return `total / count`, with the node that PyTorch has for a division by a size."""
    number = total._array.dtype.type(count)
    return record(
        "DivBackward1", total._array / number, (total,), lambda grad: (grad / number,), other=count
    )


def _smooth(
    logarithms: Any, target: Any, weight: Any, ignore_index: int, kind: str, axis: int
) -> Any:
    """Return the loss against all classes alike, which label smoothing mixes in."""
    if weight is None:
        each = -logarithms.sum(axis)
    else:
        along = (*(1,) * axis, weight.shape[0], *(1,) * (logarithms.ndim - axis - 1))
        each = -(logarithms * weight.view(*along)).sum(axis)
    ignored = target == ignore_index
    each = each.masked_fill(ignored, 0.0)
    if kind != "mean":
        return each if kind == "none" else each.sum()
    if weight is not None:
        kept = np.where(ignored._array, 0, target._array)
        counted = np.where(ignored._array, 0, weight._array[kept]).sum()
    else:
        counted = np.asarray((~ignored._array).sum(), logarithms._array.dtype)
    return each.sum() / wrap(np.asarray(counted, logarithms._array.dtype))


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return minus the log-probability (N, C, ...) that each target (N, ...) was given."""
    kind = read_reduction(reduction, size_average, reduce)
    if input.ndim < 1:
        raise ValueError(f"Expected 1 or more dimensions (got {input.ndim})")
    if input.ndim != 1 and input.shape[0] != (target.shape[0] if target.ndim else None):
        got = target.shape[0] if target.ndim else 0
        raise ValueError(
            f"Expected input batch_size ({input.shape[0]}) to match target batch_size ({got})."
        )
    if input.ndim <= 2:
        return _nll(input, target, weight, ignore_index, kind, "NllLossBackward0")
    samples, classes, *rest = input.shape
    if list(target.shape[1:]) != rest:
        raise RuntimeError(f"Expected target size {[samples, *rest]}, got {list(target.shape)}")
    flat = input if input.ndim == 4 else input.reshape(samples, classes, 1, -1)
    flat_target = target if input.ndim == 4 else target.reshape(samples, 1, -1)
    loss = _nll(flat, flat_target, weight, ignore_index, kind, "NllLoss2DBackward0")
    if kind == "none" and input.ndim != 4:
        shaped: Tensor = loss.view(samples, *rest)
        return shaped
    return loss


def _nll(
    input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int, kind: str, node: str
) -> Tensor:
    x, at = input._array, target._array
    axis = 0 if x.ndim == 1 else 1
    if node == "NllLossBackward0":
        if at.ndim > 1:
            raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
        if x.ndim == 1 and at.size != 1:
            raise ValueError(
                f"For 1D input, 1D target must have size 1, but got target size: {at.size}"
            )
    classes = x.shape[axis]
    if weight is not None and weight._array.shape != (classes,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but "
            f"got weight tensor of shape: {list(weight.shape)}"
        )
    if at.dtype not in (np.int64, np.uint8):
        raise RuntimeError(
            f"expected target dtype to be Long or Byte, but got {target.dtype.scalar}"
        )
    kept = at != ignore_index
    wrong = at[kept & ((at < 0) | (at >= classes))]
    if wrong.size:
        raise IndexError(f"Target {wrong.ravel()[0]} is out of bounds.")
    safe = np.where(kept, at, 0)
    counted = np.ones(at.shape, x.dtype) if weight is None else weight._array[safe]
    counted = np.where(kept, counted, x.dtype.type(0))
    place = np.expand_dims(safe.reshape(at.shape if x.ndim > 1 else ()), axis)
    picked = np.take_along_axis(x, place, axis).squeeze(axis).reshape(at.shape)
    losses = -picked * counted
    total = counted.sum(dtype=x.dtype)
    if kind == "none":
        output = losses
    else:
        summed = losses.sum(dtype=x.dtype)
        with np.errstate(invalid="ignore", divide="ignore"):
            output = np.asarray(summed / total if kind == "mean" else summed, x.dtype)

    def backward(grad: Array) -> tuple[Array, None]:
        share = -counted * grad
        if kind == "mean":
            share = share / total
        back = np.zeros_like(x)
        shaped = share.reshape(place.shape).astype(x.dtype)
        np.put_along_axis(back, place, shaped, axis)
        return back, None

    return record(
        node,
        output,
        (input, target),
        backward,
        ignore_index=saved_dim(ignore_index),
        reduction=REDUCTIONS[kind],
        self=input,
        target=target,
        total_weight=wrap(np.asarray(0 if kind == "none" else total, x.dtype)),
        weight=weight,
    )
