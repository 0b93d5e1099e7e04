"""What a weight is for: its place in the filters, and the outputs that use it."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import WeightUse
from ..i18n import _, ngettext
from ..printable import one_line
from .figures import figures_for
from .pen import Part, Pen, left, right
from .theme import band

_MOST_ROWS = 12


def draw(use: WeightUse, pen: Pen) -> Iterator[Text]:
    """Draw where a weight stands in the filters, and say which outputs use it."""
    sentences = list(say(use))
    yield pen.line()
    yield from pen.wrapped((sentences[0], "heading"))
    if use.tap is None:
        yield pen.line()
        yield from _rows(use, pen)
    yield pen.line()
    for sentence in sentences[1:]:
        yield from pen.wrapped((sentence, "note"))


def say(use: WeightUse) -> Iterator[str]:
    """Say what a weight is for."""
    o, c, k = use.geometry.weight_shape
    name = one_line(use.expression) or use.name
    if use.filter is None:
        yield _(
            "{name} holds {o} filters; each has {c} rows of {k} taps,"
            " one for each input channel it sees."
        ).format(name=name, o=o, c=c, k=k)
        yield _("{o} × {c} × {k} = {count} numbers.").format(o=o, c=c, k=k, count=o * c * k)
    elif use.channel is None:
        yield _(
            "{name} is filter {filter} of {o}: {c} rows of {k} taps,"
            " one for each input channel it sees."
        ).format(name=name, filter=use.filter, o=o, c=c, k=k)
    elif use.tap is None:
        yield _("{name} is of filter {filter} the row for input channel {channel}.").format(
            name=name, filter=use.filter, channel=use.input_channel
        )
    else:
        number = figures_for(use.numbers).text(use.numbers[0])
        yield _("{name} = {number}: filter {filter}, input channel {channel}, tap {tap}.").format(
            name=name, number=number, filter=use.filter, channel=use.input_channel, tap=use.tap
        )
    yield _used_by(use)
    if use.tap is not None:
        yield _meets(use)
    yield _("When the layer was made, it was drawn from ±1/√({c}·{k}) = ±{bound}.").format(
        c=c, k=k, bound=figures_for([use.bound]).text(use.bound)
    )


def _used_by(use: WeightUse) -> str:
    output = _output_name(use.convolution)
    if use.filter is None:
        return _("Filter o makes all of {output}[:,o,:].").format(output=output)
    unbatched = use.convolution is not None and use.convolution.unbatched
    index = f"[{use.filter},:]" if unbatched else f"[:,{use.filter},:]"
    return _("It is used by every number of {output}, and by no other.").format(
        output=output + index
    )


def _output_name(convolution: object) -> str:
    called = getattr(convolution, "called", None)
    return getattr(called, "output", "") or "y"


def _meets(use: WeightUse) -> str:
    convolution = use.convolution
    if convolution is None or use.tap is None:
        return _(
            "Output position t multiplies it with the input at t·stride − padding + {offset}."
        ).format(offset=(use.tap or 0) * use.geometry.dilation)
    pairs = []
    for t in range(min(convolution.output_length, 4)):
        place = convolution.geometry.input_position(t, use.tap)
        source = convolution.source(place)
        where = _("pad") if source is None else place if source == place else f"={source}"
        pairs.append(f"{t}→{where}")
    more = ", …" if convolution.output_length > 4 else ""
    return _("Output position → input position it meets: {pairs}.").format(
        pairs=", ".join(pairs) + more
    )


def _rows(use: WeightUse, pen: Pen) -> Iterator[Text]:
    """Draw the rows that are shown, a filter and a channel each, the taps across."""
    o, c, k = use.geometry.weight_shape
    filters = range(o) if use.filter is None else [use.filter]
    channels = range(c) if use.channel is None else [use.channel]
    taps = len(use.numbers) // (len(filters) * len(channels))
    figures = figures_for(use.numbers)
    width = max(len(figures.text(number)) for number in use.numbers) + 2
    labels = {
        (f, ch): _("filter {filter} · channel {channel}").format(
            filter=f, channel=use.geometry.input_channels_of(f)[ch]
        )
        for f in filters
        for ch in channels
    }
    if pen.width < 60:
        labels = {(f, ch): f"[{f},{ch}]" for f, ch in labels}
    label = max(pen.size(text) for text in labels.values()) + 2
    fit = max((pen.width - label - 6) // width, 1)
    head: list[Part] = [left("  " + _("tap"), label + 2)]
    if taps == k:
        head += [right(str(tap), width) for tap in range(min(taps, fit))]
        yield pen.line(*((part, "quiet") for part in head if isinstance(part, str)))
    keys = list(labels)
    for number, (f, ch) in enumerate(keys[:_MOST_ROWS]):
        if number and ch == channels[0] and len(channels) > 1:
            yield pen.line()
        start = number * taps
        cells = [
            right(figures.text(value), width)
            for value in use.numbers[start : start + min(taps, fit)]
        ]
        colour = band(use.geometry.input_channels_of(f)[ch])
        more = ["  …"] if taps > fit else []
        yield pen.line(
            ("  " + left(labels[f, ch], label), "quiet"),
            *((cell, colour) for cell in [*cells, *more]),
        )
    hidden = len(keys) - _MOST_ROWS
    if hidden > 0:
        words = ngettext("… and {count} more row", "… and {count} more rows", hidden)
        yield pen.line("  ", (words.format(count=hidden), "quiet"))
