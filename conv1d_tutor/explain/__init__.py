"""Where a number came from, and what a mistake means: plain frozen data, no colour."""

from collections.abc import Mapping

from .convolution import Convolution
from .derivation import Derivation, by_hand, derive
from .explaining import (
    convolution_behind,
    element_reached_by_indexing,
    explain_input_whole,
    explain_number,
    explain_tensor,
)
from .explorer import Explorer
from .fault import AxisNote, Fault
from .faults import decode_error
from .hand_sum import HandSum, check_hand_sum
from .length import LengthDerivation, explain_length
from .mistakes import Mistake, name_mistake
from .naming import is_module
from .overview import NoOrigin, Overview
from .parameters import BiasUse, WeightUse, explain_parameter
from .reach import InputReach, explain_input
from .shape_mistakes import name_length_mistake, name_shape_mistake
from .shapes import ShapeWalk, explain_shapes
from .signals import Series, series_of
from .silent import SilentMistake, silent_mistake
from .tensors import is_tensor

__all__ = [
    "AxisNote",
    "BiasUse",
    "Convolution",
    "Derivation",
    "Explanation",
    "Explorer",
    "Fault",
    "HandSum",
    "InputReach",
    "LengthDerivation",
    "Mistake",
    "NoOrigin",
    "Overview",
    "Series",
    "ShapeWalk",
    "SilentMistake",
    "WeightUse",
    "by_hand",
    "check_hand_sum",
    "convolution_behind",
    "decode_error",
    "derive",
    "explain",
    "explain_automatically",
    "explain_length",
    "explain_shapes",
    "name_length_mistake",
    "name_mistake",
    "name_shape_mistake",
    "series_of",
    "silent_mistake",
]

Explanation = (
    Derivation
    | Overview
    | HandSum
    | InputReach
    | WeightUse
    | BiasUse
    | ShapeWalk
    | LengthDerivation
    | NoOrigin
    | Fault
    | SilentMistake
)
"""Everything that can be said about a value or an error; `view.picture` draws each of them."""


def explain(value: object, names: Mapping[str, object], expression: str = "") -> Explanation:
    """Return where any value came from, or what it is for.

    `names` is the learner's namespace, so that the answer speaks of their own tensors;
    `expression` is what they typed. Never raises for a value it does not know.
    """
    if is_module(value):
        return explain_shapes(value, names, expression)
    if is_tensor(value):
        return (
            element_reached_by_indexing(value, names, expression)
            or explain_parameter(value, names, expression)
            or explain_input(value, names, expression)
            or explain_input_whole(value, names)
            or check_hand_sum(value, names, expression)
            or explain_tensor(value, names, expression)
        )
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return explain_number(float(value), names, expression)
    return NoOrigin(expression, "not_a_tensor")


def explain_automatically(
    value: object, names: Mapping[str, object], expression: str
) -> Explanation | None:
    """Return what is worth saying unasked, else None.

    That is a single output element reached by indexing, and a sum typed by hand that is such
    an element or aims at one. Cheap enough to be called after every input.
    """
    return element_reached_by_indexing(value, names, expression) or check_hand_sum(
        value, names, expression
    )
