"""Something legal that was likely not meant: what it does, and what was likelier meant."""

from ..explain import Fault, SilentMistake
from .fault import fault_picture
from .look import Look
from .pen import Picture

__all__ = ["as_fault", "silent_picture"]


def as_fault(mistake: SilentMistake) -> Fault:
    """Return a silent mistake in the form in which errors are drawn."""
    return Fault(
        mistake.name,
        mistake.sentence,
        reason=mistake.reason,
        fix=mistake.fix,
        gives=mistake.gives,
    )


def silent_picture(mistake: SilentMistake, look: Look) -> Picture:
    """Draw what was accepted and what was likelier meant."""
    return fault_picture(as_fault(mistake), look)
