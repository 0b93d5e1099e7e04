"""Losses: how far an output is from its target. Those of classes are in `cross_entropy.py`."""

import warnings
from collections.abc import Callable
from typing import NoReturn

import numpy as np

from ...core.graph import record_laid
from ...core.in_place import refuse_dtype
from ...core.op import declared, op, python_function
from ...core.pieces import PIECE, in_pieces, sum_in_pieces
from ...core.promotion import check_broadcast, floats_only, joined_dtype
from ...core.strides import as_first, as_operands
from ...core.tensor import Array, Tensor, wrap
from ...ops.arithmetic import div, mul, pow_, sub
from ...ops.conversion import to_dtype
from ...ops.shaping import broadcast_tensors

HERE = "torch.nn.functional"


# --- how the losses of all elements become one number

_CODES = {"none": 0, "mean": 1, "sum": 2}


def read_reduction(
    name: str, size_average: bool | None = None, reduce: bool | None = None, stacklevel: int = 3
) -> str:
    """Return the name of the reduction; the two older arguments outrank it, with a warning."""
    if size_average is not None or reduce is not None:
        kept = reduce is None or reduce
        name = ("mean" if size_average is None or size_average else "sum") if kept else "none"
        warnings.warn(
            "size_average and reduce args will be deprecated, please use "
            f"reduction='{name}' instead.",
            stacklevel=stacklevel,
        )
    return name


def reduction_code(name: str, size_average: bool | None = None, reduce: bool | None = None) -> int:
    """Return PyTorch's number for a reduction: 0 for "none", 1 for "mean", 2 for "sum"."""
    name = read_reduction(name, size_average, reduce, stacklevel=5)
    if name not in _CODES:
        raise ValueError(f"{name} is not a valid value for reduction")
    return _CODES[name]


def reduced(losses: Array, reduction: int) -> Array:
    """Return every loss (0), their mean (1) or their sum (2)."""
    if reduction == 0:
        return losses
    if reduction == 1 and not losses.size:
        return np.asarray(np.nan, losses.dtype)
    return np.asarray(losses.mean() if reduction == 1 else losses.sum(), losses.dtype)


def _reduced(losses: Tensor, reduction: int) -> Tensor:
    """Return what `reduced` does of a tensor, in the graph."""
    return losses if reduction == 0 else losses.mean() if reduction == 1 else losses.sum()


def to_each(grad: Array, reduction: int, losses: Array) -> Array:
    """Return what reaches each of the losses that were reduced."""
    return np.asarray(grad / losses.dtype.type(max(losses.size, 1) if reduction == 1 else 1))


# --- of differences


def _of_difference(
    signature: str,
    check: Callable[..., None],
    saves: str,
    loss: Callable[..., Array],
    slope: Callable[..., Array],
    lies: Callable[..., Array] = as_operands,
) -> Callable[..., Tensor]:
    """Declare a loss of `input - target`; `slope` is its derivative by that difference.

    Both are called with the difference and what the signature has behind `reduction`.
    """

    def to_input(grad: Array, x: Array, y: Array, reduction: int, *more: object) -> Array:
        difference, numbers = x - y, more[:-1]
        return to_each(grad, reduction, difference) * slope(difference, *numbers)

    def computed(x: Array, y: Array, reduction: int, *numbers: float) -> Array:
        def losses(x: Array, y: Array) -> Array:
            return loss(x - y, *numbers)

        if reduction == 0 or x.size <= PIECE:
            return reduced(in_pieces(losses, x, y), reduction)
        total = sum_in_pieces(losses, x, y)
        return np.asarray(total / x.size if reduction == 1 else total, x.dtype)

    return op(
        signature,
        saves=f"reduction self target {saves}",
        check=check,
        elementwise=False,
        lies=lies,
        gradient=(to_input, lambda *values: -to_input(*values)),
        module=HERE,
    )(computed)


def _check_smooth(input: Tensor, target: Tensor, _reduction: int, beta: float) -> None:
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    floats_only("smooth_l1_cpu")(input, target)


def _check_huber(input: Tensor, target: Tensor, _reduction: int, delta: float) -> None:
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    floats_only("huber_cpu")(input, target)


def _bowl(d: Array, bound: float, divisor: float) -> Array:
    """Return d**2 / 2 where |d| <= bound, bound * (|d| - bound / 2) elsewhere, by the divisor.

    Both are inner * (|d| - inner / 2), of the part `inner` of |d| that is inside of the bound.
    """
    size = np.abs(d)
    inner = np.clip(size, size.dtype.type(0), size.dtype.type(bound))
    size -= inner * size.dtype.type(0.5)
    if divisor != 1.0:
        inner /= size.dtype.type(divisor)
    return np.asarray(size * inner)


_mse_loss = _of_difference(
    "mse_loss(Tensor input, Tensor target, int reduction=1)", floats_only("mse_cpu"), "",
    lambda d: d * d, lambda d: 2 * d,
)  # fmt: skip
_smooth_l1_loss = _of_difference(
    "smooth_l1_loss(Tensor input, Tensor target, int reduction=1, float beta=1.0)",
    _check_smooth, "beta",
    lambda d, beta: _bowl(d, beta, beta),
    lambda d, beta: np.clip(d / beta, -1, 1),
)  # fmt: skip
_huber_of_one_dtype = _of_difference(
    "huber_loss(Tensor input, Tensor target, int reduction=1, float delta=1.0)",
    _check_huber, "delta",
    lambda d, delta: _bowl(d, delta, 1.0),
    lambda d, delta: np.clip(d, -delta, delta),
    as_first,
)  # fmt: skip


