"""What a `:command` is. Each part of the shell offers its own; the session gathers them."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from conv1d_tutor.i18n import N_, _
from conv1d_tutor.view import wrap

_COMMAND = re.compile(r"^\s*[:：]\s*([^\s:：]*)[\s:：]*(.*?)\s*$", re.DOTALL)
_HELP_MARKS = frozenset({"?", "？"})


@dataclass(frozen=True, slots=True)
class Command:
    """A command: `summary` is a message to translate, `run` takes what stands after the name."""

    name: str
    argument: str
    summary: str
    run: Callable[[str], None]


class CommandTable:
    """Commands by name; a beginning that fits one only is enough."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._commands = {command.name: command for command in commands}

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    @property
    def names(self) -> tuple[str, ...]:
        """All names, as listed."""
        return tuple(self._commands)

    def find(self, name: str) -> Command | None:
        """Return the command called `name`, or the only one whose name begins so."""
        if name in self._commands:
            return self._commands[name]
        fitting = [command for key, command in self._commands.items() if key.startswith(name)]
        return fitting[0] if name and len(fitting) == 1 else None

    def unknown(self, name: str) -> str:
        """Say that there is no such command, and what is near."""
        near = [key for key in self._commands if name and key.startswith(name)]
        near = near or difflib.get_close_matches(name, self._commands, n=2)
        if near:
            return _("There is no command :{name}. Did you mean {near}?").format(
                name=name, near=_(" or ").join(f":{key}" for key in near)
            )
        return _("There is no command :{name}. :help lists them all.").format(name=name)


def split_command(typed: str) -> tuple[str, str] | None:
    """Return name and argument of a command, full-width colon or not; None for anything else."""
    if typed.strip() in _HELP_MARKS:
        return "help", ""
    match = _COMMAND.match(typed)
    return (match[1].lower(), match[2]) if match else None


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
