"""`breakpoint()` stops in the learner's line, and nowhere else."""

import os
import subprocess
import sys

import pytest


def session(*lines: str, home: object, **environment: str) -> str:
    """Return what is shown of lines that a pipe holds, and nothing on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "conv1d_tutor", "play"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        env={**os.environ, "CONV1D_TUTOR_HOME": str(home), **environment},
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


FUNCTION = ("def f(a):", "    breakpoint()", "    b = a + 1", "    return b", "")


@pytest.mark.parametrize("stop", ["breakpoint()", "import pdb; pdb.set_trace()"])
def test_it_stops_in_the_line_that_asks(tmp_path: object, stop: str) -> None:
    """What follows are the debugger's commands; `c` goes on with the session."""
    shown = session("x = 7", stop, "p x + 1", "w", "c", "6 * 7", home=tmp_path)
    assert f"> <input 2>(1)<module>()->None\n-> {stop}" in shown or (
        f"> <input 2>(1)<module>()\n-> {stop}" in shown  # Python 3.13 stops before the line's end
    )
    assert "(Pdb) 8\n" in shown
    assert "conv1d_tutor" not in shown
    assert shown.endswith("42\n")


def test_the_lines_of_a_function_are_gone_through(tmp_path: object) -> None:
    """Step by step, out of it, and to the next input."""
    shown = session(*FUNCTION, "f(3)", "n", "n", "p a, b", "c", "6 * 7", home=tmp_path)
    assert "-> b = a + 1" in shown
    assert "-> return b" in shown
    assert "(3, 4)" in shown
    assert shown.endswith("4\n42\n")


def test_stepping_does_not_lead_into_the_engine(tmp_path: object) -> None:
    """`s` goes on to the learner's next line."""
    lines = ("import torch", "def f():", "    breakpoint()", "    t = torch.zeros(2)", "    t", "")
    shown = session(*lines, "f()", "s", "s", "s", "c", "6 * 7", home=tmp_path)
    assert "conv1d_tutor" not in shown
    assert "-> t\n" in shown
    assert shown.endswith("42\n")


@pytest.mark.parametrize("leaving", ["q", "exit"])
def test_leaving_it_leaves_the_session(tmp_path: object, leaving: str) -> None:
    """The rest of the input is not run, and nothing is traced any more."""
    shown = session("breakpoint(); 'never'", leaving, "6 * 7", home=tmp_path)
    assert "\n'never'\n" not in shown
    assert "Traceback" not in shown
    assert shown.endswith("42\n")


def test_an_environment_may_ask_for_another(tmp_path: object) -> None:
    """As everywhere in Python; 0 is none."""
    assert session("breakpoint()", "6 * 7", home=tmp_path, PYTHONBREAKPOINT="0") == "42\n"
