"""One output element taken apart, at several zoom levels: formula, channels, taps."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal

from rich.text import Text

from ...explain import Cell, ChannelPart, Derivation, by_hand
from ...i18n import _, ngettext
from ..figures import Figures
from ..pen import Pen
from . import channels, formula, taps
from .notes import note_sentences
from .sums import changed_by, figures_of, position_label, shown_channels, tensor_names

__all__ = ["Zoom", "draw", "say"]

Zoom = Literal["formula", "channels", "taps", "everything"]

_ZOOM_LEVELS: dict[Zoom, Callable[[Derivation, Pen], Iterator[Text]]] = {
    "formula": formula.draw,
    "channels": channels.draw,
    "taps": taps.draw,
    "everything": partial(taps.draw, most=None),
}


def draw(derivation: Derivation, pen: Pen, zoom: Zoom = "channels") -> Iterator[Text]:
    """Draw a derivation.

    `formula` is one line with numbers; `channels` draws the window, filter and products of
    each channel, or of those that matter where there are many; `taps` is a row for each tap,
    shortened where that is long; `everything` leaves nothing out.
    """
    return _ZOOM_LEVELS[zoom](derivation, pen)


def say(derivation: Derivation, zoom: Zoom = "channels") -> Iterator[str]:
    """Say how the element comes about, one statement for each step of the sum."""
    parts = derivation.channels if zoom == "everything" else shown_channels(derivation)
    styles = figures_of(derivation, parts)
    figures = styles.product
    place = _("filter {filter}, position {position}")
    if not derivation.convolution.unbatched:
        place = _("sample {sample}, filter {filter}, position {position}")
    yield _("{name} is {value}: {place}.").format(
        name=derivation.name,
        value=figures.text(derivation.value),
        place=place.format(
            sample=derivation.sample, filter=derivation.filter, position=derivation.position
        ),
    )
    if zoom != "formula":
        for part in parts:
            yield from _channel_words(derivation, part, styles.input, styles.weight, figures)
    rest = [part for part in derivation.channels if part not in parts]
    if rest:
        yield ngettext(
            "{count} more channel gives {sum}.",
            "{count} more channels give {sum} together.",
            len(rest),
        ).format(count=len(rest), sum=figures.text(sum(part.subtotal for part in rest)))
    if len(derivation.channels) > 1:
        terms = " + ".join(figures.text(part.subtotal) for part in parts)
        total = figures.text(sum(part.subtotal for part in derivation.channels))
        yield _("sum the channels: {terms} = {total}").format(
            terms=terms + (" + …" if rest else ""), total=total
        )
    if derivation.bias is None:
        yield _("no bias: the layer was made without one")
    else:
        channels_sum = sum(part.subtotal for part in derivation.channels)
        yield _("add the bias: {sum} + {bias} = {total}").format(
            sum=figures.text(channels_sum),
            bias=figures.text(derivation.bias),
            total=figures.text(derivation.value),
        )
    steps = changed_by(derivation)
    if steps:
        yield _("then {steps}: {value}").format(steps=steps, value=figures.text(derivation.shown))
    yield from note_sentences(derivation)
    line = by_hand(derivation)
    if line and derivation.tell:
        yield _("By hand: {line}").format(line=line)


def _channel_words(
    derivation: Derivation, part: ChannelPart, inputs: Figures, weights: Figures, products: Figures
) -> Iterator[str]:
    source, row = tensor_names(derivation, part)
    yield _("Channel {number}: {input} and {weight}.").format(
        number=part.channel, input=source, weight=row
    )
    for tap in part.taps:
        yield _("tap {tap}, position {position}: {value} times {weight} is {product}").format(
            tap=tap.tap,
            position=position_label(Cell(tap.position, tap.source, tap.value)),
            value=inputs.text(tap.value),
            weight=weights.text(tap.weight),
            product=products.text(tap.product),
        )
    yield _("channel {number} together: {subtotal}").format(
        number=part.channel, subtotal=products.text(part.subtotal)
    )
