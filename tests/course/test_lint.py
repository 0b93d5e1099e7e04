"""The author's check finds what would go wrong for a learner, with file and line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from conv1d_tutor.course.evaluation import Outcome
from conv1d_tutor.course.judge.verdict import PASSED
from conv1d_tutor.course.kinds.run import Run
from conv1d_tutor.course.lint import check_lessons
from conv1d_tutor.course.run import LessonRun
from conv1d_tutor.errors import LessonError
from conv1d_tutor.shell.evaluator import LearnerEvaluator

Write = Callable[..., Path]
Check = Callable[[Path | None], list[LessonError]]


@pytest.fixture
def check(torch_module: ModuleType) -> Check:
    """Check a folder of lessons with the learner's own code path."""

    def run(folder: Path | None) -> list[LessonError]:
        def make() -> LearnerEvaluator:
            evaluator = LearnerEvaluator(torch_module)
            evaluator.quiet = True
            return evaluator

        return check_lessons(folder, make)

    return run


RUN = "kind = 'run'\ncheck = { z = 'conv1d(x)' }\nsolution = 'z = conv1d(x)'\n"

FAULTS = [
    (RUN.replace("solution = 'z", "solution = 'q"), "", "solution", "does not pass"),
    (RUN.replace("'z = conv1d(x)'", "'z = conv1d(xx)'"), "", "solution", "'xx' is not defined"),
    (RUN.replace("{ z = 'conv1d(x)' }", "{ z = 'conv1d(y)' }"), "", "check", "conv1d(y) fails"),
    (RUN + "accept = ['z = conv1d(x)', 'z = x']", "", "accept", "this should pass and does not"),
    (
        RUN + "reject = [{ code = 'z = conv1d(x) * 1', says = 'w' }]",
        "### says: w\nW.",
        "reject",
        "should be answered as a mistake",
    ),
    (
        RUN + "reject = [{ code = 'z = x', says = 'w' }, { code = 'z = x * 1', says = 'v' }]",
        "### says: w\nW.\n### says: v\nV.",
        "reject",
        "answered by 'v', and was by 'w'",
    ),
    ("kind = 'value'\nvalue = 'x.shape'\nsolution = 'y.shape'", "", "solution", "does not pass"),
    ("kind = 'value'\nvalue = 'None'\nsolution = 'None'", "", "solution", "does not pass"),
    ("kind = 'predict'\nvalue = 'y.shape'\nsolution = '(4, 3, 6)'", "", "solution", "not pass"),
    ("kind = 'predict'\nvalue = 'y.shape'\nsolution = 'y.shape'", "", "solution", "not pass"),
    (
        "kind = 'predict'\nvalue = 'y.shape'\nsolution = '(4, 3, 2)'\n"
        "misses = [{ code = '[4, 3, 2]', says = 'w' }]",
        "### says: w\nW.",
        "misses",
        "should be answered as a mistake",
    ),
    ("kind = 'read'\nshow = 'conv1d(y)'", "", "show", "conv1d(y) fails: RuntimeError"),
    (RUN + "show_after = 'zz'", "", "show_after", "zz fails: NameError"),
    (RUN + "explain = 'z[9]'", "", "explain", "z[9] fails: IndexError"),
]


@pytest.mark.parametrize(("keys", "words", "key", "says"), FAULTS)
def test_a_fault_is_found_and_placed(
    check: Check, write_lesson: Write, *, keys: str, words: str, key: str, says: str
) -> None:
    """Each kind of fault is found, on the line of the key that has it."""
    folder = write_lesson(("kind = 'read'", ""), (keys, words))
    faults = check(folder)
    assert faults
    text = (folder / "lesson.toml").read_text(encoding="utf-8").splitlines()
    assert any(
        says in fault.problem and text[(fault.line or 0) - 1].startswith(key) for fault in faults
    ), [str(fault) for fault in faults]


def test_a_sound_lesson_has_no_faults(check: Check, write_lesson: Write) -> None:
    """Nothing is reported where nothing is wrong, and z is there when what follows is shown."""
    folder = write_lesson(
        ("kind = 'read'\nshow = 'y.shape'", ""),
        (RUN + "show_after = 'z'\nexplain = 'z[0,0,0]'\n"
         "reject = [{ code = 'z = x', says = 'w' }]", "### says: w\nW."),
        ("kind = 'hand'\nvalue = 'z[0,0,1]'\n"
         "solution = '(x[0,:,1:6] * conv1d.weight[0]).sum() + conv1d.bias[0]'", ""),
        ("kind = 'choice'\nanswer = 'a'", "### option: a\nA\n### option: b\nB\n### says: b\nNo."),
    )  # fmt: skip
    assert check(folder) == []


