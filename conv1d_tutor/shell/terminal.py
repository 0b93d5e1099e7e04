"""Reading from a terminal: highlighting, completion, history, a bottom line."""

import sys
from collections.abc import Callable, Iterable, Mapping

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import AnyFormattedText
from prompt_toolkit.history import History
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.keys import Keys
from prompt_toolkit.lexers import DynamicLexer, Lexer, SimpleLexer
from prompt_toolkit.styles import Style

from conv1d_tutor.course.store import HISTORY_LIMIT
from conv1d_tutor.i18n import _
from conv1d_tutor.late import loaded_late

from .abandoning import until_abandoned
from .completion import LearnerCompleter
from .inspection import call_signature
from .key_bindings import editing_keys
from .pause import pausing
from .readers import CONTINUED, PROMPT

with loaded_late():
    from . import python_lexer

if sys.platform == "win32":
    from prompt_toolkit.output.win32 import NoConsoleScreenBufferError

    NO_TERMINAL: tuple[type[BaseException], ...] = (OSError, NoConsoleScreenBufferError)
else:
    NO_TERMINAL = (OSError,)
"""What prompt_toolkit raises on a terminal that it cannot drive, such as Git Bash's on Windows."""

_NO_COLOURS = SimpleLexer()
_STYLE = Style.from_dict(
    {
        "prompt": "bold ansicyan",
        "continuation": "ansibrightblack",
        "bottom-toolbar": "noreverse ansibrightblack",
        "pygments.keyword": "ansiblue",
        "pygments.operator.word": "ansiblue",
        "pygments.literal.string": "ansigreen",
        "pygments.literal.number": "ansicyan",
        "pygments.comment": "ansibrightblack",
        "pygments.name.builtin": "",
    }
)


class KeptHistory(History):
    """Input history that lives elsewhere: `load` gives it oldest first, `keep` adds to it."""

    def __init__(self, load: Callable[[], list[str]], keep: Callable[[str], None]) -> None:
        super().__init__()
        self._load = load
        self._keep = keep

    def load_history_strings(self) -> Iterable[str]:
        """Return the kept inputs, newest first."""
        return reversed(self._load())

    def store_string(self, string: str) -> None:
        """Keep one more input, and as many in memory as elsewhere: each prompt reads them all."""
        self._keep(string)
        del self._loaded_strings[HISTORY_LIMIT:]


class TerminalReader:
    """Reads from a terminal.

    `names` gives the live namespace for completion, `status` the text of the bottom line;
    both are asked at every drawing. `when_drawn` is called once, when the first prompt
    stands on the screen: what is slow to load can load while the learner reads.
    """

    def __init__(
        self,
        *,
        names: Callable[[], Mapping[str, object]],
        commands: Iterable[str],
        status: Callable[[], str],
        history: History,
        when_drawn: Callable[[], None],
        vi: bool = False,
    ) -> None:
        self._names = names
        self._status = status
        self._when_drawn: Callable[[], None] | None = when_drawn
        self._left = False
        self._session: PromptSession[str] = PromptSession(
            [("class:prompt", PROMPT)],
            lexer=DynamicLexer(self._lexer),
            style=_STYLE,
            completer=LearnerCompleter(names, commands),
            complete_while_typing=False,
            # No menu is drawn below the prompt, so no lines need be kept free for one.
            reserve_space_for_menu=0,
            history=history,
            key_bindings=editing_keys(),
            multiline=True,
            prompt_continuation=_continuation,
            bottom_toolbar=self._bottom_line,
            vi_mode=vi,
            mouse_support=False,
        )
        self._session.app.after_render += self._drawn

    def read(self, default: str = "") -> str | None:
        """Return the next input, or None on Ctrl-D; Ctrl-C raises `KeyboardInterrupt`."""
        if self._left:
            return None
        try:
            return until_abandoned(self._session.app, lambda begun: self._prompt(default, begun))
        except EOFError:
            return None

    def _prompt(self, default: str, begun: Callable[[], None]) -> str:
        return self._session.prompt(default=default, pre_run=begun, handle_sigint=False)

    def pause(self) -> None:
        """Wait for a key, so that what is on the screen can be read; then take the line away.

        Enter, the space bar, Escape, q and Ctrl-C go on. Ctrl-D is a Ctrl-D at the next prompt,
        and any other key begins what is typed there. What was typed or pasted ahead goes on
        at once.
        """
        waiting = get_typeahead(self._session.input)
        store_typeahead(self._session.input, waiting)
        if self._left or waiting:
            return
        try:
            key = pausing(_("Enter goes on"), self._session.input, self._session.output)
        except EOFError:
            self._left = True
            return
        if key is not None and key.key == Keys.ControlD:
            self._left = True
        elif key is not None:
            later = get_typeahead(self._session.input)
            store_typeahead(self._session.input, [key, *later])

    def _lexer(self) -> Lexer:
        """Return Python's lexer once there is something to colour: it takes long to load."""
        return python_lexer.PYTHON_LEXER if self._session.default_buffer.text else _NO_COLOURS

    def _bottom_line(self) -> str:
        """Return the parameters of the call being typed, or else where the learner is."""
        before = self._session.default_buffer.document.text_before_cursor
        signature = call_signature(before, self._names()) if "(" in before else ""
        return f" {signature}" if signature else self._status()

    def _drawn(self, app: Application[str]) -> None:
        del app
        load, self._when_drawn = self._when_drawn, None
        if load is not None:
            load()


def _continuation(width: int, line: int, wrapped: int) -> AnyFormattedText:
    """Return what stands before a further line: dots, or blanks where it wraps."""
    del line
    return " " * width if wrapped else [("class:continuation", CONTINUED)]
