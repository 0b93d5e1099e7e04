"""A signal and its filtered output as series over the input's positions, to be plotted."""

from dataclasses import dataclass

from .convolution import Convolution, Element
from .derivation import total_of

_MOST_POINTS = 2_000


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers at evenly spaced positions: the n-th stands at `start + n * step`.

    `channel` is the input channel that it shows, None for an output.
    """

    name: str
    values: tuple[float, ...]
    start: float = 0.0
    step: float = 1.0
    channel: int | None = None


def series_of(
    convolution: Convolution,
    sample: int = 0,
    filter: int = 0,  # noqa: A002 - the axis is called so everywhere
    channels: int = 3,
) -> tuple[Series, ...]:
    """Return the first input channels that a filter reads, and its output.

    An output number is put at the middle of its window. Of a very long output every n-th
    number is worked out, at most 2,000.
    """
    called = convolution.called
    head = "" if convolution.unbatched else f"{sample},"
    shown = convolution.geometry.input_channels_of(filter)[:channels]
    rows = convolution.read(sample, shown, range(convolution.length))
    inputs = tuple(
        Series(f"{called.input or 'x'}[{head}{channel}]", tuple(row), channel=channel)
        for channel, row in zip(shown, rows, strict=True)
    )
    length = convolution.output_length
    every = max(-(-length // _MOST_POINTS), 1)
    values = tuple(
        total_of(convolution, Element(sample, filter, t)) for t in range(0, length, every)
    )
    first = convolution.geometry.window(0)
    middle = (first[0] + first[-1]) / 2
    name = f"{called.output or 'y'}[{head}{filter}]"
    output = Series(name, values, middle, float(convolution.geometry.stride * every))
    return (*inputs, output)
