"""A signal drawn longer or shorter: which inputs each output is taken from, and how much of each.

Of L_in positions to L_out: an output stands at `scale * position` of the input, where `scale` is
L_in / L_out. Everything here is of the last axis.
"""

from typing import Any

import numpy as np

from ..core.dtypes import Array


def scale_of(inputs: int, outputs: int, factor: float | None, dtype: np.dtype[np.generic]) -> Array:
    """Return how many inputs an output is wide, in the dtype that PyTorch computes it in."""
    if factor is not None and factor > 0:
        return np.asarray(1 / factor, dtype)
    return np.asarray(inputs, dtype) / np.asarray(outputs, dtype)


def nearest(
    inputs: int, outputs: int, factor: float | None, exact: bool, dtype: np.dtype[np.generic]
) -> Array:
    """Return which input each output is; `exact` takes the one under the output's middle."""
    wide = dtype if dtype == np.float64 else np.dtype(np.float32)
    scale = scale_of(inputs, outputs, factor, wide)
    at = np.arange(outputs).astype(wide)
    if exact:
        at += wide.type(0.5)
    return np.asarray(np.minimum(np.floor(at * scale).astype(np.intp), inputs - 1))


def nearest_gone_back(inputs: int, outputs: int, factor: float | None, exact: bool) -> Array:
    """Return to which input the gradient of each output goes: PyTorch rounds otherwise there."""
    if not exact and outputs == inputs:
        return np.arange(outputs)
    if not exact and outputs == 2 * inputs:
        return np.arange(outputs) // 2
    return nearest(inputs, outputs, factor, exact, np.dtype(np.float32))


def neighbours(
    inputs: int, outputs: int, factor: float | None, align: bool, dtype: np.dtype[np.generic]
) -> tuple[Array, Array, Array]:
    """Return the inputs left and right of each output, and the share of the right one.

    With `align` the first and last output are the first and last input; otherwise the inputs and
    outputs are stretches of the same length, and stand in the middle of theirs.
    """
    wide = dtype if dtype == np.float64 else np.dtype(np.float32)
    number: Any = wide.type
    at = np.arange(outputs).astype(wide)
    if inputs == outputs:
        places = np.arange(outputs)
        return places, places, np.zeros(outputs, wide)
    if align:
        step = number(inputs - 1) / number(outputs - 1) if outputs > 1 else number(0)
        source = at * step
    else:
        half = number(0.5)
        source = scale_of(inputs, outputs, factor, wide) * (at + half) - half
        source = np.maximum(source, number(0))
    left = np.minimum(np.floor(source).astype(np.intp), inputs - 1)
    right = np.minimum(left + 1, inputs - 1)
    share = np.clip(source - left.astype(wide), number(0), number(1))
    return left, right, share


def taken(array: Array, at: Array) -> Array:
    """Return the inputs at these places, in their order in memory."""
    return np.asarray(np.take(array, at, axis=-1))


def between(array: Array, left: Array, right: Array, share: Array) -> Array:
    """Return what stands between two inputs, `share` of the way to the right one."""
    mixed = taken(array, left) * (1 - share)
    mixed += taken(array, right) * share
    return np.asarray(mixed.astype(array.dtype, copy=False))


_FEW = 16
"""So many outputs of one input are added one after the other."""


def sent_back(grad: Array, at: Array, length: int) -> Array:
    """Return the sum of the gradients of all outputs that are one input: (…, length).

    The places never go back, so the outputs of one input are neighbours.
    """
    total = np.zeros((*grad.shape[:-1], length), grad.dtype)
    counts = np.bincount(at, minlength=length)
    first = np.cumsum(counts) - counts
    # The inputs that have a first output, a second one …: mostly all of them but at the ends.
    rounds = [np.flatnonzero(counts > place) for place in range(min(counts.max(), _FEW + 1))]
    if len(rounds) > _FEW or any(each[-1] - each[0] >= len(each) for each in rounds):
        there = counts > 0
        total[..., there] = np.add.reduceat(grad, first[there], axis=-1)
        return total
    for place, inputs in enumerate(rounds):
        total[..., inputs[0] : inputs[-1] + 1] += taken(grad, first[inputs] + place)
    return total
