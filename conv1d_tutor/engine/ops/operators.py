"""Python's operators between tensors and numbers: `x + y`, `2 * x`, `x += 1`, `x == y`, `~x`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.guard import run_apart
from ..core.in_place import check_in_place
from ..core.methods import hang
from ..core.op import viewing
from ..core.parameters import is_number
from ..core.promotion import is_operand
from ..core.tensor import Tensor, wrap
from . import arithmetic
from .comparison import COMPARISONS
from .logical import BITWISE, bitwise_not
from .pointwise import reciprocal

_Between = Callable[..., Tensor]


def _forward(operation: _Between, computes: bool = True) -> _Between:
    """Return `x + y` as a method; for what is no operand, Python makes its own TypeError.

    What only compares (not `computes`) gives numpy nothing to warn of.
    """

    def forward(self: Tensor, other: object) -> Any:
        if not is_operand(other):
            return NotImplemented
        operand = wrap(other) if isinstance(other, np.ndarray) else other
        if not computes:
            return operation(self, operand)
        with np.errstate(all="ignore"):
            return operation(self, operand)

    return forward


def _operator(name: str, operation: _Between, reflected: _Between | None = None) -> None:
    """Hang `x + y`, `x += y` and `2 + x`.

    `reflected` is called with the tensor and the number on its left.
    """

    def in_place(self: Tensor, other: object) -> Any:
        if not is_operand(other) or isinstance(other, np.ndarray):
            return NotImplemented
        check_in_place(self)
        return getattr(self, f"{operation.__name__.removesuffix('_')}_")(other)

    def backward(self: Tensor, other: object) -> Any:
        if not isinstance(self, Tensor):
            raise TypeError(
                f"descriptor '__r{name}__' for 'torch._C.TensorBase' objects doesn't apply to a "
                f"'{type(self).__name__}' object"
            )
        with np.errstate(all="ignore"):
            if is_number(other) or isinstance(other, Tensor):
                return (reflected or operation)(self, other)
            return NotImplemented

    hang(f"__{name}__", _forward(operation))
    hang(f"__i{name}__", in_place)
    hang(f"__r{name}__", backward)


def _reflected(operation: _Between) -> _Between:
    """Return an operation called with its two operands the other way round."""
    return lambda tensor, number: operation(number, tensor)


def _beside(operation: _Between) -> _Between:
    """Return an operation of a number and a tensor, called with the tensor first."""

    def reflected(tensor: Tensor, first: Any) -> Tensor:
        if isinstance(first, Tensor):
            return first // tensor if operation is arithmetic.floor_divide else first % tensor
        return operation(arithmetic.as_tensor_beside(first, tensor), tensor)

    return reflected


_operator("add", arithmetic.add)
_operator("sub", arithmetic.sub, arithmetic.rsub)
_operator("mul", arithmetic.mul)
_operator("truediv", arithmetic.div, lambda x, number: arithmetic.mul(reciprocal(x), number))
_operator("floordiv", arithmetic.floor_divide, _beside(arithmetic.floor_divide))
_operator("mod", arithmetic.remainder, _beside(arithmetic.remainder_of_number))
_pow = run_apart(arithmetic.pow_)
_operator("pow", _pow, _reflected(_pow))
hang("__rdiv__", lambda self, other: self.__rtruediv__(other))
hang("__neg__", Tensor.neg)


@viewing("__invert__(Tensor input)", function=False)
def invert(input: Tensor) -> Tensor:
    """Return every bit flipped; of truths, the opposite."""
    if input._array.dtype.kind == "f":
        raise TypeError(
            "~ (operator.invert) is only implemented on integer and Boolean-type tensors"
        )
    return bitwise_not(input)


for _name, _operation in COMPARISONS.items():
    hang(f"__{_name}__", _forward(_operation, computes=False))
for _name, _operation in BITWISE.items():
    _operator(_name, _operation, _reflected(_operation))
