"""Functions of one number, applied to every element."""

from collections.abc import Callable, Mapping
from math import erf as erf_of_number
from math import pi, sqrt
from typing import Any, Literal

import numpy as np

from ..core import dtypes
from ..core.arguments import expect_tensor
from ..core.graph import RESULT, record
from ..core.in_place import in_place_twin
from ..core.interruptible import in_blocks
from ..core.surface import FUNCTIONS, offered
from ..core.tensor import Array, Tensor

__all__ = ["erf_array", "floating", "relu", "sigmoid"]

_Saves = Literal["self", "result", None]
_ERF = np.frompyfunc(erf_of_number, 1, 1)


def floating(array: Array) -> Array:
    """Return the array in a floating dtype: an integer one in the default dtype."""
    return array if array.dtype.kind == "f" else array.astype(dtypes.default_dtype().numpy)


def erf_array(x: Array) -> Array:
    """Return the error function of every element."""
    return np.asarray(_ERF(x.astype(np.float64)), np.float64).astype(x.dtype)


def _sign(x: Array) -> Array:
    return x.copy() if x.dtype.kind == "b" else np.sign(x)


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)), x.dtype)


_NOT_OF_TRUTHS: Mapping[str, Exception] = {
    "relu": RuntimeError("Boolean inputs not supported for relu"),
    "abs": NotImplementedError("\"abs_cpu\" not implemented for 'Bool'"),
} | {
    name: NotImplementedError(f"\"{name}_vml_cpu\" not implemented for 'Bool'")
    for name in ("floor", "ceil", "trunc", "round")
}


def _unary(
    name: str,
    node: str,
    function: Callable[[Array], Any],
    derivative: Callable[[Array, Array, Array], Any],
    saves: _Saves = None,
    keeps_integers: bool = False,
) -> None:
    """Offer `name(input)` and `name_`; `derivative(grad, input, output)` is its gradient."""

    def operation(input: Tensor) -> Tensor:
        expect_tensor(input, name)
        x = input._array
        if not keeps_integers:
            x = floating(x)
        elif x.dtype.kind == "b" and name in _NOT_OF_TRUTHS:
            raise _NOT_OF_TRUTHS[name]
        output = np.asarray(in_blocks(function, x))

        def backward(grad: Array) -> tuple[Array]:
            return (derivative(grad, x, output),)

        if saves == "self":
            return record(node, output, (input,), backward, self=input)
        if saves == "result":
            return record(node, output, (input,), backward, result=RESULT)
        return record(node, output, (input,), backward)

    operation.__doc__ = f"Return `{name}` of every element."
    offered(name)(operation)
    in_place_twin(name)


def _zero(grad: Array, x: Array, y: Array) -> Array:
    return np.zeros_like(grad)


def _whole(function: Callable[[Array], Any]) -> Callable[[Array], Any]:
    return lambda x: function(x) if x.dtype.kind == "f" else x.copy()


