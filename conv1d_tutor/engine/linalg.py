"""`torch.linalg`: what vectors and small matrices need of it."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from .core.dims import Dims
from .core.dtypes import DType
from .core.graph import made
from .core.guard import in_thread
from .core.op import declared, op
from .core.strides import by_columns, in_order
from .core.tensor import Array, Tensor
from .ops.blas import linalg_cross as cross
from .ops.matmul import matmul as _matmul
from .ops.norm import matrix_norm as _matrix_norm
from .ops.norm import vector_norm

__all__ = [
    "LinAlgError",
    "cross",
    "det",
    "inv",
    "matmul",
    "matrix_rank",
    "norm",
    "solve",
    "vector_norm",
]

_HERE = "torch.linalg"


class LinAlgError(RuntimeError):
    """A matrix does not allow what was asked of it."""


LinAlgError.__name__ = "_LinAlgError"
LinAlgError.__module__ = "torch._C"

matmul = declared(
    "linalg_matmul(Tensor input, Tensor other, *, Tensor out=None)", module=_HERE
)(_matmul)  # fmt: skip


# --- norms


@declared(
    "linalg_norm(Tensor input, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, "
    "ScalarType? dtype=None, Tensor out=None)",
    "linalg_norm(Tensor input, str ord, int[1]? dim=None, bool keepdim=False, *, "
    "ScalarType? dtype=None, Tensor out=None)",
    module=_HERE,
)  # fmt: skip
def norm(
    input: Tensor,
    ord: float | str | None = None,
    dim: Dims | None = None,
    keepdim: bool = False,
    dtype: DType | None = None,
) -> Tensor:
    """Return the length of a vector, or a norm of a matrix."""
    ndim = input._array.ndim
    if ord is not None and dim is None and ndim not in (1, 2):
        raise RuntimeError(
            "linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got "
            f"{ndim}D."
        )
    if ord is None or ord == "fro":
        return vector_norm(input, 2.0, dim, keepdim, dtype=dtype)
    if dim is not None and not isinstance(dim, int) and len(dim) not in (1, 2):
        raise RuntimeError(
            f"linalg.norm: If dim is specified, it must be of length 1 or 2. Got {list(dim)}"
        )
    is_matrix = ndim == 2 if dim is None else not isinstance(dim, int) and len(dim) == 2
    if not is_matrix and not isinstance(ord, str):
        return vector_norm(input, ord, dim, keepdim, dtype=dtype)
    return _matrix_norm(input, ord, (0, 1) if dim is None else dim, keepdim, dtype)


# --- matrices


def _check_matrix(name: str, argument: str, input: Tensor) -> None:
    if input._array.ndim < 2:
        raise RuntimeError(f"{name}: The input tensor {argument} must have at least 2 dimensions.")


def _check_square(name: str, input: Tensor) -> None:
    """Raise PyTorch's error unless a tensor is a square matrix of floats, or a batch of them."""
    _check_matrix(name, "A", input)
    rows, columns = input._array.shape[-2:]
    if rows != columns:
        raise RuntimeError(
            f"{name}: A must be batches of square matrices, but they are {rows} by {columns} "
            "matrices"
        )
    if input._array.dtype.kind != "f":
        raise RuntimeError(
            f"{name}: Expected a floating point or complex tensor as input. Got "
            f"{input.dtype.scalar}"
        )


def _first_zero(matrix: Array) -> int:
    """Return the first place, from 1, whose pivot elimination cannot find."""
    rows = matrix.astype(np.float64).copy()
    for place in range(len(rows)):
        pivot = place + int(np.argmax(np.abs(rows[place:, place])))
        if rows[pivot, place] == 0:
            return place + 1
        rows[[place, pivot]] = rows[[pivot, place]]
        rows[place + 1 :] -= np.outer(rows[place + 1 :, place] / rows[place, place], rows[place])
    return len(rows)


_FEW = 2**14
"""Numbers of a matrix that numpy takes milliseconds for; more are left to a thread."""


@op(
    "linalg_inv(Tensor A, *, Tensor out=None)",
    node="LinalgInvExBackward0", elementwise=False, lies=by_columns, module=_HERE,
    check=partial(_check_square, "linalg.inv"),
    gradient=lambda grad, a, inverse: -(
        inverse.swapaxes(-1, -2) @ grad @ inverse.swapaxes(-1, -2)),
)  # fmt: skip
def inv(A: Array) -> Array:  # noqa: N803 - PyTorch's name
    """Return the inverse of a square matrix: (..., n, n) -> (..., n, n)."""
    try:
        return in_thread(np.linalg.inv, A) if A.size > _FEW else np.linalg.inv(A)
    except np.linalg.LinAlgError:
        raise LinAlgError(
            f"linalg.inv: The diagonal element {_first_zero(A)} is zero, the inversion could "
            "not be completed because the input matrix is singular."
        ) from None


