"""Comparing tensors: where they are equal or less, the larger of two, what is no number."""

from collections.abc import Callable, Sequence

import numpy as np

from ..core.graph import made
from ..core.guard import in_blocks
from ..core.op import declared, op, viewing
from ..core.promotion import in_one_dtype
from ..core.strides import as_first, as_operands
from ..core.tensor import Array, Tensor, wrap

# --- of two tensors, or of a tensor and a number


def _comparison(
    name: str, says: str, function: Callable[..., Array], aliases: str = ""
) -> Callable[..., Tensor]:
    """Declare where a relation holds, element by element: a bool tensor."""
    return op(
        f"{name}(Tensor input, Tensor other, *, Tensor out=None)",
        f"{name}(Tensor input, Scalar other, *, Tensor out=None)",
        aliases=aliases,
        in_place=True,
        in_place_node=name.title(),
        doc=f"Return where `input` is {says} `other`.",
    )(function)


COMPARISONS = {
    "eq": _comparison("eq", "equal to", np.equal),
    "ne": _comparison("ne", "not equal to", np.not_equal, "not_equal"),
    "lt": _comparison("lt", "less than", np.less, "less"),
    "le": _comparison("le", "less than or equal to", np.less_equal, "less_equal"),
    "gt": _comparison("gt", "greater than", np.greater, "greater"),
    "ge": _comparison("ge", "greater than or equal to", np.greater_equal, "greater_equal"),
}
"""The comparisons that Python's operators `==`, `!=`, `<`, `<=`, `>` and `>=` stand for."""


def _better_of_two(
    name: str, doc: str, function: Callable[..., Array], loses: Callable[..., Array]
) -> Callable[..., Tensor]:
    """Declare the larger or smaller of two; equal ones share the gradient."""

    def towards(grad: Array, own: Array, other: Array) -> Array:
        return np.where(own == other, grad / 2, np.where(loses(own, other), 0, grad))

    return op(
        f"{name}(Tensor input, Tensor other, *, Tensor out=None)",
        saves="self other",
        doc=doc,
        gradient=(
            lambda grad, x, y, result: towards(grad, x, y),
            lambda grad, x, y, result: towards(grad, y, x),
        ),
    )(function)


maximum = _better_of_two("maximum", "Return the larger of two, element by element.",
                         np.maximum, np.less)  # fmt: skip
minimum = _better_of_two("minimum", "Return the smaller of two, element by element.",
                         np.minimum, np.greater)  # fmt: skip


def _number_of_two(
    name: str, doc: str, function: Callable[..., Array], wins: Callable[..., Array]
) -> None:
    """Declare the larger or smaller of two, where a number wins over nan, and the first a draw."""

    def first(x: Array, y: Array) -> Array:
        return wins(x, y) | np.isnan(y)

    op(
        f"{name}(Tensor input, Tensor other, *, Tensor out=None)",
        saves="self other",
        doc=doc,
        gradient=(
            lambda grad, x, y, result: np.where(first(x, y), grad, 0),
            lambda grad, x, y, result: np.where(first(x, y), 0, grad),
        ),
    )(function)


_number_of_two("fmax", "Return the larger of two; beside nan, the number.",
               np.fmax, np.greater_equal)  # fmt: skip
_number_of_two("fmin", "Return the smaller of two; beside nan, the number.",
               np.fmin, np.less_equal)  # fmt: skip


@declared(
    "isclose(Tensor input, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False)"
)
def isclose(input: Tensor, other: Tensor, rtol: float, atol: float, equal_nan: bool) -> Tensor:
    """Return where two tensors are equal within `atol + rtol * |other|`."""
    if input._array.dtype != other._array.dtype:
        raise RuntimeError(f"{input.dtype.scalar} did not match {other.dtype.scalar}")
    for name, value in (("rtol", rtol), ("atol", atol)):
        if not value >= 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {value:g}")

    def close(x: Array, y: Array) -> Array:
        near = np.asarray(x == y)
        if x.dtype.kind != "b":
            near |= np.isfinite(y) & (np.abs(x - y) <= atol + np.abs(rtol * y))
        return near | (np.isnan(x) & np.isnan(y)) if equal_nan else near

    arrays = in_one_dtype((input, other))
    return wrap(as_operands(in_blocks(close, *arrays), arrays))


@declared(
    "allclose(Tensor input, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False)"
)
def allclose(input: Tensor, other: Tensor, rtol: float, atol: float, equal_nan: bool) -> bool:
    """Return whether `isclose` holds everywhere."""
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())


@viewing("equal(Tensor input, Tensor other)")
def equal(input: Tensor, other: Tensor) -> bool:
    """Return whether two tensors have the same shape and the same elements."""
    return bool(np.array_equal(input._array, other._array))


@declared(
    "isin(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False, "
    "Tensor out=None)",
    "isin(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False, "
    "Tensor out=None)",
    "isin(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False, "
    "Tensor out=None)",
    method=False,
)
def isin(assume_unique: bool, invert: bool, **operands: Tensor | float) -> Tensor:
    """Return of every element whether it is among the test elements; `invert` turns that round."""
    elements, among = (
        each._array if isinstance(each, Tensor) else np.asarray(each) for each in operands.values()
    )
    return made(np.isin(elements, among, assume_unique, invert))


# --- of each element


_INFINITY: Array = np.asarray(np.inf)


def _as_compared(result: Array, operands: Sequence[Array]) -> Array:
    """Return what is infinite: PyTorch compares absolute values with a number.

    Of whole numbers it knows without looking.
    """
    if operands[0].dtype.kind != "f":
        return as_first(result, operands)
    absolute = as_operands(result, operands)
    return as_operands(absolute, (absolute, _INFINITY))


def _as_both(result: Array, operands: Sequence[Array]) -> Array:
    """Return what is finite: what equals itself, and is not infinite."""
    compared = _as_compared(result, operands)
    if operands[0].dtype.kind != "f":
        return compared
    return as_operands(result, (as_operands(result, operands), compared))


def _property(
    name: str,
    says: str,
    function: Callable[..., Array],
    out: str = "",
    lies: Callable[..., Array] = as_operands,
) -> None:
    op(
        f"{name}(Tensor input{out})",
        computes=False,
        lies=lies,
        doc=f"Return where an element is {says}.",
    )(function)


_property("isnan", "nan, not a number", np.isnan)
_property("isinf", "infinite", np.isinf, lies=_as_compared)
_property("isfinite", "a finite number", np.isfinite, lies=_as_both)
_OUT = ", *, Tensor out=None"
_property("isposinf", "positive infinity", lambda x: np.isinf(x) & (x > 0), _OUT)
_property("isneginf", "negative infinity", lambda x: np.isinf(x) & (x < 0), _OUT)
_property("signbit", "negative, or minus zero", np.signbit, _OUT)
