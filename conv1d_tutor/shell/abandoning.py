"""Ctrl-C while prompt_toolkit runs: it ends what is shown there, once, however often it comes."""

from collections.abc import Callable
from typing import Any, TypeVar

from prompt_toolkit.application import Application

from conv1d_tutor import interrupts

_T = TypeVar("_T")


def until_abandoned(app: Application[Any], run: Callable[[Callable[[], None]], _T]) -> _T:
    """Return what `run` gives; raise `KeyboardInterrupt` where Ctrl-C comes as a signal.

    `run` runs `app`, and calls what it is given once the app has begun. The signal of a key
    pressed a moment before the app took the keys, or after it let go of them, ends it or is
    forgotten: prompt_toolkit's own way would end an app that has ended.
    """

    def abandon() -> None:
        if app.is_running and app.future is not None and not app.future.done():
            app.exit(exception=KeyboardInterrupt())

    def pressed() -> None:
        if app.loop is not None and not app.loop.is_closed():
            app.loop.call_soon_threadsafe(abandon)

    def begun() -> None:
        if interrupts.was_pressed():
            pressed()

    with interrupts.answered_by(pressed):
        return run(begun)
