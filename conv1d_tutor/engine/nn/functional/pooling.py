"""Pooling: `max_pool1d`, `avg_pool1d` and the adaptive ones."""

from ....geometry import Conv1dGeometry
from ...core.dims import Ints
from ...core.dtypes import int64
from ...core.graph import differentiates, made, record_laid, record_many
from ...core.guard import check_shape
from ...core.op import FUNCTIONS, declared, python_function
from ...core.strides import channels_last, in_order, suggests_channels_last
from ...core.tensor import Array, Tensor, wrap
from ...ops.pooling import (
    Pool,
    adaptive_max,
    average,
    average_gradient,
    largest,
    maximum,
    scatter,
    segment_mean,
    segment_mean_gradient,
)

# PyTorch pools one axis as a 2-D pool of height 1, and its graph and saved fields say so.

# --- the largest


@python_function("torch.nn.functional")
def _max_pool1d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """Return the largest input under each window: (N, C, L_in) -> (N, C, L_out).

    With `return_indices` also at which input position it is.
    """
    function = FUNCTIONS["max_pool1d_with_indices" if return_indices else "max_pool1d"]
    largest: Tensor | tuple[Tensor, Tensor] = function(
        input, kernel_size, stride, padding, dilation, ceil_mode
    )
    return largest


max_pool1d = _max_pool1d

_MAX_POOL = (
    "(Tensor input, int[1] kernel_size, int[1]? stride=[], int[1] padding=0, int[1] dilation=1, "
    "bool ceil_mode=False)"
)


@declared(f"max_pool1d{_MAX_POOL}", method=False)
def _largest(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None,
    padding: Ints,
    dilation: Ints,
    ceil_mode: bool,
) -> Tensor:
    """Return the largest input under each window: (N, C, L_in) -> (N, C, L_out)."""
    shape = input._array.shape
    if len(shape) not in (2, 3) or 0 in shape[-2:]:
        raise RuntimeError(
            "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for "
            f"input, but got:{list(shape)}"
        )
    pool = _max_pool(kernel_size, stride, padding, dilation, ceil_mode)
    length = pool.output_length(shape[-1])
    if length <= 0:
        raise RuntimeError(f"max_pool1d() Invalid computed output size: {length}")
    if differentiates((input,)):
        return _maximum(input, pool, length)[0]
    _check_maximum(input, length)
    return made(largest(input._array, pool))  # PyTorch has a shorter way then


@declared(f"max_pool1d_with_indices{_MAX_POOL}", method=False)
def _largest_with_indices(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None,
    padding: Ints,
    dilation: Ints,
    ceil_mode: bool,
) -> tuple[Tensor, Tensor]:
    """Return the largest input under each window, and at which input position it is."""
    _check_rank(input, "max_pool1d")
    pool = _flat_pool("max_pool1d", kernel_size, stride, padding, dilation, ceil_mode)
    return _maximum(input, pool, _flat_length(input, pool))


def _maximum(input: Tensor, pool: Pool, length: int) -> tuple[Tensor, Tensor]:
    """Return the largest input under each window of a pool, and where it is."""
    _check_maximum(input, length)
    flat = input.unsqueeze(-2)
    fields = _fields(pool) | {"dilation": (1, pool.geometry.dilation)}
    return _with_indices("MaxPool2DWithIndicesBackward0", flat, maximum(flat._array, pool), fields)


def _check_maximum(input: Tensor, length: int) -> None:
    """Raise PyTorch's error for a dtype that has no maximum here; ours for an absurd size."""
    array = input._array
    _check_floating(input, "max_pool1d_impl")
    check_shape((*array.shape[:-1], length), array.dtype)


def _max_pool(
    kernel_size: Ints, stride: Ints | None, padding: Ints, dilation: Ints, ceil_mode: bool
) -> Pool:
    """Return the pool; RuntimeError in PyTorch's words and order where an argument is wrong."""
    name = "max_pool1d()"
    alone = "an int, list of ints, or tuple of ints of size 1"
    sizes, steps, around, gaps = map(_as_tuple, (kernel_size, stride, padding, dilation))
    if len(sizes) != 1:
        raise RuntimeError(
            f"{name} kernel_size must be an int, list of ints or tuple of ints of size 1 but got "
            f"size {len(sizes)}"
        )
    if len(steps) > 1:
        raise RuntimeError(f"{name} stride must be None, {alone} but got size {len(steps)}")
    for what, values in (("padding", around), ("dilation", gaps)):
        if len(values) != 1:
            raise RuntimeError(f"{name} {what} must be {alone} but got size {len(values)}")
    (size,), (step,), (left,), (gap,) = sizes, steps or sizes, around, gaps
    for what, value in (("kernel_size", size), ("stride", step)):
        if value <= 0:
            raise RuntimeError(f"{name} {what} must be greater than zero, but got {value}")
    if left < 0:
        raise RuntimeError(f"{name} padding must be non-negative, but got {left}")
    if left > size // 2:
        raise RuntimeError(
            f"{name} padding should be at most half of kernel size, but got padding={left} "
            f"and kernel_size={size}"
        )
    if gap <= 0:
        raise RuntimeError(f"{name} dilation must be greater than zero, but got {gap}")
    return Pool(Conv1dGeometry(1, 1, size, step, left, gap), ceil_mode)


