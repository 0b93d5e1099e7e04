"""Wrong numbers have names: most are the right answer of another convolution.

Each mistake is a small pure function that gives what the mistaken reckoning comes to. A wrong
value is held against all of them, and named when exactly one fits.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isclose, isfinite
from typing import Any

from ..i18n import N_, _
from . import reckonings
from .convolution import Convolution
from .derivation import Derivation, derive
from .tensors import is_tensor

__all__ = [
    "CATALOGUE",
    "Mistake",
    "fitting_mistakes",
    "name_mistake",
    "near",
    "numbers_of",
    "separates",
]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known mistake: its short name, and what was done in place of what, as a sentence."""

    name: str
    sentence: str


Reckoning = Callable[[Derivation], Iterator[float]]
"""Return the number, or the several numbers, that a mistaken reckoning of an element comes to."""


CATALOGUE: tuple[tuple[str, Reckoning, str], ...] = (
    (
        "no_bias",
        reckonings.no_bias,
        N_("That is the sum of the channels; the bias is still to be added."),
    ),
    (
        "bias_per_channel",
        reckonings.bias_per_channel,
        N_("The bias went in once for each channel; it is added once, to the sum of all."),
    ),
    ("bias_twice", reckonings.bias_twice, N_("The bias went in twice; it is added once.")),
    (
        "bias_per_tap",
        reckonings.bias_per_tap,
        N_("The bias went in at every tap; it is added once."),
    ),
    ("bias_subtracted", reckonings.bias_subtracted, N_("The bias was taken away; it is added.")),
    ("bias_multiplied", reckonings.bias_multiplied, N_("The bias was multiplied; it is added.")),
    ("bias_alone", reckonings.bias_alone, N_("That is the bias alone, without any product.")),
    (
        "other_bias",
        reckonings.other_bias,
        N_("That is the bias of another filter; filter {filter} has bias[{filter}]."),
    ),
    (
        "first_channel",
        reckonings.one_channel,
        N_("Only the first channel was counted; sum the channels."),
    ),
    (
        "one_channel",
        reckonings.another_channel_only,
        N_("Only one channel was counted; sum the channels."),
    ),
    (
        "channel_alone",
        reckonings.channel_without_bias,
        N_("That is the subtotal of one channel; sum the channels, then add the bias."),
    ),
    (
        "mean_of_channels",
        reckonings.mean_of_channels,
        N_("The channels were averaged; they are summed."),
    ),
    ("mean_of_taps", reckonings.mean_of_taps, N_("The products were averaged; they are summed.")),
    (
        "channels_crossed",
        reckonings.channels_crossed,
        N_("The channels were crossed: channel 0 of the input goes with channel 0 of the filter."),
    ),
    (
        "channels_subtracted",
        reckonings.subtracted,
        N_("One channel was subtracted from the other; they are summed."),
    ),
    (
        "added",
        reckonings.added_not_multiplied,
        N_("Inputs and weights were added; each input is multiplied with its weight."),
    ),
    (
        "sums_multiplied",
        reckonings.sums_multiplied,
        N_("The window was summed before multiplying; multiply number by number, then sum."),
    ),
    (
        "window_only",
        reckonings.window_only,
        N_("The window was summed without its weights; multiply first."),
    ),
    (
        "filter_only",
        reckonings.filter_only,
        N_("The weights were summed without the window; multiply first."),
    ),
    ("largest", reckonings.largest, N_("The largest product was picked; all products are summed.")),
    (
        "flipped",
        reckonings.flipped,
        N_(
            "The filter was flipped, as in mathematics; here tap 0 meets the window's first number."
        ),
    ),
    ("forgot_a_tap", reckonings.forgot_a_tap, N_("A tap at the end of the kernel is missing.")),
    (
        "wrong_filter",
        reckonings.wrong_filter,
        N_("That is another filter's answer; pick filter {filter}."),
    ),
    (
        "wrong_sample",
        reckonings.wrong_sample,
        N_("That is another sample's answer; take sample {sample}."),
    ),
    (
        "off_by_one",
        reckonings.off_by_one,
        N_("The window is off by one: it begins at {start} of the input."),
    ),
    (
        "off_by_two",
        reckonings.off_by_two,
        N_("The window is off by two: it begins at {start} of the input."),
    ),
    (
        "centred",
        reckonings.centred,
        N_("The window was centred on the position; it begins there, at {start} of the input."),
    ),
    (
        "no_stride",
        reckonings.no_stride,
        N_("The stride was forgotten: the window begins at {start} of the input."),
    ),
    (
        "no_padding",
        reckonings.no_padding,
        N_("The padding was forgotten: the window begins at {start}, left of the input."),
    ),
    (
        "no_dilation",
        reckonings.no_dilation,
        N_("The dilation was forgotten: the taps stand {dilation} apart."),
    ),
    (
        "axes_swapped",
        reckonings.axes_swapped,
        N_("Two indices were swapped: the order is sample, filter, position."),
    ),
    ("sign", reckonings.rectified, N_("The sign is lost: the sum is negative.")),
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
    """Return the numbers in a tensor, array, list or number, flat; None if it is no number."""
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
    sums = reckonings.subtotals(element)
    bias = reckonings.bias_of(element)
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
    found = fitting_mistakes(number, element)
    if len(found) != 1:
        return None
    name = found.pop()
    sentence = next(said for known, _reckon, said in CATALOGUE if known == name)
    return Mistake(name, _said(sentence, element))


def fitting_mistakes(number: float, element: Derivation) -> set[str]:
    """Return the names of all mistakes that give `number` for an element.

    Of two that are the same thing, only the plainer one.
    """
    names = {
        name
        for name, reckon, _sentence in CATALOGUE
        if any(near(number, other) for other in reckon(element))
    }
    return {
        name
        for name in names
        if not any(name in _SAME.get(other, ()) for other in names if other != name)
    }


def _said(sentence: str, element: Derivation) -> str:
    return _(sentence).format(
        filter=element.filter,
        sample=element.sample,
        start=element.channels[0].taps[0].position,
        dilation=element.convolution.dilation,
    )


def separates(convolution: Convolution, element: tuple[int, int, int]) -> tuple[str, ...]:
    """Return the mistakes that this element's numbers cannot tell from right or from each other."""
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
