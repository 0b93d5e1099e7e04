"""Sessions put together from their parts: lessons, free play, the tour."""

import io
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from conv1d_tutor import interrupts
from conv1d_tutor.course.format.loading import list_lessons
from conv1d_tutor.course.lesson import LessonTitle
from conv1d_tutor.course.store import Store
from conv1d_tutor.errors import TutorError
from conv1d_tutor.i18n import _, language
from conv1d_tutor.late import loaded_late
from conv1d_tutor.settings import Settings, on_terminal

from .evaluator import LearnerEvaluator
from .explainer import Explainer
from .guide import Guide
from .imports import find_torch
from .keyboard import Keyboard
from .lesson_list import is_done, lesson_number, where_to_resume
from .readers import Reader, TellingReader, bare_terminal_reader, pipe_reader
from .screen import Screen
from .script import run_source
from .session import Session
from .tour import TourReader

_INTERRUPTED = 130

with loaded_late():  # a pipe needs no prompt_toolkit
    from . import live_streams, terminal


def learn_lessons(
    settings: Settings, store: Store, screen: Screen, lesson: str | None, step: int | None
) -> int:
    """Lead through the lessons from where the learner left, or from the lesson and step asked."""
    titles = list_lessons(language())
    number = where_to_resume(store, titles) if lesson is None else lesson_number(titles, lesson)
    evaluator = _evaluator(settings)
    explainer = Explainer(evaluator, screen)
    guide = Guide(titles, evaluator, screen, explainer, store)
    if number is None:
        screen.note(_all_done(store, titles))
    else:
        guide.open(number, None if step is None else step - 1)
        guide.present()
    session = Session(evaluator, screen, explainer, guide, store.set)

    def load() -> None:
        guide.prepare()
        explainer.load()

    try:
        with _live_streams(settings):
            reader = _reader(settings, session, store, guide.status, load)
            screen.pause = getattr(reader, "pause", None)
            session.run(_telling(reader, store, screen))
        # Another tutor may have left the learner elsewhere since.
        guide.keep_place()
    finally:
        store.close()
    tell_news(store, screen)
    if loss := store.loss():
        screen.note(loss, "error")
    elif not store.cannot_save:  # else it was said what cannot be saved, and nothing was waiting
        screen.note(_("Saved. conv1d-tutor goes on from here."))
    return 0


def tell_news(store: Store, screen: Screen) -> None:
    """Say what has happened to the file of the learner's state, each thing once."""
    if news := store.news():
        screen.note(news, "error" if store.notice else "note")


def _all_done(store: Store, titles: Sequence[LessonTitle]) -> str:
    if all(is_done(store, title) for title in titles):
        return _("All lessons are done. :list goes back to any of them.")
    return _("You have come to the end of the lessons. :list shows what was left out on the way.")


def play_freely(settings: Settings, store: Store, screen: Screen, code: str | None) -> int:
    """Be a free console at a terminal; else run the code given, or what a pipe holds."""
    evaluator = _evaluator(settings)
    explainer = Explainer(evaluator, screen)
    session = Session(evaluator, screen, explainer, remember=store.set)
    if code is not None or sys.stdin is None or not sys.stdin.isatty():
        source = sys.stdin if code is None else io.StringIO(code)
        with interrupts.listened_to():
            return run_source(pipe_reader(source), evaluator, session.take)
    screen.note(_("A free console. Begin with: import torch"))

    def status() -> str:
        return " " + _("free console · :explain y[0,0,0] · :help")

    def load() -> None:
        evaluator.load()
        explainer.load()

    try:
        with _live_streams(settings):
            session.run(_telling(_reader(settings, session, store, status, load), store, screen))
    finally:
        store.close()
    tell_news(store, screen)
    if loss := store.loss():
        screen.note(loss, "error")
    return 0


def take_tour(settings: Settings, screen: Screen, lesson: str | None, pace: float) -> int:
    """Play all lessons, or one, answered by themselves."""
    titles = list_lessons(language())
    number = None if lesson is None else lesson_number(titles, lesson)
    evaluator = _evaluator(settings)
    explainer = Explainer(evaluator, screen)
    guide = Guide(titles, evaluator, screen, explainer, Store.in_memory(), last=number, tour=True)
    guide.open(number or 0)
    session = Session(evaluator, screen, explainer, guide)
    with Keyboard() as keyboard:
        if screen.is_live:
            screen.note(_("The lessons play by themselves. q ends the tour."))
        guide.present()
        reader = TourReader(guide, screen, keyboard, pace if screen.is_live else 0)
        screen.pause = reader.rest if screen.is_live else None
        session.run(reader)
        if reader.left:
            screen.note(_("The tour was ended. conv1d-tutor lets you do it yourself."))
    return _INTERRUPTED if reader.interrupted else 0


def quiet_evaluator(settings: Settings) -> LearnerEvaluator:
    """Return an evaluator that shows nothing, to prove lessons with."""
    evaluator = _evaluator(settings)
    evaluator.quiet = True
    return evaluator


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


def _telling(reader: Reader, store: Store, screen: Screen) -> Reader:
    return TellingReader(reader, lambda: tell_news(store, screen))


def _live_streams(settings: Settings) -> AbstractContextManager[object]:
    """Let prompt_toolkit go on though the learner's code closes the standard streams."""
    if on_terminal(sys.stdin, sys.stdout) and not settings.plain:
        try:
            return live_streams.live_streams()
        except terminal.NO_TERMINAL:
            pass
    return nullcontext()


def _reader(
    settings: Settings,
    session: Session,
    store: Store,
    status: Callable[[], str],
    when_drawn: Callable[[], None],
) -> Reader:
    if on_terminal(sys.stdin, sys.stdout) and not settings.plain:
        try:
            return terminal.TerminalReader(
                names=session.names,
                commands=session.commands.names,
                status=status,
                history=terminal.KeptHistory(store.history, store.add_history),
                when_drawn=when_drawn,
                vi=settings.vi,
            )
        except terminal.NO_TERMINAL:
            pass
    if sys.stdin is not None and sys.stdin.isatty():
        return bare_terminal_reader()
    # A transcript shows what was answered, as a session on a terminal would.
    return pipe_reader(sys.stdin, print)
