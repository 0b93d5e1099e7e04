"""What the README shows is what the tutor shows."""

import linecache
import re
import traceback
from collections import defaultdict
from pathlib import Path
from unittest.mock import Mock

import pytest

from .conftest import Transcript

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(
    r"<!-- session(?:: lesson (?P<lesson>\d+) step (?P<step>\d+))? -->\n```text\n(?P<text>.*?)```",
    re.DOTALL,
)
BLOCKS = list(BLOCK.finditer(README.read_text(encoding="utf-8")))


def typed(text: str) -> list[str]:
    """Return the lines that a block shows behind prompts."""
    return [line[4:] for line in text.splitlines() if line.startswith(">>> ")]


def carets_under(line: str) -> str:
    """Return the line of carets that this Python's traceback puts under a call that fails.

    Python 3.11 and 3.12 put none where the call is the whole line, later ones do: "".
    """
    source = line.strip()
    failing = defaultdict(lambda: Mock(side_effect=ZeroDivisionError))
    try:
        exec(compile(source, "<readme>", "exec"), {}, failing)
    except ZeroDivisionError as error:
        linecache.cache["<readme>"] = (len(source), None, [source + "\n"], "<readme>")
        told = traceback.format_tb(error.__traceback__)[1].splitlines()
        return told[2] + "\n" if len(told) > 2 else ""
    finally:
        linecache.cache.pop("<readme>", None)
    raise AssertionError(f"{source} does not fail")


def as_this_python_tells_it(text: str) -> str:
    """Return a block of the README with the carets that this Python puts under failing calls."""
    frame = r"(?<=, in <module>\n)(    .*\n)(?! *[~^]+\n)"
    return re.sub(frame, lambda found: found[0] + carets_under(found[0]), text)


def test_the_readme_shows_sessions() -> None:
    """There are some to hold against the tutor."""
    assert len(BLOCKS) >= 4


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: typed(block["text"])[-1])
def test_a_session_of_the_readme_is_real(transcript: Transcript, block: re.Match[str]) -> None:
    """Typing its lines gives exactly the block, character by character."""
    lesson = None if block["lesson"] is None else int(block["lesson"])
    # Lines of a repeated `>>> ` that the tutor prints itself are answers, not input.
    lines = [line for line in typed(block["text"]) if not line.startswith("# ")]
    setup = [] if lesson else SETUP
    shown = transcript(*setup, *lines, lesson=lesson, step=int(block["step"] or 1) - 1)
    first = f">>> {lines[0]}\n"
    session = shown[shown.rindex("\n" + first) + 1 :] if setup or lesson else shown
    assert session.rstrip() == as_this_python_tells_it(block["text"]).rstrip()


SETUP = [
    "import torch",
    "from torch import nn",
    "generator = torch.manual_seed(1115395720)",
    "conv1d = nn.Conv1d(2, 3, 5)",
    "x = torch.rand(4, 2, 6)",
    "y = conv1d(x)",
]
