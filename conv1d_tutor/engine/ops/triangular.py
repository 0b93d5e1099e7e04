"""Triangles and diagonals of matrices; differences between neighbours."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import guard
from ..core.arguments import as_dim, as_dtype, expect_tensor
from ..core.graph import record, renamed
from ..core.surface import in_place_twin, offered
from ..core.tensor import Tensor, wrap
from .arithmetic import sub
from .indexing import slice_along
from .joining import cat
from .shaping import saved_dim
from .strided_views import diagonal as diagonal_view

__all__ = ["diag", "diff"]


def _triangle(name: str, node: str, function: Callable[..., Any]) -> None:
    def operation(input: Tensor, diagonal: int = 0) -> Tensor:
        expect_tensor(input, name)
        if input._array.ndim < 2:
            raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")
        return record(
            node, function(input._array, diagonal), (input,),
            lambda grad: (function(grad, diagonal),), diagonal=diagonal,
        )  # fmt: skip

    operation.__doc__ = f"Return one triangle of a matrix (`{name}`), zeros elsewhere."
    offered(name)(operation)
    in_place_twin(name)


_triangle("triu", "TriuBackward0", np.triu)
_triangle("tril", "TrilBackward0", np.tril)


@offered("diag")
def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """Return a matrix with `input` on its diagonal, or the diagonal of a matrix."""
    if input._array.ndim == 1:
        return diag_embed(input, diagonal)
    if input._array.ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input._array.ndim}D")
    part = diagonal_view(input, diagonal)
    renamed(part.grad_fn, {"DiagonalBackward0": "DiagonalBackward0_copy"})
    copied = wrap(part._array.copy())
    copied._node = part.grad_fn
    return copied


@offered("diag_embed")
def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Return matrices, in `dim1` and `dim2`, with the last dim of `input` on their diagonals."""
    x = input._array
    size = x.shape[-1] + abs(offset)
    guard.check_shape((*x.shape[:-1], size, size), x.dtype)
    whole = np.zeros((*x.shape[:-1], size, size), x.dtype)
    place = np.arange(x.shape[-1])
    key = (..., place + max(-offset, 0), place + max(offset, 0))
    whole[key] = x
    one, two = as_dim(dim1, whole.ndim), as_dim(dim2, whole.ndim)
    if one == two:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    output = np.moveaxis(whole, (-2, -1), (one, two))
    return record(
        "DiagEmbedBackward0", output, (input,),
        lambda grad: (np.moveaxis(grad, (one, two), (-2, -1))[key],),
        offset=offset, dim1=saved_dim(dim1), dim2=saved_dim(dim2),
    )  # fmt: skip


@offered("tril_indices", method=False)
def tril_indices(row: int, col: int, offset: int = 0, *, dtype: Any = None) -> Tensor:
    """Return where the lower triangle of a matrix stands, rows then columns."""
    guard.check_shape((2, row, col), np.dtype(np.int64))
    chosen = np.int64 if dtype is None else as_dtype(dtype, "tril_indices").numpy
    return wrap(np.stack(np.tril_indices(row, offset, col)).astype(chosen, copy=False))


@offered("triu_indices", method=False)
def triu_indices(row: int, col: int, offset: int = 0, *, dtype: Any = None) -> Tensor:
    """Return where the upper triangle of a matrix stands, rows then columns."""
    guard.check_shape((2, row, col), np.dtype(np.int64))
    chosen = np.int64 if dtype is None else as_dtype(dtype, "triu_indices").numpy
    return wrap(np.stack(np.triu_indices(row, offset, col)).astype(chosen, copy=False))


@offered("diff")
def diff(
    input: Tensor, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None
) -> Tensor:
    """Return the differences between neighbours along `dim`, `n` times over."""
    expect_tensor(input, "diff")
    if n == 0:
        return record("CopyBackwards", input._array.copy(), (input,), lambda grad: (grad,))
    ends = [each for each in (prepend, input, append) if each is not None]
    if len(ends) > 1 and input._array.ndim:
        input = cat(ends, dim)
    x = input._array
    if x.ndim == 0:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    axis = as_dim(dim, x.ndim)
    result = input
    for _ in range(n):
        length = result._array.shape[axis]
        later = slice_along(result, axis, 1, length, 1, dim)
        earlier = slice_along(result, axis, 0, max(length - 1, 0), 1, dim)
        is_bool = x.dtype.kind == "b"
        result = wrap(later._array ^ earlier._array) if is_bool else sub(later, earlier)
    return result