def test_faults_of_the_files_are_reported_too(check: Check, write_lesson: Write) -> None:
    """A missing language, a missing section and a doubled id are found in one go."""
    folder = write_lesson((RUN, ""))
    twin = write_lesson((RUN, ""), name="02-twin")
    toml = (twin / "lesson.toml").read_text(encoding="utf-8")
    (twin / "lesson.toml").write_text(toml.replace("02-twin", "01-lesson"), encoding="utf-8")
    (twin / "zh_CN.md").write_text("# 标题\n\n## step-1\n正文\n", encoding="utf-8")
    problems = [str(fault) for fault in check(folder.parent)]
    assert len(problems) == 3
    assert any("01-lesson/zh_CN.md: the lesson is missing in this language" in p for p in problems)
    assert any("zh_CN.md has no section for this step" in problem for problem in problems)
    assert any("02-twin/lesson.toml:2: " in problem for problem in problems)


def test_a_setup_that_fails_is_found(check: Check, write_lesson: Write) -> None:
    """A lesson whose setup raises has one fault, on the setup's line."""
    folder = write_lesson((RUN, ""), setup="\nimport torch\n1 / 0\n")
    (fault,) = check(folder)
    assert "the setup fails: ZeroDivisionError" in fault.problem
    lines = (folder / "lesson.toml").read_text(encoding="utf-8").splitlines()
    assert lines[(fault.line or 0) - 1].startswith(("setup", "import torch"))


def test_an_empty_folder_is_a_fault(check: Check, tmp_path: Path) -> None:
    """Where there is no lesson, that is what is said."""
    (fault,) = check(tmp_path)
    assert "no lesson here" in fault.problem


def test_the_shipped_lessons_are_sound(check: Check) -> None:
    """Every lesson that comes with the tutor passes its own author's check."""
    assert [str(fault) for fault in check(None)] == []


def test_numbers_that_hide_a_mistake_are_found(check: Check, write_lesson: Write) -> None:
    """A sum by hand that leaves a mistake with the right number is a fault of the lesson."""
    setup = (
        "import torch\nfrom torch import nn\nconv1d = nn.Conv1d(2, 3, 5)\n"
        "_unused = nn.init.zeros_(conv1d.bias)\nx = torch.rand(4, 2, 6)\ny = conv1d(x)\n"
    ).replace("_unused", "b")
    solution = "(x[0,:,0:5] * conv1d.weight[0]).sum() + conv1d.bias[0]"
    step = (f"kind = 'hand'\nvalue = 'y[0,0,0]'\nsolution = '{solution}'", "")
    (fault,) = check(write_lesson(step, setup=setup))
    assert "the numbers cannot tell these mistakes apart" in fault.problem
    assert "no_bias" in fault.problem


def test_a_skip_that_fails_only_from_further_on_is_found(check: Check, write_lesson: Write) -> None:
    """A solution must run on the learner's names too, not on the lesson's copy alone."""
    setup = "import torch\nz = 1\n"
    step = ("kind = 'run'\ncheck = { a = 'F.relu(torch.ones(1))' }\n"
            "solution = 'a = F.relu(torch.ones(1))'", "")  # fmt: skip
    faults = [str(fault) for fault in check(write_lesson(step, setup=setup))]
    assert any("the solution does not pass: NameError" in fault for fault in faults)


def test_lessons_that_cannot_be_skipped_through_are_faults(
    check: Check, write_lesson: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where every step is sound alone, skipping from each of them to the end is tried."""
    folder = write_lesson((RUN, ""), ("kind = 'read'", ""))
    tried: list[int] = []
    genuine = LessonRun.skip

    def fails(run: LessonRun) -> Outcome:
        tried.append(run.index)
        return replace(genuine(run), error=ValueError("stuck"))

    monkeypatch.setattr(LessonRun, "skip", fails)
    (fault,) = check(folder)
    assert "skipped from step 1, it fails: ValueError: stuck" in fault.problem
    text = (folder / "lesson.toml").read_text(encoding="utf-8").splitlines()
    assert text[(fault.line or 0) - 1].startswith("solution")
    assert tried == [0]


def test_a_fault_in_the_setup_of_a_later_step_is_told_once(
    check: Check, write_lesson: Write
) -> None:
    """What keeps every later step from being begun is one fault, on the solution's line."""
    broken = ("kind = 'run'\ncheck = { z = '1' }\nsolution = 'z = 1 / 0'", "")
    faults = check(write_lesson(broken, (RUN, ""), ("kind = 'read'", "")))
    assert ["1 / 0 fails" in fault.problem for fault in faults] == [True, False]
    assert "the solution of 'step-0' fails" in faults[1].problem


def test_a_kind_that_lets_nothing_pass_for_an_answer_is_found(
    check: Check, write_lesson: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were a step passed by Enter, or by code that has nothing to do with it, lint would say so."""
    folder = write_lesson((RUN, ""), ("kind = 'read'", ""))
    nothing = "the step passes although nothing was done"
    with monkeypatch.context() as patched:
        patched.setattr(Run, "on_enter", PASSED)
        assert [nothing in fault.problem for fault in check(folder)] == [True]
    monkeypatch.setattr(Run, "judge_code", lambda *_arguments: PASSED)
    faults = check(folder)
    assert nothing in faults[0].problem
    text = (folder / "lesson.toml").read_text(encoding="utf-8").splitlines()
    assert text[(faults[0].line or 0) - 1].startswith("check")
