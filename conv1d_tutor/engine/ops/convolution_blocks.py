"""Convolutions of any size: what `convolution.py` computes, a part at a time.

The columns repeat every input kernel_size times, so only those of a small convolution are laid out
whole. Else the output is cut into parts: a few samples, a few groups of one sample, or a stretch of
positions of one group. Each is a small convolution of its own, of the inputs that its windows span.
So extra memory is bounded, and Ctrl-C is heard between two parts.

Two kinds have a faster way. Channels that are each on their own (depthwise) would make a product
with one row, which no processor does fast: `depthwise.py` makes other products of them. And without
a stride, the gradient of the input is a convolution too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...geometry import Conv1dGeometry
from ..core.dtypes import Array
from ..core.guard import check_shape
from . import convolution, depthwise

_SMALL = 2**14
"""A convolution whose columns are no more numbers than this is computed whole."""

_BUDGET = 2**20
"""How many numbers of columns are laid out at a time: 4 MiB of float32. One sample may take all of
it, because a product sorts the filters anew for every part; samples share half, about a cache."""

_LEAST_POSITIONS = 16
"""Positions that a part has at least, however many numbers a window has."""

_QUICK, _LEAST_QUICK = 10**6, 256
"""Up to so many multiplications OpenBLAS multiplies matrices as they lie, without sorting their
numbers first; that is faster where it makes this many positions at a time: measured."""


def forward(input: Array, weight: Array, bias: Array | None, geometry: Conv1dGeometry) -> Array:
    """Return the output (N, C_out, L_out).

    RuntimeError where the kernel does not fit the padded input, or the output is too large.
    """
    samples, _, input_length = input.shape
    length, groups = geometry.output_length(input_length), geometry.groups
    shape = (samples, geometry.out_channels, length)
    check_shape(shape, input.dtype)
    if depthwise.suits(geometry, length):
        return depthwise.forward(input, weight, bias, geometry)
    if _is_small(geometry, samples, length):
        return convolution.forward(input, weight, bias, geometry)
    output = np.empty(shape, input.dtype)
    by_group = output.reshape(samples, groups, geometry.out_channels // groups, length)
    filters = convolution.filters_of(weight, geometry)
    offset = None if bias is None else bias.reshape(groups, -1, 1)
    # With a row of ones under the columns, the matrix product adds the bias on its way.
    lays_out = geometry.kernel_size * geometry.stride > 1
    ones = int(lays_out and offset is not None)
    if ones and offset is not None:
        filters = np.concatenate((filters, offset), axis=2)
    room = np.empty(0, input.dtype)
    for part in _parts(geometry, samples, input_length, length):
        target = by_group[part.samples, part.groups, :, part.positions]
        if lays_out:
            windows = convolution.windows_of(input[part.read], part.geometry, part.length)
            if not room.size:
                # No part is larger than the first one: memory that was used is quicker than new.
                of_part = windows.size + ones * len(windows) * part.geometry.groups * part.length
                room = np.empty(of_part, input.dtype)
            columns = _laid_out(windows, part.geometry.groups, ones, room)
        else:
            columns = convolution.columns_of(input[part.read], part.geometry, part.length)
        _multiply(filters[part.groups], columns, target)
        if offset is not None and not ones:
            target += offset[part.groups]
    return output


def _laid_out(windows: Array, groups: int, ones: int, room: Array) -> Array:
    """Return windows as columns, which lie in `room`, with `ones` rows of ones under each group."""
    samples, channels, taps, length = windows.shape
    by_group = (samples, groups, channels // groups, taps, length)
    rows = channels // groups * taps
    shape = (samples, groups, rows + ones, length)
    columns = room[: samples * groups * (rows + ones) * length].reshape(shape)
    columns[:, :, :rows].reshape(by_group)[...] = windows.reshape(by_group)
    columns[:, :, rows:] = 1
    return columns


def _multiply(filters: Array, columns: Array, target: Array) -> None:
    """Write the matrix product into `target`, a stretch of positions at a time where it pays."""
    length = columns.shape[-1]
    some = _stretch(filters.shape[-2] * filters.shape[-1], length)
    for first in range(0, length, some):
        stretch = slice(first, first + some)
        np.matmul(filters, columns[..., stretch], out=target[..., stretch])


def _stretch(filter_numbers: int, length: int) -> int:
    """Return how many of `length` positions are multiplied at once with so many filter numbers."""
    quick = _QUICK // max(1, filter_numbers) // 16 * 16
    if quick < _LEAST_QUICK or quick >= length:
        return max(1, length)
    stretches = -(-length // quick)
    return -(-length // (stretches * 16)) * 16


def weight_gradient(grad: Array, input: Array, geometry: Conv1dGeometry) -> Array:
    """Return the gradient of the weight from that of the output (N, C_out, L_out)."""
    samples, _, length = grad.shape
    if depthwise.suits(geometry, length):
        return depthwise.weight_gradient(grad, input, geometry)
    if _is_small(geometry, samples, length):
        return convolution.weight_gradient(grad, input, geometry)
    groups, taps = geometry.groups, geometry.kernel_size
    rows, filters = geometry.in_channels // groups * taps, geometry.out_channels // groups
    # Of a product and its transposed one, the one with more rows than columns is the faster.
    total = np.zeros((groups, rows, filters), input.dtype)
    room = np.empty(0, input.dtype)
    for part in _parts(geometry, samples, input.shape[2], length):
        windows = convolution.windows_of(input[part.read], part.geometry, part.length)
        if not room.size:
            room = np.empty(windows.size, input.dtype)
        # Samples side by side: then one product adds them up.
        side_by_side = windows.transpose(1, 2, 0, 3)
        laid_out = room[: windows.size].reshape(side_by_side.shape)
        laid_out[...] = side_by_side
        columns = laid_out.reshape(part.geometry.groups, rows, -1)
        of_output = grad[part.made].swapaxes(0, 1).reshape(part.geometry.groups, filters, -1)
        some = _stretch(rows * filters, columns.shape[2])
        for first in range(0, columns.shape[2], some):
            of_stretch = of_output[..., first : first + some].swapaxes(1, 2)
            total[part.groups] += columns[..., first : first + some] @ of_stretch
    return total.swapaxes(1, 2).reshape(geometry.weight_shape)


def input_gradient(
    grad: Array, weight: Array, geometry: Conv1dGeometry, input_length: int
) -> Array:
    """Return the gradient of the input (N, C_in, L_in) from that of the output (N, C_out, L_out).

    This is also what a transposed convolution computes.
    """
    samples, _, length = grad.shape
    if _is_small(geometry, samples, length):
        return convolution.input_gradient(grad, weight, geometry, input_length)
    reverse = _reverse(geometry, length, input_length)
    if reverse is not None:
        return forward(grad, _reverse_weight(weight, geometry), None, reverse)
    shape = (samples, geometry.in_channels, input_length)
    check_shape(shape, grad.dtype)
    total = np.zeros(shape, grad.dtype)
    for part in _parts(geometry, samples, input_length, length):
        convolution.add_input_gradient(
            total[part.read], grad[part.made], weight[part.filters], part.geometry
        )
    return total


def bias_gradient(grad: Array) -> Array:
    """Return the gradient of the bias (C_out,) from that of the output (N, C_out, L_out)."""
    samples, channels, length = grad.shape
    some = max(1, _BUDGET // max(1, samples * length))
    if some >= channels:
        return convolution.bias_gradient(grad)
    parts = [grad[:, first : first + some] for first in range(0, channels, some)]
    return np.concatenate([convolution.bias_gradient(part) for part in parts])


def _reverse(geometry: Conv1dGeometry, length: int, input_length: int) -> Conv1dGeometry | None:
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
        padding=padding,
        dilation=geometry.dilation,
        groups=geometry.groups,
    )


def _reverse_weight(weight: Array, geometry: Conv1dGeometry) -> Array:
    """Return the weight (C_in, C_out / groups, kernel_size) with its taps in reverse order."""
    out_channels, rows, taps = weight.shape
    groups = geometry.groups
    by_group = weight.reshape(groups, out_channels // groups, rows, taps)[..., ::-1]
    return by_group.swapaxes(1, 2).reshape(groups * rows, out_channels // groups, taps)


# --- parts


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the output, and the convolution that computes it from a part of the input."""

    geometry: Conv1dGeometry
    samples: slice
    groups: slice
    positions: slice
    filters: slice
    """The output channels."""
    read: tuple[slice, slice, slice]
    """The part of the input: samples, channels, positions."""

    @property
    def length(self) -> int:
        """How many output positions there are."""
        return int(self.positions.stop - self.positions.start)

    @property
    def made(self) -> tuple[slice, slice, slice]:
        """The part of the output: samples, channels, positions."""
        return (self.samples, self.filters, self.positions)


