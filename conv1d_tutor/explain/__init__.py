"""Where a number came from, and what a mistake means: plain frozen data, no colour."""

from collections.abc import Mapping

from .derivation import Derivation, by_hand, derive
from .explaining import (
    element_reached_by_indexing,
    explain_number,
    explain_tensor,
)
from .fault import AxisNote, Fault
from .faults import decode_error
from .length import LengthDerivation, explain_length
from .overview import NoOrigin, Overview
from .tensors import is_tensor

__all__ = [
    "AxisNote",
    "Derivation",
    "Explanation",
    "Fault",
    "LengthDerivation",
    "NoOrigin",
    "Overview",
    "by_hand",
    "decode_error",
    "derive",
    "explain",
    "explain_automatically",
    "explain_length",
]

Explanation = Derivation | Overview | LengthDerivation | NoOrigin | Fault
"""Everything that can be said about a value; `view.picture` draws each of them."""


def explain(value: object, names: Mapping[str, object], expression: str = "") -> Explanation:
    """Say where any value came from.

    `names` is the learner's namespace, so that the answer speaks of their own tensors;
    `expression` is what they typed. Never raises for a value it does not know.
    """
    if is_tensor(value):
        return explain_tensor(value, names, expression)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return explain_number(float(value), names, expression)
    return NoOrigin(expression, "not_a_tensor")


def explain_automatically(
    value: object, names: Mapping[str, object], expression: str
) -> Explanation | None:
    """Say what is worth saying unasked: a single output element reached by indexing, else None.

    Cheap enough to be called after every input.
    """
    return element_reached_by_indexing(value, names, expression)
