"""Signals as aligned terminal plots: Braille dots, or ASCII where these are not to be had."""

from collections.abc import Iterator, Sequence
from math import isfinite

from rich.text import Text

from ..explain import Series
from ..i18n import _
from .figures import figures_for
from .pen import Part, Pen, left, right
from .theme import band

_ROWS = 4
_SPARSE = 24
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def draw(series: Sequence[Series], pen: Pen) -> Iterator[Text]:
    """Draw series under each other over the same positions, each on a scale of its own."""
    first = min(one.start for one in series)
    last = max(one.start + max(len(one.values) - 1, 0) * one.step for one in series)
    scales = [_scale(one) for one in series]
    texts = [figures_for(scale).text(number) for scale in scales for number in scale]
    label = max(map(len, texts)) + 2
    columns = max(pen.width - label - 3, 4)
    for one, (low, high) in zip(series, scales, strict=True):
        style = "total" if one.channel is None else band(one.channel)
        yield pen.line()
        yield pen.line("  ", (one.name, f"{style}.name" if one.channel is not None else style))
        figures = figures_for((low, high))
        lines = (_ascii if pen.look.ascii else _braille)(
            one, (first, last), (low, high), (columns, _ROWS)
        )
        for number, line in enumerate(lines):
            words = {0: figures.text(high), _ROWS - 1: figures.text(low)}.get(number, "")
            parts: list[Part] = [(right(words, label), "quiet"), (" │", "rule"), (line, style)]
            yield pen.line(*parts)
    ends = [str(round(first)), str(round(last))]
    gap = " " * max(columns - len(ends[0]) - len(ends[1]), 1)
    yield pen.line((left("", label + 2) + ends[0] + gap + ends[1], "quiet"))


def say(series: Sequence[Series]) -> Iterator[str]:
    """Say the length and the range of each series."""
    for one in series:
        values = [value for value in one.values if isfinite(value)]
        if not values:
            continue
        low, high = min(values), max(values)
        figures = figures_for([low, high])
        yield _(
            "{name}: {count} numbers from {low} (at {low_at}) to {high} (at {high_at})."
        ).format(
            name=one.name,
            count=len(one.values),
            low=figures.text(low),
            high=figures.text(high),
            low_at=round(one.start + one.values.index(low) * one.step),
            high_at=round(one.start + one.values.index(high) * one.step),
        )


def _scale(one: Series) -> tuple[float, float]:
    values = [value for value in one.values if isfinite(value)] or [0.0]
    low, high = min(values), max(values)
    if len(one.values) <= _SPARSE:
        low, high = min(low, 0.0), max(high, 0.0)
    return (low, high) if low < high else (low - 1.0, high + 1.0)


def _spans(
    one: Series, ends: tuple[float, float], columns: int
) -> Iterator[tuple[int, float, float]]:
    """Return for each column of dots the lowest and highest number that falls on it."""
    first, last = ends
    width = max(last - first, 1e-9)
    found: dict[int, list[float]] = {}
    for number, value in enumerate(one.values):
        if isfinite(value):
            place = (one.start + number * one.step - first) / width
            found.setdefault(min(int(place * (columns - 1) + 0.5), columns - 1), []).append(value)
    previous: float | None = None
    for column in sorted(found):
        values = found[column]
        low, high = min(values), max(values)
        if previous is not None and len(one.values) > columns:
            low, high = min(low, previous), max(high, previous)
        previous = values[-1]
        if len(one.values) <= _SPARSE:
            low, high = min(low, 0.0), max(high, 0.0)
        yield column, low, high


def _braille(
    one: Series, ends: tuple[float, float], scale: tuple[float, float], size: tuple[int, int]
) -> list[str]:
    columns, rows = size
    cells = [[0] * columns for _row in range(rows)]
    low, high = scale
    tall = rows * 4 - 1
    for column, bottom, top in _spans(one, ends, columns * 2):
        upper = round((high - top) / (high - low) * tall)
        lower = round((high - bottom) / (high - low) * tall)
        for dot in range(upper, lower + 1):
            cells[dot // 4][column // 2] |= _DOTS[dot % 4][column % 2]
    return ["".join(chr(0x2800 + cell) if cell else " " for cell in row) for row in cells]


def _ascii(
    one: Series, ends: tuple[float, float], scale: tuple[float, float], size: tuple[int, int]
) -> list[str]:
    columns, rows = size
    cells = [[" "] * columns for _row in range(rows)]
    low, high = scale
    for column, bottom, top in _spans(one, ends, columns):
        upper = round((high - top) / (high - low) * (rows - 1))
        lower = round((high - bottom) / (high - low) * (rows - 1))
        for row in range(upper, lower + 1):
            cells[row][column] = "*"
    return ["".join(row) for row in cells]
