"""The convolution itself: its output, and the gradients of its input, weight and bias.

An output is a dot product: a *window* of the input times a filter, plus the filter's bias.

    output[n, o, t] = bias[o] + the sum over channels c and taps k of
                      input[n, c, t * stride - padding + k * dilation] * weight[o, c, k]

A window written as a column has C_in * kernel_size numbers, and so has a filter written as a row.
With all windows side by side, the whole convolution of a sample is one matrix product:

    output          =  filters                      @  columns
    (C_out, L_out)     (C_out, C_in * kernel_size)     (C_in * kernel_size, L_out)

Of a matrix product the gradients are known: that of the filters is `grad @ columns.T`, that of the
columns `filters.T @ grad`. With `groups`, each group of channels is such a product of its own.

The functions here are the plain ones. The columns repeat every input kernel_size times, so what is
large is computed a part at a time, by `convolution_blocks.py`, which is also what `conv1d` calls.

Shapes: input (N, C_in, L_in), weight (C_out, C_in / groups, kernel_size), bias (C_out,),
output (N, C_out, L_out). Padding here is zeros; other modes have padded the input before.
"""

import numpy as np

from ...geometry import Conv1dGeometry
from ..core.dtypes import Array
from .windows import sliding_windows, stretch


def forward(input: Array, weight: Array, bias: Array | None, geometry: Conv1dGeometry) -> Array:
    """Return the output (N, C_out, L_out): the dot product of every window with every filter."""
    length = geometry.output_length(input.shape[2])
    output = filters_of(weight, geometry) @ columns_of(input, geometry, length)
    if bias is not None:
        output += bias.reshape(geometry.groups, -1, 1)
    return output.reshape(len(input), geometry.out_channels, length)


def weight_gradient(grad: Array, input: Array, geometry: Conv1dGeometry) -> Array:
    """Return the gradient of the weight from that of the output (N, C_out, L_out).

    Every tap gathers the products of the output's gradients with the inputs that it stood over.
    """
    columns = columns_of(input, geometry, grad.shape[2])
    of_samples = _by_group(grad, geometry) @ columns.swapaxes(-1, -2)
    total: Array = of_samples.sum(axis=0).reshape(geometry.weight_shape)
    return total


def input_gradient(
    grad: Array, weight: Array, geometry: Conv1dGeometry, input_length: int
) -> Array:
    """Return the gradient of the input (N, C_in, L_in) from that of the output (N, C_out, L_out).

    Every output's gradient goes back, times the tap, to each input that it was made from; what
    arrives at an input is added up. This is also what a transposed convolution computes.
    """
    total = np.zeros((len(grad), geometry.in_channels, input_length), grad.dtype)
    add_input_gradient(total, grad, weight, geometry)
    return total


def add_input_gradient(total: Array, grad: Array, weight: Array, geometry: Conv1dGeometry) -> None:
    """Add the gradient of the input to `total` (N, C_in, L_in)."""
    samples, channels, input_length = total.shape
    length = grad.shape[2]
    columns = filters_of(weight, geometry).swapaxes(-1, -2) @ _by_group(grad, geometry)
    arriving = columns.reshape(samples, channels, geometry.kernel_size, length)
    # Neighbouring windows share inputs, but under one tap each has another.
    for tap, (outputs, inputs) in enumerate(geometry.under_taps(input_length, length)):
        total[:, :, inputs] += arriving[:, :, tap, outputs]


def bias_gradient(grad: Array) -> Array:
    """Return the gradient of the bias (C_out,): it was added at every sample and position."""
    total: Array = grad.sum(axis=(0, 2))
    return total


def columns_of(input: Array, geometry: Conv1dGeometry, length: int) -> Array:
    """Return the first `length` windows: (N, groups, C_in / groups * kernel_size, length)."""
    samples, channels, _ = input.shape
    groups, taps = geometry.groups, geometry.kernel_size
    windows = windows_of(input, geometry, length)
    if taps * geometry.stride > 1:
        # Windows overlap, which the rows of a matrix must not: they are copied.
        windows = windows.copy()
    return windows.reshape(samples, groups, channels // groups * taps, length)


def windows_of(input: Array, geometry: Conv1dGeometry, length: int) -> Array:
    """Return the first `length` windows on the padded input: (N, C_in, kernel_size, length)."""
    reach = (length - 1) * geometry.stride + geometry.effective_kernel_size
    padded = stretch(input, -geometry.padding_left, reach)
    return sliding_windows(padded, geometry.kernel_size, geometry.stride, geometry.dilation, length)


def filters_of(weight: Array, geometry: Conv1dGeometry) -> Array:
    """Return the weight as rows: (groups, C_out / groups, C_in / groups * kernel_size)."""
    out_channels, rows, taps = weight.shape
    groups = geometry.groups
    return weight.reshape(groups, out_channels // groups, rows * taps)


def _by_group(output: Array, geometry: Conv1dGeometry) -> Array:
    """Return an array (N, C_out, L_out) as (N, groups, C_out / groups, L_out)."""
    samples, channels, length = output.shape
    return output.reshape(samples, geometry.groups, channels // geometry.groups, length)
