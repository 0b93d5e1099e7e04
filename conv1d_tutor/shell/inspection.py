"""`name?`: what a thing is, how it is called, and what its author says of it."""

from rich.cells import cell_len
from rich.text import Text

from conv1d_tutor.i18n import N_, _
from conv1d_tutor.view.wrapping import wrap

from .commands import CommandTable
from .evaluator import LearnerEvaluator
from .screen import printable
from .signature import parameters_of

__all__ = ["command_list", "describe", "signature_of"]

_MOST_LINES = 12


def describe(expression: str, evaluator: LearnerEvaluator) -> Text:
    """Return type, signature and documentation of what `expression` names."""
    import inspect

    thing, problem = _look_up(expression, evaluator)
    if problem:
        return Text(problem, style="error")
    out = Text()
    signature = signature_of(expression, thing)
    out.append(signature or f"{expression}: {type(thing).__name__}", style="code")
    shape = getattr(thing, "shape", None)
    if isinstance(shape, tuple):
        out.append("   " + _("shape {shape}").format(shape=tuple(shape)), style="note")
    if documentation := inspect.getdoc(thing if callable(thing) else type(thing)):
        lines = printable(documentation).splitlines()
        out.append("\n" + "\n".join(lines[:_MOST_LINES]))
        if len(lines) > _MOST_LINES:
            out.append("\n…", style="note")
    return out


def signature_of(name: str, thing: object) -> str:
    """Return how `thing` is called, as `name(a, b=1)`; empty where Python cannot tell."""
    parameters = parameters_of(thing)
    return "" if parameters is None else f"{name}({parameters})"


def _look_up(expression: str, evaluator: LearnerEvaluator) -> tuple[object, str]:
    first, *rest = expression.split(".")
    names = evaluator.names
    builtins_ = names["__builtins__"]
    try:
        thing = names[first] if first in names else builtins_[first]  # type: ignore[index]
        for part in rest:
            thing = getattr(thing, part)
    except (KeyError, AttributeError):
        return None, _("There is nothing called {name} here.").format(name=printable(expression))
    return thing, ""


def command_list(commands: CommandTable, width: int) -> Text:
    """Return `:help`: every command with its argument and what it does."""
    rows = [
        (f":{command.name}", f" {_(command.argument)}" if command.argument else "", command.summary)
        for command in commands
    ]
    rows.append((_("name?"), "", N_("what a thing is, and how it is called")))
    usage = max(cell_len(name + argument) for name, argument, _summary in rows)
    column = 2 + usage + 3
    room = max(width - column, 12)
    lines = []
    for name, argument, summary in rows:
        line = Text.assemble(("  " + name, "code"), (argument, "note"))
        line.append(" " * (column - line.cell_len))
        pieces = [piece.plain for piece in wrap(Text(_(summary)), room)]
        line.append(("\n" + " " * column).join(pieces))
        lines.append(line)
    return Text("\n").join(lines)
