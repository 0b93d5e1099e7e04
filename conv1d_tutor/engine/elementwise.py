"""Functions of one number, applied to every element."""

from collections.abc import Callable, Mapping
from math import erf as erf_of_number
from math import pi, sqrt
from typing import Any, Literal

import numpy as np

from . import dtypes
from .arguments import as_dim, expect_tensor
from .graph import RESULT, fit, record
from .in_place import as_it_was, check_in_place, in_place_twin, replace
from .interruptible import in_blocks
from .operands import NOTHING, broadcast, check_broadcast, joined, joined_dtype
from .surface import FUNCTIONS, offered
from .tensor import Array, Tensor, wrap

__all__ = ["clamp", "floating", "relu", "sigmoid", "where"]

_Saves = Literal["self", "result", None]
_ERF = np.frompyfunc(erf_of_number, 1, 1)


def floating(array: Array) -> Array:
    """Give the array in a floating dtype: an integer one in the default dtype."""
    return array if array.dtype.kind == "f" else array.astype(dtypes.default_dtype().numpy)


def erf_array(x: Array) -> Array:
    """Give the error function of every element."""
    return np.asarray(_ERF(x.astype(np.float64)), np.float64).astype(x.dtype)


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

    def operation(input: Tensor, *, out: Any = None) -> Tensor:
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

    operation.__doc__ = f"Give `{name}` of every element."
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
_unary("sign", "SignBackward0", np.sign, _zero, keeps_integers=True)
_unary("sgn", "SgnBackward0", np.sign, _zero, keeps_integers=True)
_unary("floor", "FloorBackward0", _whole(np.floor), _zero, keeps_integers=True)
_unary("ceil", "CeilBackward0", _whole(np.ceil), _zero, keeps_integers=True)
_unary("trunc", "TruncBackward0", _whole(np.trunc), _zero, keeps_integers=True)
_unary("frac", "FracBackward0", lambda x: x - np.trunc(x), lambda g, x, y: g)
_unary("deg2rad", "MulBackward0", lambda x: x * x.dtype.type(pi / 180),
       lambda g, x, y: g * g.dtype.type(pi / 180))  # fmt: skip
