"""`conv2d`: the convolution of images."""

from typing import NoReturn

import numpy as np

from ....geometry import (
    NEGATIVE_PADDING,
    NON_POSITIVE_STRIDE,
    SAME_WITH_STRIDE,
    Conv1dGeometry,
    same_padding,
)
from ...core.dims import Ints
from ...core.dtypes import of_array
from ...core.graph import record
from ...core.op import declared
from ...core.promotion import NOTHING
from ...core.tensor import Array, Tensor
from ...ops import convolution2d as ops
from ...ops.convolution2d import Conv2dGeometry
from .convolution import warn_of_uneven_padding
from .convolution_arguments import check_bias_shape, refuse_bias_dtype
from .padding import constant_pad

_LARGE = 20480
"""So many numbers make PyTorch take its other library for a single sample."""


@declared(
    "conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, "
    "int[2] dilation=1, int groups=1)",
    "conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, "
    'str padding="valid", int[2] dilation=1, int groups=1)',
    method=False,
    returns_face=True,
)
def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Tensor:
    """Slide every filter over the image, and take a dot product at every stop.

    Input (N, C_in, H_in, W_in) or (C_in, H_in, W_in), weight (C_out, C_in / groups, height, width)
    and bias (C_out) give (N, C_out, H_out, W_out) or (C_out, H_out, W_out), with

    H_out = floor((H_in + 2 * padding - dilation * (height - 1) - 1) / stride) + 1, W_out likewise.

    A `conv1d` is a `conv2d` of images of one row: of weights of height 1.
    """
    array, filters = input._array, weight._array
    offset = None if bias is None else bias._array
    if offset is not None and offset.dtype != array.dtype and not isinstance(padding, str):
        refuse_bias_dtype(array, offset)
    if array.ndim == 3:
        batched = conv2d(input.unsqueeze(0), weight, bias, stride, padding, dilation, groups)
        return batched.squeeze(0)
    if array.ndim != 4:
        raise RuntimeError(
            "Expected 3D (unbatched) or 4D (batched) input to conv2d, "
            f"but got input of size: {list(array.shape)}"
        )
    if filters.ndim < 3:
        raise RuntimeError("weight should have at least three dimensions")
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")
    steps, gaps, around = _as_pair(stride), _as_pair(dilation), padding
    if isinstance(around, str):
        if around == "same":
            input, around = _padded_to_same(input, filters, steps, gaps)
            array = input._array
        elif around == "valid":
            around = (0,)
        else:
            raise RuntimeError(f"Invalid padding string: '{around}'")
    around = _as_pair(around)
    geometry = _plan(array, filters, offset, (steps, around, gaps, groups))
    output = ops.forward(array, filters, offset, geometry)

    def backward(grad: Array) -> tuple[Array | None, ...]:
        height, width = array.shape[2:]
        if not array.shape[1]:
            return (np.zeros_like(array), np.zeros_like(filters),
                    None if offset is None else np.zeros_like(offset))  # fmt: skip
        return (
            ops.input_gradient(grad, filters, geometry, (height, width))
            if input.requires_grad
            else None,
            ops.weight_gradient(grad, array, geometry) if weight.requires_grad else None,
            None if bias is None else grad.sum(axis=(0, 2, 3)),
        )

    return record(
        "ConvolutionBackward0",
        output,
        (input, weight, NOTHING if bias is None else bias),
        backward,
        bias_sym_sizes_opt=(0,) if offset is None else offset.shape,
        dilation=gaps,
        groups=groups,
        input=input,
        output_padding=(0,) if padding == "valid" else (0, 0),
        padding=around,
        stride=steps,
        transposed=False,
        weight=weight,
    )


def _as_pair(value: Ints) -> tuple[int, ...]:
    return (value, value) if isinstance(value, int) else value


