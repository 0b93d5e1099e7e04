"""The middle zoom level: of each channel the input row, its window, the filter, the products."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from ...explain import Cell, ChannelPart, Derivation
from ...i18n import _
from ..pen import Part, Pen, left, right
from ..theme import band
from . import taps
from .notes import derivation_notes, hand_lines
from .sums import (
    Columns,
    channel_title,
    exact,
    figures_of,
    heading,
    position_label,
    shown_channels,
    sum_lines,
    sum_width,
)

_MOST_STACKED_TAPS = 16
_MOST_STACKED_ROWS = 24
_FOLD = 3


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of the rows: a position, or None for a fold where some are not drawn."""

    position: int | None
    tap: int | None
    inside: bool


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where everything stands: the label column, the columns of numbers, the sums' right end."""

    columns: Sequence[_Column]
    labels: tuple[str, str, str]
    label: int
    gap: int
    styles: Columns
    end: int

    def cells(
        self, texts: Sequence[tuple[str, str]], brackets: tuple[str, str] = (" ", " ")
    ) -> list[Part]:
        """Return one row's numbers under each other's, the window between its brackets."""
        inside = [place for place, column in enumerate(self.columns) if column.inside]
        parts: list[Part] = []
        for place, (text, style) in enumerate(texts):
            if place == inside[0]:
                parts.append((" " * (place > 0) + brackets[0], "window"))
            width = _FOLD if self.columns[place].position is None else self.styles.width
            parts += [" " * self.gap, (right(text, width), style)]
            if place == inside[-1]:
                parts.append((" " + brackets[1], "window"))
        return parts


def draw(derivation: Derivation, pen: Pen) -> Iterator[Text]:
    """Draw each channel's window, filter row and products, and add up at the right."""
    parts = shown_channels(derivation)
    styles = figures_of(derivation, parts)
    layout = _layout(derivation, styles, pen)
    if layout is None:
        yield from taps.draw(derivation, pen, _MOST_STACKED_ROWS)
        return
    yield pen.line()
    yield from heading(derivation, styles.product, pen)
    yield pen.line()
    yield _ruler(derivation, layout, pen)
    for part in parts:
        if part is not parts[0]:
            yield pen.line()
        yield channel_title(derivation, part, pen)
        yield from _channel(part, layout, pen)
    yield from sum_lines(derivation, parts, styles.product, layout.end, pen)
    drawn = sum(column.tap is not None for column in layout.columns)
    yield from derivation_notes(
        derivation,
        pen,
        exact(derivation, parts, styles),
        folded=len(derivation.channels[0].taps) - drawn,
    )
    yield from hand_lines(derivation, pen)


def _layout(derivation: Derivation, styles: Columns, pen: Pen) -> _Layout | None:
    """Choose labels and columns that fit the width; None where a row for each tap reads better."""
    long = _("cut the window"), _("pick the filter"), _("multiply")
    short = _("window"), _("filter"), _("products")
    sums = sum_width(derivation, styles)
    for labels in (long, short):
        label = 5 + max(pen.size(text) for text in (*labels, _("position")))
        room = pen.width - label
        *rows, only_taps = _choices(derivation)
        wide = [(columns, gap) for gap in (2, 1) for columns in rows]
        for columns, gap in [*wide, (only_taps, 2), (only_taps, 1)]:
            end = _end(columns, gap, styles, sums)
            if end <= room:
                return _Layout(columns, labels, label, gap, styles, label + end)
    taps = derivation.channels[0].taps
    if len(taps) <= _MOST_STACKED_TAPS:
        return None
    label = 5 + max(pen.size(text) for text in (*short, _("position")))
    fit = max((pen.width - label - sums - _FOLD - 7) // (styles.width + 1), 2)
    head = (fit + 1) // 2
    every = [_Column(tap.position, tap.tap, True) for tap in taps]
    folded = [*every[:head], _Column(None, None, True), *every[len(every) - (fit - head) :]]
    end = _end(folded, 1, styles, sums)
    return (
        _Layout(folded, short, label, 1, styles, label + end) if label + end <= pen.width else None
    )


def _choices(derivation: Derivation) -> Iterator[list[_Column]]:
    """Return what may be drawn of the row: all of it, then less and less around the window."""
    taps = {tap.position: tap.tap for tap in derivation.channels[0].taps}
    positions = [cell.position for cell in derivation.channels[0].row]
    first, last = min(taps), max(taps)
    if len(positions) >= last - first + 1:
        for around in (len(positions), 3, 2, 1, 0):
            columns = [
                _Column(position, taps.get(position), first <= position <= last)
                for position in positions
                if first - around <= position <= last + around
            ]
            if around <= 3 or len(columns) <= 12:
                yield columns
    yield [_Column(position, tap, True) for position, tap in taps.items()]


def _end(columns: Sequence[_Column], gap: int, styles: Columns, sums: int) -> int:
    """Return where the rows end: the sums stand behind the window, under what is right of it."""
    last = max(place for place, column in enumerate(columns) if column.inside)
    brackets = 3 + any(not column.inside for column in columns[:last])
    widths = [gap + (_FOLD if c.position is None else styles.width) for c in columns]
    return max(sum(widths) + brackets, sum(widths[: last + 1]) + brackets + 2 + sums)


def _ruler(derivation: Derivation, layout: _Layout, pen: Pen) -> Text:
    part = derivation.channels[0]
    cells = [*part.row, *(Cell(tap.position, tap.source, tap.value) for tap in part.taps)]
    labels = {cell.position: position_label(cell) for cell in cells}
    texts = [
        ("…" if column.position is None else labels[column.position], "quiet")
        for column in layout.columns
    ]
    words = left("    " + _("position"), layout.label)
    return pen.line((words, "quiet"), *layout.cells(texts))


def _channel(part: ChannelPart, layout: _Layout, pen: Pen) -> Iterator[Text]:
    colour, styles = band(part.channel), layout.styles
    cells = {cell.position: cell for cell in part.row}
    cells |= {tap.position: Cell(tap.position, tap.source, tap.value) for tap in part.taps}
    window: list[tuple[str, str]] = []
    chosen: list[tuple[str, str]] = []
    products: list[tuple[str, str]] = []
    for column in layout.columns:
        if column.position is None:
            for row in (window, chosen, products):
                row.append(("…", "quiet"))
            continue
        cell = cells[column.position]
        style = "padding" if cell.padding else colour if column.tap is not None else "gap"
        window.append((styles.input.text(cell.value), style))
        if column.tap is None:
            empty = ("·" if column.inside else "", "gap")
            chosen.append(empty)
            products.append(empty)
        else:
            tap = part.taps[column.tap]
            chosen.append((styles.weight.text(tap.weight), colour))
            products.append((styles.product.text(tap.product), colour))
    names = [(left("    " + text, layout.label), "subgoal") for text in layout.labels]
    until = 1 + max(place for place, column in enumerate(layout.columns) if column.inside)
    sums = layout.cells(products[:until])
    used = layout.label + pen.size(*sums)
    subtotal = right(styles.product.text(part.subtotal), layout.end - used)
    yield pen.line(names[0], *layout.cells(window, ("[", "]")))
    yield pen.line(names[1], *layout.cells(chosen))
    yield pen.line(names[2], *sums, (subtotal, colour))
