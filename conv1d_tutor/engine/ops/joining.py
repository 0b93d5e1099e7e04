"""Tensors put together and taken apart."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import guard
from ..core.arguments import as_dim, as_real_dim, expect_tensor, integer, kind_of
from ..core.graph import fit, record, record_many
from ..core.guard import waited_for
from ..core.promotion import joined_dtype
from ..core.surface import offered
from ..core.tensor import Array, Tensor, alias
from .indexing import slice_along
from .shaping import atleast_1d, atleast_2d, reshape_to, saved_dim

__all__ = ["cat", "split", "stack", "unbind"]


def _tensors(tensors: Any, function: str) -> list[Tensor]:
    if isinstance(tensors, Tensor) or not isinstance(tensors, Sequence):
        raise TypeError(
            f"{function}(): argument 'tensors' (position 1) must be tuple of Tensors, "
            f"not {kind_of(tensors)}"
        )
    for place, each in enumerate(tensors):
        if not isinstance(each, Tensor):
            raise TypeError(
                f"expected Tensor as element {place} in argument 0, but got {kind_of(each)}"
            )
    return list(tensors)


@offered("cat", "concat", "concatenate", method=False)
def cat(tensors: Any, dim: int = 0) -> Tensor:
    """Return tensors one after another along `dim`."""
    parts = _tensors(tensors, "cat")
    if not parts:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    for place, part in enumerate(parts):
        if part._array.ndim == 0:
            raise RuntimeError(
                f"zero-dimensional tensor (at position {place}) cannot be concatenated"
            )
    # An empty 1-D tensor is skipped whatever the others' shape, for old programs' sake.
    real = [part for part in parts if part._array.shape != (0,)] or parts[:1]
    first = real[0]._array
    along = as_dim(dim, first.ndim)
    for place, part in enumerate(parts):
        array = part._array
        if array.shape == (0,):
            continue
        if array.ndim != first.ndim:
            raise RuntimeError(
                f"Tensors must have same number of dimensions: got {first.ndim} and {array.ndim}"
            )
        for each in range(first.ndim):
            if each != along and array.shape[each] != first.shape[each]:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {along}. Expected size "
                    f"{first.shape[each]} but got size {array.shape[each]} for tensor number "
                    f"{place} in the list."
                )
    dtype = joined_dtype(*parts).numpy
    lengths = [part._array.shape[along] for part in real]
    shape = (*first.shape[:along], sum(lengths), *first.shape[along + 1 :])
    guard.check_shape(shape, dtype)
    arrays = [part._array for part in real]
    output = waited_for(np.concatenate, arrays, axis=along, dtype=dtype)
    edges = np.cumsum(lengths)[:-1]

    def backward(grad: Array) -> tuple[Array, ...]:
        pieces = iter(np.split(grad, edges, axis=along))
        skipped = {id(part) for part in parts} - {id(part) for part in real}
        return tuple(
            np.zeros(0, part._array.dtype) if id(part) in skipped
            else fit(next(pieces), part._array)
            for part in parts
        )  # fmt: skip

    return record("CatBackward0", output, tuple(parts), backward, dim=saved_dim(dim))


@offered("stack", method=False)
def stack(tensors: Any, dim: int = 0) -> Tensor:
    """Return tensors of one shape side by side along a new `dim`."""
    parts = _tensors(tensors, "stack")
    if not parts:
        raise RuntimeError("stack expects a non-empty TensorList")
    first = parts[0]._array.shape
    axis = as_dim(dim, len(first) + 1)
    for place, part in enumerate(parts):
        if part._array.shape != first:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(first)} at entry 0 and "
                f"{list(part._array.shape)} at entry {place}"
            )
    dtype = joined_dtype(*parts).numpy
    guard.check_shape((len(parts), *first), dtype)
    arrays = [part._array for part in parts]
    output = waited_for(np.stack, arrays, axis=axis, dtype=dtype, casting="unsafe")

    def backward(grad: Array) -> tuple[Array, ...]:
        ahead: tuple[Any, ...] = (slice(None),) * axis
        return tuple(
            fit(np.asarray(grad[(*ahead, place)]), part._array) for place, part in enumerate(parts)
        )

    return record("StackBackward0", output, tuple(parts), backward, dim=saved_dim(dim))


@offered("hstack", method=False)
def hstack(tensors: Any) -> Tensor:
    """Return tensors one after another, along the columns where there are any."""
    parts = [atleast_1d(each) for each in _tensors(tensors, "hstack")]
    return cat(parts, 0 if parts[0]._array.ndim == 1 else 1)


@offered("vstack", "row_stack", method=False)
def vstack(tensors: Any) -> Tensor:
    """Return tensors one below another."""
    return cat([atleast_2d(each) for each in _tensors(tensors, "vstack")], 0)


@offered("column_stack", method=False)
def column_stack(tensors: Any) -> Tensor:
    """Return 1-D tensors as the columns of a matrix."""
    parts = [
        reshape_to(each, (each._array.size, 1)) if each._array.ndim < 2 else each
        for each in _tensors(tensors, "column_stack")
    ]
    return cat(parts, 1)


# --- taken apart


def _parts(
    input: Tensor, along: int, edges: list[tuple[int, int]], name: str, saved: dict[str, Any]
) -> tuple[Tensor, ...]:
    """Return views of the stretches `edges` of one dim, outputs of one node."""
    array = input._array
    ahead: tuple[Any, ...] = (slice(None),) * along
    views = [array[(*ahead, slice(start, stop))] for start, stop in edges]
    results = record_many(
        name, views, (input,), lambda grads: (np.concatenate(
            grads if isinstance(grads, tuple) else (grads,), axis=along),), **saved,
    )  # fmt: skip
    for result in results:
        shared = alias(result._array, input)
        result._storage, result._counter = shared._storage, shared._counter
    return results


@offered("split")
def split(tensor: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Return parts of one length (the last may be shorter), or of several given lengths."""
    expect_tensor(tensor, "split", "tensor")
    along = as_dim(dim, tensor._array.ndim)
    if tensor._array.ndim == 0:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    length = tensor._array.shape[along]
    size = integer(split_size_or_sections)
    saved: dict[str, Any] = {"dim": saved_dim(dim), "self_sym_sizes": tensor._array.shape}
    if size is None:
        return split_with_sizes(tensor, split_size_or_sections, dim)
    if size < 0:
        raise RuntimeError(f"split expects split_size be non-negative, but got split_size={size}")
    if size == 0 and length:
        raise RuntimeError(
            f"split_size can only be 0 if dimension size is 0, but got dimension size of {length}"
        )
    starts = range(0, length, size) if length else (0,)
    edges = [(start, min(start + size, length)) for start in starts]
    return _parts(tensor, along, edges, "SplitBackward0", {**saved, "split_size": size})


