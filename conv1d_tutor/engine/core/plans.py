"""How arguments of the same types are handed on without being read again.

Reading arguments takes longer than a small operation. What it came to is kept as a plan for the
types that they had; only the size of whole numbers is looked at each time.
"""

from collections.abc import Callable, Mapping
from typing import Any

Plan = tuple[int | None, tuple[str, ...], Mapping[str, Any], tuple[int, ...]]
"""From which argument on several are one list, names that the arguments are given by, the rest,
and which arguments are whole numbers or lists of them, that may be too large."""

MOST_PLANS = 100
LONG = "long"


def kind_of_value(value: object) -> object:
    """Return the type of a value; of a list also the types of its items, unless it is long."""
    if type(value) is tuple or type(value) is list:
        return (type(value), *map(type, value)) if len(value) < 9 else LONG
    return type(value)


def plan_of(
    values: Mapping[str, Any],
    arguments: tuple[Any, ...],
    by_position: bool,
    operation: Callable[..., Any],
) -> Plan | None:
    """Return how arguments of the same types can be handed on without being read.

    None where one of them was read as another type than its own.
    """
    read, given = tuple(values.values()), arguments
    several = None
    if not all(map(_is, read, arguments)) or len(arguments) > len(read):
        # The ints of a list may have been given one by one.
        several = next((place for place, each in enumerate(read) if type(each) is tuple), 0)
        together = (*arguments[:several], arguments[several:])
        if not all(map(_is, read, together)):
            return None
        arguments = together
    names = tuple(values)[: len(arguments)]
    rest = {name: value for name, value in values.items() if name not in names}
    code = getattr(operation, "__code__", None)
    own = () if code is None else code.co_varnames[: code.co_argcount]
    in_order = getattr(operation, "parameters", own)[: len(names)] == names
    whole = tuple(place for place, each in enumerate(given) if type(each) in _WITH_INTS)
    return several, () if by_position or in_order else names, rest, whole


_WITH_INTS = frozenset({int, tuple, list})
_LARGEST = 2**63 - 1


def are_small(arguments: tuple[Any, ...], places: tuple[int, ...]) -> bool:
    """Return whether the whole numbers among arguments are such as fit into 64 bits."""
    for place in places:
        value = arguments[place]
        if type(value) is int:
            if not -_LARGEST <= value <= _LARGEST:
                return False
        else:
            for each in value:
                if type(each) is int and not -_LARGEST <= each <= _LARGEST:
                    return False
    return True


def _is(value: object, argument: object) -> bool:
    if type(value) is tuple and type(argument) is tuple:
        return len(value) == len(argument) and all(map(_is, value, argument))
    return value is argument
