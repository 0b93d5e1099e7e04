"""`softmax` and its logarithm."""

from collections.abc import Callable

import numpy as np

from ..core.dims import as_dim, saved_dim
from ..core.dtypes import DType
from ..core.graph import RESULT, record
from ..core.guard import waited_for
from ..core.op import declared, node_name
from ..core.tensor import Array, Tensor
from .conversion import to_dtype


def _softmax(x: Array, axis: int) -> Array:
    """Return the exponentials, each divided by their sum; the largest is taken off first."""
    powers = np.exp(x - x.max(axis=axis, keepdims=True, initial=-np.inf))
    powers /= powers.sum(axis=axis, keepdims=True)
    return np.asarray(powers)


def _log_softmax(x: Array, axis: int) -> Array:
    shifted = x - x.max(axis=axis, keepdims=True, initial=-np.inf)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True)))


def _along(
    name: str,
    input: Tensor,
    dim: int,
    dtype: DType | None,
    function: Callable[[Array, int], Array],
    gradient: Callable[[Array, Array, int], Array],
) -> Tensor:
    """Return what the function makes of each row along `dim`."""
    axis = as_dim(dim, input._array.ndim)
    source = input if dtype is None else to_dtype(input, dtype)
    x = source._array
    if x.dtype.kind != "f":
        last = "_lastdim" if axis >= x.ndim - 1 else ""
        raise NotImplementedError(
            f"\"{name}{last}_kernel_impl\" not implemented for '{source.dtype.scalar}'"
        )
    rows = waited_for(function, np.atleast_1d(x), axis)

    def backward(grad: Array) -> tuple[Array]:
        return (gradient(grad.reshape(rows.shape), rows, axis).reshape(x.shape),)

    return record(
        node_name(name),
        rows.reshape(x.shape),
        (source,),
        backward,
        dim=saved_dim(dim),
        result=RESULT,
    )


@declared("softmax(Tensor input, int dim, ScalarType? dtype=None, *, Tensor out=None)")
def softmax(input: Tensor, dim: int, dtype: DType | None = None) -> Tensor:
    """Return exp(input) divided by its sum along `dim`."""
    return _along(
        "softmax",
        input,
        dim,
        dtype,
        _softmax,
        lambda grad, y, axis: y * (grad - (grad * y).sum(axis=axis, keepdims=True)),
    )


@declared("log_softmax(Tensor input, int dim, ScalarType? dtype=None, *, Tensor out=None)")
def log_softmax(input: Tensor, dim: int, dtype: DType | None = None) -> Tensor:
    """Return the logarithm of `softmax`."""
    return _along(
        "log_softmax",
        input,
        dim,
        dtype,
        _log_softmax,
        lambda grad, y, axis: grad - np.exp(y) * grad.sum(axis=axis, keepdims=True),
    )
