"""What an element comes to when it is reckoned wrongly: each mistake as a small pure function."""

from collections.abc import Iterator

from .derivation import Derivation, derive

__all__ = [
    "added_not_multiplied",
    "another_channel_only",
    "axes_swapped",
    "bias_alone",
    "bias_multiplied",
    "bias_of",
    "bias_per_channel",
    "bias_per_tap",
    "bias_subtracted",
    "bias_twice",
    "centred",
    "channel_without_bias",
    "channels_crossed",
    "filter_only",
    "filter_with_own_bias",
    "flipped",
    "forgot_a_tap",
    "largest",
    "mean_of_channels",
    "mean_of_taps",
    "no_bias",
    "no_dilation",
    "no_padding",
    "no_stride",
    "off_by_one",
    "off_by_two",
    "one_channel",
    "other_bias",
    "rectified",
    "subtotals",
    "subtracted",
    "sums_multiplied",
    "window_only",
    "wrong_filter",
    "wrong_sample",
]


def bias_of(element: Derivation) -> float:
    """Return the bias, 0 for a layer without one."""
    return element.bias or 0.0


def subtotals(element: Derivation) -> list[float]:
    """Return what each channel comes to."""
    return [part.subtotal for part in element.channels]


def flipped(element: Derivation) -> Iterator[float]:
    """Meet the window backwards, as convolution is defined in mathematics."""
    total = 0.0
    for part in element.channels:
        values = [tap.value for tap in part.taps]
        weights = [tap.weight for tap in part.taps]
        total += sum(v * w for v, w in zip(values, reversed(weights), strict=True))
    yield total + bias_of(element)


def no_bias(element: Derivation) -> Iterator[float]:
    """Leave the bias out."""
    if element.bias is not None:
        yield sum(subtotals(element))


def bias_per_channel(element: Derivation) -> Iterator[float]:
    """Add the bias once for each channel."""
    if len(element.channels) > 1:
        yield sum(subtotals(element)) + bias_of(element) * len(element.channels)


def bias_twice(element: Derivation) -> Iterator[float]:
    """Add the bias twice."""
    if len(element.channels) != 2:
        yield sum(subtotals(element)) + 2 * bias_of(element)


def bias_per_tap(element: Derivation) -> Iterator[float]:
    """Add the bias at every tap."""
    taps = sum(len(part.taps) for part in element.channels)
    if taps > len(element.channels):
        yield sum(subtotals(element)) + bias_of(element) * taps


def bias_subtracted(element: Derivation) -> Iterator[float]:
    """Take the bias away."""
    yield sum(subtotals(element)) - bias_of(element)


def bias_multiplied(element: Derivation) -> Iterator[float]:
    """Multiply with the bias."""
    if element.bias is not None:
        yield sum(subtotals(element)) * element.bias


def bias_alone(element: Derivation) -> Iterator[float]:
    """Return the bias alone."""
    if element.bias is not None:
        yield element.bias


def other_bias(element: Derivation) -> Iterator[float]:
    """Add the bias of another filter."""
    bias = element.convolution.bias
    if bias is not None:
        for number, value in enumerate(bias.tolist()):
            if number != element.filter:
                yield sum(subtotals(element)) + value


def one_channel(element: Derivation) -> Iterator[float]:
    """Count the first channel only."""
    sums = subtotals(element)
    if len(sums) > 1:
        yield sums[0] + bias_of(element)


def another_channel_only(element: Derivation) -> Iterator[float]:
    """Count one of the later channels only."""
    for subtotal in subtotals(element)[1:]:
        yield subtotal + bias_of(element)


def channel_without_bias(element: Derivation) -> Iterator[float]:
    """Return one channel's subtotal."""
    if len(element.channels) > 1:
        yield from subtotals(element)


def mean_of_channels(element: Derivation) -> Iterator[float]:
    """Average the channels."""
    sums = subtotals(element)
    if len(sums) > 1:
        yield sum(sums) / len(sums) + bias_of(element)
        yield (sum(sums) + bias_of(element)) / len(sums)


def mean_of_taps(element: Derivation) -> Iterator[float]:
    """Average the products."""
    taps = len(element.channels[0].taps)
    if taps > 1:
        yield sum(subtotals(element)) / taps + bias_of(element)
        yield sum(subtotals(element)) / (taps * len(element.channels)) + bias_of(element)


def channels_crossed(element: Derivation) -> Iterator[float]:
    """Meet each channel's window with the other channel's filter row."""
    parts = element.channels
    if len(parts) == 2:
        crossed = sum(a.value * b.weight for a, b in zip(parts[0].taps, parts[1].taps, strict=True))
        crossed += sum(
            a.value * b.weight for a, b in zip(parts[1].taps, parts[0].taps, strict=True)
        )
        yield crossed + bias_of(element)


def subtracted(element: Derivation) -> Iterator[float]:
    """Take the later channels from the first."""
    sums = subtotals(element)
    if len(sums) > 1:
        yield sums[0] - sum(sums[1:]) + bias_of(element)


def added_not_multiplied(element: Derivation) -> Iterator[float]:
    """Add inputs and weights."""
    taps = [tap for part in element.channels for tap in part.taps]
    yield sum(tap.value + tap.weight for tap in taps) + bias_of(element)


def sums_multiplied(element: Derivation) -> Iterator[float]:
    """Sum window and filter row before multiplying."""
    if len(element.channels[0].taps) > 1:
        yield sum(
            sum(tap.value for tap in part.taps) * sum(tap.weight for tap in part.taps)
            for part in element.channels
        ) + bias_of(element)


