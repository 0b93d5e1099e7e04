"""What a `:command` is. Each part of the shell offers its own; the session gathers them."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from conv1d_tutor.i18n import _

__all__ = ["Command", "CommandTable", "split_command"]

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