def _is_small(geometry: Conv1dGeometry, samples: int, length: int) -> bool:
    """Return whether all columns, and the input under them, may be laid out at once."""
    span = (length - 1) * geometry.stride + geometry.effective_kernel_size
    numbers = samples * geometry.in_channels * max(span, geometry.kernel_size * length)
    return 0 < numbers <= _SMALL


def _parts(
    geometry: Conv1dGeometry, samples: int, input_length: int, length: int
) -> Iterator[_Part]:
    """Cut an output of `length` positions into parts with at most `_BUDGET` numbers of columns."""
    some_samples, some_groups, some_positions = _sizes(geometry, length)
    groups = geometry.groups
    if some_samples >= samples and some_groups == groups and some_positions >= length:
        every = slice(None)
        yield _Part(geometry, every, every, slice(0, length), every, (every, every, every))
        return
    rows, filters = geometry.in_channels // groups, geometry.out_channels // groups
    for sample in range(0, samples, some_samples):
        in_samples = slice(sample, min(sample + some_samples, samples))
        for group in range(0, groups, some_groups):
            end = min(group + some_groups, groups)
            for position in range(0, length, some_positions):
                last = min(position + some_positions, length) - 1
                start = geometry.input_position(position, 0)
                stop = geometry.input_position(last, geometry.kernel_size - 1) + 1
                yield _Part(
                    Conv1dGeometry(
                        rows * (end - group),
                        filters * (end - group),
                        geometry.kernel_size,
                        geometry.stride,
                        (max(0, -start), max(0, stop - input_length)),
                        geometry.dilation,
                        end - group,
                    ),
                    in_samples,
                    slice(group, end),
                    slice(position, last + 1),
                    slice(filters * group, filters * end),
                    (
                        in_samples,
                        slice(rows * group, rows * end),
                        slice(max(0, start), max(0, stop)),
                    ),
                )


def _sizes(geometry: Conv1dGeometry, length: int) -> tuple[int, int, int]:
    """Return how many samples, groups and positions a part has."""
    groups = geometry.groups
    channels = geometry.in_channels // groups
    of_position = max(1, channels * max(geometry.kernel_size, geometry.stride))
    of_group = of_position * max(1, length)
    if of_group > _BUDGET:
        return 1, 1, max(_LEAST_POSITIONS, _BUDGET // of_position)
    if of_group * groups > _BUDGET:
        return 1, _BUDGET // of_group, length
    return max(1, _BUDGET // 2 // (of_group * groups)), groups, length
