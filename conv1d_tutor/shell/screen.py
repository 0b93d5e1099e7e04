"""The one place that prints: pictures, prose and notes, on a terminal or into a file."""

import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.styled import Styled
from rich.text import Text

from conv1d_tutor.i18n import _
from conv1d_tutor.printable import printable
from conv1d_tutor.settings import on_terminal
from conv1d_tutor.view import Background, Look, Picture, prose, theme

_WIDEST = 100
_COLOURS = re.compile(r"\x1b\[[\d;]*m")
_LOWEST = 10  # on fewer rows there would be more pauses than text
_KEPT_FREE = 2  # rows: for the prompt and the bottom line


class Screen:
    """Prints renderables to `file` (default: standard output as it is at that moment).

    Remembers the last picture, so that it can be saved. `width` fixes the columns; else the
    terminal's, though prose never runs wider than a person reads well. `background` names
    the colours: "ansi" are the terminal's own sixteen, "dark" and "light" have more.
    `pause`, where it is set, waits for a key; it is called where a block would push out of
    sight what has come since the learner last pressed one.
    """

    def __init__(
        self,
        look: Look,
        background: Background = "ansi",
        *,
        file: TextIO | None = None,
        width: int | None = None,
    ) -> None:
        self.look = look
        self.theme = theme(background)
        self.last_picture: Picture | None = None
        self.pause: Callable[[], None] | None = None
        self._just_blank = False
        self._unread = 0
        self._capturing = False
        self._console = Console(
            file=file,
            width=width,
            theme=self.theme,
            markup=False,
            emoji=False,
            highlight=False,
            no_color=True if look.plain else None,
            soft_wrap=False,
        )

    @property
    def width(self) -> int:
        """The columns there are to draw in."""
        return min(self._console.width, _WIDEST)

    @property
    def is_live(self) -> bool:
        """Whether this is a terminal on which things may happen in time, and be coloured."""
        console = self._console
        return console.is_terminal and not console.is_dumb_terminal and not self.look.plain

    @property
    def redraws(self) -> bool:
        """Whether this is a terminal on which keys can have lines drawn anew."""
        return self.is_live and on_terminal(sys.stdin, sys.stdout)

    def show(self, *renderables: RenderableType) -> None:
        """Print each, below the other."""
        with self._counted():
            for renderable in renderables:
                self._console.print(renderable, width=self.width)
        self._just_blank = False

    def picture(self, drawn: Picture) -> None:
        """Print a picture with a line of air above and below, and remember it."""
        self.last_picture = drawn
        lines = drawn.lines(self.width)
        while lines and not lines[0].plain:
            lines.pop(0)
        self.blank()
        self.show(Group(*lines))
        self.blank()

    def prose(self, markdown: str) -> None:
        """Print a lesson's Markdown."""
        if markdown.strip():
            self.show(prose.prose(markdown, self.look))

    def task(self, markdown: str) -> None:
        """Print what a step asks for, so that the eye finds it."""
        self.show(Styled(prose.prose(markdown, self.look), "heading"))

    def options(self, options: Iterable[tuple[str, str]]) -> None:
        """Print the options of a question, each behind its letter."""
        for key, text in options:
            for number, line in enumerate(prose.prose(text, self.look).lines(self.width - 4)):
                self.show(Text.assemble((f"  {'' if number else key:2}", "prompt"), line))

    def note(self, sentence: str, style: str = "note") -> None:
        """Print a sentence of the tutor's own."""
        self.show(Text(printable(sentence), style=style))

    def code(self, source: str) -> None:
        """Print source as if it had been typed."""
        for number, line in enumerate(source.rstrip("\n").split("\n")):
            prompt = "... " if number and line[:1] in {" ", "\t", ""} else ">>> "
            self.show(Text.assemble((prompt, "prompt"), (printable(line), "code")))

    def begin_line(self, text: str, style: str) -> None:
        """Print the beginning of a line that something else will end."""
        self._console.print(Text(text, style=style), end="")
        self._just_blank = False

    def heading(self, left: str, right: str = "") -> None:
        """Print the line that begins a step: `left` says what, `right` how far along."""
        if self.look.plain:
            self.show(Text(left + _(". ") + right if right else left, style="heading"))
            return
        self.show(_Heading(left, right, "-" if self.look.ascii else "─"))

    def blank(self) -> None:
        """Print an empty line, unless one was just printed."""
        if not self._just_blank:
            with self._counted():
                self._console.print()
        self._just_blank = True

    def typed_into(self) -> None:
        """Take note that something else has written below: an input, or what it printed."""
        self._just_blank = False
        self._unread = 0

    def wrote(self, *texts: str) -> None:
        """Take note of the lines that something else has written since the last input."""
        if self.pause is not None:
            self._unread += sum(_rows(text, self._console.width) for text in texts)

    @contextmanager
    def block(self, *, earned: bool = False) -> Iterator[bool]:
        """Print what is shown in the block together: after a pause, where that is called for.

        What was `earned` is seen whole: where it is taller than the terminal there are pauses
        in it too. The block is told whether what it shows is held back until its end.
        """
        if self.pause is None or self._capturing or self._console.height < _LOWEST:
            yield self._capturing
            return
        self._capturing = True
        self._console.begin_capture()
        try:
            yield True
        finally:
            self._capturing = False
            self._print_after_pause(self._console.end_capture(), earned=earned)

    def _print_after_pause(self, text: str, *, earned: bool) -> None:
        # Below what was earned there may be a pause, one row high; below a step the prompt.
        room = self._console.height - (1 if earned else _KEPT_FREE)
        rows = _rows(text, self._console.width)
        # The air above what comes first may go.
        seen = rows if self._unread else _rows(text.lstrip("\n"), self._console.width)
        if self._unread and self._unread + seen > room and self.pause is not None:
            self.pause()
            self._unread = 0
        if earned and seen > room:
            for line in text.splitlines(keepends=True):
                height = _rows(line, self._console.width)
                if self._unread + height > room and self.pause is not None:
                    self.pause()
                    self._unread = 0
                self._write(line)
                self._unread += height
            return
        self._write(text)
        self._unread += rows

    def _write(self, text: str) -> None:
        self._console.file.write(text)
        self._console.file.flush()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count the lines that are printed in the block, where that is of use."""
        if self.pause is None or self._capturing:
            yield
            return
        with self._console.capture() as captured:
            yield
        text = captured.get()
        self._unread += _rows(text, self._console.width)
        self._write(text)

    def echo(self, text: str) -> None:
        """Print what code has written, its lines as long as they are."""
        with self._counted():
            self._console.print(Text(text.rstrip("\n")), soft_wrap=True)
        self._just_blank = False

    def recorded(self) -> Console:
        """Return a console that has recorded the last picture, for export on white."""
        recorder = Console(
            file=io.StringIO(),
            record=True,
            width=self.width,
            theme=theme("light"),
            markup=False,
            highlight=False,
            emoji=False,
            force_terminal=True,
            color_system="truecolor",
        )
        recorder.print(self.last_picture or "")
        return recorder


def _rows(text: str, width: int) -> int:
    """Return how many rows of a terminal a text takes, its long lines wrapped."""
    plain = _COLOURS.sub("", text)
    return sum(max(-(-cell_len(line) // max(width, 1)), 1) for line in plain.splitlines())


class _Heading:
    """`── left ────────── right ──`, cut to any width."""

    def __init__(self, left: str, right: str, line: str) -> None:
        self._left, self._right, self._line = left, right, line

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> "list[Text]":
        start = Text.assemble((self._line * 2 + " ", "rule"), (self._left, "heading"), " ")
        end = Text.assemble(" ", (self._right, "note"), (" " + self._line * 2, "rule"))
        if not self._right or start.cell_len + end.cell_len + 2 > options.max_width:
            end = Text("")
        start.truncate(max(1, options.max_width - end.cell_len), overflow="ellipsis")
        gap = options.max_width - start.cell_len - end.cell_len
        return [Text.assemble(start, (self._line * gap, "rule"), end)]