def _padded_to_same(
    input: Tensor, weight: Array, stride: tuple[int, ...], dilation: tuple[int, ...]
) -> tuple[Tensor, tuple[int, ...]]:
    """Return what is to be padded on both sides to keep its size, and by how much."""
    axes = weight.ndim - 2
    if weight.ndim != 4:
        _refuse_weight(input._array, weight, "")
    for name, value in (("stride", stride), ("dilation", dilation)):
        if len(value) not in (axes, 1):
            raise RuntimeError(f"{name} cannot broadcast to {axes} dimensions")
    if any(step != 1 for step in stride):
        raise RuntimeError(SAME_WITH_STRIDE)
    gaps = dilation if len(dilation) == axes else dilation * axes
    sides = [
        same_padding(taps, gap) if taps and gap > 0 else (gap * (taps - 1) // 2,) * 2
        for taps, gap in zip(weight.shape[2:], gaps, strict=True)
    ]
    if any(left != right for left, right in sides):
        warn_of_uneven_padding()
        # A convolution pads both sides alike, so the odd zero is put there beforehand.
        odd = [amount for left, right in reversed(sides) for amount in (0, right - left)]
        input = constant_pad(input, tuple(odd), 0)
    return input, tuple(left for left, _ in sides)


def _plan(
    input: Array,
    weight: Array,
    bias: Array | None,
    steps: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int],
) -> Conv2dGeometry:
    """Return the geometry; raise what PyTorch raises of it, in its order."""
    stride, padding, dilation, groups = steps
    axes = weight.ndim - 2
    for name, value in (("stride", stride), ("padding", padding), ("dilation", dilation)):
        if len(value) not in (axes, 1):
            raise RuntimeError(
                f"expected {name} to be a single integer value or a list of {axes} values to match "
                f"the convolution dimensions, but got {name}={list(value)}"
            )
    if min(padding) < 0:
        raise RuntimeError(NEGATIVE_PADDING)
    if min(stride) <= 0:
        raise RuntimeError(NON_POSITIVE_STRIDE)
    if min(dilation) < 0:
        raise RuntimeError("dilation should be greater than zero")
    if axes != 2:
        _refuse_weight(input, weight, " ")
    _check_groups(weight, groups)
    given, needed = input.shape[1], weight.shape[1] * groups
    if given != needed:
        raise RuntimeError(
            f"Given groups={groups}, weight of size {list(weight.shape)}, expected "
            f"input{list(input.shape)} to have {needed} channels, but got {given} channels instead"
        )
    if bias is not None:
        check_bias_shape(bias, weight, len(weight))
    if 0 not in weight.shape[2:] and min(dilation) > 0:
        geometry = _geometry(weight, stride, padding, dilation, groups)
        _check_size(input, geometry)
        _check_computable(input, weight, bias, dilation, groups)
        return geometry
    _check_computable(input, weight, bias, dilation, groups)
    raise AssertionError("an empty kernel or a dilation of 0 is refused")


def _geometry(
    weight: Array,
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
    groups: int,
) -> Conv2dGeometry:
    vertical, horizontal = (
        Conv1dGeometry(1, 1, *numbers)
        for numbers in zip(weight.shape[2:], *map(_two, (stride, padding, dilation)), strict=True)
    )
    return Conv2dGeometry(vertical, horizontal, groups)


def _check_size(input: Array, geometry: Conv2dGeometry) -> None:
    """Raise where a filter is larger than the padded image."""
    axes = geometry.vertical, geometry.horizontal
    sides = input.shape[2:]
    if not all(axis.fits(side) for axis, side in zip(axes, sides, strict=True)):
        padded = [axis.padded_length(side) for axis, side in zip(axes, sides, strict=True)]
        reach = [axis.effective_kernel_size for axis in axes]
        raise RuntimeError(
            f"Calculated padded input size per channel: ({padded[0]} x {padded[1]}). Kernel size: "
            f"({reach[0]} x {reach[1]}). Kernel size can't be greater than actual input size"
        )


def _two(value: tuple[int, ...]) -> tuple[int, int]:
    return value[0], value[-1]


def _refuse_weight(input: Array, weight: Array, between: str) -> NoReturn:
    raise RuntimeError(
        f"Expected {weight.ndim}-dimensional input for {weight.ndim}-dimensional weight{between}"
        f"{list(weight.shape)}, but got 4-dimensional input of size {list(input.shape)} instead"
    )


def _check_groups(weight: Array, groups: int) -> None:
    first = len(weight)
    if first < groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be at least {groups} at dimension 0, "
            f"but got weight of size {list(weight.shape)} instead"
        )
    if first % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, "
            f"but got weight of size [{list(weight.shape)}] instead"
        )


def _check_computable(
    input: Array, weight: Array, bias: Array | None, dilation: tuple[int, ...], groups: int
) -> None:
    """Raise where shapes fit, but PyTorch's libraries refuse a dtype or what is empty.

    It has two: one for much of float32, the other for single samples and all else.
    """
    height, width = weight.shape[2:]
    other_library = input.dtype == np.float32 and (
        len(input) > 1 or groups > 1 or min(height, width) > 3 or input.size > _LARGE
    )
    if len(input) and input.shape[1] and 0 in input.shape[2:]:
        raise RuntimeError(
            "Only zero batch or zero channel inputs are supported, "
            f"but got input shape: {list(input.shape)}"
        )
    for name, each in (("weight", weight), ("bias", bias)):
        if each is None or each.dtype == input.dtype:
            continue
        given, found = of_array(input), of_array(each)
        if other_library:
            raise RuntimeError(
                f"Input type (torch.{given.scalar}Tensor) and {name} type (torch.{found.scalar}"
                f"Tensor) should be the same or input should be a MKLDNN tensor and {name} is a "
                "dense tensor"
            )
        raise RuntimeError(f"expected scalar type {given.scalar} but found {found.scalar}")
    if min(dilation) < 1:
        if other_library:
            raise RuntimeError("non-positive dilation is not supported")
        raise RuntimeError(f"dilation should be greater than zero, but got {list(_two(dilation))}")
    if not height or not width:
        if other_library:
            raise RuntimeError(
                "could not create a primitive descriptor for the convolution forward propagation "
                "primitive. Run workload with environment variable ONEDNN_VERBOSE=all to get "
                "additional diagnostic information."
            )
        raise RuntimeError(
            "kernel size should be greater than zero, but got "
            f"kernel_height: {height} kernel_width: {width}"
        )
    if input.dtype == bool:
        raise NotImplementedError("\"slow_conv2d_cpu\" not implemented for 'Bool'")
