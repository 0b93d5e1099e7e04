"""When two numbers count as the same: every tolerance there is, and why it is as wide as that."""

from math import isclose, isfinite
from typing import Final

_COPIED: Final = 1e-7
"""A float32 number that was copied: half a unit of its last place is 6e-8 of it."""

_WRITTEN_RELATIVE, _WRITTEN_ABSOLUTE = 1e-6, 1e-7
"""A float32 number that was read out of a tensor and went through arithmetic of its own."""

TIGHT_RELATIVE, TIGHT_ABSOLUTE = 1e-5, 1e-6
"""Whole tensors that were computed in the same way: a few units of the last place."""

_RELATIVE, _ABSOLUTE = 1e-4, 1e-5
"""Two float32 sums of the same products: more than rounding, less than a mistake."""

PRINTED: Final = 0.5e-4 * (1 + 1e-6)
"""A number typed with the four decimals that PyTorch prints: half of the last of them."""

_PRINTED_SUM: Final = 5.1e-5
"""The same of a sum worked out here: float32 may have had it just beyond the half."""

TYPED_SUM: Final = 5e-4
"""A sum of some ten numbers that were each typed with four decimals."""

_TERMS: Final = 1e-3
"""A sum against what its terms come to, as a part of their sizes: they may cancel each other."""

_COUNTED: Final = 1e-6
"""How often a tensor went into a sum: a whole number, but for factors that float32 rounded."""


def copied(one: float, other: float) -> bool:
    """Return whether two numbers are one float32 number that was copied."""
    return one == other or abs(one - other) <= _COPIED * max(abs(one), abs(other))


def written_out(one: float, other: float) -> bool:
    """Return whether a plain number is a float32 number that was read out of a tensor."""
    return isclose(one, other, rel_tol=_WRITTEN_RELATIVE, abs_tol=_WRITTEN_ABSOLUTE)


def recomputed(one: float, other: float) -> bool:
    """Return whether two numbers may be the same sum, computed twice."""
    return isclose(one, other, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)


def counted(times: float, whole: int) -> bool:
    """Return whether something went into a sum as often as a whole number says."""
    return abs(times - whole) <= _COUNTED


def near(one: float, other: float, scale: float = 1.0) -> bool:
    """Return whether `one` is a sum worked out as `other`, or that sum rounded to four decimals.

    `scale` is the size of what was summed, where it is more than 1.
    """
    if not (isfinite(one) and isfinite(other)):
        return one == other
    if isclose(one, other, rel_tol=_RELATIVE, abs_tol=2e-6 * max(scale, 1.0)):
        return True
    return round(one, 4) == one and abs(one - other) <= _PRINTED_SUM


def within_terms(one: float, other: float, scale: float) -> bool:
    """Return whether two sums of terms are the same; `scale` is the sum of the terms' sizes."""
    return abs(one - other) <= _TERMS * scale
