"""Wrong numbers for an output element, or for a whole output: the right answers of other sums.

Each mistake is a small pure function that gives the number, or the several numbers, that an
element comes to when it is made.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Any

from ...closeness import near
from ...geometry import Conv1dGeometry
from ...i18n import N_
from ...odd_values import is_a, offers
from ..convolution import Convolution, Element
from ..derivation import Derivation, derive, sum_over, total_of
from ..tensors import is_tensor, number_in, shape_of
from .catalogue import Catalogue, Entry, Mistake

_OTHERS = 64
"""So many other filters or samples are tried."""

_LOOKED_AT = 24
"""So many numbers of a whole output are looked at."""

ELEMENT_MISTAKES: Catalogue[Derivation, Iterator[float]] = Catalogue()
PART_MISTAKES: Catalogue[Derivation, Iterator[list[float]]] = Catalogue()
mistake = ELEMENT_MISTAKES.mistake


def _bias(element: Derivation) -> float:
    return element.bias or 0.0


def _subtotals(element: Derivation) -> list[float]:
    return [part.subtotal for part in element.channels]


def _sum(element: Derivation) -> float:
    """Return what the channels come to, without the bias."""
    return sum(_subtotals(element))


def _kernel(element: Derivation) -> int:
    return element.convolution.geometry.kernel_size


# --- the bias


@mistake(
    N_("That is the sum of the channels; the bias is still to be added."), hides=("bias_twice",)
)
def no_bias(element: Derivation) -> Iterator[float]:
    """Leave the bias out."""
    if element.bias is not None:
        yield _sum(element)


@mistake(
    N_("The bias went in once for each channel; it is added once, to the sum of all."),
    hides=("bias_twice",),
)
def bias_per_channel(element: Derivation) -> Iterator[float]:
    """Add the bias once for each channel."""
    if len(element.channels) > 1:
        yield _sum(element) + _bias(element) * len(element.channels)


@mistake(N_("The bias went in twice; it is added once."))
def bias_twice(element: Derivation) -> Iterator[float]:
    """Add the bias twice."""
    if len(element.channels) != 2:
        yield _sum(element) + 2 * _bias(element)


@mistake(N_("The bias went in at every tap; it is added once."))
def bias_per_tap(element: Derivation) -> Iterator[float]:
    """Add the bias at every tap."""
    if _kernel(element) > 1:
        yield _sum(element) + _bias(element) * _kernel(element) * len(element.channels)


@mistake(N_("The bias was taken away; it is added."))
def bias_subtracted(element: Derivation) -> Iterator[float]:
    """Take the bias away."""
    yield _sum(element) - _bias(element)


@mistake(N_("The bias was multiplied; it is added."))
def bias_multiplied(element: Derivation) -> Iterator[float]:
    """Multiply with the bias."""
    if element.bias is not None:
        yield _sum(element) * element.bias


@mistake(N_("That is the bias alone, without any product."))
def bias_alone(element: Derivation) -> Iterator[float]:
    """Return the bias alone."""
    if element.bias is not None:
        yield element.bias


@mistake(N_("That is the bias of another filter; filter {filter} has bias[{filter}]."))
def other_bias(element: Derivation) -> Iterator[float]:
    """Add the bias of another filter."""
    bias = element.convolution.bias
    if bias is not None:
        for number, value in enumerate(bias.tolist()):
            if number != element.filter:
                yield _sum(element) + value


# --- the channels


@mistake(N_("Only the first channel was counted; sum the channels."))
def first_channel(element: Derivation) -> Iterator[float]:
    """Count the first channel only."""
    if len(element.channels) > 1:
        yield element.channels[0].subtotal + _bias(element)


@mistake(N_("Only one channel was counted; sum the channels."))
def one_channel(element: Derivation) -> Iterator[float]:
    """Count one of the later channels only."""
    for subtotal in _subtotals(element)[1:]:
        yield subtotal + _bias(element)


@mistake(N_("That is the subtotal of one channel; sum the channels, then add the bias."))
def channel_alone(element: Derivation) -> Iterator[float]:
    """Return one channel's subtotal."""
    if len(element.channels) > 1:
        yield from _subtotals(element)


