"""Lines about tensors, right and wrong, answered alike by PyTorch and by the bundled engine."""

import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor import engine  # noqa: E402

from .consoles import Console, same_answer  # noqa: E402
from .lines import ERRORS, SETUP, VALUES  # noqa: E402


@pytest.mark.parametrize("line", VALUES)
def test_values_and_their_text_agree(line: str) -> None:
    """A line that gives a value prints the same in both, to the last printed digit."""
    theirs = Console(torch, SETUP).type(line)
    ours = Console(engine, SETUP).type(line)
    assert same_answer(theirs, ours), f"\nPyTorch: {theirs}\nengine:  {ours}"


@pytest.mark.parametrize("line", ERRORS)
def test_errors_agree_in_type_and_text(line: str) -> None:
    """A line that PyTorch refuses is refused with the same type and the same text."""
    theirs = Console(torch, SETUP).type(line)
    ours = Console(engine, SETUP).type(line)
    assert "Error: " in theirs
    assert ours == theirs
