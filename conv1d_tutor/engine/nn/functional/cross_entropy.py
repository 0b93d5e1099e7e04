"""Losses of classes: how little of the probability the right one was given."""

from math import prod

import numpy as np

from ...core.dims import saved_dim
from ...core.graph import record, refuse_gradient_to
from ...core.op import declared, python_function
from ...core.promotion import floats_only
from ...core.tensor import Array, Tensor, wrap
from ...ops.arithmetic import add, mul
from ...ops.shaping import reshape, view
from ...ops.softmax import log_softmax
from .loss import reduction_code

HERE = "torch.nn.functional"


@python_function(HERE)
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
    """Return the mean of -log(softmax(scores)[right class]).

    Scores are (N, C, ...), targets are classes (N, ...) or shares of classes (N, C, ...).
    """
    code = reduction_code(reduction, size_average, reduce)
    return _cross_entropy_loss(input, target, weight, code, ignore_index, label_smoothing)


@declared(
    "cross_entropy_loss(Tensor input, Tensor target, Tensor? weight=None, int reduction=1, "
    "int ignore_index=-100, float label_smoothing=0.0)",
    module=HERE,
)  # fmt: skip
def _cross_entropy_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    reduction: int,
    ignore_index: int,
    label_smoothing: float,
) -> Tensor:
    if not 0.0 <= label_smoothing <= 1.0:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}")
    axis = 0 if input._array.ndim == 1 else 1
    if input._array.shape == target._array.shape:
        if not target.dtype.is_floating_point:
            raise RuntimeError(
                "Expected floating point type for target with class probabilities, "
                f"got {target.dtype.scalar}"
            )
        return _against_shares(input, target, weight, reduction, label_smoothing, axis)
    logarithms = log_softmax(input, axis)
    loss = _nll_loss(logarithms, target, weight, reduction, ignore_index)
    if label_smoothing == 0.0:
        return loss
    smooth = _smooth(logarithms, target, weight, ignore_index, reduction, axis)
    share = label_smoothing / input._array.shape[axis]
    return add(mul(loss, 1 - label_smoothing), mul(smooth, share))


def _along_classes(weight: Tensor, ndim: int, axis: int) -> Tensor:
    """Return the weights in a shape that goes along the classes of `ndim` dims."""
    return view(weight, (*(1,) * axis, weight._array.size, *(1,) * (ndim - axis - 1)))


