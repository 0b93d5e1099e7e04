"""What PyTorch says about the arguments of a convolution, in the order in which it says it."""

from functools import lru_cache
from typing import NamedTuple, NoReturn

import numpy as np

from ....geometry import (
    NEGATIVE_PADDING,
    NON_POSITIVE_DILATION,
    NON_POSITIVE_STRIDE,
    SAME_WITH_STRIDE,
    Conv1dGeometry,
)
from ...core.dims import Ints
from ...core.dtypes import of_array
from ...core.tensor import Array


class Unusual(NamedTuple):
    """The steps of a convolution whose windows cannot be laid out: PyTorch refuses most of them.

    It refuses them late, and not at all where the input has no samples or no channels.
    """

    stride: int
    padding_left: int
    dilation: int
    groups: int


@lru_cache(maxsize=512)
def plan(
    weight_shape: tuple[int, ...], stride: Ints, padding: Ints, dilation: Ints, groups: int
) -> Conv1dGeometry | Unusual:
    """Return the geometry that a weight (C_out, C_in / groups, kernel_size) and arguments mean.

    Raises what PyTorch raises for them whatever the input is.
    """
    axes = len(weight_shape) - 2
    if axes <= 0:
        raise RuntimeError("weight should have at least three dimensions")
    _check_positive_groups(groups)
    strides = _expanded(stride, "stride", axes)
    paddings = _expanded(padding, "padding", axes)
    dilations = _expanded(dilation, "dilation", axes)
    _check_signs(min(strides), min(paddings), min(dilations))
    if axes > 1:
        return Unusual(strides[0], paddings[0], dilations[0], groups)
    _check_groups(weight_shape, groups)
    out_channels, channels_read, kernel_size = weight_shape
    steps = strides[0], paddings[0], dilations[0]
    if steps[2] == 0 or kernel_size == 0 or channels_read == 0:
        return Unusual(*steps, groups)
    return Conv1dGeometry(channels_read * groups, out_channels, kernel_size, *steps, groups)


@lru_cache(maxsize=512)
def same_padding(
    weight_shape: tuple[int, ...], stride: Ints, dilation: Ints, groups: int, input: tuple[int, ...]
) -> tuple[int, int]:
    """Return how much `padding="same"` puts before and behind an input (N, C_in, L_in).

    Raises what PyTorch raises before it knows that; an odd kernel makes both alike.
    """
    if len(weight_shape) < 3:
        raise RuntimeError("weight should have at least three dimensions")
    _check_positive_groups(groups)
    if len(weight_shape) != len(input):
        _refuse_axes(weight_shape, input, "")
    step, gap = _broadcast(stride, "stride"), _broadcast(dilation, "dilation")
    if step != 1:
        raise RuntimeError(SAME_WITH_STRIDE)
    total = gap * (weight_shape[2] - 1)
    left = int(total / 2)
    return left, total - left


@lru_cache(maxsize=512)
def transposed_plan(
    weight_shape: tuple[int, ...],
    stride: Ints,
    padding: Ints,
    output_padding: Ints,
    groups: int,
    dilation: Ints,
) -> tuple[Conv1dGeometry | Unusual, int]:
    """Return the convolution that a transposed one is the gradient of, and the output padding.

    The weight is (C_in, C_out / groups, kernel_size): for that convolution, from the output to the
    input, it is (C_out, C_in / groups, kernel_size).
    """
    axes = len(weight_shape) - 2
    if axes <= 0:
        raise RuntimeError("weight should have at least three dimensions")
    _check_positive_groups(groups)
    strides = _expanded(stride, "stride", axes)
    paddings = _expanded(padding, "padding", axes)
    dilations = _expanded(dilation, "dilation", axes)
    extras = _expanded(output_padding, "output_padding", axes)
    _check_signs(min(strides), min(paddings), min(dilations), min(extras))
    steps = strides[0], paddings[0], dilations[0]
    if axes > 1:
        return Unusual(*steps, groups), extras[0]
    _check_groups(weight_shape, groups)
    in_channels, channels_made, kernel_size = weight_shape
    if steps[2] == 0 or 0 in weight_shape or extras[0] >= max(steps[0], steps[2]):
        return Unusual(*steps, groups), extras[0]
    geometry = Conv1dGeometry(channels_made * groups, in_channels, kernel_size, *steps, groups)
    return geometry, extras[0]


def _check_positive_groups(groups: int) -> None:
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")


def _check_signs(stride: int, padding: int, dilation: int, output_padding: int = 0) -> None:
    if padding < 0:
        raise RuntimeError(NEGATIVE_PADDING)
    if output_padding < 0:
        raise RuntimeError("negative output_padding is not supported")
    if stride <= 0:
        raise RuntimeError(NON_POSITIVE_STRIDE)
    if dilation < 0:
        raise RuntimeError("dilation should be greater than zero")


