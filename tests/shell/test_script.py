"""Python from a pipe: what a console would echo, an exit status, and a hint of full width."""

import io
import subprocess
import sys

import pytest

from conv1d_tutor.shell.evaluator import LearnerEvaluator
from conv1d_tutor.shell.imports import find_torch
from conv1d_tutor.shell.readers import pipe_reader
from conv1d_tutor.shell.script import exit_status, run_source


def ran(source: str) -> tuple[int, list[str]]:
    """Return the exit status of a source, and the commands that stood in it."""
    commands: list[str] = []
    evaluator = LearnerEvaluator(find_torch("numpy"))
    return run_source(pipe_reader(io.StringIO(source)), evaluator, commands.append), commands


def test_an_error_ends_its_statement_only(capsys: pytest.CaptureFixture[str]) -> None:
    """What follows is run, the traceback is apart from what was echoed, the status is 1."""
    assert ran("1/0\n6 * 7\n") == (1, [])
    out, err = capsys.readouterr()
    assert out == "42\n"
    assert err.splitlines()[-1] == "ZeroDivisionError: division by zero"


def test_full_width_marks_are_shown_as_pythons(capsys: pytest.CaptureFixture[str]) -> None:
    """Only where they were what was wrong."""
    assert ran("print（1）\n")[0] == 1
    assert capsys.readouterr().err.splitlines()[-1] == "print(1)"
    ran("x = = 1\n")
    assert capsys.readouterr().err.splitlines()[-1] == "SyntaxError: invalid syntax"


def test_commands_are_no_python() -> None:
    """They go to whoever answers commands."""
    assert ran(":help\n：解释 y\n1\n") == (0, [":help", "：解释 y"])


@pytest.mark.parametrize(
    ("code", "status", "said"), [(None, 0, ""), (7, 7, ""), ("no", 1, "no\n"), (True, 1, "")]
)
def test_the_status_is_the_one_that_python_gives(
    capsys: pytest.CaptureFixture[str], code: object, status: int, said: str
) -> None:
    """A text goes to standard error."""
    assert exit_status(SystemExit(code)) == status
    assert capsys.readouterr() == ("", said)


def test_an_exit_ends_the_source(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing after it is run."""
    assert ran("import sys\nsys.exit(3)\n'after'\n")[0] == 3
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("class E(SystemExit):\n    code = property(lambda s: 1 / 0)\n\nraise E", 1),
        ("raise SystemExit(type('C', (), {'__str__': lambda s: 1 / 0})())", 1),
        ("raise type('E', (Exception,), {'__str__': lambda s: exit(3)})()\n1 + 1", 1),
        (
            "class A(float):\n    def __float__(self): 1 / 0\n\na = A(2)\n:explain a\n1 + 1",
            0,
        ),
    ],
)
def test_a_script_ends_by_its_own_word(source: str, status: int) -> None:
    """Whatever a learner's exception or value does when it is looked at."""
    command = [sys.executable, "-m", "conv1d_tutor", "play"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert "conv1d_tutor/" not in done.stderr + done.stdout
    if "1 + 1" in source:
        assert done.stdout.endswith("2\n")
