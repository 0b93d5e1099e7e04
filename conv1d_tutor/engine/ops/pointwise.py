"""Functions of one number, or of two, applied to every element."""

from collections.abc import Callable, Mapping
from math import inf, log, pi, sqrt

import numpy as np

from ..core.graph import fit, record_elementwise
from ..core.guard import in_blocks
from ..core.methods import hang
from ..core.op import declared, kernel, op
from ..core.pieces import in_pieces, where
from ..core.promotion import (
    NOTHING,
    check_all_broadcast,
    floating,
    floats_only,
    in_one_dtype,
)
from ..core.strides import as_alone, as_first
from ..core.tensor import Array, Tensor
from .error_function import erf_array


def _unary(
    name: str,
    doc: str,
    function: Callable[[Array], Array],
    gradient: Callable[..., Array],
    saves: str = "",
    aliases: str = "",
    floats: bool = True,
    check: Callable[..., None] | None = None,
    lies: Callable[..., Array] | None = None,
) -> Callable[..., Tensor]:
    """Declare a function of every element; integers are taken as floats unless told otherwise."""
    return op(
        f"{name}(Tensor input, *, Tensor out=None)",
        saves=saves,
        gradient=gradient,
        floats=floats,
        check=check,
        lies=lies,
        doc=doc,
        aliases=aliases,
        in_place=True,
    )(function)


# --- exponents and logarithms

exp = _unary("exp", "Return e ** input.", np.exp, lambda grad, x, y: grad * y, "result")
_unary("exp2", "Return 2 ** input.", np.exp2,
       lambda grad, x, y: grad * y * x.dtype.type(log(2)), "result")  # fmt: skip
_unary("expm1", "Return exp(input) - 1, exact for small inputs.", np.expm1,
       lambda grad, x, y: grad * (y + 1), "result")  # fmt: skip
log_ = _unary("log", "Return the natural logarithm.", np.log, lambda grad, x, y: grad / x, "self")
_unary("log2", "Return the logarithm to base 2.", np.log2,
       lambda grad, x, y: grad / (x * x.dtype.type(log(2))), "self")  # fmt: skip
_unary("log10", "Return the logarithm to base 10.", np.log10,
       lambda grad, x, y: grad / (x * x.dtype.type(log(10))), "self")  # fmt: skip
_unary("log1p", "Return log(1 + input), exact for small inputs.", np.log1p,
       lambda grad, x, y: grad / (x + 1), "self")  # fmt: skip
_unary("sqrt", "Return the square root.", np.sqrt, lambda grad, x, y: grad / (2 * y), "result")
_unary("rsqrt", "Return 1 / sqrt(input).", lambda x: 1 / np.sqrt(x),
       lambda grad, x, y: -0.5 * grad * y**3, "result")  # fmt: skip
reciprocal = _unary("reciprocal", "Return 1 / input.", lambda x: 1 / x,
                    lambda grad, x, y: -grad * y * y, "result")  # fmt: skip

# --- angles

_unary("sin", "Return the sine.", np.sin, lambda grad, x, y: grad * np.cos(x), "self")
_unary("cos", "Return the cosine.", np.cos, lambda grad, x, y: grad * -np.sin(x), "self")
_unary("tan", "Return the tangent.", np.tan, lambda grad, x, y: grad * (1 + y * y), "result")
_unary("asin", "Return the angle whose sine is input.", np.arcsin,
       lambda grad, x, y: grad / np.sqrt(1 - x * x), "self", aliases="arcsin")  # fmt: skip
_unary("acos", "Return the angle whose cosine is input.", np.arccos,
       lambda grad, x, y: -grad / np.sqrt(1 - x * x), "self", aliases="arccos")  # fmt: skip
_unary("atan", "Return the angle whose tangent is input.", np.arctan,
       lambda grad, x, y: grad / (x * x + 1), "self", aliases="arctan")  # fmt: skip
_unary("sinh", "Return the hyperbolic sine.", np.sinh,
       lambda grad, x, y: grad * np.cosh(x), "self")  # fmt: skip
_unary("cosh", "Return the hyperbolic cosine.", np.cosh,
       lambda grad, x, y: grad * np.sinh(x), "self")  # fmt: skip
tanh = _unary("tanh", "Return the hyperbolic tangent.", np.tanh,
              lambda grad, x, y: grad * (1 - y * y), "result")  # fmt: skip
