"""Pooling on ndarrays: one number for the inputs under each window.

Arrays are (..., L_in) -> (..., L_out). Work goes tap by tap over some rows at a time, so that extra
memory is small and an interrupt is heard in between.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "Pool",
    "adaptive_bounds",
    "adaptive_max",
    "average",
    "average_gradient",
    "maximum",
    "scatter",
    "segment_mean",
    "segment_mean_gradient",
]

Array = npt.NDArray[Any]

_BLOCK = 2**20
"""Numbers that are pooled at a time."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The hyper-parameters of a pool, and where its windows stand."""

    kernel_size: int
    stride: int
    padding: int = 0
    dilation: int = 1
    ceil_mode: bool = False

    def output_length(self, input_length: int) -> int:
        """Return how many windows there are; not positive where not even one fits.

        With `ceil_mode` a last window may stand over the end, but must begin before it.
        """
        room = input_length + 2 * self.padding - self.dilation * (self.kernel_size - 1) - 1
        length = (room + (self.stride - 1 if self.ceil_mode else 0)) // self.stride + 1
        if self.ceil_mode and (length - 1) * self.stride >= input_length + self.padding:
            length -= 1
        return length

    def reach(self, tap: int, input_length: int, length: int) -> tuple[slice, slice]:
        """Return which outputs have their `tap` on an input, and on which inputs."""
        offset = tap * self.dilation - self.padding
        first = max(0, -(offset // self.stride))
        stop = min(length, (input_length - 1 - offset) // self.stride + 1)
        if first >= stop:
            return slice(0, 0), slice(0, 0)
        start = first * self.stride + offset
        return (
            slice(first, stop),
            slice(start, start + (stop - first - 1) * self.stride + 1, self.stride),
        )


def maximum(array: Array, pool: Pool) -> tuple[Array, Array]:
    """Return the largest input under each window, and its position: of equals, the first."""
    length = pool.output_length(array.shape[-1])
    best = np.empty((*array.shape[:-1], length), array.dtype)
    at = np.empty(best.shape, np.int64)
    rows, best_rows, at_rows = (each.reshape(-1, each.shape[-1]) for each in (array, best, at))
    for part in _row_blocks(rows):
        best_rows[part], at_rows[part] = _maximum(rows[part], pool, length)
    return best, at


def _row_blocks(rows: Array) -> Iterator[slice]:
    """Part rows (count, L) into blocks, so that an interrupt is heard between two of them."""
    some = max(1, _BLOCK // max(1, rows.shape[1]))
    for first in range(0, len(rows), some):
        yield slice(first, first + some)


def _maximum(array: Array, pool: Pool, length: int) -> tuple[Array, Array]:
    input_length = array.shape[-1]
    best = np.full((*array.shape[:-1], length), -np.inf, array.dtype)
    at = np.zeros(best.shape, np.int64)
    unset = np.ones(length, bool)
    for tap in range(pool.kernel_size):
        outputs, inputs = pool.reach(tap, input_length, length)
        candidates, so_far = array[..., inputs], best[..., outputs]
        wins = (candidates > so_far) | np.isnan(candidates) | unset[outputs]
        np.copyto(so_far, candidates, where=wins)
        positions = np.arange(inputs.start, inputs.stop, inputs.step)
        np.copyto(at[..., outputs], positions, where=wins)
        unset[outputs] = False
    return best, at


def scatter(grad: Array, at: Array, input_length: int) -> Array:
    """Return every gradient (..., L_out) to the input position that it came from (..., L_in)."""
    rows = grad.reshape(-1, grad.shape[-1])
    places = at.reshape(rows.shape)
    total = np.zeros((len(rows), input_length), grad.dtype)
    np.add.at(total, (np.arange(len(rows))[:, None], places), rows)
    return total.reshape(*grad.shape[:-1], input_length)


def average(array: Array, pool: Pool, count_include_pad: bool) -> Array:
    """Return the mean of the inputs under each window; padding is zeros, counted or not."""
    input_length = array.shape[-1]
    length = pool.output_length(input_length)
    total = np.zeros((*array.shape[:-1], length), array.dtype)
    rows, sums = array.reshape(-1, input_length), total.reshape(-1, length)
    for part in _row_blocks(rows):
        for tap in range(pool.kernel_size):
            outputs, inputs = pool.reach(tap, input_length, length)
            sums[part, outputs] += rows[part, inputs]
    total /= _counts(pool, input_length, length, count_include_pad).astype(array.dtype)
    return total


def average_gradient(grad: Array, pool: Pool, count_include_pad: bool, input_length: int) -> Array:
    """Return the gradient of the input of `average` from that of its output."""
    length = grad.shape[-1]
    share = grad / _counts(pool, input_length, length, count_include_pad).astype(grad.dtype)
    total = np.zeros((*grad.shape[:-1], input_length), grad.dtype)
    for tap in range(pool.kernel_size):
        outputs, inputs = pool.reach(tap, input_length, length)
        total[..., inputs] += share[..., outputs]
    return total


def _counts(pool: Pool, input_length: int, length: int, count_include_pad: bool) -> Array:
    start = np.arange(length) * pool.stride - pool.padding
    stop = np.minimum(start + pool.kernel_size, input_length + pool.padding)
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
