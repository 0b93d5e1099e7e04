"""Golden screens: one small text file for each screen and width, written anew on request."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.text import Text

from conv1d_tutor.i18n import use_language

FOLDER = Path(__file__).parent / "screens"
WRITE = os.environ.get("SCREENS") == "write"


@pytest.fixture
def screen() -> Callable[[str, list[Text]], None]:
    """Compare lines with the golden file of that name; `SCREENS=write` writes it instead."""

    def compare(name: str, lines: list[Text]) -> None:
        text = "".join(line.plain.rstrip() + "\n" for line in lines)
        path = FOLDER / f"{name}.txt"
        if WRITE:
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"no golden screen yet: run with SCREENS=write and read {path.name}"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def in_chinese() -> Iterator[None]:
    """Speak Chinese for one test."""
    use_language("zh_CN")
    yield
    use_language("en")