_unary("deg2rad", "Return degrees as radians.", lambda x: x * x.dtype.type(pi / 180),
       lambda grad, x, y: grad * grad.dtype.type(pi / 180), lies=as_first)  # fmt: skip
_unary("rad2deg", "Return radians as degrees.", lambda x: x * x.dtype.type(180 / pi),
       lambda grad, x, y: grad * grad.dtype.type(180 / pi), lies=as_first)  # fmt: skip

# --- shares

sigmoid = _unary("sigmoid", "Return 1 / (1 + exp(-input)).",
                 lambda x: np.asarray(1 / (1 + np.exp(-x)), x.dtype),
                 lambda grad, x, y: grad * ((1 - y) * y), "result")  # fmt: skip
_unary("erf", "Return the error function.", erf_array,
       lambda grad, x, y: grad * (x.dtype.type(2 / sqrt(pi)) * np.exp(-x * x)), "self")  # fmt: skip


@declared("logit(Tensor input, float? eps=None, *, Tensor out=None)", in_place=True)
def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """Return log(input / (1 - input)), of an input kept `eps` away from 0 and 1."""
    x = floating(input._array)
    z = x if eps is None else np.clip(x, x.dtype.type(eps), x.dtype.type(1 - eps))

    def backward(grad: Array) -> tuple[Array]:
        if eps is None:
            # Outside of [0, 1] there is no logit, hence no slope.
            slope = np.where((x < 0) | (x > 1), np.nan, 1 / (x * (1 - x)))
        else:
            slope = np.where((x < eps) | (x > 1 - eps), 0, 1 / (z * (1 - z)))
        return ((grad * slope).astype(x.dtype),)

    return record_elementwise(
        "LogitBackward0", np.log(z / (1 - z)), (x,), (input,), backward, self=input, eps=eps
    )


# --- signs and whole numbers

_REFUSE_TRUTHS: Mapping[str, Exception] = {
    "relu": RuntimeError("Boolean inputs not supported for relu"),
    "abs": NotImplementedError("\"abs_cpu\" not implemented for 'Bool'"),
}


def _check_truths(name: str) -> Callable[..., None]:
    """Return what raises PyTorch's error where a function is asked of truth values."""

    def check(input: Tensor, *_options: object) -> None:
        if input._array.dtype.kind == "b":
            raise _REFUSE_TRUTHS.get(name) or NotImplementedError(
                f"\"{name}_vml_cpu\" not implemented for 'Bool'"
            )

    return check


def _of_numbers(
    name: str,
    doc: str,
    function: Callable[[Array], Array],
    gradient: Callable[..., Array],
    saves: str = "",
    aliases: str = "",
) -> Callable[..., Tensor]:
    """Declare a function of every element that leaves integers integers, and takes no truths."""
    return _unary(name, doc, function, gradient, saves, aliases, False, _check_truths(name))


def _flat(grad: Array, *_values: Array) -> Array:
    return np.zeros_like(grad)


