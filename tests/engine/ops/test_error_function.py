"""The error function, against the C library's, which Python has for one number."""

from math import erf, inf, isnan, nan, sqrt

import numpy as np

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.ops.error_function import erf_array, erf_of_scaled

NUMBERS = np.concatenate(
    [np.linspace(-7, 7, 40001), 10.0 ** np.linspace(-300, 2, 400), [0.84375, 1.25, 1 / 0.35, 6.0]]
)


def test_double_precision_is_off_by_one_unit_at_most() -> None:
    """On all stretches, and where two of them meet."""
    expected = np.array([erf(number) for number in NUMBERS])
    assert (np.abs(erf_array(NUMBERS) - expected) <= np.spacing(np.abs(expected))).all()


def test_single_precision_is_rounded_right_but_for_one_in_fifty() -> None:
    """And then it is the number next to that."""
    numbers = NUMBERS.astype(np.float32)
    expected = np.array([erf(number) for number in numbers.tolist()]).astype(np.float32)
    got = erf_array(numbers)
    assert (got != expected).mean() < 0.02
    assert (np.abs(got - expected) <= np.spacing(np.abs(expected))).all()


def test_what_is_no_ordinary_number() -> None:
    """The ends are 1 and -1, zero keeps its sign, nan stays nan."""
    for dtype in (np.float32, np.float64):
        ends = erf_array(np.array([inf, -inf, 0.0, -0.0, nan], dtype)).tolist()
        assert ends[:4] == [1.0, -1.0, 0.0, 0.0]
        assert str(ends[3]) == "-0.0"
        assert isnan(ends[4])


def test_the_rough_one_is_right_to_six_digits() -> None:
    """Of infinite and very large numbers as well."""
    numbers = np.concatenate([NUMBERS, [1e19, -1e30, inf]]).astype(np.float32)
    expected = [erf(number / sqrt(2)) for number in numbers.tolist()]
    with np.errstate(over="ignore"):  # as where operations are computed
        assert np.abs(erf_of_scaled(numbers) - expected).max() < 4e-7


def test_gelu_of_few_is_exact_and_of_many_as_close_as_pytorchs() -> None:
    """What a learner reads is rounded right; PyTorch's own is off by 1e-6 at most."""
    few = torch.linspace(-3, 3, 101)
    many = torch.linspace(-3, 3, 5001)
    gelu = torch.nn.functional.gelu
    for x, within in ((few, 2e-7), (many, 1e-6)):
        exact = [0.5 * each * (1 + erf(each / sqrt(2))) for each in x.tolist()]
        assert np.abs(gelu(x).numpy() - exact).max() < within
