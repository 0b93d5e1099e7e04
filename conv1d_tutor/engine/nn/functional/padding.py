"""`pad`: what stands beyond the ends, in every mode."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from ....geometry import Conv1dGeometry
from ...core import dtypes, guard
from ...core.dims import saved_dim
from ...core.graph import made, record, record_laid
from ...core.guard import waited_for
from ...core.in_place import replace
from ...core.op import declared, python_function
from ...core.strides import as_images, laid_as
from ...core.tensor import Array, Tensor, wrap
from ...ops.gathering import add_slices

_MODES = ("constant", "reflect", "replicate", "circular")


@python_function("torch.nn.functional")
def pad(
    input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None
) -> Tensor:
    """Put values around the last dims; `pad` is (left, right) of the last, then of the one before.

    `mode` is "constant" (with `value`), "reflect", "replicate" or "circular". Negative numbers
    take positions away.
    """
    return _pad(input, cast(tuple[int, ...], pad), mode, value)


@declared(
    'pad(Tensor input, int[] pad, str mode="constant", float? value=None)', module="torch._C._nn"
)
def _pad(input: Tensor, pad: tuple[int, ...], mode: str, value: float | None) -> Tensor:
    if len(pad) % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if len(pad) > 2 * input.ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input dimension but got "
            f"padding length {len(pad)} and input of dimension {input.ndim}"
        )
    if mode == "constant":
        return constant_pad(input, pad, 0 if value is None else value)
    if mode not in _MODES:
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if value:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    padded = len(pad) // 2
    if padded not in (1, 2, 3) or input.ndim not in (padded + 1, padded + 2):
        raise NotImplementedError(
            f"Padding size {len(pad)} is not supported for {input.ndim}D input tensor.\n"
            "Supported combinations for non-constant padding:\n"
            "  - 2D or 3D input: padding size = 2 (pads last dimension)\n"
            "  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n"
            "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"
        )
    if mode == "circular":
        return _circular_pad(input, pad)
    return _repeating_pad(input, pad, mode)


def _by_axis(amounts: tuple[int, ...], ndim: int) -> list[tuple[int, int, int]]:
    """Return (axis, before, after) of each padded axis, the last axis first."""
    return [
        (ndim - 1 - place, amounts[2 * place], amounts[2 * place + 1])
        for place in range(len(amounts) // 2)
    ]


def _padded_shape(shape: tuple[int, ...], amounts: tuple[int, ...]) -> tuple[int, ...]:
    sizes = list(shape)
    for axis, before, after in _by_axis(amounts, len(shape)):
        sizes[axis] += before + after
    return tuple(sizes)


def constant_pad(input: Tensor, amounts: tuple[int, ...], value: float) -> Tensor:
    """Put `value` around the last dims of `input`."""
    array = input._array
    shape = _padded_shape(array.shape, amounts)
    for axis, before, after in _by_axis(amounts, array.ndim):
        cropped = array.shape[axis] + min(before, 0)
        if cropped < 0 or cropped + min(after, 0) < 0:
            raise RuntimeError("narrow(): length must be non-negative.")
    guard.check_shape(shape, array.dtype)
    inside, outside = [slice(None)] * array.ndim, [slice(None)] * array.ndim
    for axis, before, after in _by_axis(amounts, array.ndim):
        inside[axis] = slice(max(before, 0), shape[axis] - max(after, 0))
        outside[axis] = slice(max(-before, 0), array.shape[axis] - max(-after, 0))
    output = np.full(shape, dtypes.as_number_of(input.dtype, value), array.dtype)
    output[tuple(inside)] = array[tuple(outside)]

    def backward(grad: Array) -> tuple[Array]:
        passed_on = np.zeros(array.shape, array.dtype)
        passed_on[tuple(outside)] = grad[tuple(inside)]
        return (passed_on,)

    if max(amounts, default=0) <= 0:
        output = laid_as(output, array[tuple(outside)])
    else:
        output = as_images(output, [array])
    pad = tuple(saved_dim(amount) for amount in amounts)
    return record_laid("ConstantPadNdBackward0", wrap(output), (input,), backward, {"pad": pad})


def _repeating_pad(input: Tensor, amounts: tuple[int, ...], mode: str) -> Tensor:
    """Mirror the input at its ends, or repeat what stands there."""
    array = input._array
    padded = len(amounts) // 2
    _check_not_empty(array, padded)
    shape = _padded_shape(array.shape, amounts)
    axes = _by_axis(amounts, array.ndim)
    for place, (axis, before, after) in enumerate(axes):
        length = array.shape[axis]
        if mode == "reflect" and (before >= length or after >= length):
            raise RuntimeError(
                f"Argument #{4 + 2 * place}: Padding size should be less than the "
                f"corresponding input dimension, but got: padding ({before}, {after}) at dimension "
                f"{axis} of input {list(array.shape)}"
            )
        if shape[axis] < 1:
            raise RuntimeError(
                f"input (W: {length}) is too small. Calculated output W: {shape[axis]}"
            )
    guard.check_shape(shape, array.dtype)
    places = [(axis, _sources(mode, array.shape[axis], *around)) for axis, *around in axes]
    output = array
    for axis, at in places:
        output = waited_for(np.take, output, at, axis)

    def backward(grad: Array) -> tuple[Array]:
        for axis, at in reversed(places):
            grad = _gathered(grad, at, axis, array.shape[axis])
        return (grad,)

    kind = {"reflect": "Reflection", "replicate": "Replication"}[mode]
    return record(
        f"{kind}Pad{padded}DBackward0",
        output,
        (input,),
        backward,
        padding=tuple(saved_dim(amount) for amount in amounts),
        self=input,
    )


def _sources(mode: str, length: int, before: int, after: int) -> Array:
    """Return which position of the input stands at each position of the padded one."""
    geometry = Conv1dGeometry(1, 1, 1, padding_mode=mode)
    start, stop = -before, length + after
    inside = np.arange(max(0, start), min(length, stop))
    left, right = (
        np.fromiter((geometry.source_position(at, length) for at in outside), np.intp, len(outside))
        for outside in (range(start, min(0, stop)), range(max(length, start), stop))
    )
    return np.concatenate((left, inside, right))


def _gathered(grad: Array, at: Array, axis: int, length: int) -> Array:
    """Return the sum of the gradients of all copies of each position: what undoes `np.take`."""
    axis = axis % grad.ndim
    total = np.zeros((*grad.shape[:axis], length, *grad.shape[axis + 1 :]), grad.dtype)
    add_slices(total, axis, at, grad)
    return total


def _check_not_empty(array: Array, padded: int) -> None:
    sizes = array.shape[1:] if array.ndim == padded + 2 else array.shape
    if 0 in sizes:
        raise RuntimeError(
            f"Expected {padded + 1}D or {padded + 2}D (batch mode) tensor with possibly 0 batch "
            f"size and other non-zero dimensions for input, but got: {list(array.shape)}"
        )


def _circular_pad(input: Tensor, amounts: tuple[int, ...]) -> Tensor:
    """Go on at the other end: written in place, piece by piece, as PyTorch's graph has it."""
    shape = _padded_shape(input._array.shape, amounts)
    axes = _by_axis(amounts, input.ndim)
    for axis, before, after in axes:
        length = input._array.shape[axis]
        if before > length or after > length:
            raise RuntimeError("Padding value causes wrapping around more than once.")
        if shape[axis] < 0:
            raise RuntimeError("Negative padding value is resulting in an empty dimension")
    guard.check_shape(shape, input._array.dtype)
    output = made(np.empty(shape, input._array.dtype))
    inside, outside = output, input
    for axis, before, after in axes:
        inside = _part(inside, axis, max(before, 0), shape[axis] - max(after, 0))
        outside = _part(outside, axis, max(-before, 0), input._array.shape[axis] + min(after, 0))
    replace(inside, outside)
    for axis, before, after in axes:
        size = shape[axis]
        if before > 0:
            start = size - before - max(after, 0)
            _copy(output, axis, start, 0, before)
        if after > 0:
            start = max(before, 0)
            _copy(output, axis, start, size - after, after)
    return output


def _copy(output: Tensor, axis: int, start: int, to: int, count: int) -> None:
    """Copy `count` positions from `start` on over those from `to` on."""
    source: Tensor = _part(output, axis, start, start + count)
    # Once the copy is written, a view of the same memory would describe what is there by then.
    kept = wrap(source._array.copy())
    kept._node, kept._output = source.grad_fn, source._output
    replace(_part(output, axis, to, to + count), kept)


def _part(tensor: Tensor, axis: int, start: int, stop: int) -> Tensor:
    """Return a slice along one axis."""
    return tensor[(slice(None),) * axis + (slice(start, stop),)]
