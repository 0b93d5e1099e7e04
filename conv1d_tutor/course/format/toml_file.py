"""One `lesson.toml`: its values, and the lines they stand on, which `tomllib` does not tell."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conv1d_tutor.errors import LessonError
from conv1d_tutor.i18n import _

from .prose import read_text

_FILE = "lesson.toml"
_IDS = re.compile(r"^\[\[\s*step\s*\]\]|^id\s*=\s*[\"']([^\"'\n]+)[\"']", re.MULTILINE)
_TOKEN = re.compile(
    r"""
      (?P<skip>\#[^\n]*|[ \t\r]+)
    | (?P<newline>\n)
    | (?P<block>\"{3}(?:\\.|[^\\])*?\"{3,5}|'{3}.*?'{3,5})
    | (?P<string>"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    | (?P<open>[\[{])
    | (?P<close>[\]}])
    | (?P<comma>,)
    | (?P<equals>=)
    | (?P<bare>[A-Za-z0-9_-]+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_Place = tuple[int, str, int]
"""The number of a step (-1: before the first), a key of it, and an item of its value (-1: all)."""


@dataclass(frozen=True, slots=True)
class LessonFile:
    """The tables of one `lesson.toml`, and the lines of its steps, keys and items."""

    path: Path
    values: dict[str, Any]
    lines: dict[_Place, int]
    blocks: dict[_Place, int]

    @property
    def lesson(self) -> "Table":
        """The keys outside of the steps."""
        return Table(self, -1, self.values)

    def step(self, number: int) -> "Table":
        """Return the keys of one step, counted from 0; none where there is no such step."""
        steps = self.values.get("step", ())
        return Table(self, number, steps[number] if 0 <= number < len(steps) else {})


@dataclass(frozen=True, slots=True)
class Table:
    """The keys of the lesson (`number` -1) or of one step, with the lines they stand on."""

    file: LessonFile
    number: int
    values: dict[str, Any]

    def line(self, key: str = "", item: int = -1, within: int = 1) -> int | None:
        """Return the line of a key, as near as it is known: the item, the key, the step, or None.

        `within` is a line of the value's own text, counted from 1: where the value is a
        multi-line string, the line of the file in which that stands.
        """
        lines, blocks = self.file.lines, self.file.blocks
        if (self.number, key, item) in blocks:
            return blocks[self.number, key, item] + within - 1
        places = ((self.number, key, item), (self.number, key, -1), (self.number, "", -1))
        return next((lines[place] for place in places if place in lines), None)

    def fault(
        self, key: str, problem: str, item: int = -1, within: int = 1, **values: object
    ) -> LessonError:
        """Return the error that says what is wrong with a key, and on which line.

        `values` are put into the problem, in which `{key}` is the key itself.
        """
        if values:
            values["key"] = key
        return LessonError(self.file.path, self.line(key, item, within), problem, **values)


def read_lesson_file(folder: Path) -> LessonFile:
    """Read the `lesson.toml` of a folder; raises `LessonError` where it is no TOML."""
    path = folder / _FILE
    text = read_text(path)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise LessonError(path, line, _("this is not TOML: {error}").format(error=error)) from None
    scanner = _Scanner()
    scanner.scan(text)
    return LessonFile(path, values, scanner.lines, scanner.blocks)


def skim_ids(folder: Path) -> tuple[str, tuple[str, ...]]:
    """Return the ids of a lesson and of its steps, found in the text without reading it all."""
    ids = [match[1] for match in _IDS.finditer(read_text(folder / _FILE))]
    first = ids.index(None) if None in ids else len(ids)
    lesson_id = next((found for found in ids[:first] if found), folder.name)
    return lesson_id, tuple(found for found in ids[first:] if found)


class _Scanner:
    """Reads TOML by tokens, only as far as knowing what stands on which line."""

    def __init__(self) -> None:
        self.lines: dict[_Place, int] = {}
        self.blocks: dict[_Place, int] = {}
        self.step = -1
        self.table = ""  # the key of the step whose sub-table or array of tables we are in
        self.entry = -1
        self.key: list[str] = []
        self.in_header = self.in_value = self.item_begun = False
        self.depth = 0
        self.item = -1

    def scan(self, text: str) -> None:
        """Find the steps, keys and items; what is not TOML is passed over."""
        line = 1
        for match in _TOKEN.finditer(text):
            kind, token = str(match.lastgroup), match.group()
            if kind not in {"skip", "newline"}:
                self._token(kind, token, line)
            elif kind == "newline" and self.depth == 0:
                self._end_of_line(line)
            line += token.count("\n")
        self._end_of_line(line)

    def _token(self, kind: str, token: str, line: int) -> None:
        if self.in_value:
            self._value_token(kind, token, line)
        elif kind == "equals" and not self.in_header:
            self._begin_value(line)
        elif kind == "open" and not self.key:
            self.in_header = True
        elif kind in {"bare", "string"}:
            self.key.append(token.strip("\"'"))

    def _begin_value(self, line: int) -> None:
        self.in_value, self.item, self.item_begun = True, -1, False
        if self.table:
            self.key = [self.table, *self.key]
        self.lines.setdefault((self.step, self.key[0], self.entry if self.table else -1), line)

    def _value_token(self, kind: str, token: str, line: int) -> None:
        place = (self.step, self.key[0], self.item if self.depth else -1)
        if kind == "close":
            self.depth = max(0, self.depth - 1)
            return
        if kind == "comma":
            self.item_begun = False
            return
        if self.depth == 1 and not self.item_begun:
            self.item, self.item_begun = self.item + 1, True
            place = (self.step, self.key[0], self.item)
            self.lines.setdefault(place, line)
        if kind == "open":
            self.depth += 1
        elif kind == "block":
            # TOML leaves out a newline right after the opening quotes.
            self.blocks.setdefault(place, line + (token[3:4] == "\n"))

    def _end_of_line(self, line: int) -> None:
        if self.in_header and self.key:
            self._header(line)
        self.key, self.in_header, self.in_value, self.depth = [], False, False, 0

    def _header(self, line: int) -> None:
        self.table, self.entry = "", -1
        if self.key == ["step"]:
            self.step += 1
            self.lines[(self.step, "", -1)] = line
        elif self.key[0] == "step" and len(self.key) > 1:
            self.table = self.key[1]
            while (self.step, self.table, self.entry + 1) in self.lines:
                self.entry += 1
            self.entry += 1
            self.lines.setdefault((self.step, self.table, -1), line)
            self.lines[(self.step, self.table, self.entry)] = line
        else:
            self.lines.setdefault((-1, self.key[0], -1), line)
