"""Puts the parts together for each way to start the command; gives the exit status."""

import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.text import Text

from conv1d_tutor.course.loading import list_lessons
from conv1d_tutor.course.model import LessonTitle
from conv1d_tutor.course.store import Store, open_store
from conv1d_tutor.errors import TutorError
from conv1d_tutor.i18n import _, language, use_language
from conv1d_tutor.settings import Settings, can_encode, on_terminal
from conv1d_tutor.view import Look

from .console import Reader, bare_terminal_reader, pipe_reader
from .evaluator import LearnerEvaluator
from .explainer import Explainer
from .free_play import run_source
from .guide import Guide
from .imports import find_torch
from .lesson_list import lesson_table
from .placing import find_lesson, where_to_resume
from .screen import Screen
from .session import Session
from .tour import TourReader

__all__ = ["check", "learn", "list_all", "play", "reset", "tour"]

_FAULTY = 1


def learn(settings: Settings, lesson: str | None = None, step: int | None = None) -> int:
    """Go on with the lessons, at a terminal or with answers from a pipe."""
    store = _store(settings)
    screen = Screen(_look(settings))
    titles = list_lessons(language())
    number = where_to_resume(store, titles) if lesson is None else _lesson(titles, lesson)
    evaluator = _evaluator(settings)
    explainer = Explainer(evaluator, screen)
    guide = Guide(titles, evaluator, screen, explainer, store)
    _greet(screen, store)
    if number is None:
        screen.note(_("All lessons are done. :list goes back to any of them."))
    else:
        guide.open(number, None if step is None else step - 1)
        guide.present()
    session = Session(evaluator, screen, explainer, guide, store.set)
    session.run(_reader(settings, session, store, guide.status, guide.prepare))
    screen.note(_("Saved. conv1d-tutor goes on from here."))
    return 0


def play(settings: Settings, code: str | None = None) -> int:
    """Open a free console, or run what an option or a pipe holds as a console would."""
    store = _store(settings)
    evaluator = _evaluator(settings)
    screen = Screen(_look(settings))
    session = Session(evaluator, screen, Explainer(evaluator, screen), remember=store.set)
    if code is not None:
        return run_source(pipe_reader(io.StringIO(code)), evaluator, session.answer)
    if sys.stdin is None or not sys.stdin.isatty():
        return run_source(pipe_reader(sys.stdin), evaluator, session.answer)
    _greet(screen, store)
    screen.note(_("A free console. Begin with: import torch"))

    def status() -> str:
        return " " + _("free console · :explain y[0,0,0] · :help")

    session.run(_reader(settings, session, store, status, evaluator.load))
    return 0


def tour(settings: Settings, lesson: str | None, pace: float) -> int:
    """Play the lessons by themselves, solutions typed out; the learner's progress is untouched."""
    _store(settings)
    screen = Screen(_look(settings))
    titles = list_lessons(language())
    number = None if lesson is None else _lesson(titles, lesson)
    evaluator = _evaluator(settings)
    explainer = Explainer(evaluator, screen)
    guide = Guide(titles, evaluator, screen, explainer, Store(None), last=number)
    guide.open(number or 0)
    guide.present()
    session = Session(evaluator, screen, explainer, guide)
    session.run(TourReader(guide, screen, pace if screen.redraws else 0))
    return 0


def list_all(settings: Settings, *, steps: bool = False) -> int:
    """Print the lessons and how far they are done."""
    store = _store(settings)
    screen = Screen(_look(settings))
    screen.show(lesson_table(list_lessons(language()), store, screen.look, steps=steps))
    return 0


def reset(settings: Settings, lesson: str) -> int:
    """Forget the progress of a lesson, or of "all"."""
    store = _store(settings)
    titles = list_lessons(language())
    forgotten = titles if lesson == "all" else [titles[_lesson(titles, lesson)]]
    for title in forgotten:
        store.forget(title.id)
        print(_("Forgotten: {title}").format(title=title.title))
    return 0


def check(settings: Settings, path: Path | None) -> int:
    """Prove lessons sound: print every fault with file and line; 1 if there is any."""
    from conv1d_tutor.course.lint import check_lessons

    _store(settings)

    def make_evaluator() -> LearnerEvaluator:
        evaluator = _evaluator(settings)
        evaluator.quiet = True
        return evaluator

    faults = check_lessons(path, make_evaluator)
    for fault in faults:
        print(fault)
    if not faults:
        print(_("All lessons are sound."))
    return _FAULTY if faults else 0


def _store(settings: Settings) -> Store:
    """Open the learner's progress, and speak the language they asked for or chose before."""
    store = open_store()
    if settings.language is not None:
        use_language(settings.language)
        store.set("language", settings.language)
    elif (chosen := store.get("language")) is not None and can_encode(sys.stdout, "中"):
        use_language(chosen)
    return store


def _look(settings: Settings) -> Look:
    return Look(plain=settings.plain, ascii=settings.ascii or not can_encode(sys.stdout))


def _evaluator(settings: Settings) -> LearnerEvaluator:
    try:
        return LearnerEvaluator(find_torch(settings.engine))
    except ModuleNotFoundError:
        raise TutorError(
            _(
                "--engine torch needs PyTorch, which is not installed here. "
                "Install it with pip, or leave the option out: the bundled engine answers alike."
            )
        ) from None


def _lesson(titles: Sequence[LessonTitle], wish: str) -> int:
    found = find_lesson(titles, wish)
    if isinstance(found, str):
        raise TutorError(found)
    return found


def _greet(screen: Screen, store: Store) -> None:
    screen.show(
        Text.assemble(
            ("conv1d-tutor", "heading"),
            "  ",
            (_("understand PyTorch's Conv1d, number by number"), "note"),
        )
    )
    if store.notice:
        screen.note(store.notice, "error")


def _reader(
    settings: Settings,
    session: Session,
    store: Store,
    status: Callable[[], str],
    when_drawn: Callable[[], None],
) -> Reader:
    if on_terminal(sys.stdin, sys.stdout) and not settings.plain:
        from .terminal import KeptHistory, TerminalReader, no_terminal

        try:
            return TerminalReader(
                names=session.names,
                commands=session.commands.names,
                status=status,
                history=KeptHistory(store.history, store.add_history),
                when_drawn=when_drawn,
                vi=settings.vi,
            )
        except no_terminal():
            pass
    if sys.stdin is not None and sys.stdin.isatty():
        return bare_terminal_reader()
    # A transcript shows what was answered, as a session on a terminal would.
    return pipe_reader(sys.stdin, print)
