"""Where things stand in a TOML file: `tomllib` gives values, and an author needs lines."""

import re
from dataclasses import dataclass

__all__ = ["TomlPlaces", "toml_places"]

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
class TomlPlaces:
    """The lines of one `lesson.toml`: of its steps, their keys, and the items of their values."""

    lines: dict[_Place, int]
    blocks: dict[_Place, int]

    def line(self, step: int = -1, key: str = "", item: int = -1, within: int = 1) -> int | None:
        """Return the line of a key, as near as it is known: the item, the key, the step, or None.

        `within` is a line of the value's own text, counted from 1: where the value is a
        multi-line string, the line of the file in which that stands.
        """
        for place in ((step, key, item), (step, key, -1), (step, "", -1)):
            if place in self.blocks and place == (step, key, item):
                return self.blocks[place] + within - 1
            if place in self.lines:
                return self.lines[place]
        return None


def toml_places(text: str) -> TomlPlaces:
    """Find the steps, keys and items of a `lesson.toml`; what is not TOML is passed over."""
    return _Scanner().scan(text)


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

    def scan(self, text: str) -> TomlPlaces:
        line = 1
        for match in _TOKEN.finditer(text):
            kind, token = str(match.lastgroup), match.group()
            if kind not in {"skip", "newline"}:
                self._token(kind, token, line)
            elif kind == "newline" and self.depth == 0:
                self._end_of_line(line)
            line += token.count("\n")
        self._end_of_line(line)
        return TomlPlaces(self.lines, self.blocks)

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
            self.item_begun = self.item_begun and self.depth > 1
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
