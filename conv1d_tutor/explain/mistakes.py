"""Wrong numbers have names: most are the right answer of another convolution.

Each mistake is a small pure function that gives what the mistaken reckoning comes to. A wrong
value is held against all of them, and named when exactly one fits.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isclose, isfinite
from typing import Any

from ..i18n import N_, _
from .convolution import Convolution
from .derivation import Derivation, derive
from .tensors import is_tensor

__all__ = ["CATALOGUE", "Mistake", "name_mistake", "near", "numbers_of", "separates"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known mistake: its short name, and what was done in place of what, as a sentence."""

    name: str
    sentence: str


Reckoning = Callable[[Derivation], Iterator[float]]
"""Gives the number, or the several numbers, that a mistaken reckoning of an element comes to."""


def _bias(element: Derivation) -> float:
    return element.bias or 0.0


def _sums(element: Derivation) -> list[float]:
    return [part.subtotal for part in element.channels]


def _flipped(element: Derivation) -> Iterator[float]:
    total = 0.0
    for part in element.channels:
        values = [tap.value for tap in part.taps]
        weights = [tap.weight for tap in part.taps]
        total += sum(v * w for v, w in zip(values, reversed(weights), strict=True))
    yield total + _bias(element)


def _no_bias(element: Derivation) -> Iterator[float]:
    if element.bias is not None:
        yield sum(_sums(element))


def _bias_per_channel(element: Derivation) -> Iterator[float]:
    if len(element.channels) > 1:
        yield sum(_sums(element)) + _bias(element) * len(element.channels)


def _bias_twice(element: Derivation) -> Iterator[float]:
    if len(element.channels) != 2:
        yield sum(_sums(element)) + 2 * _bias(element)


def _bias_per_tap(element: Derivation) -> Iterator[float]:
    taps = sum(len(part.taps) for part in element.channels)
    if taps > len(element.channels):
        yield sum(_sums(element)) + _bias(element) * taps


def _bias_subtracted(element: Derivation) -> Iterator[float]:
    yield sum(_sums(element)) - _bias(element)


def _bias_multiplied(element: Derivation) -> Iterator[float]:
    if element.bias is not None:
        yield sum(_sums(element)) * element.bias


def _bias_alone(element: Derivation) -> Iterator[float]:
    if element.bias is not None:
        yield element.bias


def _other_bias(element: Derivation) -> Iterator[float]:
    bias = element.convolution.bias
    if bias is not None:
        for number, value in enumerate(bias.tolist()):
            if number != element.filter:
                yield sum(_sums(element)) + value


def _one_channel(element: Derivation) -> Iterator[float]:
    sums = _sums(element)
    if len(sums) > 1:
        yield sums[0] + _bias(element)


def _another_channel_only(element: Derivation) -> Iterator[float]:
    for subtotal in _sums(element)[1:]:
        yield subtotal + _bias(element)


def _channel_without_bias(element: Derivation) -> Iterator[float]:
    if len(element.channels) > 1:
        yield from _sums(element)


def _mean_of_channels(element: Derivation) -> Iterator[float]:
    sums = _sums(element)
    if len(sums) > 1:
        yield sum(sums) / len(sums) + _bias(element)
        yield (sum(sums) + _bias(element)) / len(sums)


def _mean_of_taps(element: Derivation) -> Iterator[float]:
    taps = len(element.channels[0].taps)
    if taps > 1:
        yield sum(_sums(element)) / taps + _bias(element)
        yield sum(_sums(element)) / (taps * len(element.channels)) + _bias(element)


def _channels_crossed(element: Derivation) -> Iterator[float]:
    parts = element.channels
    if len(parts) == 2:
        crossed = sum(a.value * b.weight for a, b in zip(parts[0].taps, parts[1].taps, strict=True))
        crossed += sum(
            a.value * b.weight for a, b in zip(parts[1].taps, parts[0].taps, strict=True)
        )
        yield crossed + _bias(element)


def _subtracted(element: Derivation) -> Iterator[float]:
    sums = _sums(element)
    if len(sums) > 1:
        yield sums[0] - sum(sums[1:]) + _bias(element)


