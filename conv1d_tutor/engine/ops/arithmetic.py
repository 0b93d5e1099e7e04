"""Sums, differences, products, quotients and powers, element by element."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from ..core.graph import fit, record_elementwise
from ..core.methods import hang
from ..core.op import NO_DERIVATIVE, declared, kernel, op
from ..core.pieces import in_pieces, where
from ..core.promotion import in_one_dtype, joined_dtype
from ..core.strides import as_operands, contiguous
from ..core.tensor import Array, Tensor, wrap


def as_tensor_beside(number: float, other: Tensor) -> Tensor:
    """Return a number as a 0-d tensor of the dtype that it has together with `other`."""
    return wrap(np.asarray(number).astype(joined_dtype(other, number).numpy))


def _scaled(array: Array, alpha: float) -> Array:
    return array if alpha == 1 else array * np.asarray(alpha).astype(array.dtype)


add = op(
    "add(Tensor input, Tensor other, *, Scalar alpha=1, Tensor out=None)",
    "add(Tensor input, Scalar alpha, Tensor other, *, Tensor out=None)|deprecated",
    saves="alpha", numbers=True, in_place=True,
    gradient=(lambda grad, x, y, alpha, result: grad,
              lambda grad, x, y, alpha, result: _scaled(grad, alpha)),
    doc="Return input + alpha * other, element by element.",
)(lambda x, y, alpha: x + _scaled(y, alpha))  # fmt: skip


def _refuse_bool(input: Tensor | float, other: Tensor | float, alpha: float = 1) -> None:
    """Raise PyTorch's error for a difference of truth values."""
    truths = [
        isinstance(each, bool) or (isinstance(each, Tensor) and each._array.dtype.kind == "b")
        for each in (input, other)
    ]
    if all(truths):
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or "
            "`logical_xor()` operator instead."
        )
    if any(truths):
        raise RuntimeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying "
            "to invert a mask, use the `~` or `logical_not()` operator instead."
        )


sub = op(
    "sub(Tensor input, Tensor other, *, Scalar alpha=1, Tensor out=None)",
    "sub(Tensor input, Scalar alpha, Tensor other, *, Tensor out=None)|deprecated",
    "sub(Tensor input, Scalar other, Scalar alpha=1)|subtract",
    saves="alpha", aliases="subtract", numbers=True, in_place=True, check=_refuse_bool,
    gradient=(lambda grad, x, y, alpha, result: grad,
              lambda grad, x, y, alpha, result: -_scaled(grad, alpha)),
    doc="Return input - alpha * other, element by element.",
)(lambda x, y, alpha: x - _scaled(y, alpha))  # fmt: skip


def _as_swapped(result: Array, operands: Sequence[Array]) -> Array:
    return as_operands(result, operands[::-1])


_rsub_tensor = kernel(
    "rsub(Tensor input, Tensor other, *, Scalar alpha=1)",
    saves="alpha", check=_refuse_bool, lies=_as_swapped,
    gradient=(lambda grad, x, y, alpha, result: -_scaled(grad, alpha),
              lambda grad, x, y, alpha, result: grad),
)(lambda x, y, alpha: y - _scaled(x, alpha))  # fmt: skip

_rsub_number = kernel(
    "rsub(Tensor input, Tensor other, *, Scalar alpha=1)",
    node="RsubBackward1", saves="alpha", check=_refuse_bool,
    gradient=(lambda grad, x, y, alpha, result: -_scaled(grad, alpha), None),
)(lambda x, y, alpha: y - _scaled(x, alpha))  # fmt: skip


@declared(
    "rsub(Tensor input, Tensor other, *, Scalar alpha=1)",
    "rsub(Tensor input, Scalar other, Scalar alpha=1)",
)
def rsub(input: Tensor, other: Tensor | float, alpha: float = 1) -> Tensor:
    """Return other - alpha * input, element by element."""
    subtracted = _rsub_tensor if isinstance(other, Tensor) else _rsub_number
    return subtracted(input, other, alpha=alpha)


