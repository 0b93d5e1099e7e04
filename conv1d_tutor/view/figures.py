"""Numbers as text: our own rounding, the same number of decimals in a column, never `repr`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isclose, isfinite, isnan

_MOST_DECIMALS = 4
_LARGE = 1e6


@dataclass(frozen=True, slots=True)
class Figures:
    """How the numbers of one column are written: with how many decimals, or scientific."""

    decimals: int
    scientific: bool = False

    def text(self, number: float) -> str:
        """Write one number; a rounded minus zero loses its sign."""
        if not isfinite(number):
            return "nan" if isnan(number) else "inf" if number > 0 else "-inf"
        if self.scientific:
            return f"{number:.{self.decimals}e}" if number else "0"
        text = f"{number:.{self.decimals}f}"
        return text[1:] if text.startswith("-") and not text.strip("-0.") else text

    def rounded(self, number: float) -> float:
        """Return the number that `text` shows."""
        return float(self.text(number))

    def exact(self, number: float) -> bool:
        """Return whether `text` shows the whole number, nothing rounded away."""
        return not isfinite(number) or isclose(
            self.rounded(number), number, rel_tol=1e-6, abs_tol=1e-12
        )


def figures_for(numbers: Iterable[float]) -> Figures:
    """Choose how to write these numbers under each other: as short as shows them, else rounded.

    Whole numbers stay whole; up to four decimals; scientific where four decimals would show
    nothing of most of them, or where they are very large.
    """
    given = [abs(number) for number in numbers if isfinite(number) and number]
    if not given:
        return Figures(0)
    largest = max(given)
    if largest >= _LARGE or largest < 10**-_MOST_DECIMALS * 10:
        return Figures(3, scientific=True)
    for decimals in range(_MOST_DECIMALS):
        short = Figures(decimals)
        if all(short.exact(number) for number in given):
            return short
    return Figures(_MOST_DECIMALS if largest < 1000 else 2 if largest < 100_000 else 1)


def adds_up(figures: Figures, parts: Iterable[float], total: float) -> bool:
    """Return whether the parts as written add up to the total as written."""
    gap = sum(figures.rounded(part) for part in parts) - figures.rounded(total)
    unit = 10.0**-figures.decimals if not figures.scientific else abs(total) * 1e-3
    return not isfinite(gap) or abs(gap) < unit / 2


def shape_text(shape: Sequence[int | str] | None) -> str:
    """Write a shape as Python writes a tuple; `?` where it is not known."""
    if shape is None:
        return "?"
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
