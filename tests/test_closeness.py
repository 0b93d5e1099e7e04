"""Each tolerance lets through what its reason names, and not ten times as much."""

import math

import numpy as np
import pytest

from conv1d_tutor import closeness


def test_a_copied_number_is_one_float32_number() -> None:
    """What float32 makes of a number is the same; a change in the sixth digit is not."""
    assert closeness.copied(float(np.float32(0.1)), 0.1)
    assert closeness.copied(float(np.float32(-1234.5678)), -1234.5678)
    assert not closeness.copied(0.1, 0.100001)
    assert not closeness.copied(1.0, -1.0)


def test_a_number_read_out_of_a_tensor_keeps_six_digits() -> None:
    """The four decimals that are printed are not enough."""
    assert closeness.written_out(float(np.float32(0.16834)), 0.16834)
    assert not closeness.written_out(0.1683, 0.16834)
    assert not closeness.written_out(0.16834, 0.168342)


def test_the_same_sum_twice() -> None:
    """A ten-thousandth of the number, or a hundred-thousandth near zero."""
    assert closeness.recomputed(1.00009, 1.0)
    assert not closeness.recomputed(1.0002, 1.0)
    assert closeness.recomputed(0.9e-5, 0.0)
    assert not closeness.recomputed(1.1e-5, 0.0)


@pytest.mark.parametrize(
    ("typed", "sum_", "same"),
    [
        (0.1683, 0.16834, True),
        (0.1684, 0.168349, True),  # 0.00005 and what float32 leaves open
        (0.1684, 0.16834, False),  # rounds to 0.1683
        (0.16841, 0.16835, False),  # not four decimals: no rounding to make good
        (123.46, 123.456, True),  # a ten-thousandth of it
        (123.49, 123.456, False),
        (math.inf, math.inf, True),
        (math.inf, 1.0, False),
        (math.nan, math.nan, False),
    ],
)
def test_a_number_near_a_sum(typed: float, sum_: float, same: bool) -> None:
    """Rounding to four decimals is allowed, and no digit more."""
    assert closeness.near(typed, sum_) is same


def test_near_zero_it_counts_how_large_the_terms_were() -> None:
    """0.00001 is nothing after numbers of 10, and something after numbers of 1."""
    assert closeness.near(1.23e-5, 0.0, scale=10)
    assert not closeness.near(1.23e-5, 0.0)


def test_how_often_something_was_counted_has_a_sign() -> None:
    """Taken away once is not added once."""
    assert closeness.counted(1 + 1e-7, 1)
    assert closeness.counted(-1 - 1e-7, -1)
    assert not closeness.counted(-1.0, 1)
    assert not closeness.counted(1.001, 1)


def test_sums_are_as_exact_as_their_terms_are_large() -> None:
    """A thousandth of what the terms' sizes add up to."""
    assert closeness.within_terms(100.09, 100.0, 100.0)
    assert not closeness.within_terms(100.11, 100.0, 100.0)
    assert not closeness.within_terms(0.002, 0.001, 0.1)


def test_a_typed_number_may_be_half_of_its_last_decimal_off() -> None:
    """Four decimals are printed; a sum of ten such numbers may be ten times as far off."""
    assert 0.5e-4 <= closeness.PRINTED < 0.50001e-4
    assert pytest.approx(10 * closeness.PRINTED, rel=1e-4) == closeness.TYPED_SUM
