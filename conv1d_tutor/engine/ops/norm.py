"""Lengths of vectors, and the distance between two."""

from collections.abc import Callable
from math import inf
from typing import Any, cast

import numpy as np

from ..core import dtypes
from ..core.dims import Dims, axes_of, saved_dims, with_reduced_dims
from ..core.dtypes import DType
from ..core.graph import RESULT, fit, record
from ..core.guard import waited_for
from ..core.op import declared
from ..core.tensor import Array, Tensor
from .arithmetic import sub
from .conversion import detach


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
    if isinstance(p, str) and p != "fro":
        raise RuntimeError(f"linalg.vector_norm: Expected a number as order. Got '{p}'")
    order = 2 if p in ("fro", None) else p
    length: Any = vector_norm  # which takes `out` as every declared operation does
    return cast(Tensor, length(input, order, dim, keepdim, dtype=dtype, out=out))


def _normed(
    array: Array, ord: float, axes: tuple[int, ...], keepdim: bool
) -> tuple[Array, Callable[[Array], Array | None]]:
    """Return the norm along axes, and what turns its gradient into that of the array."""
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
