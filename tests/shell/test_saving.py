"""`:save`: what was drawn as a file, and never over another."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from conv1d_tutor.shell.saving import save_picture
from conv1d_tutor.view import theme


@pytest.fixture
def recorder() -> Console:
    """A console that has recorded one line."""
    console = Console(record=True, file=io.StringIO(), width=40, theme=theme(), force_terminal=True)
    console.print("good: @font-face {0.1683}", style="good", markup=False, highlight=False)
    return console


@pytest.mark.parametrize("ending", ["txt", "html", "svg"])
def test_a_file_that_exists_is_left_alone(recorder: Console, tmp_path: Path, ending: str) -> None:
    """It keeps what is in it, and the learner is told."""
    path = tmp_path / f"mine.{ending}"
    path.write_text("mine", encoding="utf-8")
    assert "exists already" in save_picture(recorder, str(path))
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_saved_picture_fetches_nothing(recorder: Console, tmp_path: Path) -> None:
    """An SVG names no font that lies elsewhere; its text and its colour are whole."""
    save_picture(recorder, str(tmp_path / "one.svg"))
    drawn = (tmp_path / "one.svg").read_text(encoding="utf-8")
    style, _end, body = drawn.partition("</style>")
    assert "url(http" not in drawn
    assert "url('http" not in drawn
    assert "@font-face" not in style
    assert "-matrix" in style
    assert "@font-face&#160;{0.1683}" in body


def test_text_is_saved_without_colour(recorder: Console, tmp_path: Path) -> None:
    """As it stands on the screen, and the sentence names the file."""
    path = tmp_path / "one.txt"
    assert save_picture(recorder, str(path)) == f"Saved as {path}."
    assert path.read_text(encoding="utf-8").rstrip() == "good: @font-face {0.1683}"


@pytest.mark.parametrize(
    ("name", "said"), [("one", "needs an ending"), ("a/b/c.txt", "cannot be written")]
)
def test_what_cannot_be_saved_is_said(
    recorder: Console, tmp_path: Path, name: str, said: str
) -> None:
    """No ending, no folder."""
    assert said in save_picture(recorder, str(tmp_path / name))
