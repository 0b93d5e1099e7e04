"""What stands under a derivation: padding, gaps, groups, rounding, and the line to type by hand."""

from collections.abc import Iterator

from rich.text import Text

from ...explain import Derivation, by_hand
from ...i18n import _, ngettext
from ..pen import Pen


def note_sentences(derivation: Derivation) -> Iterator[str]:
    """Return the sentences that hold however the derivation is drawn."""
    geometry = derivation.convolution.geometry
    taps = derivation.channels[0].taps if derivation.channels else ()
    padded = [tap for tap in taps if tap.padding]
    if padded and geometry.padding_mode == "zeros":
        yield _("pad: a zero that the padding put there; the input has no number at this place.")
    elif padded:
        yield _(
            "={position}: padding_mode {mode} repeats the input's position {position} here."
        ).format(position=padded[0].source, mode=geometry.padding_mode)
    if geometry.dilation > 1 and len(taps) > 1:
        yield _(
            "dilation {dilation}: the taps stand {dilation} apart; what is between is skipped."
        ).format(dilation=geometry.dilation)
    if derivation.left_out:
        seen = geometry.input_channels_of(derivation.filter)
        yield _(
            "groups {groups}: filter {filter} sees channels {seen} only; {left_out} left out."
        ).format(
            groups=geometry.groups,
            filter=derivation.filter,
            seen=_ranges(list(seen)),
            left_out=_ranges(list(derivation.left_out)),
        )
    if geometry.stride > 1 and derivation.position:
        yield _(
            "stride {stride}: output position {position} starts at {position} × {stride}{shift}."
        ).format(
            stride=geometry.stride,
            position=derivation.position,
            shift=f" − {geometry.padding_left}" if geometry.padding_left else "",
        )


def derivation_notes(
    derivation: Derivation, pen: Pen, exact: bool, *, folded: int = 0
) -> Iterator[Text]:
    """Return the notes as quiet lines under the picture, after an empty one if there are any."""
    sentences = list(note_sentences(derivation))
    if folded:
        words = ngettext(
            "…: {count} tap is not drawn here; its product is in the sums.",
            "…: {count} taps are not drawn here; their products are in the sums.",
            folded,
        )
        sentences.append(words.format(count=folded))
    if not exact:
        sentences.append(_("Rounded to be read; multiplied and added before rounding."))
    if sentences:
        yield pen.line()
    for sentence in sentences:
        yield from pen.wrapped((sentence, "note"))


def _ranges(numbers: list[int]) -> str:
    """Write channel numbers shortly: `0, 1`, `2–5, 8`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        ", ".join(map(str, run)) if len(run) < 3 else f"{run[0]}–{run[-1]}" for run in runs
    )


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
