"""Products of vectors and matrices: `@`, `dot`, `mv`, `mm`, `bmm` and their kin.

`matmul` is PyTorch's composition: a dot, a matrix-vector or a matrix product where the operands
are that, and otherwise a batched product of expanded views. The graph shows those parts.
"""

from math import prod
from typing import Any

import numpy as np

from ..core import guard
from ..core.arguments import expect_tensor
from ..core.graph import fit, record, record_view
from ..core.memory import contiguous
from ..core.promotion import check_broadcast, joined_dtype
from ..core.surface import in_place_twin, offered
from ..core.tensor import Array, Tensor, wrap
from .arithmetic import mul
from .permuting import permuted, t, transpose
from .products import bmm, dot, mm, mv, outer_shape, product, same_dtype
from .shaping import expand_to, flatten, reshape_to, squeeze, unsqueeze

__all__ = ["cross", "matmul", "tensordot"]


@offered("matmul")
def matmul(input: Tensor, other: Tensor) -> Tensor:
    """Return the matrix product; leading dims are a batch and broadcast."""
    expect_tensor(input, "matmul")
    expect_tensor(other, "matmul", "other", 2)
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
        "SqueezeBackward4", result._array.squeeze(dim), result,
        lambda grad: (grad.reshape(shape),), dim=dim, self_sym_sizes=shape,
    )  # fmt: skip


def _unsafe_view(result: Tensor, shape: tuple[int, ...]) -> Tensor:
    before = result._array.shape
    return record(
        "UnsafeViewBackward0", result._array.reshape(shape), (result,),
        lambda grad: (grad.reshape(before),), self_sym_sizes=before,
    )  # fmt: skip


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
    tall = reshape_to(batch, (prod(shape[:-1]), shape[-1]))
    if single._array.ndim == 1:
        return _unsafe_view(mv(tall, single), shape[:-1])
    product_of_rows = _unsafe_view(mm(tall, single), (*shape[:-1], single._array.shape[1]))
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
    first = reshape_to(expand_to(one, (*batch, n, m)), (flat, n, m))
    second = reshape_to(expand_to(two, (*batch, m2, p)), (flat, m2, p))
    result = _unsafe_view(bmm(first, second), (*batch, n, p))
    if input._array.ndim == 1:
        return _squeezed(result, result._array.ndim - 2)
    if other._array.ndim == 1:
        return _squeezed(result, result._array.ndim - 1)
    return result


@offered("__matmul__", function=False)
def _matmul_operator(self: Tensor, other: Any) -> Any:
    if isinstance(other, np.ndarray):
        other = wrap(other)
        if other._array.dtype != self._array.dtype:
            dtype = joined_dtype(self, other)
            return matmul(self.to(dtype), other.to(dtype))
    return matmul(self, other) if isinstance(other, Tensor) else NotImplemented


@offered("addmm")
def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """Return `beta * input + alpha * (mat1 @ mat2)`."""
    one, two = mat1._array, mat2._array
    if one.ndim != 2 or two.ndim != 2:
        raise RuntimeError(f"mat1 must be a matrix, got {one.ndim}-D tensor")
    if one.shape[1] != two.shape[0]:
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({outer_shape(mat1, mat2)})")
    same_dtype(mat1, mat2)
    whole = product(one, two)
    output = (
        whole * alpha + input._array * beta if (alpha, beta) != (1, 1) else whole + input._array
    )

    def backward(grad: Array) -> tuple[Array, Array, Array]:
        return (
            fit(grad * beta, input._array),
            product(grad, two.T) * alpha,
            product(one.T, grad) * alpha,
        )

    return record(
        "AddmmBackward0", output.astype(one.dtype, copy=False), (input, mat1, mat2), backward,
        alpha=alpha, beta=beta, mat1=mat1, mat1_sym_sizes=one.shape,
        mat1_sym_strides=mat1.stride(), mat2=mat2, mat2_sym_sizes=two.shape,
        mat2_sym_strides=mat2.stride(),
    )  # fmt: skip


