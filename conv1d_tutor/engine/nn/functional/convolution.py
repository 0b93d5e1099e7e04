"""`conv1d` and `conv_transpose1d`."""

import warnings
from collections.abc import Callable

import numpy as np

from ....geometry import Conv1dGeometry
from ...core import guard
from ...core.dims import Ints
from ...core.graph import record_laid
from ...core.op import declared
from ...core.promotion import NOTHING, joined_dtype
from ...core.strides import channels_last, in_order, suggests_channels_last
from ...core.tensor import Array, Tensor, wrap
from ...ops import convolution_blocks as ops
from .convolution_arguments import (
    Unusual,
    check_added_bias,
    check_bias_shape,
    check_channels,
    check_computable,
    check_length,
    check_transposable,
    plan,
    refuse_bias_dtype,
    refuse_rank,
    same_padding,
    transposed_length,
    transposed_plan,
)
from .padding import constant_pad


class _Warned:
    """Whether the warning that PyTorch gives only once was given."""

    uneven_same = False


@declared(
    "conv1d(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=1, int[1] padding=0, "
    "int[1] dilation=1, int groups=1)",
    "conv1d(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=1, "
    'str padding="valid", int[1] dilation=1, int groups=1)',
    method=False,
    returns_face=True,
)
def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Tensor:
    """Slide every filter over the signal, and take a dot product at every stop.

    Input (N, C_in, L_in) or (C_in, L_in), weight (C_out, C_in / groups, kernel_size) and bias
    (C_out) give (N, C_out, L_out) or (C_out, L_out), with

    L_out = floor((L_in + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1
    """
    array, filters = input._array, weight._array
    offset = None if bias is None else bias._array
    named = isinstance(padding, str)
    if offset is not None and offset.dtype != array.dtype and not named:
        refuse_bias_dtype(array, offset)
    if array.ndim == 2:
        batched = conv1d(input.unsqueeze(0), weight, bias, stride, padding, dilation, groups)
        return batched.squeeze(0)
    if array.ndim != 3:
        refuse_rank(array, filters, "conv1d")
    if isinstance(padding, str):
        input, padding = _padded_by_name(input, filters, stride, padding, dilation, groups)
        array = input._array
    geometry = plan(filters.shape, stride, padding, dilation, groups)
    if filters.ndim != 3:
        refuse_rank(array, filters, "conv1d")
    check_channels(groups, filters, array.shape)
    if offset is not None:
        check_bias_shape(offset, filters, filters.shape[0])
    if isinstance(geometry, Unusual) or not array.size:
        steps = Unusual(geometry.stride, geometry.padding_left, geometry.dilation, groups)
        length = check_length(steps, filters, array.shape[2])
        if 0 in array.shape[:2]:
            made = filters.shape[0] if array.shape[1] else 0
            return _of_nothing(input, weight, bias, steps, (array.shape[0], made, length))
    else:
        geometry.output_length(array.shape[2])
    check_computable(array, filters, offset, geometry)
    assert isinstance(geometry, Conv1dGeometry)
    if offset is not None and offset.dtype != array.dtype:
        offset = offset.astype(array.dtype)
    output = ops.forward(array, filters, offset, geometry)

    def backward(grad: Array) -> tuple[Array | None, ...]:
        to_input = to_weight = to_bias = None
        if input.requires_grad:
            to_input = ops.input_gradient(grad, filters, geometry, array.shape[2])
        if weight.requires_grad:
            to_weight = ops.weight_gradient(grad, array, geometry)
        if bias is not None:
            to_bias = ops.bias_gradient(grad).astype(bias._array.dtype, copy=False)
        return to_input, to_weight, to_bias

    return _recorded(output, (input, weight, bias), backward, geometry)


def _padded_by_name(
    input: Tensor, filters: Array, stride: Ints, padding: str, dilation: Ints, groups: int
) -> tuple[Tensor, int]:
    """Return the input with what `padding` puts on one side alone, and what it puts on both."""
    if padding == "valid":
        return input, 0
    if padding != "same":
        raise RuntimeError(f"Invalid padding string: '{padding}'")
    left, right = same_padding(filters.shape, stride, dilation, groups, input._array.shape)
    if left != right:
        warn_of_uneven_padding(stacklevel=5)
        # A convolution pads both sides alike, so the odd zero is put there beforehand.
        more = right - left
        input = constant_pad(input, (0, more) if more > 0 else (more, 0), 0)
    return input, left


