"""How PyTorch reads arguments that come in several spellings: sizes, dims, dtypes."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from . import dtypes
from .device import kind_of
from .size import Size
from .tensor import Array, Tensor

__all__ = [
    "as_dim",
    "as_dims",
    "as_dtype",
    "as_real_dim",
    "as_size",
    "expect_integer",
    "expect_tensor",
    "integer",
    "kind_of",
]


_INT = frozenset({int})
_PLAIN = frozenset({tuple, list, Size})


def expect_tensor(value: object, function: str, name: str = "input", position: int = 1) -> None:
    """Raise PyTorch's TypeError unless `value` is a tensor."""
    if not isinstance(value, Tensor):
        raise TypeError(
            f"{function}(): argument '{name}' (position {position}) must be Tensor, "
            f"not {kind_of(value)}"
        )


def expect_integer(value: object, function: str, name: str, position: int = 1) -> int:
    """Return the int; raise PyTorch's TypeError unless `value` is one."""
    number = integer(value)
    if number is None:
        raise TypeError(
            f"{function}(): argument '{name}' (position {position}) must be int, "
            f"not {kind_of(value)}"
        )
    return number


def integer(value: Any) -> int | None:
    """Return the int that PyTorch takes `value` for (an int, a 0-d integer tensor), else None."""
    if type(value) is int:
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, Tensor) and value._array.size == 1 and value._array.dtype.kind in "iu":
        return int(value._array.item())
    return None


def as_size(sizes: Any, function: str, name: str = "size") -> tuple[int, ...]:
    """Read `f(2, 3)`, `f((2, 3))` and `f([2, 3])` alike."""
    plain = sizes[0] if len(sizes) == 1 and type(sizes[0]) in _PLAIN else sizes
    if _INT.issuperset(map(type, plain)):
        return tuple(plain)
    if len(sizes) == 1 and isinstance(sizes[0], Sequence | np.ndarray):
        if isinstance(sizes[0], str):
            raise TypeError(
                f"{function}(): argument '{name}' (position 1) must be tuple of ints, not str"
            )
        sizes = sizes[0]
    elif sizes and isinstance(sizes[0], Sequence):
        raise TypeError(f"{function}() takes 1 positional argument but {len(sizes)} were given")
    read = []
    for place, value in enumerate(sizes):
        length = integer(value)
        if length is None:
            if len(sizes) == 1 or place == 0:
                raise TypeError(
                    f"{function}(): argument '{name}' (position 1) must be tuple of ints, "
                    f"not {kind_of(value) if len(sizes) == 1 else 'tuple'}"
                )
            raise TypeError(
                f"{function}(): argument '{name}' failed to unpack the object at pos {place + 1} "
                f'with error "type must be tuple of ints,but got {kind_of(value)}"'
            )
        read.append(length)
    return tuple(read)


def as_dim(dim: Any, ndim: int, function: str = "") -> int:
    """Return `dim` counted from the front; IndexError where the tensor has no such dimension."""
    number = integer(dim)
    if number is None:
        raise TypeError(f"{function}(): argument 'dim' must be int, not {kind_of(dim)}")
    if 0 <= number < ndim:
        return number
    reach = ndim or 1
    if not -reach <= number < reach:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-reach}, {reach - 1}], "
            f"but got {number})"
        )
    return number % reach


def as_real_dim(dim: Any, ndim: int, function: str = "") -> int:
    """Return `dim` counted from the front, where a 0-d tensor has none at all."""
    if ndim == 0:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return as_dim(dim, ndim, function)


def as_dims(dims: Any, ndim: int, function: str = "") -> tuple[int, ...]:
    """Return one dim or several counted from the front; RuntimeError where one is there twice."""
    several: Iterable[Any] = (
        dims if isinstance(dims, Iterable) and not isinstance(dims, Tensor) else (dims,)
    )
    read = []
    for dim in several:
        counted = as_dim(dim, ndim, function)
        if counted in read:
            raise RuntimeError(f"dim {counted} appears multiple times in the list of dims")
        read.append(counted)
    return tuple(read)


def as_dtype(dtype: Any, function: str) -> dtypes.DType:
    """Read `torch.float64` and Python's `float` alike."""
    if isinstance(dtype, dtypes.DType):
        return dtype
    meant = dtypes.of_python_type(dtype) if isinstance(dtype, type) else None
    if meant is None:
        raise TypeError(f"{function}(): argument 'dtype' must be torch.dtype, not {kind_of(dtype)}")
    return meant


def array_of(value: Any) -> Array:
    """Return the ndarray of a tensor, or of what numpy makes of anything else."""
    return value._array if isinstance(value, Tensor) else np.asarray(value)
