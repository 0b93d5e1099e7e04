"""Random programs, typed line by line into both, echo the same lines."""

import contextlib
import io

import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor import engine  # noqa: E402
from tests.engine.consoles import Console, same_answer  # noqa: E402

from .programs import program  # noqa: E402


def _echoed(console: Console, line: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        answer = console.type(line)
    return printed.getvalue() + answer


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("block", range(20))
def test_twenty_programs_echo_alike(block: int) -> None:
    """Every line of every program is answered alike, whatever the lines before it did."""
    for seed in range(block * 20, block * 20 + 20):
        theirs, ours = Console(torch), Console(engine)
        lines = program(seed)
        for number, line in enumerate(lines):
            expected, answered = _echoed(theirs, line), _echoed(ours, line)
            so_far = "\n".join(lines[: number + 1])
            assert same_answer(expected, answered), (
                f"seed {seed}\n{so_far}\nPyTorch: {expected}\nengine:  {answered}"
            )
