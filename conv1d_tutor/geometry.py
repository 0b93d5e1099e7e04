"""Where a 1-D convolution reads and writes: hyper-parameters and index arithmetic, no arrays.

One equation carries everything here:

    input_position = output_position * stride - padding_left + tap * dilation

A position below 0, or from the input's length on, is padding.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Self

PADDING_MODES: Final = ("zeros", "reflect", "replicate", "circular")
"""What can stand beyond the ends of the input."""

NEGATIVE_PADDING: Final = "negative padding is not supported"
NON_POSITIVE_STRIDE: Final = "non-positive stride is not supported"
SAME_WITH_STRIDE: Final = "padding='same' is not supported for strided convolutions"
NON_POSITIVE_DILATION: Final = "non-positive dilation is not supported"

_PADDING_STRINGS: Final = ("same", "valid")


@dataclass(frozen=True, slots=True)
class Conv1dGeometry:
    """The hyper-parameters of a 1-D convolution, and the arithmetic of its positions.

    `padding` is the number of positions added at each end, a pair of numbers (left, right) for an
    input that was padded by hand, `"same"` or `"valid"`. Positions, channels and taps count from
    0. Raises what `nn.Conv1d` raises when it is made (ValueError),
    then what it raises when it is first called (RuntimeError), in PyTorch's order.
    """

    in_channels: int
    out_channels: int
    kernel_size: int
    stride: int = 1
    padding: int | tuple[int, int] | str = 0
    dilation: int = 1
    groups: int = 1
    padding_mode: str = "zeros"

    def __post_init__(self) -> None:
        check_layer_arguments(
            self.in_channels,
            self.out_channels,
            self.groups,
            self.padding,
            self.stride != 1,
            self.padding_mode,
        )
        if not isinstance(self.padding, str) and min(self.padding_pair) < 0:
            raise RuntimeError(NEGATIVE_PADDING)
        if self.stride <= 0:
            raise RuntimeError(NON_POSITIVE_STRIDE)
        if self.dilation <= 0:
            raise RuntimeError(NON_POSITIVE_DILATION)
        if self.kernel_size <= 0:
            raise RuntimeError(
                "Expected kernel_size to be greater than zero, "
                f"but got kernel_size={self.kernel_size}"
            )

    @classmethod
    def of(cls, layer: Any) -> Self:
        """Return the geometry of a layer: of anything with the attributes of `nn.Conv1d`.

        Pooling has windows too, and counts as a layer of one channel. Raises TypeError for
        anything whose window does not slide along one axis.
        """
        try:
            kernel_size, stride = _number(layer.kernel_size), _number(layer.stride)
            dilation, padding = _number(getattr(layer, "dilation", 1)), layer.padding
        except (AttributeError, ValueError):
            raise TypeError(
                f"a Conv1d or its geometry was expected, not {type(layer).__name__}"
            ) from None
        if isinstance(padding, tuple) and len(padding) == 2:
            padding = (int(padding[0]), int(padding[1]))
        elif not isinstance(padding, str):
            padding = _number(padding)
        return cls(
            int(getattr(layer, "in_channels", 1)),
            int(getattr(layer, "out_channels", 1)),
            kernel_size,
            stride,
            padding,
            dilation,
            int(getattr(layer, "groups", 1)),
            str(getattr(layer, "padding_mode", "zeros")),
        )

    def in_numbers(self) -> Self:
        """Return the same geometry, with its padding as the pair of numbers that it comes to."""
        return replace(self, padding=self.padding_pair)

    # --- sizes

    @property
    def effective_kernel_size(self) -> int:
        """How many input positions the kernel spans from its first tap to its last."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def padding_pair(self) -> tuple[int, int]:
        """How many positions are put before the input, and how many behind it."""
        if isinstance(self.padding, tuple):
            return self.padding
        if self.padding == "same":
            return same_padding(self.kernel_size, self.dilation)
        if isinstance(self.padding, str):
            return (0, 0)
        return (self.padding, self.padding)

    @property
    def padding_left(self) -> int:
        """How many positions are put before the input."""
        return self.padding_pair[0]

    @property
    def padding_right(self) -> int:
        """How many positions are put behind the input."""
        return self.padding_pair[1]

    @property
    def weight_shape(self) -> tuple[int, int, int]:
        """The shape of the weight: (out_channels, in_channels / groups, kernel_size)."""
        return (self.out_channels, self.in_channels // self.groups, self.kernel_size)

    def padded_length(self, input_length: int) -> int:
        """Return the length of the input with its padding on both sides."""
        return sum(self.padding_pair) + input_length

    def padded_positions(self, input_length: int) -> range:
        """Return the positions of the input with its padding; those of the padding lie outside."""
        return range(-self.padding_left, input_length + self.padding_right)

    def room(self, input_length: int) -> int:
        """Return how far the window can move; below 0 where the kernel does not fit once."""
        return self.padded_length(input_length) - self.effective_kernel_size

    def fits(self, input_length: int) -> bool:
        """Return whether the kernel finds room at least once."""
        return self.room(input_length) >= 0

    def windows(self, input_length: int) -> int:
        """Return how many windows there are, one an output position; 0 where none fits.

        floor((L_in + padding - dilation * (kernel_size - 1) - 1) / stride) + 1, with the padding
        of both sides.
        """
        return max(self.room(input_length) // self.stride + 1, 0)

    def output_length(self, input_length: int) -> int:
        """Return how many positions the output has: one for each of its `windows`.

        RuntimeError, in PyTorch's words, where the kernel does not fit once.
        """
        room = self.room(input_length)
        if room < 0:
            raise RuntimeError(
                f"Calculated padded input size per channel: ({self.padded_length(input_length)}). "
                f"Kernel size: ({self.effective_kernel_size}). "
                "Kernel size can't be greater than actual input size"
            )
        return room // self.stride + 1

    def transposed_length(self, input_length: int, output_padding: int = 0) -> int:
        """Return how long the output of the transposed convolution is.

        (L_in - 1) * stride - padding + dilation * (kernel_size - 1) + output_padding + 1, with the
        padding of both sides.
        """
        between = (input_length - 1) * self.stride
        return between + self.effective_kernel_size - sum(self.padding_pair) + output_padding

    @property
    def shortest_input(self) -> int:
        """The length of the shortest input that the kernel fits."""
        return max(self.effective_kernel_size - sum(self.padding_pair), 1)

    def least_padding(self, input_length: int) -> int:
        """Return the smallest padding, alike on both sides, with which the kernel fits once."""
        return max(-(-(self.effective_kernel_size - input_length) // 2), 0)

    def can_pad(self, input_length: int) -> bool:
        """Return whether the input is long enough for what its padding repeats of it."""
        most = max(self.padding_pair)
        if self.padding_mode == "reflect":
            return most < input_length
        return self.padding_mode != "circular" or most <= input_length

    # --- from an output position to the input

    def input_position(self, output_position: int, tap: int) -> int:
        """Return the input position under `tap` at an output position; outside is padding."""
        return output_position * self.stride - self.padding_left + tap * self.dilation

    def window(self, output_position: int) -> range:
        """Return the input positions under the kernel, one a tap; those outside are padding."""
        return self.window_from(self.input_position(output_position, 0))

    def window_from(self, position: int) -> range:
        """Return the positions under the kernel where its first tap stands at `position`."""
        return range(position, position + self.effective_kernel_size, self.dilation)

    def source_position(self, position: int, input_length: int) -> int | None:
        """Return the input position whose value stands at `position`; None where a zero stands.

        Inside the input that is `position` itself. In the padding it depends on the mode.
        """
        if 0 <= position < input_length:
            return position
        if self.padding_mode == "zeros" or not input_length:
            return None
        if self.padding_mode == "replicate":
            return 0 if position < 0 else input_length - 1
        if self.padding_mode == "circular":
            return position % input_length
        mirrored = -position if position < 0 else 2 * (input_length - 1) - position
        return mirrored if 0 <= mirrored < input_length else None

    def under_taps(self, input_length: int, output_length: int) -> Iterator[tuple[slice, slice]]:
        """Return for each tap the output positions where it is on an input, and those inputs.

        Both are slices of as many positions; where there are none, both are empty.
        """
        for tap in range(self.kernel_size):
            yield self.under_tap(tap, input_length, output_length)

    def under_tap(self, tap: int, input_length: int, output_length: int) -> tuple[slice, slice]:
        """Return the output positions where a tap is on an input, and those inputs."""
        stride, offset = self.stride, self.input_position(0, tap)
        first = max(0, -(offset // stride))
        stop = min(output_length, (input_length - 1 - offset) // stride + 1)
        if first >= stop:
            return slice(0, 0), slice(0, 0)
        start = first * stride + offset
        last = start + (stop - first - 1) * stride
        return slice(first, stop), slice(start, last + 1, stride)

    # --- from an input position to the output

    def reached_from(self, position: int, input_length: int) -> tuple[tuple[int, int], ...]:
        """Return where an input position counts: pairs (output position, tap), in output order.

        With a padding mode that repeats the input, its copies in the padding count too.
        """
        windows = self.windows(input_length)
        return tuple(
            sorted(
                (output_position, tap)
                for shown_at in (position, *self._copies(position, input_length))
                for tap in range(self.kernel_size)
                for output_position in [self.output_position(shown_at, tap)]
                if output_position is not None and 0 <= output_position < windows
            )
        )

    def output_position(self, position: int, tap: int) -> int | None:
        """Return the output position at which `tap` stands on `position`, None if at no step.

        It may lie outside of the output.
        """
        steps, between = divmod(position + self.padding_left - tap * self.dilation, self.stride)
        return None if between else steps

    def _copies(self, position: int, input_length: int) -> list[int]:
        """Return where in the padding an input position's value stands again."""
        if self.padding_mode == "zeros":
            return []
        return [
            at
            for at in self.padded_positions(input_length)
            if at != position and self.source_position(at, input_length) == position
        ]

    def unread_positions(self, input_length: int) -> tuple[int, ...]:
        """Return the input positions that no window reads, in order."""
        read = {
            self.source_position(position, input_length)
            for output_position in range(self.windows(input_length))
            for position in self.window(output_position)
        }
        return tuple(position for position in range(input_length) if position not in read)

    # --- channels

    def group_of_output(self, output_channel: int) -> int:
        """Return the group that an output channel belongs to."""
        return output_channel // (self.out_channels // self.groups)

    def input_channels_of(self, output_channel: int) -> range:
        """Return the input channels that an output channel reads: those of its group."""
        size = self.in_channels // self.groups
        first = self.group_of_output(output_channel) * size
        return range(first, first + size)

    def output_channels_of(self, input_channel: int) -> range:
        """Return the output channels that read an input channel: those of its group."""
        size = self.out_channels // self.groups
        first = input_channel // (self.in_channels // self.groups) * size
        return range(first, first + size)


def same_padding(kernel_size: int, dilation: int) -> tuple[int, int]:
    """Return what `padding="same"` adds left and right; of an odd number, one more on the right."""
    total = dilation * (kernel_size - 1)
    return (total // 2, total - total // 2)


def receptive_field(layers: Iterable[Conv1dGeometry]) -> int:
    """Return how many input positions one output position depends on, through layers in order."""
    size, step = 1, 1
    for layer in layers:
        size += (layer.effective_kernel_size - 1) * step
        step *= layer.stride
    return size


def check_layer_arguments(
    in_channels: int,
    out_channels: int,
    groups: int,
    padding: object,
    strided: bool,
    padding_mode: str,
) -> None:
    """Raise the ValueError that making a layer raises, the first that applies in PyTorch's order.

    `strided` says whether any stride differs from 1.
    """
    if groups <= 0:
        raise ValueError("groups must be a positive integer")
    if in_channels % groups != 0:
        raise ValueError("in_channels must be divisible by groups")
    if out_channels % groups != 0:
        raise ValueError("out_channels must be divisible by groups")
    if isinstance(padding, str):
        if padding not in _PADDING_STRINGS:
            raise ValueError(
                f"Invalid padding string {padding!r}, should be one of {_listed(_PADDING_STRINGS)}"
            )
        if padding == "same" and strided:
            raise ValueError(SAME_WITH_STRIDE)
    if padding_mode not in PADDING_MODES:
        raise ValueError(
            f"padding_mode must be one of {_listed(PADDING_MODES)}, "
            f"but got padding_mode='{padding_mode}'"
        )


def _listed(choices: tuple[str, ...]) -> str:
    return "{" + ", ".join(map(repr, choices)) + "}"


def _number(value: Any) -> int:
    """Return the number of a number, or of a tuple of one."""
    if isinstance(value, (tuple, list)):
        (value,) = value
    return int(value)
