"""Pooling layers."""

from ..core.dims import Ints
from ..core.tensor import Tensor
from . import functional as F  # noqa: N812
from .module import Module
from .parameter import single


class _MaxPoolNd(Module):
    def __init__(
        self,
        kernel_size: Ints,
        stride: Ints | None = None,
        padding: Ints = 0,
        dilation: Ints = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if (stride is not None) else kernel_size
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def extra_repr(self) -> str:
        """Return the hyper-parameters."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPoolNd):
    """Keeps the largest input under each window: (N, C, L_in) -> (N, C, L_out).

    The window moves as that of a `Conv1d`, over each channel alone; without `stride` it moves by
    its own size. Padding never wins. Nothing is learned.

        L_out = floor((L_in + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1

    With `ceil_mode` it is rounded up: a last window may stand over the end. With `return_indices`
    the positions of the largest are returned too.
    """

    def forward(self, input: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Return the largest inputs, and with `return_indices` their positions."""
        return F.max_pool1d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            ceil_mode=self.ceil_mode,
            return_indices=self.return_indices,
        )


class AvgPool1d(Module):
    """Takes the mean of the inputs under each window: (N, C, L_in) -> (N, C, L_out).

    The window moves over each channel alone; without `stride` it moves by its own size. Padding is
    zeros, which `count_include_pad=False` leaves out of the mean.

        L_out = floor((L_in + 2 * padding - kernel_size) / stride) + 1
    """

    def __init__(
        self,
        kernel_size: Ints,
        stride: Ints | None = None,
        padding: Ints = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = single(kernel_size)
        self.stride = single(stride if stride is not None else kernel_size)
        self.padding = single(padding)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def extra_repr(self) -> str:
        """Return the hyper-parameters."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"

    def forward(self, input: Tensor) -> Tensor:
        """Return the means."""
        return F.avg_pool1d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
        )


class _AdaptivePoolNd(Module):
    def __init__(self, output_size: Ints) -> None:
        super().__init__()
        self.output_size = output_size

    def extra_repr(self) -> str:
        """Return the hyper-parameters."""
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptivePoolNd):
    """Takes the means of `output_size` windows, about equally long: (N, C, L) -> (N, C, L_out).

    However long the input is, L_out = output_size. Window i begins at floor(i * L / L_out) and ends
    before ceil((i + 1) * L / L_out).
    """

    def forward(self, input: Tensor) -> Tensor:
        """Return the means."""
        return F.adaptive_avg_pool1d(input, self.output_size)


class AdaptiveMaxPool1d(_AdaptivePoolNd):
    """Keeps the largest of `output_size` windows, about equally long: (N, C, L) -> (N, C, L_out).

    However long the input is, L_out = output_size. Window i begins at floor(i * L / L_out) and ends
    before ceil((i + 1) * L / L_out).
    """

    def __init__(self, output_size: Ints, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Return the largest, and with `return_indices` their positions."""
        return F.adaptive_max_pool1d(input, self.output_size, self.return_indices)
