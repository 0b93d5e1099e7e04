"""No error of the engine's speaks of numpy, of arrays, or of functions of ours."""

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.core.numpy_errors import in_pytorchs_words

from .wrong_calls import OFFERED, leak_in, refusals

CALLS = 12
"""How often each operation is called with what does not fit."""


@pytest.mark.parametrize("name", OFFERED)
def test_no_wrong_call_is_answered_in_numpys_words(name: str) -> None:
    """Whatever an operation is given, what it raises is meant, and in words that PyTorch uses."""
    leaks = [
        f"{refusal.call}: {leak}" for refusal in refusals(name, CALLS) if (leak := leak_in(refusal))
    ]
    assert not leaks, "\n".join(leaks)


def test_the_hunt_calls_what_there_is() -> None:
    """Functions, methods, operators, layers, losses, optimizers; and most calls are refused."""
    assert {
        "torch.cat", "x.add_", "x.__getitem__", "torch.nn.Conv1d", "torch.nn.functional.conv1d",
        "torch.linalg.norm", "torch.nn.init.xavier_uniform_", "torch.optim.Adam",
    } <= OFFERED.keys()  # fmt: skip
    refused = [len(list(refusals(name, 10))) for name in ("torch.cat", "x.permute", "torch.gather")]
    assert min(refused) > 5


def _raised_by(code: str) -> Exception:
    """Return what some numpy code raises, as if it stood in an operation."""
    scope = {"np": __import__("numpy")}
    place = in_pytorchs_words.__code__.co_filename
    try:
        exec(compile(code, place, "exec"), scope)
    except Exception as error:
        return error
    raise AssertionError(f"nothing is raised by {code}")


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        (
            "np.ones((2, 3)) + np.ones(4)",
            RuntimeError,
            "The size of tensor a (3) must match the size of tensor b (4) at non-singleton "
            "dimension 1",
        ),
        (
            "np.ones(3).sum(axis=2)",
            IndexError,
            "Dimension out of range (expected to be in range of [-1, 0], but got 2)",
        ),
        ("np.ones(6).reshape(4, 2)", RuntimeError, "shape '[4, 2]' is invalid for input of size 6"),
        (
            "np.uint8(300)",
            RuntimeError,
            "value cannot be converted to type uint8_t without overflow",
        ),
        ("{}['a']", RuntimeError, "foo(): cannot be computed of (torch.int64 tensor of size [2])"),
        ("raise ValueError('as it is meant')", ValueError, "as it is meant"),
    ],
)
def test_numpys_sentences_become_pytorchs(code: str, kind: type[Exception], text: str) -> None:
    """Where PyTorch's text is known it is that; else one that names the call. What is meant stays.

    The first is numpy's own order of words.
    """
    told = in_pytorchs_words(_raised_by(code), "foo", [torch.tensor([1, 2])])
    assert (type(told), str(told)) == (kind, text)


def test_names_of_builtin_classes() -> None:
    """Python's errors name PyTorch's classes as PyTorch does, `__name__` is the name alone."""
    for value, called in (
        (torch.float32, "torch.dtype"),
        (torch.device("cpu"), "torch.device"),
        (torch.Generator(), "torch._C.Generator"),
        (torch.strided, "torch.layout"),
        (torch.Size([1]), "torch.Size"),
    ):
        with pytest.raises(TypeError, match=f"instances of '{called}' and 'int'"):
            _ = value < 1
        assert type(value).__name__ == called.rpartition(".")[2]
