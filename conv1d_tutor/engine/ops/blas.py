"""Products of vectors and matrices: `dot`, `mv`, `mm`, `bmm`, `addmm`, `outer`, `kron`, `cross`.

`matmul`, which chooses among them, and sums of products by dims (`einsum`, `tensordot`, `inner`)
have rooms of their own.
"""

from math import prod

import numpy as np

from ..core import guard
from ..core.device import kind_of
from ..core.dims import as_dim
from ..core.graph import record_laid
from ..core.op import declared, kernel, op
from ..core.promotion import check_broadcast
from ..core.strides import seen_in
from ..core.tensor import Array, Tensor, wrap
from ..core.warned import warn_once
from .arithmetic import mul
from .shaping import expand, reshape

_BLOCK = 2**29
"""Multiplications between two chances to interrupt: about a tenth of a second."""


def _product(a: Array, b: Array) -> Array:
    """Return `a @ b` of two matrices; a long one in blocks of rows, so that Ctrl-C gets through."""
    work = a.shape[0] * a.shape[1] * b.shape[1]
    whole = a.dtype.kind in "iu"
    if whole and work > _FEW and _is_exact(a, b):
        # numpy has a fast product of floats only; these are whole all the way.
        product = _product(a.astype(np.float64), b.astype(np.float64))
        return product.astype(np.int64).astype(a.dtype)
    block = _WHOLE_BLOCK if whole else _BLOCK
    if work <= block:
        return np.asarray(np.matmul(a, b))
    output = np.empty((a.shape[0], b.shape[1]), a.dtype)
    rows = max(1, block // (a.shape[1] * b.shape[1]))
    for start in range(0, a.shape[0], rows):
        np.matmul(a[start : start + rows], b, out=output[start : start + rows])
    return output


def _is_exact(a: Array, b: Array) -> bool:
    """Return whether no sum of products of these integers is beyond what float64 can hold."""
    sizes = [max(abs(int(each.min())), abs(int(each.max()))) for each in (a, b)]
    return bool(sizes[0] * sizes[1] * a.shape[1] < 2**53)


_FEW = 2**14
"""Multiplications of integers that are done as they are."""
_WHOLE_BLOCK = 2**23
"""Multiplications of integers between two chances to interrupt."""


def _batched_product(a: Array, b: Array) -> Array:
    """Return `a @ b` of two batches of matrices: (b, n, m), (b, m, p) -> (b, n, p)."""
    if prod(a.shape) * b.shape[-1] <= (_FEW if a.dtype.kind in "iu" else _BLOCK):
        return np.asarray(np.matmul(a, b))
    return np.stack([_product(one, two) for one, two in zip(a, b, strict=True)])


def _refuse_bool(tensor: Tensor, function: str) -> None:
    if tensor._array.dtype.kind == "b":
        raise NotImplementedError(f"\"{function}\" not implemented for 'Bool'")


def _check_rows(mat1: Tensor, mat2: Tensor) -> None:
    """Raise PyTorch's error unless one matrix has as many columns as the other has rows."""
    (n, m), (m2, p) = mat1._array.shape, mat2._array.shape
    if m != m2:
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({n}x{m} and {m2}x{p})")
    guard.check_shape((n, p), mat1._array.dtype)


def _check_expands(input: Tensor, sizes: tuple[int, ...]) -> None:
    """Raise PyTorch's error unless what is added to a product expands to its sizes."""
    if input._array.shape not in (sizes, sizes[-1:]):
        expand(input, sizes)


# --- vectors


def _check_dot(input: Tensor, tensor: Tensor) -> None:
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
    _refuse_bool(input, "dot")


_DOT_GRADIENT = (lambda grad, x, y, result: grad * y, lambda grad, x, y, result: grad * x)

dot = op(
    "dot(Tensor input, Tensor tensor, *, Tensor out=None)",
    saves="self:tensor tensor:self", check=_check_dot, promotes=False, elementwise=False,
    gradient=_DOT_GRADIENT,
    doc="Return the sum of the products of two vectors' elements: (n), (n) -> ().",
)(np.dot)  # fmt: skip

op(
    "vdot(Tensor input, Tensor other, *, Tensor out=None)",
    saves="self:other other:self", check=_check_dot, promotes=False, elementwise=False,
    gradient=_DOT_GRADIENT, doc="Return the same as `dot`: (n), (n) -> ().",
)(np.dot)  # fmt: skip


@declared("outer(Tensor input, Tensor vec2, *, Tensor out=None)", aliases="ger")
def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """Return every element of one vector times every element of another: (n), (m) -> (n, m)."""
    for name, vector in (("self", input), ("vec2", vec2)):
        if vector._array.ndim != 1:
            raise RuntimeError(
                f"outer: Expected 1-D argument {name}, but got {vector._array.ndim}-D"
            )
    return mul(reshape(input, (input._array.size, 1)), vec2)


def _check_cross(input: Tensor, other: Tensor, dim: int) -> None:
    x, y = input._array, other._array
    if x.ndim != y.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    axis = as_dim(dim, x.ndim)
    if x.shape[axis] != 3 or y.shape[axis] != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {x.shape[axis]} and "
            f"{y.shape[axis]}"
        )
    check_broadcast(x.shape, y.shape)
    if x.dtype != y.dtype:
        raise RuntimeError(
            f"expected scalar type {input.dtype.scalar} but found {other.dtype.scalar}"
        )


