"""The command as a process: its commands, its exit statuses, its byte stream, its bad days."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from conv1d_tutor import __version__
from conv1d_tutor.course.format.loading import list_lessons, load_lessons
from conv1d_tutor.course.kinds import kind_of
from conv1d_tutor.course.lesson import Step
from conv1d_tutor.course.store import open_store


def tutor(
    *arguments: str, stdin: str | bytes | None = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command with `stdin` piped into it; None closes its standard input."""
    command = [sys.executable, "-m", "conv1d_tutor", *arguments]
    if stdin is None:
        command = ["sh", "-c", 'exec "$@" <&-', "sh", *command]
    kept = {name: value for name, value in os.environ.items() if name != "CONV1D_TUTOR_HOME"}
    home = {"CONV1D_TUTOR_HOME": os.environ["CONV1D_TUTOR_HOME"]}
    ran = subprocess.run(
        command,
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env=kept | home | {"PYTHONIOENCODING": "utf-8"} | environment,
        timeout=60,
        check=False,
    )
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    return subprocess.CompletedProcess(
        ran.args, ran.returncode, ran.stdout.decode(encoding), ran.stderr.decode(encoding)
    )


@pytest.mark.parametrize("wish", [["--lang", "zh_CN"], ["--lang=zh_CN"]])
def test_help_speaks_the_language_asked_for(wish: list[str]) -> None:
    """Whoever asks for Chinese can read what the commands do."""
    assert "学习课程" in tutor(*wish, "--help", LC_ALL="C.UTF-8").stdout
    assert "学习课程" in tutor("learn", *wish, "--help", LC_ALL="C.UTF-8").stdout


def test_the_version() -> None:
    """`--version` says it and nothing else."""
    assert tutor("--version").stdout == f"conv1d-tutor {__version__}\n"


def test_help_names_every_command() -> None:
    """`--help` lists what may be typed."""
    shown = tutor("--help").stdout
    for command in ("learn", "play", "tour", "list", "progress", "reset", "check"):
        assert f"    {command} " in shown


def test_a_wrong_command_line_exits_with_2() -> None:
    """It names the word that is wrong."""
    ran = tutor("leanr")
    assert ran.returncode == 2
    assert "leanr" in ran.stderr


def test_play_prints_what_a_python_console_would_echo() -> None:
    """Values and prints, nothing else: no prompts, no colour; 0 when all went well."""
    ran = tutor("play", stdin="import torch\nx = torch.zeros(2)\nx\nprint('hi')\nNone\n'é'\n")
    assert (ran.stdout, ran.stderr, ran.returncode) == ("tensor([0., 0.])\nhi\n'é'\n", "", 0)


def test_play_exits_with_1_if_the_code_raised() -> None:
    """The traceback goes to standard error, and what comes after still runs."""
    ran = tutor("play", stdin="1/0\n2\n")
    assert ran.returncode == 1
    assert ran.stdout == "2\n"
    assert ran.stderr.splitlines()[-1] == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("source", "status"),
    [("exit()", 0), ("import sys; sys.exit(7)", 7), ("raise SystemExit('no')", 1), ("", 0)],
)
def test_play_exits_as_the_code_asks(source: str, status: int) -> None:
    """`exit` in a piped source ends it with its own status."""
    assert tutor("play", stdin=source).returncode == status


def test_play_runs_code_given_as_an_option() -> None:
    """`-c` needs no pipe, and explains when it is asked to."""
    code = "import torch\nc = torch.nn.Conv1d(1, 1, 2)\n:explain c"
    shown = tutor("play", "-c", code).stdout
    assert "3 parameters" in shown


def answers(step: Step) -> str:
    """Return the lines that a learner types who knows the answer."""
    return kind_of(step).answer(step)


