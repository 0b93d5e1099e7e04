"""Lines that a curious learner types are answered as PyTorch answered them."""

import sys

import pytest

from conv1d_tutor import engine

from .consoles import TRANSCRIPTS, read_transcript, same_answer

EXACT = {"core", "modules", "random", "saving", "data", "schedules", "errors", "conv1d", "layers"}
"""Transcripts whose answers are PyTorch's to the letter."""


OF_PYTHON = {
    "OrderedDict(": (3, 12),
    "for Unpickler()": (3, 12),
    "modulo by zero": (3, 14),
    "Can't get attribute": (3, 14),
}
"""What Python itself writes otherwise from a version on; the answers were given on 3.11."""

LINES = [(name, *each) for name in TRANSCRIPTS for each in read_transcript(name).items()]


@pytest.mark.parametrize(("name", "line", "theirs"), LINES, ids=[line for _, line, _ in LINES])
def test_a_line_is_answered_as_pytorch_answered_it(name: str, line: str, theirs: str) -> None:
    """The same value to the last printed digit, or the same error in the same words."""
    if any(words in theirs and sys.version_info >= since for words, since in OF_PYTHON.items()):
        pytest.skip("this Python has other words of its own for it")
    ours = TRANSCRIPTS[name](engine, line)
    same = ours == theirs if name in EXACT else same_answer(theirs, ours)
    assert same, f"\n>>> {line}\nPyTorch: {theirs}\nengine:  {ours}"


def test_errors_are_errors() -> None:
    """What stands among the errors was refused."""
    assert all("Error: " in theirs for theirs in read_transcript("errors").values())