@mistake(N_("The channels were averaged; they are summed."))
def mean_of_channels(element: Derivation) -> Iterator[float]:
    """Average the channels."""
    count = len(element.channels)
    if count > 1:
        yield _sum(element) / count + _bias(element)
        yield (_sum(element) + _bias(element)) / count


@mistake(N_("The products were averaged; they are summed."))
def mean_of_taps(element: Derivation) -> Iterator[float]:
    """Average the products."""
    taps = _kernel(element)
    if taps > 1:
        yield _sum(element) / taps + _bias(element)
        yield _sum(element) / (taps * len(element.channels)) + _bias(element)


@mistake(N_("The channels were crossed: channel 0 of the input goes with channel 0 of the filter."))
def channels_crossed(element: Derivation) -> Iterator[float]:
    """Meet each channel's window with the other channel's filter row."""
    if len(element.channels) == 2:
        one, other = element.channels
        pairs = [*zip(one.taps, other.taps, strict=True), *zip(other.taps, one.taps, strict=True)]
        yield sum(a.value * b.weight for a, b in pairs) + _bias(element)


@mistake(N_("One channel was subtracted from the other; they are summed."))
def channels_subtracted(element: Derivation) -> Iterator[float]:
    """Take the later channels from the first."""
    first, *others = _subtotals(element)
    if others:
        yield first - sum(others) + _bias(element)


# --- the products


@mistake(N_("Inputs and weights were added; each input is multiplied with its weight."))
def added(element: Derivation) -> Iterator[float]:
    """Add inputs and weights."""
    taps = [tap for part in element.channels for tap in part.taps]
    yield sum(tap.value + tap.weight for tap in taps) + _bias(element)


@mistake(N_("The window was summed before multiplying; multiply number by number, then sum."))
def sums_multiplied(element: Derivation) -> Iterator[float]:
    """Sum window and filter row before multiplying."""
    if _kernel(element) > 1:
        yield sum(
            sum(tap.value for tap in part.taps) * sum(tap.weight for tap in part.taps)
            for part in element.channels
        ) + _bias(element)


@mistake(N_("The window was summed without its weights; multiply first."))
def window_only(element: Derivation) -> Iterator[float]:
    """Sum the window without weights."""
    window = sum(tap.value for part in element.channels for tap in part.taps)
    yield window
    yield window + _bias(element)


@mistake(N_("The weights were summed without the window; multiply first."))
def filter_only(element: Derivation) -> Iterator[float]:
    """Sum the filter without the window."""
    weights = sum(tap.weight for part in element.channels for tap in part.taps)
    yield weights
    yield weights + _bias(element)


@mistake(N_("The largest product was picked; all products are summed."))
def largest(element: Derivation) -> Iterator[float]:
    """Pick the largest product."""
    if len(element.products) > 1:
        yield max(element.products) + _bias(element)


@mistake(
    N_("The filter was flipped, as in mathematics; here tap 0 meets the window's first number.")
)
def flipped(element: Derivation) -> Iterator[float]:
    """Meet the window backwards, as convolution is defined in mathematics."""
    yield sum(
        tap.value * opposite.weight
        for part in element.channels
        for tap, opposite in zip(part.taps, reversed(part.taps), strict=True)
    ) + _bias(element)


@mistake(N_("A tap at the end of the kernel is missing."))
def forgot_a_tap(element: Derivation) -> Iterator[float]:
    """Leave a tap at the kernel's end out, in one channel or in all."""
    if _kernel(element) > 1:
        for end in (0, -1):
            products = [part.taps[end].product for part in element.channels]
            for left_out in (*products, sum(products)):
                yield element.total - left_out


# --- the place