def test_all_lessons_can_be_scripted_through_a_pipe() -> None:
    """Answers from a pipe pass every step of every lesson, and the progress says so."""
    script = "\n".join(answers(step) for lesson in load_lessons("en") for step in lesson.steps)
    ran = tutor("learn", stdin=script + "\n")
    assert ran.returncode == 0
    assert "That was the last lesson." in ran.stdout
    assert "\x1b" not in ran.stdout
    assert tutor("list").stdout.count("done") == len(load_lessons("en"))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_tour_plays_everything_into_a_file(language: str) -> None:
    """Every step of every lesson, its solution and the explanations; nothing of it is kept."""
    ran = tutor("tour", "--lang", language)
    assert ran.returncode == 0
    assert "\x1b" not in ran.stdout
    for lesson in load_lessons(language):
        assert lesson.title in ran.stdout
    assert "sum the channels" in ran.stdout or "各通道求和" in ran.stdout
    assert "done" not in tutor("--lang", "en", "list").stdout


def test_the_language_is_asked_for_remembered_or_the_locales() -> None:
    """`--lang` is kept for the next start; before any choice the locale decides."""
    assert "创建" in tutor("list", LC_ALL="zh_CN.UTF-8").stdout
    assert "Create" in tutor("list", LC_ALL="C.UTF-8").stdout
    tutor("--lang", "zh_CN", "list")
    assert "创建" in tutor("list", LC_ALL="C.UTF-8").stdout


def test_a_theme_is_remembered() -> None:
    """Until another one is asked for."""
    for options, kept in (
        (["--theme", "dark"], "dark"),
        ([], "dark"),
        (["--theme", "ansi"], "ansi"),
    ):
        tutor(*options, "list")
        with open_store() as store:
            assert store.get("theme") == kept


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}, {}])
def test_a_pipe_gets_no_escape_bytes(environment: dict[str, str]) -> None:
    """Whatever the environment says of colours."""
    ran = tutor("learn", "5", stdin="y[0,0,0]\n:explain y\n1/0\n", **environment)
    assert "\x1b" not in ran.stdout + ran.stderr


def test_plain_is_words_without_boxes() -> None:
    """`--plain` tells the same numbers line by line."""
    shown = tutor("learn", "5", "--plain", stdin="y[0,0,0]\n").stdout
    assert "0.5487 times 0.2076 is 0.1139" in shown
    assert not set(shown) & set("─│■×")


def test_ascii_keeps_to_ascii() -> None:
    """`--ascii`, and a stream that can carry no more, draw with ASCII alone."""
    for arguments, environment in (
        (["--ascii"], {}),
        ([], {"PYTHONIOENCODING": "ascii"}),
    ):
        shown = tutor("learn", "5", *arguments, stdin="y[0,0,0]\n:length\n", **environment).stdout
        pictures = shown[shown.index("y[0,0,0] = ") :]
        assert pictures[: pictures.index("by hand")].isascii()


def test_gbk_carries_the_chinese_lessons() -> None:
    """A Chinese terminal without UTF-8 shows every character it can, and never fails."""
    ran = tutor("--lang", "zh_CN", "tour", PYTHONIOENCODING="gbk")
    assert ran.returncode == 0
    assert "卷积" in ran.stdout


def test_a_closed_standard_input_is_an_empty_one() -> None:
    """Nothing to read is no fault."""
    assert tutor("play", stdin=None).returncode == 0
    assert tutor("learn", stdin=None).returncode == 0


def test_bytes_that_are_no_text_do_no_harm() -> None:
    """What cannot be decoded is replaced, and the rest runs."""
    ran = tutor("play", stdin=b"'\xff\xfe'\n1 + 1\n\x00\n3\n")
    assert ran.stdout.splitlines()[-2:] == ["2", "3"]


def test_without_a_home_it_says_so_and_goes_on(tmp_path: Path) -> None:
    """A folder that cannot be made costs the progress, not the lesson."""
    (tmp_path / "file").write_text("in the way")
    ran = tutor("learn", stdin="\n", CONV1D_TUTOR_HOME=str(tmp_path / "file" / "home"))
    assert ran.returncode == 0
    assert "Progress cannot be saved" in ran.stdout
    assert "step 2/" in ran.stdout


def done_with_all() -> None:
    """Have every step of every lesson passed."""
    with open_store() as store:
        for title in list_lessons("en"):
            for step in title.step_ids:
                store.passed(title.id, step, "", None)