@op(
    "linalg_det(Tensor A, *, Tensor out=None)",
    elementwise=False, module=_HERE, check=partial(_check_square, "linalg.det"),
    gradient=lambda grad, a, det: (
        (grad * det)[..., None, None] * np.linalg.inv(a).swapaxes(-1, -2)),
)  # fmt: skip
def det(A: Array) -> Array:  # noqa: N803
    """Return the determinant of a square matrix: (..., n, n) -> (...)."""
    whole = in_thread(np.linalg.det, A) if A.size > _FEW else np.linalg.det(A)
    return np.asarray(whole, A.dtype)


def _holds_vectors(a: Array, b: Array) -> bool:
    """Return whether the right sides of a system are vectors: (..., n), not (..., n, k)."""
    return b.ndim == 1 or (b.ndim == a.ndim - 1 and b.shape == a.shape[:-1])


def _check_system(A: Tensor, B: Tensor) -> None:  # noqa: N803
    _check_square("linalg.solve", A)
    a, b = A._array, B._array
    if a.dtype != b.dtype:
        raise RuntimeError(
            "linalg.solve: Expected A and B to have the same dtype, but found A of type "
            f"{A.dtype.scalar} and B of type {B.dtype.scalar} instead"
        )
    rows, columns = (*b.shape, 1)[-2:] if _holds_vectors(a, b) else b.shape[-2:]
    if rows != a.shape[-1]:
        size = a.shape[-1]
        raise RuntimeError(
            "linalg.solve: Incompatible shapes of A and B for the equation AX = B "
            f"({size}x{size} and {rows}x{columns})"
        )


def _solved(a: Array, b: Array) -> Array:
    if _holds_vectors(a, b):
        return np.asarray(_solved(a, b[..., None])[..., 0])
    return in_thread(np.linalg.solve, a, b) if a.size > _FEW else np.linalg.solve(a, b)


def _columns_of_matrices(result: Array, operands: Sequence[Array]) -> Array:
    a, b = operands
    return in_order(result) if _holds_vectors(a, b) else by_columns(result, operands)


def _outer(a: Array, x: Array, y: Array) -> Array:
    """Return x times y transposed, of vectors or of matrices beside `a`."""
    if _holds_vectors(a, x):
        return x[..., :, None] * y[..., None, :]
    return np.asarray(x @ y.swapaxes(-1, -2))


@op(
    "linalg_solve(Tensor A, Tensor B, *, Tensor out=None)",
    node="LinalgSolveExBackward0", elementwise=False, lies=_columns_of_matrices,
    promotes=False, module=_HERE,
    check=_check_system,
    gradient=(lambda grad, a, b, x: -_outer(a, _solved(a.swapaxes(-1, -2), grad), x),
              lambda grad, a, b, x: _solved(a.swapaxes(-1, -2), grad)),
)  # fmt: skip
def solve(A: Array, B: Array) -> Array:  # noqa: N803
    """Return the X of A X = B: (..., n, n), (..., n[, k]) -> (..., n[, k])."""
    try:
        return _solved(A, B)
    except np.linalg.LinAlgError:
        raise LinAlgError(
            "torch.linalg.solve: The solver failed because the input matrix is singular."
        ) from None


@declared(
    *(f"linalg_matrix_rank(Tensor input, *, {kind}? atol=None, {kind}? rtol=None, "
      "bool hermitian=False, Tensor out=None)" for kind in ("Tensor", "float")),
    *(f"linalg_matrix_rank(Tensor input, {kind} tol, bool hermitian=False, *, Tensor out=None)"
      for kind in ("Tensor", "float")),
    module=_HERE,
)  # fmt: skip
def matrix_rank(
    input: Tensor,
    atol: Tensor | float | None = None,
    rtol: Tensor | float | None = None,
    hermitian: bool = False,
    tol: Tensor | float | None = None,
) -> Tensor:
    """Return how many rows of a matrix are independent: (..., n, m) -> (...).

    Those count whose singular values are above `atol` and above `rtol` times the largest one.
    """
    _check_matrix("torch.linalg.matrix_rank", "input", input)
    if input._array.dtype not in (np.float32, np.float64):
        raise RuntimeError("This function doesn't handle types other than float and double")
    if hermitian:
        _check_square("linalg.eigh", input)
    matrix = input._array
    if not matrix.size:
        return made(np.zeros(matrix.shape[:-2], np.int64))
    values = np.abs(
        np.linalg.eigvalsh(matrix) if hermitian else np.linalg.svd(matrix, compute_uv=False)
    )
    least, part = (
        None if each is None else np.asarray(each._array if isinstance(each, Tensor) else each)
        for each in (atol if tol is None else tol, rtol if tol is None else 0.0)
    )
    if part is None:
        own = np.finfo(matrix.dtype).eps * max(matrix.shape[-2:])
        part = np.asarray(own if least is None else np.where(least > 0, 0.0, own))
    bound = np.maximum(np.asarray(0.0 if least is None else least), part * values.max(axis=-1))
    return made(np.asarray((values > bound[..., None]).sum(axis=-1), np.int64))
