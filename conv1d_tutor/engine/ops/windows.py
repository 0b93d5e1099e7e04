"""Windows on arrays: parts of them that overlap or stick out, without copying where possible."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from ..core.guard import check_shape

__all__ = ["Block", "stretch", "strided_view"]

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of an output: some samples, some groups of channels, some positions."""

    samples: slice
    groups: slice
    positions: slice


def stretch(array: Array, start: int, size: int) -> Array:
    """Return `size` positions of (N, C, L) from `start` on, zeros where that is outside.

    A view where all of it is inside.
    """
    length = array.shape[2]
    stop = start + size
    if start == 0 and stop == length:
        return array
    if start >= 0 and stop <= length:
        return array[:, :, start:stop]
    shape = (*array.shape[:2], size)
    check_shape(shape, array.dtype)
    first, last = max(start, 0), min(stop, length)
    if first >= last:
        return np.zeros(shape, array.dtype)
    padded = np.empty(shape, array.dtype)
    padded[:, :, : first - start] = 0
    padded[:, :, first - start : last - start] = array[:, :, first:last]
    padded[:, :, last - start :] = 0
    return padded


def strided_view(array: Array, shape: tuple[int, ...], strides: tuple[int, ...]) -> Array:
    """Return the view of `array` with this shape and these strides; its elements may overlap."""
    if array.flags.c_contiguous and min(strides) >= 0:
        # The same as below, without its overhead, which a small layer would feel.
        return np.ndarray(shape, array.dtype, array, 0, strides)
    return as_strided(array, shape, strides)
