"""One output element taken apart: per channel the window, the filter row, products, subtotal."""

from dataclasses import dataclass, field
from operator import mul

from .convolution import Convolution, Element
from .origin.operations import Step

_ROW_SHOWN = 64
_ROWS_DRAWN = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of an input row as drawn: where it stands and which input it repeats.

    `position` counts in the learner's own input, below 0 or from L_in on for padding;
    `source` is the position whose number stands there, None for a padding zero.
    """

    position: int
    source: int | None
    value: float

    @property
    def padding(self) -> bool:
        """Whether this is an invented number at the edge."""
        return self.source != self.position


@dataclass(frozen=True, slots=True)
class Tap:
    """One position of the kernel over one input number: `value * weight = product`."""

    tap: int
    position: int
    source: int | None
    value: float
    weight: float
    product: float

    @property
    def padding(self) -> bool:
        """Whether the tap stands on padding."""
        return self.source != self.position


@dataclass(frozen=True, slots=True)
class ChannelPart:
    """What one input channel contributes.

    `channel` counts in the input, `weight_channel` in the filter: they differ with groups.
    `row` is the stretch of the input row that is drawn around the window; of many channels
    only those that contribute most have one.
    """

    channel: int
    weight_channel: int
    taps: tuple[Tap, ...]
    subtotal: float
    row: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """One output element, whole.

    `sample`, `filter`, `position` index the output. `left_out` are the input channels that
    the filter does not see, because of groups. `bias` is None for a layer without one.
    `total` is the sum as worked out here in double precision, `value` the element as the layer
    gave it: equal to float32 closeness. `steps` is what came after the convolution, and
    `shown` the number that was asked about (it differs from `value` after an activation).
    `tell` is whether the line that computes it by hand is given away.
    """

    sample: int
    filter: int
    position: int
    channels: tuple[ChannelPart, ...]
    left_out: tuple[int, ...]
    bias: float | None
    total: float
    value: float
    shown: float
    expression: str = ""
    steps: tuple[Step, ...] = ()
    convolution: Convolution = field(repr=False, compare=False, default=None)  # type: ignore[assignment]
    tell: bool = True

    @property
    def element(self) -> Element:
        """Where it stands in the output."""
        return Element(self.sample, self.filter, self.position)

    @property
    def index(self) -> tuple[int, ...]:
        """The index to type behind the output's name; an unbatched output has no sample."""
        return self.convolution.as_typed(self.element)

    @property
    def window(self) -> range:
        """The positions under the kernel, one a tap."""
        return self.convolution.geometry.window(self.position)

    @property
    def products(self) -> list[float]:
        """All products, channel after channel."""
        return [tap.product for part in self.channels for tap in part.taps]

    @property
    def size_of_terms(self) -> float:
        """What the sizes of all products add up to, whatever their signs."""
        return sum(map(abs, self.products))

    @property
    def name(self) -> str:
        """What to type to get this element, as `y[0,0,0]`."""
        output = self.convolution.called.output or "y"
        return f"{output}[{','.join(map(str, self.index))}]"


def derive(
    convolution: Convolution,
    element: Element,
    shown: float | None = None,
    expression: str = "",
    steps: tuple[Step, ...] = (),
) -> Derivation:
    """Take one output element apart.

    `shown` is the number the learner sees, where that is known; else the total is.
    """
    geometry = convolution.geometry
    read_channels = geometry.input_channels_of(element.filter)
    window = geometry.window(element.position)
    sources = [convolution.source(position) for position in window]
    rows = convolution.read(element.sample, read_channels, window)
    weights = convolution.weight[element.filter].tolist()
    sums = [sum(map(mul, row, filter_row)) for row, filter_row in zip(rows, weights, strict=True)]
    drawn = set(sorted(range(len(sums)), key=lambda c: -abs(sums[c]))[:_ROWS_DRAWN])
    channels = []
    for number, channel in enumerate(read_channels):
        taps = tuple(
            Tap(tap, position, source, value, weight, value * weight)
            for tap, (position, source, value, weight) in enumerate(
                zip(window, sources, rows[number], weights[number], strict=True)
            )
        )
        cells = _cells(convolution, element, channel) if number in drawn else ()
        channels.append(ChannelPart(channel, number, taps, sums[number], cells))
    bias = None if convolution.bias is None else float(convolution.bias[element.filter].tolist())
    total = sum(part.subtotal for part in channels) + (bias or 0.0)
    left_out = tuple(c for c in range(geometry.in_channels) if c not in read_channels)
    unchanged = all(step.moves_only for step in steps)
    return Derivation(
        *element,
        tuple(channels),
        left_out,
        bias,
        total,
        shown if shown is not None and unchanged else total,
        total if shown is None else shown,
        expression,
        steps,
        convolution,
    )


