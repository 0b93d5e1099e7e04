"""`matmul`, the operator `@`.

As PyTorch composes it: a dot, a matrix-vector or a matrix product where the operands are that, and
otherwise a batched product of expanded views. The graph shows those parts.
"""

from math import prod
from typing import Any

import numpy as np

from ..core import guard
from ..core.graph import record_view
from ..core.memory import contiguous
from ..core.methods import hang
from ..core.op import declared
from ..core.promotion import check_broadcast, joined_dtype
from ..core.tensor import Tensor, wrap
from .blas import bmm, dot, mm, mv, unsafe_view
from .permuting import t, transpose
from .shaping import expand, reshape, squeeze, unsqueeze


@declared("matmul(Tensor input, Tensor other, *, Tensor out=None)")
def matmul(input: Tensor, other: Tensor) -> Tensor:
    """Return the matrix product; leading dims are a batch and broadcast.

    (..., n, m), (..., m, p) -> (..., n, p); a vector (m) is one row of the first, one column of
    the second.
    """
    left, right = input._array.ndim, other._array.ndim
    if not left or not right:
        raise RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {left}D and {right}D"
        )
    if left == 1 and right == 1:
        return dot(input, other)
    if left == 2 and right == 1:
        return mv(input, other)
    if left == 1 and right == 2:
        return _squeezed(mm(unsqueeze(input, 0), other), 0)
    if left == 2 and right == 2:
        return mm(input, other)
    if left == right == 3 and 1 in (input._array.shape[0], other._array.shape[0]):
        return _one_for_all(input, other)
    if _folds(input, other):
        return _folded(input, other)
    return _with_batches(input, other)


def _squeezed(result: Tensor, dim: int) -> Tensor:
    """Squeeze as PyTorch's own matmul does, which has a node of its own."""
    shape = result._array.shape
    return record_view(
        "SqueezeBackward4",
        result._array.squeeze(dim),
        result,
        lambda grad: (grad.reshape(shape),),
        dim=dim,
        self_sym_sizes=shape,
    )


def _folds(input: Tensor, other: Tensor) -> bool:
    """Return whether a batch meets one matrix or vector and can be one tall matrix itself."""
    first_larger = input._array.ndim >= other._array.ndim
    batch, single = (input, other) if first_larger else (other, input)
    if single._array.ndim > 2 or batch._array.ndim < 3:
        return False
    if single.requires_grad:
        return True
    if input._array.ndim == 2:
        return False
    tall = batch._array if first_larger else batch._array.swapaxes(-2, -1)
    return tall.size == 0 or all(
        tall.strides[axis] == tall.strides[axis + 1] * tall.shape[axis + 1]
        for axis in range(tall.ndim - 2)
    )


def _one_for_all(input: Tensor, other: Tensor) -> Tensor:
    """Return a product where one operand's batch may be a single matrix, whose gradient counts."""
    one, two = input._array.shape[0], other._array.shape[0]
    if one == 1 and two != 1 and input.requires_grad:
        return matmul(squeeze(input, 0), other)
    if two == 1 and one != 1 and other.requires_grad:
        return matmul(input, squeeze(other, 0))
    return _with_batches(input, other)


def _folded(input: Tensor, other: Tensor) -> Tensor:
    """Return the product with the batch folded into the rows of one tall matrix."""
    first_larger = input._array.ndim >= other._array.ndim
    if first_larger:
        batch, single = input, other
    else:
        batch = transpose(other, -2, -1)
        single = t(input) if input._array.ndim == 2 else input
    shape = batch._array.shape
    tall = reshape(batch, (prod(shape[:-1]), shape[-1]))
    if single._array.ndim == 1:
        return unsafe_view(mv(tall, single), shape[:-1])
    product_of_rows = unsafe_view(mm(tall, single), (*shape[:-1], single._array.shape[1]))
    return product_of_rows if first_larger else contiguous(transpose(product_of_rows, -2, -1))


def _with_batches(input: Tensor, other: Tensor) -> Tensor:
    one = unsqueeze(input, 0) if input._array.ndim == 1 else input
    two = unsqueeze(other, 1) if other._array.ndim == 1 else other
    (n, m), (m2, p) = one._array.shape[-2:], two._array.shape[-2:]
    ahead, behind = one._array.shape[:-2], two._array.shape[:-2]
    check_broadcast(ahead, behind)
    batch = np.broadcast_shapes(ahead, behind)
    guard.check_shape((*batch, n, p), one._array.dtype)
    flat = prod(batch)
    first = reshape(expand(one, (*batch, n, m)), (flat, n, m))
    second = reshape(expand(two, (*batch, m2, p)), (flat, m2, p))
    result = unsafe_view(bmm(first, second), (*batch, n, p))
    if input._array.ndim == 1:
        return _squeezed(result, result._array.ndim - 2)
    if other._array.ndim == 1:
        return _squeezed(result, result._array.ndim - 1)
    return result


def _matmul_operator(self: Tensor, other: object) -> Any:
    if isinstance(other, np.ndarray):
        other = wrap(other)
        dtype = joined_dtype(self, other)
        self, other = self.to(dtype), other.to(dtype)
    if not isinstance(other, Tensor):
        return NotImplemented
    with np.errstate(all="ignore"):
        return _matmul_by_name(self, other)


_matmul_by_name = guard.named("matmul")(matmul)

hang("__matmul__", _matmul_operator)
