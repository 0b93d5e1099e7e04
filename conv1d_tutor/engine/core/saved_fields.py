"""What a node of the graph keeps for the way back, by PyTorch's names: `_saved_self` and others."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from .graph import RESULT
from .parameters import is_number
from .tensor import Tensor, wrap


class Field(NamedTuple):
    """What a node keeps under a name."""

    name: str
    place: int | None
    """Which argument it is, or is of; None is the result."""
    layout: str
    """"sizes" or "strides" where it is those of the argument."""
    needed_by: int | None
    """The argument that has to require a gradient for it to be kept."""


def field_of(token: str, places: Mapping[str, int]) -> Field:
    """Return what a word of `saves` stands for, given the places of the arguments."""
    name, _, needed_by = token.partition(":")
    argument, _, layout = name.partition("_sym_")
    place = None if name == "result" else places[argument]
    return Field(name, place, layout, places[needed_by] if needed_by else None)


def saved_fields(kept: list[Field], arguments: tuple[Any, ...], numbers: bool) -> dict[str, Any]:
    """Return the fields of a node by name; a number that stood for a tensor is kept as one."""
    fields: dict[str, Any] = {}
    for name, place, layout, needed_by in kept:
        value: Any = RESULT if place is None else arguments[place]
        if layout == "sizes":
            value = value._array.shape
        elif layout:
            array = value._array
            value = tuple([step // array.itemsize for step in array.strides])
        if needed_by is not None:
            needs = arguments[needed_by]
            if not isinstance(needs, Tensor) or not needs.requires_grad:
                value = () if layout else None
        if numbers and name in ("self", "other") and is_number(value):
            value = wrap(np.asarray(value))
        fields[name] = value
    return fields
