"""The closest zoom level: a row for every tap, with the sum so far."""

from collections.abc import Iterator

from rich.text import Text

from ...explain import Cell, ChannelPart, Derivation
from ...i18n import _
from ..pen import Part, Pen, right
from ..theme import band
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
)

_MOST_ROWS = 48


class _Table:
    """The widths of a table of taps."""

    def __init__(self, derivation: Derivation, styles: Columns, pen: Pen) -> None:
        taps = derivation.channels[0].taps
        self.pen, self.styles = pen, styles
        self.narrow = pen.width < 60
        self.heads = [_("input"), _("weight"), _("product")]
        if not self.narrow:
            self.heads.append(_("so far"))
        self.labels = [position_label(Cell(tap.position, tap.source, 0.0)) for tap in taps]
        self.tap = len(str(len(taps) - 1))
        self.place = max(pen.size(text) for text in self.labels)
        self.number = styles.width
        bare = self.tap, self.place, self.number
        self.tap = max(self.tap, pen.size(_("tap")))
        self.place = max(self.place, pen.size(_("position")))
        self.number = max([self.number, *(pen.size(text) for text in self.heads)])
        # Where the columns' names leave no room for the numbers, the numbers stand alone.
        self.named = not self.narrow or self.end <= pen.width
        if not self.named:
            self.tap, self.place, self.number = bare

    def head(self) -> Text:
        """Return the line that names the columns."""
        titles = "   ".join(right(text, self.number) for text in self.heads)
        places = right(_("tap"), self.tap) + "  " + right(_("position"), self.place)
        indent = "  " if self.narrow else "    "
        return self.pen.line((f"{indent}{places}  {titles}", "quiet"))

    def row(self, part: ChannelPart, number: int, running: float) -> list[Part]:
        """Return one tap's line: input × weight = product, and the sum so far."""
        tap, styles, colour = part.taps[number], self.styles, band(part.channel)
        row: list[Part] = [
            "  " if self.narrow else "    ",
            (right(str(tap.tap), self.tap), "quiet"),
            "  ",
            (right(self.labels[number], self.place), "quiet"),
            "  ",
            (
                right(styles.input.text(tap.value), self.number),
                "padding" if tap.padding else colour,
            ),
            " × ",
            (right(styles.weight.text(tap.weight), self.number), colour),
            " = ",
            (right(styles.product.text(tap.product), self.number), colour),
        ]
        if not self.narrow:
            row += ["   ", (right(styles.product.text(running), self.number), "quiet")]
        return row

    @property
    def end(self) -> int:
        """Where the rows end: the right edge of the sums."""
        before = 2 if self.narrow else 4
        numbers = 3 * self.number + 6 + (0 if self.narrow else 3 + self.number)
        return before + self.tap + 2 + self.place + 2 + numbers


def draw(derivation: Derivation, pen: Pen, most: int | None = _MOST_ROWS) -> Iterator[Text]:
    """Draw a row for each tap, at most about `most` in all; None leaves nothing out."""
    parts = derivation.channels
    count = len(parts[0].taps)
    if most is not None and count * len(parts) > most:
        parts = shown_channels(derivation, max(most // count, 1))
    each = count if most is None else max(most // len(parts), 4)
    fold = range(each * 2 // 3, count - each // 3) if count > each else range(0)
    styles = figures_of(derivation, parts)
    table = _Table(derivation, styles, pen)
    yield pen.line()
    yield from heading(derivation, styles.product, pen)
    for place, part in enumerate(parts):
        yield pen.line()
        yield channel_title(derivation, part, pen)
        if place == 0 and table.named:
            yield table.head()
        running = 0.0
        for number, tap in enumerate(part.taps):
            running += tap.product
            if number not in fold:
                yield pen.line(*table.row(part, number, running))
            elif number == fold.start:
                yield pen.line("    ", (right("…", table.tap), "quiet"))
        if table.narrow:
            words = "  " + _("together")
            subtotal = right(styles.product.text(part.subtotal), table.end - pen.size(words))
            yield pen.line((words, "subgoal"), (subtotal, band(part.channel)))
    yield from sum_lines(derivation, parts, styles.product, table.end, pen)
    yield from derivation_notes(derivation, pen, exact(derivation, parts, styles), folded=len(fold))
    yield from hand_lines(derivation, pen)