_cross = kernel(
    "linalg_cross(Tensor input, Tensor other, *, int dim=-1)",
    saves="self:other other:self dim", promotes=False, elementwise=False,
    gradient=(lambda grad, x, y, dim, result: np.cross(y, grad, axis=dim),
              lambda grad, x, y, dim, result: np.cross(grad, x, axis=dim)),
)(lambda x, y, dim: np.cross(x, y, axis=dim))  # fmt: skip


@declared("linalg_cross(Tensor input, Tensor other, *, int dim=-1)", module="torch.linalg")
def linalg_cross(input: Tensor, other: Tensor, dim: int = -1) -> Tensor:
    """Return the vectors at right angles to pairs of 3-vectors, which lie along `dim`."""
    _check_cross(input, other, dim)
    return _cross(input, other, dim=as_dim(dim, input._array.ndim))


@declared("cross(Tensor input, Tensor other, int? dim=None, *, Tensor out=None)")
def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """Return the vectors at right angles to pairs of 3-vectors, which lie along `dim`.

    Without `dim` it is the first dim that has three elements.
    """
    if dim is None:
        warn_once(
            "Using torch.cross without specifying the dim arg is deprecated.\nPlease either pass "
            "the dim explicitly or simply use torch.linalg.cross.\nThe default value of dim will "
            "change to agree with that of linalg.cross in a future release."
        )
    if dim is None and 3 not in input._array.shape:
        raise RuntimeError("no dimension of size 3 in input")
    return linalg_cross(input, other, dim=input._array.shape.index(3) if dim is None else dim)


# --- matrices


def _check_mv(input: Tensor, vec: Tensor) -> None:
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
    _refuse_bool(input, "addmv_impl_cpu")


mv = op(
    "mv(Tensor input, Tensor vec, *, Tensor out=None)",
    saves="self:vec vec:self", check=_check_mv, promotes=False, elementwise=False,
    gradient=(lambda grad, x, v, result: np.outer(grad, v),
              lambda grad, x, v, result: np.dot(x.T, grad)),
    doc="Return a matrix times a vector: (n, m), (m) -> (n).",
)(np.dot)  # fmt: skip


def _check_mm(input: Tensor, mat2: Tensor) -> None:
    for name, matrix in (("self", input), ("mat2", mat2)):
        if matrix._array.ndim != 2:
            raise RuntimeError(f"{name} must be a matrix")
    _check_rows(input, mat2)
    if input.dtype is not mat2.dtype:
        raise RuntimeError(
            f"expected m1 and m2 to have the same dtype, but got: {input.dtype.c_name} != "
            f"{mat2.dtype.c_name}"
        )
    _refuse_bool(input, "addmm_impl_cpu_")