def _with_indices(
    node: str, input: Tensor, result: tuple[Array, Array], fields: dict[str, object]
) -> tuple[Tensor, Tensor]:
    """Return the largest of each window and their positions, without the axis of height 1.

    A gradient goes back to the input that was the largest.
    """
    length = input._array.shape[-1]

    def backward(grads: tuple[Array, Array]) -> tuple[Array]:
        return (scatter(grads[0], result[1], length),)

    laid = [wrap(_laid(each, input._array)) for each in result]
    output, indices = record_many(node, laid, (input,), backward, **fields, self=input)
    return output.squeeze(-2), indices.squeeze(-2)


# --- the mean


@declared(
    "avg_pool1d(Tensor input, int[1] kernel_size, int[1]? stride=[], int[1] padding=0, "
    "bool ceil_mode=False, bool count_include_pad=True)",
    method=False,
    returns_face=True,
)
def avg_pool1d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None,
    padding: Ints,
    ceil_mode: bool,
    count_include_pad: bool,
) -> Tensor:
    """Return the mean of the inputs under each window: (N, C, L_in) -> (N, C, L_out)."""
    shape = input._array.shape
    _check_rank(input, "avg_pool1d")
    pool = _flat_pool("avg_pool1d", kernel_size, stride, padding, 1, ceil_mode)
    length = _flat_length(input, pool)
    if input.dtype is not int64:
        _check_floating(input, "avg_pool2d")
    check_shape((*shape[:-1], length), input._array.dtype)
    flat = input.unsqueeze(-2)

    def backward(grad: Array) -> tuple[Array]:
        return (average_gradient(grad, pool, count_include_pad, shape[-1]),)

    means = _laid(average(flat._array, pool, count_include_pad), flat._array)
    more = {"count_include_pad": count_include_pad, "divisor_override": None, "self": flat}
    return _without_height(
        record_laid("AvgPool2DBackward0", wrap(means), (flat,), backward, _fields(pool) | more)
    )


# --- pools of height 1, and PyTorch's words for what is wrong with them


def _flat_pool(
    function: str,
    kernel_size: Ints,
    stride: Ints | None,
    padding: Ints,
    dilation: Ints,
    ceil_mode: bool,
) -> Pool:
    """Return the pool; RuntimeError in PyTorch's words and order where an argument is wrong."""
    size = _one(kernel_size, function, "kernel_size")
    step = _one(stride, function, "stride") if _as_tuple(stride) else size
    around = _one(padding, function, "padding")
    gap = _one(dilation, function, "dilation")
    if step == 0:
        raise RuntimeError("stride should not be zero")
    if size <= 0:
        raise RuntimeError(f"kernel size should be greater than zero, but got kH: 1 kW: {size}")
    if step < 0:
        raise RuntimeError(f"stride should be greater than zero, but got dH: 1 dW: {step}")
    if gap <= 0:
        raise RuntimeError(
            f"dilation should be greater than zero, but got dilationH: 1 dilationW: {gap}"
        )
    if around < 0:
        raise RuntimeError(f"pad must be non-negative, but got pad: {around}")
    if around > ((size - 1) * gap + 1) // 2:
        raise RuntimeError(
            "pad should be at most half of effective kernel size, but got "
            f"pad={around}, kernel_size={size} and dilation={gap}"
        )
    return Pool(Conv1dGeometry(1, 1, size, step, around, gap), ceil_mode)


def _flat_length(input: Tensor, pool: Pool) -> int:
    """Return the length of what a pool makes of the input; RuntimeError where it makes nothing."""
    shape = input._array.shape
    if 0 in shape[-2:]:
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, "
            f"but got:{[*shape[:-1], 1, shape[-1]]}"
        )
    length = pool.output_length(shape[-1])
    if length < 1:
        raise RuntimeError(
            f"Given input size: ({shape[-2]}x1x{shape[-1]}). Calculated output size: "
            f"({shape[-2]}x1x{length}). Output size is too small"
        )
    return length


# --- adaptive


