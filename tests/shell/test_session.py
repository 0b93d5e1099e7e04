"""The loop: whatever is typed gets an answer, and nothing ends it but the learner."""

import contextlib
import io
import statistics
import time
from collections.abc import Callable

import pytest

from conv1d_tutor.course.store import Store
from conv1d_tutor.errors import TutorError
from conv1d_tutor.settings import Settings
from conv1d_tutor.shell.evaluator import LearnerEvaluator
from conv1d_tutor.shell.explainer import Explainer
from conv1d_tutor.shell.imports import find_torch
from conv1d_tutor.shell.screen import Screen
from conv1d_tutor.shell.session import Session
from conv1d_tutor.shell.sessions import learn_lessons, play_freely
from conv1d_tutor.view import Look

from .conftest import Transcript

ARTICLE = (
    "import torch",
    "from torch import nn",
    "g = torch.manual_seed(1115395720)",
    "conv1d = nn.Conv1d(2, 3, 5)",
    "x = torch.rand(4, 2, 6)",
    "y = conv1d(x)",
)


def test_an_output_element_explains_itself(transcript: Transcript) -> None:
    """The value is echoed first, then its sums, the bias and the line to type by hand."""
    shown = transcript(*ARTICLE, "y[0,0,0]")
    assert "tensor(0.1683, grad_fn=<SelectBackward0>)" in shown
    for part in ("0.1368", "0.1979", "-0.1664", "0.3347", "x[0,1,0:5] @ conv1d.weight[0,1]"):
        assert part in shown


def test_other_values_are_only_echoed(transcript: Transcript) -> None:
    """What is no output element is not explained unasked."""
    shown = transcript(*ARTICLE, "x[0,0,0]", "1 + 1", "y.shape")
    assert shown.splitlines()[-3:] == [">>> y.shape", "torch.Size([4, 3, 2])", ""] or (
        shown.splitlines()[-2:] == [">>> y.shape", "torch.Size([4, 3, 2])"]
    )


@pytest.mark.parametrize("words", ["exit", "exit()", "quit", "quit()", ":quit", "：quit", ":q"])
def test_a_wish_to_leave_is_granted(transcript: Transcript, words: str) -> None:
    """However it is said; what comes after is not run."""
    assert "never" not in transcript(words, "'never' + ' seen'").replace("'never' +", "")


def test_a_name_of_the_learners_own_is_no_wish_to_leave(transcript: Transcript) -> None:
    """Who binds `exit` means the value."""
    assert "\n7" in transcript("exit = 7", "exit")


@pytest.mark.parametrize("words", ["help", "help()", "?", "？", ":help", "：help"])
def test_a_wish_for_help_lists_the_commands(transcript: Transcript, words: str) -> None:
    """Bare words, a question mark and the full-width forms all do."""
    assert ":explain" in transcript(words)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (":hnit", "Did you mean :hint?"),
        (":xyzzy", ":help lists them all"),
        (":", ":help lists them all"),
        (":list 99", "There is no lesson 99. Lessons are 1 to 5"),
        (":list craete", "Did you mean create?"),
        (":lang klingon", ":lang takes one of: en"),
        (":zoom 9", "not 9"),
        (":explain", ":explain takes an expression"),
        (":explain nope", "NameError: name 'nope' is not defined"),
        (":save y.svg", "Nothing has been drawn yet"),
        ("nope?", "There is nothing called nope here."),
        ("import sys; sys.exit(3)", "Your code asked Python to exit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("exit(5)", "Your code asked Python to exit"),
        (
            "import builtins; builtins.len = None",
            "Put back, because the tutor needs it too: builti",
        ),
        ("globals()[3] = 4", ""),
        ("-" * 100_000 + "1", "Error"),
        ("+".join(["1"] * 20_000), ""),
        ("x = = 1", "SyntaxError: invalid syntax"),
        ("print（1）", ">>> print(1)"),
        ("raise BaseException('odd')", "BaseException: odd"),
        ("'\\ud800'", "ud800"),
        ("def f(): return f()\n\nf()", "RecursionError"),
    ],
)
def test_bad_input_is_answered_and_the_session_goes_on(
    transcript: Transcript, typed: str, answer: str
) -> None:
    """Each gets a clear message, and the next input is answered as if nothing had been."""
    shown = transcript(typed, "6 * 7", lesson=1)
    assert answer in " ".join(shown.split())
    assert "\n42" in shown
    assert "stumbled" not in shown


