"""What the bottom line says while a call is typed: the function's parameters."""

import re
from collections.abc import Mapping

__all__ = ["call_signature", "open_call", "parameters_of"]

_CALLED = re.compile(r"([^\W\d]\w*(?:\.\w+)*)$")
_OPENING = {"(": ")", "[": "]", "{": "}"}


def open_call(before: str) -> str:
    """Return the dotted name of the innermost call still open in `before`; empty without one."""
    open_at: list[int] = []
    quote = ""
    for at, character in enumerate(before):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in _OPENING:
            open_at.append(at)
        elif character in ")]}" and open_at:
            open_at.pop()
    for at in reversed(open_at):
        if before[at] == "(" and (found := _CALLED.search(before[:at])):
            return found[1]
    return ""


def call_signature(before: str, names: Mapping[str, object]) -> str:
    """Return `name(parameters)` of the call that is being typed; empty where it is not known.

    Only names and attributes are followed; nothing is called.
    """
    name = open_call(before)
    first, *rest = name.split(".")
    thing = names.get(first)
    try:
        for part in rest:
            thing = getattr(thing, part)
    except Exception:
        # A property of the learner's own may raise anything; there is just nothing to show.
        return ""
    parameters = parameters_of(thing)
    return f"{name}({parameters})" if parameters is not None else ""


def parameters_of(thing: object) -> str | None:
    """Return the parameters of a callable with their defaults, as one reads them; else None."""
    import inspect

    if not callable(thing):
        return None
    try:
        parameters = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return None
    stars: dict[object, str] = {
        inspect.Parameter.VAR_POSITIONAL: "*",
        inspect.Parameter.VAR_KEYWORD: "**",
    }
    return ", ".join(
        stars.get(parameter.kind, "")
        + parameter.name
        + ("" if parameter.default is parameter.empty else f"={parameter.default!r}")
        for parameter in parameters
    )