def _added_not_multiplied(element: Derivation) -> Iterator[float]:
    taps = [tap for part in element.channels for tap in part.taps]
    yield sum(tap.value + tap.weight for tap in taps) + _bias(element)


def _sums_multiplied(element: Derivation) -> Iterator[float]:
    if len(element.channels[0].taps) > 1:
        yield sum(
            sum(tap.value for tap in part.taps) * sum(tap.weight for tap in part.taps)
            for part in element.channels
        ) + _bias(element)


def _window_only(element: Derivation) -> Iterator[float]:
    window = sum(tap.value for part in element.channels for tap in part.taps)
    yield window
    yield window + _bias(element)


def _filter_only(element: Derivation) -> Iterator[float]:
    weights = sum(tap.weight for part in element.channels for tap in part.taps)
    yield weights
    yield weights + _bias(element)


def _largest(element: Derivation) -> Iterator[float]:
    products = [tap.product for part in element.channels for tap in part.taps]
    if len(products) > 1:
        yield max(products) + _bias(element)


def _forgot_a_tap(element: Derivation) -> Iterator[float]:
    for part in element.channels:
        for tap in (part.taps[0], part.taps[-1]) if len(part.taps) > 1 else ():
            yield element.total - tap.product
    if len(element.channels) > 1 and len(element.channels[0].taps) > 1:
        for end in (0, -1):
            yield element.total - sum(part.taps[end].product for part in element.channels)


def _elements(element: Derivation, which: str) -> Iterator[float]:
    """Give the right numbers of other elements: of other filters, samples or positions."""
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


def _wrong_filter(element: Derivation) -> Iterator[float]:
    yield from _elements(element, "filter")
    yield from _filter_with_own_bias(element)


def _filter_with_own_bias(element: Derivation) -> Iterator[float]:
    convolution = element.convolution
    for o in range(min(convolution.out_channels, 64)):
        if o != element.filter and convolution.channels_of(o) == convolution.channels_of(
            element.filter
        ):
            other = derive(convolution, (element.sample, o, element.position))
            yield sum(part.subtotal for part in other.channels) + _bias(element)


def _wrong_sample(element: Derivation) -> Iterator[float]:
    yield from _elements(element, "sample")


def _at_start(element: Derivation, start: int) -> float | None:
    """Give the element's sum over a window that begins at another position; padding as zeros."""
    convolution = element.convolution
    taps = element.channels[0].taps
    span = range(start, start + convolution.span, convolution.dilation)
    if span[-1] < -convolution.span or start > convolution.length + convolution.span:
        return None
    rows = convolution.read(element.sample, convolution.channels_of(element.filter), span)
    total = _bias(element)
    for part, row in zip(element.channels, rows, strict=True):
        total += sum(value * tap.weight for value, tap in zip(row, part.taps, strict=True))
    return total if len(taps) == len(rows[0]) else None


def _off_by_one(element: Derivation) -> Iterator[float]:
    start = element.channels[0].taps[0].position
    for by in (-1, 1):
        total = _at_start(element, start + by)
        if total is not None:
            yield total


def _off_by_two(element: Derivation) -> Iterator[float]:
    start = element.channels[0].taps[0].position
    for by in (-2, 2):
        total = _at_start(element, start + by)
        if total is not None:
            yield total


