"""`linear`, `embedding` and `one_hot`: numbers mixed by a matrix, or looked up in one."""

from math import prod

import numpy as np

from ...core import guard
from ...core.dims import saved_dim
from ...core.graph import made, record
from ...core.op import declared, python_function
from ...core.tensor import Array, Tensor
from ...ops.arithmetic import add
from ...ops.blas import addmm
from ...ops.gathering import add_slices
from ...ops.matmul import matmul
from ...ops.permuting import t
from ...ops.shaping import reshape, view

HERE = "torch.nn.functional"


@declared("linear(Tensor input, Tensor weight, Tensor bias=None)", module=HERE)
def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Mix the last axis by a matrix: (..., in) with weight (out, in) and bias (out) -> (..., out).

    That is `input @ weight.T + bias`, with PyTorch's nodes for it.
    """
    x, w = input._array, weight._array
    if x.ndim == 0 or w.ndim == 0:
        raise RuntimeError(
            f"both arguments to linear need to be at least 1D, but they are {x.ndim}D and {w.ndim}D"
        )
    if x.ndim == 2 and w.ndim == 2 and bias is not None:
        return addmm(bias, input, t(weight))
    if x.ndim != 2 and w.ndim == 2 and bias is not None and bias._array.ndim == 1:
        sizes = (prod(x.shape[:-1]), x.shape[-1])
        rows = view(input, sizes) if x.ndim == 1 else reshape(input, sizes)
        return view(addmm(bias, rows, t(weight)), (*x.shape[:-1], w.shape[0]))
    mixed = matmul(input, weight if w.ndim == 1 else t(weight))
    return mixed if bias is None else add(mixed, bias)


# --- rows of a table


def _check_embedding(weight: Tensor, indices: Tensor) -> None:
    at, rows = indices._array, weight._array
    if rows.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    if at.dtype.kind not in "iu" or at.dtype.itemsize not in (4, 8):
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: "
            f"Long, Int; but got torch.{indices.dtype.scalar}Tensor instead (while checking "
            "arguments for embedding)"
        )
    if at.size and (at.min() < 0 or at.max() >= len(rows)):
        raise IndexError("index out of range in self")
    guard.check_shape((*at.shape, rows.shape[1]), rows.dtype)


@declared(
    "embedding(Tensor weight, Tensor indices, int padding_idx=-1, bool scale_grad_by_freq=False, "
    "bool sparse=False)",
    module=HERE,
)  # fmt: skip
def _embedding(
    weight: Tensor, indices: Tensor, padding_idx: int, scale_grad_by_freq: bool, sparse: bool
) -> Tensor:
    """Look up a row of `weight` (count, size) for every index: (...) -> (..., size)."""
    _check_embedding(weight, indices)
    at, rows = indices._array, weight._array

    def backward(grad: Array) -> tuple[Array, None]:
        flat = at.ravel()
        share = grad.reshape(-1, rows.shape[1])
        if scale_grad_by_freq:
            _, place, counts = np.unique(flat, return_inverse=True, return_counts=True)
            share = share / counts[place][:, None].astype(grad.dtype)
        total = np.zeros(rows.shape, rows.dtype)
        kept = flat != padding_idx
        if not kept.all():
            flat, share = flat[kept], share[kept]
        add_slices(total, 0, flat, share)
        return total, None

    return record(
        "EmbeddingBackward0",
        rows[at],
        (weight, indices),
        backward,
        indices=indices,
        padding_idx=saved_dim(padding_idx),
        scale_grad_by_freq=scale_grad_by_freq,
        sparse=sparse,
        weight_sym_argsize_0=len(rows),
    )


@python_function(HERE)
def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Look up a row of `weight` (count, size) for every index: (...) -> (..., size).

    The row at `padding_idx` gets no gradient. Rows that are longer than `max_norm`, as `norm_type`
    measures them, are shortened to it first, in the table itself.
    """
    left_out = -1
    if padding_idx is not None:
        count = weight.size(0)
        if not -count <= padding_idx < count:
            raise AssertionError("Padding_idx must be within num_embeddings")
        left_out = padding_idx % count
    if max_norm is not None:
        _check_embedding(weight, input)
        _shorten(weight._array, np.unique(input._array), max_norm, norm_type)
    return _embedding(weight, input, left_out, scale_grad_by_freq, sparse)


def _shorten(rows: Array, used: Array, max_norm: float, norm_type: float) -> None:
    """Scale the rows that are looked up down to `max_norm`, in place as PyTorch does."""
    norms = (np.abs(rows[used]) ** norm_type).sum(axis=1) ** (1 / norm_type)
    scale = np.where(norms > max_norm, max_norm / (norms + 1e-7), 1.0)
    rows[used] *= scale[:, None].astype(rows.dtype)


@declared("one_hot(Tensor input, int num_classes=-1)", module=HERE)
def one_hot(input: Tensor, num_classes: int = -1) -> Tensor:
    """Return a 1 at each index and 0 elsewhere: (...) -> (..., num_classes)."""
    at = input._array
    if at.dtype != np.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if at.size == 0:
        if num_classes <= 0:
            raise RuntimeError("Can not infer total number of classes from empty tensor.")
        return made(np.zeros((*at.shape, num_classes), np.int64))
    if at.min() < 0:
        raise RuntimeError("Class values must be non-negative.")
    if num_classes == -1:
        num_classes = int(at.max()) + 1
    elif at.max() >= num_classes:
        raise RuntimeError("Class values must be smaller than num_classes.")
    guard.check_shape((*at.shape, num_classes), at.dtype)
    if at.size * num_classes > guard.BLOCK:
        return made(guard.in_thread(_marked, at, num_classes))
    return made(_marked(at, num_classes))


def _marked(at: Array, num_classes: int) -> Array:
    return np.equal(at[..., None], np.arange(num_classes)).astype(np.int64)
