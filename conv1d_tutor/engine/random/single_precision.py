"""Logarithm, sine and cosine in float32, to the last bit as PyTorch's vector code has them.

PyTorch fills a large `randn` by the polynomials of Moshier's Cephes library, with fused
multiply-adds. The coefficients are Cephes' (logf.c, sinf.c, cosf.c); a fused step is done in
double precision and rounded once.
"""

import numpy as np

from ..core.pieces import where
from ..core.tensor import Array

_LOG = (
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
    -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
)  # fmt: skip
_LOG_2_HIGH, _LOG_2_LOW = 0.693359375, -2.12194440e-4
_ROOT_OF_HALF = np.float32(0.707106781186547524)
_SINE = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
_COSINE = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_EIGHTHS_OF_A_TURN = np.float32(1.27323954473516)
_QUARTER_PI = (-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8)
"""Minus pi/4 in three parts, so that taking it away many times loses nothing."""


def multiply_add(a: Array | np.float32, b: Array | np.float32, c: Array | np.float32) -> Array:
    """Return `a * b + c` of float32s, rounded once."""
    exact = np.asarray(np.multiply(a, b, dtype=np.float64))
    exact += c
    return exact.astype(np.float32)


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    value: Array | np.float32 = np.float32(coefficients[0])
    for coefficient in coefficients[1:]:
        value = multiply_add(value, x, np.float32(coefficient))
    return np.asarray(value)


def logarithm(x: Array) -> Array:
    """Return the natural logarithm of positive float32s."""
    mantissa, exponent = np.frexp(np.maximum(x, np.finfo(np.float32).tiny))
    small = mantissa < _ROOT_OF_HALF
    power = (exponent - small).astype(np.float32)
    m = mantissa - np.float32(1) + mantissa * small
    square = m * m
    tail = _polynomial(_LOG, m) * m
    tail = multiply_add(tail, square, power * np.float32(_LOG_2_LOW))
    tail = multiply_add(square, np.float32(-0.5), tail)
    return multiply_add(power, np.float32(_LOG_2_HIGH), m + tail)


def sine_and_cosine(x: Array) -> tuple[Array, Array]:
    """Return the sine and the cosine of float32s that are not negative."""
    octant = ((x * _EIGHTHS_OF_A_TURN).astype(np.int32) + 1) & ~1
    turns = octant.astype(np.float32)
    rest = x
    for part in _QUARTER_PI:
        rest = multiply_add(turns, np.float32(part), rest)
    square = rest * rest
    cosine = _polynomial(_COSINE, square) * square
    cosine = multiply_add(cosine, square, square * np.float32(-0.5)) + np.float32(1)
    sine = multiply_add(_polynomial(_SINE, square) * square, rest, rest)
    crossed, below, left = octant & 2 != 0, octant & 4 != 0, (octant - 2) & 4 == 0
    sine, cosine = where(crossed, cosine, sine), where(crossed, sine, cosine)
    return where(below, -sine, sine), where(left, -cosine, cosine)