mul = op(
    "mul(Tensor input, Tensor other, *, Tensor out=None)",
    "mul(Tensor input, Scalar other)|multiply",
    saves="self:other other:input", aliases="multiply", numbers=True, in_place=True,
    gradient=(lambda grad, x, y, result: grad * y, lambda grad, x, y, result: grad * x),
    doc="Return input * other, element by element.",
)(np.multiply)  # fmt: skip


# --- quotients


def _refuse_truths(x: Array, kernel_name: str) -> None:
    """Raise PyTorch's error for truth values that are divided and rounded."""
    if x.dtype.kind == "b":
        raise NotImplementedError(f"\"{kernel_name}\" not implemented for 'Bool'")


def _refuse_zero(y: Array) -> None:
    """Raise PyTorch's error for whole numbers divided by zero."""
    if y.dtype.kind in "iub" and not np.all(y):
        raise RuntimeError("ZeroDivisionError")


_true_divide = kernel(
    "div(Tensor input, Tensor other)",
    saves="self:other other", floats=True, numbers=True,
    gradient=(lambda grad, x, y, result: grad / y,
              lambda grad, x, y, result: -grad * ((x / y) / y)),
)(np.true_divide)  # fmt: skip


def _floored(x: Array, y: Array) -> Array:
    """Return what `np.floor_divide` does: of many floats a step at a time, which is faster."""
    if x.dtype.kind != "f" or x.dtype == np.float16 or max(x.size, y.size) < _MANY:
        return np.floor_divide(x, y)
    return in_pieces(_floored_floats, x, y)


_MANY = 2**10


def _floored_floats(x: Array, y: Array) -> Array:
    """Return the quotients rounded down, exactly: of what is left without the remainder."""
    left = np.fmod(x, y)
    quotient = (x - left) / y
    quotient -= (left != 0) & ((left < 0) != (y < 0))
    whole = np.floor(quotient)
    whole += quotient - whole > 0.5
    by_zero, none = y == 0, quotient == 0
    if by_zero.any() or none.any():
        exact = x / y
        whole = where(by_zero, exact, where(none, np.copysign(0, exact).astype(x.dtype), whole))
    return whole


@kernel(
    "div(Tensor input, Tensor other, *, str rounding_mode)",
    node="DivBackward2", saves="self:other other rounding_mode", numbers=True,
    gradient=(lambda grad, x, y, mode, result: np.zeros_like(grad),
              lambda grad, x, y, mode, result: np.zeros_like(grad)),
)  # fmt: skip
def _rounded_divide(x: Array, y: Array, rounding_mode: str) -> Array:
    _refuse_truths(x, f"div_{rounding_mode}_cpu")
    _refuse_zero(y)
    if rounding_mode == "floor":
        return _floored(x, y)
    return np.asarray(np.trunc(x / y).astype(x.dtype))


@declared(
    "div(Tensor input, Tensor other, *, Tensor out=None)",
    "div(Tensor input, Tensor other, *, str? rounding_mode, Tensor out=None)|div divide",
    "div(Tensor input, Scalar other)|divide true_divide",
    "div(Tensor input, Scalar other, *, str? rounding_mode)|divide",
    aliases="divide true_divide", numbers=True, in_place=True,
)  # fmt: skip
def div(input: Tensor, other: Tensor | float, rounding_mode: str | None = None) -> Tensor:
    """Return input / other, rounded as `rounding_mode` says ("floor", "trunc" or None)."""
    if rounding_mode is None:
        return _true_divide(input, other)
    if rounding_mode not in ("floor", "trunc"):
        raise RuntimeError(
            "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found "
            f"'{rounding_mode}'"
        )
    return _rounded_divide(input, other, rounding_mode=rounding_mode)


@op(
    "floor_divide(Tensor input, Tensor other, *, Tensor out=None)",
    "floor_divide(Tensor input, Scalar other)|floor_divide",
    gradient=NO_DERIVATIVE, numbers=True, in_place=True,
)  # fmt: skip
def floor_divide(x: Array, y: Array) -> Array:
    """Return the quotient rounded down, `input // other`."""
    _refuse_truths(x, "div_floor_cpu")
    _refuse_zero(y)
    return _floored(x, y)


