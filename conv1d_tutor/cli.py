"""The `conv1d-tutor` command: chooses what to run, and gives the exit status.

0 all is well; 1 the code that was given raised, or a lesson has a fault; 2 the command line
is wrong; 130 interrupted. What is heavy is imported by the command that needs it.
"""

import os
import sys
from collections.abc import Sequence

from . import __version__

__all__ = ["main"]

_FAILED = 1
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments` (default: the process's own); give its exit status."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if arguments == ["--version"]:
        print(f"conv1d-tutor {__version__}")
        return 0
    from .errors import TutorError
    from .i18n import use_language
    from .settings import language_of_locale

    _make_streams_safe()
    use_language(language_of_locale(sys.stdout))
    try:
        return _run(arguments)
    except TutorError as error:
        print(f"conv1d-tutor: {error}", file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough; nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def _run(arguments: list[str]) -> int:
    from .settings import Settings

    # Resuming is by far the most frequent wish, and needs no parser.
    if not arguments:
        from .shell.start import learn

        return learn(Settings())
    from .arguments import parse_arguments

    given = parse_arguments(arguments)
    settings = Settings(
        language=getattr(given, "lang", None),
        plain=getattr(given, "plain", False),
        ascii=getattr(given, "ascii", False),
        theme=getattr(given, "theme", None),
        engine=getattr(given, "engine", "numpy"),
        vi=getattr(given, "vi", False),
    )
    from .shell import start

    match given.command:
        case "play":
            return start.play(settings, given.code)
        case "tour":
            return start.tour(settings, given.lesson, given.pace)
        case "list":
            return start.list_all(settings)
        case "progress":
            return start.list_all(settings, steps=True)
        case "reset":
            return start.reset(settings, given.lesson)
        case "check":
            return start.check(settings, given.path)
        case _:
            return start.learn(
                settings, getattr(given, "lesson", None), getattr(given, "step", None)
            )


def _make_streams_safe() -> None:
    """Let no character that a stream cannot carry end the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")