_unary("rad2deg", "MulBackward0", lambda x: x * x.dtype.type(180 / pi),
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
def round_(input: Tensor, *, decimals: int = 0) -> Tensor:
    """Give every element rounded, halves to even."""
    expect_tensor(input, "round")
    x = input._array
    if x.dtype.kind == "b":
        raise _NOT_OF_TRUTHS["round"]
    output = x.copy() if x.dtype.kind != "f" else np.round(x, decimals)
    return record("RoundBackward0", output, (input,), lambda grad: (np.zeros_like(grad),))


@offered("nan_to_num")
def nan_to_num(
    input: Tensor, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """Give `input` with numbers where it has nan and infinities."""
    x = input._array
    output = np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)
    return record(
        "NanToNumBackward0", output, (input,), lambda grad: (grad * np.isfinite(x),), self=input
    )


@offered("logit")
def logit(input: Tensor) -> Tensor:
    """Give log(input / (1 - input))."""
    x = floating(input._array)
    output = np.log(x / (1 - x))
    return record("LogitBackward0", output, (input,), lambda g: (g / (x * (1 - x)),), self=input)


# --- bounds


def _bound_array(bound: Any) -> Any:
    return bound._array if isinstance(bound, Tensor) else bound


@offered("clamp", "clip")
def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """Give every element, at least `min` and at most `max`."""
    expect_tensor(input, "clamp")
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    given = [bound for bound in (min, max) if bound is not None]
    dtype = joined_dtype(input, *given).numpy
    x = input._array.astype(dtype, copy=False)
    low, high = (None if b is None else np.asarray(_bound_array(b)).astype(dtype)
                 for b in (min, max))  # fmt: skip
    output = x if low is None else np.maximum(x, low)
    output = output if high is None else np.minimum(output, high)

    def backward(grad: Array) -> tuple[Array | None, ...]:
        inside = np.ones(x.shape, np.bool_)
        if low is not None:
            inside &= x >= low
        if high is not None:
            inside &= x <= high
        return (fit(grad * inside, input._array),)

    name = "ClampBackward0" if isinstance(given[0], Tensor) else "ClampBackward1"
    return record(name, np.array(output), (input,), backward, self=input, min=min, max=max)


@offered("clamp_min")
def clamp_min(input: Tensor, min: Any) -> Tensor:
    """Give every element, at least `min`."""
    return clamp(input, min=min)


@offered("clamp_max")
def clamp_max(input: Tensor, max: Any) -> Tensor:
    """Give every element, at most `max`."""
    return clamp(input, max=max)


def _chosen(name: str, node: str, function: Any, wins: Callable[[Array, Array], Array]) -> None:
    """Offer the larger or smaller of two; equal ones share the gradient."""

    def operation(input: Tensor, other: Tensor, *, out: Any = None) -> Tensor:
        expect_tensor(input, name)
        expect_tensor(other, name, "other", 2)
        x, y = joined(input, other)

        def backward(grad: Array) -> tuple[Array, Array]:
            half = np.where(x == y, grad / 2, 0)
            return (
                fit(np.where(wins(x, y), grad, half), input._array),
                fit(np.where(wins(y, x), grad, half), other._array),
            )

        output = broadcast(function, x, y)
        return record(node, output, (input, other), backward, self=input, other=other)

    operation.__doc__ = f"Give the {name} of two tensors, element by element."
    offered(name)(operation)


_chosen("maximum", "MaximumBackward0", np.maximum, np.greater)
_chosen("minimum", "MinimumBackward0", np.minimum, np.less)
_chosen("fmax", "FmaxBackward0", np.fmax, np.greater)
_chosen("fmin", "FminBackward0", np.fmin, np.less)


# --- choosing


@offered("where", method=False)
def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """Give `input` where `condition` is true, `other` elsewhere."""
    if isinstance(input, Tensor) and not isinstance(condition, Tensor):
        raise TypeError("where(): argument 'condition' (position 1) must be Tensor, not "
                        f"{type(condition).__name__}")  # fmt: skip
    if input is None and other is None:
        return tuple(wrap(each) for each in np.nonzero(condition._array))
    if condition._array.dtype.kind != "b":
        raise RuntimeError(
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{condition.dtype.scalar}"
        )
    x, y = joined(input, other)
    chosen = condition._array
    for one, two in ((chosen, x), (chosen, y), (x, y)):
        check_broadcast(one.shape, two.shape)

    def backward(grad: Array) -> tuple[Array | None, Array | None]:
        return (
            fit(np.where(chosen, grad, 0), input._array) if isinstance(input, Tensor) else None,
            fit(np.where(chosen, 0, grad), other._array) if isinstance(other, Tensor) else None,
        )

    sources = tuple(each if isinstance(each, Tensor) else NOTHING for each in (input, other))
    return record(
        "WhereBackward0", np.where(chosen, x, y), sources, backward,
        condition=condition,
    )  # fmt: skip


@offered("where", function=False)
def _where_method(self: Tensor, condition: Tensor, other: Any) -> Any:
    return where(condition, self, other)


@offered("masked_fill")
def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """Give `input` with `value` wherever `mask` is true."""
    expect_tensor(mask, "masked_fill", "mask", 1)
    if mask._array.dtype.kind != "b":
        raise RuntimeError(
            f"masked_fill_ only supports boolean masks, but got mask with dtype {mask.dtype.c_name}"
        )
    x, chosen = input._array, mask._array
    number = value.item() if isinstance(value, Tensor) else value
    check_broadcast(chosen.shape, x.shape)
    output = np.where(chosen, x.dtype.type(number), x)
    return record(
        "MaskedFillBackward0", output, (input,),
        lambda grad: (fit(np.where(chosen, 0, grad), x),), mask=mask,
    )  # fmt: skip


@offered("masked_fill_", function=False)
def masked_fill_(self: Tensor, mask: Tensor, value: Any) -> Tensor:
    """Write `value` wherever `mask` is true."""
    check_in_place(self)
    expect_tensor(mask, "masked_fill_", "mask", 1)
    check_broadcast(self._array.shape, mask._array.shape)
    return replace(self, masked_fill(as_it_was(self), mask, value))


@offered("lerp")
def lerp(input: Tensor, end: Tensor, weight: Any) -> Tensor:
    """Give what lies between `input` and `end`, `weight` of the way."""
    x, y = input._array, end._array
    part = weight._array if isinstance(weight, Tensor) else x.dtype.type(weight)
    output = np.where(np.abs(part) < 0.5, x + part * (y - x), y - (y - x) * (1 - part))
    return record(
        "LerpBackward1" if isinstance(weight, Tensor) else "LerpBackward0",
        output.astype(x.dtype, copy=False), (input, end),
        lambda grad: (fit(grad * (1 - part), x), fit(grad * part, y)), weight=weight,
    )  # fmt: skip


@offered("atan2", "arctan2")
def atan2(input: Tensor, other: Tensor) -> Tensor:
    """Give the angle of the point (other, input)."""
    x, y = (floating(each) for each in joined(input, other))

    def backward(grad: Array) -> tuple[Array, Array]:
        scaled = grad / (x * x + y * y)
        return fit(scaled * y, input._array), fit(scaled * -x, other._array)

    output = broadcast(np.arctan2, x, y)
    return record("Atan2Backward0", output, (input, other), backward, self=input, other=other)


@offered("hypot")
def hypot(input: Tensor, other: Tensor) -> Tensor:
    """Give the length of (input, other)."""
    x, y = joined(input, other)
    output = np.asarray(broadcast(np.hypot, x, y))
    return record(
        "HypotBackward0", output, (input, other),
        lambda g: (fit(g * (x / output), x), fit(g * (y / output), y)),
        self=input, other=other, result=RESULT,
    )  # fmt: skip


# --- along a dim


@offered("softmax")
def softmax(input: Tensor, dim: Any = None, dtype: Any = None) -> Tensor:
    """Give exp(input) divided by its sum along `dim`."""
    source, axis, saved_dim = _along(input, dim, dtype, "softmax")
    x = np.atleast_1d(source._array)
    powers = np.exp(x - x.max(axis=axis, keepdims=True, initial=-np.inf))
    output = (powers / powers.sum(axis=axis, keepdims=True)).reshape(source._array.shape)
    axis = axis if output.ndim else None

    def backward(grad: Array) -> tuple[Array]:
        return (output * (grad - (grad * output).sum(axis=axis, keepdims=True)),)

    return record("SoftmaxBackward0", output, (source,), backward, dim=saved_dim, result=RESULT)


@offered("log_softmax")
def log_softmax(input: Tensor, dim: Any = None, dtype: Any = None) -> Tensor:
    """Give the logarithm of `softmax`."""
    source, axis, saved_dim = _along(input, dim, dtype, "log_softmax")
    x = np.atleast_1d(source._array)
    shifted = x - x.max(axis=axis, keepdims=True, initial=-np.inf)
    output = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    output = output.reshape(source._array.shape)
    axis = axis if output.ndim else None

    def backward(grad: Array) -> tuple[Array]:
        return (grad - np.exp(output) * grad.sum(axis=axis, keepdims=True),)

    return record("LogSoftmaxBackward0", output, (source,), backward, dim=saved_dim, result=RESULT)


def _along(input: Tensor, dim: Any, dtype: Any, name: str) -> tuple[Tensor, Any, int]:
    expect_tensor(input, name)
    if dim is None:
        raise TypeError(f'{name}() missing 1 required positional arguments: "dim"')
    axis = as_dim(dim, input._array.ndim, name)
    if dtype is not None:
        input = input.to(dtype)
    if input._array.dtype.kind != "f":
        last = "_lastdim" if axis >= input._array.ndim - 1 else ""
        raise NotImplementedError(
            f"\"{name}{last}_kernel_impl\" not implemented for '{input.dtype.scalar}'"
        )
    return input, axis, dim % 2**64


for _name in ("clamp", "clip", "clamp_min", "clamp_max", "round", "lerp",
              "nan_to_num", "logit"):  # fmt: skip
    in_place_twin(_name)
in_place_twin("absolute", FUNCTIONS["abs"])
