"""Running text broken into lines, in English and in Chinese."""

import unicodedata

from rich.cells import cell_len
from rich.text import Text

HELD = "\u00a0"
"""A blank at which no line ends; it comes out as an ordinary one, fit to be copied."""

_NEVER_FIRST = frozenset("，。、：；！？）】》」』”’…—·,.;:!?)]}%")
_NEVER_LAST = frozenset("（【《「『“‘([{")


def wrap(text: Text, width: int) -> list[Text]:
    """Break `text` into lines of at most `width` cells; its own line breaks are kept.

    Lines end at blanks, and beside any Chinese character where punctuation allows it: no
    line begins with a closing mark or ends with an opening one. What `HELD` joins stays
    together. What fits nowhere is cut.
    """
    lines: list[Text] = []
    for paragraph in text.split("\n", allow_blank=True):
        lines.extend(_wrap_paragraph(paragraph, max(width, 2)))
    return lines


def _wrap_paragraph(text: Text, width: int) -> list[Text]:
    plain = text.plain
    lines: list[Text] = []
    start = 0
    while True:
        fitting = _longest_fitting(plain, start, width)
        if fitting >= len(plain):
            lines.append(_stripped(text[start:]))
            return lines
        end = next((at for at in range(fitting, start, -1) if _may_break(plain, at)), fitting)
        lines.append(_stripped(text[start:end]))
        start = end
        while start < len(plain) and plain[start] == " ":
            start += 1


def _longest_fitting(plain: str, start: int, width: int) -> int:
    """Return the first position that a line from `start` on cannot reach."""
    used = 0
    for at in range(start, len(plain)):
        used += cell_len(plain[at])
        if used > width:
            # A blank that would stand at the end of the line may hang over it.
            return max(at, start + 1)
    return len(plain)


def _may_break(plain: str, at: int) -> bool:
    before, after = plain[at - 1], plain[at]
    if before == " " or after == " ":
        return True
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _stripped(line: Text) -> Text:
    line.rstrip()
    line.plain = line.plain.replace(HELD, " ")
    return line