_unary("exp", "ExpBackward0", np.exp, lambda g, x, y: g * y, "result")
_unary("exp2", "Exp2Backward0", np.exp2, lambda g, x, y: g * y * np.log(x.dtype.type(2)), "result")
_unary("expm1", "Expm1Backward0", np.expm1, lambda g, x, y: g * (y + 1), "result")
_unary("log", "LogBackward0", np.log, lambda g, x, y: g / x, "self")
_unary("log2", "Log2Backward0", np.log2, lambda g, x, y: g / (x * x.dtype.type(np.log(2))), "self")
_unary(
    "log10", "Log10Backward0", np.log10, lambda g, x, y: g / (x * x.dtype.type(np.log(10))), "self"
)
_unary("log1p", "Log1PBackward0", np.log1p, lambda g, x, y: g / (x + 1), "self")
_unary("sqrt", "SqrtBackward0", np.sqrt, lambda g, x, y: g / (2 * y), "result")
_unary(
    "rsqrt", "RsqrtBackward0", lambda x: 1 / np.sqrt(x), lambda g, x, y: -0.5 * g * y**3, "result"
)
_unary("sin", "SinBackward0", np.sin, lambda g, x, y: g * np.cos(x), "self")
_unary("cos", "CosBackward0", np.cos, lambda g, x, y: g * -np.sin(x), "self")
_unary("tan", "TanBackward0", np.tan, lambda g, x, y: g * (1 + y * y), "result")
_unary("asin", "AsinBackward0", np.arcsin, lambda g, x, y: g / np.sqrt(1 - x * x), "self")
_unary("acos", "AcosBackward0", np.arccos, lambda g, x, y: -g / np.sqrt(1 - x * x), "self")
_unary("atan", "AtanBackward0", np.arctan, lambda g, x, y: g / (x * x + 1), "self")
_unary("sinh", "SinhBackward0", np.sinh, lambda g, x, y: g * np.cosh(x), "self")
_unary("cosh", "CoshBackward0", np.cosh, lambda g, x, y: g * np.sinh(x), "self")
_unary("tanh", "TanhBackward0", np.tanh, lambda g, x, y: g * (1 - y * y), "result")
_unary("sigmoid", "SigmoidBackward0", _sigmoid, lambda g, x, y: g * ((1 - y) * y), "result")
_unary(
    "erf", "ErfBackward0", erf_array,
    lambda g, x, y: g * (x.dtype.type(2 / sqrt(pi)) * np.exp(-x * x)), "self",
)  # fmt: skip
_unary("reciprocal", "ReciprocalBackward0", lambda x: 1 / x, lambda g, x, y: -g * y * y, "result")
_unary(
    "abs", "AbsBackward0", np.abs, lambda g, x, y: g * np.sign(x), "self", keeps_integers=True
)  # fmt: skip
_unary("sign", "SignBackward0", _sign, _zero, keeps_integers=True)
_unary("sgn", "SgnBackward0", _sign, _zero, keeps_integers=True)
_unary("floor", "FloorBackward0", _whole(np.floor), _zero, keeps_integers=True)
_unary("ceil", "CeilBackward0", _whole(np.ceil), _zero, keeps_integers=True)
_unary("trunc", "TruncBackward0", _whole(np.trunc), _zero, keeps_integers=True)
_unary("frac", "FracBackward0", lambda x: x - np.trunc(x), lambda g, x, y: g)
_unary("deg2rad", "Deg2RadBackward0", lambda x: x * x.dtype.type(pi / 180),
       lambda g, x, y: g * g.dtype.type(pi / 180))  # fmt: skip
_unary("rad2deg", "Rad2DegBackward0", lambda x: x * x.dtype.type(180 / pi),
       lambda g, x, y: g * g.dtype.type(180 / pi))  # fmt: skip
_unary(
    "relu", "ReluBackward0", lambda x: np.maximum(x, 0), lambda g, x, y: g * (y > 0), "result",
    keeps_integers=True,
)  # fmt: skip

for _other, _name in {
    "absolute": "abs", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "fix": "trunc",
}.items():  # fmt: skip
    FUNCTIONS[_other] = FUNCTIONS[_name]
    setattr(Tensor, _other, FUNCTIONS[_name])

Tensor.__abs__ = FUNCTIONS["abs"]  # type: ignore[attr-defined]

relu = FUNCTIONS["relu"]
sigmoid = FUNCTIONS["sigmoid"]


@offered("round")
def round_(input: Tensor, *, decimals: int | None = None) -> Tensor:
    """Return every element rounded, halves to even."""
    expect_tensor(input, "round")
    x = input._array
    if x.dtype.kind == "b":
        raise _NOT_OF_TRUTHS["round"]
    output = x.copy() if x.dtype.kind != "f" else np.round(x, decimals or 0)
    return record(
        "RoundBackward0" if decimals is None else "RoundBackward1",
        output,
        (input,),
        lambda grad: (np.zeros_like(grad),),
    )


@offered("nan_to_num")
def nan_to_num(
    input: Tensor, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """Return `input` with numbers where it has nan and infinities."""
    x = input._array
    output = np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)
    return record(
        "NanToNumBackward0", output, (input,), lambda grad: (grad * np.isfinite(x),), self=input
    )


@offered("logit")
def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """Return log(input / (1 - input)), of an input kept `eps` away from 0 and 1."""
    x = floating(input._array)
    z = x if eps is None else np.clip(x, x.dtype.type(eps), x.dtype.type(1 - eps))
    output = np.log(z / (1 - z))

    def backward(grad: Array) -> tuple[Array]:
        if eps is None:
            # Outside of [0, 1] there is no logit, hence no slope.
            slope = np.where((x < 0) | (x > 1), np.nan, 1 / (x * (1 - x)))
        else:
            slope = np.where((x < eps) | (x > 1 - eps), 0, 1 / (z * (1 - z)))
        return ((grad * slope).astype(x.dtype),)

    return record("LogitBackward0", output, (input,), backward, self=input, eps=eps)


for _name in ("round", "nan_to_num", "logit"):
    in_place_twin(_name)
in_place_twin("absolute", FUNCTIONS["abs"])
