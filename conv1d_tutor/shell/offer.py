"""The names that Tab offers, listed above the prompt: a page at each Tab, and nothing to answer."""

from collections.abc import Sequence

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completion, get_common_complete_suffix
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from rich.cells import cell_len

from conv1d_tutor.i18n import _

_FEW = 24
_KEPT_FREE = 3  # rows: for what is left to show, the prompt, and the bottom line


class Offer:
    """What Tab has listed so far for what stands at the cursor."""

    def __init__(self) -> None:
        self._at: tuple[str, int] | None = None
        self._left: list[Completion] = []

    def is_open(self, buffer: Buffer) -> bool:
        """Return whether names were just listed, and nothing typed since."""
        return self._at == (buffer.text, buffer.cursor_position)

    def has_more(self, buffer: Buffer) -> bool:
        """Return whether another Tab would list more."""
        return self.is_open(buffer) and bool(self._left)

    def close(self, event: KeyPressEvent) -> None:
        """Have enough of it: the next Tab begins anew."""
        del event
        self._at, self._left = None, []

    def complete(self, event: KeyPressEvent) -> None:
        """Complete the word at the cursor as far as that is sure, or else list what it may be."""
        buffer = event.current_buffer
        if self.has_more(buffer):
            self._show(event, self._left)
            return
        if buffer.completer is None:
            return
        asked = CompleteEvent(completion_requested=True)
        found = list(buffer.completer.get_completions(buffer.document, asked))
        common = get_common_complete_suffix(buffer.document, found)
        if len(found) == 1:
            buffer.delete_before_cursor(-found[0].start_position)
            buffer.insert_text(found[0].text)
        elif common:
            buffer.insert_text(common)
        elif found:
            self._at = (buffer.text, buffer.cursor_position)
            wanted = [one for one in found if one.style]
            self._show(event, found, len(wanted) if wanted and len(found) > _FEW else len(found))

    def _show(self, event: KeyPressEvent, found: Sequence[Completion], most: int = 10_000) -> None:
        size = event.app.output.get_size()
        width = max(cell_len(one.display_text) for one in found[:most]) + 2
        columns = max(size.columns // width, 1)
        count = min(columns * max(size.rows - _KEPT_FREE, 1), most)
        page, self._left = found[:count], list(found[count:])
        text = _in_columns(page, width, columns)
        if self._left:
            words = _("Tab: {count} more · q: enough").format(count=len(self._left))
            text.append(("ansibrightblack", words[: size.columns - 1] + "\n"))
        # In one go: were the terminal given back in between, a Ctrl-C there would be a signal.
        renderer = event.app.renderer
        renderer.erase()
        event.app.print_text(text)
        renderer.reset()
        renderer.request_absolute_cursor_position()
        event.app.invalidate()


def _in_columns(page: Sequence[Completion], width: int, columns: int) -> StyleAndTextTuples:
    """Return names in columns, in the order of reading a row."""
    text: StyleAndTextTuples = []
    for start in range(0, len(page), columns):
        row = [one.display_text for one in page[start : start + columns]]
        line = "".join(name + " " * (width - cell_len(name)) for name in row)
        text.append(("", line.rstrip() + "\n"))
    return text
