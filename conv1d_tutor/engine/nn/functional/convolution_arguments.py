"""What PyTorch says about the arguments of a convolution, in the order in which it says it."""

from functools import lru_cache
from typing import NoReturn

from ....geometry import (
    NEGATIVE_PADDING,
    NON_POSITIVE_STRIDE,
    SAME_WITH_STRIDE,
    Conv1dGeometry,
)
from ...core.dims import Ints
from ...core.dtypes import float32, of_array
from ...core.tensor import Array


@lru_cache(maxsize=512)
def plan(
    weight_shape: tuple[int, ...], stride: Ints, padding: Ints | str, dilation: Ints, groups: int
) -> Conv1dGeometry:
    """Return the geometry that a weight (C_out, C_in / groups, kernel_size) and arguments mean.

    Raises what PyTorch raises for them whatever the input is.
    """
    _check_positive_groups(groups)
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise RuntimeError(f"Invalid padding string: '{padding}'")
        if padding == "same":
            stride, dilation = _broadcast(stride, "stride"), _broadcast(dilation, "dilation")
            if stride != 1:
                raise RuntimeError(SAME_WITH_STRIDE)
            _check_signs(stride, dilation * (weight_shape[2] - 1), dilation)
    stride = _single(stride, "stride")
    if not isinstance(padding, str):
        padding = _single(padding, "padding")
    dilation = _single(dilation, "dilation")
    _check_signs(stride, 0 if isinstance(padding, str) else padding, dilation)
    _check_groups(weight_shape, groups)
    out_channels, channels_read, kernel_size = weight_shape
    return Conv1dGeometry(
        channels_read * groups, out_channels, kernel_size, stride, padding, dilation, groups
    )


@lru_cache(maxsize=512)
def transposed_plan(
    weight_shape: tuple[int, ...],
    stride: Ints,
    padding: Ints,
    output_padding: Ints,
    groups: int,
    dilation: Ints,
) -> tuple[Conv1dGeometry, int]:
    """Return the convolution that a transposed one is the gradient of, and the output padding.

    The weight is (C_in, C_out / groups, kernel_size): for that convolution, from the output to the
    input, it is (C_out, C_in / groups, kernel_size).
    """
    _check_positive_groups(groups)
    stride, padding = _single(stride, "stride"), _single(padding, "padding")
    dilation = _single(dilation, "dilation")
    extra = _single(output_padding, "output_padding")
    _check_signs(stride, padding, dilation, extra)
    _check_groups(weight_shape, groups)
    if extra >= stride and extra >= dilation:
        raise RuntimeError(
            "output padding must be smaller than either stride or dilation, but got "
            f"output_padding_height: 0 output_padding_width: {extra} stride_height: 1 "
            f"stride_width: {stride} dilation_height: 1 dilation_width: {dilation}"
        )
    in_channels, channels_made, kernel_size = weight_shape
    return (
        Conv1dGeometry(
            channels_made * groups, in_channels, kernel_size, stride, padding, dilation, groups
        ),
        extra,
    )


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
    geometry: Conv1dGeometry, weight: Array, shape: tuple[int, ...], transposed: bool = False
) -> None:
    """Raise where an input of `shape` (N, C_in, L_in) has not the channels that are read."""
    channels = geometry.out_channels if transposed else geometry.in_channels
    if shape[1] != channels:
        given = "transposed=1" if transposed else f"groups={geometry.groups}"
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


def check_computable(array: Array, weight: Array, bias: Array | None) -> None:
    """Raise where shapes fit, but a dtype does not or the input is empty."""
    if array.dtype == bool:
        raise NotImplementedError("\"slow_conv2d_cpu\" not implemented for 'Bool'")
    if weight.dtype != array.dtype:
        _refuse_dtype(array, weight, "weight")
    if bias is not None and bias.dtype != array.dtype:
        _refuse_dtype(array, bias, "bias")
    samples, channels, length = array.shape
    if length == 0 and samples and channels:
        raise RuntimeError(
            "Only zero batch or zero channel inputs are supported, "
            f"but got input shape: {[samples, channels, 1, 0]}"
        )


def _refuse_dtype(array: Array, other: Array, name: str) -> NoReturn:
    given, found = of_array(array), of_array(other)
    if given is float32:
        raise RuntimeError(
            f"Input type (torch.{given.scalar}Tensor) and {name} type "
            f"(torch.{found.scalar}Tensor) should be the same or input should be a MKLDNN tensor "
            f"and {name} is a dense tensor"
        )
    raise RuntimeError(f"expected scalar type {given.scalar} but found {found.scalar}")


def refuse_empty_kernel(array: Array) -> NoReturn:
    """Say that a kernel has no tap, as PyTorch's library for this dtype says it."""
    if of_array(array) is float32:
        raise RuntimeError(
            "could not create a primitive descriptor for the convolution forward propagation "
            "primitive. Run workload with environment variable ONEDNN_VERBOSE=all to get "
            "additional diagnostic information."
        )
    raise RuntimeError(
        "kernel size should be greater than zero, but got kernel_height: 1 kernel_width: 0"
    )


def refuse_bias_dtype(array: Array, bias: Array) -> NoReturn:
    """Say that the bias has another dtype than the input."""
    raise RuntimeError(
        f"Input type ({of_array(array).c_name}) and bias type ({of_array(bias).c_name}) "
        "should be the same"
    )


def refuse_rank(
    array: Array, weight: Array, function: str, steps: tuple[Ints | str, ...] = (), groups: int = 1
) -> NoReturn:
    """Say that input or weight has not the number of axes that it needs.

    `steps` are stride, padding and dilation: what is wrong with them is said before.
    """
    if array.ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2D (unbatched) or 3D (batched) input to {function}, "
            f"but got input of size: {list(array.shape)}"
        )
    if weight.ndim < 3:
        raise RuntimeError("weight should have at least three dimensions")
    same = "same" in steps
    for value, name in zip(steps, ("stride", "padding", "dilation"), strict=False):
        if not isinstance(value, str):
            numbers = _expanded(value, name, weight.ndim - 2)
            if name == "padding" and min(numbers) < 0:
                raise RuntimeError(NEGATIVE_PADDING)
    _check_positive_groups(groups)
    raise RuntimeError(
        f"Expected {weight.ndim}-dimensional input for {weight.ndim}-dimensional weight"
        f"{'' if same else ' '}{list(weight.shape)}, but got 3-dimensional input of size "
        f"{list(array.shape)} instead"
    )