def _check_groups(weight_shape: tuple[int, ...], groups: int) -> None:
    first = weight_shape[0]
    if first < groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be at least {groups} at dimension 0, "
            f"but got weight of size {list(weight_shape)} instead"
        )
    if first % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, "
            f"but got weight of size [{list(weight_shape)}] instead"
        )


def _single(value: Ints, name: str) -> int:
    """Return the int of an int or of a tuple of one."""
    return _expanded(value, name, 1)[0]


def _expanded(value: Ints, name: str, axes: int) -> tuple[int, ...]:
    """Return one int an axis, of an int or of a tuple with one or as many."""
    values = value if isinstance(value, tuple) else (value,)
    if len(values) not in (1, axes):
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {axes} values to match the "
            f"convolution dimensions, but got {name}={list(values)}"
        )
    return values * axes if len(values) == 1 else values


def _broadcast(value: Ints, name: str) -> int:
    if isinstance(value, tuple) and len(value) != 1:
        raise RuntimeError(f"{name} cannot broadcast to 1 dimensions")
    return _single(value, name)


def check_channels(
    groups: int, weight: Array, shape: tuple[int, ...], transposed: bool = False
) -> None:
    """Raise where an input of `shape` (N, C_in, L_in) has not the channels that are read."""
    channels = weight.shape[0] if transposed else weight.shape[1] * groups
    if shape[1] != channels:
        given = "transposed=1" if transposed else f"groups={groups}"
        raise RuntimeError(
            f"Given {given}, weight of size {list(weight.shape)}, expected input{list(shape)} to "
            f"have {channels} channels, but got {shape[1]} channels instead"
        )


def check_bias_shape(
    bias: Array, weight: Array, out_channels: int, transposed: bool = False
) -> None:
    """Raise unless the bias has one number for each output channel."""
    if bias.shape != (out_channels,):
        raise RuntimeError(
            f"Given {'transposed=1, ' if transposed else ''}weight of size {list(weight.shape)}, "
            f"expected bias to be 1-dimensional with {out_channels} elements, "
            f"but got bias of size {list(bias.shape)} instead"
        )


def check_length(steps: Unusual, weight: Array, length: int) -> int:
    """Return how many outputs an input of `length` would have; raise where it is too short."""
    padded: int = length + 2 * steps.padding_left
    reach: int = steps.dilation * (weight.shape[2] - 1) + 1
    if padded < reach:
        raise RuntimeError(
            f"Calculated padded input size per channel: ({padded}). Kernel size: ({reach}). "
            "Kernel size can't be greater than actual input size"
        )
    return (padded - reach) // steps.stride + 1


def transposed_length(steps: Unusual, weight: Array, length: int, output_padding: int) -> int:
    """Return how many outputs a transposed convolution makes of `length` inputs."""
    reach: int = steps.dilation * (weight.shape[2] - 1)
    return (length - 1) * steps.stride - 2 * steps.padding_left + reach + output_padding + 1


_SMALL_INTEGERS = (np.bool_, np.uint8, np.int8, np.int16, np.int32)

_SMALL_INPUT = 20480
"""Up to so many numbers in one sample and one group, PyTorch does without oneDNN."""


def check_computable(
    array: Array, weight: Array, bias: Array | None, steps: Conv1dGeometry | Unusual
) -> None:
    """Raise where shapes fit, but a dtype, a dilation of 0, or a kernel or input without length.

    PyTorch has this from the library that is to compute it, each in its own words and order.
    """
    samples, channels, length = array.shape
    if length == 0:
        raise RuntimeError(
            "Only zero batch or zero channel inputs are supported, "
            f"but got input shape: {[samples, channels, 1, 0]}"
        )
    if array.dtype == np.float32 and (samples > 1 or steps.groups > 1 or array.size > _SMALL_INPUT):
        _check_for_onednn(array, weight, bias, steps)
        return
    is_dilated = steps.dilation != 1
    if weight.shape[2] == 0:
        given = "[1, 0]" if is_dilated else "kernel_height: 1 kernel_width: 0"
        raise RuntimeError(f"kernel size should be greater than zero, but got {given}")
    if steps.dilation == 0:
        raise RuntimeError("dilation should be greater than zero, but got [1, 0]")
    if array.dtype in (_SMALL_INTEGERS if is_dilated else (np.bool_,)):
        name = "slow_conv_dilated<>" if is_dilated else "slow_conv2d_cpu"
        raise NotImplementedError(f"\"{name}\" not implemented for '{of_array(array).scalar}'")
    if weight.dtype != array.dtype:
        raise RuntimeError(
            f"expected scalar type {of_array(array).scalar} but found {of_array(weight).scalar}"
        )


