"""Activations that bend every number; those of straight pieces are in piecewise.py."""

import warnings
from collections.abc import Callable
from math import pi, sqrt
from typing import Any

import numpy as np

from ...core.dims import along, as_dim, saved_dim
from ...core.dtypes import DType
from ...core.graph import made, record, record_elementwise
from ...core.op import FUNCTIONS, declared, op, python_function
from ...core.pieces import in_pieces, where
from ...core.promotion import floats_only
from ...core.tensor import Array, Tensor
from ...ops.error_function import erf_of_scaled
from .piecewise import finished

HERE = "torch.nn.functional"


@python_function(HERE)
def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return max(x, 0) of every element x."""
    return finished(FUNCTIONS["relu"], inplace, input)


@python_function(HERE)
def tanh(input: Tensor) -> Tensor:
    """Return the hyperbolic tangent of every element."""
    return input.tanh()


@python_function(HERE)
def sigmoid(input: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-x)) of every element x."""
    return input.sigmoid()


def _below_zero(x: Array, alpha: float, input_scale: float) -> Array:
    number = x.dtype.type
    return np.asarray(number(alpha) * np.expm1(np.minimum(x, 0) * number(input_scale)))


def _elu_slope(x: Array, alpha: float, scale: float, input_scale: float) -> Array:
    number = x.dtype.type
    curved = number(input_scale) * (_below_zero(x, alpha, input_scale) + number(alpha))
    return np.asarray(number(scale) * where(x > 0, number(1), curved))


def _bent(signature: str, **options: Any) -> Callable[..., Tensor]:
    return op(
        signature, check=floats_only("elu_cpu"), module=HERE,
        gradient=lambda grad, x, alpha, scale, input_scale, y: (
            in_pieces(lambda grad, x: grad * _elu_slope(x, alpha, scale, input_scale), grad, x)),
        **options,
    )(lambda x, alpha, scale, input_scale: in_pieces(lambda x: (
        x.dtype.type(scale) * where(x > 0, x, _below_zero(x, alpha, input_scale))), x))  # fmt: skip


_SCALES = "Scalar alpha=1, Scalar scale=1, Scalar input_scale=1"
_elu = _bent(
    f"elu(Tensor input, {_SCALES}, *, Tensor out=None)", saves="alpha input_scale scale self"
)
_elu_ = _bent(
    f"elu_(Tensor input, {_SCALES})", node="EluBackward1", saves="alpha input_scale result scale"
)


@python_function(HERE)
def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return x where x > 0, else alpha * (exp(x) - 1)."""
    return finished(_elu_ if inplace else _elu, inplace, input, alpha)


_ALPHA_OF_SELU, _SCALE_OF_SELU = 1.6732632423543772, 1.0507009873554805
"""With these the outputs of layer after layer tend to a mean of 0 and a variance of 1."""


@declared("selu(Tensor input)", method=False)
def _selu(input: Tensor) -> Tensor:
    """Return 1.0507 * x where x > 0, else 1.0507 * 1.6733 * (exp(x) - 1)."""
    return _elu(input, _ALPHA_OF_SELU, _SCALE_OF_SELU, 1)


@python_function(HERE)
def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return 1.0507 * x where x > 0, else 1.0507 * 1.6733 * (exp(x) - 1)."""
    if inplace:
        return finished(_elu_, True, input, _ALPHA_OF_SELU, _SCALE_OF_SELU, 1)
    result: Tensor = FUNCTIONS["selu"](input)
    return result


def _check_celu(input: Tensor, alpha: float) -> None:
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    floats_only("elu_cpu")(input)


def _of_unit_slope(signature: str, **options: Any) -> Callable[..., Tensor]:
    return op(
        signature, check=_check_celu,
        gradient=lambda grad, x, alpha, y: in_pieces(
            lambda grad, x: grad * _elu_slope(x, alpha, 1, 1 / alpha), grad, x),
        **options,
    )(lambda x, alpha: in_pieces(
        lambda x: where(x > 0, x, _below_zero(x, alpha, 1 / alpha)), x))  # fmt: skip


