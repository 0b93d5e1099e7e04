"""What Enter and Tab do while an input is typed."""

from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition, emacs_mode
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent

from .offer import Offer
from .typed import is_complete, is_open_traceback

_INDENT = "    "


@Condition
def _at_indentation() -> bool:
    before = get_app().current_buffer.document.current_line_before_cursor
    return not before.strip() and bool(get_app().current_buffer.text.strip())


def editing_keys() -> KeyBindings:
    """Return the bindings: Enter runs what is complete, else opens a line; Tab completes."""
    bindings = KeyBindings()
    bindings.add("enter")(_enter)
    bindings.add("escape", "enter")(_new_line)
    offer = Offer()
    is_open = Condition(lambda: offer.is_open(get_app().current_buffer))
    has_more = Condition(lambda: offer.has_more(get_app().current_buffer))
    bindings.add("tab")(offer.complete)
    bindings.add("q", filter=has_more)(offer.close)
    # Else it would be waited whether the Escape begins something.
    bindings.add("escape", filter=is_open & emacs_mode, eager=True)(offer.close)
    bindings.add("tab", filter=_at_indentation)(_indent)
    return bindings


def _enter(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    lines = buffer.text.split("\n")
    on_last_line = buffer.document.cursor_position_row == len(lines) - 1
    # A line of blanks alone ends a block, as an empty one does.
    source = "\n".join([*lines[:-1], lines[-1].rstrip()])
    command = source.lstrip().startswith((":", "：", "?", "？"))
    if command and lines[-1].strip() and is_open_traceback(source):
        buffer.insert_text("\n")
    elif command or (on_last_line and (not source.strip() or is_complete(source))):
        buffer.validate_and_handle()
    else:
        _new_line(event)


def _new_line(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    line = buffer.document.current_line_before_cursor
    margin = line[: len(line) - len(line.lstrip())]
    deeper = _INDENT if line.rstrip().endswith(":") else ""
    buffer.insert_text("\n" + margin + deeper)


def _indent(event: KeyPressEvent) -> None:
    event.current_buffer.insert_text(_INDENT)