def check_transposable(
    array: Array,
    weight: Array,
    bias: Array | None,
    steps: Conv1dGeometry | Unusual,
    output_padding: int,
    outputs: int,
) -> None:
    """Raise what `check_computable` raises of a convolution, of a transposed one."""
    samples, channels, length = array.shape
    if length == 0:
        raise RuntimeError(
            "Only zero batch or zero channel inputs are supported, "
            f"but got input shape: {[samples, channels, 1, 0]}"
        )
    kernel_size, dilation = weight.shape[2], steps.dilation
    if (
        array.dtype == np.float32
        and (samples > 1 or steps.groups > 1 or array.size > _SMALL_INPUT)
        and output_padding < steps.stride
    ):
        _check_dtypes(array, weight, bias)
        if dilation == 0 or 0 in weight.shape:
            _refuse_primitive("deconvolution")
        if outputs < 0:
            raise RuntimeError("could not construct a memory descriptor using a format tag")
        return
    if kernel_size == 0:
        raise RuntimeError(
            "kernel size should be greater than zero, but got kernel_height: 1 kernel_width: 0"
        )
    if dilation == 0:
        raise RuntimeError(
            "dilation should be greater than zero, but got dilation_height: 1, dilation_width: 0"
        )
    if output_padding >= max(steps.stride, dilation):
        raise RuntimeError(
            "output padding must be smaller than either stride or dilation, but got "
            f"output_padding_height: 0 output_padding_width: {output_padding} stride_height: 1 "
            f"stride_width: {steps.stride} dilation_height: 1 dilation_width: {dilation}"
        )
    if weight.size == 0:
        shape = [weight.shape[0] // steps.groups, weight.shape[1], 1, kernel_size]
        raise RuntimeError(f"non-empty 2D or 4D weight tensor expected, but got: {shape}")
    if outputs < 1:
        raise RuntimeError(
            f"Given input size per channel: (1 x {length}). Calculated output size per channel: "
            f"(1 x {outputs}). Output size is too small"
        )
    if array.dtype in _SMALL_INTEGERS:
        name = of_array(array).scalar
        raise NotImplementedError(f"\"slow_conv_transpose2d_out_cpu\" not implemented for '{name}'")
    if weight.dtype != array.dtype:
        raise RuntimeError(
            f"expected scalar type {of_array(array).scalar} but found {of_array(weight).scalar}"
        )
    check_added_bias(bias, array.dtype)


def _check_for_onednn(
    array: Array, weight: Array, bias: Array | None, steps: Conv1dGeometry | Unusual
) -> None:
    _check_dtypes(array, weight, bias)
    if steps.dilation == 0:
        raise RuntimeError(NON_POSITIVE_DILATION)
    if weight.shape[2] == 0:
        _refuse_primitive("convolution")


def _refuse_primitive(what: str) -> NoReturn:
    raise RuntimeError(
        f"could not create a primitive descriptor for the {what} forward propagation primitive. "
        "Run workload with environment variable ONEDNN_VERBOSE=all to get additional diagnostic "
        "information."
    )


def _check_dtypes(array: Array, weight: Array, bias: Array | None) -> None:
    for name, other in (("weight", weight), ("bias", bias)):
        if other is not None and other.dtype != array.dtype:
            found = of_array(other).scalar
            kind = "CPUBoolType" if found == "Bool" else f"torch.{found}Tensor"
            raise RuntimeError(
                f"Input type (torch.{of_array(array).scalar}Tensor) and {name} type ({kind}) "
                f"should be the same or input should be a MKLDNN tensor and {name} is a dense "
                "tensor"
            )


def check_added_bias(bias: Array | None, dtype: np.dtype[np.generic]) -> None:
    """Raise where the bias has fractions and what it is added to has none."""
    if bias is not None and bias.dtype.kind == "f" and dtype.kind != "f":
        raise RuntimeError(
            f"result type {of_array(bias).scalar} can't be cast to the desired output type "
            f"{of_array(np.empty(0, dtype)).scalar}"
        )


def refuse_bias_dtype(array: Array, bias: Array) -> NoReturn:
    """Say that the bias has another dtype than the input."""
    raise RuntimeError(
        f"Input type ({of_array(array).c_name}) and bias type ({of_array(bias).c_name}) "
        "should be the same"
    )


def refuse_rank(array: Array, weight: Array, function: str) -> NoReturn:
    """Say that input or weight has not the number of axes that it needs."""
    if array.ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2D (unbatched) or 3D (batched) input to {function}, "
            f"but got input of size: {list(array.shape)}"
        )
    _refuse_axes(weight.shape, array.shape, " ")


def _refuse_axes(weight: tuple[int, ...], input: tuple[int, ...], space: str) -> NoReturn:
    axes = len(weight)
    raise RuntimeError(
        f"Expected {axes}-dimensional input for {axes}-dimensional weight{space}{list(weight)}, "
        f"but got {len(input)}-dimensional input of size {list(input)} instead"
    )
