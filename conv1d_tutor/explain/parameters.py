"""What a weight or a bias is for: which filter, channel and tap, and which outputs use it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from .convolution import Convolution
from .layers import calls_at_hand, layers_at_hand
from .tensors import Tensor, address_of, is_tensor, locate, shape_of

__all__ = ["BiasUse", "WeightUse", "explain_parameter"]


@dataclass(frozen=True, slots=True)
class WeightUse:
    """A weight, or a part of it: all filters, one filter, one row of a filter, or one tap.

    `filter`, `channel` and `tap` are None where all of them are meant. `channel` counts in the
    filter; `input_channel` in the input. `bound` is the ±bound that the weights were drawn from
    when the layer was made.
    """

    expression: str
    name: str
    shape: tuple[int, int, int]
    filter: int | None
    channel: int | None
    tap: int | None
    numbers: tuple[float, ...]
    input_channel: int | None
    bound: float
    layer: str
    dilation: int
    groups: int
    convolution: Convolution | None = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class BiasUse:
    """The bias, or the one number of a filter; `filter` is None for all of them."""

    expression: str
    name: str
    count: int
    filter: int | None
    numbers: tuple[float, ...]
    layer: str
    convolution: Convolution | None = field(repr=False, compare=False)


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
            numbers = tuple(_flat(value.tolist()))
            spoken = f"{name}.{attribute}"
            if attribute == "bias":
                chosen = first[0] if len(numbers) == 1 else None
                return BiasUse(expression, spoken, shape_of(tensor)[0], chosen, numbers, name, call)
            use = _Part(first, end, numbers)
            return _weight(expression, name, layer, use, call)
    return None


@dataclass(frozen=True, slots=True)
class _Part:
    """The first and the last element of the weight that a value shows, and all its numbers."""

    first: tuple[int, ...]
    end: tuple[int, ...]
    numbers: tuple[float, ...]


def _weight(
    expression: str, name: str, layer: Any, part: _Part, call: Convolution | None
) -> WeightUse:
    first, end, numbers = part.first, part.end, part.numbers
    o, c, k = shape_of(layer.weight)
    chosen, channel, tap = (a if a == b else None for a, b in zip(first, end, strict=True))
    whole = len(numbers) == o * c * k
    chosen = None if whole else chosen
    channel = None if chosen is None or len(numbers) == c * k else channel
    tap = tap if len(numbers) == 1 else None
    input_channel = None
    if chosen is not None and channel is not None:
        input_channel = chosen // (o // int(layer.groups)) * c + channel
    return WeightUse(
        expression,
        f"{name}.weight",
        (o, c, k),
        chosen,
        channel,
        tap,
        numbers,
        input_channel,
        1 / sqrt(c * k),
        name,
        int(layer.dilation[0]),
        int(layer.groups),
        call,
    )


def _flat(nested: Any) -> list[float]:
    if not isinstance(nested, list):
        return [float(nested)]
    return [number for part in nested for number in _flat(part)]