PLACES = {
    "in a first pass": (["learn"], [*[":skip"] * 3, "", "b"], "1 Create a Conv1d", "step 5/9"),
    "wrong answers stay": (["learn"], ["", "1/0", "x = 3"], "1 Create a Conv1d", "step 2/9"),
    "a step asked for": (["learn", "2", "--step", "7"], [], "2 Look at", "step 7/10"),
    "beyond the last step": (["learn", "2", "--step", "99"], [], "2 Look at", "step 10/10"),
    "another lesson": (["learn"], ["", ":list 4"], "4 Run", "step 1/10"),
    "back": (["learn", "1", "--step", "5"], [":back", ":back"], "1 Create", "step 3/9"),
    "back to the lesson before": (["learn", "2", "--step", "1"], [":back"], "1 Create", "step 9/9"),
    "into the next lesson": (["learn", "1", "--step", "9"], [":skip"], "2 Look at", "step 1/10"),
    "a question and a language": (["learn", "3"], [":skip", ":lang en", "y?"], "3 Pre", "step 2/9"),
    "free play inside": (["learn", "3"], [":skip", ":play", "1"], "3 Pre", "step 2/9"),
    "left by a word": (["learn", "3"], [":skip", "exit()", ":skip"], "3 Pre", "step 2/9"),
}


@pytest.mark.parametrize("review", [False, True])
@pytest.mark.parametrize("case", PLACES)
def test_the_exact_place_is_kept(case: str, review: bool) -> None:
    """However the learner came there, in a first pass and in a review."""
    arguments, typed, lesson, step = PLACES[case]
    if review:
        done_with_all()
        arguments = ["learn", "1"] if arguments == ["learn"] else arguments
    left = tutor(*arguments, stdin="\n".join(typed) + "\n" if typed else "").stdout
    assert "Saved. conv1d-tutor goes on from here." in left
    heading = next(line for line in tutor().stdout.splitlines() if "step " in line)
    assert heading.startswith(f"── {lesson}")
    assert f" {step} " in heading


def test_the_end_is_a_place() -> None:
    """Who skipped all the way stands at the end; who passed everything has done it."""
    steps = sum(len(title.step_ids) for title in list_lessons("en"))
    tutor("learn", stdin=":skip\n" * steps)
    assert "You have come to the end of the lessons." in tutor().stdout
    done_with_all()
    assert "All lessons are done." in tutor().stdout
    tutor("reset", "all")
    assert "step 1/9" in tutor().stdout


def test_a_damaged_progress_file_is_set_aside(tmp_path: Path) -> None:
    """The learner is told where it is, and a new one is begun."""
    (tmp_path / "progress.sqlite3").write_bytes(b"not a database at all" * 100)
    ran = tutor("learn", stdin="\n", CONV1D_TUTOR_HOME=str(tmp_path))
    assert "was damaged" in ran.stdout
    assert list(tmp_path.glob("*damaged*"))
    assert "step 2/" in tutor("learn", CONV1D_TUTOR_HOME=str(tmp_path)).stdout


def test_a_faulty_lesson_is_named_with_file_and_line(tmp_path: Path) -> None:
    """`check` says what is wrong and where, and exits with 1."""
    folder = tmp_path / "01-mine"
    folder.mkdir()
    (folder / "lesson.toml").write_text('format = 1\nid = "mine"\nsede = 4\n', encoding="utf-8")
    (folder / "en.md").write_text("# Mine\n", encoding="utf-8")
    ran = tutor("check", str(tmp_path))
    assert ran.returncode == 1
    assert "lesson.toml:3: " in ran.stdout
    assert "sede" in ran.stdout


def test_the_lessons_that_ship_are_sound() -> None:
    """`check` without a folder proves our own."""
    ran = tutor("check")
    assert (ran.returncode, ran.stdout) == (0, "All lessons are sound.\n")


def test_progress_is_forgotten_when_asked() -> None:
    """`reset` takes one lesson or all; a wrong name is told what there is."""
    tutor("learn", stdin="\n")
    assert "1/" in tutor("list").stdout.splitlines()[0]
    assert tutor("reset", "1").returncode == 0
    assert "0/" in tutor("list").stdout.splitlines()[0]
    wrong = tutor("reset", "nope")
    assert wrong.returncode == 1
    assert "There is no lesson nope" in wrong.stderr