def _whole(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda x: function(x) if x.dtype.kind == "f" else x.copy()


def _sign(x: Array) -> Array:
    return x.copy() if x.dtype.kind == "b" else np.sign(x)


def _at_least_0(x: Array) -> Array:
    if x.dtype.kind != "f":
        return np.maximum(x, 0)
    # Unlike `np.maximum`, this keeps -0, as PyTorch does, and is done many at a time.
    return np.asarray(np.clip(x, x.dtype.type(0), x.dtype.type(inf)))


relu = _of_numbers("relu", "Return every element, 0 for a negative one.",
                   _at_least_0, lambda grad, x, y: grad * (y > 0),
                   "result")  # fmt: skip
abs_ = _of_numbers("abs", "Return every element without its sign.", np.abs,
                   lambda grad, x, y: grad * np.sign(x), "self", aliases="absolute")  # fmt: skip
hang("__abs__", Tensor.abs)
_unary("sign", "Return -1, 0 or 1 for every element.", _sign, _flat, floats=False)
_unary("sgn", "Return -1, 0 or 1 for every element.", _sign, _flat, floats=False)
_of_numbers("floor", "Return every element rounded down.", _whole(np.floor), _flat)
_of_numbers("ceil", "Return every element rounded up.", _whole(np.ceil), _flat)
_of_numbers("trunc", "Return every element without its fraction.", _whole(np.trunc), _flat,
            aliases="fix")  # fmt: skip
_unary("frac", "Return the fraction of every element.", lambda x: x - np.trunc(x),
       lambda grad, x, y: grad, floats=False, check=floats_only("frac_cpu"))  # fmt: skip


def _round(node: str) -> Callable[..., Tensor]:
    rounded: Callable[..., Tensor] = kernel(
        "round(Tensor input, *, int decimals=0)",
        node=node,
        gradient=_flat,
        check=_check_truths("round"),
    )(lambda x, decimals: x.copy() if x.dtype.kind != "f" else np.round(x, decimals))
    return rounded


_round_to_whole, _round_to_decimals = _round("RoundBackward0"), _round("RoundBackward1")


@declared(
    "round(Tensor input, *, Tensor out=None)",
    "round(Tensor input, *, int decimals, Tensor out=None)",
    in_place=True,
)
def round_(input: Tensor, decimals: int | None = None) -> Tensor:
    """Return every element rounded, halves to even."""
    if decimals is None:
        return _round_to_whole(input)
    return _round_to_decimals(input, decimals=decimals)


op(
    "nan_to_num(Tensor input, float? nan=None, float? posinf=None, float? neginf=None, *, "
    "Tensor out=None)",
    saves="self", in_place=True, lies=as_first,
    doc="Return input with numbers where it has nan and infinities.",
    gradient=lambda grad, x, nan, posinf, neginf, result: grad * np.isfinite(x),
)(lambda x, nan, posinf, neginf: np.nan_to_num(
    x, nan=0.0 if nan is None else nan, posinf=posinf, neginf=neginf
))  # fmt: skip


# --- between bounds

_Bound = Tensor | int | float | None


@declared(
    "clamp(Tensor input, Tensor? min=None, Tensor? max=None, *, Tensor out=None)",
    "clamp(Tensor input, Scalar? min=None, Scalar? max=None, *, Tensor out=None)",
    aliases="clip", in_place=True,
)  # fmt: skip
def clamp(input: Tensor, min: _Bound = None, max: _Bound = None) -> Tensor:
    """Return every element, at least `min` and at most `max`."""
    given = [bound for bound in (min, max) if bound is not None]
    if not given:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    x, *bounds = in_one_dtype([input, *given])

    def bounded(x: Array, *bounds: Array) -> Array:
        if x.dtype.kind == "f":  # keeps -0, as PyTorch does, and is done many at a time
            low, high = (bounds[0], bounds[-1])
            if min is None:
                low = x.dtype.type(-inf)
            if max is None:
                high = x.dtype.type(inf)
            return np.asarray(np.clip(x, low, high))
        above = x if min is None else np.maximum(x, bounds[0])
        return above if max is None else np.minimum(above, bounds[-1])

    def backward(grad: Array) -> tuple[Array | None, ...]:
        below = np.bool_(False) if min is None else x < bounds[0]
        above = np.bool_(False) if max is None else x > bounds[-1]
        if len(bounds) == 2:
            # Where the bounds cross, the upper one is what came out.
            below, above = below & (bounds[0] < bounds[1]), above | (bounds[0] > bounds[1])
        towards: list[Array | None] = [fit(where(below | above, 0, grad), input._array)]
        for source, reached in zip(sources[1:], (below, above), strict=False):
            needed = source.requires_grad
            towards.append(fit(where(reached, grad, 0), source._array) if needed else None)
        return tuple(towards)

    by_tensor = isinstance(given[0], Tensor)
    ends = tuple(bound if isinstance(bound, Tensor) else NOTHING for bound in (min, max))
    sources = (input, *ends) if by_tensor else (input,)
    return record_elementwise(
        f"ClampBackward{0 if by_tensor else 1}",
        in_blocks(bounded, x, *bounds),
        (x, *bounds) if by_tensor else (x,),
        sources,
        backward,
        self=input,
        min=min,
        max=max,
    )


def _one_bound(
    name: str,
    function: Callable[..., Array],
    within: Callable[..., Array],
    beyond: Callable[..., Array],
) -> Callable[[Tensor, Tensor | float], Tensor]:
    """Return the operation that keeps elements on one side of a bound, a number or a tensor."""

    def inside(grad: Array, x: Array, bound: Array, result: Array) -> Array:
        return where(within(x, bound), grad, 0)

    def outside(grad: Array, x: Array, bound: Array, result: Array) -> Array:
        return where(beyond(x, bound), grad, 0)

    text, saves = f"clamp_{name}(Tensor input, Tensor {name})", f"self {name}"
    node = f"Clamp{name.title()}Backward"
    by_number = kernel(text, node=f"{node}0", saves=saves, gradient=(inside, None), lies=as_alone)(
        function
    )
    by_tensor = kernel(text, node=f"{node}1", saves=saves, gradient=(inside, outside))(function)
    return lambda x, bound: (by_tensor if isinstance(bound, Tensor) else by_number)(x, bound)


_at_least = _one_bound("min", np.maximum, np.greater_equal, np.less)
_at_most = _one_bound("max", np.minimum, np.less_equal, np.greater)


@declared(
    "clamp_min(Tensor input, Tensor min, *, Tensor out=None)",
    "clamp_min(Tensor input, Scalar min, *, Tensor out=None)",
    in_place=True,
)
def clamp_min(input: Tensor, min: Tensor | float) -> Tensor:
    """Return every element, at least `min`."""
    return _at_least(input, min)


@declared(
    "clamp_max(Tensor input, Tensor max, *, Tensor out=None)",
    "clamp_max(Tensor input, Scalar max, *, Tensor out=None)",
    in_place=True,
)
def clamp_max(input: Tensor, max: Tensor | float) -> Tensor:
    """Return every element, at most `max`."""
    return _at_most(input, max)


# --- of two numbers

op(
    "atan2(Tensor input, Tensor other, *, Tensor out=None)",
    saves="self other", floats=True, aliases="arctan2", in_place=True,
    gradient=(lambda grad, x, y, result: grad / (x * x + y * y) * y,
              lambda grad, x, y, result: grad / (x * x + y * y) * -x),
    doc="Return the angle of the point (other, input).",
)(np.arctan2)  # fmt: skip

op(
    "hypot(Tensor input, Tensor other, *, Tensor out=None)",
    saves="self other result", in_place=True,
    gradient=(lambda grad, x, y, result: grad * (x / result),
              lambda grad, x, y, result: grad * (y / result)),
    check=floats_only("hypot_cpu"), doc="Return the length of (input, other).",
)(np.hypot)  # fmt: skip


def _check_lerp(input: Tensor, end: Tensor, weight: Tensor | float) -> None:
    """Raise PyTorch's error where the three of `lerp` have not one floating dtype, or one shape."""
    if input.dtype is not end.dtype:
        raise RuntimeError(
            f"expected dtype {input.dtype.c_name} for `end` but got dtype {end.dtype.c_name}"
        )
    tensors = [each for each in (input, end, weight) if isinstance(each, Tensor)]
    check_all_broadcast([each._array for each in tensors])
    if input._array.dtype.kind != "f":
        kind = "tensor" if len(tensors) == 3 else "scalar"
        raise NotImplementedError(
            f"\"lerp_kernel_{kind}\" not implemented for '{input.dtype.scalar}'"
        )


def _between(x: Array, y: Array, part: Array) -> Array:
    """Return what lies `part` of the way from x to y, counted from the nearer end."""
    way = y - x
    near = np.abs(part) < 0.5
    if near.all():
        return np.asarray(x + part * way)
    far: Array = y - way * (1 - part)
    return far if not near.any() else where(near, x + part * way, far)


@declared(
    "lerp(Tensor input, Tensor end, Tensor weight, *, Tensor out=None)",
    "lerp(Tensor input, Tensor end, Scalar weight, *, Tensor out=None)",
    in_place=True,
)
def lerp(input: Tensor, end: Tensor, weight: Tensor | float) -> Tensor:
    """Return what lies between `input` and `end`, `weight` of the way."""
    x, y = input._array, end._array
    _check_lerp(input, end, weight)
    part = np.asarray(weight._array if isinstance(weight, Tensor) else x.dtype.type(weight))
    if part.ndim:
        output = in_pieces(_between, x, y, part)
    else:
        output = in_pieces(lambda x, y: _between(x, y, part), x, y)
    sources = (input, end, weight) if isinstance(weight, Tensor) else (input, end)

    def backward(grad: Array) -> tuple[Array, ...]:
        towards_weight = (fit(grad * (y - x), each._array) for each in sources[2:])
        return fit(grad * (1 - part), x), fit(grad * part, y), *towards_weight

    saved = {"self": input, "end": end} if len(sources) == 3 else {}
    return record_elementwise(
        f"LerpBackward{len(sources) - 2}",
        output.astype(x.dtype, copy=False),
        [each._array for each in sources],
        sources,
        backward,
        weight=weight,
        **saved,
    )
