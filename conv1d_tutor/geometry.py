"""Where a 1-D convolution reads and writes: hyper-parameters and index arithmetic, no arrays.

One equation carries everything here:

    input_position = output_position * stride - padding_left + tap * dilation

A position below 0, or from the input's length on, is padding.
"""

from dataclasses import dataclass
from typing import Any, Final, Self

__all__ = ["PADDING_MODES", "Conv1dGeometry", "check_layer_arguments", "same_padding"]

PADDING_MODES: Final = ("zeros", "reflect", "replicate", "circular")
"""What can stand beyond the ends of the input."""

_PADDING_STRINGS: Final = ("same", "valid")


@dataclass(frozen=True, slots=True)
class Conv1dGeometry:
    """The hyper-parameters of a 1-D convolution, and the arithmetic of its positions.

    `padding` is the number of positions added at each end, `"same"` or `"valid"`. Positions,
    channels and taps count from 0. Raises what `nn.Conv1d` raises when it is made (ValueError),
    then what it raises when it is first called (RuntimeError), in PyTorch's order.
    """

    in_channels: int
    out_channels: int
    kernel_size: int
    stride: int = 1
    padding: int | str = 0
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
        if isinstance(self.padding, int) and self.padding < 0:
            raise RuntimeError("negative padding is not supported")
        if self.stride <= 0:
            raise RuntimeError("non-positive stride is not supported")
        if self.dilation <= 0:
            raise RuntimeError("non-positive dilation is not supported")
        if self.kernel_size <= 0:
            raise RuntimeError(
                "Expected kernel_size to be greater than zero, "
                f"but got kernel_size={self.kernel_size}"
            )

    @classmethod
    def of(cls, layer: Any) -> Self:
        """Return the geometry of a layer: of anything with the attributes of `nn.Conv1d`."""
        padding = layer.padding
        return cls(
            layer.in_channels,
            layer.out_channels,
            layer.kernel_size[0],
            layer.stride[0],
            padding if isinstance(padding, str) else padding[0],
            layer.dilation[0],
            layer.groups,
            layer.padding_mode,
        )

    # --- sizes

    @property
    def effective_kernel_size(self) -> int:
        """How many input positions the kernel spans from its first tap to its last."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def padding_left(self) -> int:
        """How many positions are put before the input."""
        return self._padding_pair[0]

    @property
    def padding_right(self) -> int:
        """How many positions are put behind the input."""
        return self._padding_pair[1]

    @property
    def _padding_pair(self) -> tuple[int, int]:
        if self.padding == "same":
            return same_padding(self.kernel_size, self.dilation)
        if isinstance(self.padding, str):
            return (0, 0)
        return (self.padding, self.padding)

    @property
    def weight_shape(self) -> tuple[int, int, int]:
        """The shape of the weight: (out_channels, in_channels / groups, kernel_size)."""
        return (self.out_channels, self.in_channels // self.groups, self.kernel_size)

    def padded_length(self, input_length: int) -> int:
        """Return the length of the input with its padding on both sides."""
        left, right = self._padding_pair
        return left + input_length + right

    def fits(self, input_length: int) -> bool:
        """Return whether the kernel finds room at least once."""
        return self.padded_length(input_length) >= self.effective_kernel_size

    def output_length(self, input_length: int) -> int:
        """Return how many positions the output has.

        floor((L_in + padding - dilation * (kernel_size - 1) - 1) / stride) + 1, with the padding
        of both sides. RuntimeError, in PyTorch's words, where the kernel does not fit once.
        """
        padded = self.padded_length(input_length)
        effective = self.effective_kernel_size
        if padded < effective:
            raise RuntimeError(
                f"Calculated padded input size per channel: ({padded}). "
                f"Kernel size: ({effective}). "
                "Kernel size can't be greater than actual input size"
            )
        return (padded - effective) // self.stride + 1

    # --- from an output position to the input

    def input_position(self, output_position: int, tap: int) -> int:
        """Return the input position under `tap` at an output position; outside is padding."""
        return output_position * self.stride - self.padding_left + tap * self.dilation

    def window(self, output_position: int) -> range:
        """Return the input positions under the kernel, one a tap; those outside are padding."""
        first = self.input_position(output_position, 0)
        return range(first, first + self.effective_kernel_size, self.dilation)

    def source_position(self, position: int, input_length: int) -> int | None:
        """Return the input position whose value stands at `position`; None where a zero stands.

        Inside the input that is `position` itself. In the padding it depends on the mode.
        """
        if 0 <= position < input_length:
            return position
        if self.padding_mode == "reflect":
            return -position if position < 0 else 2 * (input_length - 1) - position
        if self.padding_mode == "replicate":
            return 0 if position < 0 else input_length - 1
        if self.padding_mode == "circular":
            return position % input_length
        return None

    # --- from an input position to the output

    def reached_from(self, position: int, input_length: int) -> tuple[tuple[int, int], ...]:
        """Return where an input position counts: pairs (output position, tap), in output order.

        With a padding mode that repeats the input, its copies in the padding count too.
        """
        last = self.output_length(input_length) - 1
        pairs = []
        for shown_at in self._shown_at(position, input_length):
            ahead = shown_at + self.padding_left
            for tap in range(self.kernel_size):
                output_position, between = divmod(ahead - tap * self.dilation, self.stride)
                if between == 0 and 0 <= output_position <= last:
                    pairs.append((output_position, tap))
        return tuple(sorted(pairs))

    def _shown_at(self, position: int, input_length: int) -> list[int]:
        left, right = self._padding_pair
        if self.padding_mode == "zeros":
            return [position]
        return [
            shown_at
            for shown_at in range(-left, input_length + right)
            if self.source_position(shown_at, input_length) == position
        ]

    def unread_positions(self, input_length: int) -> tuple[int, ...]:
        """Return the input positions that no window reads, in order."""
        read: set[int] = set()
        for output_position in range(self.output_length(input_length)):
            for position in self.window(output_position):
                source = self.source_position(position, input_length)
                if source is not None:
                    read.add(source)
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
            raise ValueError("padding='same' is not supported for strided convolutions")
    if padding_mode not in PADDING_MODES:
        raise ValueError(
            f"padding_mode must be one of {_listed(PADDING_MODES)}, "
            f"but got padding_mode='{padding_mode}'"
        )


def _listed(choices: tuple[str, ...]) -> str:
    return "{" + ", ".join(map(repr, choices)) + "}"