def _of_nothing(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    steps: Unusual,
    shape: tuple[int, int, int],
    output_padding: int | None = None,
) -> Tensor:
    """Return the output of an input without samples or channels, as which PyTorch takes all.

    Without channels it makes no output channels either.
    """
    array, filters = input._array, weight._array
    if array.shape[1] and not filters.size:
        raise IndexError("select(): index 0 out of range for tensor of size [0] at dimension 0")
    factor = weight[0, 0, 0] if array.shape[1] else weight
    if min(shape) < 0:
        raise RuntimeError(f"Trying to create tensor with negative dimension {min(shape)}: {shape}")
    dtype = joined_dtype(input, factor).numpy
    check_added_bias(None if bias is None else bias._array, dtype)
    output = np.zeros(shape, dtype)

    def backward(grad: Array) -> tuple[Array | None, ...]:
        to_bias = None if bias is None else np.zeros_like(bias._array)
        return np.zeros_like(array), np.zeros_like(filters), to_bias

    transposed = output_padding is not None
    operands = (input, weight, bias)
    return _recorded(output, operands, backward, steps, output_padding or 0, transposed)


def _recorded(
    output: Array,
    operands: tuple[Tensor, Tensor, Tensor | None],
    backward: Callable[[Array], tuple[Array | None, ...]],
    geometry: Conv1dGeometry | Unusual,
    output_padding: int = 0,
    transposed: bool = False,
) -> Tensor:
    """Return the output as a tensor with the node of a convolution of either kind."""
    input, weight, bias = operands
    array = input._array  # which is put in order first, unless it counts as being so
    last = suggests_channels_last(weight._array) or (
        array.flags.c_contiguous and suggests_channels_last(array)
    )
    laid = channels_last(output) if last else in_order(output)
    return record_laid(
        "ConvolutionBackward0",
        wrap(laid),
        (input, weight, NOTHING if bias is None else bias),
        backward,
        _fields(input, weight, bias, geometry, output_padding, transposed),
    )


def _fields(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    geometry: Conv1dGeometry | Unusual,
    output_padding: int,
    transposed: bool,
) -> dict[str, object]:
    """Return what the node of a convolution keeps."""
    return {
        "bias_sym_sizes_opt": (0,) if bias is None else bias._array.shape,
        "dilation": (geometry.dilation,),
        "groups": geometry.groups,
        "input": input,
        "output_padding": (output_padding,),
        "padding": (geometry.padding_left,),
        "stride": (geometry.stride,),
        "transposed": transposed,
        "weight": weight,
    }


def warn_of_uneven_padding(stacklevel: int = 4) -> None:
    """Warn, once in a session, that an even kernel pads one more behind than before."""
    if _Warned.uneven_same:
        return
    _Warned.uneven_same = True
    warnings.warn(
        "Using padding='same' with even kernel lengths and odd dilation may require a zero-padded "
        "copy of the input be created",
        stacklevel=stacklevel,
    )


# --- transposed


@declared(
    "conv_transpose1d(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=1, "
    "int[1] padding=0, int[1] output_padding=0, int groups=1, int[1] dilation=1)",
    method=False,
    returns_face=True,
)
def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Tensor:
    """Return every input to the outputs under its window: what a convolution's gradient does.

    Input (N, C_in, L_in) or (C_in, L_in), weight (C_in, C_out / groups, kernel_size) and bias
    (C_out) give (N, C_out, L_out) or (C_out, L_out), with

    L_out = (L_in - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1
    """
    array, filters = input._array, weight._array
    if array.ndim == 2:
        batched = conv_transpose1d(
            input.unsqueeze(0), weight, bias, stride, padding, output_padding, groups, dilation
        )
        return batched.squeeze(0)
    if array.ndim != 3:
        refuse_rank(array, filters, "conv_transpose1d")
    geometry, extra = transposed_plan(
        filters.shape, stride, padding, output_padding, groups, dilation
    )
    if filters.ndim != 3:
        refuse_rank(array, filters, "conv_transpose1d")
    offset = None if bias is None else bias._array
    check_channels(groups, filters, array.shape, transposed=True)
    if offset is not None:
        check_bias_shape(offset, filters, filters.shape[1] * groups, transposed=True)
    input_length = array.shape[2]
    steps = Unusual(geometry.stride, geometry.padding_left, geometry.dilation, groups)
    length = transposed_length(steps, filters, input_length, extra)
    if 0 in array.shape[:2]:
        made = filters.shape[1] * groups if array.shape[1] else 0
        return _of_nothing(input, weight, bias, steps, (array.shape[0], made, length), extra)
    check_transposable(array, filters, offset, geometry, extra, length)
    assert isinstance(geometry, Conv1dGeometry)
    guard.check_shape((array.shape[0], geometry.in_channels, length), array.dtype)
    output = ops.input_gradient(array, filters, geometry, length)
    if offset is not None:
        output += offset[:, None].astype(output.dtype, copy=False)

    def backward(grad: Array) -> tuple[Array | None, ...]:
        to_input = to_weight = to_bias = None
        if input.requires_grad:
            # Output padding may leave room for windows that no input had.
            to_input = ops.forward(grad, filters, None, geometry)[:, :, :input_length]
        if weight.requires_grad:
            to_weight = ops.weight_gradient(array, grad, geometry)
        if bias is not None:
            to_bias = ops.bias_gradient(grad)
        return to_input, to_weight, to_bias

    return _recorded(output, (input, weight, bias), backward, geometry, extra, transposed=True)
