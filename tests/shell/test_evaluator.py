"""The learner's code runs as in Python's console, and nothing it does ends the shell."""

import builtins
import io
import linecache
import sys
import types
import warnings

import pytest

from conv1d_tutor.shell.evaluator import LearnerEvaluator
from conv1d_tutor.shell.tracebacks import learner_traceback


@pytest.fixture
def evaluator() -> LearnerEvaluator:
    """An evaluator whose `torch` is a small module of our own."""
    face = types.ModuleType("face")
    face.nn = types.ModuleType("face.nn")  # type: ignore[attr-defined]
    face.nn.functional = types.ModuleType("face.nn.functional")  # type: ignore[attr-defined]
    face.nn.Conv1d = int  # type: ignore[attr-defined]
    face.seed = 7  # type: ignore[attr-defined]
    face.drawn = 0  # type: ignore[attr-defined]
    face.get_rng_state = lambda: face.drawn  # type: ignore[attr-defined]
    face.set_rng_state = lambda state: setattr(face, "drawn", state)  # type: ignore[attr-defined]
    return LearnerEvaluator(face)


@pytest.mark.parametrize(
    ("source", "echoed"),
    [
        ("1 + 1", "2\n"),
        ("None", ""),
        ("x = 3\nx", "3\n"),
        ("1; 2", "1\n2\n"),
        ("for i in range(2): i", "0\n1\n"),
        ("print('a'); 'b'", "a\n'b'\n"),
    ],
)
def test_values_are_echoed_as_pythons_console_does(
    evaluator: LearnerEvaluator, capsys: pytest.CaptureFixture[str], source: str, echoed: str
) -> None:
    """Every expression statement's value is shown by its repr, None is not."""
    evaluator.evaluate(source)
    assert capsys.readouterr().out == echoed


def test_an_outcome_says_all_that_came_of_an_input(evaluator: LearnerEvaluator) -> None:
    """The last expression's value, what was printed, and the names bound in their order."""
    outcome = evaluator.evaluate(
        "b = 1\nimport math as m\nfor a in (1, 2): pass\nprint('p')\nb + 4"
    )
    assert (outcome.value, outcome.has_value, outcome.error) == (5, True, None)
    assert outcome.printed == "p\n"
    assert outcome.names == ("b", "m", "a")


def test_underscore_is_the_last_value_shown(
    evaluator: LearnerEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`_` holds the last echoed value, as in Python's console, and does not leak out."""
    monkeypatch.setattr(builtins, "_", "ours", raising=False)
    evaluator.evaluate("41")
    assert evaluator.evaluate("_ + 1").value == 42
    assert builtins._ == "ours"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ntorch.seed",
        "from torch import seed\nseed",
        "import torch.nn as nn\nimport torch\ntorch.seed",
        "import torch.nn.functional as F\nfrom torch import nn\nassert nn.functional is F\n7",
        "import importlib, torch\ntorch.seed",
    ],
)
def test_torch_is_the_face_and_sys_modules_is_left_alone(
    evaluator: LearnerEvaluator, source: str
) -> None:
    """Every way to import `torch` finds the module given, and only in the learner's namespace."""
    before = sys.modules.get("torch")
    assert evaluator.evaluate(source).value == 7
    assert sys.modules.get("torch") is before


@pytest.mark.parametrize(
    ("source", "kind", "text"),
    [
        ("import torch.nope", ModuleNotFoundError, "No module named 'torch.nope'"),
        ("import torch.seed", ModuleNotFoundError, "No module named 'torch.seed'"),
        ("from torch import nope", ImportError, "cannot import name 'nope' from 'torch'"),
        ("1/0", ZeroDivisionError, "division by zero"),
        ("x = = 1", SyntaxError, "invalid syntax"),
        ("exit()", SystemExit, ""),
        ("raise KeyboardInterrupt", KeyboardInterrupt, ""),
        ("def f(): return f()\nf()", RecursionError, "maximum recursion depth exceeded"),
        ("a\0b", (SyntaxError, ValueError), "null byte"),
        ("-" * 100_000 + "1", (RecursionError, MemoryError), ""),
        ("class E(BaseException): pass\nraise E('own')", BaseException, "own"),
    ],
)
def test_whatever_is_raised_comes_back_as_the_outcome(
    evaluator: LearnerEvaluator,
    source: str,
    kind: type[BaseException] | tuple[type[BaseException], ...],
    text: str,
) -> None:
    """Nothing escapes from the learner's code, whatever it is."""
    outcome = evaluator.evaluate(source)
    assert isinstance(outcome.error, kind)
    assert text in str(outcome.error)
    assert not outcome.has_value
    assert evaluator.evaluate("1").value == 1


