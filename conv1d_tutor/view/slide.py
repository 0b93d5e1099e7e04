"""The window stepping along the input, a frame for each output position."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import Convolution, Derivation, Element, derive
from ..i18n import _, ngettext
from .figures import figures_for
from .pen import Look, Pen, Picture
from .strip import channel_lines, output_line, ruler, strip_label, strip_of, sum_line

_MOST_CHANNELS = 8


def frame_count(convolution: Convolution) -> int:
    """Return how many frames there are: one for each output position."""
    return max(convolution.output_length, 0)


def frame(
    convolution: Convolution,
    number: int,
    look: Look,
    *,
    sample: int = 0,
    filter: int = 0,  # noqa: A002 - the axis is called so everywhere
) -> Picture:
    """Return the window at output position `number`, the output filled in up to it.

    Every channel is drawn, at most eight of them. All frames of a convolution have the same
    number of lines at a given width. In plain looks a frame is one sentence.
    """
    element = derive(convolution, Element(sample, filter, number))
    return Picture(lambda pen: draw(element, pen), look, lambda: say(element))


def draw(element: Derivation, pen: Pen) -> Iterator[Text]:
    """Draw the window over each channel, the sum, and the outputs so far."""
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
        words = ngettext("… and {count} more channel", "… and {count} more channels", hidden)
        yield pen.line("  ", (words.format(count=hidden), "quiet"))
    yield pen.line()
    yield sum_line(element, parts, pen)
    yield pen.line()
    yield output_line(element, strip.label, pen, filled=True)


def say(element: Derivation) -> Iterator[str]:
    """Say which positions the window covers, and the sum."""
    taps = element.channels[0].taps
    figures = figures_for([element.value])
    yield _("{name}: the window covers positions {first} to {last}; sum {value}.").format(
        name=element.name,
        first=taps[0].position,
        last=taps[-1].position,
        value=figures.text(element.value),
    )
