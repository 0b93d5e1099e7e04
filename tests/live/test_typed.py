"""Lines that a curious learner types, answered alike by PyTorch and by the bundled engine.

typed.txt has a line each; ` ;; ` stands between what is typed one after another.
"""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor import engine  # noqa: E402

from .consoles import Console, same_answer  # noqa: E402
from .lines import SETUP  # noqa: E402

TYPED = Path(__file__).with_name("typed.txt").read_text(encoding="utf-8").splitlines()
IMPORTS = "import copy, math, operator, pickle\n"


@pytest.mark.parametrize("line", TYPED)
def test_the_last_answer_is_the_same(line: str) -> None:
    """What is typed gives the same value or the same error in both."""
    answers = []
    for face in (torch, engine):
        console = Console(face, SETUP + IMPORTS)
        default = face.get_default_dtype()
        try:
            answers.append([console.type(part) for part in line.split(" ;; ")][-1])
        finally:
            face.set_default_dtype(default)
            face.set_grad_enabled(True)
    assert same_answer(*answers), f"\nPyTorch: {answers[0]}\nengine:  {answers[1]}"
