"""What both libraries answer to single lines about layers: reprs, shapes, warnings and errors."""

import re
import warnings
from pathlib import Path

import pytest

from conv1d_tutor import engine
from conv1d_tutor.engine import optim as engine_optim

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

# One expression a line, over the names of `names_of`.
LINES = [
    line
    for file in ("lines_of_conv1d.txt", "lines_of_nn.txt")
    for line in Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines()
]

# A set's order varies from run to run, and the place in PyTorch's source is not ours.
_SET = re.compile(r"\{'[^}]*\}")
_TRIGGERED = re.compile(r" \(Triggered internally.*", re.DOTALL)


def names_of(face, optim):
    """Return the names that the lines use, with the same numbers in both libraries."""
    face.manual_seed(0)
    return {
        "torch": face,
        "nn": face.nn,
        "F": face.nn.functional,
        "optim": optim,
        "x": face.rand(4, 2, 6),
        "a": face.rand(4, 3),
        "y3": face.tensor([0, 1, 2, 0]),
        "w": face.rand(3, 2, 5),
        "b": face.rand(3),
        "wt": face.rand(2, 3, 5),
    }


def answer(line, names):
    """Return what a line comes to: shape and dtype, repr or error; and warnings."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            value = eval(line, names)
            if hasattr(value, "detach"):
                told = f"tensor {tuple(value.shape)} {value.dtype}"
            else:
                told = repr(value)
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
    texts = [_TRIGGERED.sub("", str(each.message)) for each in given]
    # PyTorch gives this one once in a process, whichever test comes first.
    texts = [text for text in texts if "may require a zero-padded copy" not in text]
    return _SET.sub("{…}", told), texts


@pytest.mark.parametrize("line", LINES)
def test_a_line(line):
    """Both answer alike: error types and texts to the letter."""
    theirs = answer(line, names_of(torch, torch.optim))
    assert answer(line, names_of(engine, engine_optim)) == theirs
