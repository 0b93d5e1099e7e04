"""The output length, step by step, and which input columns no window reaches."""

from dataclasses import dataclass
from typing import Any

from .convolution import Convolution

__all__ = ["LengthDerivation", "explain_length"]


@dataclass(frozen=True, slots=True)
class LengthDerivation:
    """The output length worked out.

    `padding` counts the columns added left and right, `padding_name` is `same` or `valid`
    where the layer was given one of these words. `unread` are the input positions that no
    window reaches. An input shorter than the dilated kernel gives no output: `fits` is False.
    """

    input_length: int
    kernel_size: int
    stride: int = 1
    padding: tuple[int, int] = (0, 0)
    dilation: int = 1
    padding_mode: str = "zeros"
    padding_name: str = ""
    input_name: str = ""
    layer_name: str = ""

    @property
    def padded_length(self) -> int:
        """The length that the windows slide over."""
        return self.input_length + sum(self.padding)

    @property
    def span(self) -> int:
        """The width of a window with its gaps: dilation * (kernel_size - 1) + 1."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def room(self) -> int:
        """How far the window can move: what is divided by the stride."""
        return self.padded_length - self.span

    @property
    def fits(self) -> bool:
        """Whether one window fits at all."""
        return self.room >= 0

    @property
    def output_length(self) -> int:
        """L_out; 0 where no window fits."""
        return self.room // self.stride + 1 if self.fits else 0

    def window(self, output_position: int) -> tuple[int, ...]:
        """Return the positions under one window; below 0 or from `input_length` on is padding."""
        start = output_position * self.stride - self.padding[0]
        return tuple(start + tap * self.dilation for tap in range(self.kernel_size))

    @property
    def unread(self) -> tuple[int, ...]:
        """The input positions that no window reaches, in order."""
        read = {place for t in range(self.output_length) for place in self.window(t)}
        return tuple(place for place in range(self.input_length) if place not in read)


def explain_length(
    layer: Any, input_length: int, *, input_name: str = "", layer_name: str = ""
) -> LengthDerivation:
    """Work out L_out of a `Conv1d`-like layer, geometry or recorded convolution.

    `layer` offers kernel_size, stride, padding and dilation, each a number or a one-element
    tuple; padding may be `same` or `valid`. Raises TypeError for anything else.
    """
    if isinstance(layer, Convolution):
        called = layer.called
        return LengthDerivation(
            input_length,
            layer.kernel_size,
            layer.stride,
            layer.pads,
            layer.dilation,
            layer.padding_mode,
            "",
            input_name or called.input,
            layer_name or called.layer,
        )
    try:
        kernel_size, stride = _number(layer.kernel_size), _number(layer.stride)
        dilation, padding = _number(layer.dilation), layer.padding
    except (AttributeError, ValueError):
        raise TypeError(
            f"a Conv1d or its geometry was expected, not {type(layer).__name__}"
        ) from None
    spoken = padding if isinstance(padding, str) else ""
    total = dilation * (kernel_size - 1)
    if spoken == "same":
        pads = (total // 2, total - total // 2)
    elif spoken == "valid":
        pads = (0, 0)
    elif isinstance(padding, (tuple, list)) and len(padding) == 2:
        pads = (int(padding[0]), int(padding[1]))
    else:
        pads = (_number(padding), _number(padding))
    return LengthDerivation(
        input_length,
        kernel_size,
        stride,
        pads,
        dilation,
        str(getattr(layer, "padding_mode", "zeros")),
        spoken,
        input_name,
        layer_name,
    )


def _number(value: Any) -> int:
    if isinstance(value, (tuple, list)):
        (value,) = value
    return int(value)
