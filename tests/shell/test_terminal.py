"""The whole command on a real terminal: what a learner would see and do."""

import random
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from conv1d_tutor.course.format.loading import lesson_folders, list_lessons, load_lesson
from conv1d_tutor.course.kinds import kind_of
from conv1d_tutor.course.lesson import Step
from conv1d_tutor.course.store import Store

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

from .terminal import Terminal

pytestmark = pytest.mark.terminal


def answer(step: Step) -> str:
    """Return what a learner types who knows the answer."""
    return kind_of(step).answer(step)


def test_a_whole_lesson_with_wrong_answers_and_back_again(tmp_path: Path) -> None:
    """Every step of lesson 1 is answered, some wrongly first; a second start resumes after it."""
    lesson = load_lesson(lesson_folders()[0], "en")
    with Terminal(tmp_path) as terminal:
        for number, step in enumerate(lesson.steps, start=1):
            terminal.wait_for(f"step {number}/{len(lesson.steps)} ", through=True)
            for mistake in step.reject[:1]:
                for line in mistake.code.splitlines():
                    terminal.line(line)
                words = step.says[mistake.says].split()
                terminal.wait_for(" ".join(words[:3]), scrolled=True)
            for line in answer(step).split("\n"):
                terminal.line(line)
        terminal.wait_for("2 Look at the weights and the bias · step 1/10", through=True)
        assert terminal.leave() == 0
    with Terminal(tmp_path) as terminal:
        terminal.wait_for(">>>")
        assert "2 Look at the weights" in terminal.text


def test_the_tour_types_by_itself(tmp_path: Path) -> None:
    """Each solution appears behind a prompt, key by key, and the tour ends by itself."""
    with Terminal(tmp_path, "tour", "1", "--pace", "0.01") as terminal:
        terminal.wait_for("The tour ends here", scrolled=True)
        assert "\n>>> conv1d = nn.Conv1d(2, 3, 5)\n" in terminal.scrollback


def test_ctrl_c_clears_and_interrupts_and_the_session_goes_on(tmp_path: Path) -> None:
    """Ctrl-C at the prompt clears the line, in a loop stops the code; Ctrl-D leaves with 0."""
    with Terminal(tmp_path, "play") as terminal:
        terminal.wait_for(">>>")
        terminal.send("half a li\x03")
        terminal.line("print(1)\r")
        terminal.line("print('be' + 'gun') or any(iter(lambda: 0, 1))")
        terminal.wait_for("\nbegun")
        terminal.send("\x03")
        terminal.wait_for("KeyboardInterrupt")
        terminal.line("6 * 7")
        terminal.wait_for("\n42")
        assert terminal.leave() == 0


def test_a_block_is_typed_over_several_lines_with_indentation(tmp_path: Path) -> None:
    """Enter opens a line inside a block, indents it, and runs the block after an empty one."""
    with Terminal(tmp_path, "play") as terminal:
        terminal.wait_for(">>>")
        terminal.line("for number in range(3):")
        terminal.wait_for("\n...")
        terminal.line("print(number * 11)")
        terminal.send("\r")
        terminal.wait_for("22")
        assert "0\n11\n22" in terminal.text


def test_tab_completes_names_attributes_and_commands(tmp_path: Path) -> None:
    """One match is completed at once; live names and their attributes, commands after a colon."""
    with Terminal(tmp_path, "play") as terminal:
        terminal.wait_for(">>>")
        terminal.line("import torch; some_long_name = torch.zeros(2, 7)")
        terminal.send("some_lo\t.unsqu\t")
        terminal.wait_for("some_long_name.unsqueeze")
        terminal.send("\x03")
        terminal.send(":expla\t")
        terminal.wait_for(":explain")


def test_chinese_punctuation_is_offered_corrected(tmp_path: Path) -> None:
    """A line with full-width marks is shown as Python writes it, ready to run with Enter."""
    with Terminal(tmp_path, "play") as terminal:
        terminal.wait_for(">>>")
        terminal.line("print（6，7）")
        terminal.wait_for(">>> print(6,7)")
        terminal.send("\r")
        terminal.wait_for("\n6 7")


@pytest.mark.parametrize(("columns", "lines"), [(40, 12), (20, 5), (10, 3), (300, 80)])
def test_every_size_of_terminal_survives(tmp_path: Path, columns: int, lines: int) -> None:
    """Nothing breaks on a tiny or a huge screen, nor when its size changes."""
    with Terminal(tmp_path, columns=columns, lines=lines) as terminal:
        terminal.wait_for(">>>")
        terminal.resize(80, 24)
        terminal.line(":list")
        terminal.wait_for("5  ", scrolled=True)
        assert terminal.leave() == 0


