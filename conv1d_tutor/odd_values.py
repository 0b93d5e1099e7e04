"""Looking at a learner's value without running code of its: it may raise anything, or lie.

Attributes are looked for in the class, past `__getattr__`, `__class__` and metaclasses.
"""

from typing import Any, TypeGuard, TypeVar

_T = TypeVar("_T")

_MRO = type.__dict__["__mro__"]
_NAMESPACE = type.__dict__["__dict__"]


def offers(value: object, *names: str) -> bool:
    """Return whether the class of `value`, or one that it inherits from, defines all `names`."""
    defined = [_NAMESPACE.__get__(kind) for kind in _MRO.__get__(type(value))]
    return all(any(name in each for each in defined) for name in names)


def is_a(value: object, *kinds: type[_T]) -> TypeGuard[_T]:
    """Return whether `value` truly is an instance of one of `kinds`, whatever it says it is."""
    return any(kind in _MRO.__get__(type(value)) for kind in kinds)


def name_of_class(kind: Any) -> str:
    """Return the name of a class, past its metaclass."""
    name: str = type.__dict__["__name__"].__get__(kind)
    return name


def parts_of(value: object, method: str) -> list[Any]:
    """Return all that a layer's `method` gives, as its first class has it: `nn.Module`.

    Overrides are passed over; a layer that was tampered with, so that it cannot tell, has none.
    """
    having = [kind for kind in _MRO.__get__(type(value)) if method in _NAMESPACE.__get__(kind)]
    try:
        return list(_NAMESPACE.__get__(having[-1])[method](value))
    except Exception:
        return []


def text_of(error: BaseException) -> str:
    """Return an error's text, where it has one that can be had; else an empty one."""
    try:
        return str.__str__(str(error))
    except BaseException:
        return ""


def named(names: dict[str, object]) -> dict[str, object]:
    """Return what of a namespace has a name: `globals()[3] = 4` puts anything there."""
    if {*map(type, names)} <= {str}:
        return names
    return {name: value for name, value in names.items() if type(name) is str}
