"""What a thing is and how it is called: `name?`, and the bottom line while a call is typed."""

import inspect
import itertools
import re
from collections.abc import Mapping

from rich.text import Text

from conv1d_tutor.i18n import _
from conv1d_tutor.printable import printable

from .evaluator import LearnerEvaluator

_MOST_LINES = 12
_CALLED = re.compile(r"([^\W\d]\w*(?:\.\w+)*)$")
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")


def describe(expression: str, evaluator: LearnerEvaluator) -> Text:
    """Return type, signature and documentation of what `expression` names."""
    thing, problem = _look_up(expression, evaluator)
    if problem:
        return Text(problem, style="error")
    out = Text()
    documented = _documented(thing)
    parameters = parameters_of(thing)
    kind = f": {type(thing).__name__}" if parameters is None else f"({parameters})"
    calls = [f"{expression}({each})" for each in documented] or [expression + kind]
    out.append("\n".join(calls), style="code")
    shape = getattr(thing, "shape", None)
    if isinstance(shape, tuple):
        out.append("   " + _("shape {shape}").format(shape=tuple(shape)), style="note")
    if documentation := inspect.getdoc(thing if callable(thing) else type(thing)):
        lines = printable(documentation).splitlines()[len(documented) :]
        lines = lines[1:] if lines and not lines[0] else lines
        out.append("\n" + "\n".join(lines[:_MOST_LINES]))
        if len(lines) > _MOST_LINES:
            out.append("\n…", style="note")
    return out


def _look_up(expression: str, evaluator: LearnerEvaluator) -> tuple[object, str]:
    first, *rest = expression.split(".")
    names = evaluator.names
    builtins_ = names["__builtins__"]
    try:
        thing = names[first] if first in names else builtins_[first]  # type: ignore[index]
        for part in rest:
            thing = getattr(thing, part)
    except (KeyError, AttributeError, ReferenceError):
        return None, _("There is nothing called {name} here.").format(name=printable(expression))
    return thing, ""


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
        elif character in _CLOSING and open_at:
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
        parameters = parameters_of(thing)
    except BaseException:
        # A property of the learner's own may raise anything; there is just nothing to show.
        return ""
    return f"{name}({parameters})" if parameters is not None else ""


def _documented(thing: object) -> list[str]:
    """Return the parameters of each way to call a function of PyTorch's, from its docstring.

    Python cannot tell them: a docstring of PyTorch's begins with a line for each.
    """
    lines = (inspect.getdoc(thing) or "").splitlines() if inspect.isroutine(thing) else []
    called = re.compile(rf"{re.escape(getattr(thing, '__name__', ''))}\((.*)\)(?: -> .*)?")
    found = map(called.fullmatch, lines)
    return [each[1] for each in itertools.takewhile(bool, found) if each is not None]


def parameters_of(thing: object) -> str | None:
    """Return the parameters of a callable with their defaults, as one reads them; else None."""
    if not callable(thing):
        return None
    if documented := _documented(thing):
        return max(documented, key=len)
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
