"""A lesson's prose: a small part of Markdown, drawn in the theme's styles, never as markup."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.text import Text

from ..printable import printable
from .pen import Look, Part, Pen, Picture
from .wrapping import HELD

# Code as short as `nn.Conv1d(2, 3, 5)` is read at a glance, and not across a line's end.
_UNBROKEN = 24
_MARKDOWN = MarkdownIt("commonmark").enable("table")


def prose(markdown_text: str, look: Look, width: int = 76) -> Picture:
    """Return lesson prose drawn: paragraphs, lists, code, emphasis, quotes, headings and tables.

    Lines are kept to `width` even on a wide terminal, where long lines read badly. Control
    characters are dropped and brackets stay what they are.
    """
    tokens = _MARKDOWN.parse(printable(markdown_text, keep="\n"))
    return Picture(lambda pen: _Page(Pen(pen.look, min(pen.width, width))).draw(tokens), look)


def _inline(token: Token) -> list[Part]:
    """Return the styled pieces of a paragraph's text."""
    parts: list[Part] = []
    styles: list[str] = []
    for child in token.children or []:
        if child.type in ("strong_open", "em_open"):
            styles.append("prose.strong" if child.type == "strong_open" else "prose.emphasis")
        elif child.type in ("strong_close", "em_close"):
            styles.pop()
        elif child.type == "code_inline":
            short = len(child.content) <= _UNBROKEN
            code = child.content.replace(" ", HELD) if short else child.content
            parts.append((code, "prose.code"))
        elif child.type == "softbreak":
            parts.append(_joint(parts))
        elif child.type == "hardbreak":
            parts.append("\n")
        elif child.content:
            parts.append((child.content, styles[-1]) if styles else child.content)
    return parts


def _joint(before: list[Part]) -> str:
    """Return what a line break in the file means: a blank, nothing between Chinese characters."""
    last = before[-1] if before else ""
    text = last if isinstance(last, str) else last[0]
    return "" if text and ord(text[-1]) > 0x2E7F else " "


class _Page:
    """Turns a stream of Markdown tokens into lines, a blank line between blocks."""

    def __init__(self, pen: Pen) -> None:
        self.pen = pen
        self.indent = 2
        self.bullets: list[int | None] = []
        self.fresh = False
        self.begun = False
        self.cell = False
        self.table: list[list[str]] = []

    def draw(self, tokens: list[Token]) -> Iterator[Text]:
        """Return the lines of all tokens."""
        for token in tokens:
            kind = token.type
            self.indent += {"blockquote_open": 2, "blockquote_close": -2}.get(kind, 0)
            if kind in ("fence", "code_block"):
                yield from self._code(token)
            elif kind == "table_close":
                yield from self._rows()
            elif kind == "inline":
                yield from self._text(token)
            else:
                yield from self._mark(kind, token)

    def _gap(self) -> Iterator[Text]:
        if self.begun:
            yield self.pen.line()
        self.begun = True

    def _mark(self, kind: str, token: Token) -> Iterator[Text]:
        """Follow where a list, an item or a table cell begins and ends."""
        if kind in ("bullet_list_open", "ordered_list_open"):
            if not self.bullets:
                yield from self._gap()
            start = None if kind.startswith("bullet") else int(token.attrs.get("start", 1))
            self.bullets.append(start)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.bullets.pop()
        elif kind == "list_item_open":
            self.fresh = True
        elif kind == "list_item_close" and self.bullets[-1] is not None:
            self.bullets[-1] += 1
        elif kind == "tr_open":
            self.table.append([])
        self.cell = kind in ("th_open", "td_open")

    def _code(self, token: Token) -> Iterator[Text]:
        yield from self._gap()
        for code in token.content.rstrip("\n").split("\n"):
            yield self.pen.line(" " * (self.indent + 2), (code, "prose.code"))

    def _text(self, token: Token) -> Iterator[Text]:
        parts = _inline(token)
        if self.cell:
            words = "".join(p if isinstance(p, str) else p[0] for p in parts)
            self.table[-1].append(words.replace(HELD, " "))
        elif self.bullets:
            number = self.bullets[-1]
            mark = "• " if number is None else f"{number}. "
            lead = mark if self.fresh else " " * len(mark)
            self.fresh = False
            indent = self.indent + 2 * (len(self.bullets) - 1)
            yield from self.pen.wrapped(
                (lead, "prose.bullet"), *parts, indent=indent, hanging=self.pen.size(lead)
            )
        else:
            yield from self._gap()
            yield from self.pen.wrapped(*parts, indent=self.indent)

    def _rows(self) -> Iterator[Text]:
        yield from self._gap()
        columns = zip(*self.table, strict=True)
        widths = [max(self.pen.size(cell) for cell in column) for column in columns]
        for number, row in enumerate(self.table):
            cells = [
                cell + " " * (width - self.pen.size(cell))
                for cell, width in zip(row, widths, strict=True)
            ]
            style = "" if number else "prose.heading"
            yield self.pen.line(" " * self.indent, ("   ".join(cells), style))
            if not number:
                rule = "   ".join("─" * width for width in widths)
                yield self.pen.line(" " * self.indent, (rule, "rule"))
        self.table = []
