"""Activations: functions that bend every number."""

import warnings
from collections.abc import Callable
from math import pi, sqrt

import numpy as np

from ...core.dtypes import DType
from ...core.graph import record
from ...core.guard import in_blocks
from ...core.in_place import as_it_was, replace
from ...core.op import FUNCTIONS, declared, op, python_function
from ...core.promotion import floats_only
from ...core.tensor import Array, Tensor, wrap
from ...ops.pointwise import erf_array

HERE = "torch.nn.functional"


def _finished(
    operation: Callable[..., Tensor], inplace: bool, input: Tensor, *values: object
) -> Tensor:
    """Return `operation(input, *values)`, written over the input where it is to be `inplace`."""
    if not (inplace and isinstance(input, Tensor)):
        return operation(input, *values)
    return replace(input, operation(as_it_was(input), *values))


@python_function(HERE)
def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return max(x, 0) of every element x."""
    return _finished(FUNCTIONS["relu"], inplace, input)


@python_function(HERE)
def tanh(input: Tensor) -> Tensor:
    """Return the hyperbolic tangent of every element."""
    return input.tanh()


@python_function(HERE)
def sigmoid(input: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-x)) of every element x."""
    return input.sigmoid()


_leaky_relu = op(
    "leaky_relu(Tensor input, Scalar negative_slope=0.01, *, Tensor out=None)",
    saves="negative_slope self", check=floats_only("leaky_relu_cpu"), module=HERE,
    gradient=lambda grad, x, slope, y: np.where(x > 0, grad, grad * x.dtype.type(slope)),
)(lambda x, slope: np.where(x > 0, x, x * x.dtype.type(slope)))  # fmt: skip


@python_function(HERE)
def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """Return x where x > 0, else negative_slope * x."""
    return _finished(_leaky_relu, inplace, input, negative_slope)


def _below_zero(x: Array, alpha: float) -> Array:
    return np.asarray(x.dtype.type(alpha) * np.expm1(np.minimum(x, 0)))


_elu = op(
    "elu(Tensor input, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1, *, Tensor out=None)",
    saves="alpha input_scale scale self", check=floats_only("elu_cpu"), module=HERE,
    gradient=lambda grad, x, alpha, *_: np.where(
        x > 0, grad, grad * (_below_zero(x, alpha) + x.dtype.type(alpha))),
)(lambda x, alpha, *_: np.where(x > 0, x, _below_zero(x, alpha)))  # fmt: skip


@python_function(HERE)
def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return x where x > 0, else alpha * (exp(x) - 1)."""
    return _finished(_elu, inplace, input, alpha)


def _refuse_bool(input: Tensor, *_bounds: float) -> None:
    if input._array.dtype.kind == "b":
        raise RuntimeError("Bool inputs not supported for hardtanh")


def _between(x: Array, low: float, high: float) -> Array:
    return np.asarray(np.clip(x, x.dtype.type(low), x.dtype.type(high)))


def _grad_between(grad: Array, x: Array, low: float, high: float, _: Array) -> Array:
    return np.where((x > low) & (x < high), grad, grad.dtype.type(0))


def _clipping(name: str, low: str, high: str) -> Callable[..., Tensor]:
    return op(
        f"{name}(Tensor input, Scalar min_val={low}, Scalar max_val={high})",
        node="HardtanhBackward0",
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
    return _finished(_hardtanh, inplace, input, min_val, max_val)


@python_function(HERE)
def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """Return min(max(x, 0), 6) of every element x."""
    return _finished(_relu6, inplace, input)


def _share_below(x: Array, approximate: str) -> Array:
    """Return the share of a normal distribution that lies below each number, in float64."""
    wide = x.astype(np.float64)
    if approximate == "none":
        bent = erf_array(wide / sqrt(2))
    else:
        bent = np.tanh(sqrt(2 / pi) * (wide + 0.044715 * wide**3))
    return np.asarray(0.5 * (1 + bent))


def _gelu_slope(x: Array, approximate: str) -> Array:
    wide, share = x.astype(np.float64), _share_below(x, approximate)
    if approximate == "none":
        return np.asarray(share + wide * np.exp(-0.5 * wide * wide) / sqrt(2 * pi))
    inner = sqrt(2 / pi) * (1 + 3 * 0.044715 * wide**2)
    return np.asarray(share + 2 * wide * share * (1 - share) * inner)


def _check_gelu(input: Tensor, approximate: str) -> None:
    floats_only("GeluKernelImpl")(input)
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")


@op(
    "gelu(Tensor input, *, str approximate='none', Tensor out=None)",
    saves="approximate self", check=_check_gelu, module=HERE,
    gradient=lambda grad, x, approximate, y: (
        grad * in_blocks(lambda part: _gelu_slope(part, approximate), x)),
)  # fmt: skip
def gelu(x: Array, approximate: str) -> Array:
    """Return x times the share of a normal distribution that lies below x.

    `approximate="tanh"` computes that share as 0.5 * (1 + tanh(...)), "none" exactly.
    """
    return (x * _share_below(x, approximate)).astype(x.dtype)


def _logistic(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


_silu = op(
    "silu(Tensor input, *, Tensor out=None)",
    saves="self", check=floats_only("silu_cpu"), module=HERE,
    gradient=lambda grad, x, y: grad * _logistic(x) * (1 + x * (1 - _logistic(x))),
)(lambda x: x * _logistic(x))  # fmt: skip


@python_function(HERE)
def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return x / (1 + exp(-x)) of every element x."""
    return _finished(_silu, inplace, input)