@mistake(N_("That is another filter's answer; pick filter {filter}."))
def wrong_filter(element: Derivation) -> Iterator[float]:
    """Use another filter, with its own bias or, in the same group, with this one's."""
    geometry, own = element.convolution.geometry, element.element
    biasless = replace(element.convolution, bias=None)
    others = [o for o in range(geometry.out_channels) if o != own.filter]
    for other in others[:_OTHERS]:
        yield total_of(element.convolution, own._replace(filter=other))
        if geometry.group_of_output(other) == geometry.group_of_output(own.filter):
            yield total_of(biasless, own._replace(filter=other)) + _bias(element)


@mistake(N_("That is another sample's answer; take sample {sample}."))
def wrong_sample(element: Derivation) -> Iterator[float]:
    """Use another sample."""
    others = [b for b in range(element.convolution.samples) if b != element.sample]
    for other in others[:_OTHERS]:
        yield total_of(element.convolution, element.element._replace(sample=other))


def _begun_at(element: Derivation, start: int) -> Iterator[float]:
    """Yield the element's sum over a window that begins at another position, if near the input."""
    convolution = element.convolution
    span = convolution.geometry.effective_kernel_size
    window = convolution.geometry.window_from(start)
    if window[-1] >= -span and start <= convolution.length + span:
        yield sum_over(convolution, element.element, window)


def _with(element: Derivation, **changes: int) -> Conv1dGeometry:
    """Return the geometry with a hyper-parameter as if it had been forgotten."""
    return replace(element.convolution.geometry, **changes)  # type: ignore[arg-type]


@mistake(
    N_("The window is off by one: it begins at {start} of the input."),
    hides=("no_stride", "no_padding"),
)
def off_by_one(element: Derivation) -> Iterator[float]:
    """Begin the window one position early or late."""
    for by in (-1, 1):
        yield from _begun_at(element, element.window[0] + by)


@mistake(N_("The window is off by two: it begins at {start} of the input."))
def off_by_two(element: Derivation) -> Iterator[float]:
    """Begin the window two positions early or late."""
    for by in (-2, 2):
        yield from _begun_at(element, element.window[0] + by)


@mistake(
    N_("The window was centred on the position; it begins there, at {start} of the input."),
    hides=("off_by_two", "off_by_one"),
)
def centred(element: Derivation) -> Iterator[float]:
    """Centre the window on where it should begin."""
    if _kernel(element) > 4:
        half = element.convolution.geometry.effective_kernel_size // 2
        yield from _begun_at(element, element.window[0] - half)


@mistake(N_("The stride was forgotten: the window begins at {start} of the input."))
def no_stride(element: Derivation) -> Iterator[float]:
    """Begin the window at the output position, whatever the stride."""
    if element.convolution.geometry.stride > 1 and element.position:
        yield from _begun_at(element, _with(element, stride=1).input_position(element.position, 0))


@mistake(N_("The padding was forgotten: the window begins at {start}, left of the input."))
def no_padding(element: Derivation) -> Iterator[float]:
    """Begin the window where it would without padding."""
    if element.convolution.geometry.padding_left:
        yield from _begun_at(element, _with(element, padding=0).input_position(element.position, 0))


@mistake(N_("The dilation was forgotten: the taps stand {dilation} apart."))
def no_dilation(element: Derivation) -> Iterator[float]:
    """Set the taps side by side."""
    if element.convolution.geometry.dilation > 1:
        window = _with(element, dilation=1).window(element.position)
        yield sum_over(element.convolution, element.element, window)


@mistake(N_("Two indices were swapped: the order is sample, filter, position."))
def axes_swapped(element: Derivation) -> Iterator[float]:
    """Swap two indices."""
    sample, chosen, place = element.element
    samples, filters, length = element.convolution.output_shape
    if place != chosen < length and place < filters:
        yield total_of(element.convolution, Element(sample, place, chosen))
    if sample != chosen < samples and sample < filters:
        yield total_of(element.convolution, Element(chosen, sample, place))


@mistake(N_("The sign is lost: the sum is negative."))
def sign(element: Derivation) -> Iterator[float]:
    """Lose the sign."""
    if element.total < 0:
        yield 0.0
        yield -element.total


# --- several numbers where one belongs


