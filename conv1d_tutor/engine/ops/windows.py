"""Windows on arrays: parts of them that overlap or stick out, without copying where possible."""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..core.dtypes import Array
from ..core.guard import check_shape


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


def sliding_windows(
    array: Array, kernel_size: int, stride: int, dilation: int, length: int
) -> Array:
    """Return the first `length` windows on (N, C, L), as a view (N, C, kernel_size, length).

    This is numpy's `sliding_window_view`, with every `stride`-th window and every `dilation`-th
    number of it; but numpy's takes as long as all the rest of a small convolution.
    """
    to_sample, to_channel, to_position = array.strides
    # A step that is never taken may be longer than memory.
    to_tap = to_position * dilation if kernel_size > 1 else 0
    to_window = to_position * stride if length > 1 else 0
    shape = (*array.shape[:2], kernel_size, length)
    return strided_view(array, shape, (to_sample, to_channel, to_tap, to_window))


def strided_view(array: Array, shape: tuple[int, ...], strides: tuple[int, ...]) -> Array:
    """Return the view of `array` with this shape and these strides; its elements may overlap."""
    if array.flags.c_contiguous and min(strides) >= 0:
        # The same as below, without its overhead, which a small layer would feel.
        return np.ndarray(shape, array.dtype, array, 0, strides)
    return as_strided(array, shape, strides)
