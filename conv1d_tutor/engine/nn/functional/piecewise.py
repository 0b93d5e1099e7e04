"""Activations of straight pieces: each is a line below a bound, and another line above it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...core.in_place import as_it_was, replace
from ...core.op import FUNCTIONS, declared, kernel, op, python_function
from ...core.pieces import in_pieces, where
from ...core.promotion import floats_only
from ...core.strides import as_first
from ...core.tensor import Array, Tensor
from ...ops.shaping import view

HERE = "torch.nn.functional"


def finished(
    operation: Callable[..., Tensor], inplace: bool, input: Tensor, *values: object
) -> Tensor:
    """Return `operation(input, *values)`, written over the input where it is to be `inplace`."""
    if not (inplace and isinstance(input, Tensor)):
        return operation(input, *values)
    return replace(input, operation(as_it_was(input), *values))


# --- with a slope below zero


def _sloped(signature: str, **options: Any) -> Callable[..., Tensor]:
    return op(
        signature, check=floats_only("leaky_relu_cpu"), module=HERE,
        gradient=lambda grad, x, slope, y: in_pieces(
            lambda grad, x: where(x > 0, grad, grad * x.dtype.type(slope)), grad, x),
        **options,
    )(lambda x, slope: in_pieces(lambda x: _bent_at_zero(x, x.dtype.type(slope)), x))  # fmt: skip


_leaky_relu = _sloped(
    "leaky_relu(Tensor input, Scalar negative_slope=0.01, *, Tensor out=None)",
    saves="negative_slope self",
)
_leaky_relu_ = _sloped(
    "leaky_relu_(Tensor input, Scalar negative_slope=0.01)",
    node="LeakyReluBackward1",
    saves="negative_slope result",
)


@python_function(HERE)
def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """Return x where x > 0, else negative_slope * x."""
    return finished(_leaky_relu_ if inplace else _leaky_relu, inplace, input, negative_slope)


def _bent_at_zero(x: Array, weight: Array | np.floating[Any]) -> Array:
    below = weight * x
    if ((weight > 0) & (weight <= 1)).all():
        # A gentle slope lies below the line where x > 0, and above it elsewhere.
        return np.asarray(np.maximum(x, below))
    return where(x > 0, x, below)


_prelu = kernel(
    "_prelu_kernel(Tensor self, Tensor weight)", node="PreluKernelBackward0", saves="self weight",
    promotes=False, lies=as_first, check=floats_only("prelu_cpu"),
    gradient=(lambda grad, x, weight, y: where(x > 0, grad, grad * weight),
              lambda grad, x, weight, y: where(x > 0, x.dtype.type(0), grad * x)),
)(_bent_at_zero)  # fmt: skip


@declared("prelu(Tensor input, Tensor weight)", returns_face=True)
def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """Return x where x > 0, else weight * x; a weight for every channel, or one for all of them."""
    if weight._array.dtype != input._array.dtype:
        raise RuntimeError(
            f"prelu: Type promoting not supported. Got {input.dtype.scalar} and "
            f"{weight.dtype.scalar}"
        )
    count, ndim = weight._array.size, input.ndim
    if count != 1:
        if ndim == 0:
            raise RuntimeError("Not allow zero-dim input tensor.")
        channels = input._array.shape[1] if ndim > 1 else 1
        if channels != count:
            raise RuntimeError(
                "Mismatch of parameter numbers and input channel size. Found parameter numbers = "
                f"{count} and channel size = {channels}."
            )
    if weight.ndim > 1:
        raise RuntimeError(
            f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}"
        )
    along = [1] * ndim
    if ndim and count != 1:
        along[1 if ndim > 1 else 0] = count
    shaped = weight if weight._array.shape == tuple(along) else view(weight, tuple(along))
    return _prelu(input, shaped)


# --- between two bounds


def _refuse_bool(input: Tensor, *_bounds: float) -> None:
    if input._array.dtype.kind == "b":
        raise RuntimeError("Bool inputs not supported for hardtanh")


def _between(x: Array, low: float, high: float) -> Array:
    return np.asarray(np.clip(x, x.dtype.type(low), x.dtype.type(high)))


def _grad_between(grad: Array, x: Array, low: float, high: float, _: Array) -> Array:
    return where((x > low) & (x < high), grad, grad.dtype.type(0))


def _clipping(name: str, low: str, high: str) -> Callable[..., Tensor]:
    return op(
        f"{name}(Tensor input, Scalar min_val={low}, Scalar max_val={high})",
        node="HardtanhBackward0",
        lies=as_first,
        saves="max_val min_val self",
        check=_refuse_bool,
        module=HERE,
        gradient=_grad_between,
    )(_between)


_hardtanh, _relu6 = _clipping("hardtanh", "-1", "1"), _clipping("relu6", "0", "6")


@python_function(HERE)
def hardtanh(
    input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Tensor:
    """Return every element, at least `min_val` and at most `max_val`."""
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    return finished(_hardtanh, inplace, input, min_val, max_val)


@python_function(HERE)
def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """Return min(max(x, 0), 6) of every element x."""
    return finished(_relu6, inplace, input)


def _sixth(x: Array) -> Array:
    """Return (x + 3) / 6, at least 0 and at most 1: a sigmoid of straight lines."""
    number = x.dtype.type
    return np.asarray(np.clip(x + number(3), number(0), number(6)) / number(6))


def _swish_slope(x: Array) -> Array:
    number = x.dtype.type
    inside = x / number(3) + number(0.5)
    return np.asarray(np.where(x <= -3, number(0), np.where(x < 3, inside, number(1))))


_SIXTH = np.float32(1 / 6)

_hardsigmoid = op(
    "hardsigmoid(Tensor input, *, Tensor out=None)", saves="self",
    check=floats_only("hardsigmoid_cpu"), module=HERE,
    # PyTorch's sixth is that of float32, also for float64.
    gradient=lambda grad, x, y: np.where((x > -3) & (x < 3), grad * grad.dtype.type(_SIXTH),
                                         grad.dtype.type(0)),
)(_sixth)  # fmt: skip

_hardswish = op(
    "hardswish(Tensor input, *, Tensor out=None)", saves="self",
    check=floats_only("hardswish_cpu"), module=HERE,
    gradient=lambda grad, x, y: grad * _swish_slope(x),
)(lambda x: x * np.clip(x + x.dtype.type(3), 0, 6) / x.dtype.type(6))  # fmt: skip


@python_function(HERE)
def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """Return (x + 3) / 6 of every element x, at least 0 and at most 1."""
    return finished(_hardsigmoid, inplace, input)


@python_function(HERE)
def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """Return x * (x + 3) / 6 of every element x between -3 and 3, 0 below and x above."""
    return finished(_hardswish, inplace, input)


# --- with a gap around zero


@op(
    "hardshrink(Tensor input, Scalar lambd=0.5, *, Tensor out=None)", saves="lambd self",
    check=floats_only("hardshrink_cpu"), returns_face=True,
    gradient=lambda grad, x, lambd, y: np.where(np.abs(x) <= lambd, grad.dtype.type(0), grad),
)  # fmt: skip
def hardshrink(x: Array, lambd: float) -> Array:
    """Return every element, 0 for one that is within `lambd` of 0."""
    return np.where(np.abs(x) <= lambd, x.dtype.type(0), x)


def _check_lambd(input: Tensor, lambd: float) -> None:
    floats_only("softshrink_check")(input)
    largest = float(np.finfo(input._array.dtype).max)
    if not 0 <= lambd <= largest:
        raise RuntimeError(
            f"lambda must be in range [0, {largest:g}] for input dtype {input.dtype.scalar}, "
            f"but found {lambd:g}"
        )


@op(
    "softshrink(Tensor input, Scalar lambd=0.5, *, Tensor out=None)", saves="lambd self",
    check=_check_lambd, module="torch._C._nn",
    gradient=lambda grad, x, lambd, y: np.where(np.abs(x) <= lambd, grad.dtype.type(0), grad),
)  # fmt: skip
def softshrink(x: Array, lambd: float) -> Array:
    """Return every element `lambd` nearer to 0, and 0 for one that is within it."""
    step = x.dtype.type(lambd)
    outside = np.where(x < -step, x + step, x * x.dtype.type(0))  # nan stays nan
    return np.asarray(np.where(x > step, x - step, outside))


def _over(signature: str, **options: Any) -> Callable[..., Tensor]:
    return op(
        signature, method=False,
        gradient=lambda grad, x, threshold, value, y: np.where(x > threshold, grad,
                                                               grad.dtype.type(0)),
        **options,
    )(lambda x, threshold, value: np.where(x > threshold, x, x.dtype.type(value)))  # fmt: skip


_over(
    "threshold(Tensor input, Scalar threshold, Scalar value, *, Tensor out=None)",
    saves="self threshold",
    doc="Return every element that is over `threshold`, and `value` for the others.",
)
_threshold_ = _over(
    "threshold_(Tensor input, Scalar threshold, Scalar value)",
    node="ThresholdBackward1",
    saves="self threshold",
    module=HERE,
)


@python_function(HERE)
def _threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """Return every element that is over `threshold`, and `value` for the others."""
    operation = _threshold_ if inplace else FUNCTIONS["threshold"]
    return finished(operation, inplace, input, threshold, value)


threshold = _threshold
