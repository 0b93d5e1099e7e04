"""Normal numbers as PyTorch makes them: Box-Muller, one way below 16 elements, another above."""

from math import cos, log1p, pi, sin, sqrt

import numpy as np

from . import dtypes
from .generator import Generator
from .tensor import Array

__all__ = ["normals"]

_BLOCK = 16
_HALF = _BLOCK // 2


def normals(
    count: int, dtype: dtypes.DType, source: Generator, mean: float = 0.0, std: float = 1.0
) -> Array:
    """Give `count` normal numbers of `dtype`."""
    if count < _BLOCK or dtype is dtypes.float16:
        drawn = np.array([_one(source) for _ in range(count)], np.float64)
        return (drawn * std + mean).astype(dtype.numpy)
    draw = source.uniform64 if dtype is dtypes.float64 else source.uniform32
    values = draw(count)
    tail = draw(_BLOCK) if count % _BLOCK else values[:0]
    whole = count - count % _BLOCK
    values[:whole] = _paired(values[:whole], mean, std)
    if tail.size:
        # The last block is drawn anew and overlaps the one before.
        values[-_BLOCK:] = _paired(tail, mean, std)
    return values


def _one(source: Generator) -> float:
    """Give one normal number; each second call takes the other half of the pair before."""
    if source.next_normal is not None:
        waiting, source.next_normal = source.next_normal, None
        return waiting
    first, second = source.uniform64(2).tolist()
    radius, angle = sqrt(-2.0 * log1p(-second)), 2.0 * pi * first
    source.next_normal = radius * sin(angle)
    return radius * cos(angle)


def _paired(uniforms: Array, mean: float, std: float) -> Array:
    """Turn blocks of 16 uniforms into normals: the first 8 give radii, the last 8 angles."""
    blocks = uniforms.reshape(-1, _BLOCK)
    one = uniforms.dtype.type(1)
    radius = np.sqrt(-2 * np.log(one - blocks[:, :_HALF]))
    angle = uniforms.dtype.type(2 * pi) * blocks[:, _HALF:]
    made = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return np.asarray(made * uniforms.dtype.type(std) + uniforms.dtype.type(mean)).ravel()
