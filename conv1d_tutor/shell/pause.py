"""A pause between what was just shown and what would push it off the screen."""

from prompt_toolkit.application import Application
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPress, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.output import Output

from .abandoning import until_abandoned

_GOING_ON = ("enter", " ", "escape", "q", "Q", "c-c")


def pausing(sentence: str, keys: Input, output: Output) -> KeyPress | None:
    """Show a sentence until a key is pressed; return the key, or None for one that just goes on."""
    bindings = KeyBindings()

    @bindings.add(Keys.Any)
    @bindings.add("c-d")
    @bindings.add(Keys.BracketedPaste)
    def _other(event: KeyPressEvent) -> None:
        event.app.exit(result=event.key_sequence[0])

    for name in _GOING_ON:
        bindings.add(name)(lambda event: event.app.exit(result=None))

    line = FormattedTextControl([("ansibrightblack", f"  {sentence}")], show_cursor=False)
    application: Application[KeyPress | None] = Application(
        layout=Layout(Window(line, height=1, always_hide_cursor=True)),
        key_bindings=bindings,
        erase_when_done=True,
        input=keys,
        output=output,
    )
    application.ttimeoutlen = application.timeoutlen = 0.05
    try:
        return until_abandoned(
            application, lambda begun: application.run(pre_run=begun, handle_sigint=False)
        )
    except KeyboardInterrupt:
        return None
