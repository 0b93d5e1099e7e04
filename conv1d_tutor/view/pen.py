"""Lines of styled text that never run over the width, and the renderable made of them."""

from collections.abc import Callable, Iterable

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from .look import Look
from .wrapping import wrap

__all__ = ["Part", "Pen", "Picture", "clean", "left", "right"]

Part = str | tuple[str, str]
"""A piece of a line: text, or text with the name of its style."""


def clean(text: str) -> str:
    """Return text from a learner or a file without control characters, on one line."""
    return "".join(c if c.isprintable() else " " for c in text)


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

    def size(self, text: str) -> int:
        """Return how many cells `text` takes in this look."""
        return cell_len(self.look.glyphs(text))

    def line(self, *parts: Part) -> Text:
        """Make one line, clipped to the width with a mark where something was cut."""
        text = Text(no_wrap=True, overflow="crop", end="\n")
        for part in parts:
            words, style = (part, "") if isinstance(part, str) else part
            text.append(self.look.glyphs(words), style)
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
        whole = Text()
        for part in parts:
            words, style = (part, "") if isinstance(part, str) else part
            whole.append(self.look.glyphs(words), style)
        room = max(self.width - indent - hanging, 8)
        lines = []
        for number, piece in enumerate(wrap(whole, room)):
            piece.rstrip()
            shift = " " * (indent + (hanging if number else 0))
            line = Text(shift, no_wrap=True, overflow="crop", end="\n")
            line.append_text(piece)
            if line.cell_len > self.width:
                line.truncate(self.width, overflow="crop")
            lines.append(line)
        return lines


class Picture:
    """A renderable of lines that are made for the width they are shown at."""

    def __init__(self, draw: Callable[[Pen], Iterable[Text]], look: Look) -> None:
        self._draw = draw
        self._look = look

    def lines(self, width: int) -> list[Text]:
        """Return the picture's lines for a width."""
        return list(self._draw(Pen(self._look, max(width, 1))))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self.lines(options.max_width)
