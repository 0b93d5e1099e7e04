"""Lines that a curious learner types are answered as PyTorch answered them."""

import pytest

from conv1d_tutor import engine

from .consoles import TRANSCRIPTS, read_transcript, same_answer

EXACT = {"core", "modules", "random", "saving", "data", "schedules", "errors", "conv1d", "layers"}
"""Transcripts whose answers are PyTorch's to the letter."""


LINES = [(name, *each) for name in TRANSCRIPTS for each in read_transcript(name).items()]


@pytest.mark.parametrize(("name", "line", "theirs"), LINES, ids=[line for _, line, _ in LINES])
def test_a_line_is_answered_as_pytorch_answered_it(name: str, line: str, theirs: str) -> None:
    """The same value to the last printed digit, or the same error in the same words."""
    ours = TRANSCRIPTS[name](engine, line)
    same = ours == theirs if name in EXACT else same_answer(theirs, ours)
    assert same, f"\n>>> {line}\nPyTorch: {theirs}\nengine:  {ours}"


def test_errors_are_errors() -> None:
    """What stands among the errors was refused."""
    assert all("Error: " in theirs for theirs in read_transcript("errors").values())
