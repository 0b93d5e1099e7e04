"""Signals as plots: scales, and the same in words."""

import pytest

from conv1d_tutor.explain import Series
from conv1d_tutor.view import Look
from conv1d_tutor.view.pictures import plot_picture


def lines(*values: float, look: Look | None = None) -> list[str]:
    """Return the plot of one signal, 40 columns wide."""
    series = [Series("v", tuple(values))]
    return [line.plain for line in plot_picture(series, look or Look()).lines(40)]


def test_zero_is_on_the_scale_of_a_short_signal() -> None:
    """So that its heights are its numbers; a long signal is drawn between its ends."""
    short = lines(3.0, 4.0)
    assert short[2].split()[0] == "4"
    assert short[5].split()[0] == "0"
    long = lines(*[3.0, 4.0] * 20)
    assert long[2].split()[0] == "4"
    assert long[5].split()[0] == "3"


def test_the_ends_of_the_axis_are_the_first_and_the_last_position() -> None:
    """One number for each."""
    assert lines(1.0, 2.0, 3.0)[-1].split() == ["0", "2"]


def test_higher_numbers_are_higher() -> None:
    """In ASCII a star for each height down to zero."""
    rows = lines(1.0, 3.0, look=Look(ascii=True))[2:6]
    first = [row.split("|")[1][:1] for row in rows]
    last = [row.split("|")[1][-1:] for row in rows]
    assert "".join(first).strip() == "**"
    assert last == ["*"] * 4


def test_in_words_it_is_a_sentence() -> None:
    """What is not finite is passed over."""
    said = lines(2.0, float("nan"), -1.0, look=Look(plain=True))
    assert " ".join(said) == "v: 3 numbers from -1 (at 2) to 2 (at 0)."


@pytest.mark.parametrize("values", [[], [float("nan")], [5.0] * 3])
def test_a_signal_without_a_height_is_drawn(values: list[float]) -> None:
    """A constant, or nothing at all."""
    assert len(lines(*values)) == 7
