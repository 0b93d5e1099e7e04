"""`:save`: what was drawn as a file, and never over another."""

import errno
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from conv1d_tutor.i18n import use_language
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


@pytest.fixture(params=["en", "zh_CN"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language in turn."""
    use_language(request.param)
    yield request.param
    use_language("en")


IMPOSSIBLE = [
    "a\0b.svg", "~nobody-at-all/x.svg", "folder.svg", "folder.svg/", "nowhere/x.html",
    "file.txt/x.html", "n" * 300 + ".txt", "half\ud800.txt", "\udc80\ud800.svg", "", " ", ".", "..",
    "/dev/full", "/dev/null", "~", "full.txt", "\0", "x\x1b[2J", "loop.txt", "a/" * 5000 + "x.txt",
]  # fmt: skip


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_name_that_cannot_be_gets_one_sentence(
    recorder: Console, tmp_path: Path, name: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is raised, nothing is written, and it is said in the learner's language."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "file.txt").write_text("", encoding="utf-8")
    (tmp_path / "full.txt").symlink_to("/dev/full")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    before = sorted(tmp_path.rglob("*"))
    said = save_picture(recorder, name)
    assert said
    assert "\n" not in said
    assert "\x1b" not in said
    assert "Saved" not in said
    assert "已" not in said or "已经" in said
    assert bool(re.search("[一-鿿]", said)) is (language == "zh_CN")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.name != "posix", reason="permissions as on Unix")
def test_a_disk_that_fills_leaves_no_half_behind(
    recorder: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor the file that was written beside it."""

    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("conv1d_tutor.shell.saving.os.link", full)
    monkeypatch.setattr("conv1d_tutor.shell.saving.os.rename", full)
    assert "the disk is full" in save_picture(recorder, str(tmp_path / "a.txt"))
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_links_is_written_to(
    recorder: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And others may read the file, as any other that is made."""

    def refused(*_arguments: object, **_more: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    save_picture(recorder, str(tmp_path / "linked.txt"))
    monkeypatch.setattr("conv1d_tutor.shell.saving.os.link", refused)
    save_picture(recorder, str(tmp_path / "renamed.txt"))
    (tmp_path / "plain.txt").touch()
    modes = {path.name: path.stat().st_mode for path in tmp_path.iterdir()}
    assert modes.keys() == {"linked.txt", "renamed.txt", "plain.txt"}
    assert len(set(modes.values())) == 1


@pytest.mark.parametrize("ending", ["svg", "html", "txt"])
def test_a_saved_picture_names_no_host(recorder: Console, tmp_path: Path, ending: str) -> None:
    """But for the name that says what an SVG is, which nothing is fetched from."""
    path = tmp_path / f"one.{ending}"
    save_picture(recorder, str(path))
    content = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "", 1)
    for word in ("http", "//", "@import", "src=", "<!--"):
        assert word not in content
    # What is left of it points into the file itself: an SVG's clip paths.
    assert re.findall(r"url\((?!#)", content) == []
    if ending == "svg":
        ElementTree.fromstring(path.read_text(encoding="utf-8"))
