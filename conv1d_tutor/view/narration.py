"""Every picture in words, for those who hear the screen: one statement a line, no columns."""

from collections.abc import Iterator

from ..explain import Cell, ChannelPart, Derivation, LengthDerivation, NoOrigin, Overview, by_hand
from ..i18n import _, ngettext
from .derivation import Zoom
from .figures import Figures, figures_for
from .notes import note_sentences
from .overview import no_origin_sentences, step_words
from .pen import clean
from .sums import changed_by, figures_of, position_label, shown_channels, tensor_names

__all__ = ["derivation_words", "length_words", "no_origin_words", "overview_words"]


def derivation_words(derivation: Derivation, zoom: Zoom = "channels") -> Iterator[str]:
    """Say a derivation, sub-goal by sub-goal."""
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


def length_words(length: LengthDerivation) -> Iterator[str]:
    """Return how the output length comes about."""
    geometry = length.geometry
    left, right = geometry.padding_pair
    yield _("The padded input is {input} + {left} + {right} = {padded} long.").format(
        input=length.input_length, left=left, right=right, padded=length.padded_length
    )
    yield _("The kernel spans {dilation}·({kernel} − 1) + 1 = {span} positions.").format(
        dilation=geometry.dilation, kernel=geometry.kernel_size, span=geometry.effective_kernel_size
    )
    if not length.fits:
        yield _("No window fits.")
        return
    yield _("So the window can move {room} further, {stride} at a time: {steps} steps.").format(
        room=length.room, stride=geometry.stride, steps=length.output_length - 1
    )
    yield _("Counting its first place, that makes {length} output positions.").format(
        length=length.output_length
    )
    if length.unread:
        yield _("✗ No window reaches input position {positions}.").format(
            positions=", ".join(map(str, length.unread))
        )


def overview_words(overview: Overview) -> Iterator[str]:
    """Return which output elements a value shows, the first few with their numbers."""
    output = overview.convolution.called.output or "y"
    name = clean(overview.expression) or output
    yield _("{name} has shape {shape}.").format(name=name, shape=overview.shape)
    steps = step_words(overview)
    if steps:
        yield _("It comes from {output}, then {steps}.").format(output=output, steps=steps)
    figures = figures_for(overview.numbers)
    for element, number in list(zip(overview.elements, overview.numbers, strict=True))[:8]:
        shown = element[1:] if overview.convolution.unbatched else element
        yield f"{output}[{','.join(map(str, shown))}] = {figures.text(number)}"
    if len(overview.elements) > 8:
        yield _("… and {count} more").format(count=len(overview.elements) - 8)
    index = "0,0" if overview.convolution.unbatched else "0,0,0"
    yield _("Take one apart: {line}").format(line=f"{output}[{index}]")


def no_origin_words(origin: NoOrigin) -> Iterator[str]:
    """Say why a value has no origin, and what to type."""
    why, lead = no_origin_sentences(origin)
    yield why
    if lead:
        yield f"{lead} {clean(origin.line)}"
