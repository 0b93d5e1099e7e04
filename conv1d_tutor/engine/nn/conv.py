"""`Conv1d`, `Conv2d` and `ConvTranspose1d`."""

from collections.abc import Sequence

from ...geometry import Conv1dGeometry, check_layer_arguments, same_padding
from ..core.dtypes import DType
from ..core.tensor import Parameter, Tensor
from . import functional as F  # noqa: N812 - as PyTorch users write it
from .module import Module
from .parameter import draw_parameters, empty_parameter, pair, single


class _ConvNd(Module):
    """What the two have in common: hyper-parameters, weight, bias and how they print."""

    __constants__ = (
        "stride", "padding", "dilation", "groups", "padding_mode", "output_padding",
        "in_channels", "out_channels", "kernel_size",
    )  # fmt: skip
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: tuple[int, ...],
        stride: tuple[int, ...],
        padding: tuple[int, ...] | str,
        dilation: tuple[int, ...],
        transposed: bool,
        output_padding: tuple[int, ...],
        groups: int,
        bias: bool,
        padding_mode: str,
        device: object = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        check_layer_arguments(
            in_channels,
            out_channels,
            groups,
            padding,
            any(step != 1 for step in stride),
            padding_mode,
        )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.transposed = transposed
        self.output_padding = output_padding
        self.groups = groups
        self.padding_mode = padding_mode
        self._reversed_padding_repeated_twice = self._both_sides()
        first, second = (
            (in_channels, out_channels // groups)
            if transposed
            else (out_channels, in_channels // groups)
        )
        self.weight = empty_parameter((first, second, *kernel_size), device, dtype)
        if bias:
            self.bias = empty_parameter((out_channels,), device, dtype)
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def _both_sides(self) -> list[int] | tuple[int, ...]:
        """Return the padding as `F.pad` takes it: left and right, the last axis first."""
        if not isinstance(self.padding, str):
            return tuple(amount for amount in reversed(self.padding) for _ in range(2))
        none = self.padding == "valid"
        pairs = [
            (0, 0) if none else same_padding(taps, gap)
            for taps, gap in zip(self.kernel_size, self.dilation, strict=False)
        ]
        return [amount for pair in reversed(pairs) for amount in pair]

    def reset_parameters(self) -> None:
        """Draw the weight, then the bias, uniformly within 1 / sqrt(in_channels / groups * k)."""
        draw_parameters(self.weight, self.bias)

    def extra_repr(self) -> str:
        """Return the hyper-parameters that are not the default."""
        parts = [
            f"{self.in_channels}, {self.out_channels}",
            f"kernel_size={self.kernel_size}, stride={self.stride}",
        ]
        if self.padding != (0,) * len(self.padding):
            parts.append(f"padding={self.padding}")
        if self.dilation != (1,) * len(self.dilation):
            parts.append(f"dilation={self.dilation}")
        if self.output_padding != (0,) * len(self.output_padding):
            parts.append(f"output_padding={self.output_padding}")
        if self.groups != 1:
            parts.append(f"groups={self.groups}")
        if self.bias is None:
            parts.append("bias=False")
        if self.padding_mode != "zeros":
            parts.append(f"padding_mode={self.padding_mode}")
        return ", ".join(parts)


class Conv1d(_ConvNd):
    """Slides `out_channels` filters over a signal: (N, C_in, L_in) -> (N, C_out, L_out).

    At each stop, every filter is multiplied with the window of inputs under it, number by number;
    the products of all channels and taps are added up, and then the filter's bias. The batch axis
    N may be left out.

        L_out = floor((L_in + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1

    - `in_channels`: C_in, the numbers at each position of the input.
    - `out_channels`: C_out, the number of filters. Each makes one channel of the output.
    - `kernel_size`: the taps of a filter, that is how many positions its window has.
    - `stride`: how far the window moves from one stop to the next.
    - `padding`: how many positions are put before the input, and as many behind it. "valid" puts
      none, "same" as many as make L_out = L_in.
    - `padding_mode`: what stands there: "zeros", "reflect" (the input mirrored at its end),
      "replicate" (its last number) or "circular" (its other end).
    - `dilation`: how far apart the taps are; 1 is side by side.
    - `groups`: into how many parts the channels are split, each with filters of its own.
    - `bias`: whether each filter has a number that is added to its outputs.

    `weight` is (C_out, C_in / groups, kernel_size) and `bias` is (C_out,). Both begin as random
    numbers between -b and b, with b = 1 / sqrt(C_in / groups * kernel_size).
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int],
        stride: int | tuple[int] = 1,
        padding: str | int | tuple[int] = 0,
        dilation: int | tuple[int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: object = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            single(kernel_size),
            single(stride),
            padding if isinstance(padding, str) else single(padding),
            single(dilation),
            False,
            (0,),
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        if self.padding_mode != "zeros":
            padded = F.pad(input, self._reversed_padding_repeated_twice, self.padding_mode)
            return F.conv1d(padded, weight, bias, self.stride, (0,), self.dilation, self.groups)
        return F.conv1d(input, weight, bias, self.stride, self.padding, self.dilation, self.groups)

    def forward(self, input: Tensor) -> Tensor:
        """Return the convolution of the input with this layer's weight and bias."""
        return self._conv_forward(input, self.weight, self.bias)


class Conv2d(_ConvNd):
    """Slides `out_channels` filters over an image: (N, C_in, H_in, W_in) -> (N, C_out, H, W).

    What a `Conv1d` does along one axis, it does along two: a window has a height and a width, and
    moves down as well as along. Every number may be given for both axes, or as a pair (height,
    width). The batch axis N may be left out.

        H = floor((H_in + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1

    `weight` is (C_out, C_in / groups, height, width) and `bias` is (C_out,). Both begin as random
    numbers between -b and b, with b = 1 / sqrt(C_in / groups * height * width).

    Over an image with one channel whose rows are the channels of a signal, filters as high as the
    image move along only: that is a `Conv1d`, whose weight (C_out, C, k) is (C_out, 1, C, k) here.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: str | int | tuple[int, int] = 0,
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: object = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            pair(kernel_size),
            pair(stride),
            padding if isinstance(padding, str) else pair(padding),
            pair(dilation),
            False,
            (0, 0),
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        if self.padding_mode != "zeros":
            padded = F.pad(input, self._reversed_padding_repeated_twice, self.padding_mode)
            return F.conv2d(padded, weight, bias, self.stride, (0, 0), self.dilation, self.groups)
        return F.conv2d(input, weight, bias, self.stride, self.padding, self.dilation, self.groups)

    def forward(self, input: Tensor) -> Tensor:
        """Return the convolution of the image with this layer's weight and bias."""
        return self._conv_forward(input, self.weight, self.bias)


class ConvTranspose1d(_ConvNd):
    """Sends every input to the outputs of a window: (N, C_in, L_in) -> (N, C_out, L_out).

    Each input is multiplied with every tap of a filter, and the products are added to the outputs
    under its window: what the gradient of a `Conv1d` does. So it gives back the shape that a
    `Conv1d` of the same hyper-parameters took, not the values.

        L_out = (L_in - 1) * stride - 2 * padding + dilation * (kernel_size - 1)
                + output_padding + 1

    `weight` is (C_in, C_out / groups, kernel_size): in and out exchanged. Where a stride makes
    several lengths of input give the same output, `output_padding` chooses the longer ones.
    """

    padding: tuple[int, ...]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int],
        stride: int | tuple[int] = 1,
        padding: int | tuple[int] = 0,
        output_padding: int | tuple[int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int] = 1,
        padding_mode: str = "zeros",
        device: object = None,
        dtype: DType | None = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}')
        super().__init__(
            in_channels,
            out_channels,
            single(kernel_size),
            single(stride),
            single(padding),
            single(dilation),
            True,
            single(output_padding),
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """Return the transposed convolution; `output_size` chooses among the lengths that fit."""
        return F.conv_transpose1d(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self._output_padding(input, output_size),
            self.groups,
            self.dilation,
        )

    def _output_padding(self, input: Tensor, output_size: Sequence[int] | None) -> tuple[int, ...]:
        if output_size is None:
            return self.output_padding
        others = 2 if input.ndim == 3 else 1
        sizes = list(output_size)
        if len(sizes) == others + 1:
            sizes = sizes[others:]
        if len(sizes) != 1:
            raise ValueError(
                f"ConvTranspose1D: for {input.ndim}D input, output_size must have 1 or "
                f"{others + 1} elements (got {len(output_size)})"
            )
        # The convolution that this one is the gradient of: channels do not matter to its length.
        geometry = Conv1dGeometry(
            1, 1, self.kernel_size[0], self.stride[0], self.padding[0], self.dilation[0]
        )
        shortest = geometry.transposed_length(input.shape[others])
        longest = shortest + self.stride[0] - 1
        if not shortest <= sizes[0] <= longest:
            raise ValueError(
                f"requested an output size of {sizes}, but valid sizes range from [{shortest}] to "
                f"[{longest}] (for an input of {input.size()[2:]})"
            )
        return (sizes[0] - shortest,)
