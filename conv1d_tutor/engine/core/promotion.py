"""Two operands brought together: one dtype, one broadcast shape, PyTorch's errors."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import dtypes, guard
from .strides import in_dtype
from .tensor import Array, Tensor, wrap

NUMBERS = (int, float, np.number, np.bool_)
"""What counts as a Python number beside a tensor."""

NOTHING = wrap(np.zeros((), np.float32))
"""Stands for a number in a node's inputs: nothing flows back to it."""

_PLAIN = frozenset({Tensor, int, float})


def is_operand(value: object) -> bool:
    """Return whether `value` can stand beside a tensor in an operator."""
    return type(value) in _PLAIN or isinstance(value, (Tensor, *NUMBERS, np.ndarray))


def _rank(array: Array) -> int:
    return 2 if array.ndim else 1


def joined_dtype(*operands: object) -> dtypes.DType:
    """Return the dtype of mixing tensors and numbers (`torch.result_type`)."""
    ranked = []
    for operand in operands:
        if isinstance(operand, Tensor):
            ranked.append((operand.dtype, _rank(operand._array)))
        else:
            ranked.append((dtypes.of_value(operand), 0))
    return dtypes.promoted(*ranked)


def check_broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    """Raise PyTorch's RuntimeError unless shapes `a` and `b` broadcast."""
    longest = max(len(a), len(b))
    for back in range(1, min(len(a), len(b)) + 1):
        one, two = a[-back], b[-back]
        if one not in (two, 1) and two != 1:
            raise RuntimeError(
                f"The size of tensor a ({one}) must match the size of tensor b ({two}) at "
                f"non-singleton dimension {longest - back}"
            )


def joined(*operands: object) -> list[Array]:
    """Return the arrays of several tensors and numbers, in the dtype they have together."""
    for each in operands:
        if isinstance(each, int) and not -(2**63) <= each < 2**64:
            sign = (
                "int too big to convert" if each > 0 else "can't convert negative int to unsigned"
            )
            raise OverflowError(sign)
    dtype = joined_dtype(*operands).numpy
    for each in operands:
        if isinstance(each, Tensor):
            guard.check_shape(each._array.shape, dtype)
    with np.errstate(all="ignore"):  # a number may be beyond the dtype: then it is infinite
        return [
            in_dtype(each._array if isinstance(each, Tensor) else np.asarray(each), dtype)
            for each in operands
        ]


def in_one_dtype(operands: Sequence[Any]) -> list[Array]:
    """Return the arrays of operands in the dtype they have together, checked to broadcast.

    Raises PyTorch's RuntimeError where two shapes do not fit, or where the result would be larger
    than a tensor may be.
    """
    if len(operands) == 1:
        return [operands[0]._array]
    arrays: list[Array] = []
    for each in operands:  # a loop, since every operation comes by here
        if type(each) is not Tensor or (arrays and each._array.dtype is not arrays[0].dtype):
            arrays = joined(*operands)
            break
        arrays.append(each._array)
    shape: tuple[int, ...] = ()
    for array in arrays:
        if array.shape and shape and array.shape != shape:
            check_all_broadcast(arrays)
            break
        shape = array.shape or shape
    return arrays


def check_all_broadcast(arrays: Sequence[Array]) -> None:
    """Raise PyTorch's RuntimeError unless all the arrays broadcast to a size that is allowed."""
    for place, two in enumerate(arrays):
        for one in arrays[:place]:
            check_broadcast(one.shape, two.shape)
    guard.refuse_broadcast(*arrays)


def floating(array: Array) -> Array:
    """Return the array in a floating dtype: an integer one in the default dtype."""
    if array.dtype.kind == "f":
        return array
    default = dtypes.default_dtype().numpy
    guard.check_shape(array.shape, default)
    return in_dtype(array, default)


def floats_only(kernel: str) -> Callable[..., None]:
    """Return a check that raises PyTorch's error where no tensor holds floating numbers.

    `kernel` is the function of PyTorch's that the error names.
    """

    def check(input: Tensor, *others: object) -> None:
        tensors = [each for each in (input, *others) if isinstance(each, Tensor)]
        if all(each._array.dtype.kind != "f" for each in tensors):
            name = joined_dtype(*tensors).scalar
            raise NotImplementedError(f"\"{kernel}\" not implemented for '{name}'")

    return check
