"""Python's operators between tensors and numbers, and the in-place twins of arithmetic."""

from collections.abc import Callable
from typing import Any

from ..core.graph import record
from ..core.in_place import check_in_place, in_place_twin
from ..core.promotion import NUMBERS, is_operand
from ..core.surface import FUNCTIONS, offered
from ..core.tensor import Tensor
from .arithmetic import (
    add,
    div,
    filled_like,
    floor_divide,
    mul,
    neg,
    pow_,
    remainder,
    rsub,
    sub,
    without_derivative,
)

__all__: list[str] = []


def _operator(symbol: str, name: str, operation: Callable[[Tensor, Any], Tensor]) -> None:
    """Offer `x + y` and `x += y` for an operation; other types make Python's own TypeError."""

    @offered(f"__{name}__", function=False)
    def forward(self: Tensor, other: Any) -> Any:
        return operation(self, other) if is_operand(other) else NotImplemented

    @offered(f"__i{name}__", function=False)
    def changed(self: Tensor, other: Any) -> Any:
        if not is_operand(other):
            return NotImplemented
        check_in_place(self)
        return getattr(self, f"{operation.__name__}_")(other)


_operator("+", "add", add)
_operator("-", "sub", sub)
_operator("*", "mul", mul)
_operator("/", "truediv", div)
_operator("//", "floordiv", floor_divide)
_operator("%", "mod", remainder)
_operator("**", "pow", pow_)


def _is_number(value: object) -> bool:
    return isinstance(value, NUMBERS)


@offered("__radd__", function=False)
def _radd(self: Tensor, other: Any) -> Any:
    return add(self, other) if _is_number(other) else NotImplemented


@offered("__rsub__", function=False)
def _rsub(self: Tensor, other: Any) -> Any:
    return rsub(self, other) if _is_number(other) else NotImplemented


@offered("__rmul__", function=False)
def _rmul(self: Tensor, other: Any) -> Any:
    return mul(self, other) if _is_number(other) else NotImplemented


@offered("__rtruediv__", "__rdiv__", function=False)
def _rtruediv(self: Tensor, other: Any) -> Any:
    return mul(FUNCTIONS["reciprocal"](self), other) if _is_number(other) else NotImplemented


@offered("__rfloordiv__", function=False)
def _rfloordiv(self: Tensor, other: Any) -> Any:
    return floor_divide(filled_like(other, self), self) if _is_number(other) else NotImplemented


@offered("__rmod__", function=False)
def _rmod(self: Tensor, other: Any) -> Any:
    if not _is_number(other):
        return NotImplemented
    left = remainder(filled_like(other, self), self.detach())
    return record("NotImplemented", left._array, (self,), without_derivative("remainder"))


@offered("__rpow__", function=False)
def _rpow(self: Tensor, other: Any) -> Any:
    return pow_(other, self) if _is_number(other) else NotImplemented


@offered("__neg__", function=False)
def _neg(self: Tensor) -> Tensor:
    return neg(self)


for _name in (
    "add", "sub", "mul", "div", "floor_divide", "remainder", "fmod", "pow", "neg", "square",
    "addcmul", "addcdiv", "subtract", "multiply", "divide", "true_divide",
):  # fmt: skip
    in_place_twin(_name)
