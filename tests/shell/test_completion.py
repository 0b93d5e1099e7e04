"""Tab offers commands after a colon, and live names and attributes elsewhere."""

import types

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from conv1d_tutor.shell.completion import LearnerCompleter


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
