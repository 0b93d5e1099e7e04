"""The `conv1d-tutor` command: what each of its commands starts, and the exit status.

0 all is well; 1 the code that was given raised, or a lesson has a fault; 2 the command line
is wrong; 130 interrupted.
"""

import os
import sys

from . import errors, i18n, interrupts
from .late import loaded_late

with loaded_late():
    from . import app, arguments, settings

_FAILED = 1


def run(typed: list[str]) -> int:
    """Run the command with the arguments `typed`; return the exit status."""
    _make_streams_safe()
    i18n.use_language(settings.language_of_locale(sys.stdout))
    try:
        return _start(typed)
    except errors.TutorError as error:
        print(f"conv1d-tutor: {error}", file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt:
        return interrupts.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough; nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def _start(typed: list[str]) -> int:
    # Resuming is by far the most frequent wish, and needs no parser.
    if not typed:
        return app.learn(settings.Settings())
    given = arguments.parse_arguments(typed)
    chosen = settings.Settings(
        language=getattr(given, "lang", None),
        plain=getattr(given, "plain", False),
        ascii=getattr(given, "ascii", False),
        theme=getattr(given, "theme", None),
        engine=getattr(given, "engine", "numpy"),
        vi=getattr(given, "vi", False),
    )
    match given.command:
        case "play":
            return app.play(chosen, given.code)
        case "tour":
            return app.tour(chosen, given.lesson, given.pace)
        case "list":
            return app.list_lessons(chosen)
        case "progress":
            return app.list_lessons(chosen, steps=True)
        case "reset":
            return app.reset(chosen, given.lesson)
        case "check":
            return app.check(chosen, given.path)
        case _:
            return app.learn(chosen, getattr(given, "lesson", None), getattr(given, "step", None))


def _make_streams_safe() -> None:
    """Let no character that a stream cannot carry end the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")
