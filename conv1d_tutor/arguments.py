"""The command line: what may be typed after `conv1d-tutor`, and its `--help`."""

import argparse
from pathlib import Path

from . import __version__
from .i18n import LANGUAGES, _, use_language


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; a wrong one says what is wrong and exits with status 2.

    Gives `command` (None: resume), `lang`, `plain`, `ascii`, `theme`, `engine`, `vi` and what the
    command takes.
    """
    _speak_as_asked(arguments)
    shared = _shared_options()
    parser = argparse.ArgumentParser(
        prog="conv1d-tutor",
        description=_(
            "An interactive console in which you come to understand PyTorch's Conv1d, "
            "number by number. Without a command it goes on where you left off."
        ),
        parents=[shared],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"conv1d-tutor {__version__}")
    commands = parser.add_subparsers(dest="command", metavar=_("COMMAND"))

    def command(name: str, summary: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name, help=summary, description=summary, parents=[shared], allow_abbrev=False
        )

    learn = command("learn", _("go through the lessons; answers may come from a pipe"))
    learn.add_argument(
        "lesson", nargs="?", metavar=_("LESSON"), help=_("number or name of a lesson, see list")
    )
    learn.add_argument("--step", type=int, metavar="N", help=_("begin at step N of the lesson"))
    play = command("play", _("a free console; runs what is piped into it"))
    play.add_argument("-c", dest="code", metavar=_("CODE"), help=_("run CODE and leave"))
    tour = command("tour", _("watch the lessons play by themselves"))
    tour.add_argument("lesson", nargs="?", metavar=_("LESSON"), help=_("only this lesson"))
    tour.add_argument(
        "--pace",
        type=float,
        default=1.0,
        metavar="X",
        help=_("how long to pause on a terminal: 1 as one reads, 0 not at all"),
    )
    command("list", _("the lessons, and how far you are"))
    command("progress", _("every step, and whether it is done"))
    reset = command("reset", _("forget the progress of a lesson, or of all"))
    reset.add_argument("lesson", metavar=_("LESSON"), help=_("number or name of a lesson, or all"))
    check = command("check", _("prove that lessons are sound; for who writes one"))
    check.add_argument(
        "path", nargs="?", type=Path, metavar=_("FOLDER"), help=_("a lesson, or a folder of them")
    )
    return parser.parse_args(arguments)


def _shared_options() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument(
        "--lang", choices=sorted(LANGUAGES), help=_("the language; it is remembered")
    )
    shared.add_argument(
        "--plain", action="store_true", help=_("plain lines and words only, for screen readers")
    )
    shared.add_argument("--ascii", action="store_true", help=_("draw with ASCII characters only"))
    shared.add_argument(
        "--theme",
        choices=("ansi", "dark", "light"),
        help=_("the terminal's own 16 colours, or more on dark or light; it is remembered"),
    )
    shared.add_argument(
        "--engine",
        choices=("numpy", "torch"),
        help=_("what answers: the bundled engine, or PyTorch itself where it is installed"),
    )
    shared.add_argument("--vi", action="store_true", help=_("vi keys at the prompt"))
    return shared


def _speak_as_asked(arguments: list[str]) -> None:
    """Let `--help` itself speak the language that `--lang` asks for."""
    for before, argument in zip(["", *arguments], arguments, strict=False):
        wish = argument if before == "--lang" else argument.removeprefix("--lang=")
        if wish in LANGUAGES and (before == "--lang" or wish != argument):
            use_language(wish)
