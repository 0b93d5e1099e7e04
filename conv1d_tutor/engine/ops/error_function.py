"""The error function of every element.

In double precision it is computed as the C library does: rational functions on four stretches,
whose coefficients are those of Sun's fdlibm (s_erf.c), to about one unit in the last place. In
single precision one formula does: erf(x) = tanh(x * P(x**2) / Q(x**2)). P and Q were fitted to
leave a relative error of 1.5e-9, less than a tenth of what float32 can show.
"""

from collections.abc import Callable
from math import sqrt

import numpy as np

from ..core.dtypes import Array
from ..core.pieces import in_pieces

_Quotient = tuple[tuple[float, ...], tuple[float, ...]]
"""The coefficients of two polynomials, the constant first."""

_SINGLE: _Quotient = (
    (2498.218453347596, 644.3340412417789, 100.80882004341605, 5.513552163640557,
     0.012984098355790955),
    (2213.988462225108, 369.376300205465, 56.1081718964401, 1.0),
)  # fmt: skip
_WHOLE, _REST, _DIVISOR = (
    (1.1564119649110896, 0.018549606592156192),
    (-111.70309962104162, -1.896559292795164),
    (311.5609376102156, 20.744489152106496),
)
"""The same for erf(x / sqrt(2)), with errors of 2e-7, in half the steps: divided as far as it goes.

erf(x / sqrt(2)) = tanh(x * (_WHOLE + _REST / (_DIVISOR + x**4))), each a polynomial of x**2.
"""
_SATURATED = 8.0
"""Where all of these are 1 in single precision."""


def erf_array(x: Array) -> Array:
    """Return the error function of every element, rounded to the dtype of `x`."""
    return in_pieces(_double if x.dtype == np.float64 else _single, x)


def _single(x: Array) -> Array:
    """Return the error function of float32 numbers (or shorter ones), as float64."""
    wide = np.clip(x.astype(np.float64), -_SATURATED, _SATURATED)
    angle = _quotient(_SINGLE, wide * wide)
    angle *= wide
    return np.asarray(np.tanh(angle))


def erf_of_scaled(x: Array) -> Array:
    """Return erf(x / sqrt(2)) of a piece: of float32s about as rough as PyTorch's GELU has it."""
    if x.dtype == np.float64:
        return _double(x * sqrt(0.5))
    try:
        with np.errstate(invalid="raise"):
            return _rough(x)
    except FloatingPointError:  # numbers whose fourth power is infinite
        return _rough(np.clip(x, np.float32(-_SATURATED), np.float32(_SATURATED)))


def _rough(x: Array) -> Array:
    # Every step is one pass over the piece: their number is what this takes.
    square = np.square(x)
    divisor = square + np.float32(_DIVISOR[1])
    divisor *= square
    divisor += np.float32(_DIVISOR[0])
    angle = square * np.float32(_REST[1])
    angle += np.float32(_REST[0])
    angle /= divisor
    angle += np.float32(_WHOLE[0])
    square *= np.float32(_WHOLE[1])
    angle += square
    angle *= x
    return np.asarray(np.tanh(angle, out=angle))


def _quotient(of: _Quotient, x: Array) -> Array:
    above = _polynomial(of[0], x)
    above /= _polynomial(of[1], x)
    return above


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    """Return the polynomial with these coefficients, the constant first."""
    number = x.dtype.type
    *rest, last = coefficients
    total = x * number(last)
    for coefficient in rest[:0:-1]:
        total += number(coefficient)
        total *= x
    total += number(rest[0])
    return np.asarray(total)


# --- double precision, after fdlibm: P(t) / Q(t) on each stretch

_NEAR_0 = (
    (1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02,
     -5.77027029648944159157e-03, -2.37630166566501626084e-05),
    (1.0, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03,
     1.32494738004321644526e-04, -3.96022827877536812320e-06),
)  # fmt: skip
_NEAR_1 = (
    (-2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01,
     3.18346619901161753674e-01, -1.10894694282396677476e-01, 3.54783043256182359371e-02,
     -2.16637559486879084300e-03),
    (1.0, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
     1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02),
)  # fmt: skip
_TO_2_85 = (
    (-9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e+01,
     -6.23753324503260060396e+01, -1.62396669462573470355e+02, -1.84605092906711035994e+02,
     -8.12874355063065934246e+01, -9.81432934416914548592e+00),
    (1.0, 1.96512716674392571292e+01, 1.37657754143519042600e+02, 4.34565877475229228821e+02,
     6.45387271733267880336e+02, 4.29008140027567833386e+02, 1.08635005541779435134e+02,
     6.57024977031928170135e+00, -6.04244152148580987438e-02),
)  # fmt: skip
_BEYOND = (
    (-9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e+01,
     -1.60636384855821916062e+02, -6.37566443368389627722e+02, -1.02509513161107724954e+03,
     -4.83519191608651397019e+02),
    (1.0, 3.03380607434824582924e+01, 3.25792512996573918826e+02, 1.53672958608443695994e+03,
     3.19985821950859553908e+03, 2.55305040643316442583e+03, 4.74528541206955367215e+02,
     -2.24409524465858183362e+01),
)  # fmt: skip
_AT_1 = 8.45062911510467529297e-01
"""erf(1), rounded to single precision."""


def _near_0(x: Array) -> Array:
    return np.asarray(x + x * _quotient(_NEAR_0, x * x))


def _near_1(x: Array) -> Array:
    return _AT_1 + _quotient(_NEAR_1, x - 1)


def _tail(of: _Quotient) -> Callable[[Array], Array]:
    """Return erf(x) = 1 - exp(-x**2) * (a correction) / x, for x of such a stretch."""

    def tail(x: Array) -> Array:
        # The square of the upper half of x is exact; what is left of x**2 is small.
        upper = (x.view(np.int64) & ~np.int64(0xFFFFFFFF)).view(np.float64)
        rest = np.exp((upper - x) * (upper + x) + _quotient(of, 1 / (x * x)))
        return np.asarray(1 - np.exp(-upper * upper - 0.5625) * rest / x)

    return tail


_STRETCHES = (
    (0.84375, _near_0),
    (1.25, _near_1),
    (1 / 0.35, _tail(_TO_2_85)),
    (6.0, _tail(_BEYOND)),
)


def _double(x: Array) -> Array:
    """Return the error function of float64 numbers."""
    flat = x.reshape(-1)
    size, begun = np.abs(flat), -1.0
    output = np.ones_like(flat)
    for end, function in _STRETCHES:
        inside = np.flatnonzero((size > begun) & (size <= end))
        if inside.size:
            output[inside] = function(size[inside])
        begun = end
    output[np.isnan(flat)] = np.nan
    return np.copysign(output, flat).reshape(x.shape)
