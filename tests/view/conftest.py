"""Golden screens: one small text file for each screen and width, written anew on request."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.text import Text

from conv1d_tutor.i18n import use_language
from conv1d_tutor.view import theme

FOLDER = Path(__file__).parent
WRITE = os.environ.get("SCREENS") == "write"
LETTERS = {
    "bias": "b", "quiet": "q", "padding": "p", "gap": "g", "rule": "r", "axis": "x",
    "heading": "h", "total": "t", "subgoal": "s", "window": "w", "code": "c", "good": "+",
    "bad": "-", "note": "n", "prompt": ">", "error": "!", "prose.code": "m", "prose.strong": "o",
    "prose.emphasis": "e", "prose.heading": "d", "prose.bullet": "u",
} | {f"channel.{n}": str(n) for n in range(6)} | {
    f"channel.{n}.name": "ABCDEF"[n] for n in range(6)
}  # fmt: skip
"""The letter that stands for each style under a line of a golden picture."""


def compare(folder: str, name: str, text: str) -> None:
    """Compare `text` with a golden file; `SCREENS=write` writes it instead."""
    path = FOLDER / folder / f"{name}.txt"
    if WRITE:
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no golden screen yet: run with SCREENS=write and read {path.name}"
    assert text == path.read_text(encoding="utf-8")


@pytest.fixture
def screen() -> Callable[[str, list[Text]], None]:
    """Compare lines with the golden file of that name, their text alone."""

    def compare_text(name: str, lines: list[Text]) -> None:
        compare("screens", name, "".join(line.plain.rstrip() + "\n" for line in lines))

    return compare_text


@pytest.fixture
def coloured() -> Callable[[str, list[Text]], None]:
    """Compare lines with the golden file of that name, a letter for the style under each cell."""

    def compare_styles(name: str, lines: list[Text]) -> None:
        used: set[str] = set()
        written = []
        for line in lines:
            letters = [" "] * len(line.plain)
            for span in line.spans:
                if style := str(span.style):
                    used.add(style)
                    letters[span.start : span.end] = LETTERS[style] * (span.end - span.start)
            marks = "".join(
                " " if character == " " else letter
                for character, letter in zip(line.plain, letters, strict=True)
            )
            written += [line.plain.rstrip(), *filter(None, [marks.rstrip()])]
        styles = theme().styles
        legend = [f"{LETTERS[style]} {style}: {styles[style]}" for style in sorted(used)]
        compare("colours", name, "\n".join([*written, "", *legend, ""]))

    return compare_styles


@pytest.fixture
def in_chinese() -> Iterator[None]:
    """Speak Chinese for one test."""
    use_language("zh_CN")
    yield
    use_language("en")
