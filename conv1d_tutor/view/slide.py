"""The window stepping along the input, a frame for each output position."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import ChannelPart, Convolution, Derivation, Element, derive, total_of
from ..i18n import _
from .figures import Figures, figures_for
from .look import Look
from .pen import Part, Pen, Picture, left, right
from .strip import channel_lines, ruler, strip_of, sum_line

__all__ = ["output_line", "slide_frame", "slide_frames"]

_MOST_CHANNELS = 8


def slide_frames(convolution: Convolution) -> int:
    """Return how many frames there are: one for each output position."""
    return max(convolution.output_length, 0)


def slide_frame(
    convolution: Convolution,
    frame: int,
    look: Look,
    *,
    sample: int = 0,
    filter: int = 0,  # noqa: A002 - the axis is called so everywhere
) -> Picture:
    """Draw the window at output position `frame`, the output filled in up to it.

    Every channel is drawn, at most eight of them. All frames of a convolution have the same
    number of lines at a given width. In plain looks a frame is one sentence.
    """
    element = derive(convolution, Element(sample, filter, frame))
    if look.plain:
        return Picture(lambda pen: pen.wrapped(_sentence(element), indent=0), look)
    return Picture(lambda pen: _draw(element, pen), look)


def _sentence(element: Derivation) -> str:
    taps = element.channels[0].taps
    figures = figures_for([element.value])
    return _("{name}: the window covers positions {first} to {last}; sum {value}.").format(
        name=element.name,
        first=taps[0].position,
        last=taps[-1].position,
        value=figures.text(element.value),
    )


def strip_label(element: Derivation, parts: tuple[ChannelPart, ...], pen: Pen) -> int:
    """Return the width of the labels beside the rows."""
    called = element.convolution.called
    names = [
        f"{called.input or _('input')}[{element.sample},{parts[-1].channel}]",
        f"weight[{element.filter},{parts[-1].weight_channel}]",
        "  " + _("products"),
        _("position"),
    ]
    return max(pen.size(name) for name in names) + 3


def _draw(element: Derivation, pen: Pen) -> Iterator[Text]:
    convolution = element.convolution
    parts = element.channels[:_MOST_CHANNELS]
    strip = strip_of(element, parts, strip_label(element, parts, pen), pen)
    count = _("window {number} of {total}").format(
        number=element.position + 1, total=convolution.output_length
    )
    yield pen.line("  ", (element.name, "heading"), "    ", (count, "quiet"))
    yield pen.line()
    yield ruler(strip, element, pen)
    for part in parts:
        yield from channel_lines(strip, element, part, pen, products=False)
    hidden = len(element.channels) - len(parts)
    if hidden:
        yield pen.line("  ", (_("… and {count} more channels").format(count=hidden), "quiet"))
    yield pen.line()
    yield sum_line(element, parts, pen)
    yield pen.line()
    yield output_line(element, strip.label, pen, filled=True)


def output_line(element: Derivation, label: int, pen: Pen, *, filled: bool) -> Text:
    """Return the row of outputs around the element, which is in brackets.

    `filled` leaves the positions after it open, as they are while the window steps on.
    """
    convolution = element.convolution
    head = "" if convolution.unbatched else f"{element.sample},"
    name = f"  {convolution.called.output or 'y'}[{head}{element.filter},:]"
    label = max(label, pen.size(name) + 1)
    room = pen.width - label - 4
    width = 8
    fits = max(room // (width + 2), 1)
    page = element.position // fits * fits
    shown = range(page, min(page + fits, convolution.output_length))
    last = element.position if filled else convolution.output_length - 1
    numbers = {
        t: element.value
        if t == element.position
        else total_of(convolution, element.element._replace(position=t))
        for t in shown
        if t <= last
    }
    figures = figures_for(numbers.values())
    if not figures.scientific:
        figures = Figures(max(figures.decimals, min(figures_for([element.value]).decimals, 4)))
    parts: list[Part] = [(left(name, label), "heading")]
    for t in shown:
        text = figures.text(numbers[t]) if t in numbers else "·"
        here = t == element.position
        gap = " [" if here else "] " if t == element.position + 1 else "  "
        parts += [(gap, "window"), (right(text, width), "total" if here else "quiet")]
    if shown and shown[-1] == element.position:
        parts.append(("]", "window"))
    if shown.stop < convolution.output_length:
        parts.append((" …", "quiet"))
    return pen.line(*parts)