@op(
    "softplus(Tensor input, Scalar beta=1, Scalar threshold=20, *, Tensor out=None)",
    saves="beta self threshold", check=floats_only("softplus_cpu"), module=HERE,
    gradient=lambda grad, x, beta, threshold, y: np.where(
        x * x.dtype.type(beta) > threshold, grad, grad / (1 + np.exp(-(x * x.dtype.type(beta))))),
)  # fmt: skip
def softplus(x: Array, beta: float, threshold: float) -> Array:
    """Return log(1 + exp(beta * x)) / beta; x itself where beta * x is over `threshold`."""
    scaled = x * x.dtype.type(beta)
    curved = np.log1p(np.exp(np.minimum(scaled, threshold))) / x.dtype.type(beta)
    return np.where(scaled > threshold, x, curved).astype(x.dtype)


@python_function(HERE)
def softsign(input: Tensor) -> Tensor:
    """Return x / (1 + |x|) of every element x."""
    return input / (input.abs() + 1)


@declared("log_sigmoid(Tensor input, *, Tensor out=None)", module=HERE)
def logsigmoid(input: Tensor) -> Tensor:
    """Return log(1 / (1 + exp(-x))) of every element x."""
    floats_only("log_sigmoid_cpu")(input)
    x = input._array
    small = np.exp(-np.abs(x))

    def backward(grad: Array) -> tuple[Array]:
        return (grad * np.where(x < 0, 1 / (1 + small), small / (1 + small)),)

    output = np.minimum(x, 0) - np.log1p(small)
    return record("LogSigmoidBackward0", output, (input,), backward, self=input, buffer=wrap(small))


@python_function(HERE)
def softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: DType | None = None
) -> Tensor:
    """Return exp(x) divided by its sum along `dim`: shares that add up to 1."""
    axis = _implicit_dim("softmax", input.ndim, _stacklevel) if dim is None else dim
    return input.softmax(axis) if dtype is None else input.softmax(axis, dtype=dtype)


@python_function(HERE)
def log_softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: DType | None = None
) -> Tensor:
    """Return the logarithm of `softmax`."""
    axis = _implicit_dim("log_softmax", input.ndim, _stacklevel) if dim is None else dim
    return input.log_softmax(axis) if dtype is None else input.log_softmax(axis, dtype=dtype)


def _implicit_dim(name: str, ndim: int, stacklevel: int) -> int:
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include "
        "dim=X as an argument.",
        stacklevel=stacklevel + 1,  # what keeps numpy silent stands between
    )
    return 0 if ndim in (0, 1, 3) else 1
