"""Triangles and diagonals of matrices."""

from collections.abc import Callable

import numpy as np

from ..core import guard
from ..core.dims import as_dim, saved_dim
from ..core.dtypes import DType
from ..core.graph import made, record, renamed
from ..core.op import declared, op
from ..core.tensor import Array, Tensor
from .strided_views import diagonal as diagonal_view


def _check_matrix(name: str) -> Callable[..., None]:
    def check(input: Tensor, diagonal: int) -> None:
        if input._array.ndim < 2:
            raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")

    return check


def _triangle(x: Array, diagonal: int, upper: bool) -> Array:
    """Return one triangle of matrices, zeros elsewhere.

    In a wide matrix the diagonal crosses few of the columns; those beside it are whole or empty.
    """
    rows, columns = x.shape[-2:]
    triangle = np.triu if upper else np.tril
    if columns < 2 * rows:
        return triangle(x, diagonal)
    first, last = (min(max(each, 0), columns) for each in (diagonal, rows + diagonal))
    output = np.empty_like(x)
    output[..., :first] = 0 if upper else x[..., :first]
    output[..., first:last] = triangle(x[..., first:last], diagonal - first)
    output[..., last:] = x[..., last:] if upper else 0
    return output


op(
    "triu(Tensor input, int diagonal=0, *, Tensor out=None)",
    saves="diagonal", elementwise=False, computes=False, in_place=True, check=_check_matrix("triu"),
    gradient=lambda grad, x, diagonal, result: np.triu(grad, diagonal),
    doc="Return the upper triangle of a matrix, zeros below the diagonal.",
)(lambda x, diagonal: _triangle(x, diagonal, upper=True))  # fmt: skip
op(
    "tril(Tensor input, int diagonal=0, *, Tensor out=None)",
    saves="diagonal", elementwise=False, computes=False, in_place=True, check=_check_matrix("tril"),
    gradient=lambda grad, x, diagonal, result: np.tril(grad, diagonal),
    doc="Return the lower triangle of a matrix, zeros above the diagonal.",
)(lambda x, diagonal: _triangle(x, diagonal, upper=False))  # fmt: skip


def _triangle_indices(name: str, function: Callable[..., tuple[Array, Array]]) -> None:
    def operation(row: int, col: int, offset: int, dtype: DType | None) -> Tensor:
        guard.check_shape((2, row, col), np.dtype(np.int64))
        chosen = np.int64 if dtype is None else dtype.numpy
        return made(np.stack(function(row, offset, col)).astype(chosen, copy=False))

    which = "lower" if name == "tril" else "upper"
    operation.__doc__ = f"Return where the {which} triangle of a matrix stands, rows then columns."
    declared(
        f"{name}_indices(int row, int col, int offset=0, *, TensorOptions options)", method=False
    )(operation)


_triangle_indices("tril", np.tril_indices)
_triangle_indices("triu", np.triu_indices)


# --- diagonals


@declared("diag(Tensor input, int diagonal=0, *, Tensor out=None)")
def diag(input: Tensor, diagonal: int) -> Tensor:
    """Return a matrix with `input` on its diagonal, or the diagonal of a matrix."""
    if input._array.ndim == 1:
        return diag_embed(input, diagonal)
    if input._array.ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input._array.ndim}D")
    part = diagonal_view(input, diagonal)
    renamed(part.grad_fn, {"DiagonalBackward0": "DiagonalBackward0_copy"})
    copied = made(part._array.copy())
    copied._node = part.grad_fn
    return copied


@declared("diag_embed(Tensor input, int offset=0, int dim1=-2, int dim2=-1)")
def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Return matrices, in `dim1` and `dim2`, with the last dim of `input` on their diagonals."""
    x = input._array
    one, two = as_dim(dim1, x.ndim + 1), as_dim(dim2, x.ndim + 1)
    if one == two:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    size = x.shape[-1] + abs(offset)
    guard.check_shape((*x.shape[:-1], size, size), x.dtype)
    whole = np.zeros((*x.shape[:-1], size, size), x.dtype)
    place = np.arange(x.shape[-1])
    key = (..., place + max(-offset, 0), place + max(offset, 0))
    whole[key] = x
    output = np.moveaxis(whole, (-2, -1), (one, two))
    return record(
        "DiagEmbedBackward0",
        output,
        (input,),
        lambda grad: (np.moveaxis(grad, (one, two), (-2, -1))[key],),
        offset=offset,
        dim1=saved_dim(dim1),
        dim2=saved_dim(dim2),
    )


@declared("trace(Tensor input)")
def trace(input: Tensor) -> Tensor:
    """Return the sum of a matrix's diagonal."""
    x = input._array
    if x.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {x.ndim}")
    if x.dtype.kind == "b":
        raise NotImplementedError("\"trace\" not implemented for 'Bool'")
    return record(
        "TraceBackward0",
        np.asarray(np.trace(x)).astype(np.int64 if x.dtype.kind in "iu" else x.dtype),
        (input,),
        lambda grad: (grad * np.eye(*x.shape, dtype=x.dtype),),
        self_sym_sizes=x.shape,
    )
