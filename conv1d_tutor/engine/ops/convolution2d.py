"""A convolution of two axes: its output, and the gradients of its input and weight.

    output[n, o, y, x] = the sum over channels c and taps (i, j) of
                         input[n, c, y * stride_y - padding_y + i * dilation_y,
                                     x * stride_x - padding_x + j * dilation_x] * weight[o, c, i, j]

It is what `convolution.py` explains of one axis, with windows that have a height, too: a window is
a column of C_in * kernel_height * kernel_width numbers, a filter a row of as many.

Shapes: input (N, C_in, H_in, W_in), weight (C_out, C_in / groups, kernel_height, kernel_width),
output (N, C_out, H_out, W_out). The columns of a large input would be larger than memory: they are
made of some output rows at a time, and Python looks for Ctrl-C in between.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...geometry import Conv1dGeometry
from ..core.dtypes import Array
from ..core.guard import BLOCK, check_shape
from .windows import strided_view

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Conv2dGeometry:
    """A convolution of two axes: what it does along each of them, and into how many groups."""

    vertical: Conv1dGeometry
    horizontal: Conv1dGeometry
    groups: int = 1

    @property
    def kernel_size(self) -> Pair:
        """The taps of a filter: its height and width."""
        return self.vertical.kernel_size, self.horizontal.kernel_size

    @property
    def padding(self) -> Pair:
        """The zeros above and below, left and right."""
        return self.vertical.padding_left, self.horizontal.padding_left

    def output_size(self, size: Pair) -> Pair:
        """Return (H_out, W_out) of an input (H_in, W_in)."""
        return self.vertical.windows(size[0]), self.horizontal.windows(size[1])


def forward(input: Array, weight: Array, bias: Array | None, geometry: Conv2dGeometry) -> Array:
    """Return the output: the dot product of every window with every filter, plus its bias."""
    samples, channels = input.shape[:2]
    height, width = geometry.output_size(input.shape[2:])
    shape = (samples, len(weight), height, width)
    if not channels:
        return np.zeros((samples, 0, height, width), input.dtype)  # PyTorch's answer to nothing
    check_shape(shape, input.dtype)
    output = np.zeros(shape, input.dtype)
    filters = _filters_of(weight, geometry.groups)
    padded = _padded(input, geometry.padding)
    for some, rows in _parts(samples, height, filters.shape[2] * geometry.groups * width):
        columns = _columns_of(padded[some], geometry, rows, width)
        output[some, :, rows] = (filters @ columns).reshape(output[some, :, rows].shape)
    if bias is not None:
        output += bias[:, None, None]
    return output


def weight_gradient(grad: Array, input: Array, geometry: Conv2dGeometry) -> Array:
    """Return the gradient of the weight from that of the output (N, C_out, H_out, W_out)."""
    samples, out_channels, height, width = grad.shape
    groups, own = geometry.groups, input.shape[1] // geometry.groups
    taps = own * geometry.kernel_size[0] * geometry.kernel_size[1]
    total = np.zeros((groups, out_channels // groups, taps), grad.dtype)
    padded = _padded(input, geometry.padding)
    for some, rows in _parts(samples, height, taps * groups * width):
        columns = _columns_of(padded[some], geometry, rows, width)
        arriving = _by_group(grad[some, :, rows], groups)
        total += (arriving @ columns.swapaxes(-1, -2)).sum(axis=0)
    return total.reshape(out_channels, own, *geometry.kernel_size)


def input_gradient(grad: Array, weight: Array, geometry: Conv2dGeometry, size: Pair) -> Array:
    """Return the gradient of the input (N, C_in, H_in, W_in) from that of the output."""
    samples, _, height, width = grad.shape
    groups = geometry.groups
    channels = weight.shape[1] * groups
    (up, left), (high, wide) = geometry.padding, size
    padded = (samples, channels, high + 2 * up, wide + 2 * left)
    check_shape(padded, grad.dtype)
    total = np.zeros(padded, grad.dtype)
    filters = _filters_of(weight, groups).swapaxes(-1, -2)
    for some, rows in _parts(samples, height, filters.shape[1] * groups * width):
        columns = filters @ _by_group(grad[some, :, rows], groups)
        count = rows.stop - rows.start
        arriving = columns.reshape(-1, channels, *geometry.kernel_size, count, width)
        for row in range(geometry.kernel_size[0]):
            down = _under_tap(row, geometry.vertical, rows.start, count)
            for column in range(geometry.kernel_size[1]):
                # Neighbouring windows share inputs, but under one tap each has another.
                across = _under_tap(column, geometry.horizontal, 0, width)
                total[some, :, down, across] += arriving[:, :, row, column]
    return total[:, :, up : up + high, left : left + wide]


def _under_tap(tap: int, axis: Conv1dGeometry, start: int, count: int) -> slice:
    """Return which padded positions stand under one tap of `count` windows from `start` on."""
    first = axis.input_position(start, tap) + axis.padding_left
    return slice(first, first + (count - 1) * axis.stride + 1, axis.stride)


def _parts(samples: int, rows: int, row_size: int) -> Iterator[tuple[slice, slice]]:
    """Yield parts of the output whose columns are no more than a block: samples, then rows."""
    if not samples or not rows:
        return
    fitting = max(1, BLOCK // max(1, row_size))
    if fitting >= rows:
        several = fitting // rows
        for start in range(0, samples, several):
            yield slice(start, min(start + several, samples)), slice(0, rows)
        return
    for sample in range(samples):
        for start in range(0, rows, fitting):
            yield slice(sample, sample + 1), slice(start, min(start + fitting, rows))


def _padded(input: Array, padding: Pair) -> Array:
    """Return the input with zeros around its last two axes."""
    if padding == (0, 0):
        return input
    samples, channels, height, width = input.shape
    (up, left) = padding
    shape = (samples, channels, height + 2 * up, width + 2 * left)
    check_shape(shape, input.dtype)
    padded = np.zeros(shape, input.dtype)
    padded[:, :, up : up + height, left : left + width] = input
    return padded


def _columns_of(padded: Array, geometry: Conv2dGeometry, rows: slice, width: int) -> Array:
    """Return the windows of some output rows: (N, groups, C_in / groups * taps, rows * W_out)."""
    samples, channels = padded.shape[:2]
    to_sample, to_channel, to_row, to_column = padded.strides
    down, along = geometry.vertical, geometry.horizontal
    count = rows.stop - rows.start
    windows = strided_view(
        padded[:, :, rows.start * down.stride :],
        (samples, channels, *geometry.kernel_size, count, width),
        (to_sample, to_channel, to_row * down.dilation, to_column * along.dilation,
         to_row * down.stride, to_column * along.stride),
    )  # fmt: skip
    own = channels // geometry.groups * geometry.kernel_size[0] * geometry.kernel_size[1]
    return windows.reshape(samples, geometry.groups, own, count * width)


def _filters_of(weight: Array, groups: int) -> Array:
    """Return the weight as rows: (groups, C_out / groups, C_in / groups * taps)."""
    out_channels, own, *taps = weight.shape
    return weight.reshape(groups, out_channels // groups, own * taps[0] * taps[1])


def _by_group(output: Array, groups: int) -> Array:
    """Return (N, C_out, rows, W_out) as (N, groups, C_out / groups, rows * W_out)."""
    samples, channels, rows, width = output.shape
    return output.reshape(samples, groups, channels // groups, rows * width)
