"""The first zoom level: one element as a sum of its channels on one line."""

from collections.abc import Iterator

from rich.text import Text

from ...explain import Derivation
from ...i18n import _, ngettext
from ..figures import Figures, adds_up, figures_for
from ..pen import Part, Pen
from ..theme import band
from .notes import derivation_notes, hand_lines
from .sums import MOST_CHANNELS, heading, shown_channels


def draw(derivation: Derivation, pen: Pen) -> Iterator[Text]:
    """Draw the sum of the channels and the bias, each named underneath."""
    parts = shown_channels(derivation, 4)
    rest = [part for part in derivation.channels if part not in parts]
    terms = [
        (part.subtotal, _("channel {number}").format(number=part.channel), band(part.channel))
        for part in parts
    ]
    if rest:
        words = ngettext("{count} more channel", "{count} more channels", len(rest))
        total = sum(part.subtotal for part in rest)
        terms.append((total, words.format(count=len(rest)), "quiet"))
    if derivation.bias is not None:
        terms.append((derivation.bias, _("bias"), "bias"))
    figures = figures_for([number for number, _name, _style in terms] + [derivation.value])
    yield pen.line()
    yield from heading(derivation, figures, pen)
    yield pen.line()
    numbers: list[Part] = []
    words_below: list[Part] = []
    used = 0

    def flush() -> Iterator[Text]:
        yield pen.line("    ", *numbers)
        if any(not isinstance(part, str) for part in words_below):
            yield pen.line("    ", *words_below)

    for place, (number, words, style) in enumerate(terms):
        text = figures.text(abs(number) if place else number)
        sign = "" if not place else " − " if number < 0 else " + "
        room = max(pen.size(words), len(text))
        if used and used + pen.size(sign) + room > pen.width - 6:
            yield from flush()
            numbers, words_below, used = [], [], 0
        numbers += [sign, (_centred(text, room), style)]
        words_below += [" " * pen.size(sign), (_centred(words, room, pen), style)]
        used += pen.size(sign) + room
    text = figures.text(derivation.value)
    if used + 3 + len(text) > pen.width - 4:
        yield from flush()
        numbers, words_below = [], []
    numbers += [" = ", (text, "total")]
    yield from flush()
    yield from derivation_notes(derivation, pen, _sums_exact(derivation, figures))
    yield from hand_lines(derivation, pen)


def _centred(text: str, room: int, pen: Pen | None = None) -> str:
    size = pen.size(text) if pen else len(text)
    before = (room - size) // 2
    return " " * before + text + " " * (room - size - before)


def _sums_exact(derivation: Derivation, figures: Figures) -> bool:
    terms = [part.subtotal for part in derivation.channels]
    terms += [derivation.bias] if derivation.bias is not None else []
    return (
        len(terms) <= MOST_CHANNELS
        and adds_up(figures, terms, derivation.value)
        and all(figures.exact(term) for term in terms)
    )
