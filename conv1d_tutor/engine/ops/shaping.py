"""The same numbers in another shape: views wherever memory allows, as PyTorch makes them."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from ..core import guard
from ..core.arguments import as_dim, as_dims, as_size, expect_tensor
from ..core.dtypes import DType
from ..core.graph import record, record_view
from ..core.memory import clone, contiguous
from ..core.surface import offered
from ..core.tensor import Array, Tensor

__all__ = [
    "broadcast_tensors",
    "expand_to",
    "flatten",
    "reshape_to",
    "saved_dim",
    "squeeze",
    "unsqueeze",
    "view",
]


def saved_dim(dim: int) -> int:
    """Return `dim` as PyTorch's nodes keep it: as an unsigned 64-bit number."""
    return dim % 2**64


# --- view and reshape


def _inferred(sizes: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Return the shape with its one -1 worked out."""
    unknown = sizes.count(-1)
    if unknown > 1:
        raise RuntimeError("only one dimension can be inferred")
    known = prod(size for size in sizes if size != -1)
    negative = next((size for size in sizes if size < -1), None)
    if negative is not None:
        raise RuntimeError(
            f"invalid shape dimension {negative} at index {sizes.index(negative)} of shape "
            f"{list(sizes)}"
        )
    if unknown:
        if known == 0 and count == 0:
            raise RuntimeError(
                f"cannot reshape tensor of 0 elements into shape {list(sizes)} because the "
                "unspecified dimension size -1 can be any value and is ambiguous"
            )
        if known and count % known == 0:
            return tuple(count // known if size == -1 else size for size in sizes)
    elif known == count:
        return sizes
    raise RuntimeError(f"shape '{list(sizes)}' is invalid for input of size {count}")


def _viewed(array: Array, shape: tuple[int, ...]) -> Array | None:
    """Return the array in `shape` without copying, None where its memory does not allow it."""
    if array.flags.c_contiguous:
        return array.reshape(shape)
    try:
        return array.reshape(shape, copy=False)
    except ValueError:
        return None


def _as_view(input: Tensor, viewed: Array, name: str = "ViewBackward0") -> Tensor:
    before = input._array.shape
    return record_view(
        name, viewed, input, lambda grad: (grad.reshape(before),), self_sym_sizes=before
    )


@offered("view", function=False)
def view(input: Tensor, *shape: Any, dtype: Any = None) -> Tensor:
    """Return the same memory in another shape; RuntimeError where that needs a copy."""
    kind = dtype if dtype is not None else shape[0] if len(shape) == 1 else None
    if isinstance(kind, DType):
        return _as_view(input, input._array.view(kind.numpy))
    if not shape:
        raise TypeError(
            "view() received an invalid combination of arguments - got (), but expected one of:\n"
            " * (torch.dtype dtype)\n * (tuple of ints size)\n"
        )
    wanted = _inferred(as_size(shape, "view"), input._array.size)
    viewed = _viewed(input._array, wanted)
    if viewed is None:
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one "
            "dimension spans across two contiguous subspaces). Use .reshape(...) instead."
        )
    return _as_view(input, viewed)


def reshape_to(input: Tensor, wanted: tuple[int, ...]) -> Tensor:
    """Return a view in `wanted`, or a view of a copy where the memory does not allow one."""
    shape = _inferred(wanted, input._array.size)
    viewed = _viewed(input._array, shape)
    if viewed is not None:
        in_order = input._array.flags.c_contiguous
        return _as_view(input, viewed, "ViewBackward0" if in_order else "ReshapeAliasBackward0")
    guard.check_bytes(input._array.nbytes, input._array.shape)
    copied = clone(input, _contiguous=True)
    before = copied._array.shape
    return record(
        "UnsafeViewBackward0", copied._array.reshape(shape), (copied,),
        lambda grad: (grad.reshape(before),), self_sym_sizes=before,
    )  # fmt: skip


@offered("reshape", function=False)
def reshape(input: Tensor, *shape: Any) -> Tensor:
    """Return the numbers in another shape, in the order in which they are read."""
    return reshape_to(input, as_size(shape, "reshape"))


@offered("reshape", method=False)
def _reshape_function(input: Tensor, shape: Any) -> Tensor:
    expect_tensor(input, "reshape")
    if isinstance(shape, int):
        raise TypeError("reshape(): argument 'shape' (position 2) must be tuple of ints, not int")
    return reshape_to(input, as_size((shape,), "reshape", "shape"))


@offered("view_as", function=False)
def view_as(input: Tensor, other: Tensor) -> Tensor:
    """Return a view in the shape of `other`."""
    return view(input, other.shape)


@offered("reshape_as", function=False)
def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """Return the numbers in the shape of `other`."""
    return reshape_to(input, other._array.shape)


@offered("flatten")
def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Return the dims from `start_dim` to `end_dim` as one."""
    expect_tensor(input, "flatten")
    shape = input._array.shape
    start, end = as_dim(start_dim, len(shape)), as_dim(end_dim, len(shape))
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if not shape:
        return reshape_to(input, (1,))
    if start == end:
        return input
    return reshape_to(input, (*shape[:start], prod(shape[start : end + 1]), *shape[end + 1 :]))


@offered("unflatten")
def unflatten(input: Tensor, dim: int, sizes: Any) -> Tensor:
    """Return one dim as several, of `sizes`."""
    axis = as_dim(dim, input._array.ndim)
    shape, parts = input._array.shape, tuple(sizes)
    known = prod(size for size in parts if size != -1)
    fits = shape[axis] % known == 0 if -1 in parts else known == shape[axis]
    if not fits:
        raise RuntimeError(
            f"unflatten: Provided sizes {list(parts)} don't multiply up to the size of dim {axis} "
            f"({shape[axis]}) in the input tensor"
        )
    whole = tuple(shape[axis] // known if size == -1 else size for size in parts)
    return view(input, (*shape[:axis], *whole, *shape[axis + 1 :]))


@offered("ravel")
def ravel(input: Tensor) -> Tensor:
    """Return all numbers in one dim."""
    return view(contiguous(input), (input._array.size,))


# --- dims of length 1


@offered("squeeze")
def squeeze(input: Tensor, dim: Any = None) -> Tensor:
    """Return the tensor without its dims of length 1, or without `dim` where its length is 1."""
    expect_tensor(input, "squeeze")
    array = input._array
    before = array.shape
    saved: dict[str, Any] = {"self_sym_sizes": before}
    if dim is None:
        name, axes = "SqueezeBackward0", tuple(range(array.ndim))
    elif isinstance(dim, Sequence):
        name, axes = "SqueezeBackward2", as_dims(dim, array.ndim)
        saved["dim"] = tuple(saved_dim(each) for each in dim)
    else:
        name, axes = "SqueezeBackward1", (as_dim(dim, array.ndim, "squeeze"),)
        saved["dim"] = saved_dim(dim)
    shape = tuple(size for axis, size in enumerate(before) if axis not in axes or size != 1)
    return record_view(
        name, array.reshape(shape), input, lambda grad: (grad.reshape(before),), **saved
    )


@offered("unsqueeze")
def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """Return the tensor with a new dim of length 1 at `dim`."""
    expect_tensor(input, "unsqueeze")
    array = input._array
    before = array.shape
    axis = as_dim(dim, array.ndim + 1, "unsqueeze")
    return record_view(
        "UnsqueezeBackward0", np.expand_dims(array, axis), input,
        lambda grad: (grad.reshape(before),), dim=saved_dim(dim),
    )  # fmt: skip


@offered("atleast_1d", method=False)
def atleast_1d(input: Any, *more: Tensor) -> Any:
    """Return the tensor (or each of several) with one dim at least."""
    if more or isinstance(input, tuple | list):
        return tuple(atleast_1d(each) for each in ((input, *more) if more else input))
    return input if input._array.ndim else reshape_to(input, (1,))


@offered("atleast_2d", method=False)
def atleast_2d(input: Any, *more: Tensor) -> Any:
    """Return the tensor (or each of several) with two dims at least."""
    if more or isinstance(input, tuple | list):
        return tuple(atleast_2d(each) for each in ((input, *more) if more else input))
    if input._array.ndim == 0:
        return reshape_to(input, (1, 1))
    return input if input._array.ndim > 1 else unsqueeze(input, 0)


@offered("atleast_3d", method=False)
def atleast_3d(input: Any, *more: Tensor) -> Any:
    """Return the tensor (or each of several) with three dims at least."""
    if more or isinstance(input, tuple | list):
        return tuple(atleast_3d(each) for each in ((input, *more) if more else input))
    if input._array.ndim == 0:
        return reshape_to(input, (1, 1, 1))
    if input._array.ndim == 1:
        return unsqueeze(unsqueeze(input, 0), -1)
    return unsqueeze(input, -1) if input._array.ndim == 2 else input


# --- repeating without memory


def _type_name(input: Tensor) -> str:
    name = input.dtype.scalar
    return "CPUBoolType" if name == "Bool" else f"torch.{name}Tensor"


def expand_to(input: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """Return the tensor with its dims of length 1 repeated up to `sizes`; -1 keeps a length."""
    array = input._array
    new = len(sizes) - array.ndim
    if new < 0:
        raise RuntimeError(
            f"expand({_type_name(input)}{{{list(array.shape)}}}, size={list(sizes)}): "
            f"the number of sizes provided ({len(sizes)}) must be greater or equal to the number "
            f"of dimensions in the tensor ({array.ndim})"
        )
    if array.ndim == 0 and -1 in sizes:
        raise RuntimeError("numel: integer multiplication overflow")
    shape: list[int] = []
    for axis, size in reversed(list(enumerate(sizes))):
        if axis < new:
            if size < 0:
                raise RuntimeError(
                    f"The expanded size of the tensor ({size}) isn't allowed in a leading, "
                    f"non-existing dimension {axis}"
                )
            shape.insert(0, size)
            continue
        own = array.shape[axis - new]
        if size not in (-1, own) and own != 1:
            raise RuntimeError(
                f"The expanded size of the tensor ({size}) must match the existing size ({own}) at "
                f"non-singleton dimension {axis}.  Target sizes: {list(sizes)}.  Tensor sizes: "
                f"{list(array.shape)}"
            )
        shape.insert(0, own if size == -1 else size)
    guard.check_shape(shape, array.dtype)
    wide = np.lib.stride_tricks.as_strided(
        array,
        shape,
        [0] * new
        + [0 if own != size else stride
           for own, size, stride in zip(array.shape, shape[new:], array.strides, strict=True)],
    )  # fmt: skip
    before = array.shape

    def backward(grad: Array) -> tuple[Array]:
        summed = grad.sum(axis=tuple(range(new)))
        repeated = tuple(
            axis for axis, size in enumerate(before) if size == 1 and summed.shape[axis] != 1
        )
        return (np.asarray(summed.sum(axis=repeated, keepdims=True) if repeated else summed),)

    return record_view("ExpandBackward0", wide, input, backward, self_sym_sizes=before)


@offered("expand", function=False)
def expand(input: Tensor, *sizes: Any) -> Tensor:
    """Return the tensor with its dims of length 1 repeated, without using memory."""
    return expand_to(input, as_size(sizes, "expand"))


@offered("expand_as", function=False)
def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """Return the tensor repeated to the shape of `other`."""
    return expand_to(input, other._array.shape)


@offered("broadcast_to")
def broadcast_to(input: Tensor, size: Any) -> Tensor:
    """Return the tensor repeated to `size`, without using memory."""
    return expand_to(input, tuple(size))


@offered("broadcast_tensors", method=False)
def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Return the tensors, each repeated to their common shape."""
    shape = np.broadcast_shapes(*(each._array.shape for each in tensors))
    return tuple(expand_to(each, shape) for each in tensors)
