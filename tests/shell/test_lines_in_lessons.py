"""Within a lesson, too, a line that an error's explanation ends with works when it is typed."""

import contextlib
import io
from collections.abc import Iterator

import pytest

from conv1d_tutor.course.format.loading import lesson_folders, list_lessons, load_lesson
from conv1d_tutor.course.kinds import kind_of
from conv1d_tutor.course.lesson import Step
from conv1d_tutor.course.store import Store
from conv1d_tutor.explain import Fault, SilentMistake
from conv1d_tutor.shell.evaluator import LearnerEvaluator
from conv1d_tutor.shell.explainer import Explainer
from conv1d_tutor.shell.guide import Guide
from conv1d_tutor.shell.imports import find_torch
from conv1d_tutor.shell.screen import Screen
from conv1d_tutor.shell.session import Session
from conv1d_tutor.view import Look

STEPS = [
    pytest.param(lesson, number, step, id=f"{folder.name}/{step.id}")
    for lesson, folder in enumerate(lesson_folders())
    for number, step in enumerate(load_lesson(folder, "en").steps)
    if kind_of(step).is_code
]
WRONG = [
    "conv1d(torch.rand(4, 6, 2))",
    "conv1d(torch.rand(4, 2, 3))",
    "conv1d(torch.rand(4, 3, 9))",
    "conv1d(torch.rand(6))",
    "conv1d(torch.rand(4, 2, 6).double())",
    "conv1d(torch.arange(12).reshape(2, 6))",
    "conv1d(torch.rand(1, 4, 2, 6))",
    "conv1d(torch.rand(2, 3, 4, 6))",
    "conv1d(torch.zeros(1, 2, 4))",
    "v.reshape(1, 1, 7)",
    "frames.permute(1, 0)",
    "conv1d(frames)",
    "conv1d(v)",
    "conv1d(samples)",
    "x[0, 0, 0:4] @ conv1d.weight[0, 0]",
    "conv1d(x[:, :, :3])",
    "nn.Conv1d(2, 3, kernal_size=5)",
    "nn.Conv1d(2, 3, 5, stride=2, padding='same')",
]


@pytest.mark.parametrize(("lesson", "number", "step"), STEPS)
def test_the_line_works_at_every_step(
    lesson: int, number: int, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It raises nothing, and what it binds is still there afterwards."""
    lines: list[str] = []
    draw = Explainer._draw

    def note(self: Explainer, explanation: object) -> None:
        draw(self, explanation)  # type: ignore[arg-type]
        if isinstance(self._last, Fault | SilentMistake):
            lines.append(self._last.fix)

    monkeypatch.setattr(Explainer, "_draw", note)
    known = [mistake.code for mistake in step.reject]
    for source in [*known, *WRONG]:
        lines.clear()
        with at(lesson, number) as (guide, session):
            session.answer(source)
            proposed = [line for line in lines if line]
            for line in proposed:
                verdict = guide.judge(line)
                assert verdict.outcome.error is None, (source, line)
                assert not verdict.restored, (source, line)


@contextlib.contextmanager
def at(lesson: int, number: int) -> Iterator[tuple[Guide, Session]]:
    """Be at a step for the first time."""
    with contextlib.redirect_stdout(io.StringIO()), Store(None) as store:
        screen = Screen(Look(), file=io.StringIO(), width=80)
        evaluator = LearnerEvaluator(find_torch("numpy"))
        explainer = Explainer(evaluator, screen)
        guide = Guide(list_lessons("en"), evaluator, screen, explainer, store)
        guide.open(lesson, number)
        guide.prepare()
        yield guide, Session(evaluator, screen, explainer, guide)