def test_lessons_are_listed_and_left_for_another(tmp_path: Path) -> None:
    """`:list 3` goes to lesson 3, `:lang` changes the language at the same step."""
    with Terminal(tmp_path) as terminal:
        terminal.wait_for(">>>")
        terminal.line(":list 3")
        terminal.wait_for("3 Prepare the input")
        terminal.line(":lang zh_CN")
        terminal.wait_for("第 1/9 步", scrolled=True)


@pytest.mark.parametrize(("key", "status"), [("\x03", 130), ("\x04", 0), ("q", 0)])
@pytest.mark.parametrize("pace", ["100", "0.02", "0"])
def test_a_key_ends_the_tour(tmp_path: Path, key: str, status: int, pace: str) -> None:
    """While it waits, while it types or draws: a sentence, a status, and an echoing terminal."""
    with Terminal(tmp_path, "tour", "--pace", pace) as terminal:
        terminal.wait_for("step 1/9" if pace == "100" else "step 2/9", scrolled=True)
        terminal.send(key)
        terminal.wait_for("The tour was ended.")
        assert "KeyboardInterrupt" not in terminal.scrollback
        assert terminal.ended() == status
        assert terminal.echoes


@pytest.mark.parametrize("end", ["kill", "hang_up"])
@pytest.mark.parametrize("review", [False, True])
def test_the_place_is_kept_however_it_ends(tmp_path: Path, end: str, review: bool) -> None:
    """Killed, or its terminal closed under it: the next start is at the very step."""
    if review:
        with Store(tmp_path / "progress.sqlite3") as store:
            for title in list_lessons("en"):
                for step in title.step_ids:
                    store.passed(title.id, step, "", None)
    with Terminal(tmp_path, "learn", "1", "--step", "1") as terminal:
        for number in range(1, 4):
            terminal.wait_for(f"step {number}/9 ")
            terminal.line(":skip")
        terminal.wait_for("step 4/9 ")
        terminal.line("b")
        terminal.wait_for("step 5/9 ")
        terminal.line(":back")
        terminal.wait_for("1 Create a Conv1d · step 4/9 ")
        getattr(terminal, end)()
    with Terminal(tmp_path) as terminal:
        terminal.wait_for("1 Create a Conv1d · step 4/9 ")


def test_a_store_that_stops_is_told_before_the_next_prompt(tmp_path: Path) -> None:
    """Once, with what is at risk; that it works again, when it does; at the end what is lost."""
    path = tmp_path / "progress.sqlite3"
    with Terminal(tmp_path, columns=100, lines=50) as terminal:
        terminal.wait_for("step 1/9 ")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            terminal.line("")
            terminal.wait_for("step 2/9 ")
            terminal.wait_for("Progress cannot be saved in")
            terminal.line("6 * 7")
            terminal.wait_for("42")
            terminal.line("8 * 9")
            terminal.wait_for("72")
            assert terminal.scrollback.count("Progress cannot be saved in") == 1
        terminal.line("10 * 11")
        terminal.wait_for("Saving works again")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            terminal.line("import torch")
            terminal.wait_for("Progress cannot be saved in")
            assert terminal.leave() == 0
            shown = " ".join(terminal.scrollback.split())
            assert "Not everything could be saved in" in shown
            assert "Lost: 1 input." in shown
            assert "Saved." not in shown
    with Store(path) as store:
        assert store.history() == ["6 * 7", "8 * 9", "10 * 11"]
        assert len(store.progress()) == 1


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (40, 24), (80, 5)])
@pytest.mark.parametrize("key", ["\x03", "\x1b", "q"])
@pytest.mark.parametrize("tabs", [1, 3])
def test_a_completion_is_left_quietly(
    tmp_path: Path, columns: int, lines: int, key: str, tabs: int
) -> None:
    """After one Tab or several, by any of the keys: the prompt is there, and takes a line."""
    with Terminal(tmp_path, "play", columns=columns, lines=lines) as terminal:
        terminal.wait_for(">>>")
        terminal.line("import torch; x = torch.rand(4, 2, 6)")
        terminal.send("x.")
        terminal.wait_for(">>> x.")
        for _tab in range(tabs):
            terminal.send("\t")
            terminal.settle()
        assert "permute" in terminal.scrollback
        terminal.send(key)
        terminal.settle()
        terminal.line("x.shape" if key == "\x03" else "shape")
        terminal.wait_for("torch.Size([4, 2, 6])")
        assert "possibilities" not in terminal.scrollback
        assert "Press ENTER" not in terminal.scrollback
        assert terminal.leave() == 0


