"""A picture that keys redraw in place: what `:slide` and `:explore` run on."""

import asyncio
from collections.abc import Callable, Mapping

from prompt_toolkit.application import Application
from prompt_toolkit.application.current import get_app
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.layout.dimension import Dimension
from rich.color import ColorType
from rich.console import Console
from rich.style import Style
from rich.text import Text
from rich.theme import Theme

from conv1d_tutor.view import theme

from .abandoning import until_abandoned

_ANSI_NAMES = (
    "ansiblack ansired ansigreen ansiyellow ansiblue ansimagenta ansicyan ansigray"
    " ansibrightblack ansibrightred ansibrightgreen ansibrightyellow ansibrightblue"
    " ansibrightmagenta ansibrightcyan ansiwhite"
).split()
_LEAVING = ("q", "escape", "c-c", "c-d", "enter")


class LivePicture:
    """Shows `draw(columns, lines)` and draws anew after each key of `keys`.

    On the whole screen if `full_screen`, else below what stands there, `height` lines high,
    and what was last drawn stays. q, Escape, Enter, Ctrl-C or Ctrl-D end it. `tick`, where
    given, is called every `seconds` and says whether anything is to be drawn.
    """

    def __init__(
        self,
        draw: Callable[[int, int], list[Text]],
        keys: Mapping[str, Callable[[], None]],
        *,
        full_screen: bool = False,
        height: int | None = None,
        colours: Theme | None = None,
        tick: Callable[[], bool] | None = None,
        seconds: float = 0.6,
    ) -> None:
        self._draw = draw
        self._tick = tick
        self._seconds = seconds
        self._console = Console(
            theme=colours or theme(), markup=False, highlight=False, emoji=False
        )
        control = FormattedTextControl(self._content, focusable=True, show_cursor=False)
        size = None if height is None else Dimension.exact(height)
        self._application: Application[None] = Application(
            layout=Layout(Window(control, height=size, wrap_lines=False, always_hide_cursor=True)),
            key_bindings=_bindings(keys),
            full_screen=full_screen,
            mouse_support=False,
        )
        # An Escape that begins no sequence should not be waited for.
        self._application.ttimeoutlen = 0.05
        self._application.timeoutlen = 0.05

    def run(self) -> None:
        """Show it until the learner leaves it."""
        until_abandoned(self._application, self._run)

    def _run(self, begun: Callable[[], None]) -> None:
        def start() -> None:
            begun()
            self._start_ticking()

        self._application.run(pre_run=start, handle_sigint=False)

    def _content(self) -> StyleAndTextTuples:
        size = get_app().output.get_size()
        content: StyleAndTextTuples = []
        for number, line in enumerate(self._draw(size.columns, size.rows)):
            if number:
                content.append(("", "\n"))
            content.extend(fragments(line, self._console))
        return content

    def _start_ticking(self) -> None:
        if self._tick is not None:
            self._application.create_background_task(self._keep_ticking(self._tick))

    async def _keep_ticking(self, tick: Callable[[], bool]) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            if tick():
                self._application.invalidate()


def fragments(line: Text, console: Console) -> StyleAndTextTuples:
    """Return a rich line as prompt_toolkit takes it, in the same colours."""
    return [
        (_style(segment.style), segment.text)
        for segment in line.render(console)
        if segment.text and not segment.control
    ]


def _style(style: Style | None) -> str:
    if style is None:
        return ""
    words = [
        word
        for word, given in (
            ("bold", style.bold),
            ("italic", style.italic),
            ("underline", style.underline),
            ("reverse", style.reverse),
            ("dim", style.dim),
        )
        if given
    ]
    for prefix, colour in (("fg:", style.color), ("bg:", style.bgcolor)):
        if colour is None or colour.is_default:
            continue
        if colour.type is ColorType.TRUECOLOR:
            words.append(prefix + colour.get_truecolor().hex)
        elif colour.number is not None and colour.number < len(_ANSI_NAMES):
            words.append(prefix + _ANSI_NAMES[colour.number])
    return " ".join(words)


def _bindings(keys: Mapping[str, Callable[[], None]]) -> KeyBindings:
    bindings = KeyBindings()

    def bind(key: str, action: Callable[[], None]) -> None:
        def pressed(event: KeyPressEvent) -> None:
            action()
            event.app.invalidate()

        bindings.add(key)(pressed)

    for key, action in keys.items():
        bind(key, action)
    for key in _LEAVING:
        if key not in keys:
            bindings.add(key)(lambda event: event.app.exit())
    return bindings
