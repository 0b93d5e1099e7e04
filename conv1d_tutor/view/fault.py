"""An error decoded: what was given and needed, axis under axis, the reason and the line.

Something legal that was likely not meant is drawn alike: what it does, what was likelier meant.
"""

import re
from collections.abc import Iterator

from rich.text import Text

from ..explain import Fault, SilentMistake
from ..i18n import _
from ..printable import one_line
from .pen import Part, Pen, left, right


def draw(explanation: Fault | SilentMistake, pen: Pen) -> Iterator[Text]:
    """Draw what an error means."""
    fault = _as_fault(explanation)
    yield pen.line()
    yield from pen.wrapped((fault.meaning, ""))
    if fault.axes:
        yield pen.line()
        yield from _axes(fault, pen)
    if fault.reason:
        yield pen.line()
        yield from pen.wrapped((fault.reason, ""))
    if fault.fix:
        yield from _fix(fault, pen)


def say(explanation: Fault | SilentMistake) -> Iterator[str]:
    """Say what an error means."""
    fault = _as_fault(explanation)
    yield fault.meaning
    for axis in fault.axes:
        yield _("Axis {name}: you gave {given}, needed is {needed}.").format(
            name=axis.name, given=axis.given, needed=axis.needed
        )
    if fault.reason:
        yield fault.reason
    if fault.fix:
        gives = _("gives {shape}").format(shape=fault.gives) if fault.gives else ""
        yield f"{one_line(fault.fix)}   {gives}".rstrip()


def _axes(fault: Fault, pen: Pen) -> Iterator[Text]:
    given, needed = _("you gave"), _("needed")
    label = max(pen.size(given), pen.size(needed)) + 4
    widths = [
        max(pen.size(text) for text in (axis.name, axis.given, axis.needed)) + 3
        for axis in fault.axes
    ]

    def row(words: str, texts: list[Part], after: str) -> Text:
        return pen.line(("  " + left(words, label - 2), "quiet"), *texts, "     ", (after, "quiet"))

    names: list[Part] = [
        (right(axis.name, width), "axis") for axis, width in zip(fault.axes, widths, strict=True)
    ]
    yield row("", names, "")
    gave: list[Part] = []
    need: list[Part] = []
    for axis, width in zip(fault.axes, widths, strict=True):
        gave.append((right(pen.glyphs(axis.given), width), "bad" if axis.wrong else ""))
        need.append((right(pen.glyphs(axis.needed), width), "good" if axis.wrong else ""))
    room = pen.width - label - sum(widths) - 6
    beside = max(pen.size(fault.given), pen.size(fault.needed)) <= room
    yield row(given, gave, fault.given if beside else "")
    yield row(needed, need, fault.needed if beside else "")
    if not beside:
        for words in (fault.given, fault.needed):
            yield from pen.wrapped((words, "quiet"))


def _fix(fault: Fault, pen: Pen) -> Iterator[Text]:
    line = one_line(fault.fix)
    gives = _("gives {shape}").format(shape=fault.gives) if fault.gives else ""
    start = "  >>> "
    if pen.size(start + line) + 6 + pen.size(gives) <= pen.width:
        yield pen.line((start, "prompt"), (line, "code"), "      ", (gives, "quiet"))
        return
    if pen.size(start + line) <= pen.width:
        yield pen.line((start, "prompt"), (line, "code"))
    else:
        for number, piece in enumerate(_pieces(line, pen.width - 6)):
            yield pen.line((start if number == 0 else "  ... ", "prompt"), (piece, "code"))
    if gives:
        yield from pen.wrapped((gives, "quiet"), indent=6)


def _pieces(line: str, room: int) -> list[str]:
    """Break code after a comma or an opening bracket, where Python may be broken."""
    pieces = [""]
    for word in re.split(r"(?<=[(\[])(?=\S)|(?<=, )(?=\S)", line):
        if pieces[-1].strip() and len(pieces[-1] + word.rstrip()) > room:
            pieces[-1] = pieces[-1].rstrip()
            pieces.append("  " + word)
        else:
            pieces[-1] += word
    return pieces


def _as_fault(explanation: Fault | SilentMistake) -> Fault:
    if isinstance(explanation, Fault):
        return explanation
    return Fault(
        explanation.name,
        explanation.sentence,
        reason=explanation.reason,
        fix=explanation.fix,
        gives=explanation.gives,
    )