@offered("baddbmm")
def baddbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1
) -> Tensor:
    """Return `beta * input + alpha * (batch1 @ batch2)` for batches of matrices."""
    one, two = batch1._array, batch2._array
    multiplied = bmm(batch1.detach(), batch2.detach())._array
    output = multiplied * one.dtype.type(alpha) + input._array * one.dtype.type(beta)

    def backward(grad: Array) -> tuple[Array, Array, Array]:
        return (
            fit(grad * beta, input._array),
            np.matmul(grad, two.swapaxes(1, 2)) * alpha,
            np.matmul(one.swapaxes(1, 2), grad) * alpha,
        )

    return record(
        "BaddbmmBackward0", output, (input, batch1, batch2), backward,
        alpha=alpha, beta=beta, batch1=batch1, batch2=batch2,
    )  # fmt: skip


in_place_twin("addmm")
in_place_twin("baddbmm")


@offered("outer", "ger")
def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """Return the products of every element of one vector with every element of another."""
    expect_tensor(input, "outer")
    if input._array.ndim != 1 or vec2._array.ndim != 1:
        raise RuntimeError(
            f"outer: Expected 1-D argument {'self' if input._array.ndim != 1 else 'vec2'}, but got "
            f"{(input if input._array.ndim != 1 else vec2)._array.ndim}-D"
        )
    return mul(reshape_to(input, (input._array.size, 1)), vec2)


@offered("inner")
def inner(input: Tensor, other: Tensor) -> Tensor:
    """Return the sums of products along the last dims of both."""
    x, y = input._array, other._array
    if x.ndim == 0 or y.ndim == 0:
        return mul(input, other)
    if x.shape[-1] != y.shape[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(x.shape)} and {list(y.shape)}"
        )
    return tensordot(input, other, ([-1], [-1]))


@offered("tensordot", method=False, plain=True)
def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """Return the sums of products along the paired `dims` of both."""
    if isinstance(dims, int):
        if dims > min(a.dim(), b.dim()):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        ours, theirs = list(range(-dims, 0)), list(range(dims))
    else:
        ours, theirs = ([each] if isinstance(each, int) else list(each) for each in dims)
    x, y = a._array, b._array
    counted = [axis % x.ndim for axis in ours], [axis % y.ndim for axis in theirs]
    for one, two in zip(ours, theirs, strict=True):
        if x.shape[one] != y.shape[two]:
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {x.shape[one]} in dim "
                f"{one} and second has size {y.shape[two]} in dim {two}"
            )
    free = [axis for axis in range(x.ndim) if axis not in counted[0]]
    other_free = [axis for axis in range(y.ndim) if axis not in counted[1]]
    first, second = permuted(a, (*free, *ours)), permuted(b, (*theirs, *other_free))
    if not free and not other_free:
        return reshape_to(dot(flatten(first), flatten(second)), ())
    inside = prod(x.shape[axis] for axis in counted[0])
    shape = [x.shape[axis] for axis in free], [y.shape[axis] for axis in other_free]
    rows = reshape_to(first, (prod(shape[0]), inside))
    columns = reshape_to(second, (inside, prod(shape[1])))
    return reshape_to(mm(rows, columns), (*shape[0], *shape[1]))


@offered("chain_matmul", method=False)
def chain_matmul(*matrices: Tensor) -> Tensor:
    """Return the product of several matrices."""
    result = matrices[0]
    for matrix in matrices[1:]:
        result = mm(result, matrix)
    return result


@offered("kron")
def kron(input: Tensor, other: Tensor) -> Tensor:
    """Return the Kronecker product of two matrices."""
    (a, b), (c, d) = input._array.shape, other._array.shape
    wide = mul(_unsafe_view(input, (a, 1, b, 1)), _unsafe_view(other, (1, c, 1, d)))
    return _unsafe_view(wide, (a * c, b * d))


@offered("cross")
def cross(input: Tensor, other: Tensor, dim: int = -1) -> Tensor:
    """Return the vectors at right angles to pairs of 3-vectors."""
    x, y = input._array, other._array
    if x.shape[dim] != 3 or y.shape[dim] != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {x.shape[dim]} and "
            f"{y.shape[dim]}"
        )

    def crossed(a: Array, b: Array) -> Array:
        return np.cross(a, b, axis=dim)

    return record(
        "LinalgCrossBackward0", crossed(x, y), (input, other),
        lambda grad: (fit(crossed(y, grad), x), fit(crossed(grad, x), y)),
        self=input, other=other, dim=dim % 2**64,
    )  # fmt: skip