@pytest.mark.parametrize("ending", ["SystemExit", "GeneratorExit", "BaseException", "ValueError"])
@pytest.mark.parametrize("look", ["__getattr__", "__getattribute__", "__eq__", "__class__"])
def test_a_value_that_raises_when_it_is_looked_at_is_calmly_told(
    transcript: Transcript, look: str, ending: str
) -> None:
    """Neither is the tutor at fault, nor does the learner's own error end the session."""
    raising = "(_ for _ in ()).throw(" + ending + "(3))"
    wrap = "property(lambda s: {})" if look == "__class__" else "lambda *a: {}"
    odd = f"odd = type('Odd', (), {{'{look}': {wrap.format(raising)}}})()"
    shown = transcript(odd, "x = odd", "odd.shape?", ":explain odd", "6 * 7", lesson=1, step=1)
    assert "stumbled" not in shown
    assert "check of this step failed" not in shown
    assert "\n42" in shown


def test_free_play_inside_a_lesson_leaves_the_lesson_alone(transcript: Transcript) -> None:
    """Names made in `:play` are gone afterwards, and the step is shown again."""
    shown = transcript(":play", "mine = 5", "mine", ":quit", "mine", lesson=1)
    assert "\n5\n" in shown
    assert "NameError: name 'mine' is not defined" in shown


def test_a_picture_is_saved_in_the_format_its_ending_names(
    transcript: Transcript, tmp_path: object
) -> None:
    """Text, SVG and HTML hold the numbers; a file that exists is left alone."""
    from pathlib import Path

    folder = Path(str(tmp_path))
    saves = [f":save {folder}/y.{ending}" for ending in ("txt", "svg", "html", "txt", "bmp")]
    shown = transcript(*ARTICLE, "y[0,0,0]", *saves)
    for ending in ("txt", "svg", "html"):
        assert "0.1683" in (folder / f"y.{ending}").read_text(encoding="utf-8")
    flat = " ".join(shown.split())
    assert "exists already" in flat
    assert ".bmp is not a format" in flat


def test_a_command_leaves_no_trace_of_what_it_was_given(transcript: Transcript) -> None:
    """`:explain x = 3` is told that it is no expression, and `x` is what it was."""
    shown = transcript(*ARTICLE, ":explain x = 3", "x.shape")
    assert "x = 3 has no value." in shown
    assert "torch.Size([4, 2, 6])" in shown


def test_shapes_of_what_is_no_layer_are_refused(transcript: Transcript) -> None:
    """A tensor, a number and a class each are told what `:shapes` takes."""
    for given in ("x", "3", "nn.Conv1d"):
        assert f"{given} is no layer." in transcript(*ARTICLE, f":shapes {given}")


