"""What `torch.load` may make besides tensors, where the learner says so."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ..core.op import python_function

_HERE = "torch.serialization"

Safe = Callable[..., Any] | tuple[Callable[..., Any], str]
"""A class or function, or one with the dotted name that it has in the file."""

_safe: set[Safe] = set()


@python_function(_HERE)
def add_safe_globals(safe_globals: Iterable[Safe]) -> None:
    """Let `torch.load` make these classes and call these functions."""
    _safe.update(safe_globals)


@python_function(_HERE)
def clear_safe_globals() -> None:
    """Take back what `add_safe_globals` allowed."""
    _safe.clear()


@python_function(_HERE)
def get_safe_globals() -> list[Safe]:
    """Return what `add_safe_globals` allowed."""
    return list(_safe)


@contextmanager
def safe_globals(safe_globals: Iterable[Safe]) -> Iterator[None]:
    """Let `torch.load` make these classes within a `with`."""
    added = set(safe_globals)
    _safe.update(added)
    try:
        yield
    finally:
        _safe.difference_update(added)


safe_globals.__module__ = _HERE


def safe_by_name() -> dict[str, Any]:
    """Return what is allowed by its dotted name in a file."""
    found: dict[str, Any] = {}
    for each in _safe:
        if not isinstance(each, tuple):
            found[f"{each.__module__}.{each.__qualname__}"] = each
            continue
        if len(each) != 2:
            raise ValueError(
                "Expected tuple of length 2 (global, str of callable full path), but got tuple of "
                f"length: {len(each)}"
            )
        if not isinstance(each[1], str):
            raise TypeError(
                "Expected second item in tuple to be str of callable full path, but got: "
                f"{type(each[1])}"
            )
        found[each[1]] = each[0]
    return found
