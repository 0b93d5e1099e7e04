"""`:slide` and `:explore`: pictures of a convolution that keys move."""

from collections.abc import Callable

from rich.cells import cell_len
from rich.text import Text

from conv1d_tutor import explain, view
from conv1d_tutor.i18n import _, ngettext

from .live_picture import LivePicture
from .screen import Screen

_MOST_FRAMES_ON_PAPER = 24


def slide(convolution: explain.Convolution, screen: Screen) -> None:
    """Let the window step along the input: by keys on a terminal, frame below frame elsewhere."""
    count = view.slide.frame_count(convolution)
    if count == 0:
        screen.note(_("No window fits, so there is nothing to slide."))
    elif screen.redraws:
        _slide_by_keys(convolution, count, screen)
    else:
        for frame in range(min(count, _MOST_FRAMES_ON_PAPER)):
            screen.picture(view.slide.frame(convolution, frame, screen.look))
        if count > _MOST_FRAMES_ON_PAPER:
            screen.note(
                ngettext(
                    "{count} more position is left out.",
                    "{count} more positions are left out.",
                    count - _MOST_FRAMES_ON_PAPER,
                ).format(count=count - _MOST_FRAMES_ON_PAPER)
            )


class _Sliding:
    """Which frame, filter and sample are shown, and whether it runs by itself."""

    def __init__(self, convolution: explain.Convolution, count: int) -> None:
        self.frame = self.filter = self.sample = 0
        self.running = False
        self._count = count
        self._filters = convolution.geometry.out_channels
        self._samples = convolution.samples

    def step(self, by: int) -> None:
        self.running = False
        self.frame = min(max(self.frame + by, 0), self._count - 1)

    def choose(self, *, filter: int = 0, sample: int = 0) -> None:  # noqa: A002 - the axis's name
        self.filter = (self.filter + filter) % self._filters
        self.sample = (self.sample + sample) % self._samples

    def toggle(self) -> None:
        self.running = not self.running
        if self.running and self.frame == self._count - 1:
            self.frame = 0

    def tick(self) -> bool:
        if self.running:
            self.frame += 1
            self.running = self.frame < self._count - 1
            return True
        return False


def _slide_by_keys(convolution: explain.Convolution, count: int, screen: Screen) -> None:
    state = _Sliding(convolution, count)

    def keys(room: int) -> str:
        every = screen.look.glyphs(
            _("← → move · ↑ ↓ filter · PgUp PgDn sample · a by itself · q back")
        )
        if cell_len(every) <= room:
            return every
        return screen.look.glyphs(_("← → move · ↑ ↓ filter · a by itself · q back"))

    def frame(width: int) -> list[Text]:
        picture = view.slide.frame(
            convolution, state.frame, screen.look, sample=state.sample, filter=state.filter
        )
        line = Text("  " + keys(width - 2), "note")
        line.truncate(width)
        return [*picture.lines(width), line]

    def draw(columns: int, rows: int) -> list[Text]:
        return frame(min(columns, screen.width))[: max(rows, 1)]

    LivePicture(
        draw,
        {
            "right": lambda: state.step(1),
            "left": lambda: state.step(-1),
            " ": lambda: state.step(1),
            "home": lambda: state.step(-count),
            "end": lambda: state.step(count),
            "down": lambda: state.choose(filter=1),
            "up": lambda: state.choose(filter=-1),
            "pagedown": lambda: state.choose(sample=1),
            "pageup": lambda: state.choose(sample=-1),
            "a": state.toggle,
        },
        height=len(frame(screen.width)),
        tick=state.tick,
        colours=screen.theme,
    ).run()
    screen.last_picture = view.slide.frame(
        convolution, state.frame, screen.look, sample=state.sample, filter=state.filter
    )


def explore(convolution: explain.Convolution, screen: Screen) -> view.Picture | None:
    """Open the explorer on the whole screen; return the picture of the cell that was left."""
    if not screen.redraws:
        screen.note(
            _(":explore needs a terminal that can redraw. :explain y[0,0,0] tells as much.")
        )
        return None
    state = explain.Explorer.of(convolution)
    arguments = view.explorer.ARGUMENT_KEYS

    def become(changed: explain.Explorer) -> None:
        nonlocal state
        state = changed

    def adjust(name: explain.HyperParameter, by: int) -> Callable[[], None]:
        return lambda: become(state.adjusted(name, by))

    def draw(columns: int, rows: int) -> list[Text]:
        return view.explorer.screen(state, screen.look, columns, rows)

    LivePicture(
        draw,
        {
            "right": lambda: become(state.moved(position=1)),
            "left": lambda: become(state.moved(position=-1)),
            "down": lambda: become(state.moved(filter=1)),
            "up": lambda: become(state.moved(filter=-1)),
            "pagedown": lambda: become(state.moved(sample=1)),
            "pageup": lambda: become(state.moved(sample=-1)),
            **{key: adjust(name, 1) for key, name in arguments.items()},
            **{key.upper(): adjust(name, -1) for key, name in arguments.items()},
            "[": lambda: become(state.scrolled(-1)),
            "]": lambda: become(state.scrolled(1)),
            " ": lambda: become(state.pin()),
            "r": lambda: become(state.reset()),
        },
        full_screen=True,
        colours=screen.theme,
    ).run()
    element = state.element
    if state.changed:
        screen.note(_("The layer you made there:"))
        screen.code(state.code())
    return None if element is None else view.pictures.picture(element, screen.look)
