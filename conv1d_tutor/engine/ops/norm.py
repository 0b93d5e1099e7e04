"""Lengths of vectors, and the distance between two."""

from collections.abc import Callable
from math import inf
from typing import Any, cast

import numpy as np

from ..core import dtypes
from ..core.device import kind_of
from ..core.dims import Dims, as_dim, axes_of, saved_dims, with_reduced_dims
from ..core.dtypes import DType
from ..core.graph import RESULT, fit, record
from ..core.guard import waited_for
from ..core.in_place import write_into
from ..core.op import FUNCTIONS, declared, kernel
from ..core.parameters import is_number
from ..core.tensor import Array, Tensor
from .arithmetic import sub
from .conversion import detach
from .permuting import movedim
from .shaping import unsqueeze


@declared(
    "linalg_vector_norm(Tensor input, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, "
    "ScalarType? dtype=None, Tensor out=None)",
    module="torch.linalg",
)  # fmt: skip
def vector_norm(
    input: Tensor,
    ord: float = 2,
    dim: Dims | None = None,
    keepdim: bool = False,
    *,
    dtype: DType | None = None,
) -> Tensor:
    """Return the `ord`-norm of all elements, or along `dim`: (sum of |x|**ord)**(1 / ord)."""
    array = input._array if dtype is None else input._array.astype(dtype.numpy)
    if array.dtype.kind != "f":
        raise RuntimeError(
            "linalg.vector_norm: Expected a floating point or complex tensor as input. Got "
            f"{input.dtype.scalar}"
        )
    output, derivative = waited_for(_normed, array, ord, axes_of(dim, array.ndim), keepdim)
    return record(
        "LinalgVectorNormBackward0",
        output,
        (input,),
        lambda grad: (derivative(grad),),
        self=input,
        result=RESULT,
        ord=ord,
        dim=None if dim is None else saved_dims(dim),
        keepdim=keepdim,
    )


def matrix_norm(
    input: Tensor,
    ord: float | str,
    dim: Dims,
    keepdim: bool,
    dtype: DType | None,
) -> Tensor:
    """Return a norm of the matrices that two dims hold: of their sums, or singular values."""
    ndim = input._array.ndim
    if ndim < 2:
        raise RuntimeError(
            "linalg.matrix_norm: The input tensor A must have at least 2 dimensions."
        )
    if ord not in ("nuc", 1, -1, 2, -2, inf, -inf):
        shown = ord if isinstance(ord, str) else f"{ord:g}"
        raise RuntimeError(f"linalg.matrix_norm: Order {shown} not supported.")
    if isinstance(dim, int) or len(dim) != 2:
        raise RuntimeError(
            f"linalg.matrix_norm: dim must be a 2-tuple. Got {'' if isinstance(dim, int) else dim}"
        )
    rows, columns = (as_dim(each, ndim) for each in dim)
    if rows == columns:
        raise RuntimeError(f"linalg.matrix_norm: dims must be different. Got ({rows}, {columns})")
    if ord == "nuc" or abs(cast(float, ord)) == 2:
        last = input if dtype is None else input.to(dtype)
        values = _singular_values(movedim(last, (rows, columns), (-2, -1)))
        norms: Tensor = (
            FUNCTIONS["sum"](values, -1, keepdim)
            if ord == "nuc"
            else FUNCTIONS["amax" if cast(float, ord) > 0 else "amin"](values, -1, keepdim)
        )
        return movedim(unsqueeze(norms, -1), (-2, -1), (rows, columns)) if keepdim else norms
    number = cast(float, ord)
    summed, left = (rows, columns) if abs(number) == 1 else (columns, rows)
    sums = vector_norm(input, 1, summed, keepdim, dtype=dtype)
    if not keepdim and left > summed:
        left -= 1
    extreme: Tensor = FUNCTIONS["amax" if number > 0 else "amin"](sums, left, keepdim)
    return extreme


def _singular(matrix: Array) -> tuple[Array, Array, Array]:
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    return left, values, right


_singular_values = kernel(
    "linalg_svd(Tensor A)", node="LinalgSvdBackward0", elementwise=False,
    gradient=lambda grad, a, values: (
        _singular(a)[0] @ (grad[..., None] * _singular(a)[2])),
)(lambda a: np.linalg.svd(a, compute_uv=False))  # fmt: skip


