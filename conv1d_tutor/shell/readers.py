"""Readers of input: what each offers, and whole inputs out of the lines of a pipe or terminal."""

import sys
from collections.abc import Callable
from typing import Protocol, TextIO

from conv1d_tutor import interrupts

from .typed import behind_prompt, ends_in_block, is_complete, is_open_traceback

PROMPT = ">>> "
CONTINUED = "... "
_COMMAND_MARKS = (":", "：")
_CLAUSES = ("else", "elif", "except", "finally", "case")


class Reader(Protocol):
    """Reads one whole input at a time."""

    def read(self, default: str = "") -> str | None:
        """Return the next input, or None at the end of all input; `default` is text to edit.

        Raises `KeyboardInterrupt` on Ctrl-C.
        """


class TellingReader:
    """Reads as `reader` does; `tell` is called before each input, to say what is to be said."""

    def __init__(self, reader: Reader, tell: Callable[[], None]) -> None:
        self._reader = reader
        self._tell = tell

    def read(self, default: str = "") -> str | None:
        """Return the next input, as `reader` does."""
        self._tell()
        return self._reader.read(default)


class LineReader:
    """Puts lines together until Python would run them.

    `next_line` takes the prompt to show and gives a line without its newline, or None at
    the end. A file's habits are understood as well as a console's: a block may hold blank
    lines and may end without one.
    """

    def __init__(self, next_line: Callable[[str], str | None], *, interactive: bool) -> None:
        self._next_line = next_line
        self._interactive = interactive
        self._kept: str | None = None

    def read(self, default: str = "") -> str | None:
        """Return the next input; `default` cannot be edited here and is not used."""
        del default
        source = self._line(PROMPT)
        if source is None or not source.strip():
            return source
        if source.lstrip().startswith(_COMMAND_MARKS):
            while is_open_traceback(source) and (line := self._line(CONTINUED)):
                source += "\n" + line
            return source
        while not is_complete(source):
            line = self._line(CONTINUED)
            if line is None:
                break
            if not line.strip() and ends_in_block(source):
                if not self._goes_on_after_blank():
                    break
                line = "\n" + (self._line(CONTINUED) or "")
            elif _ends_block(source, line):
                self._kept = line
                break
            source += "\n" + line
        return source

    def _line(self, prompt: str) -> str | None:
        if self._kept is not None:
            line, self._kept = self._kept, None
            return line
        return self._next_line(prompt)

    def _goes_on_after_blank(self) -> bool:
        if self._interactive:
            return False
        line = self._line(CONTINUED)
        while line is not None and not line.strip():
            line = self._line(CONTINUED)
        self._kept = line
        return line is not None and (line[:1] in {" ", "\t"} or _starts_clause(line))


def pipe_reader(stream: TextIO | None, copy_to: Callable[[str], None] | None = None) -> LineReader:
    """Read inputs from `stream`; None is an empty one. `copy_to` is told each line as it is read.

    What it is told begins with the prompt, so that a transcript reads as a session does.
    Where the first line carries a console's prompt, the stream is a copied session: only
    lines with prompts are input, the others were its output.
    """
    first = True
    copied = False

    def read_line() -> str | None:
        nonlocal first, copied
        with interrupts.allowed():
            line = stream.readline() if stream is not None else ""
        if not line:
            return None
        line = line.rstrip("\r\n")
        if first:
            line, first = line.removeprefix("\ufeff"), False
            copied = behind_prompt(line) is not None
        return line

    def next_line(prompt: str) -> str | None:
        line = read_line()
        while copied and line is not None and behind_prompt(line) is None:
            line = read_line()
        if line is not None and copied:
            line = behind_prompt(line)
        if line is not None and copy_to is not None:
            copy_to(prompt + line)
        return line

    return LineReader(next_line, interactive=False)


def bare_terminal_reader() -> LineReader:
    """Read from a terminal that cannot redraw, or should not: with `input`, line by line."""

    def next_line(prompt: str) -> str | None:
        try:
            with interrupts.allowed():
                return input(prompt)
        except EOFError:
            sys.stdout.write("\n")
            return None

    return LineReader(next_line, interactive=True)


def _starts_clause(line: str) -> bool:
    return line.startswith(_CLAUSES) and line.rstrip().endswith(":")


def _ends_block(source: str, line: str) -> bool:
    return (
        bool(line.strip())
        and line[0] not in " \t"
        and not _starts_clause(line)
        and ends_in_block(source)
    )