def _against_shares(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    reduction: int,
    smoothing: float,
    axis: int,
) -> Tensor:
    x = input._array
    classes = x.shape[axis]
    if smoothing > 0:
        target = target * (1 - smoothing) + smoothing / classes
    products = log_softmax(input, axis) * target
    if weight is not None:
        products = products * _along_classes(weight, x.ndim, axis)
    if reduction == 0:
        return -products.sum(axis)
    total: Tensor = -products.sum()
    return total if reduction == 2 else _shared(total, x.size // classes)


def _shared(total: Tensor, count: int) -> Tensor:
    """Return `total / count`, with the node that PyTorch has for a division by a size."""
    number = total._array.dtype.type(count)
    return record(
        "DivBackward1", total._array / number, (total,), lambda grad: (grad / number,), other=count
    )


def _smooth(
    logarithms: Tensor,
    target: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    reduction: int,
    axis: int,
) -> Tensor:
    """Return the loss against all classes alike, which label smoothing mixes in."""
    weighted = logarithms
    if weight is not None:
        weighted = logarithms * _along_classes(weight, logarithms.ndim, axis)
    ignored = target == ignore_index
    each = (-weighted.sum(axis)).masked_fill(ignored, 0.0)
    if reduction != 1:
        return each.sum() if reduction else each
    counted = ~ignored._array
    if weight is not None:
        if target._array.dtype == np.uint8:
            raise RuntimeError("gather(): Expected dtype int32/int64 for index")
        counted = np.where(counted, weight._array[np.where(counted, target._array, 0)], 0)
    return each.sum() / wrap(np.asarray(counted.sum(), logarithms._array.dtype))


# --- from log-probabilities


@python_function(HERE)
def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return the mean of minus the log-probability that each right class was given.

    Log-probabilities are (N, C, ...), targets are classes (N, ...).
    """
    code = reduction_code(reduction, size_average, reduce)
    return _nll_loss(input, target, weight, code, ignore_index)


@declared(
    "nll_loss_nd(Tensor input, Tensor target, Tensor? weight=None, int reduction=1, "
    "int ignore_index=-100)",
    module=HERE,
)  # fmt: skip
def _nll_loss(
    input: Tensor, target: Tensor, weight: Tensor | None, reduction: int, ignore_index: int
) -> Tensor:
    x, shape = input._array, target._array.shape
    if x.ndim < 1:
        raise ValueError(f"Expected 1 or more dimensions (got {x.ndim})")
    if x.ndim != 1 and x.shape[:1] != shape[:1]:
        raise ValueError(
            f"Expected input batch_size ({x.shape[0]}) to match target batch_size "
            f"({shape[0] if shape else 0})."
        )
    if x.ndim <= 2:
        if len(shape) > 1:
            raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
        if x.ndim == 1 and target._array.size != 1 and target._array.dtype.kind != "f":
            raise ValueError(
                "For 1D input, 1D target must have size 1, but got target size: "
                f"{target._array.size}"
            )
        return _nll(input, target, weight, ignore_index, reduction, "NllLossBackward0")
    samples, classes, *rest = x.shape
    if list(shape[1:]) != rest:
        raise RuntimeError(f"Expected target size {[samples, *rest]}, got {list(shape)}")
    if x.ndim != 4:
        count = prod(rest)
        input = reshape(input, (samples, classes, 1, count))
        target = reshape(target, (samples, 1, count))
    loss = _nll(input, target, weight, ignore_index, reduction, "NllLoss2DBackward0")
    return view(loss, shape) if reduction == 0 and x.ndim != 4 else loss


def _check_nll(input: Tensor, target: Tensor, weight: Tensor | None, classes: int) -> None:
    if weight is not None and weight._array.shape != (classes,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but "
            f"got weight tensor of shape: {list(weight.shape)}"
        )
    if target._array.dtype not in (np.int64, np.uint8):
        raise RuntimeError(
            f"expected target dtype to be Long or Byte, but got {target.dtype.scalar}"
        )
    floats_only("nll_loss_out_frame")(input)
    if weight is not None and weight.dtype is not input.dtype:
        raise RuntimeError(
            f"expected scalar type {input.dtype.scalar} but found {weight.dtype.scalar}"
        )


def _nll(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    reduction: int,
    node: str,
) -> Tensor:
    x, at = input._array, target._array
    axis = 0 if x.ndim == 1 else 1
    name = "nll_loss_forward" if node == "NllLossBackward0" else "nll_loss2d_forward"
    refuse_gradient_to(weight, "weight", name)
    _check_nll(input, target, weight, x.shape[axis])
    if at.dtype == np.uint8 and node == "NllLoss2DBackward0":
        raise RuntimeError("expected scalar type Long but found Byte")
    kept = at != ignore_index
    right = at if kept.all() else np.where(kept, at, 0)
    if right.size and (right.min() < 0 or right.max() >= x.shape[axis]):
        wrong = at[kept & ((at < 0) | (at >= x.shape[axis]))]
        raise IndexError(f"Target {wrong.ravel()[0]} is out of bounds.")
    counted = np.ones(at.shape, x.dtype) if weight is None else weight._array[right]
    if right is not at:
        counted = np.where(kept, counted, x.dtype.type(0))
    total = counted.sum(dtype=x.dtype)
    place = np.expand_dims(right.reshape(at.shape if x.ndim > 1 else ()), axis)
    picked = np.take_along_axis(x, place, axis).squeeze(axis).reshape(at.shape)
    output = -picked * counted
    if reduction != 0:
        summed = output.sum(dtype=x.dtype)
        output = np.asarray(summed / total if reduction == 1 else summed, x.dtype)

    def backward(grad: Array) -> tuple[Array, None]:
        share = -counted * grad
        if reduction == 1:
            share = share / total
        share = np.where(kept, share, 0)  # 0 also where all are ignored, and their mean is nan
        back = np.zeros_like(x)
        np.put_along_axis(back, place, share.reshape(place.shape).astype(x.dtype), axis)
        return back, None

    return record(
        node,
        output,
        (input, target),
        backward,
        ignore_index=saved_dim(ignore_index),
        reduction=reduction,
        self=input,
        target=target,
        weight=weight,
        total_weight=wrap(np.asarray(total if reduction else 0, x.dtype)),
    )