# Since Python 3.13 a call that fails is underlined even where it is the whole line.
UNDERLINED_CALL = ["    ~~~~^^^"] if sys.version_info >= (3, 13) else []


def test_a_traceback_shows_the_learners_frames_only(evaluator: LearnerEvaluator) -> None:
    """Source lines with carets of the learner's own code, nothing of the tutor's."""
    evaluator.evaluate("def half(n):\n    return n / 0")
    outcome = evaluator.evaluate("half(3)")
    assert outcome.error is not None
    assert learner_traceback(outcome.error).splitlines() == [
        "Traceback (most recent call last):",
        '  File "<input 2>", line 1, in <module>',
        "    half(3)",
        *UNDERLINED_CALL,
        '  File "<input 1>", line 2, in half',
        "    return n / 0",
        "           ~~^~~",
        "ZeroDivisionError: division by zero",
    ]


def test_a_deep_recursion_is_told_briefly(evaluator: LearnerEvaluator) -> None:
    """Only the ends of a thousand frames are shown."""
    evaluator.evaluate("def f(n):\n    return f(n + 1)")
    outcome = evaluator.evaluate("f(0)")
    assert outcome.error is not None
    text = learner_traceback(outcome.error)
    assert len(text.splitlines()) < 20
    assert text.splitlines()[-1].startswith("RecursionError: ")
    # How often a line is repeated is Python's own count of it, not that of a part we kept.
    assert int(text.partition("Previous line repeated ")[2].partition(" ")[0]) > 500


def test_a_recursion_of_two_is_cut_and_says_so(evaluator: LearnerEvaluator) -> None:
    """Frames that take turns cannot be told as repeats; the middle is counted instead."""
    evaluator.evaluate("def f(n):\n    return g(n)\ndef g(n):\n    return f(n)")
    outcome = evaluator.evaluate("f(0)")
    assert outcome.error is not None
    lines = learner_traceback(outcome.error).splitlines()
    assert len(lines) == 25
    assert "lines left out" in lines[12]


def test_quiet_shows_nothing_but_knows_everything(
    evaluator: LearnerEvaluator, capsys: pytest.CaptureFixture[str]
) -> None:
    """A quiet evaluator runs and remembers without writing."""
    evaluator.quiet = True
    outcome = evaluator.evaluate("print('secret')\n5")
    assert (outcome.value, outcome.printed) == (5, "secret\n")
    assert capsys.readouterr().out == ""


