"""The line to type that computes an element by hand, broken only where Python may be broken."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import Derivation, by_hand
from ..i18n import _
from .pen import Pen

__all__ = ["code_lines", "hand_lines"]


def hand_lines(derivation: Derivation, pen: Pen) -> Iterator[Text]:
    """Return the line to type that computes the element by hand, in pieces that can be pasted."""
    if not derivation.tell:
        return
    line = by_hand(derivation)
    yield pen.line()
    if not line:
        yield from pen.wrapped(
            (_("To compute it by hand, give the input and the layer names first."), "quiet")
        )
        return
    yield from code_lines(_("by hand"), line, pen)


def code_lines(words: str, line: str, pen: Pen) -> Iterator[Text]:
    """Return a sum as code behind some words; a long one in parentheses, broken at its terms."""
    start = "  " + words + "  "
    room = pen.width - pen.size(start)
    if pen.size(line) <= room:
        yield pen.line((start, "quiet"), (line, "code"))
        return
    if pen.width < 60:
        yield pen.line((start, "quiet"))
        start, room = "  ", pen.width - 2
        if pen.size(line) <= room:
            yield pen.line(start, (line, "code"))
            return
    pieces = [""]
    for number, term in enumerate(line.split(" + ")):
        piece = term if number == 0 else f"+ {term}"
        joined = f"{pieces[-1]} {piece}" if pieces[-1] else f"({piece}"
        if pieces[-1] and pen.size(joined) + 1 > room:
            pieces.append(" " + piece)
        else:
            pieces[-1] = joined
    pieces[-1] += ")"
    for number, piece in enumerate(pieces):
        before = start if number == 0 else " " * pen.size(start)
        for more, chunk in enumerate(_split(piece, room)):
            yield pen.line(
                (before if more == 0 else " " * pen.size(start), "quiet"), (chunk, "code")
            )


def _split(piece: str, room: int) -> list[str]:
    """Break a term that is too long, before its operator, else after a comma."""
    if len(piece) <= room:
        return [piece]
    for mark in (" @ ", " * ", ", "):
        before, found, after = piece.rpartition(mark)
        if not found or not before.strip():
            continue
        head, tail = (before + ",", after) if mark == ", " else (before, mark.strip() + " " + after)
        if len(tail) + 3 < len(piece):
            return [*_split(head, room), *_split("   " + tail, room)]
    return [piece]
