"""Channels that are each on their own (depthwise), as matrix products.

One channel's output is a window times a filter, over and over: a matrix with one row. Instead, a
tile of neighbouring outputs is computed at once from the stretch of input under all of their
windows. What takes the stretch to those outputs is a band matrix, the filter in every column, one
further down each time:

    [y0 y1 y2] = [x0 x1 x2 x3 x4] @ [w0  0  0]
                                    [w1 w0  0]
                                    [w2 w1 w0]
                                    [ 0 w2 w1]
                                    [ 0  0 w2]

About half of it or more is zeros, but a processor multiplies matrices so much faster than it does
rows that this wins. Nothing is laid out: the rows of a matrix must not overlap in memory, so a
product takes stretches that do not. They are either

- the same stretch of every sample, one product for each tile, or
- every second stretch of one sample (every third, ... the longer the kernel), in as many rounds,

whichever makes fewer products. The last tile ends where the output ends and so may overlap the one
before it: some outputs are then computed twice.

Zero times infinity is nan. So where nan comes out, the outputs are added up tap by tap instead.

The weight's gradient multiplies the same stretches with the output's gradients over them. On the
diagonals of that product lies what each tap was multiplied with:

    [x0 x1 x2 x3 x4].T @ [g0 g1 g2]     for w0: x0 g0 + x1 g1 + x2 g2, for w1: x1 g0 + x2 g1 + x3 g2
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...geometry import Conv1dGeometry
from ..core.dtypes import Array
from .windows import stretch, strided_view

_SHORT_KERNEL, _SHORT_TILE, _LONG_TILE = 16, 16, 32
"""A tile has 16 outputs up to a kernel of 16 taps, and 32 beyond: measured."""

_BUDGET = 2**20
"""How many numbers of stretches are multiplied, or of bands are laid out, before Ctrl-C is heard:
4 MiB of float32, some milliseconds."""


def suits(geometry: Conv1dGeometry, length: int) -> bool:
    """Return whether this is the way to compute a convolution with `length` output positions."""
    return (
        geometry.groups == geometry.in_channels == geometry.out_channels
        and geometry.groups > 1
        and geometry.stride == geometry.dilation == 1
        and geometry.kernel_size > 1
        and length >= _LONG_TILE
    )


def forward(input: Array, weight: Array, bias: Array | None, geometry: Conv1dGeometry) -> Array:
    """Return the output (N, C, L_out) of a depthwise convolution of stride and dilation 1."""
    length = geometry.output_length(input.shape[2])
    taps = geometry.kernel_size
    tile = _tile(taps)
    output = np.empty((*input.shape[:2], length), input.dtype)
    part, band = slice(0), weight
    for block in _blocks(output.shape, tile, tile + taps - 1):
        if block.channels != part:
            part = block.channels
            band = _band(weight[part, 0], tile)
        target = output[block.samples, part, block.positions]
        start = block.positions.start - geometry.padding_left
        under = stretch(input[block.samples, part], start, target.shape[2] + taps - 1)
        if not input.flags.c_contiguous:
            under = under.copy()
        for stretches, outputs in _products(under, target, tile):
            np.matmul(stretches, band[:, None], out=outputs)
        if target.size and np.isnan(target.max()):
            _add_up(under, weight[part], target)
        if bias is not None:
            offset = bias[part, None]
            if len(target) > 1:
                # numpy adds whole arrays far faster than one number to each of many short rows.
                offset = np.repeat(offset, target.shape[2], axis=1)
            target += offset
    return output


def weight_gradient(grad: Array, input: Array, geometry: Conv1dGeometry) -> Array:
    """Return the gradient of the weight (C, 1, kernel_size) from the output's (N, C, L_out)."""
    samples, channels, length = grad.shape
    taps = geometry.kernel_size
    total = np.zeros((channels, taps), grad.dtype)
    rest = length % _tile(taps)
    for first, size, tile in ((0, length - rest, _tile(taps)), (length - rest, rest, rest)):
        if not size:
            continue
        for block in _blocks((samples, channels, size), tile, tile + taps - 1):
            start, stop = first + block.positions.start, first + block.positions.stop
            of_block = input[block.samples, block.channels]
            total[block.channels] += _diagonals(
                stretch(of_block, start - geometry.padding_left, stop - start + taps - 1),
                grad[block.samples, block.channels, start:stop],
                tile,
            )
    return total[:, None]


