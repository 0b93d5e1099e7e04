"""Pooling: `max_pool1d`, `avg_pool1d` and the adaptive ones."""

from typing import Any

from ...autograd import record, record_many
from ...core import guard
from ...core.arguments import expect_tensor, integer, kind_of
from ...core.surface import FUNCTIONS, offered
from ...core.tensor import Array, Tensor
from ...ops.pooling import (
    Pool,
    adaptive_max,
    average,
    average_gradient,
    maximum,
    scatter,
    segment_mean,
    segment_mean_gradient,
)

__all__ = ["adaptive_avg_pool1d", "adaptive_max_pool1d", "avg_pool1d", "max_pool1d"]

# PyTorch pools one axis as a 2-D pool of height 1, and its graph and saved fields say so.


def _max_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the largest input under each window: (N, C, L_in) -> (N, C, L_out).

    With `return_indices` also at which input position it is.
    """
    expect_tensor(input, "max_pool1d")
    array = input._array
    if array.ndim not in (2, 3) or 0 in array.shape[-2:]:
        raise RuntimeError(
            "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for "
            f"input, but got:{list(array.shape)}"
        )
    pool = _max_pool(kernel_size, stride, padding, dilation, ceil_mode)
    length = pool.output_length(array.shape[-1])
    if length <= 0:
        raise RuntimeError(f"max_pool1d() Invalid computed output size: {max(length, 0)}")
    if array.dtype.kind != "f":
        raise NotImplementedError(f"\"max_pool1d_impl\" not implemented for '{input.dtype.scalar}'")
    guard.check_shape((*array.shape[:-1], length), array.dtype)
    output, indices = _max_pool2d(input.unsqueeze(-2), pool)
    flat = output.squeeze(-2)
    return (flat, indices.squeeze(-2)) if return_indices else flat


max_pool1d = FUNCTIONS["max_pool1d"] = _max_pool1d


def _max_pool2d(input: Tensor, pool: Pool) -> tuple[Tensor, Tensor]:
    array = input._array
    best, at = maximum(array, pool)

    def backward(grads: tuple[Array, Array]) -> tuple[Array]:
        return (scatter(grads[0], at, array.shape[-1]),)

    output, indices = record_many(
        "MaxPool2DWithIndicesBackward0",
        (best, at),
        (input,),
        backward,
        ceil_mode=pool.ceil_mode,
        dilation=(1, pool.dilation),
        kernel_size=(1, pool.kernel_size),
        padding=(0, pool.padding),
        self=input,
        stride=(1, pool.stride),
    )
    return output, indices


def _max_pool(kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil: bool) -> Pool:
    """Read the hyper-parameters; RuntimeError in PyTorch's words and order where one is wrong."""
    name = "max_pool1d()"
    alone = "an int, list of ints, or tuple of ints of size 1"
    sizes = _ints(kernel_size, "max_pool1d", "kernel_size", 2)
    if len(sizes) != 1:
        raise RuntimeError(
            f"{name} kernel_size must be an int, list of ints or tuple of ints of size 1 but got "
            f"size {len(sizes)}"
        )
    steps = () if stride is None else _ints(stride, "max_pool1d", "stride", 3)
    if len(steps) > 1:
        raise RuntimeError(f"{name} stride must be None, {alone} but got size {len(steps)}")
    around = _ints(padding, "max_pool1d", "padding", 4)
    if len(around) != 1:
        raise RuntimeError(f"{name} padding must be {alone} but got size {len(around)}")
    gaps = _ints(dilation, "max_pool1d", "dilation", 5)
    if len(gaps) != 1:
        raise RuntimeError(f"{name} dilation must be {alone} but got size {len(gaps)}")
    size, step = sizes[0], (steps or sizes)[0]
    for what, value in (("kernel_size", size), ("stride", step)):
        if value <= 0:
            raise RuntimeError(f"{name} {what} must be greater than zero, but got {value}")
    if around[0] < 0:
        raise RuntimeError(f"{name} padding must be non-negative, but got {around[0]}")
    if around[0] > size // 2:
        raise RuntimeError(
            f"{name} padding should be at most half of kernel size, but got padding={around[0]} "
            f"and kernel_size={size}"
        )
    if gaps[0] <= 0:
        raise RuntimeError(f"{name} dilation must be greater than zero, but got {gaps[0]}")
    return Pool(size, step, around[0], gaps[0], bool(ceil))


def _ints(value: Any, function: str, name: str, position: int) -> tuple[int, ...]:
    several = value if isinstance(value, list | tuple) else (value,)
    numbers = tuple(integer(each) for each in several)
    if None in numbers:
        raise TypeError(
            f"{function}(): argument '{name}' (position {position}) must be tuple of ints, "
            f"not {kind_of(value)}"
        )
    return numbers  # type: ignore[return-value]


def _one(value: Any, function: str, name: str, position: int) -> int:
    numbers = _ints(value, function, name, position)
    if len(numbers) != 1:
        raise RuntimeError(
            f"{function}() argument '{name}' should contain one int (got {len(numbers)})"
        )
    return numbers[0]


