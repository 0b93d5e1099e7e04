"""While a call is typed, its parameters are there to see."""

import pytest

from conv1d_tutor.shell.evaluator import LearnerEvaluator
from conv1d_tutor.shell.imports import find_torch
from conv1d_tutor.shell.inspection import call_signature, describe, open_call


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("nn.Conv1d(2, ", "nn.Conv1d"),
        ("f(g(1), ", "f"),
        ("f(g(", "g"),
        ("f(x[0, ", "f"),
        ("f('(', ", "f"),
        ("f('a(', ", "f"),
        ("f(1)", ""),
        ("(1, ", ""),
        ("", ""),
    ],
)
def test_the_innermost_open_call_is_found(before: str, name: str) -> None:
    """Closed brackets, subscripts and strings are passed over."""
    assert open_call(before) == name


def test_a_signature_is_shown_of_what_is_known() -> None:
    """A function's parameters; nothing for what is no function, not there, or raises."""

    class Trap:
        @property
        def sprung(self) -> None:
            raise SystemError

    def reach(x: int, step: int = 1) -> None: ...

    names: dict[str, object] = {"reach": reach, "trap": Trap(), "five": 5}
    assert call_signature("reach(", names) == "reach(x, step=1)"
    assert call_signature("five(", names) == ""
    assert call_signature("nothing(", names) == ""
    assert call_signature("trap.sprung(", names) == ""


def test_a_thing_is_described_by_its_own_words() -> None:
    """How it is called, its shape, and its documentation; what is cut of it is said to be cut."""
    evaluator = LearnerEvaluator(find_torch("numpy"))
    numbers = "\n".join(map(str, range(20)))
    evaluator.evaluate(
        "import torch\nx = torch.zeros(2, 3)\n"
        "def short(a, *b, c=1):\n    'One\x1b line.'\n"
        f"def long():\n    '''{numbers}'''"
    )
    assert describe("short", evaluator).plain == "short(a, *b, c=1)\nOne line."
    assert describe("x", evaluator).plain.startswith("x: Tensor   shape (2, 3)\n")
    lines = describe("long", evaluator).plain.splitlines()
    assert lines == ["long()", *map(str, range(12)), "…"]
    assert describe("torch.nope", evaluator).plain == "There is nothing called torch.nope here."
    assert describe("sum", evaluator).plain.startswith("sum(iterable, start=0)\n")


@pytest.mark.parametrize(("lines", "cut"), [(12, False), (13, True)])
def test_twelve_lines_of_documentation_are_whole(lines: int, cut: bool) -> None:
    """Three dots stand only where a line is left out."""
    evaluator = LearnerEvaluator(find_torch("numpy"))
    numbers = "\n".join(map(str, range(lines)))
    evaluator.evaluate(f"def long():\n    '''{numbers}'''")
    shown = describe("long", evaluator).plain.splitlines()
    assert shown == ["long()", *map(str, range(12)), *["…"] * cut]


def test_pytorchs_functions_say_how_they_are_called() -> None:
    """Each way to call one is shown; while it is typed, the longest."""
    evaluator = LearnerEvaluator(find_torch("numpy"))
    evaluator.evaluate("import torch\nx = torch.zeros(2, 3)")
    assert describe("torch.hypot", evaluator).plain == (
        "torch.hypot(input, other, *, out=None)\nReturn the length of (input, other)."
    )
    assert describe("x.max", evaluator).plain.splitlines()[:3] == [
        "x.max()",
        "x.max(other)",
        "x.max(dim, keepdim=False)",
    ]
    assert call_signature("x.max(", evaluator.names) == "x.max(dim, keepdim=False)"
    assert call_signature("torch.zeros(", evaluator.names).startswith("torch.zeros(size, *, ")
