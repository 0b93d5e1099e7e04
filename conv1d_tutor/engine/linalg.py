"""`torch.linalg`: what vectors and small matrices need of it."""

from math import inf
from typing import Any

import numpy as np

from .core.graph import fit, record
from .core.missing import missing
from .core.surface import FUNCTIONS
from .core.tensor import Array, Tensor, wrap
from .ops.blas import cross, matmul
from .ops.shaping import squeeze
from .ops.variance import vector_norm

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


class LinAlgError(RuntimeError):
    """A matrix does not allow what was asked of it."""


LinAlgError.__name__ = "_LinAlgError"
LinAlgError.__module__ = "torch._C"


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


def norm(A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False) -> Tensor:  # noqa: N803
    """Return the length of a vector, or a norm of a matrix."""
    is_matrix = (A._array.ndim == 2 and dim is None) or (isinstance(dim, tuple) and len(dim) == 2)
    if ord in (None, "fro") or not is_matrix:
        return vector_norm(A, 2.0 if ord in (None, "fro") else ord, dim, keepdim)
    rows, columns = (0, 1) if dim is None else dim
    if ord not in (1, -1, inf, -inf):
        raise NotImplementedError(
            f"the norm {ord!r} of a matrix is PyTorch's, but not in the bundled engine; the real "
            "PyTorch has it: conv1d-tutor --engine torch"
        )
    summed, left = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = vector_norm(A, 1, summed, True)
    extreme = FUNCTIONS["amax" if ord > 0 else "amin"](sums, left, True)
    if keepdim:
        return extreme  # type: ignore[no-any-return]
    return squeeze(extreme, (rows, columns))


def inv(A: Tensor) -> Tensor:  # noqa: N803
    """Return the inverse of a square matrix."""
    array = A._array
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise RuntimeError(
            "linalg.inv: A must be batches of square matrices, but they are "
            f"{array.shape[-2]} by {array.shape[-1]} matrices"
            if array.ndim > 1
            else "linalg.inv: The input tensor A must have at least 2 dimensions."
        )
    try:
        output = np.linalg.inv(array)
    except np.linalg.LinAlgError:
        raise LinAlgError(
            f"linalg.inv: The diagonal element {_first_zero(array)} is zero, the inversion could "
            "not be completed because the input matrix is singular."
        ) from None
    turned = output.swapaxes(-1, -2)
    return record("LinalgInvExBackward0", output, (A,), lambda g: (-(turned @ g @ turned),))


def det(A: Tensor) -> Tensor:  # noqa: N803
    """Return the determinant of a square matrix."""
    array = A._array
    output = np.asarray(np.linalg.det(array), array.dtype)
    return record(
        "LinalgDetBackward0", output, (A,),
        lambda g: (g[..., None, None] * output[..., None, None]
                   * np.linalg.inv(array).swapaxes(-1, -2),),
    )  # fmt: skip


def solve(A: Tensor, B: Tensor) -> Tensor:  # noqa: N803
    """Return the X of A X = B."""
    a, b = A._array, B._array
    is_vector = b.ndim == 1 or (b.ndim == a.ndim - 1 and b.shape == a.shape[:-1])
    columns = b[..., None] if is_vector else b
    try:
        found = np.linalg.solve(a, columns)
    except np.linalg.LinAlgError:
        raise LinAlgError(
            "torch.linalg.solve: The solver failed because the input matrix is singular."
        ) from None
    output = found[..., 0] if is_vector else found

    def backward(grad: Array) -> tuple[Array, Array]:
        arrived = grad[..., None] if is_vector else grad
        towards = np.linalg.solve(a.swapaxes(-1, -2), arrived)
        square = -(towards @ found.swapaxes(-1, -2))
        return fit(square, a), fit(towards[..., 0] if is_vector else towards, b)

    return record("LinalgSolveExBackward0", output, (A, B), backward)


def matrix_rank(A: Tensor) -> Tensor:  # noqa: N803
    """Return how many rows of a matrix are independent."""
    return wrap(np.asarray(np.linalg.matrix_rank(A._array), np.int64))


def __getattr__(name: str) -> Any:
    raise missing("torch.linalg", name, __all__, f"module 'torch.linalg' has no attribute '{name}'")