def _centred(element: Derivation) -> Iterator[float]:
    kernel = len(element.channels[0].taps)
    if kernel > 4:
        start = element.channels[0].taps[0].position
        total = _at_start(element, start - element.convolution.span // 2)
        if total is not None:
            yield total


def _no_stride(element: Derivation) -> Iterator[float]:
    convolution = element.convolution
    if convolution.stride > 1 and element.position:
        total = _at_start(element, element.position - convolution.pads[0])
        if total is not None:
            yield total


def _no_padding(element: Derivation) -> Iterator[float]:
    convolution = element.convolution
    if convolution.pads[0]:
        total = _at_start(element, element.position * convolution.stride)
        if total is not None:
            yield total


def _no_dilation(element: Derivation) -> Iterator[float]:
    convolution = element.convolution
    if convolution.dilation > 1:
        start = element.channels[0].taps[0].position
        kernel = convolution.kernel_size
        rows = convolution.read(
            element.sample,
            convolution.channels_of(element.filter),
            range(start, start + kernel),
        )
        total = _bias(element)
        for part, row in zip(element.channels, rows, strict=True):
            total += sum(value * tap.weight for value, tap in zip(row, part.taps, strict=True))
        yield total


def _axes_swapped(element: Derivation) -> Iterator[float]:
    convolution = element.convolution
    sample, chosen, place = element.sample, element.filter, element.position
    if place != chosen < convolution.output_length and place < convolution.out_channels:
        yield derive(convolution, (sample, place, chosen)).total
    if sample != chosen < convolution.samples and sample < convolution.out_channels:
        yield derive(convolution, (chosen, sample, place)).total


def _rectified(element: Derivation) -> Iterator[float]:
    if element.total < 0:
        yield 0.0
        yield -element.total


CATALOGUE: tuple[tuple[str, Reckoning, str], ...] = (
    ("no_bias", _no_bias, N_("That is the sum of the channels; the bias is still to be added.")),
    (
        "bias_per_channel",
        _bias_per_channel,
        N_("The bias went in once for each channel; it is added once, to the sum of all."),
    ),
    ("bias_twice", _bias_twice, N_("The bias went in twice; it is added once.")),
    ("bias_per_tap", _bias_per_tap, N_("The bias went in at every tap; it is added once.")),
    ("bias_subtracted", _bias_subtracted, N_("The bias was taken away; it is added.")),
    ("bias_multiplied", _bias_multiplied, N_("The bias was multiplied; it is added.")),
    ("bias_alone", _bias_alone, N_("That is the bias alone, without any product.")),
    (
        "other_bias",
        _other_bias,
        N_("That is the bias of another filter; filter {filter} has bias[{filter}]."),
    ),
    (
        "first_channel",
        _one_channel,
        N_("Only the first channel was counted; sum the channels."),
    ),
    (
        "one_channel",
        _another_channel_only,
        N_("Only one channel was counted; sum the channels."),
    ),
    (
        "channel_alone",
        _channel_without_bias,
        N_("That is the subtotal of one channel; sum the channels, then add the bias."),
    ),
    (
        "mean_of_channels",
        _mean_of_channels,
        N_("The channels were averaged; they are summed."),
    ),
    ("mean_of_taps", _mean_of_taps, N_("The products were averaged; they are summed.")),
    (
        "channels_crossed",
        _channels_crossed,
        N_("The channels were crossed: channel 0 of the input goes with channel 0 of the filter."),
    ),
    (
        "channels_subtracted",
        _subtracted,
        N_("One channel was subtracted from the other; they are summed."),
    ),
    (
        "added",
        _added_not_multiplied,
        N_("Inputs and weights were added; each input is multiplied with its weight."),
    ),
    (
        "sums_multiplied",
        _sums_multiplied,
        N_("The window was summed before multiplying; multiply number by number, then sum."),
    ),
    ("window_only", _window_only, N_("The window was summed without its weights; multiply first.")),
    (
        "filter_only",
        _filter_only,
        N_("The weights were summed without the window; multiply first."),
    ),
    ("largest", _largest, N_("The largest product was picked; all products are summed.")),
    (
        "flipped",
        _flipped,
        N_(
            "The filter was flipped, as in mathematics; here tap 0 meets the window's first number."
        ),
    ),
    ("forgot_a_tap", _forgot_a_tap, N_("A tap at the end of the kernel is missing.")),
    ("wrong_filter", _wrong_filter, N_("That is another filter's answer; pick filter {filter}.")),
    ("wrong_sample", _wrong_sample, N_("That is another sample's answer; take sample {sample}.")),
    (
        "off_by_one",
        _off_by_one,
        N_("The window is off by one: it begins at {start} of the input."),
    ),
    (
        "off_by_two",
        _off_by_two,
        N_("The window is off by two: it begins at {start} of the input."),
    ),
    (
        "centred",
        _centred,
        N_("The window was centred on the position; it begins there, at {start} of the input."),
    ),
    (
        "no_stride",
        _no_stride,
        N_("The stride was forgotten: the window begins at {start} of the input."),
    ),
    (
        "no_padding",
        _no_padding,
        N_("The padding was forgotten: the window begins at {start}, left of the input."),
    ),
    (
        "no_dilation",
        _no_dilation,
        N_("The dilation was forgotten: the taps stand {dilation} apart."),
    ),
    (
        "axes_swapped",
        _axes_swapped,
        N_("Two indices were swapped: the order is sample, filter, position."),
    ),
    ("sign", _rectified, N_("The sign is lost: the sum is negative.")),
)
"""Every mistake in a number: short name, reckoning, what to say (translated when shown)."""

_SAME = {
    "no_bias": ("bias_twice",),
    "bias_per_channel": ("bias_twice",),
    "off_by_one": ("no_stride", "no_padding"),
    "centred": ("off_by_two", "off_by_one"),
}


def near(one: float, other: float, scale: float = 1.0) -> bool:
    """Tell whether two numbers are the same to float32 closeness, or as far as was typed.

    A number typed with four decimals counts as near the one it rounds.
    """
    if not (isfinite(one) and isfinite(other)):
        return one == other
    if isclose(one, other, rel_tol=1e-4, abs_tol=2e-6 * max(scale, 1.0)):
        return True
    return round(one, 4) == one and abs(one - other) <= 5.1e-5


def numbers_of(value: Any) -> list[float] | None:
    """Give the numbers in a tensor, array, list or number, flat; None if it is no number."""
    if is_tensor(value) or hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return [float(value)]
    if isinstance(value, (list, tuple)):
        flat: list[float] = []
        for part in value:
            inner = numbers_of(part)
            if inner is None:
                return None
            flat += inner
        return flat
    return None


def _forgot_to_sum(numbers: list[float], element: Derivation) -> bool:
    """Tell whether these are the products, or the channels' subtotals, not yet summed."""
    products = [tap.product for part in element.channels for tap in part.taps]
    first = [tap.product for tap in element.channels[0].taps]
    summed = [sum(part.taps[k].product for part in element.channels) for k in range(len(first))]
    sums = _sums(element)
    bias = _bias(element)
    for right in (products, first, sums, summed):
        for extra in (0.0, bias):
            shifted = [number + extra for number in right]
            if len(numbers) == len(right) > 1 and all(
                near(a, b) for a, b in zip(numbers, shifted, strict=True)
            ):
                return True
    return False


def name_mistake(wrong: object, element: Derivation) -> Mistake | None:
    """Name what a wrong value for an element was reckoned as, when exactly one mistake fits.

    `wrong` is a number, a tensor or a list. None for the right value, and where no mistake or
    more than one would give this value.
    """
    numbers = numbers_of(wrong)
    if not numbers:
        return None
    if len(numbers) > 1:
        if _forgot_to_sum(numbers, element):
            return Mistake(
                "forgot_to_sum",
                _("Those are the products; an output element is one number: sum them."),
            )
        return None
    number = numbers[0]
    if near(number, element.value):
        return None
    found = []
    for name, reckon, sentence in CATALOGUE:
        if any(near(number, other) for other in reckon(element)):
            found.append((name, sentence))
    names = [name for name, _sentence in found]
    found = [
        entry
        for entry in found
        if not any(entry[0] in _SAME.get(other, ()) for other in names if other != entry[0])
    ]
    if len(found) != 1:
        return None
    return Mistake(found[0][0], _said(found[0][1], element))


def _said(sentence: str, element: Derivation) -> str:
    return _(sentence).format(
        filter=element.filter,
        sample=element.sample,
        start=element.channels[0].taps[0].position,
        dilation=element.convolution.dilation,
    )


def separates(convolution: Convolution, element: tuple[int, int, int]) -> tuple[str, ...]:
    """Give the mistakes that this element's numbers cannot tell from right or from each other."""
    derivation = derive(convolution, element)
    seen: dict[str, list[float]] = {
        name: list(reckon(derivation)) for name, reckon, _sentence in CATALOGUE
    }
    hidden = []
    for name, values in seen.items():
        others = [v for n, vs in seen.items() if n != name for v in vs]
        if any(near(v, derivation.total) or any(near(v, o) for o in others) for v in values):
            hidden.append(name)
    return tuple(hidden)