@declared("adaptive_avg_pool1d(Tensor input, int[1] output_size)", method=False, returns_face=True)
def adaptive_avg_pool1d(input: Tensor, output_size: Ints) -> Tensor:
    """Return the means of `output_size` windows, about equally long: (N, C, L) -> (N, C, L_out)."""
    _check_rank(input, "adaptive_avg_pool1d")
    length = _one(output_size, "adaptive_avg_pool1d", "output_size")
    if length < 0:
        raise RuntimeError(
            "adaptive_avg_pool2d: elements of output_size must be greater than or equal to 0 but "
            f"received {{1, {length}}}"
        )
    flat = input.unsqueeze(-2)
    if length != 1:
        _check_adaptive(input, length, "adaptive_avg_pool2d")
        _check_not_empty(flat, flat.ndim - 2, "adaptive_avg_pool2d")
    if length == 1:
        mean = flat.mean((-1, -2), keepdim=True)
        if flat.ndim == 4 and suggests_channels_last(flat._array[:, :, 0]):
            samples, channels = flat.shape[:2]
            mean = mean.as_strided((samples, channels, 1, 1), (channels, 1, channels, channels))
        return _without_height(mean)
    array = flat._array

    def backward(grad: Array) -> tuple[Array]:
        if not length:
            raise RuntimeError(
                "adaptive_avg_pool2d_backward(): Expected grad_output to have non-zero size for "
                f"non-batch dimensions, but grad_output has sizes {list(grad.shape)} with "
                f"dimension {grad.ndim - 1} being empty"
            )
        return (segment_mean_gradient(grad, array.shape[-1]),)

    means = wrap(_laid(segment_mean(array, length), array))
    return _without_height(
        record_laid("AdaptiveAvgPool2DBackward0", means, (flat,), backward, {"self": flat})
    )


@python_function("torch.nn.functional")
def adaptive_max_pool1d(
    input: Tensor, output_size: Ints, return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """Return the largest of each of `output_size` windows: (N, C, L) -> (N, C, L_out)."""
    largest, indices = FUNCTIONS["adaptive_max_pool1d"](input, output_size)
    return (largest, indices) if return_indices else largest


@declared("adaptive_max_pool1d(Tensor input, int[1] output_size)", method=False)
def _adaptive_largest(input: Tensor, output_size: Ints) -> tuple[Tensor, Tensor]:
    """Return the largest of each of `output_size` windows, and at which input position it is."""
    _check_rank(input, "adaptive_max_pool1d")
    length = _one(output_size, "adaptive_max_pool1d", "output_size")
    _check_not_empty(input, 1, "adaptive_max_pool1d")
    if length < 0:
        sizes = [*input.shape[:-1], 1, length]
        raise RuntimeError(f"Trying to create tensor with negative dimension {length}: {sizes}")
    _check_adaptive(input, length, "adaptive_max_pool2d")
    flat = input.unsqueeze(-2)
    return _with_indices("AdaptiveMaxPool2DBackward0", flat, adaptive_max(flat._array, length), {})


# --- what they share


def _as_tuple(value: Ints | list[int] | None) -> tuple[int, ...]:
    """Return the ints that stand in an argument, none where it was left out."""
    if value is None:
        return ()
    return (value,) if isinstance(value, int) else tuple(value)


def _one(value: Ints | None, function: str, name: str) -> int:
    """Return the int that an argument is, or the only one that stands in it."""
    numbers = _as_tuple(value)
    if len(numbers) != 1:
        raise RuntimeError(
            f"{function}() argument '{name}' should contain one int (got {len(numbers)})"
        )
    return numbers[0]


def _fields(pool: Pool) -> dict[str, object]:
    """Return what the node of a pool saves of its hyper-parameters."""
    geometry = pool.geometry
    return {
        "ceil_mode": pool.ceil_mode,
        "kernel_size": (1, geometry.kernel_size),
        "padding": (0, geometry.padding_left),
        "stride": (1, geometry.stride),
    }


def _laid(pooled: Array, input: Array) -> Array:
    """Return what was pooled (N, C, 1, L_out), or without N, in memory as PyTorch has it."""
    if input.ndim == 4 and suggests_channels_last(input[:, :, 0]):
        return channels_last(pooled[:, :, 0])[:, :, None]
    return in_order(pooled)


def _without_height(pooled: Tensor) -> Tensor:
    return pooled.squeeze(-2)


def _check_rank(input: Tensor, function: str) -> None:
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2 to 3 dimensions, but got {input.ndim}-dimensional tensor for argument #1 "
            f"'self' (while checking arguments for {function})"
        )


def _check_floating(input: Tensor, name: str) -> None:
    if not input.dtype.is_floating_point:
        raise NotImplementedError(f"\"{name}\" not implemented for '{input.dtype.scalar}'")


def _check_not_empty(input: Tensor, first: int, function: str) -> None:
    """Raise where a dim from `first` on has no length, out of which nothing can be picked."""
    for axis in range(first, input.ndim):
        if input.shape[axis] == 0:
            raise RuntimeError(
                f"{function}(): Expected input to have non-zero size for non-batch dimensions, but "
                f"input has sizes {list(input.shape)} with dimension {axis} being empty"
            )


def _check_adaptive(input: Tensor, length: int, name: str) -> None:
    _check_floating(input, name)
    check_shape((*input._array.shape[:-1], length), input._array.dtype)