_of_unit_slope(
    "celu(Tensor input, Scalar alpha=1.0)",
    saves="alpha self",
    method=False,
    doc="Return x where x > 0, else alpha * (exp(x / alpha) - 1).",
)
_celu_ = _of_unit_slope(
    "celu_(Tensor input, Scalar alpha=1.0)",
    node="CeluBackward1",
    saves="alpha result",
    module=HERE,
)


@python_function(HERE)
def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return x where x > 0, else alpha * (exp(x / alpha) - 1)."""
    return finished(_celu_ if inplace else FUNCTIONS["celu"], inplace, input, alpha)


_EXACT_UP_TO = 2**10
"""Elements that GELU is exact for: what a learner reads. More are computed as PyTorch does."""


def _spread(x: Array, approximate: str) -> Array:
    """Return twice the share of a normal distribution that lies below each number, less 1."""
    number = x.dtype.type
    if approximate == "none":
        bent = erf_of_scaled(x)
    else:
        bent = np.tanh(number(sqrt(2 / pi)) * (x + number(0.044715) * (x * x * x)))
    return bent


def _gelu_slope(x: Array, approximate: str) -> Array:
    number = x.dtype.type
    share = number(0.5) * (1 + _spread(x, approximate))
    if approximate == "none":
        return np.asarray(share + x * np.exp(number(-0.5) * x * x) * number(1 / sqrt(2 * pi)))
    inner = number(sqrt(2 / pi)) * (1 + number(3 * 0.044715) * x * x)
    return np.asarray(share + 2 * x * share * (1 - share) * inner)


def _working(x: Array) -> Array:
    """Return a piece in the precision that GELU is computed in: a few numbers in float64."""
    if x.dtype == np.float16:
        return x.astype(np.float32)
    return x.astype(np.float64) if x.size <= _EXACT_UP_TO else x


def _check_gelu(input: Tensor, approximate: str) -> None:
    floats_only("GeluKernelImpl")(input)
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")


@op(
    "gelu(Tensor input, *, str approximate='none', Tensor out=None)",
    saves="approximate self", check=_check_gelu, module=HERE,
    gradient=lambda grad, x, approximate, y: in_pieces(
        lambda grad, x: grad * _gelu_slope(_working(x), approximate), grad, x),
)  # fmt: skip
def gelu(x: Array, approximate: str) -> Array:
    """Return x times the share of a normal distribution that lies below x.

    `approximate="tanh"` computes that share as 0.5 * (1 + tanh(...)), "none" exactly.
    """

    def weighted(x: Array, out: Array | None = None) -> Array:
        wide = _working(x)
        half = wide * wide.dtype.type(0.5)
        spread = _spread(wide, approximate)
        spread += wide.dtype.type(1)
        return np.asarray(np.multiply(spread, half, out=out, casting="same_kind"))

    return in_pieces(weighted, x, writes=True)


def _logistic(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def _silu_gradient(grad: Array, x: Array) -> Array:
    share = _logistic(x)
    return np.asarray(grad * share * (1 + x * (1 - share)))


_silu = op(
    "silu(Tensor input, *, Tensor out=None)",
    saves="self", check=floats_only("silu_cpu"), module=HERE,
    gradient=lambda grad, x, y: in_pieces(_silu_gradient, grad, x),
)(lambda x: in_pieces(lambda x: x * _logistic(x), x))  # fmt: skip


@python_function(HERE)
def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return x / (1 + exp(-x)) of every element x."""
    return finished(_silu, inplace, input)


def _soft(x: Array) -> Array:
    """Return log(1 + exp(x)), which is x itself where x is large."""
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


def _mish_slope(x: Array) -> Array:
    bent = np.tanh(_soft(x))
    return np.asarray(bent + x * (1 - bent * bent) * _logistic(x))


_mish = op(
    "mish(Tensor input, *, Tensor out=None)",
    saves="self", check=floats_only("mish_cpu"), module=HERE,
    gradient=lambda grad, x, y: in_pieces(lambda grad, x: grad * _mish_slope(x), grad, x),
)(lambda x: in_pieces(lambda x: x * np.tanh(_soft(x)), x))  # fmt: skip