def lock(path: Path, kind: str) -> sqlite3.Connection:
    """Hold the file locked until the connection is closed."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute(f"BEGIN {kind}")
    return other


def test_where_there_is_no_file_and_can_be_none_nothing_is_done_yet(tmp_path: Path) -> None:
    """What was never saved is known to be nothing; that nothing can be saved is said."""
    (tmp_path / "file").write_text("in the way")
    ran = tutor("list", CONV1D_TUTOR_HOME=str(tmp_path / "file" / "home"))
    assert (ran.returncode, ran.stdout.split()[-1]) == (0, "0/12")
    assert "Nothing can be saved in" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.timed
@pytest.mark.parametrize("kind", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_lock_holds_a_start_up_for_a_second_at_most(kind: str) -> None:
    """All that is saved at a start included: the language, the theme, the place."""
    tutor("list")
    with open_store() as store:
        path = store.path
    assert path is not None
    arguments = ["--lang", "en", "--theme", "dark", "learn", "2", "--step", "3"]
    took = []
    for locked in (False, True):
        with closing(lock(path, kind if locked else "DEFERRED")):
            began = time.monotonic()
            shown = tutor(*arguments).stdout
            took.append(time.monotonic() - began)
            assert ("Progress cannot be saved" in shown) == locked
            assert ("Saved." in shown) != locked
    # At the end it is waited for once more, as at the start.
    assert took[1] - took[0] < 1 + 0.7


SHELL_COMMANDS = {
    # the command, the lock: status, what stands on standard output, what on standard error
    ("list", "IMMEDIATE"): (0, "1/9", "locked"),
    ("list", "EXCLUSIVE"): (1, "?/9", "How far you are is not known"),
    ("progress", "EXCLUSIVE"): (1, "?/9", "How far you are is not known"),
    ("reset 1", "IMMEDIATE"): (1, "", "Nothing was forgotten"),
    ("reset all", "EXCLUSIVE"): (1, "", "Nothing was forgotten"),
}


@pytest.mark.parametrize(("command", "kind"), SHELL_COMMANDS)
def test_commands_say_in_a_sentence_what_a_lock_prevents(command: str, kind: str) -> None:
    """What is not known is not shown as nothing, and what was not forgotten is not called so."""
    status, out, err = SHELL_COMMANDS[command, kind]
    with open_store() as store:
        store.passed("create", list_lessons("en")[0].step_ids[0], "", None)
        path = store.path
    assert path is not None
    with closing(lock(path, kind)):
        ran = tutor(*command.split())
    assert ran.returncode == status
    assert out in ran.stdout
    assert "Forgotten" not in ran.stdout
    assert err in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert "1/9" in tutor("list").stdout.splitlines()[0]


@pytest.mark.parametrize(
    "command", ["learn", "list", "progress", "reset all", "play -c 1", "tour 1"]
)
@pytest.mark.parametrize("spoilt", ["DROP TABLE settings", "UPDATE settings SET value = 'xx'"])
def test_no_command_stumbles_over_an_odd_file(command: str, spoilt: str) -> None:
    """Each does what it is for; where the file was set aside it is named, on either stream."""
    with open_store() as store:
        store.set("language", "en")
        path = store.path
    assert path is not None
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(spoilt)
    ran = tutor(*command.split())
    assert ran.returncode == 0
    assert "Traceback" not in ran.stdout + ran.stderr
    for aside in path.parent.glob("*damaged*"):
        assert aside.name in "".join((ran.stdout + ran.stderr).split())
    assert bool(list(path.parent.glob("*damaged*"))) == spoilt.startswith("DROP")


def test_the_torch_engine_is_offered_only_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without PyTorch `--engine torch` says what to do; with it, it answers."""
    from importlib.util import find_spec

    ran = tutor("--engine", "torch", "play", stdin="import torch\ntorch.__version__\n")
    if find_spec("torch") is None:
        assert ran.returncode == 1
        assert "needs PyTorch" in ran.stderr
    else:
        assert ran.stdout.startswith("'")
        assert "conv1d" not in ran.stdout
