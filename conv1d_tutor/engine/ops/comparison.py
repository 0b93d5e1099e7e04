"""Comparing and combining truth: results are bool tensors, and nothing flows back."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.arguments import expect_tensor
from ..core.promotion import broadcast, is_operand, joined, paired
from ..core.surface import in_place_twin, offered
from ..core.tensor import Array, Tensor, wrap

__all__ = ["allclose", "equal", "isclose"]


def _comparison(name: str, dunder: str | None, function: Any, *others: str) -> None:
    """Offer `eq(x, y)` and `x == y`."""

    def operation(input: Tensor, other: Any) -> Tensor:
        x, y = paired(input, other, name)
        return wrap(broadcast(function, x, y))

    operation.__doc__ = f"Say where `{name}` holds, element by element."
    offered(name, *others)(operation)
    in_place_twin(name)
    if dunder is not None:

        @offered(dunder, function=False)
        def between(self: Tensor, other: Any) -> Any:
            return operation(self, other) if is_operand(other) else NotImplemented


_comparison("eq", "__eq__", np.equal)
_comparison("ne", "__ne__", np.not_equal, "not_equal")
_comparison("lt", "__lt__", np.less, "less")
_comparison("le", "__le__", np.less_equal, "less_equal")
_comparison("gt", "__gt__", np.greater, "greater")
_comparison("ge", "__ge__", np.greater_equal, "greater_equal")


def _logical(name: str, function: Any) -> None:
    def operation(input: Tensor, other: Tensor) -> Tensor:
        expect_tensor(input, name)
        expect_tensor(other, name, "other", 2)
        return wrap(broadcast(function, input._array, other._array))

    operation.__doc__ = f"Return `{name}` of two tensors' truths."
    offered(name)(operation)
    in_place_twin(name)


_logical("logical_and", np.logical_and)
_logical("logical_or", np.logical_or)
_logical("logical_xor", np.logical_xor)


@offered("logical_not")
def logical_not(input: Tensor) -> Tensor:
    """Return where `input` is zero."""
    expect_tensor(input, "logical_not")
    return wrap(np.logical_not(input._array))


def _bitwise(name: str, dunder: str, function: Any) -> None:
    def operation(input: Tensor, other: Any) -> Tensor:
        x, y = paired(input, other, name)
        if x.dtype.kind == "f":
            kernel = f"{name}_cpu" if "shift" not in name else f"{dunder}_cpu"
            scalar = wrap(x).dtype.scalar
            raise NotImplementedError(f"\"{kernel}\" not implemented for '{scalar}'")
        return wrap(broadcast(function, x, y))

    operation.__doc__ = f"Return `{name}`, bit by bit."
    offered(name)(operation)
    in_place_twin(name)

    @offered(f"__{dunder}__", function=False)
    def between(self: Tensor, other: Any) -> Any:
        return operation(self, other) if is_operand(other) else NotImplemented

    @offered(f"__r{dunder}__", function=False)
    def reflected(self: Tensor, other: Any) -> Any:
        return operation(self, other) if isinstance(other, int) else NotImplemented


_bitwise("bitwise_and", "and", np.bitwise_and)
_bitwise("bitwise_or", "or", np.bitwise_or)
_bitwise("bitwise_xor", "xor", np.bitwise_xor)
_bitwise("bitwise_left_shift", "lshift", np.left_shift)
_bitwise("bitwise_right_shift", "rshift", np.right_shift)


@offered("bitwise_not")
def bitwise_not(input: Tensor) -> Tensor:
    """Return every bit turned round; of truths, the opposite."""
    return wrap(np.invert(input._array))


@offered("__invert__", function=False)
def _invert(self: Tensor) -> Tensor:
    if self._array.dtype.kind == "f":
        raise TypeError(
            "~ (operator.invert) is only implemented on integer and Boolean-type tensors"
        )
    return wrap(np.invert(self._array))


in_place_twin("logical_not")
in_place_twin("bitwise_not")


def _test(name: str, function: Callable[[Array], Any]) -> None:
    def operation(input: Tensor) -> Tensor:
        expect_tensor(input, name)
        return wrap(function(input._array))

    operation.__doc__ = f"Say of every element whether it `{name}`."
    offered(name)(operation)


_test("isnan", np.isnan)
_test("isinf", np.isinf)
_test("isfinite", np.isfinite)
_test("isposinf", lambda x: np.isinf(x) & (x > 0))
_test("isneginf", lambda x: np.isinf(x) & (x < 0))
_test("signbit", np.signbit)


@offered("isclose")
def isclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Tensor:
    """Return where two tensors are equal within `atol + rtol * |other|`."""
    expect_tensor(input, "isclose")
    expect_tensor(other, "isclose", "other", 2)
    if input._array.dtype != other._array.dtype:
        raise RuntimeError(f"{input.dtype.scalar} did not match {other.dtype.scalar}")
    x, y = joined(input, other)

    def near(a: Array, b: Array) -> Any:
        close = a == b
        if a.dtype.kind == "f":
            with np.errstate(invalid="ignore"):
                close |= np.isfinite(b) & (np.abs(a - b) <= atol + np.abs(rtol * b))
            if equal_nan:
                close |= np.isnan(a) & np.isnan(b)
            return close
        if a.dtype.kind == "b":
            return close
        return close | (np.abs(a - b) <= atol + np.abs(rtol * b))

    return wrap(broadcast(near, x, y))


@offered("allclose")
def allclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Return whether `isclose` holds everywhere."""
    expect_tensor(input, "allclose")
    expect_tensor(other, "allclose", "other", 2)
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())


@offered("equal")
def equal(input: Tensor, other: Tensor) -> bool:
    """Return whether two tensors have the same shape and the same elements."""
    expect_tensor(input, "equal")
    expect_tensor(other, "equal", "other", 2)
    return bool(np.array_equal(input._array, other._array))


@offered("isin", method=False)
def isin(elements: Tensor, test_elements: Any) -> Tensor:
    """Say of every element whether it is among `test_elements`."""
    among = test_elements._array if isinstance(test_elements, Tensor) else test_elements
    return wrap(np.isin(elements._array, among))
