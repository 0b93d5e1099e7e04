"""What Tab offers: commands after a colon, live names and attributes elsewhere."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from conv1d_tutor.late import loaded_late

with loaded_late():
    import rlcompleter

_COMMAND = re.compile(r"^\s*[:：](\w*)$")
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.\w*)*$")


class LearnerCompleter(Completer):
    """Completes from `names`, asked for anew each time, and from the command names."""

    def __init__(self, names: Callable[[], Mapping[str, object]], commands: Iterable[str]) -> None:
        self._names = names
        self._commands = tuple(commands)

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """Return what could stand in place of the word before the cursor."""
        del complete_event
        line = document.current_line_before_cursor
        if command := _COMMAND.match(line):
            start = command[1]
            for name in self._commands:
                if name.startswith(start):
                    yield Completion(name, start_position=-len(start))
            return
        if dotted := _DOTTED.search(line):
            word = dotted[0]
            for match in self._matches(word):
                yield Completion(match, start_position=-len(word))

    def _matches(self, word: str) -> list[str]:
        completer = rlcompleter.Completer(dict(self._names()))
        found: list[str] = []
        while (match := completer.complete(word, len(found))) is not None:
            found.append(match)
        return found
