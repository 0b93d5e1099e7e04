"""What the README shows is what the tutor shows."""

import re
from pathlib import Path

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
    assert session.rstrip() + "\n" == block["text"].rstrip() + "\n"


SETUP = [
    "import torch",
    "from torch import nn",
    "generator = torch.manual_seed(1115395720)",
    "conv1d = nn.Conv1d(2, 3, 5)",
    "x = torch.rand(4, 2, 6)",
    "y = conv1d(x)",
]