@offered("split_with_sizes")
def split_with_sizes(input: Tensor, split_sizes: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Return parts of several given lengths."""
    along = as_dim(dim, input._array.ndim)
    length, sizes = input._array.shape[along], list(split_sizes)
    if sum(sizes) != length:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {length} (input tensor's size "
            f"at dimension {along}), but got split_sizes={sizes}"
        )
    stops = [int(each) for each in np.cumsum(sizes)]
    edges = [(stop - size, stop) for stop, size in zip(stops, sizes, strict=True)]
    return _parts(
        input, along, edges, "SplitWithSizesBackward0",
        {"dim": saved_dim(dim), "self_sym_sizes": input._array.shape, "split_sizes": tuple(sizes)},
    )  # fmt: skip


@offered("chunk")
def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Return at most `chunks` parts of one length."""
    if input._array.ndim == 0:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    length = input._array.shape[as_dim(dim, input._array.ndim)]
    return split(input, max(1, -(-length // chunks)), dim)


@offered("tensor_split")
def tensor_split(input: Tensor, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Return a number of parts whose lengths differ by one at most, or cut at given places."""
    length = input._array.shape[as_dim(dim, input._array.ndim)]
    axis = as_dim(dim, input._array.ndim)
    if isinstance(indices_or_sections, Tensor):
        indices_or_sections = indices_or_sections.tolist()
    pieces = np.array_split(np.arange(length), indices_or_sections)
    stops = [int(stop) for stop in np.cumsum([len(piece) for piece in pieces])]
    parts = zip([0, *stops], stops, strict=False)
    return tuple(slice_along(input, axis, start, stop, 1, dim) for start, stop in parts)


@offered("unbind")
def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Return the slices along `dim`, which they no longer have."""
    expect_tensor(input, "unbind")
    array = input._array
    along = as_dim(dim, array.ndim)
    if array.ndim == 0:
        as_real_dim(0, 0)
    ahead: tuple[Any, ...] = (slice(None),) * along
    slices = [array[(*ahead, place, ...)] for place in range(array.shape[along])]
    results = record_many(
        "UnbindBackward0", slices, (input,),
        lambda grads: (np.stack(grads if isinstance(grads, tuple) else (grads,), axis=along),),
        dim=saved_dim(dim),
    )  # fmt: skip
    for result in results:
        shared = alias(result._array, input)
        result._storage, result._counter = shared._storage, shared._counter
    return results
