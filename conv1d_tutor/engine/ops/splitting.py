"""A tensor taken apart along a dim: `split`, `chunk`, `unbind`.

The parts are views of one memory, and outputs of one node.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

import numpy as np

from ..core.device import kind_of
from ..core.dims import along, as_dim, as_real_dim, saved_dim
from ..core.graph import record_many
from ..core.guard import check_count
from ..core.op import FUNCTIONS, viewing
from ..core.parameters import as_int, integer
from ..core.tensor import Array, Tensor, alias
from .indexing import slice_along


def _views(
    name: str,
    views: list[Array],
    input: Tensor,
    joined: Callable[[tuple[Array, ...]], Array],
    **saved: object,
) -> tuple[Tensor, ...]:
    """Return several views of the memory of `input`; `joined` puts their gradients together."""
    return record_many(
        name,
        [alias(view, input) for view in views],
        (input,),
        lambda grads: (joined(grads if isinstance(grads, tuple) else (grads,)),),
        **saved,
    )


def _stretches(
    name: str, input: Tensor, dim: int, sizes: Sequence[int], **saved: object
) -> tuple[Tensor, ...]:
    """Return the stretches of one dim that have these lengths, one after another."""
    array = input._array
    axis = as_dim(dim, array.ndim)
    stops = [0, *accumulate(sizes)]
    views = [array[along(axis, slice(start, stop))] for start, stop in pairwise(stops)]
    return _views(
        name,
        views,
        input,
        lambda grads: np.concatenate(grads, axis=axis),
        dim=saved_dim(dim),
        self_sym_sizes=array.shape,
        **saved,
    )


@viewing("split", method=False, python=True)
def split(
    tensor: Tensor, split_size_or_sections: int | Sequence[int], dim: int = 0
) -> tuple[Tensor, ...]:
    """Return parts of one length (the last may be shorter), or of several given lengths."""
    size = integer(split_size_or_sections)
    if size is None:
        # With its face, which reads arguments: PyTorch calls its own here.
        parts: tuple[Tensor, ...] = FUNCTIONS["split_with_sizes"](
            tensor, split_size_or_sections, dim
        )
        return parts
    if not isinstance(tensor, Tensor):
        raise AttributeError(f"'{kind_of(tensor)}' object has no attribute 'split'")
    as_int(size)  # which says so where it is no number of 64 bits
    axis = as_dim(dim, tensor._array.ndim)
    if tensor._array.ndim == 0:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    length = tensor._array.shape[axis]
    if size < 0:
        raise RuntimeError(f"split expects split_size be non-negative, but got split_size={size}")
    if size == 0 and length:
        raise RuntimeError(
            f"split_size can only be 0 if dimension size is 0, but got dimension size of {length}"
        )
    check_count(length // max(size, 1), tensor._array.shape)
    sizes = [min(size, length - start) for start in range(0, length, size)] if length else [0]
    return _stretches("SplitBackward0", tensor, dim, sizes, split_size=size)


@viewing("split", function=False, python=True)
def _parts(self: Tensor, split_size: int | Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Return parts of one length (the last may be shorter), or of several given lengths."""
    return split(self, split_size, dim)


@viewing("split_with_sizes(Tensor input, int[] split_sizes, int dim=0)")
def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Return parts of several given lengths."""
    axis = as_dim(dim, input._array.ndim)
    length, sizes = input._array.shape[axis], list(split_sizes)
    if sum(sizes) != length:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {length} (input tensor's size "
            f"at dimension {axis}), but got split_sizes={sizes}"
        )
    return _stretches("SplitWithSizesBackward0", input, dim, sizes, split_sizes=tuple(sizes))


@viewing("chunk(Tensor input, int chunks, int dim=0)")
def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Return at most `chunks` parts of one length; the last may be shorter."""
    if input._array.ndim == 0:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    length = input._array.shape[as_dim(dim, input._array.ndim)]
    if length == 0:
        return split_with_sizes(input, (0,) * chunks, dim)
    return split(input, max(1, -(-length // chunks)), dim)


@viewing(
    "tensor_split(Tensor input, int[] indices, int dim=0)",
    "tensor_split(Tensor input, Tensor tensor_indices_or_sections, int dim=0)",
    "tensor_split(Tensor input, int sections, int dim=0)",
)
def tensor_split(
    input: Tensor,
    sections: int | None = None,
    indices: Sequence[int] = (),
    tensor_indices_or_sections: Tensor | None = None,
    dim: int = 0,
) -> tuple[Tensor, ...]:
    """Return a number of parts whose lengths differ by one at most, or cut at given places."""
    if not input._array.ndim:
        raise RuntimeError(
            "tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims"
        )
    axis = as_dim(dim, input._array.ndim)
    cuts: int | Sequence[int] = indices if sections is None else sections
    if tensor_indices_or_sections is not None:
        given = tensor_indices_or_sections
        name = "tensor_split expected tensor_indices_or_sections to"
        if given._array.dtype != np.int64:
            raise RuntimeError(f"{name} have dtype of long, but got {given.dtype.scalar}")
        if given._array.ndim > 1:
            raise RuntimeError(
                f"{name} be a zero-dimensional or one-dimensional tensor, but got a tensor with "
                f"{given._array.ndim} dims"
            )
        cuts = given._array.tolist()
    if isinstance(cuts, int) and cuts <= 0:
        raise RuntimeError(f"number of sections must be larger than 0, got {cuts}")
    length = input._array.shape[axis]
    if isinstance(cuts, int):
        check_count(cuts, input._array.shape)
        shorter, longer = divmod(length, cuts)
        stops = [0, *accumulate(shorter + (place < longer) for place in range(cuts))]
    else:
        stops = [0, *(slice(cut).indices(length)[1] for cut in cuts), length]
    return tuple(slice_along(input, axis, start, stop, 1, dim) for start, stop in pairwise(stops))


@viewing("unbind(Tensor input, int dim=0)")
def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Return the slices along `dim`, which they no longer have."""
    array = input._array
    axis = as_dim(dim, array.ndim)
    if array.ndim == 0:
        as_real_dim(0, 0)
    check_count(array.shape[axis], array.shape)
    slices = [array[(*along(axis, place), ...)] for place in range(array.shape[axis])]
    return _views(
        "UnbindBackward0",
        slices,
        input,
        lambda grads: np.stack(grads, axis=axis),
        dim=saved_dim(dim),
    )
