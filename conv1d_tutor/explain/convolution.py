"""One convolution with its operands, its geometry, and what the learner calls its parts."""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from ..geometry import Conv1dGeometry
from .tensors import Tensor, shape_of


class Element(NamedTuple):
    """Where an element stands in a convolution's output, each counted from 0."""

    sample: int
    filter: int
    position: int


FIRST: Final = Element(0, 0, 0)
"""The first element of every output."""


@dataclass(frozen=True, slots=True)
class Called:
    """What to type for each part of a convolution; empty where the learner has no name for it.

    `input` is their own input, before any padding; `output` the whole output; `pad` the
    function that pads.
    """

    input: str = ""
    layer: str = ""
    weight: str = ""
    bias: str = ""
    output: str = ""
    pad: str = "torch.nn.functional.pad"


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """A convolution with its operands.

    `input` is what was convolved, (N, C_in, L), an unbatched input with its batch axis added.
    The learner's own input is `length` long and begins at column `offset` of it: padding that
    was put on before the convolution, by a padding mode or by hand, is part of `input`.
    `weight` is (C_out, C_in/groups, kernel_size), `bias` (C_out) or None. Positions count in
    the learner's own input, and `geometry` knows the padding around that, however it came about.
    """

    input: Tensor = field(repr=False)
    weight: Tensor = field(repr=False)
    bias: Tensor | None = field(repr=False)
    geometry: Conv1dGeometry
    length: int
    offset: int = 0
    unbatched: bool = False
    called: Called = Called()

    @property
    def samples(self) -> int:
        """N."""
        return shape_of(self.input)[0]

    @property
    def output_length(self) -> int:
        """L_out, 0 where no window fits."""
        return self.geometry.windows(self.length)

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(N, C_in, L_in) of the learner's own input, without any padding."""
        return self.samples, self.geometry.in_channels, self.length

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """(N, C_out, L_out)."""
        return self.samples, self.geometry.out_channels, self.output_length

    def as_typed(self, batched: tuple[int, int, int]) -> tuple[int, ...]:
        """Return a shape or an index as the learner has it: an unbatched input has no N."""
        return tuple(batched[1:] if self.unbatched else batched)

    def source(self, position: int) -> int | None:
        """Return the input position whose number stands at `position`, None for a padding zero."""
        return self.geometry.source_position(position, self.length)

    def read(self, sample: int, channels: range, positions: range) -> list[list[float]]:
        """Return the numbers at these positions, upward, of each of these channels of a sample.

        Positions outside of the learner's own input are padding.
        """
        rows = slice(channels.start, channels.stop)
        inside = [p for p in positions if 0 <= p < self.length]
        if not inside:
            read: list[list[float]] = [[] for _ in channels]
        else:
            first, last = inside[0] + self.offset, inside[-1] + self.offset
            read = self.input[sample, rows, first : last + 1 : positions.step].tolist()

        def edge(outside: list[int]) -> list[list[float]]:
            numbers = [
                [0.0] * len(channels)
                if (source := self.source(position)) is None
                else self.input[sample, rows, source + self.offset].tolist()
                for position in outside
            ]
            return [list(row) for row in zip(*numbers, strict=True)] or [[] for _ in channels]

        before = edge([p for p in positions if p < 0])
        after = edge([p for p in positions if p >= self.length])
        return [a + b + c for a, b, c in zip(before, read, after, strict=True)]


def geometry_of(layer: Any) -> Conv1dGeometry:
    """Return the geometry of a convolution, a layer or a geometry, with its padding in numbers.

    TypeError for anything else, and for a layer that PyTorch would make but not run.
    """
    if isinstance(layer, Convolution):
        return layer.geometry
    try:
        return Conv1dGeometry.of(layer).in_numbers()
    except (RuntimeError, ValueError) as refused:
        raise TypeError(str(refused)) from refused
