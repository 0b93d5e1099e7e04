"""How far numbers spread: variance, deviation, norms, and the soft maximum."""

from collections.abc import Callable
from math import inf, prod
from typing import Any

import numpy as np

from ..core.arguments import as_dtype, expect_tensor
from ..core.graph import RESULT, fit, record, record_many
from ..core.guard import waited_for
from ..core.promotion import floating
from ..core.surface import offered
from ..core.tensor import Array, Tensor
from .arithmetic import sub
from .reduction import axes_of, saved_dims, spread

__all__ = ["norm", "std", "var", "vector_norm"]


def _variance(
    name: str, input: Tensor, dim: Any, unbiased: Any, correction: Any, keepdim: bool
) -> tuple[Array, tuple[int, ...], Any, Any, Callable[[Array], Array]]:
    expect_tensor(input, name)
    x = input._array
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is not None and not isinstance(unbiased, bool):
        raise TypeError(
            f"{name}() received an invalid combination of arguments - got "
            f"(unbiased={type(unbiased).__name__}, ), but expected one of:\n"
        )
    if x.dtype.kind != "f":
        raise RuntimeError("std and var only support floating point and complex dtypes")
    saved_correction = correction
    if unbiased is not None:
        correction = saved_correction = 1 if unbiased else 0
    if correction is None:
        correction = 1
        saved_correction = None if dim is None else 1
    axes = axes_of(dim, x.ndim, name)
    count = prod(x.shape[axis] for axis in axes)
    freedom = max(count - correction, 0)
    deviation, total = waited_for(_deviation, x, axes, keepdim)
    output = np.asarray(np.divide(total, freedom), np.float64)

    def backward(grad: Array) -> Array:
        wide_grad = spread(grad, x.shape, axes, keepdim) * (2.0 / freedom if freedom else np.nan)
        return np.asarray(wide_grad * deviation, x.dtype)

    saved = None if dim is None else saved_dims(dim)
    return output, axes, saved, saved_correction, backward


def _deviation(x: Array, axes: tuple[int, ...], keepdim: bool) -> tuple[Array, Array]:
    """Return how far each element is from the mean, and the sums of the squares."""
    wide = x.astype(np.float64, copy=False)
    deviation = wide - wide.mean(axis=axes, keepdims=True)
    return deviation, (deviation * deviation).sum(axis=axes, keepdims=keepdim)


@offered("var")
def var(
    input: Tensor, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *,
    correction: Any = None,
) -> Tensor:  # fmt: skip
    """Return the variance of all elements, or along `dim`."""
    output, _, saved, kept, derivative = _variance("var", input, dim, unbiased, correction, keepdim)
    return record(
        "VarBackward0", output.astype(input._array.dtype), (input,),
        lambda grad: (derivative(grad),),
        self=input, dim=saved, correction=kept, keepdim=keepdim,
    )  # fmt: skip


@offered("std")
def std(
    input: Tensor, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *,
    correction: Any = None,
) -> Tensor:  # fmt: skip
    """Return the standard deviation of all elements, or along `dim`."""
    output, _, saved, kept, derivative = _variance("std", input, dim, unbiased, correction, keepdim)
    root = np.sqrt(output)
    own = input._array.dtype

    def backward(grad: Array) -> tuple[Array]:
        halved = np.where(root == 0, 0, grad / (2 * root))
        return (derivative(halved),)

    return record(
        "StdBackward0", root.astype(own), (input,), backward,
        self=input, result=RESULT, dim=saved, correction=kept, keepdim=keepdim,
    )  # fmt: skip