mm = op(
    "mm(Tensor input, Tensor mat2, *, Tensor out=None)",
    saves="self:mat2 self_sym_sizes self_sym_strides:self "
          "mat2:self mat2_sym_sizes mat2_sym_strides:mat2",
    check=_check_mm, promotes=False, elementwise=False,
    gradient=(lambda grad, x, y, result: _product(grad, y.T),
              lambda grad, x, y, result: _product(x.T, grad)),
    doc="Return a matrix times a matrix: (n, m), (m, p) -> (n, p).",
)(_product)  # fmt: skip


@declared("chain_matmul", python=True, method=False)
def chain_matmul(*matrices: Tensor) -> Tensor:
    """Return the product of several matrices: (n, m), (m, p), (p, q) -> (n, q)."""
    if not matrices:
        raise RuntimeError("chain_matmul(): Expected one or more matrices")
    for place, matrix in enumerate(matrices):
        if not isinstance(matrix, Tensor):
            raise TypeError(
                f"expected Tensor as element {place} in argument 0, but got {kind_of(matrix)}"
            )
        if matrix._array.ndim != 2:
            raise RuntimeError(f"Tensor dimension is {matrix._array.ndim}, expected 2 instead.")
    result = matrices[0]
    for matrix in matrices[1:]:
        result = mm(result, matrix)
    return result


def _check_bmm(input: Tensor, mat2: Tensor, function: str = "bmm") -> None:
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
    if x.dtype != y.dtype:
        raise RuntimeError(
            f"expected scalar type {input.dtype.scalar} but found {mat2.dtype.scalar}"
        )
    guard.check_shape((x.shape[0], x.shape[1], y.shape[2]), x.dtype)
    _refuse_bool(input, function)


bmm = op(
    "bmm(Tensor input, Tensor mat2, *, Tensor out=None)",
    saves="self:mat2 mat2:self", check=_check_bmm, promotes=False, elementwise=False,
    gradient=(lambda grad, x, y, result: _batched_product(grad, y.swapaxes(1, 2)),
              lambda grad, x, y, result: _batched_product(x.swapaxes(1, 2), grad)),
    doc="Return the products of two batches of matrices: (b, n, m), (b, m, p) -> (b, n, p).",
)(_batched_product)  # fmt: skip


# --- a product added to a tensor


def _added(whole: Array, input: Array, beta: float, alpha: float) -> Array:
    """Return `beta * input + alpha * whole`; where `beta` is 0, whatever the input holds."""
    number = whole.dtype.type
    product = whole if alpha == 1 else whole * number(alpha)
    if beta == 0:
        return product
    return product + (input if beta == 1 else input * number(beta))


def _check_addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *_numbers: float) -> None:
    if input.dtype is not mat2.dtype:
        raise RuntimeError(
            "self and mat2 must have the same dtype, but got "
            f"{input.dtype.scalar} and {mat2.dtype.scalar}"
        )
    if mat1.dtype is not mat2.dtype:
        raise RuntimeError(
            "mat1 and mat2 must have the same dtype, but got "
            f"{mat1.dtype.scalar} and {mat2.dtype.scalar}"
        )
    for name, matrix in (("mat1", mat1), ("mat2", mat2)):
        if matrix._array.ndim != 2:
            raise RuntimeError(f"{name} must be a matrix, got {matrix._array.ndim}-D tensor")
    _check_rows(mat1, mat2)
    _check_expands(input, (mat1._array.shape[0], mat2._array.shape[1]))
    _refuse_bool(mat1, "addmm_impl_cpu_")