def test_a_fault_of_the_tutors_own_does_not_end_the_session(
    transcript: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said to be the tutor's, and the next input is answered."""

    def stumble(*_arguments: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("conv1d_tutor.shell.explainer.Explainer._value", stumble)
    shown = transcript(":explain 1", "6 * 7")
    assert "stumbled" in shown
    assert "\n42" in shown


def test_a_layer_made_on_the_spot_is_called_by_its_class(transcript: Transcript) -> None:
    """The line that made it is too long to name every layer in it."""
    shown = transcript(*ARTICLE, ":shapes nn.Sequential(nn.Conv1d(2, 8, 3), nn.ReLU())")
    assert "Sequential[0]" in shown
    assert "nn.ReLU())[0]" not in shown


def test_lines_tried_unseen_are_not_counted(transcript: Transcript) -> None:
    """The inputs of a traceback are numbered as the learner typed them."""
    shown = transcript(*ARTICLE, "conv1d(torch.rand(4, 6, 2))", "nope")
    assert 'File "<input 8>", line 1' in shown


def test_a_question_and_being_at_a_loss_are_answered(transcript: Transcript) -> None:
    """A question in words is told of the help; "I don't know" gets the step's hint."""
    assert "reads like a question" in transcript("what do I do?", lesson=1, step=1)
    assert "more hint" in transcript("I don't know", lesson=1, step=3) or (
        "That was the last hint" in transcript("I don't know", lesson=1, step=3)
    )


def test_names_in_free_play_are_copies(transcript: Transcript) -> None:
    """What is bound again there is what it was, back in the lesson."""
    shown = transcript("n = 1", ":play", "n = 2", "n", ":quit", "n", lesson=1)
    assert shown.rstrip().endswith(">>> n\n1")


def test_a_language_is_remembered(transcript: Transcript, store: Store) -> None:
    """For the next start; one that is not spoken is not."""
    transcript(":lang zh_CN", ":lang klingon", lesson=1)
    assert store.get("language") == "zh_CN"


class Typist:
    """Types lines, and takes note of what was offered before each; None stands for Ctrl-C."""

    def __init__(self, *lines: str | None) -> None:
        self.lines = iter(lines)
        self.offered: list[str] = []

    def read(self, default: str = "") -> str | None:
        """Return the next line; the end of all input after the last."""
        self.offered.append(default)
        line = next(self.lines, "exit")
        if line is None:
            raise KeyboardInterrupt
        return line


def free_session() -> Session:
    """Return a session of free play."""
    evaluator = LearnerEvaluator(find_torch("numpy"))
    screen = Screen(Look(), file=io.StringIO(), width=80)
    return Session(evaluator, screen, Explainer(evaluator, screen))


def test_a_corrected_line_is_offered_once() -> None:
    """At the next prompt, ready to run, and not at the one after."""
    typist = Typist("print（1）", "1", "2")
    free_session().run(typist)
    assert typist.offered == ["", "print(1)", "", ""]


def test_ctrl_c_at_the_prompt_gives_up_the_line() -> None:
    """The session goes on with the next one."""
    typist = Typist(None, None, "1")
    free_session().run(typist)
    assert len(typist.offered) == 4


@pytest.mark.parametrize(("lesson", "bottom"), [(None, "free console"), ("1", "step 1/9")])
def test_the_bottom_line_is_that_of_where_one_is(
    store: Store, monkeypatch: pytest.MonkeyPatch, lesson: str | None, bottom: str
) -> None:
    """Free play does not speak of lessons, nor a lesson of free play."""
    lines: list[str] = []

    class Reader:
        """Stands for the terminal's reader; asks for the bottom line as a drawing does."""

        def __init__(self, *, status: Callable[[], str], **_settings: object) -> None:
            self.status = status

        def read(self, default: str = "") -> str | None:
            """Return the end of all input."""
            del default
            lines.append(self.status())
            return None

    class Keyboard(io.StringIO):
        """An input that says it is a terminal."""

        def isatty(self) -> bool:
            """Return that it is one."""
            return True

    monkeypatch.setattr("conv1d_tutor.shell.terminal.TerminalReader", Reader)
    monkeypatch.setattr("conv1d_tutor.shell.sessions.on_terminal", lambda *_streams: True)
    monkeypatch.setattr("sys.stdin", Keyboard())
    screen = Screen(Look(), file=io.StringIO(), width=80)
    if lesson is None:
        play_freely(Settings(), store, screen, None)
    else:
        learn_lessons(Settings(), store, screen, lesson, None)
    modes = ("free console", "step 1/9", "All lessons done")
    assert [mode for mode in modes if mode in lines[0]] == [bottom]


def test_where_nothing_can_be_read_the_session_ends_by_its_own_word() -> None:
    """With a sentence, for whoever started it to show; not by a traceback."""

    class Gone:
        """A terminal that is no longer there."""

        def read(self, default: str = "") -> str | None:
            del default
            raise OSError(5, "Input/output error")

    with pytest.raises(TutorError, match="so the session ends"):
        free_session().run(Gone())


@pytest.mark.timed
def test_the_ten_thousandth_input_is_answered_as_fast_as_the_first() -> None:
    """Nothing that is walked at each input grows with their number; names of one's own aside."""
    took: list[float] = []

    class Many:
        """Types eleven thousand inputs, and takes the time of each."""

        def __init__(self) -> None:
            self.begun = time.perf_counter()

        def read(self, default: str = "") -> str | None:
            del default
            took.append(time.perf_counter() - self.begun)
            number = len(took)
            self.begun = time.perf_counter()
            line = (f"x = {number}", "1 / 0", f"def f(): return {number}", ":explain 1")[number % 4]
            return line if number < 11_000 else None

    with contextlib.redirect_stdout(io.StringIO()):
        free_session().run(Many())
    first, last = statistics.median(took[100:1100]), statistics.median(took[-1000:])
    assert last < 2 * first