@python_function(HERE)
def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """Return x * tanh(log(1 + exp(x))) of every element x."""
    return finished(_mish, inplace, input)


@declared("glu(Tensor input, int dim=-1, *, Tensor out=None)", module=HERE)
def _glu(input: Tensor, dim: int = -1) -> Tensor:
    axis, x = as_dim(dim, input.ndim), input._array
    if x.shape[axis] % 2:
        raise RuntimeError(
            f"Halving dimension must be even, but dimension {axis} is size {x.shape[axis]}"
        )
    floats_only("glu_cpu")(input)
    half = x.shape[axis] // 2
    kept, closed = x[along(axis, slice(half))], x[along(axis, slice(half, None))]

    def backward(grad: Array) -> tuple[Array]:
        gate = _logistic(closed)
        opened = grad * gate
        return (np.concatenate((opened, opened * (1 - gate) * kept), axis),)

    return record_elementwise(
        "GluBackward0",
        in_pieces(lambda part, gate: part * _logistic(gate), kept, closed),
        (kept, closed),
        (input,),
        backward,
        dim=saved_dim(dim),
        self=input,
    )


@python_function(HERE)
def glu(input: Tensor, dim: int = -1) -> Tensor:
    """Return the first half along `dim`, times the sigmoid of the other: it is the gate."""
    if input.dim() == 0:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    return _glu(input, dim)


@op(
    "softplus(Tensor input, Scalar beta=1, Scalar threshold=20, *, Tensor out=None)",
    saves="beta self threshold", check=floats_only("softplus_cpu"), module=HERE,
    gradient=lambda grad, x, beta, threshold, y: in_pieces(lambda grad, x: where(
        x * x.dtype.type(beta) > threshold, grad, grad / (1 + np.exp(-(x * x.dtype.type(beta))))),
        grad, x),
)  # fmt: skip
def softplus(x: Array, beta: float, threshold: float) -> Array:
    """Return log(1 + exp(beta * x)) / beta; x itself where beta * x is over `threshold`."""

    def bent(x: Array) -> Array:
        scaled = x * x.dtype.type(beta)
        curved = np.log1p(np.exp(np.minimum(scaled, threshold))) / x.dtype.type(beta)
        return where(scaled > threshold, x, curved)

    return in_pieces(bent, x)


@python_function(HERE)
def tanhshrink(input: Tensor) -> Tensor:
    """Return x - tanh(x) of every element x."""
    return input - input.tanh()


@python_function(HERE)
def softsign(input: Tensor) -> Tensor:
    """Return x / (1 + |x|) of every element x."""
    return input / (input.abs() + 1)


def _logsigmoid_gradient(grad: Array, x: Array, small: Array) -> Array:
    return np.asarray(grad * (where(x < 0, x.dtype.type(1), small) / (1 + small)))


@declared("log_sigmoid(Tensor input, *, Tensor out=None)", module=HERE)
def logsigmoid(input: Tensor) -> Tensor:
    """Return log(1 / (1 + exp(-x))) of every element x."""
    floats_only("log_sigmoid_cpu")(input)
    x = input._array
    small = np.exp(-np.abs(x))

    def backward(grad: Array) -> tuple[Array]:
        return (in_pieces(_logsigmoid_gradient, grad, x, small),)

    output = np.minimum(x, 0) - np.log1p(small)
    return record("LogSigmoidBackward0", output, (input,), backward, self=input, buffer=made(small))


@python_function(HERE)
def softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: DType | None = None
) -> Tensor:
    """Return exp(x) divided by its sum along `dim`: shares that add up to 1."""
    axis = _implicit_dim("softmax", input.ndim, _stacklevel) if dim is None else dim
    return input.softmax(axis) if dtype is None else input.softmax(axis, dtype=dtype)


@python_function(HERE)
def softmin(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: DType | None = None
) -> Tensor:
    """Return the `softmax` of the negated elements: the least gets the largest share."""
    axis = _implicit_dim("softmin", input.ndim, _stacklevel) if dim is None else dim
    return (-input).softmax(axis) if dtype is None else (-input).softmax(axis, dtype=dtype)


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
