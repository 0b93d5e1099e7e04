"""The convolution on ndarrays: forward, and the gradients of input, weight and bias.

A convolution is a matrix product. Laid out as columns, the windows of one sample are a matrix
(C_in * kernel_size, L_out), and the weight as a matrix (C_out, C_in * kernel_size) times that is
the output. The columns repeat every input kernel_size times, so they are never laid out whole:

- Work goes in blocks of `_COLUMN_BUDGET` numbers, a few short samples or a piece of a long one.
  So extra memory is bounded and Ctrl-C is heard between blocks.
- kernel_size 1 without stride and padding has the input itself as its columns: nothing is copied.

Shapes: input (N, C_in, L_in), weight (C_out, C_in / groups, kernel_size), bias (C_out,),
output (N, C_out, L_out). Padding here is zeros; other modes have padded the input before.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

from .geometry import Conv1dGeometry
from .limits import check_shape

__all__ = ["bias_gradient", "forward", "input_gradient", "weight_gradient"]

Array = npt.NDArray[Any]

_COLUMN_BUDGET = 2**19
"""How many numbers of columns are laid out at a time: 2 MiB of float32, about a core's cache."""

_LEAST_BLOCK = 16
"""Positions a block has at least, however many numbers a window has."""


def forward(
    input: Array,
    weight: Array,
    bias: Array | None,
    geometry: Conv1dGeometry,
) -> Array:
    """Give the output (N, C_out, L_out).

    RuntimeError where the kernel does not fit the padded input, or the output is too large.
    """
    samples, _, input_length = input.shape
    groups = geometry.groups
    length = geometry.output_length(input_length)
    shape = (samples, geometry.out_channels, length)
    check_shape(shape, input.dtype)
    output = np.empty(shape, input.dtype)
    by_group = output.reshape(samples, groups, geometry.out_channels // groups, length)
    filters = _filters(weight, groups)
    offset = None if bias is None else bias.reshape(groups, -1, 1)
    for part, span, columns in _blocks(input, geometry, length):
        target = by_group[part, :, :, span]
        np.matmul(filters, columns, out=target)
        if offset is not None:
            target += offset
    return output


def weight_gradient(grad: Array, input: Array, geometry: Conv1dGeometry) -> Array:
    """Give the gradient of the weight from that of the output (N, C_out, L_out).

    Every tap gathers the products of the output gradients with the inputs that it stood over.
    """
    samples, _, length = grad.shape
    groups = geometry.groups
    rows, taps = geometry.weight_shape[1:]
    total = np.zeros((groups, geometry.out_channels // groups, rows * taps), input.dtype)
    by_group = grad.reshape(samples, groups, geometry.out_channels // groups, length)
    for part, span, columns in _blocks(input, geometry, length):
        pieces = np.matmul(by_group[part, :, :, span], columns.swapaxes(-1, -2))
        total += pieces.sum(axis=0)
    return total.reshape(geometry.weight_shape)


def input_gradient(
    grad: Array, weight: Array, geometry: Conv1dGeometry, input_length: int
) -> Array:
    """Give the gradient of the input (N, C_in, L_in) from that of the output (N, C_out, L_out).

    Every output gradient goes back, times the tap, to each input that it was made from. This is
    also what a transposed convolution computes.
    """
    samples, _, length = grad.shape
    groups, taps = geometry.groups, geometry.kernel_size
    shape = (samples, geometry.in_channels, input_length)
    check_shape(shape, grad.dtype)
    result = np.zeros(shape, grad.dtype)
    by_group = grad.reshape(samples, groups, geometry.out_channels // groups, length)
    back = _filters(weight, groups).swapaxes(-1, -2)
    stride, dilation, left = geometry.stride, geometry.dilation, geometry.padding_left
    rows = geometry.in_channels
    for part, span in _spans(samples, length, geometry):
        columns = np.matmul(back, by_group[part, :, :, span])
        columns = columns.reshape(-1, rows, taps, span.stop - span.start)
        for tap in range(taps):
            offset = tap * dilation - left
            first = max(span.start, -(offset // stride))
            stop = min(span.stop, (input_length - 1 - offset) // stride + 1)
            if first < stop:
                start = first * stride + offset
                there = slice(start, start + (stop - first - 1) * stride + 1, stride)
                result[part, :, there] += columns[:, :, tap, first - span.start : stop - span.start]
    return result


def bias_gradient(grad: Array) -> Array:
    """Give the gradient of the bias (C_out,): it was added at every sample and position."""
    total: Array = grad.sum(axis=(0, 2))
    return total


def _filters(weight: Array, groups: int) -> Array:
    """Give the weight as matrices (groups, C_out / groups, C_in / groups * kernel_size)."""
    return weight.reshape(groups, weight.shape[0] // groups, -1)


def _spans(samples: int, length: int, geometry: Conv1dGeometry) -> Iterator[tuple[slice, slice]]:
    """Part the output into blocks: slices of samples and of output positions."""
    per_position = max(1, geometry.in_channels * max(geometry.kernel_size, geometry.stride))
    positions = max(_LEAST_BLOCK, _COLUMN_BUDGET // per_position)
    if positions < length:
        for sample in range(samples):
            for first in range(0, length, positions):
                yield slice(sample, sample + 1), slice(first, min(first + positions, length))
        return
    at_once = max(1, positions // max(1, length))
    for sample in range(0, samples, at_once):
        yield slice(sample, min(sample + at_once, samples)), slice(0, length)


def _blocks(
    input: Array,
    geometry: Conv1dGeometry,
    length: int,
) -> Iterator[tuple[slice, slice, Array]]:
    """Give, block by block, the samples, the positions and the columns of their windows.

    Columns are (samples, groups, C_in / groups * kernel_size, positions).
    """
    stride, dilation, taps = geometry.stride, geometry.dilation, geometry.kernel_size
    left, effective = geometry.padding_left, geometry.effective_kernel_size
    groups, channels = geometry.groups, input.shape[1]
    laid_out = np.empty(0, input.dtype)
    for part, span in _spans(input.shape[0], length, geometry):
        start = span.start * stride - left
        positions = span.stop - span.start
        under = _stretch(input[part], start, (positions - 1) * stride + effective)
        of_sample, of_channel, of_position = under.strides
        shape = (under.shape[0], channels, taps, positions)
        # A step that is never taken may be longer than memory.
        to_tap = of_position * dilation if taps > 1 else 0
        to_window = of_position * stride if positions > 1 else 0
        strides = (of_sample, of_channel, to_tap, to_window)
        windows = _overlapping(under, shape, strides)
        as_matrices = (under.shape[0], groups, -1, positions)
        if taps == stride == 1:
            yield part, span, windows.reshape(as_matrices)
            continue
        # The windows overlap, which a matrix cannot: they are copied, always to the same place.
        if laid_out.size < windows.size:
            laid_out = np.empty(windows.size, input.dtype)
        columns = laid_out[: windows.size].reshape(shape)
        np.copyto(columns, windows)
        yield part, span, columns.reshape(as_matrices)


def _stretch(samples: Array, start: int, size: int) -> Array:
    """Give `size` positions from `start` on, zeros where that is outside; a view if none is."""
    length = samples.shape[2]
    stop = start + size
    if start == 0 and stop == length:
        return samples
    if start >= 0 and stop <= length:
        return samples[:, :, start:stop]
    shape = (*samples.shape[:2], size)
    check_shape(shape, samples.dtype)
    stretch = np.zeros(shape, samples.dtype)
    first, last = max(start, 0), min(stop, length)
    if first < last:
        stretch[:, :, first - start : last - start] = samples[:, :, first:last]
    return stretch


def _overlapping(array: Array, shape: tuple[int, ...], strides: tuple[int, ...]) -> Array:
    """Give the view of `array` with this shape and these strides."""
    if array.flags.c_contiguous:
        return np.ndarray(shape, array.dtype, array, 0, strides)
    return as_strided(array, shape, strides)
