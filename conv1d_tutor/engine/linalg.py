"""`torch.linalg`: what vectors and small matrices need of it."""

from typing import Any

import numpy as np

from .graph import record
from .linear_algebra import cross, matmul
from .spread import vector_norm
from .tensor import Array, Tensor, wrap

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
    """Give the first place, from 1, whose pivot elimination cannot find."""
    rows = matrix.astype(np.float64).copy()
    for place in range(len(rows)):
        pivot = place + int(np.argmax(np.abs(rows[place:, place])))
        if rows[pivot, place] == 0:
            return place + 1
        rows[[place, pivot]] = rows[[pivot, place]]
        rows[place + 1 :] -= np.outer(rows[place + 1 :, place] / rows[place, place], rows[place])
    return len(rows)


def norm(A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False) -> Tensor:  # noqa: N803
    """Give the length of a vector, or of a matrix as one long vector."""
    return vector_norm(A, 2.0 if ord in (None, "fro") else ord, dim, keepdim)


def inv(A: Tensor) -> Tensor:  # noqa: N803
    """Give the inverse of a square matrix."""
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
    """Give the determinant of a square matrix."""
    array = A._array
    output = np.asarray(np.linalg.det(array), array.dtype)
    return record(
        "LinalgDetBackward0", output, (A,),
        lambda g: (g[..., None, None] * output[..., None, None]
                   * np.linalg.inv(array).swapaxes(-1, -2),),
    )  # fmt: skip


def solve(A: Tensor, B: Tensor) -> Tensor:  # noqa: N803
    """Give the X of A X = B."""
    return matmul(inv(A), B)


def matrix_rank(A: Tensor) -> Tensor:  # noqa: N803
    """Give how many rows of a matrix are independent."""
    return wrap(np.asarray(np.linalg.matrix_rank(A._array), np.int64))
