"""Normal numbers as PyTorch makes them: Box-Muller, one way below 16 elements, another above."""

import math
from math import cos, log1p, pi, sin, sqrt

import numpy as np

from ..core import dtypes
from ..core.pieces import PIECE
from ..core.tensor import Array
from .generator import Generator
from .single_precision import logarithm, multiply_add, sine_and_cosine

_BLOCK = 16
_HALF = _BLOCK // 2
_LOG, _COS, _SIN = (np.frompyfunc(each, 1, 1) for each in (math.log, math.cos, math.sin))


def single_normals(
    count: int, dtype: dtypes.DType, source: Generator, mean: float = 0.0, std: float = 1.0
) -> Array:
    """Return `count` normal numbers drawn one by one, as a small or gappy tensor is filled."""
    drawn = np.array([_one(source) for _ in range(count)], np.float64)
    return (drawn * std + mean).astype(dtype.numpy)


def normals(
    count: int, dtype: dtypes.DType, source: Generator, mean: float = 0.0, std: float = 1.0
) -> Array:
    """Return `count` normal numbers of `dtype`."""
    if count < _BLOCK:
        return single_normals(count, dtype, source, mean, std)
    double = dtype is dtypes.float64
    draw, paired = (source.uniform64, _paired64) if double else (source.uniform32, _paired32)
    values = draw(count)
    tail = draw(_BLOCK) if count % _BLOCK else values[:0]
    whole = count - count % _BLOCK
    for start in range(0, whole, PIECE):
        stop = min(start + PIECE, whole)
        values[start:stop] = paired(values[start:stop], mean, std)
    if tail.size:
        # The last block is drawn anew and overlaps the one before.
        values[-_BLOCK:] = paired(tail, mean, std)
    return values.astype(dtype.numpy, copy=False)


def _one(source: Generator) -> float:
    """Return one normal number; each second call takes the other half of the pair before."""
    if source.next_normal is not None:
        waiting, source.next_normal = source.next_normal, None
        return waiting
    first, second = source.uniform64(2).tolist()
    radius, angle = sqrt(-2.0 * log1p(-second)), 2.0 * pi * first
    source.next_normal = radius * sin(angle)
    return radius * cos(angle)


def _paired32(uniforms: Array, mean: float, std: float) -> Array:
    """Turn blocks of 16 uniforms into normals: the first 8 give radii, the last 8 angles."""
    firsts, lasts = np.ascontiguousarray(uniforms.reshape(-1, 2, _HALF).swapaxes(0, 1))
    radius = np.sqrt(np.float32(-2) * logarithm(np.float32(1) - firsts))
    sine, cosine = sine_and_cosine(np.float32(2 * pi) * lasts)
    made = np.concatenate([radius * cosine, radius * sine], axis=1)
    if (mean, std) == (0.0, 1.0):
        return made.ravel()
    return multiply_add(made, np.float32(std), np.float32(mean)).ravel()


def _paired64(uniforms: Array, mean: float, std: float) -> Array:
    """Do the same in double precision, by the C library's functions."""
    blocks = uniforms.reshape(-1, _BLOCK)
    radius = np.sqrt(-2.0 * np.asarray(_LOG(1.0 - blocks[:, :_HALF]), np.float64))
    angle = 2.0 * pi * blocks[:, _HALF:]
    parts = [radius * np.asarray(each(angle), np.float64) for each in (_COS, _SIN)]
    return np.asarray(np.concatenate(parts, axis=1) * std + mean).ravel()
