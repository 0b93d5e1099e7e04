"""Text from outside, made safe to show: nothing in it steers the terminal."""

import re

# C0 without tab and newline, DEL, C1, the marks that turn the direction of text around, the
# byte order mark, and halves of characters that no encoding carries.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def printable(text: str, keep: str = "\n\t") -> str:
    """Return `text` without anything that could steer a terminal or turn the text around.

    Every line ends with a newline alone. Newlines and tabs that are not in `keep` become blanks.
    """
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for blank in "\n\t":
        if blank not in keep:
            text = text.replace(blank, " ")
    return text


def one_line(text: str) -> str:
    """Return `text` made printable on a single line."""
    return printable(text, keep="")
