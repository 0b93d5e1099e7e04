"""The kinds of step, one file each, and the table of them."""

from ..lesson import Step
from .choice import Choice
from .hand import Hand
from .kind import Kind
from .predict import Predict
from .read import Read
from .run import Run
from .value import Value

__all__ = ["KINDS", "Kind", "kind_of"]

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (Read(), Run(), Value(), Predict(), Choice(), Hand())
}
"""Every kind by the name that `lesson.toml` has for it."""


def kind_of(step: Step) -> Kind:
    """Return the kind of a step."""
    return KINDS[step.kind]
