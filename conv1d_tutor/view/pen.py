"""Lines of styled text in the characters a screen can show, never wider than it is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from .wrapping import wrap

Part = str | tuple[str, str]
"""A piece of a line: text, or text with the name of its style."""

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


def left(text: str, width: int) -> str:
    """Fill up with blanks on the right; a wide character counts as the two cells it takes."""
    return text + " " * max(width - cell_len(text), 0)


def right(text: str, width: int) -> str:
    """Fill up with blanks on the left; a wide character counts as the two cells it takes."""
    return " " * max(width - cell_len(text), 0) + text


class Pen:
    """Makes the lines of one picture in one look, at one width."""

    def __init__(self, look: Look, width: int) -> None:
        self.look = look
        self.width = width

    def glyphs(self, text: str) -> str:
        """Return `text` in the characters of the look."""
        return self.look.glyphs(text)

    def size(self, *parts: Part) -> int:
        """Return how many cells these parts of a line take in this look."""
        return sum(cell_len(self.look.glyphs(words)) for words, _style in map(_styled, parts))

    def text(self, *parts: Part) -> Text:
        """Join the parts of a line, however long it becomes."""
        text = Text(no_wrap=True, overflow="crop", end="\n")
        for words, style in map(_styled, parts):
            text.append(self.look.glyphs(words), style)
        return text

    def line(self, *parts: Part) -> Text:
        """Make one line, clipped to the width with a mark where something was cut."""
        text = self.text(*parts)
        text.rstrip()
        if text.cell_len > self.width:
            mark = "..." if self.look.ascii else "…"
            text.truncate(max(self.width - cell_len(mark), 0), overflow="crop")
            text.rstrip()
            text.append(mark[: self.width], "quiet")
        return text

    def wrapped(self, *parts: Part, indent: int = 2, hanging: int = 0) -> list[Text]:
        """Make lines of running text, broken between words, later ones indented by `hanging` more.

        A language without blanks breaks between its characters.
        """
        room = max(self.width - indent - hanging, 8)
        lines = []
        for number, piece in enumerate(wrap(self.text(*parts), room)):
            piece.rstrip()
            shift = " " * (indent + (hanging if number else 0))
            line = Text(shift, no_wrap=True, overflow="crop", end="\n")
            line.append_text(piece)
            if line.cell_len > self.width:
                line.truncate(self.width, overflow="crop")
            lines.append(line)
        return lines

    def title(self, *name: Part, beside: str, clipped: bool = False) -> list[Text]:
        """Make the line that says what is drawn, with something quiet beside it.

        Where both do not fit, the quiet part goes below; a long name is wrapped, or clipped.
        """
        if self.size("  ", *name, "    ", beside) <= self.width:
            return [self.line("  ", *name, "    ", (beside, "quiet"))]
        lines = [self.line("  ", *name)] if clipped else self.wrapped(*name)
        return [*lines, *self.wrapped((beside, "quiet"))]

    def flow(self, pieces: Iterable[Sequence[Part]], room: int) -> Iterator[Text]:
        """Make lines of pieces that stay whole, as many beside each other as `room` allows."""
        row: list[Part] = ["  "]
        for piece in pieces:
            if len(row) > 1 and self.size(*row, *piece) > room:
                yield self.line(*row)
                row = ["  "]
            row += [*piece, "   "]
        yield self.line(*row)


class Picture:
    """A renderable of lines that are made for the width they are shown at.

    `draw` makes the lines; `say`, where given, the sentences that stand for them in plain looks.
    """

    def __init__(
        self,
        draw: Callable[[Pen], Iterable[Text]],
        look: Look,
        say: Callable[[], Iterable[str]] | None = None,
    ) -> None:
        self._draw = draw
        self._look = look
        self._say = say

    def lines(self, width: int) -> list[Text]:
        """Return the picture's lines for a width."""
        pen = Pen(self._look, max(width, 1))
        if self._look.plain and self._say is not None:
            return [line for said in self._say() for line in pen.wrapped(said, indent=0)]
        return list(self._draw(pen))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self.lines(options.max_width)


def _styled(part: Part) -> tuple[str, str]:
    return (part, "") if isinstance(part, str) else part
