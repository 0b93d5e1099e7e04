"""What every zoom level of a derivation shares: figures, heading, the sum at the foot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from ...explain import Cell, ChannelPart, Derivation
from ...i18n import _, ngettext
from ...printable import one_line
from ..figures import Figures, figures_for
from ..pen import Part, Pen, right
from ..theme import band

MOST_CHANNELS = 6
_KEPT_CHANNELS = 3


@dataclass(frozen=True, slots=True)
class Columns:
    """How the three kinds of numbers are written, and the room that the widest takes."""

    input: Figures
    weight: Figures
    product: Figures
    width: int


def shown_channels(derivation: Derivation, most: int = MOST_CHANNELS) -> tuple[ChannelPart, ...]:
    """Return the channels worth drawing: all, or of many the ones that contribute most."""
    if len(derivation.channels) <= most:
        return derivation.channels
    ranked = sorted(derivation.channels, key=lambda part: -abs(part.subtotal))
    return tuple(sorted(ranked[:_KEPT_CHANNELS], key=lambda part: part.channel))


def figures_of(derivation: Derivation, channels: Sequence[ChannelPart]) -> Columns:
    """Choose how the numbers of these channels are written."""
    taps = [tap for part in channels for tap in part.taps]
    drawn = [cell.value for part in channels for cell in part.row]
    sums = [part.subtotal for part in channels] + [derivation.value, derivation.shown]
    sums += [derivation.bias] if derivation.bias is not None else []
    inputs = figures_for(drawn + [tap.value for tap in taps])
    weights = figures_for(tap.weight for tap in taps)
    products = figures_for([tap.product for tap in taps] + sums)
    width = max(
        [len(inputs.text(value)) for value in drawn]
        + [len(inputs.text(tap.value)) for tap in taps]
        + [len(weights.text(tap.weight)) for tap in taps]
        + [len(products.text(tap.product)) for tap in taps]
        + [1]
    )
    return Columns(inputs, weights, products, width)


def changed_by(derivation: Derivation) -> str:
    """Return the steps after the convolution that changed the number, in PyTorch's names."""
    return ", ".join(step.operation.lower() for step in derivation.steps if not step.moves_only)


def heading(derivation: Derivation, figures: Figures, pen: Pen) -> list[Text]:
    """Return the first lines: which element, its number, and where in the output it stands."""
    asked = one_line(derivation.expression)
    name = derivation.name
    place = []
    if not derivation.convolution.unbatched:
        place.append(_("sample {number}").format(number=derivation.sample))
    place.append(_("filter {number}").format(number=derivation.filter))
    place.append(_("position {number}").format(number=derivation.position))
    answer: list[Part] = [(name, "heading"), " = ", (figures.text(derivation.value), "total")]
    where = " · ".join(place)
    lines: list[Text] = []
    if asked and "".join(asked.split()) != name and not changed_by(derivation):
        lines += pen.wrapped((_("{asked} is {name}").format(asked=asked, name=name), "quiet"))
    return [*lines, *pen.title(*answer, beside=where, clipped=True)]


def sum_width(derivation: Derivation, styles: Columns) -> int:
    """Return the room that the sums at the right take."""
    numbers = [part.subtotal for part in derivation.channels]
    numbers += [derivation.value, derivation.shown, derivation.bias or 0.0]
    return max(len(styles.product.text(number)) for number in numbers)


def position_label(cell: Cell) -> str:
    """Name where a drawn number stands: its position, `pad`, or `=2` for a copy of position 2."""
    if not cell.padding:
        return str(cell.position)
    return _("pad") if cell.source is None else f"={cell.source}"


def tensor_names(derivation: Derivation, part: ChannelPart) -> tuple[str, str]:
    """Return what to type for the channel's input row and its row of the filter."""
    called = derivation.convolution.called
    head = "" if derivation.convolution.unbatched else f"{derivation.sample},"
    source = f"{called.input or _('input')}[{head}{part.channel}]"
    return source, f"{called.weight or _('weight')}[{derivation.filter},{part.weight_channel}]"


def channel_title(derivation: Derivation, part: ChannelPart, pen: Pen) -> Text:
    """Return the line over a channel's numbers: its band, and what is multiplied with what."""
    colour = band(part.channel)
    source, row = tensor_names(derivation, part)
    name = _("channel {number}").format(number=part.channel)
    pair = _("{input} with {weight}").format(input=source, weight=row)
    if pen.size(name) + pen.size(pair) + 5 > pen.width:
        pair = f"{source}, {row}"
    return pen.line("  ", (name, f"{colour}.name"), "   ", (pair, colour))


def sum_lines(
    derivation: Derivation,
    parts: Sequence[ChannelPart],
    figures: Figures,
    end: int,
    pen: Pen,
) -> Iterator[Text]:
    """Add up on paper: other channels, the channels' sum, the bias, the total, what followed."""
    numbers = [part.subtotal for part in derivation.channels] + [derivation.value]
    width = max(len(figures.text(number)) for number in [*numbers, derivation.bias or 0.0])

    def entry(words: Sequence[Part], number: float, style: str) -> Text:
        return pen.line(*words, (right(figures.text(number), end - pen.size(*words)), style))

    rest = [part for part in derivation.channels if part not in parts]
    if rest:
        others = ngettext(
            "{count} more channel, not drawn", "{count} more channels, not drawn", len(rest)
        ).format(count=len(rest))
        yield entry(["  ", (others, "quiet")], sum(part.subtotal for part in rest), "quiet")
    rule = pen.line(" " * (end - width), ("─" * width, "rule"))
    if len(derivation.channels) > 1:
        yield rule
        channels_sum = sum(part.subtotal for part in derivation.channels)
        yield entry(["    ", (_("sum the channels"), "subgoal")], channels_sum, "")
    if derivation.bias is None:
        yield pen.line("    ", (_("no bias: the layer was made without one"), "quiet"))
    else:
        name = f"{derivation.convolution.called.bias or _('bias')}[{derivation.filter}]"
        words: list[Part] = ["    ", (_("add the bias"), "subgoal"), "  ", (name, "bias")]
        number = figures.text(derivation.bias)
        if pen.size(*words) + len(number) >= end:
            words = words[:2]
        yield entry(words, derivation.bias, "bias")
    yield rule
    yield entry(["  ", (derivation.name, "heading")], derivation.value, "total")
    steps = changed_by(derivation)
    if steps:
        words = ["    ", (_("then {steps}").format(steps=steps), "subgoal")]
        yield entry(words, derivation.shown, "total")


def exact(derivation: Derivation, parts: Sequence[ChannelPart], styles: Columns) -> bool:
    """Return whether nothing was rounded away, so that the figures work out as they stand."""
    return (
        all(
            styles.input.exact(tap.value)
            and styles.weight.exact(tap.weight)
            and styles.product.exact(tap.product)
            for part in parts
            for tap in part.taps
        )
        and all(styles.product.exact(part.subtotal) for part in parts)
        and styles.product.exact(derivation.value)
        and styles.product.exact(derivation.bias or 0.0)
    )