@declared("norm", python=True)
def norm(
    input: Tensor,
    p: float | str | None = "fro",
    dim: Dims | None = None,
    keepdim: bool = False,
    out: Tensor | None = None,
    dtype: DType | None = None,
) -> Tensor:
    """Return the length of the vector of all elements, or along `dim`."""
    if not isinstance(input, Tensor):
        raise AttributeError(f"'{kind_of(input)}' object has no attribute 'layout'")
    if isinstance(p, str) and p != "fro":
        dims = tuple(range(input._array.ndim)) if dim is None else dim
        found = matrix_norm(input, p, dims, keepdim, dtype)
        return found if out is None else cast(Tensor, write_into(out, found, "norm"))
    if not isinstance(p, str) and p is not None and not is_number(p):
        raise TypeError(
            f"linalg_vector_norm(): argument 'ord' (position 2) must be Number, not {kind_of(p)}"
        )
    order = 2 if p in ("fro", None) else p
    length: Any = vector_norm  # which takes `out` as every declared operation does
    return cast(Tensor, length(input, order, dim, keepdim, dtype=dtype, out=out))


def _normed(
    array: Array, ord: float, axes: tuple[int, ...], keepdim: bool
) -> tuple[Array, Callable[[Array], Array | None]]:
    """Return the norm along axes, and what turns its gradient into that of the array."""
    if (
        ord == 2
        and array.size > _MANY
        and axes
        in (
            (array.ndim - 1,),
            tuple(range(array.ndim)),
        )
    ):
        return _length(array, axes, keepdim)
    sizes = np.abs(array.astype(np.float64))
    if ord == inf:
        exact = sizes.max(axis=axes, keepdims=True)
    elif ord == -inf:
        exact = sizes.min(axis=axes, keepdims=True)
    elif ord == 0:
        exact = (sizes != 0).sum(axis=axes, keepdims=True).astype(np.float64)
    else:
        exact = (sizes**ord).sum(axis=axes, keepdims=True) ** (1 / ord)
    whole = np.asarray(exact)

    def derivative(grad: Array) -> Array | None:
        if ord == 0:
            return None
        if ord in (inf, -inf):
            ties = sizes == whole
            slope = np.sign(array) * ties / ties.sum(axis=axes, keepdims=True)
        else:
            slope = np.sign(array) * np.where(whole == 0, 0, (sizes / whole) ** (ord - 1))
        kept = with_reduced_dims(grad, axes, keepdim).astype(np.float64)
        return np.asarray((kept * slope).astype(array.dtype))

    output = whole if keepdim else np.squeeze(whole, axis=axes)
    return output.astype(array.dtype), derivative


_MANY = 2**10


def _length(
    array: Array, axes: tuple[int, ...], keepdim: bool
) -> tuple[Array, Callable[[Array], Array | None]]:
    """Return what `_normed` does, of many rows (or all elements) with the order 2."""
    rows = array if len(axes) == 1 else array.reshape((1,) * (array.ndim - 1) + (-1,))
    whole = np.sqrt(np.vecdot(rows, rows))[..., None]

    def derivative(grad: Array) -> Array:
        scale = with_reduced_dims(grad, axes, keepdim) / np.where(whole == 0, np.inf, whole)
        return np.asarray(array * scale.astype(array.dtype))

    return (whole if keepdim else np.squeeze(whole, axis=axes)), derivative


@declared("dist(Tensor input, Tensor other, Scalar p=2)")
def dist(input: Tensor, other: Tensor, p: float) -> Tensor:
    """Return the `p`-norm of the difference."""
    apart = sub(detach(input), detach(other))._array
    if apart.dtype.kind != "f":
        raise RuntimeError(
            "norm(): input dtype should be either floating point or complex. Got "
            f"{dtypes.of_array(apart).scalar} instead."
        )
    output, derivative = waited_for(_normed, apart, p, tuple(range(apart.ndim)), False)

    def backward(grad: Array) -> tuple[Array | None, Array | None]:
        slope = derivative(grad)
        if slope is None:
            return np.zeros_like(input._array), np.zeros_like(other._array)
        return fit(slope, input._array), fit(-slope, other._array)

    return record(
        "DistBackward0",
        output,
        (input, other),
        backward,
        self=input,
        other=other,
        result=RESULT,
        p=p,
    )