def _remainder(x: Array, y: Array) -> Array:
    """Return the remainder with the divisor's sign; one that is zero keeps the dividend's."""
    _refuse_truths(x, "remainder_cpu")
    _refuse_zero(y)
    return in_pieces(_left_over, x, y)


def _left_over(x: Array, y: Array) -> Array:
    left = np.asarray(np.fmod(x, y))
    return where((left != 0) & ((left < 0) != (y < 0)), left + y, left)


def _fmod(x: Array, y: Array) -> Array:
    _refuse_truths(x, "fmod_cpu")
    _refuse_zero(y)
    return np.asarray(np.fmod(x, y))


_BY_NUMBER = {"gradient": (lambda grad, x, y, result: grad, None)}
_remainder_of_number = kernel("remainder(Tensor input, Tensor other)",
                          **_BY_NUMBER)(_remainder)  # fmt: skip
_remainder_of_tensor = kernel(
    "remainder(Tensor input, Tensor other)",
    node="RemainderBackward1", saves="self:other other:other",
    gradient=(lambda grad, x, y, result: grad,
              lambda grad, x, y, result: -grad * np.floor_divide(x, y)),
)(_remainder)  # fmt: skip
_fmod_of_number = kernel("fmod(Tensor input, Tensor other)",
                     **_BY_NUMBER)(_fmod)  # fmt: skip
_fmod_of_tensor = kernel(
    "fmod(Tensor input, Tensor other)",
    node="FmodBackward1", saves="self:other other:other",
    gradient=(lambda grad, x, y, result: grad,
              lambda grad, x, y, result: -grad * np.trunc(x / y)),
)(_fmod)  # fmt: skip

remainder_of_number = kernel("remainder(Tensor input, Tensor other)", gradient=NO_DERIVATIVE)(
    _remainder
)


@declared(
    "remainder(Tensor input, Tensor other, *, Tensor out=None)",
    "remainder(Scalar self, Tensor other)",
    "remainder(Tensor input, Scalar other, *, Tensor out=None)",
    method=False,
)  # fmt: skip
@declared(
    "remainder(Tensor input, Tensor other, *, Tensor out=None)",
    "remainder(Tensor input, Scalar other, *, Tensor out=None)",
    function=False, in_place=True,
)  # fmt: skip
def remainder(input: Tensor | float, other: Tensor | float) -> Tensor:
    """Return `input % other`, with the divisor's sign."""
    if not isinstance(input, Tensor):
        return remainder_of_number(as_tensor_beside(input, cast(Tensor, other)), other)
    by = _remainder_of_tensor if isinstance(other, Tensor) else _remainder_of_number
    return by(input, other)


@declared(
    "fmod(Tensor input, Tensor other, *, Tensor out=None)",
    "fmod(Tensor input, Scalar other, *, Tensor out=None)",
    in_place=True,
)  # fmt: skip
def fmod(input: Tensor, other: Tensor | float) -> Tensor:
    """Return the remainder of `input / other`, with the dividend's sign."""
    return (_fmod_of_tensor if isinstance(other, Tensor) else _fmod_of_number)(input, other)


# --- powers


def _power(x: Array, exponent: float) -> Array:
    """Return a power as PyTorch computes it: small ones by products and roots."""
    if x.dtype.kind == "f":
        if exponent == 2:
            return x * x
        if exponent == 3:
            return x * x * x
        if exponent == 0.5:
            return np.sqrt(x)
        if exponent == -1:
            return 1 / x
        if exponent == -2:
            return 1 / (x * x)
        if exponent == -0.5:
            return np.asarray(1 / np.sqrt(x))
    return np.asarray(np.power(x, np.asarray(exponent).astype(x.dtype)))