def _huber_loss(input: Tensor, target: Tensor, reduction: int, delta: float) -> Tensor:
    """Return the loss, which has the dtype of the input; of two dtypes there is no gradient."""
    loss = _huber_of_one_dtype(input, target, reduction, delta)
    if input.dtype is target.dtype:
        return loss
    if input._array.dtype.kind != "f":
        refuse_dtype(input, loss)

    def backward(grad: Array) -> NoReturn:
        found, expected = (target, input) if input.requires_grad else (input, target)
        raise RuntimeError(f"Found dtype {found.dtype.scalar} but expected {expected.dtype.scalar}")

    output = loss._array.astype(input._array.dtype, copy=False)
    saved = {"reduction": reduction, "self": input, "target": target, "delta": delta}
    return record_laid("HuberLossBackward0", wrap(output), (input, target), backward, saved)


def _warn_of_sizes(input: Tensor, target: Tensor) -> None:
    if input.size() != target.size():
        warnings.warn(
            f"Using a target size ({target.size()}) that is different to the input size "
            f"({input.size()}). This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size.",
            stacklevel=4,
        )


def _weighted(losses: Tensor, weight: Tensor, input: Tensor, reduction: str) -> Tensor:
    """Return the losses times their weights; their mean is by the sum of the weights."""
    if weight.size() != input.size():
        raise ValueError("Weights and input must have the same size.")
    weighted = mul(losses, weight)
    if reduction == "none":
        return weighted
    if reduction not in _CODES:
        raise ValueError(
            f"Invalid reduction mode: {reduction}. Expected one of 'none', 'mean', 'sum'."
        )
    total: Tensor = weighted.sum()
    return total if reduction == "sum" else div(total, weight.sum())


@python_function(HERE)
def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """Return the mean of (input - target)**2 (or their "sum", or each of them: "none")."""
    _warn_of_sizes(input, target)
    name = read_reduction(reduction, size_average, reduce, stacklevel=4)
    a, b = broadcast_tensors(input, target)
    if weight is not None:
        return _weighted(pow_(sub(a, b), 2), weight, input, name)
    code = reduction_code(name)
    return _mse_loss(a, b, code)


@python_function(HERE)
def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """Return the mean of |input - target|."""
    _warn_of_sizes(input, target)
    name = read_reduction(reduction, size_average, reduce, stacklevel=4)
    a, b = broadcast_tensors(input, target)
    if weight is not None:
        return _weighted(abs(sub(a, b)), weight, input, name)
    code = reduction_code(name)
    return _reduced(abs(sub(a, b)), code)


@python_function(HERE)
def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """Return the mean of 0.5 * d**2 / beta where |d| < beta, |d| - 0.5 * beta elsewhere.

    d is input - target.
    """
    _warn_of_sizes(input, target)
    code = reduction_code(reduction, size_average, reduce)
    if beta == 0:
        return l1_loss(input, target, reduction=reduction)
    return _smooth_l1_loss(*broadcast_tensors(input, target), code, beta)


@python_function(HERE)
def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """Return the mean of 0.5 * d**2 where |d| <= delta, delta * (|d| - 0.5 * delta) elsewhere.

    d is input - target.
    """
    _warn_of_sizes(input, target)
    code = reduction_code(reduction)
    a, b = broadcast_tensors(input, target)
    if weight is not None:
        if weight.size() != input.size():
            raise ValueError("Weights and input must have the same size.")
        return _reduced(mul(_huber_loss(a, b, 0, delta), weight), code)
    return _huber_loss(a, b, code, delta)


# --- of probabilities, and of directions


@declared(
    "kl_div(Tensor input, Tensor target, int reduction=1, *, bool log_target=False)", module=HERE
)
def _kl_div(input: Tensor, target: Tensor, reduction: int, log_target: bool) -> Tensor:
    if input._array.dtype.kind != "f" or target._array.dtype.kind != "f":
        raise RuntimeError("kl_div: Integral inputs not supported.")
    if log_target:
        each = target.exp() * (target - input)
    else:
        # 0 * log 0 counts as 0.
        logs = target.masked_fill(target == 0, 1.0).log()
        each = target * logs - target * input
    return _reduced(each, reduction)


@python_function(HERE)
def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """Return the mean of y * (log(y) - input): how far log-probabilities are from a target y.

    "batchmean" divides the sum by the number of samples. With `log_target` the target is log(y).
    """
    if reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size."
            "'batchmean' divides only by the batch size, and aligns with the KL div math "
            "definition.'mean' will be changed to behave the same as 'batchmean' in the next major "
            "release.",
            stacklevel=3,
        )
    name = "sum" if reduction == "batchmean" else reduction
    result = _kl_div(
        input, target, reduction_code(name, size_average, reduce), log_target=log_target
    )
    if reduction == "batchmean" and input.ndim:
        return div(result, input.shape[0])
    return result


@declared("cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08)", module=HERE)
def cosine_similarity(x1: Tensor, x2: Tensor, dim: int, eps: float) -> Tensor:
    """Return the cosine of the angle between vectors along `dim`: x1 . x2 / (|x1| * |x2|)."""
    check_broadcast(x1._array.shape, x2._array.shape)
    common = joined_dtype(x1, x2)
    if not common.is_floating_point:
        raise RuntimeError(
            f"expected common dtype to be floating point, yet common dtype is {common.scalar}"
        )
    x1, x2 = broadcast_tensors(to_dtype(x1, common), to_dtype(x2, common))
    a = x1 / x1.norm(2, dim, keepdim=True).clamp_min(eps)
    b = x2 / x2.norm(2, dim, keepdim=True).clamp_min(eps)
    return (a * b).sum(dim)
