"""Sums, differences, products, quotients and powers: the operators between tensors."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import dtypes
from ..core.arguments import expect_tensor
from ..core.graph import RESULT, fit, record
from ..core.promotion import NOTHING, NUMBERS, broadcast, check_broadcast, paired
from ..core.surface import offered
from ..core.tensor import Array, Tensor, wrap

__all__ = [
    "add",
    "div",
    "filled_like",
    "floor_divide",
    "mul",
    "neg",
    "pow_",
    "remainder",
    "rsub",
    "sub",
    "without_derivative",
]


def _tracked(other: Any) -> Tensor:
    return other if isinstance(other, Tensor) else NOTHING


def _saved(other: Any) -> Tensor:
    return other if isinstance(other, Tensor) else wrap(np.asarray(other))


def filled_like(number: Any, other: Tensor) -> Tensor:
    """Return a number as a 0-d tensor of the dtype that it has beside `other`."""
    return wrap(paired(other, number, "full")[1])


@offered("add")
def add(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """Return `input + alpha * other`."""
    if isinstance(other, Tensor) and isinstance(input, NUMBERS):
        return add(mul(other, alpha) if alpha != 1 else other, input)
    x, y = paired(input, other, "add")
    output = broadcast(np.add, x, y if alpha == 1 else y * x.dtype.type(alpha))
    second = _tracked(other)

    def backward(grad: Array) -> tuple[Array, Array]:
        return fit(grad, input._array), fit(grad if alpha == 1 else grad * alpha, second._array)

    return record("AddBackward0", output, (input, second), backward, alpha=alpha)


def _refuse_bool(input: Tensor, other: Any) -> None:
    """Raise PyTorch's error for a difference of truth values."""
    one = input._array.dtype.kind == "b"
    two = isinstance(other, bool) or (isinstance(other, Tensor) and other._array.dtype.kind == "b")
    if one and two:
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or "
            "`logical_xor()` operator instead."
        )
    if one or two:
        raise RuntimeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying "
            "to invert a mask, use the `~` or `logical_not()` operator instead."
        )


