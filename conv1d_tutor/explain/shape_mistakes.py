"""Wrong lengths and shapes have names too: the right answer of another rule."""

from collections.abc import Callable
from typing import Any

from ..i18n import N_, _
from .length import LengthDerivation, explain_length
from .mistakes import Mistake

__all__ = ["name_length_mistake", "name_shape_mistake"]


def _without_plus_one(length: LengthDerivation) -> float:
    return length.room // length.stride


def _without_floor(length: LengthDerivation) -> float:
    return -(-length.room // length.stride) + 1


def _not_whole(length: LengthDerivation) -> float:
    return length.room / length.stride + 1


def _without_dilation(length: LengthDerivation) -> float:
    return (length.padded_length - length.kernel_size) // length.stride + 1


def _one_sided(length: LengthDerivation) -> float:
    return (length.room - length.padding[1]) // length.stride + 1


def _without_padding(length: LengthDerivation) -> float:
    return (length.room - sum(length.padding)) // length.stride + 1


def _without_stride(length: LengthDerivation) -> float:
    return length.room + 1


def _unchanged(length: LengthDerivation) -> float:
    return length.input_length


def _divided_only(length: LengthDerivation) -> float:
    return -(-length.padded_length // length.stride)


def _kernel(length: LengthDerivation) -> float:
    return length.kernel_size


def _one_more(length: LengthDerivation) -> float:
    return length.output_length + 1


LENGTHS: tuple[tuple[str, Callable[[LengthDerivation], float], str], ...] = (
    (
        "same_length",
        _unchanged,
        N_("That is the input's length; only so many places are left where the whole window fits."),
    ),
    (
        "no_plus_one",
        _without_plus_one,
        N_("The + 1 is missing: the window's first place counts too."),
    ),
    (
        "no_floor",
        _without_floor,
        N_("Rounded up; a last window that would run over the end does not count: round down."),
    ),
    (
        "not_whole",
        _not_whole,
        N_("A length is a whole number: round the division down before adding 1."),
    ),
    (
        "no_dilation",
        _without_dilation,
        N_("The dilation is missing: the kernel spans dilation·(kernel_size − 1) + 1 positions."),
    ),
    ("one_sided", _one_sided, N_("The padding counts on both sides: 2·padding.")),
    ("no_padding", _without_padding, N_("The padding is missing: it makes the input longer.")),
    (
        "no_stride",
        _without_stride,
        N_("The stride is missing: the window moves {stride} at a time."),
    ),
    (
        "only_divided",
        _divided_only,
        N_("The kernel's own width is missing: the window has to fit whole."),
    ),
    ("kernel_size", _kernel, N_("That is the kernel's size, not the output's length.")),
    ("one_too_many", _one_more, N_("One too many: count the places of the window again.")),
)
"""Every mistake in a length: short name, rule, what to say."""

_STRONGER = {
    "no_plus_one": ("no_stride", "only_divided", "kernel_size"),
    "same_length": ("only_divided", "no_stride", "kernel_size", "one_too_many", "no_floor"),
    "no_floor": ("one_too_many",),
    "no_dilation": ("one_too_many", "only_divided"),
    "one_sided": ("one_too_many",),
    "no_padding": ("one_too_many",),
    "no_stride": ("one_too_many", "only_divided"),
    "only_divided": ("one_too_many",),
    "kernel_size": ("one_too_many",),
}


def name_length_mistake(wrong: object, layer: Any, input_length: int) -> Mistake | None:
    """Name the rule that gives a wrong output length, when exactly one does.

    `layer` is a Conv1d, a geometry or a recorded convolution. None for the right length.
    """
    if isinstance(wrong, bool) or not isinstance(wrong, (int, float)):
        return None
    length = explain_length(layer, input_length)
    if wrong == length.output_length:
        return None
    found = {}
    for name, rule, sentence in LENGTHS:
        given = rule(length)
        if given == wrong and given != length.output_length:
            found[name] = sentence
    for name in list(found):
        for weaker in _STRONGER.get(name, ()):
            if name in found:
                found.pop(weaker, None)
    if len(found) != 1:
        return None
    name, sentence = next(iter(found.items()))
    return Mistake(name, _(sentence).format(stride=length.stride))


def name_shape_mistake(wrong: object, layer: Any, input_shape: tuple[int, ...]) -> Mistake | None:
    """Name what is wrong with an output shape, when one idea explains it.

    `wrong` is a shape of any kind; `input_shape` is (N, C, L) or (C, L). None for the right one.
    """
    if not isinstance(wrong, (tuple, list)):
        return None
    given = tuple(wrong)
    expected = explain_length(layer, input_shape[-1]).output_length
    right = (*input_shape[:-2], int(layer.out_channels), expected)
    if given == right:
        return None
    weight = getattr(layer, "weight", None)
    kernel = layer.kernel_size[0] if isinstance(layer.kernel_size, tuple) else layer.kernel_size
    filters = (int(layer.out_channels), int(layer.in_channels) // int(layer.groups), int(kernel))
    if given == tuple(input_shape):
        return Mistake(
            "input_shape",
            _("That is the input's shape: channels become filters, and the length shrinks."),
        )
    if given == filters or (weight is not None and given == tuple(weight.shape)):
        return Mistake("weight_shape", _("That is the weight's shape, not the output's."))
    if len(given) != len(right):
        return _wrong_count(given, right)
    if sorted(map(str, given)) == sorted(map(str, right)):
        return Mistake(
            "axes_swapped",
            _("The numbers are right, their order is not: it is (N, C_out, L_out)."),
        )
    wrong_axes = [axis for axis in range(len(right)) if given[axis] != right[axis]]
    if wrong_axes == [len(right) - 1]:
        named = name_length_mistake(given[-1], layer, input_shape[-1])
        return named or Mistake(
            "length", _("Samples and filters are right; the length is not: count the windows.")
        )
    return _wrong_axis(given, right, wrong_axes, layer)


def _wrong_count(given: tuple[object, ...], right: tuple[int, ...]) -> Mistake:
    if len(right) == 3 and given == right[1:]:
        return Mistake("no_batch", _("The axis of samples is missing: N stays in front."))
    if len(right) == 2 and given[1:] == right:
        return Mistake(
            "extra_batch", _("One unbatched sample went in, so no axis of samples comes out.")
        )
    return Mistake(
        "axis_count",
        _("The output has as many axes as the input: {count}.").format(count=len(right)),
    )


def _wrong_axis(
    given: tuple[object, ...], right: tuple[int, ...], axes: list[int], layer: Any
) -> Mistake | None:
    channel = len(right) - 2
    if axes == [channel] and given[channel] == int(layer.in_channels):
        return Mistake(
            "in_channels",
            _("The channels are summed away; each filter gives one: out_channels of them."),
        )
    if axes == [channel] and given[channel] == int(layer.in_channels) * int(layer.out_channels):
        return Mistake(
            "channels_multiplied",
            _("Each filter sums over all channels, so there are out_channels, not a product."),
        )
    if axes == [channel]:
        return Mistake("channels", _("Axis 1 has one entry for each filter: out_channels."))
    if axes == [0] and len(right) == 3:
        return Mistake("samples", _("Each sample stays a sample: N does not change."))
    if axes == [channel, channel + 1] and given[channel] == int(layer.in_channels):
        return Mistake(
            "in_channels",
            _("The channels are summed away; each filter gives one: out_channels of them."),
        )
    return None
