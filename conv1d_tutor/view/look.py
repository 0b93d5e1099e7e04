"""How pictures are drawn for this learner: in pictures or in words, with which characters."""

from dataclasses import dataclass

__all__ = ["Look"]

_TO_ASCII = str.maketrans(
    {
        "·": ".",
        "×": "x",
        "−": "-",
        "→": "->",
        "…": "...",
        "─": "-",
        "═": "=",
        "│": "|",
        "■": "#",
        "□": "o",
        "•": "*",
        "✓": "+",
        "✗": "x",
        "≥": ">=",
        "≤": "<=",
        "≈": "~",
        "▲": "^",
        "▶": ">",
        "Σ": "sum",
        "’": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "↔": "<->",
    }
)


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw.

    `plain` asks for words, one line after another, without boxes or columns that only the
    eye can read. `ascii` keeps every glyph of ours to ASCII, for terminals that show no more;
    it never touches letters of a language.
    """

    plain: bool = False
    ascii: bool = False

    def glyphs(self, text: str) -> str:
        """Return `text` with this look's glyphs in place of ours."""
        return text.replace(" · ", " - ").translate(_TO_ASCII) if self.ascii else text
