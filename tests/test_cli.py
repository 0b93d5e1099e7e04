"""The command as a process: its commands, its exit statuses, its byte stream, its bad days."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conv1d_tutor import __version__
from conv1d_tutor.course.format.loading import load_lessons
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
