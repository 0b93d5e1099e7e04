"""Each way to start the command: opens the store and the screen, greets, then loads the rest."""

import sys
from pathlib import Path

from rich.text import Text

from .course.store import Store, open_store
from .errors import TutorError
from .i18n import LANGUAGES, _, language, use_language
from .late import loaded_late
from .settings import Settings, can_encode
from .shell.screen import Screen
from .view import Background, Look

# The greeting stands on the screen before what it greets to is loaded.
with loaded_late():
    from .course import lint
    from .course.format import loading
    from .shell import lesson_list, sessions

_FAULTY = 1


def learn(settings: Settings, lesson: str | None = None, step: int | None = None) -> int:
    """Go on with the lessons, at a terminal or with answers from a pipe."""
    store, screen = _open(settings)
    _greet(screen, store)
    return sessions.learn_lessons(settings, store, screen, lesson, step)


def play(settings: Settings, code: str | None = None) -> int:
    """Open a free console, or run what an option or a pipe holds as a console would."""
    store, screen = _open(settings)
    if code is None and sys.stdin is not None and sys.stdin.isatty():
        _greet(screen, store)
    else:
        _warn(store.news())
    return sessions.play_freely(settings, store, screen, code)


def tour(settings: Settings, lesson: str | None, pace: float) -> int:
    """Play the lessons by themselves, solutions typed out; the learner's progress is untouched."""
    store, screen = _open(settings)
    _greet(screen, store)
    return sessions.take_tour(settings, screen, lesson, pace)


def list_lessons(settings: Settings, *, steps: bool = False) -> int:
    """Print the lessons and how far they are done."""
    store, screen = _open(settings)
    titles = loading.list_lessons(language())
    table = lesson_list.lesson_table(titles, store, screen.look, screen.width, steps=steps)
    screen.show(table)
    if not store.readable:
        raise TutorError(
            _("How far you are is not known: {path} cannot be read ({reason}).").format(
                path=store.path, reason=store.trouble
            )
        )
    if store.trouble:
        told = _("Nothing can be saved in {path} now ({reason}). What was saved before is shown.")
        _warn(told.format(path=store.path, reason=store.trouble))
    else:
        _warn(store.news())
    return 0


def reset(settings: Settings, lesson: str) -> int:
    """Forget the progress of a lesson, or of "all"."""
    store, screen = _open(settings)
    titles = loading.list_lessons(language())
    forgotten = titles if lesson == "all" else (titles[lesson_list.lesson_number(titles, lesson)],)
    for title in forgotten:
        store.forget(title.id)
    store.close()
    if store.trouble:
        raise TutorError(
            _("Nothing was forgotten: {path} cannot be written ({reason}).").format(
                path=store.path, reason=store.trouble
            )
        )
    _warn(store.news())
    for title in forgotten:
        screen.note(_("Forgotten: {title}").format(title=title.title))
    return 0


def check(settings: Settings, path: Path | None) -> int:
    """Prove lessons sound: print every fault with file and line; return 1 if there is any."""
    store, _screen = _open(settings)
    _warn(store.news())
    faults = lint.check_lessons(path, lambda: sessions.quiet_evaluator(settings))
    for fault in faults:
        print(fault)
    if not faults:
        print(_("All lessons are sound."))
    return _FAULTY if faults else 0


def _open(settings: Settings) -> tuple[Store, Screen]:
    """Open the learner's progress, and speak the language they asked for or chose before."""
    store = open_store()
    if settings.language is not None:
        use_language(settings.language)
        store.set("language", settings.language)
    elif (chosen := store.get("language")) in LANGUAGES and can_encode(sys.stdout, "中"):
        use_language(chosen)
    if settings.theme is not None:
        store.set("theme", settings.theme)
    background = _background(settings.theme or store.get("theme"))
    plain_characters = settings.ascii or not can_encode(sys.stdout)
    return store, Screen(Look(plain=settings.plain, ascii=plain_characters), background)


def _background(chosen: str | None) -> Background:
    match chosen:
        case "dark" | "light":
            return chosen
        case _:
            return "ansi"


def _greet(screen: Screen, store: Store) -> None:
    claim = _("understand PyTorch's Conv1d, number by number")
    screen.show(Text.assemble(("conv1d-tutor", "heading"), "  ", (claim, "note")))
    if news := store.news():
        screen.note(news, "error")


def _warn(sentence: str) -> None:
    """Say a sentence on standard error, if there is one: what was asked for stands alone."""
    if sentence and sys.stderr is not None:
        print(f"conv1d-tutor: {sentence}", file=sys.stderr)