def test_a_warning_is_its_text_alone(
    evaluator: LearnerEvaluator, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it was raised is a file that is not the learner's; a quiet evaluator hides it."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        evaluator.evaluate("import warnings\nwarnings.warn('mind the gap')")
        assert capsys.readouterr().err == "UserWarning: mind the gap\n"
        evaluator.quiet = True
        evaluator.evaluate("warnings.warn('again')")
    assert capsys.readouterr().err == ""


def test_a_look_leaves_no_trace(
    evaluator: LearnerEvaluator, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unseen: no echo, and names, the last value and the random state are as before."""
    evaluator.evaluate("import torch\nx = 1\n41")
    capsys.readouterr()
    outcome = evaluator.peek("x = 5; new = 6; del torch.nn; torch.drawn = 9; print('p'); x + new")
    assert (outcome.value, outcome.printed) == (11, "p\n")
    assert capsys.readouterr().out == ""
    assert evaluator.names["x"] == 1
    assert "new" not in evaluator.names
    assert evaluator.builtins["_"] == 41
    assert evaluator.torch.get_rng_state() == 0
    assert evaluator.evaluate("x").printed == ""
    assert capsys.readouterr().out == "1\n"


def test_a_look_that_fails_leaves_no_trace_either(evaluator: LearnerEvaluator) -> None:
    """Its error comes back, and there is no last value where there was none."""
    outcome = evaluator.peek("y = 3\n5\n1 / 0")
    assert isinstance(outcome.error, ZeroDivisionError)
    assert "y" not in evaluator.names
    assert "_" not in evaluator.builtins


def test_a_value_that_cannot_be_shown_is_not_kept(evaluator: LearnerEvaluator) -> None:
    """Where `repr` fails that is the input's error, and `_` is None, as in Python's console."""
    evaluator.evaluate("class Shy:\n    def __repr__(self): raise ValueError('shy')\n41")
    assert isinstance(evaluator.evaluate("Shy()").error, ValueError)
    assert evaluator.evaluate("_ is None").value is True


def test_what_an_error_left_bound_is_in_the_outcome(evaluator: LearnerEvaluator) -> None:
    """Names of the statements that did run are there; the others are not."""
    outcome = evaluator.evaluate("a = 1\nb = 1 / 0\nc = 3")
    assert (outcome.bound, outcome.value, outcome.has_value) == ({"a": 1}, None, False)


def test_a_syntax_error_is_in_the_input_that_has_it(evaluator: LearnerEvaluator) -> None:
    """The file named is the input's own, for an error of the parser and one of the compiler."""
    evaluator.evaluate("1")
    for number, source in ((2, "x = = 1"), (3, "return 3")):
        error = evaluator.evaluate(source).error
        assert isinstance(error, SyntaxError)
        assert error.filename == f"<input {number}>"


def test_what_output_cannot_show_is_escaped(
    evaluator: LearnerEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal that has no Chinese shows escapes, and the session goes on."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="\n")
    monkeypatch.setattr(sys, "stdout", out)
    assert evaluator.evaluate("print('层')\n'é'").printed == "层\n"
    out.seek(0)
    assert out.read() == "\\u5c42\n'\\xe9'\n"


def test_a_class_of_the_learners_is_pickled_and_found_again(evaluator: LearnerEvaluator) -> None:
    """Pickle looks for it in `__main__`, which is the learner's namespace while their code runs."""
    before = sys.modules["__main__"]
    for line in ("class Own:\n    number = 3", "import pickle", "kept = pickle.dumps(Own())"):
        assert evaluator.evaluate(line).error is None
    found = evaluator.evaluate("pickle.loads(kept).number, type(pickle.loads(kept)) is Own")
    assert found.value == (3, True)
    assert sys.modules["__main__"] is before


def test_what_is_remembered_of_inputs_is_bounded(evaluator: LearnerEvaluator) -> None:
    """Of the last inputs a traceback shows the lines; of old ones none, never another's."""
    evaluator.quiet = True
    evaluator.evaluate("def old(): return 1 / 0")
    for number in range(1000):
        evaluator.evaluate(f"def late(): return {number} / 0")
    kept = [name for name in linecache.cache if name.startswith("<input ")]
    assert len(kept) <= 600  # those of other tests may be among them
    late, old = evaluator.evaluate("late()").error, evaluator.evaluate("old()").error
    assert late is not None
    assert "999 / 0" in learner_traceback(late)
    assert old is not None
    assert "in old" in learner_traceback(old)
    assert "/ 0" not in learner_traceback(old)


def test_long_inputs_are_not_all_remembered(evaluator: LearnerEvaluator) -> None:
    """It is the characters that fill memory, not the count."""
    evaluator.quiet = True
    for _ in range(9):
        evaluator.evaluate("'" + "x" * 500_000 + "'")
    total = sum(
        sum(map(len, entry[2]))
        for name, entry in linecache.cache.items()
        if name.startswith("<input ") and len(entry) > 2
    )
    assert total < 3_000_000


def test_inputs_of_a_second_namespace_are_numbered_on(evaluator: LearnerEvaluator) -> None:
    """A function of the first shows its own line, though the second has typed since."""
    evaluator.evaluate("def first(): return 1 / 0")
    second = LearnerEvaluator(evaluator.torch, evaluator.names, after=evaluator)
    second.evaluate("'something else'")
    error = second.evaluate("first()").error
    assert error is not None
    assert "return 1 / 0" in learner_traceback(error)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise type('E', (Exception,), {'__str__': lambda s: 1 / 0})", "E"),
        ("raise type('E', (Exception,), {'__str__': lambda s: exit(3)})", "E"),
        ("raise type('E', (Exception,), {'__class__': property(lambda s: exit(3))})", "E"),
        ("raise type('E', (BaseException,), {'__getattribute__': lambda s, n: exit(3)})", "E"),
        ("raise SyntaxError('x', ('f', 'a', 'b', 3))", "SyntaxError"),
        ("e = ValueError(1); e.__cause__ = e; raise e", "ValueError: 1"),
        ("raise ValueError('long ' * 100_000)", "ValueError: long"),
    ],
)
def test_an_error_that_cannot_tell_of_itself_is_named(
    evaluator: LearnerEvaluator, source: str, told: str
) -> None:
    """Its class is said, and its text where that can be had; never more than can be read."""
    error = evaluator.evaluate(source).error
    assert error is not None
    text = learner_traceback(error)
    assert text.splitlines()[-1].startswith(told)
    assert len(text) < 25_000
