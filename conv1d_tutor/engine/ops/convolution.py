"""The convolution on ndarrays: forward, and the gradients of input, weight and bias.

A convolution is a matrix product. Laid out as columns, the windows of one sample are a matrix
(C_in * kernel_size, L_out), and the weight as a matrix (C_out, C_in * kernel_size) times that is
the output. The columns repeat every input kernel_size times, so they are never laid out whole:

- Work goes in blocks of `_COLUMN_BUDGET` numbers: a few samples, a few groups of one sample, or a
  stretch of positions of one group. So extra memory is bounded and Ctrl-C is heard in between.
- kernel_size 1 without a stride has the input itself as its columns: nothing is copied.
- Channels that are each on their own (depthwise) would make a product with one row, which no
  processor does fast: without stride and dilation, `depthwise.py` makes other products of them.

Shapes: input (N, C_in, L_in), weight (C_out, C_in / groups, kernel_size), bias (C_out,),
output (N, C_out, L_out). Padding here is zeros; other modes have padded the input before.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from ...geometry import Conv1dGeometry
from ..core.guard import check_shape
from . import depthwise
from .windows import Block, stretch, strided_view

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
    """Return the output (N, C_out, L_out).

    RuntimeError where the kernel does not fit the padded input, or the output is too large.
    """
    samples, _, input_length = input.shape
    groups = geometry.groups
    length = geometry.output_length(input_length)
    shape = (samples, geometry.out_channels, length)
    check_shape(shape, input.dtype)
    if depthwise.suits(geometry, length):
        return depthwise.forward(input, weight, bias, geometry)
    output = np.empty(shape, input.dtype)
    by_group = output.reshape(samples, groups, geometry.out_channels // groups, length)
    filters = _filters(weight, groups)
    offset = None if bias is None else bias.reshape(groups, -1, 1)
    # With a row of ones under the columns, the matrix product adds the bias on its way.
    along = geometry.kernel_size * geometry.stride > 1 and offset is not None
    if along and offset is not None:
        filters = np.concatenate((filters, offset), axis=2)
    for block, columns in _columns(input, geometry, length, along):
        target = by_group[block.samples, block.groups, :, block.positions]
        np.matmul(filters[block.groups], columns, out=target)
        if offset is not None and not along:
            target += offset[block.groups]
    return output


def weight_gradient(grad: Array, input: Array, geometry: Conv1dGeometry) -> Array:
    """Return the gradient of the weight from that of the output (N, C_out, L_out).

    Every tap gathers the products of the output gradients with the inputs that it stood over.
    """
    samples, _, length = grad.shape
    groups = geometry.groups
    rows, taps = geometry.weight_shape[1:]
    total = np.zeros((groups, geometry.out_channels // groups, rows * taps), input.dtype)
    by_group = grad.reshape(samples, groups, geometry.out_channels // groups, length)
    for block, columns in _columns(input, geometry, length):
        given = by_group[block.samples, block.groups, :, block.positions]
        total[block.groups] += np.matmul(given, columns.swapaxes(-1, -2)).sum(axis=0)
    return total.reshape(geometry.weight_shape)


def input_gradient(
    grad: Array, weight: Array, geometry: Conv1dGeometry, input_length: int
) -> Array:
    """Return the gradient of the input (N, C_in, L_in) from that of the output (N, C_out, L_out).

    Every output gradient goes back, times the tap, to each input that it was made from. This is
    also what a transposed convolution computes.
    """
    samples, _, length = grad.shape
    groups, taps = geometry.groups, geometry.kernel_size
    turned = _turned(geometry, length, input_length)
    if turned is not None:
        return forward(grad, _turned_weight(weight, groups), None, turned)
    shape = (samples, geometry.in_channels, input_length)
    check_shape(shape, grad.dtype)
    result = np.zeros(shape, grad.dtype)
    by_group = grad.reshape(samples, groups, geometry.out_channels // groups, length)
    back = _filters(weight, groups).swapaxes(-1, -2)
    stride, dilation, left = geometry.stride, geometry.dilation, geometry.padding_left
    rows = geometry.in_channels // groups
    by_input_group = result.reshape(samples, groups, rows, input_length)
    for block in _blocks(samples, length, geometry):
        first, stop = block.positions.start, block.positions.stop
        given = by_group[block.samples, block.groups, :, block.positions]
        columns = np.matmul(back[block.groups], given)
        columns = columns.reshape(*columns.shape[:2], rows, taps, stop - first)
        target = by_input_group[block.samples, block.groups]
        for tap in range(taps):
            offset = tap * dilation - left
            begin = max(first, -(offset // stride))
            end = min(stop, (input_length - 1 - offset) // stride + 1)
            if begin < end:
                start = begin * stride + offset
                there = slice(start, start + (end - begin - 1) * stride + 1, stride)
                target[..., there] += columns[:, :, :, tap, begin - first : end - first]
    return result


def _turned(geometry: Conv1dGeometry, length: int, input_length: int) -> Conv1dGeometry | None:
    """Return the convolution from the output's gradient to the input's, None where there is none.

    Without a stride the gradient is a convolution too: with the taps in reverse order, channels in
    and out exchanged, and as much padding as makes the output as long as the input was. It lays
    out the windows of C_out channels, the other way the taps of C_in: the fewer, the better.
    """
    padding = geometry.effective_kernel_size - 1 - geometry.padding_left
    fits = input_length == length + geometry.effective_kernel_size - 1 - 2 * geometry.padding_left
    more = geometry.out_channels > geometry.in_channels
    if more or geometry.stride != 1 or padding < 0 or not fits:
        return None
    return Conv1dGeometry(
        geometry.out_channels,
        geometry.in_channels,
        geometry.kernel_size,
        1,
        padding,
        geometry.dilation,
        geometry.groups,
    )


def _turned_weight(weight: Array, groups: int) -> Array:
    """Return the weight (C_in, C_out / groups, kernel_size) with its taps in reverse order."""
    out_channels, rows, taps = weight.shape
    by_group = weight.reshape(groups, out_channels // groups, rows, taps)[..., ::-1]
    return by_group.swapaxes(1, 2).reshape(groups * rows, out_channels // groups, taps)


def bias_gradient(grad: Array) -> Array:
    """Return the gradient of the bias (C_out,): it was added at every sample and position."""
    samples, channels, length = grad.shape
    total = np.empty(channels, grad.dtype)
    some = max(1, _COLUMN_BUDGET // max(1, samples * length))
    for first in range(0, channels, some):
        part = slice(first, first + some)
        total[part] = grad[:, part].sum(axis=(0, 2))
    return total


def _filters(weight: Array, groups: int) -> Array:
    """Return the weight as matrices (groups, C_out / groups, C_in / groups * kernel_size)."""
    return weight.reshape(groups, weight.shape[0] // groups, -1)


def _blocks(samples: int, length: int, geometry: Conv1dGeometry) -> Iterator[Block]:
    """Part the output into blocks whose columns are at most `_COLUMN_BUDGET` numbers."""
    groups = geometry.groups
    rows = geometry.in_channels // groups
    of_position = max(1, rows * max(geometry.kernel_size, geometry.stride))
    of_group = of_position * max(1, length)
    if of_group > _COLUMN_BUDGET:
        sizes = 1, 1, max(_LEAST_BLOCK, _COLUMN_BUDGET // of_position)
    elif of_group * groups > _COLUMN_BUDGET:
        sizes = 1, _COLUMN_BUDGET // of_group, length
    else:
        sizes = _COLUMN_BUDGET // (of_group * groups), groups, length
    for sample in range(0, samples, sizes[0]):
        for group in range(0, groups, sizes[1]):
            for position in range(0, length, sizes[2]):
                yield Block(
                    slice(sample, min(sample + sizes[0], samples)),
                    slice(group, min(group + sizes[1], groups)),
                    slice(position, min(position + sizes[2], length)),
                )


def _columns(
    input: Array, geometry: Conv1dGeometry, length: int, with_ones: bool = False
) -> Iterator[tuple[Block, Array]]:
    """Give, block by block, the windows as columns.

    Columns are (samples, groups, C_in / groups * kernel_size, positions); `with_ones` puts a row
    of ones under them, except where the input itself is handed on.
    """
    stride, dilation, taps = geometry.stride, geometry.dilation, geometry.kernel_size
    left, effective = geometry.padding_left, geometry.effective_kernel_size
    rows = input.shape[1] // geometry.groups
    height = rows * taps + with_ones
    laid_out = np.empty(0, input.dtype)
    for block in _blocks(input.shape[0], length, geometry):
        positions = block.positions.stop - block.positions.start
        channels = slice(block.groups.start * rows, block.groups.stop * rows)
        start = block.positions.start * stride - left
        under = stretch(input[block.samples, channels], start, (positions - 1) * stride + effective)
        samples, groups = len(under), block.groups.stop - block.groups.start
        of_sample, of_channel, of_position = under.strides
        # A step that is never taken may be longer than memory.
        to_tap = of_position * dilation if taps > 1 else 0
        to_window = of_position * stride if positions > 1 else 0
        windows = strided_view(
            under,
            (samples, groups, rows, taps, positions),
            (of_sample, of_channel * rows, of_channel, to_tap, to_window),
        )
        if taps == stride == 1:
            yield block, windows.reshape(samples, groups, rows, positions)
            continue
        # The windows overlap, which a matrix cannot: they are copied, always to the same place.
        size = samples * groups * height * positions
        if laid_out.size < size:
            laid_out = np.empty(size, input.dtype)
        columns = laid_out[:size].reshape(samples, groups, height, positions)
        if with_ones:
            columns[:, :, -1] = 1
        np.copyto(columns[:, :, : rows * taps].reshape(windows.shape), windows)
        yield block, columns