@declared(
    "pow(Tensor input, Tensor exponent, *, Tensor out=None)",
    "pow(Scalar self, Tensor exponent, *, Tensor out=None)",
    "pow(Tensor input, Scalar exponent, *, Tensor out=None)",
    in_place=True,
)  # fmt: skip
def pow_(input: Tensor | float, exponent: Tensor | float) -> Tensor:
    """Return `input ** exponent`."""
    if not isinstance(input, Tensor):
        return _power_of_number(input, exponent)
    if isinstance(exponent, Tensor):
        return _power_of_both(input, exponent)
    x, y = in_one_dtype((input, exponent))
    if x.dtype.kind in "iu" and y.dtype.kind == "i" and y < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed.")

    def backward(grad: Array) -> tuple[Array]:
        if exponent == 0:
            return (np.zeros_like(input._array),)
        return (fit(grad * (exponent * _power(x, exponent - 1)), input._array),)

    return record_elementwise(
        "PowBackward0",
        _power(x, exponent),
        (x,),
        (input,),
        backward,
        self=input,
        exponent=exponent,
    )


def _powers(x: Array, y: Array) -> Array:
    """Return x ** y; whole numbers with a negative exponent are cut off: 0, or 1 and -1 of such."""
    if x.dtype.kind not in "iu" or not (y < 0).any():
        return np.asarray(np.power(x, y))
    positive = np.power(x, np.maximum(y, 0))
    odd = np.where(y % 2 == 0, 1, x)
    return np.where(y >= 0, positive, np.where(np.abs(x) == 1, odd, 0)).astype(x.dtype)


_power_of_both = kernel(
    "pow(Tensor input, Tensor exponent)",
    node="PowBackward1", saves="self exponent result",
    gradient=(lambda grad, x, y, result: np.where(y == 0, 0, grad * y * np.power(x, y - 1)),
              lambda grad, x, y, result: grad * np.where((x == 0) & (y >= 0), 0,
                                                         result * np.log(x))),
)(_powers)  # fmt: skip


_power_of_number = kernel(
    "pow(Tensor self, Tensor exponent)",
    node="PowBackward2", saves="self exponent result",
    gradient=(None, lambda grad, x, y, result: grad * (result * np.log(x))),
    lies=contiguous,
)(_powers)  # fmt: skip


@declared("square(Tensor input, *, Tensor out=None)", in_place=True)
def square(input: Tensor) -> Tensor:
    """Return `input ** 2`, element by element."""
    return pow_(input, 2)


# --- signs, and products added


def _refuse_minus_truth(input: Tensor) -> None:
    if input._array.dtype.kind == "b":
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to "
            "invert a mask, use the `~` or `logical_not()` operator instead."
        )


neg = op(
    "neg(Tensor input, *, Tensor out=None)",
    aliases="negative", in_place=True, check=_refuse_minus_truth,
    gradient=lambda grad, x, result: -grad, doc="Return -input, element by element.",
)(np.negative)  # fmt: skip


@declared("positive(Tensor input)")
def positive(input: Tensor) -> Tensor:
    """Return `input` itself."""
    return input


hang("__pos__", Tensor.positive)


addcmul = op(
    "addcmul(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1, Tensor out=None)",
    "addcmul(Tensor input, Scalar value, Tensor tensor1, Tensor tensor2, *, Tensor out=None)"
    "|deprecated",
    saves="tensor1 tensor2 value", in_place=True,
    gradient=(lambda grad, x, one, two, value, result: grad,
              lambda grad, x, one, two, value, result: grad * two * value,
              lambda grad, x, one, two, value, result: grad * one * value),
    doc="Return input + value * tensor1 * tensor2, element by element.",
)(lambda x, one, two, value: x + value * one * two)  # fmt: skip

addcdiv = op(
    "addcdiv(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1, Tensor out=None)",
    "addcdiv(Tensor input, Scalar value, Tensor tensor1, Tensor tensor2, *, Tensor out=None)"
    "|deprecated",
    saves="tensor1 tensor2 value", in_place=True,
    gradient=(lambda grad, x, one, two, value, result: grad,
              lambda grad, x, one, two, value, result: grad * value / two,
              lambda grad, x, one, two, value, result: -grad * value * one / (two * two)),
    doc="Return input + value * tensor1 / tensor2, element by element.",
)(lambda x, one, two, value: x + value * one / two)  # fmt: skip