def _check_rank(array: Array, function: str) -> None:
    if array.ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2 to 3 dimensions, but got {array.ndim}-dimensional tensor for argument #1 "
            f"'self' (while checking arguments for {function})"
        )


def _check_floating(input: Tensor, name: str) -> None:
    if not input.dtype.is_floating_point:
        raise NotImplementedError(f"\"{name}\" not implemented for '{input.dtype.scalar}'")


@offered("avg_pool1d", method=False)
def avg_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """Return the mean of the inputs under each window: (N, C, L_in) -> (N, C, L_out)."""
    expect_tensor(input, "avg_pool1d")
    _check_rank(input._array, "avg_pool1d")
    size = _one(kernel_size, "avg_pool1d", "kernel_size", 2)
    no_stride = stride is None or (isinstance(stride, list | tuple) and not stride)
    step = size if no_stride else _one(stride, "avg_pool1d", "stride", 3)
    around = _one(padding, "avg_pool1d", "padding", 4)
    if step == 0:
        raise RuntimeError("stride should not be zero")
    if size <= 0 or step < 0:
        raise RuntimeError(
            f"kernel size should be greater than zero, but got kH: 1 kW: {size}"
            if size <= 0
            else f"stride should be greater than zero, but got dH: 1 dW: {step}"
        )
    if around < 0:
        raise RuntimeError(f"pad must be non-negative, but got pad: {around}")
    if around > size // 2:
        raise RuntimeError(
            "pad should be at most half of effective kernel size, but got "
            f"pad={around}, kernel_size={size} and dilation=1"
        )
    shape = input._array.shape
    if 0 in shape[-2:]:
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, "
            f"but got:{[*shape[:-1], 1, shape[-1]]}"
        )
    pool = Pool(size, step, around, 1, bool(ceil_mode))
    length = pool.output_length(shape[-1])
    if length < 1:
        raise RuntimeError(
            f"Given input size: ({shape[-2]}x1x{shape[-1]}). Calculated output size: "
            f"({shape[-2]}x1x{length}). Output size is too small"
        )
    _check_floating(input, "avg_pool2d")
    guard.check_shape((*shape[:-1], length), input._array.dtype)
    pooled: Tensor = _avg_pool2d(input.unsqueeze(-2), pool, bool(count_include_pad)).squeeze(-2)
    return pooled


def _avg_pool2d(input: Tensor, pool: Pool, count_include_pad: bool) -> Tensor:
    array = input._array

    def backward(grad: Array) -> tuple[Array]:
        return (average_gradient(grad, pool, count_include_pad, array.shape[-1]),)

    return record(
        "AvgPool2DBackward0",
        average(array, pool, count_include_pad),
        (input,),
        backward,
        ceil_mode=pool.ceil_mode,
        count_include_pad=count_include_pad,
        divisor_override=None,
        kernel_size=(1, pool.kernel_size),
        padding=(0, pool.padding),
        self=input,
        stride=(1, pool.stride),
    )


# --- adaptive


@offered("adaptive_avg_pool1d", method=False)
def adaptive_avg_pool1d(input: Tensor, output_size: Any) -> Tensor:
    """Return the means of `output_size` windows, about equally long: (N, C, L) -> (N, C, L_out)."""
    expect_tensor(input, "adaptive_avg_pool1d")
    _check_rank(input._array, "adaptive_avg_pool1d")
    length = _one(output_size, "adaptive_avg_pool1d", "output_size", 2)
    if length < 0:
        raise RuntimeError(
            "adaptive_avg_pool2d: elements of output_size must be greater than or equal to 0 but "
            f"received {{1, {length}}}"
        )
    _check_floating(input, "adaptive_avg_pool2d")
    guard.check_shape((*input._array.shape[:-1], length), input._array.dtype)
    flat = input.unsqueeze(-2)
    pooled = flat.mean((-1, -2), keepdim=True) if length == 1 else _adaptive_mean(flat, length)
    squeezed: Tensor = pooled.squeeze(-2)
    return squeezed


def _adaptive_mean(input: Tensor, length: int) -> Tensor:
    array = input._array

    def backward(grad: Array) -> tuple[Array]:
        return (segment_mean_gradient(grad, array.shape[-1]),)

    output = segment_mean(array, length)
    return record("AdaptiveAvgPool2DBackward0", output, (input,), backward, self=input)


def adaptive_max_pool1d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """Return the largest of each of `output_size` windows: (N, C, L) -> (N, C, L_out)."""
    expect_tensor(input, "adaptive_max_pool1d")
    _check_rank(input._array, "adaptive_max_pool1d")
    length = _one(output_size, "adaptive_max_pool1d", "output_size", 2)
    _check_floating(input, "adaptive_max_pool2d")
    guard.check_shape((*input._array.shape[:-1], length), input._array.dtype)
    flat = input.unsqueeze(-2)
    array = flat._array
    best, at = adaptive_max(array, length)

    def backward(grads: tuple[Array, Array]) -> tuple[Array]:
        return (scatter(grads[0], at, array.shape[-1]),)

    output, indices = record_many(
        "AdaptiveMaxPool2DBackward0", (best, at), (flat,), backward, self=flat
    )
    largest = output.squeeze(-2)
    return (largest, indices.squeeze(-2)) if return_indices else largest
