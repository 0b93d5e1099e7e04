"""Tensors put together: `cat`, `stack` and their like."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import guard
from ..core.dims import along, as_dim, saved_dim
from ..core.graph import fit, record_laid
from ..core.guard import waited_for
from ..core.op import viewing
from ..core.promotion import joined_dtype
from ..core.strides import as_images, in_order, seen_in
from ..core.tensor import Array, Tensor, wrap
from .shaping import reshape, with_dims


@viewing(
    "cat(Tensor[] tensors, int dim=0, *, Tensor out=None)", aliases="concat concatenate",
    method=False,
)  # fmt: skip
def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Return tensors one after another along `dim`."""
    if not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    shapes = [part._array.shape for part in tensors]
    if () in shapes:
        raise RuntimeError(
            f"zero-dimensional tensor (at position {shapes.index(())}) cannot be concatenated"
        )
    # An empty 1-D tensor is skipped whatever the others' shape, for old programs' sake.
    alike = shapes.count(shapes[0]) == len(shapes)
    real = tensors if alike else [part for part in tensors if part._array.shape != (0,)]
    first = real[0]._array
    along = as_dim(dim, first.ndim)
    if not alike:
        _check_shapes(tensors, first, along)
    dtype = _common_dtype(tensors)
    arrays = [part._array for part in real]
    lengths = [array.shape[along] for array in arrays]
    shape = (*first.shape[:along], sum(lengths), *first.shape[along + 1 :])
    guard.check_shape(shape, dtype)
    output = waited_for(np.concatenate, arrays, axis=along, dtype=dtype)

    def backward(grad: Array) -> tuple[Array, ...]:
        pieces = iter(np.split(grad, np.cumsum(lengths)[:-1], axis=along))
        skipped = {id(part) for part in tensors} - {id(part) for part in real}
        return tuple(
            np.zeros(0, part._array.dtype)
            if id(part) in skipped
            else fit(next(pieces), part._array)
            for part in tensors
        )

    laid = wrap(as_images(output, arrays))
    return record_laid("CatBackward0", laid, tuple(tensors), backward, {"dim": saved_dim(dim)})


def _common_dtype(tensors: Sequence[Tensor]) -> np.dtype[Any]:
    """Return the dtype that tensors have together, which is mostly that of every one."""
    own = tensors[0]._array.dtype
    for part in tensors:
        if part._array.dtype is not own:
            return joined_dtype(*tensors).numpy
    return own


def _check_shapes(tensors: Sequence[Tensor], first: Array, along: int) -> None:
    """Raise PyTorch's RuntimeError where tensors cannot stand one after another."""
    for place, part in enumerate(tensors):
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


@viewing("stack(Tensor[] tensors, int dim=0, *, Tensor out=None)", method=False)
def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Return tensors of one shape side by side along a new `dim`."""
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    first = tensors[0]._array.shape
    axis = as_dim(dim, len(first) + 1)
    for place, part in enumerate(tensors):
        if part._array.shape != first:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(first)} at entry 0 and "
                f"{list(part._array.shape)} at entry {place}"
            )
    dtype = _common_dtype(tensors)
    guard.check_shape((len(tensors), *first), dtype)
    arrays = [part._array for part in tensors]
    if axis == 0 and first:
        # The same numbers as one after another, which numpy does in a third of the time.
        in_a_row = waited_for(np.concatenate, arrays, axis=0, dtype=dtype)
        output = in_a_row.reshape(len(tensors), *first)
    else:
        output = waited_for(np.stack, arrays, axis=axis, dtype=dtype, casting="unsafe")

    def backward(grad: Array) -> tuple[Array, ...]:
        return tuple(
            fit(np.asarray(grad[along(axis, place)]), part._array)
            for place, part in enumerate(tensors)
        )

    if len(first) == 4 and axis < 4:
        joined = (*first[:axis], len(tensors) * first[axis], *first[axis + 1 :])
        whole = seen_in(as_images(output.reshape(joined), arrays), output.shape)
        output = output if whole is None else whole
    else:
        output = in_order(output)
    laid = wrap(output)
    return record_laid("StackBackward0", laid, tuple(tensors), backward, {"dim": saved_dim(dim)})


@viewing("hstack(Tensor[] tensors, *, Tensor out=None)", method=False)
def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Return tensors one after another, along the columns where there are any."""
    if not tensors:
        raise RuntimeError("hstack expects a non-empty TensorList")
    parts = [with_dims(each, 1) for each in tensors]
    return cat(parts, 0 if parts[0]._array.ndim == 1 else 1)


@viewing("vstack(Tensor[] tensors, *, Tensor out=None)", aliases="row_stack", method=False)
def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Return tensors one below another."""
    if not tensors:
        raise RuntimeError("vstack expects a non-empty TensorList")
    return cat([with_dims(each, 2) for each in tensors], 0)


@viewing("column_stack(Tensor[] tensors, *, Tensor out=None)", method=False)
def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Return 1-D tensors as the columns of a matrix."""
    if not tensors:
        raise RuntimeError("column_stack expects a non-empty TensorList")
    return cat(
        [
            each if each._array.ndim > 1 else reshape(each, (each._array.size, 1))
            for each in tensors
        ],
        1,
    )
