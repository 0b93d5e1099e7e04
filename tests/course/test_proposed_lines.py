"""The tutor's own lines work: what a verdict tells the learner to type is typed, and it goes on."""

import re
from collections.abc import Iterator

import pytest

from conv1d_tutor import engine
from conv1d_tutor.course.format.loading import lesson_folders, load_lesson
from conv1d_tutor.course.kinds import kind_of
from conv1d_tutor.course.lesson import Lesson, Step
from conv1d_tutor.course.run import LessonRun
from conv1d_tutor.i18n import use_language
from conv1d_tutor.shell.evaluator import LearnerEvaluator

LESSONS = [load_lesson(folder, "en") for folder in lesson_folders()]
STEPS = [
    pytest.param(lesson, number, id=f"{lesson.id}/{step.id}")
    for lesson in LESSONS
    for number, step in enumerate(lesson.steps)
]
PROPOSED = re.compile(r"`(\w+ = [^`]+|[^`]*; \w+ = \w+)`")
METHOD = re.compile(r"`(\.\w+\([^`]*\))`")


@pytest.fixture(params=["en", "zh_CN"], autouse=True)
def _language(request: pytest.FixtureRequest) -> Iterator[None]:
    use_language(request.param)
    yield
    use_language("en")


def begin(lesson: Lesson, number: int) -> LessonRun:
    """Begin the lesson at one of its steps."""
    evaluator = LearnerEvaluator(engine)
    evaluator.quiet = True
    run = LessonRun(lesson, evaluator, number)
    run.begin()
    return run


def attempts(lesson: Lesson, step: Step) -> Iterator[str]:
    """Return inputs that do what is asked, but under no name, another, or one of the lesson's."""
    owned = {"v", "frames", "x", "samples", "conv1d", *lesson.owns} - step.check.keys()
    for name, expression in step.check.items():
        yield expression
        yield f"mine = {expression}"
        yield f"mine = other = {expression}"
        yield f"first = {expression}\nmine = first"
        for other in sorted(owned):
            yield f"{other} = {expression}"
            yield f"{other} = {expression}; {other} = {other} if True else 0"
        del name
    if step.value and step.kind == "value":
        yield from (f"({step.value}).{to}()" for to in ("double", "half", "long", "bool"))


@pytest.mark.parametrize(("lesson", "number"), STEPS)
def test_a_line_that_a_verdict_proposes_is_accepted(lesson: Lesson, number: int) -> None:
    """Typed as it stands, right after the input that it answers."""
    step = lesson.steps[number]
    wrong = [known.code for known in step.reject] if kind_of(step).is_code else []
    for source in [*wrong, *attempts(lesson, step)]:
        run = begin(lesson, number)
        verdict = run.attempt(source)
        if verdict.passed or verdict.mistake in step.says:
            continue
        for line in PROPOSED.findall(verdict.message):
            answered = run.attempt(line)
            assert answered.passed, (source, line, answered.message)


def test_a_result_kept_under_a_name_of_the_lesson_is_told_what_works() -> None:
    """`v` is put back after the input, so `one = v` would be refused."""
    lesson = next(lesson for lesson in LESSONS if lesson.id == "input")
    number = next(at for at, step in enumerate(lesson.steps) if step.id == "row-of-numbers")
    run = begin(lesson, number)
    for source, line in (
        ("v = v.reshape(1, 1, 6)", "one = v.reshape(1, 1, 6)"),
        ("v = v.reshape(1, 6); v = v.view(1, 1, 6)",
         "v = v.reshape(1, 6); v = v.view(1, 1, 6); one = v"),
        ("z = v.resize_(1, 1, 6)", "one = v.resize_(1, 1, 6)"),
        ("z = v[None, None]", "one = z"),
    ):  # fmt: skip
        verdict = run.attempt(source)
        assert verdict.mistake == "other-name"
        assert f"`{line}`" in verdict.message
        assert begin(lesson, number).attempt(line).passed or line == "one = z"
    assert run.attempt("one = z").passed


@pytest.mark.parametrize(("lesson", "number"), STEPS)
def test_another_dtype_is_nowhere_called_right(lesson: Lesson, number: int) -> None:
    """Numbers that are right in the wrong type are told so, and what changes it does."""
    step = lesson.steps[number]
    cases = list(step.check.items()) or ([("", step.value)] if step.kind == "value" else [])
    for name, expression in cases:
        for to in ("double", "half", "long", "bool"):
            run = begin(lesson, number)
            value = run._sandbox.run(expression, run._space()).value
            if not hasattr(value, "dtype"):
                continue
            wrong = f"({expression}).{to}()"
            verdict = run.attempt(f"{name} = {wrong}" if name else wrong)
            assert not verdict.passed, wrong
            assert verdict.mistake not in step.says, wrong
            if to == "double":
                assert "torch.float32" in verdict.message
                (method,) = METHOD.findall(verdict.message)
                line = wrong + method
                assert run.attempt(f"{name} = {line}" if name else line).passed


@pytest.mark.parametrize(
    "source",
    ["conv1d = nn.Conv1d(2, 3, 5, dtype=torch.float64)", "conv1d = nn.Conv1d(2, 3, 5).half()"],
)
def test_a_layer_of_another_dtype_is_told_which(source: str) -> None:
    """Its hyper-parameters are right; its numbers would fit no input of the lessons."""
    lesson = LESSONS[0]
    number = next(at for at, step in enumerate(lesson.steps) if step.id == "make-layer")
    run = begin(lesson, number)
    run.attempt("import torch")
    verdict = run.attempt(source)
    assert not verdict.passed
    assert "dtype=torch.float" in verdict.message


def test_what_is_looked_at_is_not_taken_for_its_copy_in_another_dtype() -> None:
    """`samples` are doubles, and nobody calls them the input in 32 bits."""
    lesson = next(lesson for lesson in LESSONS if lesson.id == "run")
    number = next(at for at, step in enumerate(lesson.steps) if step.id == "doubles")
    assert begin(lesson, number).attempt("samples").kind == "aside"
    assert begin(lesson, number).attempt("samples.float()").mistake == "not-run"


def test_an_input_that_is_tracked_is_put_right_after_the_step() -> None:
    """`requires_grad=True` changes no number, and would be seen in all that follows."""
    lesson = next(lesson for lesson in LESSONS if lesson.id == "input")
    number = next(at for at, step in enumerate(lesson.steps) if step.id == "make-x")
    run = begin(lesson, number)
    assert run.attempt("x = torch.rand(4, 2, 6, requires_grad=True)").passed
    assert run._evaluator.names["x"].requires_grad is False  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "said"), [("[3, 2, 1, 0]", "4"), ("[3, 2]", "2"), ("[4, 2, 1]", "")]
)
def test_a_list_is_held_against_a_list(typed: str, said: str) -> None:
    """Whole numbers in brackets are no shape where numbers are asked for."""
    lesson = next(lesson for lesson in LESSONS if lesson.id == "compute")
    number = next(at for at, step in enumerate(lesson.steps) if step.id == "turned-round")
    verdict = begin(lesson, number).attempt(typed)
    assert verdict.right is False
    assert verdict.mistake in ("how-many", "numbers")
    assert said in verdict.message