@offered("var_mean")
def var_mean(
    input: Tensor, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *,
    correction: Any = None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Return the variance and the mean."""
    return _with_mean("var_mean", input, dim, unbiased, correction, keepdim)


@offered("std_mean")
def std_mean(
    input: Tensor, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *,
    correction: Any = None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Return the standard deviation and the mean."""
    return _with_mean("std_mean", input, dim, unbiased, correction, keepdim)


def _with_mean(
    name: str, input: Tensor, dim: Any, unbiased: Any, correction: Any, keepdim: bool
) -> tuple[Tensor, Tensor]:
    """Return the variance, or its root, and the mean as two results of one node."""
    output, axes, saved, kept, derivative = _variance(
        name, input, dim, unbiased, correction, keepdim
    )
    x = input._array
    count = prod(x.shape[axis] for axis in axes)
    root = np.sqrt(output) if name == "std_mean" else None
    middle = x.astype(np.float64, copy=False).mean(axis=axes, keepdims=keepdim)

    def backward(grads: tuple[Array, Array]) -> tuple[Array]:
        first = grads[0]
        if root is not None:
            first = np.where(root == 0, 0, first / (2 * root))
        towards_mean = spread(grads[1] / count, x.shape, axes, keepdim)
        return ((derivative(first) + towards_mean).astype(x.dtype),)

    parts = (output if root is None else root, np.asarray(middle))
    node = "VarMeanBackward0" if root is None else "StdMeanBackward0"
    one, two = record_many(
        node, [part.astype(x.dtype) for part in parts], (input,), backward,
        self=input, dim=saved, correction=kept, keepdim=keepdim,
    )  # fmt: skip
    return one, two


@offered("norm")
def norm(
    input: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Tensor:
    """Return the length of the vector of all elements, or along `dim`."""
    order = 2 if p in ("fro", None) else p
    return vector_norm(input, order, dim, keepdim, dtype=dtype)


def vector_norm(
    x: Tensor, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """Return the `ord`-norm of the elements (`torch.linalg.vector_norm`)."""
    expect_tensor(x, "linalg_vector_norm", "self")
    array = x._array if dtype is None else x._array.astype(as_dtype(dtype, "norm").numpy)
    if isinstance(ord, str):
        raise RuntimeError(f"linalg.vector_norm: Expected a number as order. Got '{ord}'")
    if array.dtype.kind != "f":
        raise RuntimeError(
            "linalg.vector_norm: Expected a floating point or complex tensor as input. Got "
            f"{x.dtype.scalar}"
        )
    axes = axes_of(dim, array.ndim, "norm")
    output, derivative = waited_for(_normed, array, ord, axes, keepdim)
    return record(
        "LinalgVectorNormBackward0", output, (x,), lambda grad: (derivative(grad),),
        self=x, result=RESULT, ord=ord, dim=None if dim is None else saved_dims(dim),
        keepdim=keepdim,
    )  # fmt: skip


def _normed(
    array: Array, ord: Any, axes: tuple[int, ...], keepdim: bool
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
        wide = spread(grad, array.shape, axes, keepdim).astype(np.float64)
        if ord == 0:
            return None
        if ord in (inf, -inf):
            ties = sizes == whole
            slope = np.sign(array) * ties / ties.sum(axis=axes, keepdims=True)
        else:
            slope = np.sign(array) * np.where(whole == 0, 0, (sizes / whole) ** (ord - 1))
        return np.asarray((wide * slope).astype(array.dtype))

    output = whole if keepdim else np.squeeze(whole, axis=axes)
    return output.astype(array.dtype), derivative


@offered("dist")
def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """Return the `p`-norm of the difference."""
    apart = sub(input.detach(), other.detach())._array
    output, derivative = waited_for(_normed, apart, p, tuple(range(apart.ndim)), False)

    def backward(grad: Array) -> tuple[Array | None, Array | None]:
        slope = derivative(grad)
        if slope is None:
            return np.zeros_like(input._array), np.zeros_like(other._array)
        return fit(slope, input._array), fit(-slope, other._array)

    return record(
        "DistBackward0", output, (input, other), backward,
        self=input, other=other, result=RESULT, p=p,
    )  # fmt: skip


def _log_of_sum(x: Array, axes: tuple[int, ...]) -> Array:
    top = x.max(axis=axes, keepdims=True)
    top = np.where(np.isfinite(top), top, 0).astype(x.dtype)
    return np.asarray(np.log(np.exp(x - top).sum(axis=axes, keepdims=True)) + top)


@offered("logsumexp")
def logsumexp(input: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    """Return the logarithm of the sum of exponentials along `dim`."""
    x = floating(input._array)
    axes = axes_of(dim, x.ndim, "logsumexp")
    whole = waited_for(_log_of_sum, x, axes)

    def backward(grad: Array) -> tuple[Array]:
        return (spread(grad, x.shape, axes, keepdim) * np.exp(x - whole),)

    output = whole if keepdim else np.squeeze(whole, axis=axes)
    return record(
        "LogsumexpBackward0", output, (input,), backward,
        self=input, result=RESULT, dim=saved_dims(dim), keepdim=keepdim,
    )  # fmt: skip
