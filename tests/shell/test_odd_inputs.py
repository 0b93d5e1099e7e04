"""Whatever is typed, at every kind of step, is answered, and never by a fault of ours."""

import json
import subprocess
import sys

import pytest

from .odd_sessions import PLACES


def faults(place: str, what: str) -> list[tuple[str, str]]:
    """Return the faults seen in a session of odd inputs, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.shell.odd_sessions", place, what],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.stdout.startswith("["), done.stderr[-2000:]
    found: list[tuple[str, str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("place", PLACES)
def test_every_odd_input_is_answered(place: str) -> None:
    """One after the other in one session, each upon what the others have left behind."""
    assert faults(place, "snippets") == []


@pytest.mark.parametrize("place", PLACES)
def test_every_look_at_an_odd_value_is_answered(place: str) -> None:
    """Values that raise or lie, each used in some of the ways that a learner has."""
    assert faults(place, "1") == []
