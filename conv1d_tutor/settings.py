"""What a person chose, or their terminal decides: language, plainness, engine."""

import locale
import os
from dataclasses import dataclass
from typing import TextIO

from .i18n import LANGUAGES

_GLYPHS = "─│┌┐└┘├┤╭╮╰╯━·×→≥≤✓■□▲▼…"
_CHINESE = "卷积，。"


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of one run of the command.

    `language` and `theme` are None until they are chosen; `engine` is "numpy" or "torch".
    """

    language: str | None = None
    plain: bool = False
    ascii: bool = False
    theme: str | None = None
    engine: str = "numpy"
    vi: bool = False


def on_terminal(stdin: TextIO | None, stdout: TextIO | None) -> bool:
    """Return whether both ends are a terminal that can redraw its lines."""
    return (
        stdin is not None
        and stdout is not None
        and not stdin.closed
        and stdin.isatty()
        and stdout.isatty()
        and os.environ.get("TERM", "") not in {"dumb", "unknown"}
    )


def can_encode(stream: TextIO | None, text: str = _GLYPHS) -> bool:
    """Return whether `stream` can carry `text`; without it, all the glyphs of the pictures."""
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def language_of_locale(stream: TextIO | None) -> str:
    """Return the language that the environment asks for, of those the tutor speaks.

    English wherever `stream` could not carry Chinese.
    """
    asked = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)),
        None,
    )
    if asked is None:
        asked = locale.getlocale()[0] or ""
    chinese = asked.lower().startswith(("zh", "chinese"))
    return "zh_CN" if chinese and "zh_CN" in LANGUAGES and can_encode(stream, _CHINESE) else "en"
