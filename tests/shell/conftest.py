"""A shell for tests: what a learner types, and the transcript that comes of it."""

import contextlib
import io
from collections.abc import Callable, Iterator

import pytest

from conv1d_tutor.course.format.loading import list_lessons
from conv1d_tutor.course.store import Store
from conv1d_tutor.i18n import language
from conv1d_tutor.shell.evaluator import LearnerEvaluator
from conv1d_tutor.shell.explainer import Explainer
from conv1d_tutor.shell.guide import Guide
from conv1d_tutor.shell.imports import find_torch
from conv1d_tutor.shell.readers import pipe_reader
from conv1d_tutor.shell.screen import Screen
from conv1d_tutor.shell.session import Session
from conv1d_tutor.view import Look

Transcript = Callable[..., str]


@pytest.fixture
def store() -> Iterator[Store]:
    """A learner who has just begun."""
    with Store(None) as opened:
        yield opened


@pytest.fixture
def transcript(store: Store) -> Transcript:
    """Types lines into a session and gives all that was shown, 80 columns wide, without colour."""

    def type_in(
        *lines: str,
        lesson: int | None = None,
        step: int = 0,
        look: Look | None = None,
        width: int = 80,
    ) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            screen = Screen(look or Look(), file=out, width=width)
            evaluator = LearnerEvaluator(find_torch("numpy"))
            explainer = Explainer(evaluator, screen)
            guide = None
            if lesson is not None:
                guide = Guide(list_lessons(language()), evaluator, screen, explainer, store)
                guide.open(lesson - 1, step)
                guide.present()
            session = Session(evaluator, screen, explainer, guide, store.set)
            session.run(pipe_reader(io.StringIO("\n".join(lines) + "\n"), print))
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines())

    return type_in