def _tile(taps: int) -> int:
    """Return how many outputs a tile has."""
    return _SHORT_TILE if taps <= _SHORT_KERNEL else _LONG_TILE


def _add_up(under: Array, weight: Array, output: Array) -> None:
    """Write the outputs (N, C, L) of filters (C, 1, k), a tap at a time."""
    length = output.shape[2]
    output[...] = 0
    for tap in range(weight.shape[2]):
        output += under[:, :, tap : tap + length] * weight[:, :, tap]


def _diagonals(under: Array, grad: Array, tile: int) -> Array:
    """Return for every tap (C, k) the sum of the gradients (N, C, L) times inputs (N, C, L_in)."""
    samples, channels, length = grad.shape
    taps = under.shape[2] - length + 1
    wide = tile + taps - 1
    tiles = length // tile
    stretches = _every(under.swapaxes(0, 1), tiles, tile, wide).copy()
    rows = stretches.reshape(channels, samples * tiles, wide)
    products = rows.swapaxes(1, 2) @ grad.swapaxes(0, 1).reshape(channels, samples * tiles, tile)
    of_channel, of_row, of_column = products.strides
    strides = (of_channel, of_row, of_row + of_column)
    total: Array = strided_view(products, (channels, taps, tile), strides).sum(axis=2)
    return total


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of the output: some samples, some channels, some positions."""

    samples: slice
    channels: slice
    positions: slice


def _blocks(shape: tuple[int, ...], tile: int, wide: int) -> Iterator[_Block]:
    """Part an output (N, C, L) into blocks within the budget, positions at least a tile."""
    samples, channels, length = shape
    tiles = max(1, min(-(-length // tile), _BUDGET // wide))
    of_channel = tiles * wide
    few = max(1, min(samples, _BUDGET // of_channel))
    some = max(1, min(channels, _BUDGET // max(few * of_channel, tile * wide)))
    for channel in range(0, channels, some):
        for sample in range(0, samples, few):
            for position in range(0, length, tiles * tile):
                yield _Block(
                    slice(sample, min(sample + few, samples)),
                    slice(channel, min(channel + some, channels)),
                    slice(min(position, length - tile), min(position + tiles * tile, length)),
                )


def _products(under: Array, output: Array, tile: int) -> Iterator[tuple[Array, Array]]:
    """Return the stretches of `under` (N, C, L_in) and the tiles of `output` that they make.

    All are views (C, ..., rows, wide) and (C, ..., rows, tile); only the rows must not overlap.
    """
    under, output = under.swapaxes(0, 1), output.swapaxes(0, 1)
    samples, length = output.shape[1:]
    wide = under.shape[2] - length + tile
    rounds = -(-wide // tile)
    tiles = length // tile
    if tiles <= samples * rounds:
        stretches = _every(under, tiles, tile, wide), _every(output, tiles, tile, tile)
        yield stretches[0].swapaxes(1, 2), stretches[1].swapaxes(1, 2)
    else:
        for first in range(min(rounds, tiles)):
            many = (tiles - first - 1) // rounds + 1
            yield (
                _every(under[:, :, first * tile :], many, rounds * tile, wide),
                _every(output[:, :, first * tile :], many, rounds * tile, tile),
            )
    if length % tile:
        yield under[:, None, :, -wide:], output[:, None, :, -tile:]


def _every(array: Array, many: int, step: int, size: int) -> Array:
    """Return `many` parts (C, N, many, size) of (C, N, L), `step` apart."""
    of_channel, of_sample, of_position = array.strides
    strides = (of_channel, of_sample, of_position * step, of_position)
    return strided_view(array, (*array.shape[:2], many, size), strides)


def _band(filters: Array, tile: int) -> Array:
    """Give, for filters (C, k), the band matrices (C, tile + k - 1, tile)."""
    channels, taps = filters.shape
    wide = tile + taps - 1
    around = np.zeros((channels, wide + tile - 1), filters.dtype)
    around[:, tile - 1 : wide] = filters[:, ::-1]
    of_channel, of_tap = around.strides
    # Row i is the reversed filter i places further back: a window that begins i places earlier.
    rows = strided_view(
        around[:, wide - 1 :], (channels, wide, tile), (of_channel, -of_tap, of_tap)
    )
    return rows.copy()
