"""Python's operators between tensors and numbers: `x + y`, `2 * x`, `x += 1`, `x == y`, `~x`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.in_place import check_in_place
from ..core.methods import hang
from ..core.promotion import is_operand
from ..core.signature import is_number
from ..core.tensor import Tensor, wrap
from . import arithmetic
from .pointwise import reciprocal

__all__: list[str] = []

_Between = Callable[[Any, Any], Any]


def _operator(name: str, operation: _Between, reflected: _Between | None = None) -> None:
    """Hang `x + y`, `x += y` and `2 + x`; for other types Python makes its own TypeError.

    `reflected` is called with the tensor and the number on its left.
    """

    def forward(self: Tensor, other: Any) -> Any:
        with np.errstate(all="ignore"):
            if not is_operand(other):
                return NotImplemented
            return operation(self, wrap(other) if isinstance(other, np.ndarray) else other)

    def in_place(self: Tensor, other: Any) -> Any:
        if not is_operand(other):
            return NotImplemented
        check_in_place(self)
        return getattr(self, f"{operation.__name__}_")(other)

    def backward(self: Tensor, other: Any) -> Any:
        with np.errstate(all="ignore"):
            return (reflected or operation)(self, other) if is_number(other) else NotImplemented

    hang(f"__{name}__", forward)
    hang(f"__i{name}__", in_place)
    hang(f"__r{name}__", backward)


def _beside(operation: _Between) -> _Between:
    """Return an operation of a number and a tensor, called with the tensor first."""
    return lambda tensor, number: operation(arithmetic.as_tensor_beside(number, tensor), tensor)


_operator("add", arithmetic.add)
_operator("sub", arithmetic.sub, arithmetic.rsub)
_operator("mul", arithmetic.mul)
_operator("truediv", arithmetic.div, lambda x, number: arithmetic.mul(reciprocal(x), number))
_operator("floordiv", arithmetic.floor_divide, _beside(arithmetic.floor_divide))
_operator("mod", arithmetic.remainder, _beside(arithmetic.remainder_of_number))
_operator("pow", arithmetic.pow_, lambda x, number: arithmetic.pow_(number, x))
hang("__rdiv__", lambda self, other: self.__rtruediv__(other))
hang("__neg__", arithmetic.neg)