DUMB = [
    (("play",), ("import torch; from torch import nn; y = nn.Conv1d(2, 3, 5)(torch.rand(4, 2, 6))",
                 ":explore", ":slide", ":slide y", "6 * 7"), "\n42"),
    (("learn", "5"), ("y[0,0,0]", ":explore", ":slide", "x[0, :, 0:5]"), "step 3/12"),
    (("tour", "1"), (), "The tour ends here"),
    (("list",), (), "5  "),
    (("learn", "5", "--plain"), (":explore", ":slide", "y[0,0,0]"), "step 2/12"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "typed", "seen"), DUMB)
@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_dumb_terminal_gets_no_escape(
    tmp_path: Path, arguments: tuple[str, ...], typed: tuple[str, ...], seen: str, term: str
) -> None:
    """Neither a colour nor a program on the whole screen: lines, and nothing else."""
    with Terminal(tmp_path, *arguments, environment={"TERM": term}) as terminal:
        if typed:
            terminal.wait_for(">>>")
        for line in typed:
            terminal.line(line)
            terminal.settle()
        terminal.wait_for(seen, scrolled=True)
        assert b"\x1b" not in terminal.raw
        assert b"\x9b" not in terminal.raw


def test_a_prompt_outlives_closed_streams(tmp_path: Path) -> None:
    """Each is closed, or its descriptor, and the next input is answered; so is `breakpoint`."""
    with Terminal(tmp_path, "play", lines=60) as terminal:
        terminal.wait_for(">>>")
        terminal.line("import sys, os")
        closing = (
            "exit(5)",
            "sys.stdin.close()",
            "sys.__stdout__.close()",
            "sys.__stdin__.close()",
            "sys.__stderr__.close()",
            "os.close(0)",
            "os.close(1)",
            "sys.stdout = sys.stdin = None",
            "os.closerange(0, 3)",
        )
        for number, typed in enumerate(closing):
            terminal.line(typed)
            terminal.line(f"{number} + 1000")
            terminal.wait_for(f"\n{number + 1000}\n", scrolled=True)
        terminal.line("x = 3; breakpoint()")
        terminal.wait_for("(Pdb)")
        terminal.line("p x + 4000")
        terminal.wait_for("4003")
        terminal.line("c")
        terminal.line("6 * 7")
        terminal.wait_for("\n42\n")
        assert terminal.leave() == 0


@pytest.mark.timed
@pytest.mark.parametrize("arguments", [(), ("play",), ("list",), ("--help",), ("tour", "1")])
def test_ctrl_c_at_any_moment_of_start(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Status 130 or a prompt, and never a traceback: ten moments of the first half second."""
    for moment in range(10):
        with Terminal(tmp_path, *arguments) as terminal:
            time.sleep(0.06 + moment * 0.04)
            terminal.send("\x03")
            terminal.send("\x03")
            status = terminal.leave()
        assert status in {0, 130}
        assert 'File "' not in terminal.scrollback
        assert "Exception" not in terminal.scrollback


@pytest.mark.timed
def test_ctrl_c_between_and_in_the_midst_of_inputs(tmp_path: Path) -> None:
    """Pressed often and at random, also as a signal, the next input is answered."""
    draw = random.Random(8)
    lines = (
        "import torch",
        "1 + 1",
        ":list",
        ":skip",
        "input()",
        ":help",
        "print('x' * 3000)",
        "y",
    )
    with Terminal(tmp_path, lines=40) as terminal:
        terminal.wait_for(">>>")
        for _ in range(60):
            terminal.line(draw.choice(lines))
            terminal.pass_time(draw.uniform(0, 0.1))
            for _press in range(draw.choice((1, 1, 2, 3))):
                terminal.send("\x03") if draw.random() < 0.5 else terminal.interrupt()
        terminal.pass_time(0.5)
        terminal.send("\x03")
        terminal.pass_time(0.5)
        terminal.line(":play")  # the step that came up may take whatever is typed for a prediction
        terminal.pass_time(0.5)
        terminal.line("6 * 7 + 100")
        terminal.wait_for("142", scrolled=True)
        terminal.send("\x04")
        terminal.pass_time(0.5)
        assert terminal.leave() == 0
        for sign in ("Application is not running", "already set", "Press ENTER", 'File "/'):
            assert sign not in terminal.scrollback
