"""`linear`, `embedding` and `one_hot`: numbers looked up or mixed by a matrix."""

import numpy as np

from ...autograd import fit, record
from ...core import guard
from ...core.arguments import expect_tensor
from ...core.op import declared
from ...core.tensor import Array, Tensor, wrap
from ...ops.arithmetic import add
from ...ops.blas import matmul
from ...ops.shaping import saved_dim

__all__ = ["embedding", "linear", "one_hot"]


@declared("linear(Tensor input, Tensor weight, Tensor? bias=None)", method=False)
def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Mix the last axis by a matrix: (..., in) with weight (out, in) and bias (out) -> (..., out).

    That is `input @ weight.T + bias`, with PyTorch's nodes for it.
    """
    if input.ndim == 0 or weight.ndim == 0:
        raise RuntimeError(
            "both arguments to linear need to be at least 1D, but they are "
            f"{input.ndim}D and {weight.ndim}D"
        )
    if weight.ndim == 1:
        product = matmul(input, weight)
        return product if bias is None else add(product, bias)
    turned = weight.t()
    if bias is None:
        return _without_bias(input, turned)
    if input.ndim == 2:
        return _addmm(bias, input, turned)
    rows = input.reshape(-1, input.shape[-1]) if input.ndim > 1 else input.view(1, -1)
    mixed: Tensor = _addmm(bias, rows, turned).view(*input.shape[:-1], turned.shape[1])
    return mixed


def _without_bias(input: Tensor, turned: Tensor) -> Tensor:
    if input.dtype is not turned.dtype:
        raise RuntimeError(
            "expected m1 and m2 to have the same dtype, but got: "
            f"{input.dtype.c_name} != {turned.dtype.c_name}"
        )
    _check_sizes(input._array, turned._array)
    return matmul(input, turned)


def _check_sizes(rows: Array, matrix: Array) -> None:
    if rows.shape[-1] != matrix.shape[0]:
        count = int(np.prod(rows.shape[:-1], dtype=np.int64))
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({count}x{rows.shape[-1]} and "
            f"{matrix.shape[0]}x{matrix.shape[1]})"
        )


def _addmm(bias: Tensor, rows: Tensor, matrix: Tensor) -> Tensor:
    x, m, b = rows._array, matrix._array, bias._array
    shape = (x.shape[0], m.shape[1])
    if x.dtype != m.dtype:
        raise RuntimeError(
            "mat1 and mat2 must have the same dtype, but got "
            f"{rows.dtype.scalar} and {matrix.dtype.scalar}"
        )
    if b.ndim and b.shape[-1] not in (1, shape[1]):
        raise RuntimeError(
            f"The expanded size of the tensor ({shape[1]}) must match the existing size "
            f"({b.shape[-1]}) at non-singleton dimension 1.  Target sizes: {list(shape)}.  "
            f"Tensor sizes: {list(b.shape)}"
        )
    if b.dtype != x.dtype:
        raise RuntimeError(
            "self and mat2 must have the same dtype, but got "
            f"{bias.dtype.scalar} and {matrix.dtype.scalar}"
        )
    _check_sizes(x, m)
    guard.check_shape(shape, x.dtype)
    output = x @ m
    output += b

    def backward(grad: Array) -> tuple[Array | None, ...]:
        return (
            fit(grad, b),
            grad @ m.T if rows.requires_grad else None,
            x.T @ grad if matrix.requires_grad else None,
        )

    return record(
        "AddmmBackward0",
        output,
        (bias, rows, matrix),
        backward,
        alpha=1,
        beta=1,
        mat1=rows if matrix.requires_grad else None,
        mat1_sym_sizes=x.shape,
        mat1_sym_strides=_steps(x) if rows.requires_grad else (),
        mat2=matrix if rows.requires_grad else None,
        mat2_sym_sizes=m.shape,
        mat2_sym_strides=_steps(m),
    )


def _steps(array: Array) -> tuple[int, ...]:
    return tuple(stride // array.itemsize for stride in array.strides)


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Look up a row of `weight` (count, size) for every index: (...) -> (..., size)."""
    expect_tensor(input, "embedding", "indices", 2)
    expect_tensor(weight, "embedding", "weight", 1)
    if input._array.dtype.kind not in "iu" or input._array.dtype.itemsize not in (4, 8):
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: "
            f"Long, Int; but got torch.{input.dtype.scalar}Tensor instead (while checking "
            "arguments for embedding)"
        )
    at, rows = input._array, weight._array
    if rows.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    if at.size and (at.min() < 0 or at.max() >= len(rows)):
        raise IndexError("index out of range in self")
    left_out = -1 if padding_idx is None else padding_idx % len(rows)
    if max_norm is not None:
        _shorten(rows, np.unique(at), max_norm, norm_type)
    guard.check_shape((*at.shape, rows.shape[1]), rows.dtype)

    def backward(grad: Array) -> tuple[Array, None]:
        flat = at.ravel()
        share = grad.reshape(-1, rows.shape[1])
        if scale_grad_by_freq:
            _, place, counts = np.unique(flat, return_inverse=True, return_counts=True)
            share = share / counts[place][:, None].astype(grad.dtype)
        total = np.zeros_like(rows)
        kept = flat != left_out
        np.add.at(total, flat[kept], share[kept])
        return total, None

    return record(
        "EmbeddingBackward0",
        rows[at],
        (weight, input),
        backward,
        indices=input,
        padding_idx=saved_dim(left_out),
        scale_grad_by_freq=scale_grad_by_freq,
        sparse=sparse,
        weight_sym_argsize_0=len(rows),
    )


def _shorten(rows: Array, used: Array, max_norm: float, norm_type: float) -> None:
    """Scale the rows that are looked up down to `max_norm`, in place as PyTorch does."""
    norms = (np.abs(rows[used]) ** norm_type).sum(axis=1) ** (1 / norm_type)
    scale = np.where(norms > max_norm, max_norm / (norms + 1e-7), 1.0)
    rows[used] *= scale[:, None].astype(rows.dtype)


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Return a 1 at each index and 0 elsewhere: (...) -> (..., num_classes)."""
    expect_tensor(tensor, "one_hot", "tensor")
    at = tensor._array
    if at.dtype != np.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if at.size == 0:
        if num_classes <= 0:
            raise RuntimeError("Can not infer total number of classes from empty tensor.")
        return wrap(np.zeros((*at.shape, num_classes), np.int64))
    if at.min() < 0:
        raise RuntimeError("Class values must be non-negative.")
    if num_classes == -1:
        num_classes = int(at.max()) + 1
    elif at.max() >= num_classes:
        raise RuntimeError("Class values must be smaller than num_classes.")
    guard.check_shape((*at.shape, num_classes), at.dtype)
    return wrap((at[..., None] == np.arange(num_classes)).astype(np.int64))
