"""Pooling on ndarrays: one number for the inputs under each window.

Arrays are (..., L_in) -> (..., L_out). Work goes tap by tap over some rows at a time, so that extra
memory is small and an interrupt is heard in between.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...geometry import Conv1dGeometry
from ..core.dtypes import Array
from ..core.pieces import add_at

_BLOCK = 2**16
"""Numbers that are pooled at a time, so many as stay in a core's cache."""


@dataclass(frozen=True, slots=True)
class Pool:
    """How many windows a pool has: it moves as a convolution does, but may pass the end."""

    geometry: Conv1dGeometry
    ceil_mode: bool = False

    def output_length(self, input_length: int) -> int:
        """Return how many windows there are; not positive where not even one fits.

        With `ceil_mode` a last window may stand over the end, but must begin before it.
        """
        room, stride = self.geometry.room(input_length), self.geometry.stride
        if not self.ceil_mode:
            return room // stride + 1
        length = -(-room // stride) + 1
        beyond = self.geometry.input_position(length - 1, 0) >= input_length
        return length - 1 if beyond else length


def maximum(array: Array, pool: Pool) -> tuple[Array, Array]:
    """Return the largest input under each window, and its position: of equals, the first."""
    length = pool.output_length(array.shape[-1])
    best = np.empty((*array.shape[:-1], length), array.dtype)
    at = np.empty(best.shape, np.int64)
    rows, best_rows, at_rows = (each.reshape(-1, each.shape[-1]) for each in (array, best, at))
    for part in _row_blocks(rows):
        best_rows[part], at_rows[part] = _maximum(rows[part], pool, length)
    return best, at


def largest(array: Array, pool: Pool) -> Array:
    """Return the largest input under each window alone, which takes half as long."""
    length = pool.output_length(array.shape[-1])
    best = np.empty((*array.shape[:-1], length), array.dtype)
    rows, best_rows = array.reshape(-1, array.shape[-1]), best.reshape(-1, length)
    for part in _row_blocks(rows):
        best_rows[part] = -np.inf
        for _, outputs, inputs in _on_input(pool.geometry, rows.shape[1], length):
            so_far = best_rows[part, outputs]
            np.maximum(so_far, rows[part, inputs], out=so_far)
    return best


def _on_input(
    geometry: Conv1dGeometry, input_length: int, length: int
) -> Iterator[tuple[int, slice, slice]]:
    """Return each tap that stands on an input, the windows where it does, and those inputs.

    A window may have many more taps than there are inputs: the others stand on padding.
    """
    first = geometry.input_position(0, 0)
    last = geometry.input_position(length - 1, 0)
    start = max(0, -(last // geometry.dilation))
    stop = min(geometry.kernel_size, (input_length - 1 - first) // geometry.dilation + 1)
    for tap in range(start, stop):
        yield tap, *geometry.under_tap(tap, input_length, length)


def _row_blocks(rows: Array) -> Iterator[slice]:
    """Part rows (count, L) into blocks, so that an interrupt is heard between two of them."""
    some = max(1, _BLOCK // max(1, rows.shape[1]))
    for first in range(0, len(rows), some):
        yield slice(first, first + some)


def _maximum(array: Array, pool: Pool, length: int) -> tuple[Array, Array]:
    input_length = array.shape[-1]
    geometry = pool.geometry
    best = np.full((*array.shape[:-1], length), -np.inf, array.dtype)
    small = np.int8 if geometry.kernel_size < 2**7 else np.int64
    # Which tap it is: the first that stands on the input, or a later one that is larger.
    start = np.arange(length) * geometry.stride - geometry.padding_left
    first = (-(np.minimum(start, 0) // geometry.dilation)).astype(small)
    taps = np.broadcast_to(first, best.shape).copy()
    unknown = bool(np.isnan(array.min(initial=np.inf)))
    for tap, outputs, inputs in _on_input(geometry, input_length, length):
        candidates, so_far, at = array[..., inputs], best[..., outputs], taps[..., outputs]
        wins = candidates > so_far
        if unknown:
            wins |= np.isnan(candidates)
        np.maximum(so_far, candidates, out=so_far)
        np.maximum(at, wins.view(np.int8) * small(tap), out=at)
    return best, start + taps * np.int64(geometry.dilation)


def scatter(grad: Array, at: Array, input_length: int) -> Array:
    """Return every gradient (..., L_out) to the input position that it came from (..., L_in)."""
    rows = at.reshape(-1, at.shape[-1])
    total = np.zeros(len(rows) * input_length, grad.dtype)
    # Counted through all rows; numpy adds along one dim many times faster than along two.
    places = rows + np.arange(0, total.size, input_length)[:, None] if input_length else rows
    add_at(total, places.ravel(), grad.ravel())
    return total.reshape(*grad.shape[:-1], input_length)


def average(array: Array, pool: Pool, count_include_pad: bool) -> Array:
    """Return the mean of the inputs under each window; padding is zeros, counted or not."""
    input_length = array.shape[-1]
    length = pool.output_length(input_length)
    total = np.zeros((*array.shape[:-1], length), array.dtype)
    rows, sums = array.reshape(-1, input_length), total.reshape(-1, length)
    for part in _row_blocks(rows):
        for _, outputs, inputs in _on_input(pool.geometry, input_length, length):
            sums[part, outputs] += rows[part, inputs]
    counts = _counts(pool, input_length, length, count_include_pad)
    if array.dtype.kind == "f":
        total /= counts.astype(array.dtype)
        return total
    whole: Array = np.sign(total) * (np.abs(total) // counts)  # the fraction is cut off
    return whole


def average_gradient(grad: Array, pool: Pool, count_include_pad: bool, input_length: int) -> Array:
    """Return the gradient of the input of `average` from that of its output."""
    length = grad.shape[-1]
    share = grad / _counts(pool, input_length, length, count_include_pad).astype(grad.dtype)
    total = np.zeros((*grad.shape[:-1], input_length), grad.dtype)
    for _, outputs, inputs in _on_input(pool.geometry, input_length, length):
        total[..., inputs] += share[..., outputs]
    return total


def _counts(pool: Pool, input_length: int, length: int, count_include_pad: bool) -> Array:
    """Return by how many numbers the sum of each window is divided."""
    geometry = pool.geometry
    start = np.arange(length) * geometry.stride - geometry.padding_left
    stop = np.minimum(start + geometry.kernel_size, input_length + geometry.padding_right)
    if count_include_pad:
        return stop - start
    return np.minimum(stop, input_length) - np.maximum(start, 0)


# --- adaptive: as many windows as were asked for, about equally long


def adaptive_bounds(input_length: int, length: int) -> list[tuple[int, int]]:
    """Return where each of `length` windows begins and ends."""
    return [
        (index * input_length // length, -((index + 1) * input_length // -length))
        for index in range(length)
    ]


def segment_mean(array: Array, length: int) -> Array:
    """Return the mean of each adaptive window."""
    output = np.empty((*array.shape[:-1], length), array.dtype)
    for index, (start, stop) in enumerate(adaptive_bounds(array.shape[-1], length)):
        output[..., index] = array[..., start:stop].mean(axis=-1)
    return output


def segment_mean_gradient(grad: Array, input_length: int) -> Array:
    """Return the gradient of the input of `segment_mean` from that of its output."""
    total = np.zeros((*grad.shape[:-1], input_length), grad.dtype)
    for index, (start, stop) in enumerate(adaptive_bounds(input_length, grad.shape[-1])):
        total[..., start:stop] += grad[..., index : index + 1] / (stop - start)
    return total


def adaptive_max(array: Array, length: int) -> tuple[Array, Array]:
    """Return the largest input of each adaptive window, and at which position it is."""
    best = np.empty((*array.shape[:-1], length), array.dtype)
    at = np.empty(best.shape, np.int64)
    for index, (start, stop) in enumerate(adaptive_bounds(array.shape[-1], length)):
        at[..., index] = array[..., start:stop].argmax(axis=-1) + start
        best[..., index] = array[..., start:stop].max(axis=-1)
    return best, at