@PART_MISTAKES.mistake(N_("Those are the products; an output element is one number: sum them."))
def forgot_to_sum(element: Derivation) -> Iterator[list[float]]:
    """Leave the products, or the channels' subtotals, unsummed; perhaps each with the bias."""
    by_channel = [[tap.product for tap in part.taps] for part in element.channels]
    by_tap = [sum(products) for products in zip(*by_channel, strict=True)]
    for numbers in (element.products, by_channel[0], _subtotals(element), by_tap):
        yield numbers
        yield [number + _bias(element) for number in numbers]


# --- naming


def name_mistake(wrong: object, element: Derivation) -> Mistake | None:
    """Name what a wrong value for an element was worked out as, when exactly one mistake fits.

    `wrong` is a number, a tensor or a list. None for the right value, and where no mistake or
    more than one would give this value.
    """
    numbers = _numbers_of(wrong)
    if not numbers:
        return None
    if len(numbers) > 1:
        entries = PART_MISTAKES.fitting(
            element, lambda lists: any(_alike(numbers, one) for one in lists)
        )
        return entries[0].said() if entries else None
    number = numbers[0]
    if near(number, element.value):
        return None
    found = _fitting(number, element)
    if len(found) != 1:
        return None
    return found[0].said(
        filter=element.filter,
        sample=element.sample,
        start=element.window[0],
        dilation=element.convolution.geometry.dilation,
    )


def _fitting(number: float, element: Derivation) -> list[Entry[Derivation, Iterator[float]]]:
    return ELEMENT_MISTAKES.fitting(
        element, lambda others: any(near(number, one) for one in others)
    )


def _alike(given: list[float], expected: list[float]) -> bool:
    return len(given) == len(expected) and all(map(near, given, expected))


def _numbers_of(value: Any) -> list[float] | None:
    """Return the numbers in a tensor, array, list or number, flat; None if it is no number."""
    if offers(value, "tolist"):
        value = value.tolist()
    if is_a(value, bool):
        return None
    if is_a(value, int, float):
        try:
            return [float(value)]
        except OverflowError:
            return None
    if not is_a(value, list, tuple):
        return None
    parts = [_numbers_of(part) for part in value]
    return None if None in parts else [number for part in parts for number in part or ()]


def name_output_mistake(wrong: Any, convolution: Convolution) -> Mistake | None:
    """Name what a wrong output was worked out as, when exactly one mistake gives its numbers.

    `wrong` is a tensor of the output's shape, (N, C_out, L_out) or (C_out, L_out); None for
    any other, for the right output, and where no mistake or several would give it. Only
    mistakes that are the same at every element are looked for.
    """
    whole = convolution.output_shape
    if not is_tensor(wrong) or shape_of(wrong) != convolution.as_typed(whole):
        return None
    fitting: set[str] | None = None
    # One filter after the other, so that every filter's bias and weights have their say.
    across = product(range(whole[2]), range(whole[0]), range(whole[1]))
    for place, sample, chosen in islice(across, _LOOKED_AT):
        element = derive(convolution, Element(sample, chosen, place))
        number = number_in(wrong[element.index])
        if near(number, element.total):
            continue
        names = {entry.name for entry in _fitting(number, element)}
        fitting = names if fitting is None else fitting & names
        if not fitting:
            return None
    general = [
        entry
        for entry in ELEMENT_MISTAKES.entries
        if entry.name in (fitting or ()) and "{" not in entry.sentence
    ]
    return general[0].said() if len(general) == 1 else None


def separates(convolution: Convolution, element: Element) -> tuple[str, ...]:
    """Return the mistakes that this element's numbers cannot tell from right or from each other."""
    derivation = derive(convolution, element)
    given = {entry.name: list(entry.outcome(derivation)) for entry in ELEMENT_MISTAKES.entries}
    hidden = []
    for name, values in given.items():
        others = [value for other in given if other != name for value in given[other]]
        if any(near(one, two) for one in values for two in (derivation.total, *others)):
            hidden.append(name)
    return tuple(hidden)