def _cells(convolution: Convolution, element: Element, channel: int) -> tuple[Cell, ...]:
    """Return the stretch of a channel's row that is drawn around the window."""
    stretch = _stretch(convolution, element.position)
    row = convolution.read(element.sample, range(channel, channel + 1), stretch)[0]
    return tuple(
        Cell(position, convolution.source(position), value)
        for position, value in zip(stretch, row, strict=True)
    )


def _stretch(convolution: Convolution, place: int) -> range:
    """Return the positions to read: a whole short row, else near the window, or just the taps."""
    geometry = convolution.geometry
    whole = geometry.padded_positions(convolution.length)
    if len(whole) <= _ROW_SHOWN:
        return whole
    window = geometry.window(place)
    if geometry.effective_kernel_size > 2 * _ROW_SHOWN and geometry.dilation > 1:
        return window
    return range(max(whole.start, window[0] - 4), min(whole.stop, window[-1] + 1 + 4))


def total_of(convolution: Convolution, element: Element) -> float:
    """Return one output element's number, in double precision, without its derivation."""
    return sum_over(convolution, element, convolution.geometry.window(element.position))


def sum_over(convolution: Convolution, element: Element, window: range) -> float:
    """Return what an element comes to with its filter over another window of its sample."""
    sample, chosen, _position = element
    rows = convolution.read(sample, convolution.geometry.input_channels_of(chosen), window)
    weights = convolution.weight[chosen].tolist()
    total = sum(
        sum(map(mul, row, filter_row)) for row, filter_row in zip(rows, weights, strict=True)
    )
    return total + (0.0 if convolution.bias is None else float(convolution.bias[chosen].tolist()))


def by_hand(derivation: Derivation, *, each_channel: bool | None = None) -> str:
    """Return the line to type that computes the element by hand; empty without names for it.

    `each_channel` asks for one term a channel, as a sum is first understood; else that is
    done for up to three channels and longer sums are written at once.
    """
    convolution, called = derivation.convolution, derivation.convolution.called
    if not called.input or not called.weight:
        return ""
    geometry = convolution.geometry
    cut = _window_text(derivation)
    if cut is None:
        return _bias_text(derivation) or "0.0"
    source, columns, taps = cut
    head = "" if convolution.unbatched else f"{derivation.sample},"
    chosen = derivation.filter
    read_channels = geometry.input_channels_of(chosen)
    if each_channel is None:
        each_channel = len(read_channels) <= 3
    if each_channel:
        tail = f",{taps}" if taps else ""
        terms = [
            f"{source}[{head}{part.channel},{columns}]"
            f" @ {called.weight}[{chosen},{part.weight_channel}{tail}]"
            for part in derivation.channels
        ]
        text = " + ".join(terms)
    else:
        every = len(read_channels) == geometry.in_channels
        channels = ":" if every else f"{read_channels.start}:{read_channels.stop}"
        tail = f",:,{taps}" if taps else ""
        text = f"({source}[{head}{channels},{columns}] * {called.weight}[{chosen}{tail}]).sum()"
    bias = _bias_text(derivation)
    return f"{text} + {bias}" if bias else text


def _bias_text(derivation: Derivation) -> str:
    if derivation.bias is None:
        return ""
    return f"{derivation.convolution.called.bias}[{derivation.filter}]"


def _window_text(derivation: Derivation) -> tuple[str, str, str] | None:
    """Return what the window is cut from, its columns and the taps that stand on real inputs.

    None where every tap stands on a padding zero.
    """
    geometry, called = derivation.convolution.geometry, derivation.convolution.called
    taps = derivation.channels[0].taps
    step = f":{geometry.dilation}" if geometry.dilation > 1 and len(taps) > 1 else ""
    if geometry.padding_mode != "zeros" and any(tap.padding for tap in taps):
        left, right = geometry.padding_pair
        padded = f'{called.pad}({called.input}, ({left}, {right}), mode="{geometry.padding_mode}")'
        first, last = taps[0].position + left, taps[-1].position + left
        return padded, f"{first}:{last + 1}{step}", ""
    real = [tap for tap in taps if not tap.padding]
    if not real:
        return None
    columns = f"{real[0].position}:{real[-1].position + 1}{step}"
    if len(real) == len(taps):
        return called.input, columns, ""
    end = "" if real[-1].tap == len(taps) - 1 else str(real[-1].tap + 1)
    return called.input, columns, f"{real[0].tap or ''}:{end}"
