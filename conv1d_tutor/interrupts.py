"""Ctrl-C: heard where it can stop what runs; elsewhere kept for the next place where it can.

A signal arrives anywhere: while a module is half loaded, while a step is half saved, while a
destructor runs. So in a session it raises `KeyboardInterrupt` only inside of `allowed`, and
before and after a session it ends the process at once, without a word.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

INTERRUPTED = 130
"""The exit status of what Ctrl-C has ended."""

_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
# The line and what is below it go; no bracketed paste, a cursor, no colours.
_RESTORE_SCREEN = b"\r\x1b[J\x1b[?2004l\x1b[?25h\x1b[0m"


class _Hearing:
    """What becomes of Ctrl-C at this moment."""

    allowed = False  # whether it may be raised
    pressed = False  # whether it was pressed where it may not
    answer: Callable[[], None] | None = None  # who else is to be told of it


_now = _Hearing()


def end_at_once() -> None:
    """From now on let Ctrl-C end the process, silently, with its own status."""
    with suppress(ValueError):  # a thread has no signals
        signal.signal(signal.SIGINT, _end_at_once)


def end_undisturbed() -> None:
    """From now on pass over Ctrl-C: the process is about to end, with a status of its own."""
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def listened_to() -> Iterator[None]:
    """In the block, Ctrl-C is raised where it is `allowed`; being ended leaves a sane terminal."""
    try:
        before = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, *_ENDING)}
        end = _ending(_terminal_settings())
        # Who plays the tour hears Ctrl-C as a key.
        if before[signal.SIGINT] in (signal.default_int_handler, _end_at_once, _press):
            signal.signal(signal.SIGINT, _press)
        for sign in _ENDING:
            signal.signal(sign, end)
    except ValueError:  # a thread has no signals
        yield
        return
    unraisable, sys.unraisablehook = sys.unraisablehook, _unraisable
    try:
        yield
    finally:
        _now.allowed = _now.pressed = False
        sys.unraisablehook = unraisable
        for sign, handler in before.items():
            signal.signal(sign, handler)


def handlers() -> dict[int, object]:
    """Return who hears each signal now, to be put back by `hear_again`."""
    return {sign: signal.getsignal(sign) for sign in (signal.SIGINT, *_ENDING)}


def hear_again(known: dict[int, object]) -> None:
    """Give each signal back to who heard it."""
    for sign, handler in known.items():
        if signal.getsignal(sign) is not handler:
            with suppress(ValueError, TypeError):
                signal.signal(sign, handler)  # type: ignore[arg-type]


@contextmanager
def allowed() -> Iterator[None]:
    """In the block Ctrl-C raises `KeyboardInterrupt`; at once, if it was pressed before."""
    before, _now.allowed = _now.allowed, True
    try:
        _raise_if_pressed()
        yield
    finally:
        _now.allowed = before


@contextmanager
def held() -> Iterator[None]:
    """In the block nothing is interrupted; what was pressed is raised after it, if it may be."""
    before, _now.allowed = _now.allowed, False
    try:
        yield
    finally:
        _now.allowed = before
    if before:
        _raise_if_pressed()


@contextmanager
def answered_by(answer: Callable[[], None]) -> Iterator[None]:
    """In the block Ctrl-C is not raised: `answer` is called, in the midst of whatever runs."""
    before, _now.allowed = _now.allowed, False
    other, _now.answer = _now.answer, answer
    try:
        yield
    finally:
        _now.answer = other
        _now.allowed = before
        _now.pressed = False


def was_pressed() -> bool:
    """Return whether Ctrl-C was pressed and has not been heard yet."""
    return _now.pressed


def _raise_if_pressed() -> None:
    if _now.pressed:
        _now.pressed = False
        raise KeyboardInterrupt


def _press(_signal: int, _frame: FrameType | None) -> None:
    if _now.allowed:
        raise KeyboardInterrupt
    _now.pressed = True
    if _now.answer is not None:
        _now.answer()


def _end_at_once(_signal: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


def _ending(settings: list[Any] | None) -> Callable[[int, FrameType | None], None]:
    """Return who ends the process and leaves the terminal with the `settings` it had."""

    def end(sign: int, _frame: FrameType | None) -> None:
        if settings is not None:
            import termios  # noqa: PLC0415 - not everywhere, and needed at the end only

            with suppress(termios.error, OSError):
                termios.tcsetattr(0, termios.TCSANOW, settings)
                os.write(1, _RESTORE_SCREEN)
        os._exit(128 + sign)

    return end


def _terminal_settings() -> list[Any] | None:
    try:
        import termios  # noqa: PLC0415 - not everywhere

        return termios.tcgetattr(0) if os.isatty(0) and os.isatty(1) else None
    except (ImportError, OSError):
        return None
    except Exception:  # termios.error is no OSError
        return None


def _unraisable(lost: "sys.UnraisableHookArgs") -> None:
    """Keep a Ctrl-C that fell into a destructor for the next place where it can be heard.

    A computation that was given up ends its thread by SystemExit, wherever that falls.
    """
    if lost.exc_type is KeyboardInterrupt:
        _now.pressed = True
    elif lost.exc_type is not SystemExit:
        sys.__unraisablehook__(lost)