@op(
    "addmm(Tensor input, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1, "
    "Tensor out=None)",
    "addmm(Scalar beta, Tensor input, Tensor mat1, Tensor mat2, *, Tensor out=None)"
    "|deprecated",
    "addmm(Scalar beta, Tensor input, Scalar alpha, Tensor mat1, Tensor mat2, *, "
    "Tensor out=None)|deprecated",
    saves="alpha beta mat1:mat2 mat1_sym_sizes mat1_sym_strides:mat1 "
          "mat2:mat1 mat2_sym_sizes mat2_sym_strides:mat2",
    check=_check_addmm, promotes=False, elementwise=False, in_place=True,
    gradient=(lambda grad, x, one, two, beta, alpha, result: grad * beta,
              lambda grad, x, one, two, beta, alpha, result: _product(grad, two.T) * alpha,
              lambda grad, x, one, two, beta, alpha, result: _product(one.T, grad) * alpha),
)  # fmt: skip
def addmm(input: Array, mat1: Array, mat2: Array, beta: float, alpha: float) -> Array:
    """Return `beta * input + alpha * (mat1 @ mat2)`: (n, p), (n, m), (m, p) -> (n, p)."""
    return _added(_product(mat1, mat2), input, beta, alpha)


def _check_baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *_numbers: float) -> None:
    one, two = batch1._array.shape, batch2._array.shape
    _check_expands(input, (*one[:2], two[as_dim(2, len(two))]))
    if not input.dtype is batch1.dtype is batch2.dtype:
        raise RuntimeError(
            f"Input dtypes must be the same, got: input {input.dtype.c_name}, batch1: "
            f"{batch1.dtype.c_name}, batch2: {batch2.dtype.c_name}"
        )
    _check_bmm(batch1, batch2, "baddbmm")


@op(
    "baddbmm(Tensor input, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1, "
    "Tensor out=None)",
    "baddbmm(Scalar beta, Tensor input, Tensor batch1, Tensor batch2, *, Tensor out=None)"
    "|deprecated",
    "baddbmm(Scalar beta, Tensor input, Scalar alpha, Tensor batch1, Tensor batch2, *, "
    "Tensor out=None)|deprecated",
    saves="alpha batch1:batch2 batch2:batch1 beta",
    check=_check_baddbmm, promotes=False, elementwise=False, in_place=True,
    gradient=(lambda grad, x, one, two, beta, alpha, result: grad * beta,
              lambda grad, x, one, two, beta, alpha, result:
                  _batched_product(grad, two.swapaxes(1, 2)) * alpha,
              lambda grad, x, one, two, beta, alpha, result:
                  _batched_product(one.swapaxes(1, 2), grad) * alpha),
)  # fmt: skip
def baddbmm(input: Array, batch1: Array, batch2: Array, beta: float, alpha: float) -> Array:
    """Return `beta * input + alpha * (batch1 @ batch2)`: (b, n, p), (b, n, m), (b, m, p)."""
    return _added(_batched_product(batch1, batch2), input, beta, alpha)


# --- Kronecker


def unsafe_view(result: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return a tensor that nobody else holds in another shape, with PyTorch's node for that."""
    before = result._array.shape
    seen = seen_in(result._array, shape)
    return record_laid(
        "UnsafeViewBackward0",
        wrap(result._array.reshape(shape) if seen is None else seen),
        (result,),
        lambda grad: (grad.reshape(before),),
        {"self_sym_sizes": before},
    )


@declared("kron(Tensor input, Tensor other, *, Tensor out=None)")
def kron(input: Tensor, other: Tensor) -> Tensor:
    """Return the Kronecker product: every element of one times all of the other.

    (a, b), (c, d) -> (a * c, b * d)
    """
    x, y = input._array.shape, other._array.shape
    rank = max(len(x), len(y))
    x, y = (1,) * (rank - len(x)) + x, (1,) * (rank - len(y)) + y
    apart = [
        tuple(size for each in x for size in (each, 1)),
        tuple(size for each in y for size in (1, each)),
    ]
    wide = mul(unsafe_view(input, apart[0]), unsafe_view(other, apart[1]))
    return unsafe_view(wide, tuple(a * b for a, b in zip(x, y, strict=True)))
