"""Tab offers commands after a colon, and live names and attributes elsewhere."""

import types

import pytest
from prompt_toolkit.completion import CompleteEvent, Completion
from prompt_toolkit.document import Document

import conv1d_tutor.engine as torch
from conv1d_tutor.shell.completion import LearnerCompleter
from tests.explain.article import article


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        (":ex", [":explain", ":explore"]),
        ("：exp", ["：explain", "：explore"]),
        (":z", [":zoom"]),
        (":explain lay", [":explain layer"]),
        ("2 * lay", ["2 * layer"]),
        ("layer.wei", ["layer.weight"]),
        ("f(1,\nlayer.wei", ["f(1,\nlayer.weight"]),
        ("nothing", []),
        ("1.", []),
    ],
)
def test_what_stands_before_the_cursor_is_completed(typed: str, completed: list[str]) -> None:
    """The word is replaced, what stands before it is not."""
    names = {"layer": types.SimpleNamespace(weight=1, bias=2)}
    completer = LearnerCompleter(lambda: names, ["explain", "explore", "zoom"])
    document = Document(typed)
    found = list(completer.get_completions(document, CompleteEvent()))
    assert [typed[: len(typed) + one.start_position] + one.text for one in found] == completed


NAMES = article(torch)
WANTED = [
    ("x.", "shape", "permute"),
    ("y.", "shape", "grad"),
    ("conv1d.weight.", "shape", "requires_grad"),
    ("conv1d.", "weight", "kernel_size"),
    ("torch.", "tensor", "manual_seed"),
    ("nn.", "Conv1d", "Linear"),
    ("torch.nn.", "Conv1d", "Sequential"),
    ("F.", "conv1d", "pad"),
    ("np.", "array", "convolve"),
    ("net.", "first", "parameters"),
]


def offered(typed: str) -> list[Completion]:
    """Return what is offered after the article's names and a net of two layers."""
    names = dict(NAMES)
    exec(
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.first = nn.Conv1d(2, 3, 5)\n"
        "net = Net()",
        names,
    )
    completer = LearnerCompleter(lambda: names, [])
    return list(completer.get_completions(Document(typed), CompleteEvent()))


@pytest.mark.parametrize(("typed", "first", "other"), WANTED)
def test_what_a_learner_of_conv1d_wants_comes_first(typed: str, first: str, other: str) -> None:
    """Some fifteen names, in the order in which they come up; then all the others, once each."""
    found = offered(typed)
    names = [one.display_text for one in found]
    wanted = [one.display_text for one in found if one.style]
    assert wanted == names[: len(wanted)]
    assert names[0] == first
    assert other in wanted
    assert 9 <= len(wanted) <= 24
    assert len(set(names)) == len(names) > len(wanted)


def test_of_things_of_the_learners_own_nothing_is_wanted_first() -> None:
    """And an attribute that raises is not the tutor's stumble."""

    class Odd:
        @property
        def part(self) -> object:
            raise RuntimeError

    names: dict[str, object] = {"odd": Odd(), "text": "", "number": 3}
    completer = LearnerCompleter(lambda: names, [])
    for typed in ("odd.part.", "text.", "number.", "nowhere.", "."):
        found = list(completer.get_completions(Document(typed), CompleteEvent()))
        assert not any(one.style for one in found)
