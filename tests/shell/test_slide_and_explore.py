"""`:slide` and `:explore` on a real terminal: keys move, the screen follows, and q comes back."""

import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

from .conftest import Transcript
from .terminal import Terminal

pytestmark = pytest.mark.terminal

RIGHT, DOWN = "\x1b[C", "\x1b[B"


def at_lesson_five(home: Path, **size: int) -> Terminal:
    """Open lesson 5, in which `conv1d`, `x` and `y` are at hand."""
    terminal = Terminal(home, "learn", "5", **size)
    terminal.wait_for(">>>")
    return terminal


def test_the_window_slides_by_key(tmp_path: Path) -> None:
    """Right moves the window on, down takes the next filter, and what was drawn last stays."""
    with at_lesson_five(tmp_path, lines=30) as terminal:
        terminal.line(":slide y")
        terminal.wait_for("window 1 of 2")
        terminal.send(RIGHT)
        terminal.wait_for("window 2 of 2")
        terminal.send(DOWN)
        terminal.wait_for("y[0,1,1]    window 2 of 2")
        terminal.send("q")
        terminal.line("40 + 2")
        terminal.wait_for("\n42")


def test_the_explorer_follows_keys_and_sizes(tmp_path: Path) -> None:
    """The cell moves, arguments change the shape and the code, a new size is drawn anew."""
    with at_lesson_five(tmp_path) as terminal:
        terminal.line(":explore y")
        terminal.wait_for("y[0,0,0] = 0.1683")
        terminal.send(RIGHT + DOWN)
        terminal.wait_for("y[0,1,1] = 0.1589")
        terminal.send("p")
        terminal.wait_for("nn.Conv1d(2, 3, 5, padding=1)")
        assert "(4, 2, 6) → (4, 3, 4)" in terminal.text
        terminal.send("r")
        terminal.wait_for(">>> conv1d = nn.Conv1d(2, 3, 5)\n")
        terminal.resize(60, 20)
        terminal.wait_for("sample 0/3 · filter 1/2 · position 1/1")
        assert all(len(line) <= 60 for line in terminal.text.splitlines())
        terminal.send("d")
        terminal.wait_for("No window fits")
        terminal.send("q")
        terminal.wait_for("The layer you made there:")
        terminal.line("40 + 2")
        terminal.wait_for("\n42")


def test_elsewhere_the_frames_are_printed(transcript: Transcript) -> None:
    """Into a pipe `:slide` prints frame below frame, and `:explore` says what to do instead."""
    shown = transcript(":slide y", ":explore y", lesson=5)
    assert "window 1 of 2" in shown
    assert "window 2 of 2" in shown
    assert ":explore needs a terminal" in shown