def window_only(element: Derivation) -> Iterator[float]:
    """Sum the window without weights."""
    window = sum(tap.value for part in element.channels for tap in part.taps)
    yield window
    yield window + bias_of(element)


def filter_only(element: Derivation) -> Iterator[float]:
    """Sum the filter without the window."""
    weights = sum(tap.weight for part in element.channels for tap in part.taps)
    yield weights
    yield weights + bias_of(element)


def largest(element: Derivation) -> Iterator[float]:
    """Pick the largest product."""
    products = [tap.product for part in element.channels for tap in part.taps]
    if len(products) > 1:
        yield max(products) + bias_of(element)


def forgot_a_tap(element: Derivation) -> Iterator[float]:
    """Leave a tap at the kernel's end out."""
    for part in element.channels:
        for tap in (part.taps[0], part.taps[-1]) if len(part.taps) > 1 else ():
            yield element.total - tap.product
    if len(element.channels) > 1 and len(element.channels[0].taps) > 1:
        for end in (0, -1):
            yield element.total - sum(part.taps[end].product for part in element.channels)


def _elements(element: Derivation, which: str) -> Iterator[float]:
    """Return the right numbers of other elements: of other filters, samples or positions."""
    convolution = element.convolution
    sample, chosen, place = element.sample, element.filter, element.position
    if which == "filter":
        others = [(sample, o, place) for o in range(convolution.out_channels) if o != chosen]
    elif which == "sample":
        others = [(b, chosen, place) for b in range(convolution.samples) if b != sample]
    else:
        places = (place - 1, place + 1)
        others = [(sample, chosen, p) for p in places if 0 <= p < convolution.output_length]
    for other in others[:64]:
        yield derive(convolution, other).total


def wrong_filter(element: Derivation) -> Iterator[float]:
    """Use another filter, with its own bias or this one's."""
    yield from _elements(element, "filter")
    yield from filter_with_own_bias(element)


def filter_with_own_bias(element: Derivation) -> Iterator[float]:
    """Use another filter's weights with this one's bias."""
    convolution = element.convolution
    for o in range(min(convolution.out_channels, 64)):
        if o != element.filter and convolution.channels_of(o) == convolution.channels_of(
            element.filter
        ):
            other = derive(convolution, (element.sample, o, element.position))
            yield sum(part.subtotal for part in other.channels) + bias_of(element)


def wrong_sample(element: Derivation) -> Iterator[float]:
    """Use another sample."""
    yield from _elements(element, "sample")


def _at_start(element: Derivation, start: int) -> float | None:
    """Return the element's sum over a window that begins at another position; padding as zeros."""
    convolution = element.convolution
    taps = element.channels[0].taps
    span = range(start, start + convolution.span, convolution.dilation)
    if span[-1] < -convolution.span or start > convolution.length + convolution.span:
        return None
    rows = convolution.read(element.sample, convolution.channels_of(element.filter), span)
    total = bias_of(element)
    for part, row in zip(element.channels, rows, strict=True):
        total += sum(value * tap.weight for value, tap in zip(row, part.taps, strict=True))
    return total if len(taps) == len(rows[0]) else None


def off_by_one(element: Derivation) -> Iterator[float]:
    """Begin the window one position early or late."""
    start = element.channels[0].taps[0].position
    for by in (-1, 1):
        total = _at_start(element, start + by)
        if total is not None:
            yield total


def off_by_two(element: Derivation) -> Iterator[float]:
    """Begin the window two positions early or late."""
    start = element.channels[0].taps[0].position
    for by in (-2, 2):
        total = _at_start(element, start + by)
        if total is not None:
            yield total


def centred(element: Derivation) -> Iterator[float]:
    """Centre the window on where it should begin."""
    kernel = len(element.channels[0].taps)
    if kernel > 4:
        start = element.channels[0].taps[0].position
        total = _at_start(element, start - element.convolution.span // 2)
        if total is not None:
            yield total


def no_stride(element: Derivation) -> Iterator[float]:
    """Begin the window at the output position, whatever the stride."""
    convolution = element.convolution
    if convolution.stride > 1 and element.position:
        total = _at_start(element, element.position - convolution.pads[0])
        if total is not None:
            yield total


def no_padding(element: Derivation) -> Iterator[float]:
    """Begin the window where it would without padding."""
    convolution = element.convolution
    if convolution.pads[0]:
        total = _at_start(element, element.position * convolution.stride)
        if total is not None:
            yield total


def no_dilation(element: Derivation) -> Iterator[float]:
    """Set the taps side by side."""
    convolution = element.convolution
    if convolution.dilation > 1:
        start = element.channels[0].taps[0].position
        kernel = convolution.kernel_size
        rows = convolution.read(
            element.sample,
            convolution.channels_of(element.filter),
            range(start, start + kernel),
        )
        total = bias_of(element)
        for part, row in zip(element.channels, rows, strict=True):
            total += sum(value * tap.weight for value, tap in zip(row, part.taps, strict=True))
        yield total


def axes_swapped(element: Derivation) -> Iterator[float]:
    """Swap two indices."""
    convolution = element.convolution
    sample, chosen, place = element.sample, element.filter, element.position
    if place != chosen < convolution.output_length and place < convolution.out_channels:
        yield derive(convolution, (sample, place, chosen)).total
    if sample != chosen < convolution.samples and sample < convolution.out_channels:
        yield derive(convolution, (chosen, sample, place)).total


def rectified(element: Derivation) -> Iterator[float]:
    """Lose the sign."""
    if element.total < 0:
        yield 0.0
        yield -element.total