@offered("sub", "subtract")
def sub(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """Return `input - alpha * other`."""
    if isinstance(input, NUMBERS) and isinstance(other, Tensor):
        return sub(filled_like(input, other), other, alpha=alpha)
    x, y = paired(input, other, "sub")
    if input._array.dtype.kind == "b" or _saved(other)._array.dtype.kind == "b":
        _refuse_bool(input, other)
    output = broadcast(np.subtract, x, y if alpha == 1 else y * x.dtype.type(alpha))
    second = _tracked(other)

    def backward(grad: Array) -> tuple[Array, Array]:
        return fit(grad, input._array), fit(-grad if alpha == 1 else grad * -alpha, second._array)

    return record("SubBackward0", output, (input, second), backward, alpha=alpha)


@offered("rsub")
def rsub(input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """Return `other - input`."""
    if isinstance(other, Tensor):
        turned = sub(other.detach(), input.detach(), alpha=alpha)
        return record(
            "RsubBackward0", turned._array, (input, other),
            lambda grad: (fit(grad * -alpha, input._array), fit(grad, other._array)), alpha=alpha,
        )  # fmt: skip
    x, y = paired(input, other, "rsub")
    _refuse_bool(input, other)

    def backward(grad: Array) -> tuple[Array]:
        return (fit(-grad, input._array),)

    return record("RsubBackward1", np.subtract(y, x), (input,), backward, alpha=alpha)


@offered("mul", "multiply")
def mul(input: Tensor, other: Any) -> Tensor:
    """Return `input * other`, element by element."""
    if isinstance(input, NUMBERS) and isinstance(other, Tensor):
        return mul(other, input)
    x, y = paired(input, other, "mul")
    output = broadcast(np.multiply, x, y)
    second = _tracked(other)

    def backward(grad: Array) -> tuple[Array, Array | None]:
        towards_other = fit(grad * x, second._array) if second is not NOTHING else None
        return fit(grad * y, input._array), towards_other

    return record(
        "MulBackward0",
        output,
        (input, second),
        backward,
        self=input if second.requires_grad else None,
        other=_saved(other) if input.requires_grad else None,
    )


def _check_divisor(y: Array) -> None:
    if y.dtype.kind in "iub" and not np.all(y):
        raise RuntimeError("ZeroDivisionError")


@offered("div", "divide", "true_divide")
def div(input: Tensor, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """Return `input / other`, rounded as `rounding_mode` says ("floor", "trunc" or None)."""
    if isinstance(input, NUMBERS) and isinstance(other, Tensor):
        return div(filled_like(input, other), other, rounding_mode=rounding_mode)
    x, y = paired(input, other, "div")
    if rounding_mode is not None:
        return _rounded_quotient(input, other, x, y, rounding_mode)
    if x.dtype.kind != "f":
        x = x.astype(dtypes.default_dtype().numpy)
        y = y.astype(x.dtype)
    output = broadcast(np.true_divide, x, y)
    second = _tracked(other)

    def backward(grad: Array) -> tuple[Array, Array | None]:
        towards_other = None
        if second is not NOTHING:
            towards_other = fit(-grad * ((x / y) / y), second._array)
        return fit(grad / y, input._array), towards_other

    return record(
        "DivBackward0",
        output,
        (input, second),
        backward,
        self=input if second.requires_grad else None,
        other=_saved(other),
    )


def _rounded_quotient(input: Tensor, other: Any, x: Array, y: Array, mode: str) -> Tensor:
    """Return a quotient in whole numbers, whose slope is zero everywhere."""
    if mode not in ("floor", "trunc"):
        raise RuntimeError(
            f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{mode}'"
        )
    check_broadcast(x.shape, y.shape)
    _check_divisor(y)

    def quotient(a: Array, b: Array) -> Any:
        return np.floor_divide(a, b) if mode == "floor" else np.trunc(a / b).astype(a.dtype)

    second = _tracked(other)
    return record(
        "DivBackward2", broadcast(quotient, x, y), (input, second),
        lambda grad: (np.zeros_like(input._array), np.zeros_like(second._array)),
        self=input if second.requires_grad else None, other=_saved(other), rounding_mode=mode,
    )  # fmt: skip


def without_derivative(operation: str) -> Callable[[Array], tuple[Array, ...]]:
    """Return the backward of an operation that PyTorch cannot differentiate: it says so."""

    def backward(grad: Array) -> tuple[Array, ...]:
        raise RuntimeError(f"derivative for aten::{operation} is not implemented")

    return backward


@offered("floor_divide")
def floor_divide(input: Tensor, other: Any) -> Tensor:
    """Return `input // other`."""
    x, y = paired(input, other, "floor_divide")
    check_broadcast(x.shape, y.shape)
    _check_divisor(y)
    output = broadcast(np.floor_divide, x, y)
    sources = (input, other) if isinstance(other, Tensor) else (input,)
    return record("NotImplemented", output, sources, without_derivative("floor_divide"))


@offered("remainder")
def remainder(input: Tensor, other: Any) -> Tensor:
    """Return `input % other`, with the divisor's sign."""
    x, y = paired(input, other, "remainder")
    check_broadcast(x.shape, y.shape)
    _check_divisor(y)
    return _remaining("Remainder", _remainder, np.floor_divide, (x, y), input, other)


@offered("fmod")
def fmod(input: Tensor, other: Any) -> Tensor:
    """Return the remainder of `input / other`, with the dividend's sign."""
    x, y = paired(input, other, "fmod")
    check_broadcast(x.shape, y.shape)
    _check_divisor(y)
    return _remaining("Fmod", np.fmod, lambda a, b: np.trunc(a / b), (x, y), input, other)


def _remainder(x: Array, y: Array) -> Any:
    """Return the remainder with the divisor's sign; one that is zero keeps the dividend's."""
    left = np.fmod(x, y)
    return np.where((left != 0) & ((left < 0) != (y < 0)), left + y, left).astype(x.dtype)


def _remaining(
    operation: str, function: Any, quotient: Callable[[Array, Array], Any],
    pair: tuple[Array, Array], input: Tensor, other: Any,
) -> Tensor:  # fmt: skip
    x, y = pair
    output = broadcast(function, x, y)
    if not isinstance(other, Tensor):
        return record(
            f"{operation}Backward0", output, (input,), lambda grad: (fit(grad, input._array),)
        )

    def backward(grad: Array) -> tuple[Array, Array]:
        return fit(grad, input._array), fit(-grad * quotient(x, y), other._array)

    return record(
        f"{operation}Backward1", output, (input, other), backward,
        self=input if other.requires_grad else None, other=other if other.requires_grad else None,
    )  # fmt: skip


def _power(x: Array, exponent: Any) -> Any:
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
            return 1 / np.sqrt(x)
    return np.power(x, np.asarray(exponent).astype(x.dtype))


@offered("pow")
def pow_(input: Any, exponent: Any) -> Tensor:
    """Return `input ** exponent`."""
    if not isinstance(input, Tensor):
        return _power_of_number(input, exponent)
    x, y = paired(input, exponent, "pow")
    if (
        x.dtype.kind in "iu"
        and y.dtype.kind == "i"
        and np.any(y < 0)
        and not isinstance(exponent, Tensor)
    ):
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    if not isinstance(exponent, Tensor):
        output = _power(x, exponent)

        def backward(grad: Array) -> tuple[Array]:
            if exponent == 0:
                return (np.zeros_like(input._array),)
            return (fit(grad * (exponent * _power(x, exponent - 1)), input._array),)

        return record("PowBackward0", output, (input,), backward, self=input, exponent=exponent)
    result = np.asarray(broadcast(np.power, x, y))

    def backward_both(grad: Array) -> tuple[Array, Array]:
        base = np.where(y == 0, 0, grad * y * np.power(x, y - 1))
        logarithm = np.where((x == 0) & (y >= 0), 0, result * np.log(x))
        return fit(base, input._array), fit(grad * logarithm, exponent._array)

    return record(
        "PowBackward1", result, (input, exponent), backward_both,
        self=input, exponent=exponent, result=RESULT,
    )  # fmt: skip


def _power_of_number(base: Any, exponent: Tensor) -> Tensor:
    y, x = paired(exponent, base, "pow")
    result = np.power(x, y)

    def backward(grad: Array) -> tuple[Array]:
        return (fit(grad * (result * np.log(x)), exponent._array),)

    return record(
        "PowBackward2", result, (exponent,), backward,
        self=base, exponent=exponent, result=RESULT,
    )  # fmt: skip


@offered("square")
def square(input: Tensor) -> Tensor:
    """Return `input ** 2`."""
    expect_tensor(input, "square")
    return pow_(input, 2)


@offered("neg", "negative")
def neg(input: Tensor) -> Tensor:
    """Return `-input`."""
    expect_tensor(input, "neg")
    if input._array.dtype.kind == "b":
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to "
            "invert a mask, use the `~` or `logical_not()` operator instead."
        )
    return record("NegBackward0", -input._array, (input,), lambda grad: (-grad,))


@offered("positive", "__pos__")
def positive(input: Tensor) -> Tensor:
    """Return `input` itself."""
    return input


@offered("addcmul")
def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Tensor:
    """Return `input + value * tensor1 * tensor2`."""
    one, two = tensor1._array, tensor2._array

    def backward(grad: Array) -> tuple[Array, Array, Array]:
        return (
            fit(grad, input._array),
            fit(grad * two * value, one),
            fit(grad * one * value, two),
        )

    return record(
        "AddcmulBackward0", input._array + value * one * two, (input, tensor1, tensor2), backward,
        tensor1=tensor1, tensor2=tensor2, value=value,
    )  # fmt: skip


@offered("addcdiv")
def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Tensor:
    """Return `input + value * tensor1 / tensor2`."""
    one, two = tensor1._array, tensor2._array

    def backward(grad: Array) -> tuple[Array, Array, Array]:
        return (
            fit(grad, input._array),
            fit(grad * value / two, one),
            fit(-grad * value * one / (two * two), two),
        )

    return record(
        "AddcdivBackward0", input._array + value * one / two, (input, tensor1, tensor2), backward,
        tensor1=tensor1, tensor2=tensor2, value=value,
    )  # fmt: skip
