"""The products that all others are made of: `dot`, `mv`, `mm` and `bmm`."""

from math import prod

import numpy as np

from ..core import guard
from ..core.arguments import expect_tensor
from ..core.graph import differentiates, record, renamed
from ..core.surface import offered
from ..core.tensor import Array, Tensor, wrap

__all__ = ["bmm", "dot", "mm", "mv", "outer_shape", "product", "same_dtype"]


_BLOCK = 2**29
"""Multiplications between two chances to interrupt: about a tenth of a second."""


def product(a: Array, b: Array) -> Array:
    """Return `a @ b` of two matrices; a long one in blocks of rows, so that Ctrl-C gets through."""
    if a.dtype.kind in "iub" and a.ndim == 2:
        return np.asarray(np.matmul(a, b))
    work = a.shape[0] * a.shape[1] * b.shape[-1]
    if work <= _BLOCK:
        return np.asarray(np.matmul(a, b))
    output = np.empty((a.shape[0], b.shape[1]), a.dtype)
    rows = max(1, _BLOCK // (a.shape[1] * b.shape[1]))
    for start in range(0, a.shape[0], rows):
        np.matmul(a[start : start + rows], b, out=output[start : start + rows])
    return output


def outer_shape(a: Tensor, b: Tensor) -> str:
    """Return two matrices' shapes as the errors about them write them."""
    one, two = a._array.shape, b._array.shape
    return f"{one[0]}x{one[1]} and {two[0]}x{two[1]}"


def _refuse_bool(array: Array, kernel: str) -> None:
    if array.dtype.kind == "b":
        raise NotImplementedError(f"\"{kernel}\" not implemented for 'Bool'")


@offered("dot")
def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """Return the sum of the products of two vectors' elements."""
    expect_tensor(input, "dot")
    expect_tensor(tensor, "dot", "tensor", 2)
    x, y = input._array, tensor._array
    if x.ndim != 1 or y.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {x.ndim}D and {y.ndim}D tensors")
    if x.dtype != y.dtype:
        raise RuntimeError(
            "dot : expected both vectors to have same dtype, but found "
            f"{input.dtype.scalar} and {tensor.dtype.scalar}"
        )
    if x.shape != y.shape:
        raise RuntimeError(
            f"inconsistent tensor size, expected tensor {list(x.shape)} and src {list(y.shape)} to "
            f"have the same number of elements, but got {x.size} and {y.size} elements respectively"
        )
    _refuse_bool(x, "dot")
    if not differentiates((input, tensor)):
        return wrap(np.dot(x, y))
    return record(
        "DotBackward0", np.dot(x, y), (input, tensor), lambda grad: (grad * y, grad * x),
        self=input if tensor.requires_grad else None,
        tensor=tensor if input.requires_grad else None,
    )  # fmt: skip


@offered("vdot")
def vdot(input: Tensor, other: Tensor) -> Tensor:
    """Return `dot`."""
    product = dot(input, other)
    renamed(product.grad_fn, {"DotBackward0": "VdotBackward0"})
    return product


@offered("mv")
def mv(input: Tensor, vec: Tensor) -> Tensor:
    """Return a matrix times a vector: (n, m), (m) -> (n)."""
    expect_tensor(input, "mv")
    expect_tensor(vec, "mv", "vec", 2)
    x, v = input._array, vec._array
    if x.ndim != 2 or v.ndim != 1:
        raise RuntimeError(
            f"vector + matrix @ vector expected, got {v.ndim if x.ndim == v.ndim == 1 else 1}, "
            f"{x.ndim}, {v.ndim}"
        )
    if x.shape[1] != v.shape[0]:
        raise RuntimeError(
            f"size mismatch, got input ({x.shape[0]}), mat ({x.shape[0]}x{x.shape[1]}), vec "
            f"({v.shape[0]})"
        )
    if x.dtype != v.dtype:
        matrix, vector = input.dtype.scalar, vec.dtype.scalar
        raise RuntimeError(
            "addmv input tensors must have the same dtype, but got "
            f"{vector}, {matrix}, and {vector}"
        )
    _refuse_bool(x, "addmv_impl_cpu")
    if not differentiates((input, vec)):
        return wrap(np.dot(x, v))
    return record(
        "MvBackward0", np.dot(x, v), (input, vec),
        lambda grad: (np.outer(grad, v), np.dot(x.T, grad)),
        self=input if vec.requires_grad else None, vec=vec if input.requires_grad else None,
    )  # fmt: skip


@offered("mm")
def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """Return a matrix times a matrix: (n, m), (m, p) -> (n, p)."""
    expect_tensor(input, "mm")
    expect_tensor(mat2, "mm", "mat2", 2)
    x, y = input._array, mat2._array
    if x.ndim != 2:
        raise RuntimeError("self must be a matrix")
    if y.ndim != 2:
        raise RuntimeError("mat2 must be a matrix")
    if x.shape[1] != y.shape[0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({outer_shape(input, mat2)})"
        )
    same_dtype(input, mat2)
    guard.check_shape((x.shape[0], y.shape[1]), x.dtype)
    _refuse_bool(x, "addmm_impl_cpu_")
    if not differentiates((input, mat2)):
        return wrap(product(x, y))
    return record(
        "MmBackward0", product(x, y), (input, mat2),
        lambda grad: (product(grad, y.T), product(x.T, grad)),
        self=input if mat2.requires_grad else None, self_sym_sizes=x.shape,
        self_sym_strides=input.stride(),
        mat2=mat2 if input.requires_grad else None, mat2_sym_sizes=y.shape,
        mat2_sym_strides=mat2.stride(),
    )  # fmt: skip


def same_dtype(a: Tensor, b: Tensor) -> None:
    """Raise PyTorch's RuntimeError unless two matrices have one dtype."""
    if a._array.dtype != b._array.dtype:
        raise RuntimeError(
            f"expected m1 and m2 to have the same dtype, but got: {a.dtype.c_name} != "
            f"{b.dtype.c_name}"
        )


@offered("bmm")
def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """Return the products of two batches of matrices: (b, n, m), (b, m, p) -> (b, n, p)."""
    expect_tensor(input, "bmm")
    expect_tensor(mat2, "bmm", "mat2", 2)
    x, y = input._array, mat2._array
    if x.ndim != 3:
        raise RuntimeError("batch1 must be a 3D tensor")
    if y.ndim != 3:
        raise RuntimeError("batch2 must be a 3D tensor")
    if y.shape[0] != x.shape[0] or y.shape[1] != x.shape[2]:
        raise RuntimeError(
            "Expected size for first two dimensions of batch2 tensor to be: "
            f"[{x.shape[0]}, {x.shape[2]}] but got: [{y.shape[0]}, {y.shape[1]}]."
        )
    _same_batch_dtype(input, mat2)
    guard.check_shape((x.shape[0], x.shape[1], y.shape[2]), x.dtype)
    _refuse_bool(x, "bmm")
    return record(
        "BmmBackward0", _batched(x, y), (input, mat2),
        lambda grad: (_batched(grad, y.swapaxes(1, 2)), _batched(x.swapaxes(1, 2), grad)),
        self=input if mat2.requires_grad else None, mat2=mat2 if input.requires_grad else None,
    )  # fmt: skip


def _same_batch_dtype(a: Tensor, b: Tensor) -> None:
    if a._array.dtype != b._array.dtype:
        raise RuntimeError(f"expected scalar type {a.dtype.scalar} but found {b.dtype.scalar}")


def _batched(a: Array, b: Array) -> Array:
    work = prod(a.shape) * b.shape[-1]
    if work <= _BLOCK:
        return np.asarray(np.matmul(a, b))
    return np.stack([product(one, two) for one, two in zip(a, b, strict=True)])
