"""Something legal that was likely not meant: what it does, and what was likelier meant."""

from collections.abc import Iterator

from rich.text import Text

from ..explain.fault import Fault
from ..explain.silent import SilentMistake
from . import fault
from .pen import Pen

__all__ = ["draw", "say"]


def draw(mistake: SilentMistake, pen: Pen) -> Iterator[Text]:
    """Draw what was accepted and what was likelier meant."""
    return fault.draw(_as_fault(mistake), pen)


def say(mistake: SilentMistake) -> Iterator[str]:
    """Say what was accepted and what was likelier meant."""
    return fault.say(_as_fault(mistake))


def _as_fault(mistake: SilentMistake) -> Fault:
    """Return a silent mistake in the form in which errors are drawn."""
    return Fault(
        mistake.name, mistake.sentence, reason=mistake.reason, fix=mistake.fix, gives=mistake.gives
    )
