"""What an input number, a weight or a bias is used for: which outputs, and with what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from ..geometry import Conv1dGeometry
from .convolution import Convolution, geometry_of
from .origin.layers import calls_at_hand, layers_at_hand
from .origin.naming import named_tensors
from .tensors import Tensor, address_of, flat, is_tensor, locate, number_in, shape_of


@dataclass(frozen=True, slots=True)
class Touch:
    """One output position that an input number reaches, and the tap that it meets there.

    `copied_to` is the place where padding repeats the number, if it is met there instead.
    """

    position: int
    tap: int
    copied_to: int | None = None


@dataclass(frozen=True, slots=True)
class InputReach:
    """Which outputs one input number touches.

    `filters` are the output channels that read its channel, all or those of its group. A
    number under no window has no touches.
    """

    expression: str
    sample: int
    channel: int
    position: int
    value: float
    touches: tuple[Touch, ...]
    filters: tuple[int, ...]
    convolution: Convolution = field(repr=False, compare=False)

    @property
    def weight_channel(self) -> int:
        """The channel's place in a filter that reads it."""
        return self.convolution.geometry.input_channels_of(self.filters[0]).index(self.channel)


@dataclass(frozen=True, slots=True)
class WeightUse:
    """A weight, or a part of it: all filters, one filter, one row of a filter, or one tap.

    `filter`, `channel` and `tap` are None where all of them are meant; `channel` counts in the
    filter. `bound` is the ±bound that the weights were drawn from when the layer was made.
    """

    expression: str
    name: str
    geometry: Conv1dGeometry
    filter: int | None
    channel: int | None
    tap: int | None
    numbers: tuple[float, ...]
    bound: float
    convolution: Convolution | None = field(repr=False, compare=False)

    @property
    def input_channel(self) -> int | None:
        """The channel of the input that it is multiplied with; None where all are meant."""
        if self.filter is None or self.channel is None:
            return None
        return self.geometry.input_channels_of(self.filter)[self.channel]


@dataclass(frozen=True, slots=True)
class BiasUse:
    """The bias, or the one number of a filter; `filter` is None for all of them."""

    expression: str
    name: str
    count: int
    filter: int | None
    numbers: tuple[float, ...]
    convolution: Convolution | None = field(repr=False, compare=False)


def explain_input(value: Tensor, names: Mapping[str, object], expression: str) -> InputReach | None:
    """Return the reach of one number of an input, None if `value` is not one of an input at hand.

    Recognised by where it lies in memory, so by any spelling of the index.
    """
    if value.grad_fn is not None or any(size != 1 for size in shape_of(value)):
        return None
    address = address_of(value, (0,) * len(value.shape))
    for _name, tensor in named_tensors(names):
        if tensor is value or locate(address, tensor) is None:
            continue
        calls = sorted(
            calls_at_hand(names, tensor=tensor),
            key=lambda call: not call.called.output.isidentifier(),
        )
        for convolution in calls:
            index = locate(address, convolution.input)
            if index is not None:
                sample, channel, position = index
                return InputReach(
                    expression,
                    sample,
                    channel,
                    position,
                    number_in(value),
                    _touches(convolution, position),
                    tuple(convolution.geometry.output_channels_of(channel)),
                    convolution,
                )
    return None


def _touches(convolution: Convolution, position: int) -> tuple[Touch, ...]:
    """Return the output positions whose window holds an input position or a copy of it."""
    geometry = convolution.geometry
    touches = []
    for output, tap in geometry.reached_from(position, convolution.length):
        met_at = geometry.input_position(output, tap)
        touches.append(Touch(output, tap, None if met_at == position else met_at))
    return tuple(touches)


def explain_parameter(
    value: Tensor, names: Mapping[str, object], expression: str
) -> WeightUse | BiasUse | None:
    """Return what a weight or bias of a Conv1d at hand is for; None for any other tensor.

    Recognised by where it lies in memory: indexing, slices and detached twins too.
    """
    shape = shape_of(value)
    if not all(shape):
        return None
    start = address_of(value, (0,) * len(shape))
    last = address_of(value, tuple(size - 1 for size in shape))
    for name, layer in layers_at_hand(names):
        for attribute in ("weight", "bias"):
            tensor = getattr(layer, attribute, None)
            if not is_tensor(tensor):
                continue
            first, end = locate(start, tensor), locate(last, tensor)
            if first is None or end is None:
                continue
            call = next(iter(calls_at_hand(names, layer=layer)), None)
            numbers = tuple(flat(value.tolist()))
            if attribute == "bias":
                chosen = first[0] if len(numbers) == 1 else None
                count = shape_of(tensor)[0]
                return BiasUse(expression, f"{name}.bias", count, chosen, numbers, call)
            ends = tuple(zip(first, end, strict=True))
            return _weight(expression, name, layer, ends, numbers, call)
    return None


def _weight(
    expression: str,
    name: str,
    layer: Any,
    ends: tuple[tuple[int, int], ...],
    numbers: tuple[float, ...],
    call: Convolution | None,
) -> WeightUse:
    """Return what a part of a weight is for; `ends` are its first and last index on each axis."""
    filters, channels, taps = shape_of(layer.weight)
    groups = int(layer.groups)
    try:
        geometry = geometry_of(layer)
    except TypeError:
        geometry = Conv1dGeometry(channels * groups, filters, taps, groups=groups)
    chosen, channel, tap = (first if first == last else None for first, last in ends)
    count, one_filter = len(numbers), channels * taps
    if count == filters * one_filter:
        chosen = None
    if chosen is None or count == one_filter:
        channel = None
    return WeightUse(
        expression,
        f"{name}.weight",
        geometry,
        chosen,
        channel,
        tap if count == 1 else None,
        numbers,
        1 / sqrt(one_filter),
        call,
    )
