"""What an input breaks around itself is there again before anything else runs."""

import ast
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from conv1d_tutor.shell.evaluator import LearnerEvaluator
from conv1d_tutor.shell.imports import find_torch
from conv1d_tutor.shell.surroundings import lent, listed


@pytest.fixture
def evaluator() -> LearnerEvaluator:
    """An evaluator around the bundled engine."""
    return LearnerEvaluator(find_torch("numpy"))


@pytest.mark.parametrize(
    ("source", "put_back", "holds"),
    [
        ("import builtins; builtins.len = None", "builtins.len", lambda: len("ab") == 2),
        ("import builtins; del builtins.print", "builtins.print", lambda: callable(print)),
        ("import builtins; builtins.__import__ = None", "builtins.__import__", lambda: True),
        ("import sys; sys.modules.pop('numpy')", "sys.modules['numpy']", lambda: True),
        ("import sys; sys.modules['os'] = None", "sys.modules['os']", lambda: True),
        ("import sys; sys.modules = {}", "sys.modules", lambda: "os" in sys.modules),
        ("import sys; sys.meta_path.clear()", "sys.meta_path", lambda: len(sys.meta_path) > 1),
        ("import sys; sys.path = None", "sys.path", lambda: isinstance(sys.path, list)),
        ("import sys; sys.flags = None", "sys.flags", lambda: sys.flags.optimize >= 0),
        ("import ast; ast.parse = None", "ast.parse", lambda: callable(ast.parse)),
        ("import re; del re.compile", "re.compile", lambda: True),
        ("import torch; torch.get_rng_state = None", "torch.get_rng_state", lambda: True),
        ("import sys; sys.setrecursionlimit(90)", "sys.setrecursionlimit", lambda: True),
    ],
)
def test_what_was_broken_is_put_back_and_told(
    evaluator: LearnerEvaluator, source: str, put_back: str, holds: Callable[[], bool]
) -> None:
    """Each by the name that the learner has for it; the next input is told of nothing."""
    evaluator.evaluate("import numpy, torch; torch.zeros(1)")
    assert evaluator.evaluate(source).error is None
    assert put_back in evaluator.put_back
    assert holds()
    assert evaluator.evaluate("len(str(torch.zeros(2)))").value == 16
    assert evaluator.put_back == []


def test_what_is_the_learners_business_stays(evaluator: LearnerEvaluator) -> None:
    """A module unloaded to be loaded anew, a function replaced by another, more recursion."""
    before = sys.getrecursionlimit(), list(sys.path)
    try:
        evaluator.evaluate(
            "import sys, time; slept = []; old = time.sleep; time.sleep = slept.append\n"
            f"sys.setrecursionlimit({before[0] + 10}); sys.path.append('here')"
        )
        assert evaluator.put_back == []
        assert evaluator.evaluate("time.sleep(3); slept").value == [3]
        assert sys.getrecursionlimit() == before[0] + 10
        assert sys.path[-1] == "here"
    finally:
        evaluator.evaluate("time.sleep = old")
        sys.setrecursionlimit(before[0])
        sys.path[:] = before[1]


def test_a_signal_ignored_is_heard_again(evaluator: LearnerEvaluator) -> None:
    """Else Ctrl-C would be lost for good."""
    before = signal.getsignal(signal.SIGINT)
    evaluator.evaluate("import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)")
    assert signal.getsignal(signal.SIGINT) is before


def test_a_trace_ends_with_its_input(evaluator: LearnerEvaluator) -> None:
    """A debugger that was begun does not go on in the tutor's own code."""
    before = sys.gettrace()
    evaluator.evaluate("import sys; sys.settrace(lambda *a: None)")
    assert sys.gettrace() is before


@pytest.mark.parametrize("spoil", ["__builtins__ = 3", "globals().clear()", "del __builtins__"])
def test_the_namespace_is_a_consoles_again(evaluator: LearnerEvaluator, spoil: str) -> None:
    """With the built-in names, and with `torch` for PyTorch."""
    evaluator.evaluate(spoil)
    assert evaluator.evaluate("import torch; torch is not None and __name__").value == "__main__"
    assert evaluator.names["torch"] is evaluator.torch


def test_a_lent_stream_closes_for_who_has_it() -> None:
    """As `exit` from site closes `sys.stdin`; whose it is reads on."""
    with open(os.devnull, encoding="utf-8") as stream:
        mine = lent(stream)
        assert lent(mine) is mine
        mine.close()
        assert mine.closed
        with pytest.raises(ValueError, match="closed file"):
            mine.readline()
        assert stream.readline() == ""
    assert lent(None) is None


def test_few_names_are_listed() -> None:
    """`sys.modules.clear()` breaks hundreds."""
    assert listed(["a"]) == "a"
    assert listed("abcde") == "a, b, c, …"


CLOSING = (
    "exit(5)",
    "quit('bye')",
    "sys.stdin.close()",
    "sys.stdout.close()",
    "sys.stderr.close()",
    "sys.__stdout__.close()",
    "sys.__stderr__.close()",
    "os.close(1)",
    "os.close(2)",
    "os.dup2(os.open(os.devnull, os.O_WRONLY), 1)",
    "sys.stdout = None",
    "sys.stdout = sys.stdin = sys.stderr = 3",
    "del sys.stdout",
    "sys.modules.clear()",
    "builtins.__dict__.clear()",
)


def test_a_session_outlives_closed_streams(tmp_path: object) -> None:
    """Read from a pipe to its end, with status 0; each input is answered on standard output."""
    inputs = ["import sys, os, builtins"]
    for number, closing in enumerate(CLOSING):
        inputs += [closing, f"{number} + 1000"]
    done = subprocess.run(
        [sys.executable, "-m", "conv1d_tutor", "learn", "1", "--plain"],
        input="\n".join(inputs) + "\n",
        capture_output=True,
        text=True,
        env={**os.environ, "CONV1D_TUTOR_HOME": str(tmp_path)},
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    missing = [
        closing
        for number, closing in enumerate(CLOSING)
        if f"\n{number + 1000}\n" not in done.stdout
    ]
    assert missing == []
    assert "Traceback" not in done.stdout + done.stderr
    assert "stumbled" not in done.stdout
