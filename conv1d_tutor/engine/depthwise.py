"""A long kernel over channels that are each on their own, as a matrix product.

One channel's output is a window times a filter, over and over: a matrix with one row. Instead,
`_STEP` neighbouring outputs are computed at once from the stretch of input under all of their
windows. What takes the stretch to those outputs is a band matrix, the filter in every column, one
further down each time:

    [y0 y1 y2] = [x0 x1 x2 x3 x4] @ [w0  0  0]
                                    [w1 w0  0]
                                    [w2 w1 w0]
                                    [ 0 w2 w1]
                                    [ 0  0 w2]

About half of it is zeros, but a processor multiplies matrices so much faster than it does rows
that from `_LEAST_KERNEL` taps on this wins. The last stretch ends where the output ends and so may
overlap the one before it: some outputs are then computed twice.
"""

from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from .geometry import Conv1dGeometry
from .windows import stretch, strided_view

__all__ = ["forward", "suits"]

Array = npt.NDArray[Any]

_STEP = 32
_LEAST_KERNEL = 10
_BUDGET = 2**19
"""How many numbers of stretches are laid out at a time: 2 MiB of float32."""


def suits(geometry: Conv1dGeometry, length: int) -> bool:
    """Say whether this is the way to compute a convolution with `length` output positions."""
    return (
        geometry.groups == geometry.in_channels == geometry.out_channels
        and geometry.groups > 1
        and geometry.stride == geometry.dilation == 1
        and geometry.kernel_size >= _LEAST_KERNEL
        and length >= _STEP
    )


def forward(input: Array, weight: Array, bias: Array | None, geometry: Conv1dGeometry) -> Array:
    """Give the output (N, C, L_out) of a depthwise convolution of stride and dilation 1."""
    samples, channels, input_length = input.shape
    length = geometry.output_length(input_length)
    wide = _STEP + geometry.kernel_size - 1
    output = np.empty((samples, channels, length), input.dtype)
    steps = -(-length // _STEP)
    at_once = max(1, min(steps, _BUDGET // wide))
    some = max(1, min(channels, _BUDGET // (samples * at_once * wide)))
    laid_out = np.empty(samples * some * at_once * wide, input.dtype)
    made = np.empty(samples * some * at_once * _STEP, input.dtype)
    for channel in range(0, channels, some):
        part = slice(channel, min(channel + some, channels))
        band = _band(weight[part, 0])
        padded = stretch(input[:, part], -geometry.padding_left, length - 1 + geometry.kernel_size)
        for step in range(0, steps, at_once):
            shape = (samples, len(band), min(at_once, steps - step))
            rows = laid_out[: prod(shape) * wide].reshape(*shape, wide)
            ends = _copy_stretches(padded, rows, step * _STEP, length)
            outputs = made[: prod(shape) * _STEP].reshape(*shape, _STEP)
            np.matmul(rows, band, out=outputs)
            if bias is not None:
                outputs += bias[part, None, None]
            _place(outputs, output[:, part], step * _STEP, ends)
    return output


def _copy_stretches(padded: Array, rows: Array, start: int, length: int) -> bool:
    """Lay out the stretches (N, C, steps, wide) from `start` on; say whether the last one ends."""
    samples, channels, steps, wide = rows.shape
    ends = start + steps * _STEP > length
    whole = steps - ends
    if whole:
        under = padded[:, :, start:]
        of_sample, of_channel, of_position = under.strides
        strides = (of_sample, of_channel, of_position * _STEP, of_position)
        stretches = strided_view(under, (samples, channels, whole, wide), strides)
        np.copyto(rows[:, :, :whole], stretches)
    if ends:
        rows[:, :, -1] = padded[:, :, length - _STEP : length - _STEP + wide]
    return bool(ends)


def _place(outputs: Array, output: Array, start: int, ends: bool) -> None:
    """Write outputs (N, C, steps, `_STEP`) from `start` on, the last ones at the very end."""
    samples, channels, steps, _ = outputs.shape
    whole = steps - ends
    flat = outputs[:, :, :whole].reshape(samples, channels, whole * _STEP)
    output[:, :, start : start + whole * _STEP] = flat
    if ends:
        output[:, :, -_STEP:] = outputs[:, :, -1]


def _band(filters: Array) -> Array:
    """Give, for filters (C, k), the band matrices (C, `_STEP` + k - 1, `_STEP`)."""
    channels, taps = filters.shape
    wide = _STEP + taps - 1
    around = np.zeros((channels, wide + _STEP - 1), filters.dtype)
    around[:, _STEP - 1 : wide] = filters[:, ::-1]
    of_channel, of_tap = around.strides
    # Row i is the turned filter i places further back: a window that begins i places earlier.
    rows = strided_view(
        around[:, wide - 1 :], (channels, wide, _STEP), (of_channel, -of_tap, of_tap)
    )
    return rows.copy()
