"""Binary cross-entropy: how far probabilities are from what is true or not."""

from collections.abc import Callable

import numpy as np

from ...core.graph import fit, record_laid, refuse_gradient_to
from ...core.in_place import refuse_dtype, refuse_shape
from ...core.op import declared, python_function
from ...core.promotion import check_broadcast, floats_only, in_one_dtype
from ...core.strides import laid_as
from ...core.tensor import Array, Tensor, wrap
from ...ops.arithmetic import sub
from .loss import HERE, reduced, reduction_code, to_each


def _check_beside(own: tuple[int, ...], other: Tensor | None) -> None:
    """Raise PyTorch's error where a product in place would not keep its shape."""
    if other is None:
        return
    check_broadcast(own, other._array.shape)
    whole = np.broadcast_shapes(own, other._array.shape)
    if whole != own:
        refuse_shape(own, whole)


def _numbers_of(tensor: Tensor | None) -> Array | float:
    """Return what a weight multiplies by: 1 where there is none."""
    return 1.0 if tensor is None else tensor._array


def _recorded(
    node: str,
    input: Tensor,
    target: Tensor,
    losses: Array,
    weights: Array | float,
    slopes: Callable[[], tuple[Array, Array]],
    reduction: int,
    like: Array,
    **saved: object,
) -> Tensor:
    """Return the losses, reduced; `slopes` returns their derivatives by input and target.

    Losses that are not reduced lie in memory as `like` does.
    """

    def backward(grad: Array) -> tuple[Array, Array]:
        reaching = to_each(grad, reduction, losses) * weights
        by_input, by_target = slopes()
        return fit(reaching * by_input, input._array), fit(reaching * by_target, target._array)

    output = reduced(losses, reduction)
    laid = laid_as(output, like) if reduction == 0 else output
    fields = {"reduction": reduction, "self": input, "target": target, **saved}
    return record_laid(node, wrap(laid), (input, target), backward, fields)


@declared(
    "binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, "
    "Tensor? pos_weight=None, int reduction=1)",
    module=HERE,
)  # fmt: skip
def _bce_with_logits(
    input: Tensor, target: Tensor, weight: Tensor | None, pos_weight: Tensor | None, reduction: int
) -> Tensor:
    for name, each in (("weight", weight), ("pos_weight", pos_weight)):
        refuse_gradient_to(each, name, "binary_cross_entropy_with_logits")
    floats_only("log_sigmoid_cpu")(input)
    if pos_weight is not None:
        beside = sub(pos_weight, 1)
        check_broadcast(beside._array.shape, target._array.shape)
        _check_beside(input._array.shape, beside)
    sub(wrap(np.ones((), target._array.dtype)), target)  # which truths refuse
    if target._array.dtype.kind != "f":
        refuse_dtype(target, input)
    x, y = in_one_dtype((input, target))
    weights = _numbers_of(weight)
    positive = 1.0 if pos_weight is None else pos_weight._array.astype(x.dtype)
    _check_beside(x.shape, weight)
    steep = 1 + (positive - 1) * y
    minus_log = np.log1p(np.exp(-np.abs(x))) + np.maximum(-x, 0)
    losses = np.asarray(((1 - y) * x + steep * minus_log) * weights, target._array.dtype)

    def slopes() -> tuple[Array, Array]:
        share = 1 / (1 + np.exp(-x))
        return (1 - y) - steep * (1 - share), (positive - 1) * minus_log - x

    return _recorded(
        "BinaryCrossEntropyWithLogitsBackward0",
        input,
        target,
        losses,
        weights,
        slopes,
        reduction,
        target._array,
        weight=weight,
        pos_weight=pos_weight,
    )


@python_function(HERE)
def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Return the mean of -(y * log(p) + (1 - y) * log(1 - p)), where p is sigmoid(input).

    The targets y are from 0 to 1, in the shape of the input.
    """
    code = reduction_code(reduction, size_average, reduce)
    if target.size() != input.size():
        raise ValueError(
            f"Target size ({target.size()}) must be the same as input size ({input.size()})"
        )
    return _bce_with_logits(input, target, weight, pos_weight, code)


def _check_expands(target: tuple[int, ...], weight: tuple[int, ...]) -> None:
    """Raise PyTorch's error where a weight does not broadcast beside the target."""
    for back in range(1, min(len(target), len(weight)) + 1):
        one, two = target[-back], weight[-back]
        if one != two and 1 not in (one, two):
            raise RuntimeError(
                f"Attempting to broadcast a dimension of length {two} at {-back}! Mismatching "
                f"argument at index 1 had torch.Size({list(weight)}); but expected shape should be "
                f"broadcastable to {list(target)}"
            )


def _check_probabilities(x: Array, y: Array) -> None:
    """Raise PyTorch's RuntimeError for the first input or target that is not from 0 to 1."""
    inside = (x >= 0) & (x <= 1)
    beside = (y >= 0) & (y <= 1)
    if inside.all() and beside.all():
        return
    first = int(np.argmin(inside & beside))
    which = "target" if inside.reshape(-1)[first] else "input"
    raise RuntimeError(f"all elements of {which} should be between 0 and 1")


@declared(
    "binary_cross_entropy(Tensor input, Tensor target, Tensor? weight=None, int reduction=1)",
    module=HERE,
)  # fmt: skip
def _bce(input: Tensor, target: Tensor, weight: Tensor | None, reduction: int) -> Tensor:
    if target.dtype is not input.dtype:
        raise RuntimeError(f"Found dtype {target.dtype.scalar} but expected {input.dtype.scalar}")
    floats_only("binary_cross_entropy")(input)
    x, y, weights = input._array, target._array, _numbers_of(weight)
    refuse_gradient_to(weight, "weight", "binary_cross_entropy")
    _check_beside(x.shape, weight)
    _check_probabilities(x, y)
    yes, no = np.maximum(np.log(x), -100), np.maximum(np.log1p(-x), -100)
    losses = np.asarray(((y - 1) * no - y * yes) * weights, x.dtype)

    def slopes() -> tuple[Array, Array]:
        return (x - y) / np.maximum((1 - x) * x, 1e-12), no - yes

    return _recorded(
        "BinaryCrossEntropyBackward0",
        input,
        target,
        losses,
        weights,
        slopes,
        reduction,
        x,
        weight=weight,
    )


@python_function(HERE)
def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return the mean of -(y * log(p) + (1 - y) * log(1 - p)).

    The inputs p are probabilities, the targets y are from 0 to 1 too.
    """
    code = reduction_code(reduction, size_average, reduce)
    if target.size() != input.size():
        raise ValueError(
            f"Using a target size ({target.size()}) that is different to the input size "
            f"({input.size()}) is deprecated. Please ensure they have the same size."
        )
    if weight is not None:
        _check_expands(target._array.shape, weight._array.shape)
    return _bce(input, target, weight, code)
