"""While a call is typed, its parameters are there to see."""

import pytest

from conv1d_tutor.shell.inspection import call_signature, open_call


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("nn.Conv1d(2, ", "nn.Conv1d"),
        ("f(g(1), ", "f"),
        ("f(g(", "g"),
        ("f(x[0, ", "f"),
        ("f('(', ", "f"),
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
