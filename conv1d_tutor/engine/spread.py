"""How far numbers spread: variance, deviation, norms, and the soft maximum."""

from collections.abc import Callable
from math import inf, prod
from typing import Any

import numpy as np

from .arguments import as_dtype, expect_tensor
from .elementwise import floating
from .graph import RESULT, record
from .reductions import axes_of, mean, saved_dims, spread
from .surface import offered
from .tensor import Array, Tensor

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
    wide = x.astype(np.float64, copy=False)
    deviation = wide - wide.mean(axis=axes, keepdims=True)
    freedom = max(count - correction, 0)
    total = (deviation * deviation).sum(axis=axes, keepdims=keepdim)
    output = np.asarray(np.divide(total, freedom), np.float64)

    def backward(grad: Array) -> Array:
        wide_grad = spread(grad, x.shape, axes, keepdim) * (2.0 / freedom if freedom else np.nan)
        return np.asarray(wide_grad * deviation, x.dtype)

    saved = None if dim is None else saved_dims(dim)
    return output, axes, saved, saved_correction, backward


@offered("var")
def var(
    input: Tensor, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *,
    correction: Any = None,
) -> Tensor:  # fmt: skip
    """Give the variance of all elements, or along `dim`."""
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
    """Give the standard deviation of all elements, or along `dim`."""
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
def var_mean(input: Tensor, dim: Any = None, **options: Any) -> tuple[Tensor, Tensor]:
    """Give the variance and the mean."""
    return var(input, dim, **options), mean(input, dim, options.get("keepdim", False))


@offered("std_mean")
def std_mean(input: Tensor, dim: Any = None, **options: Any) -> tuple[Tensor, Tensor]:
    """Give the standard deviation and the mean."""
    return std(input, dim, **options), mean(input, dim, options.get("keepdim", False))


@offered("norm")
def norm(
    input: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Tensor:
    """Give the length of the vector of all elements, or along `dim`."""
    order = 2 if p in ("fro", None) else p
    return vector_norm(input, order, dim, keepdim, dtype=dtype)


def vector_norm(
    x: Tensor, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """Give the `ord`-norm of the elements (`torch.linalg.vector_norm`)."""
    expect_tensor(x, "linalg_vector_norm", "self")
    array = x._array if dtype is None else x._array.astype(as_dtype(dtype, "norm").numpy)
    if array.dtype.kind != "f":
        raise RuntimeError(
            "linalg.vector_norm: Expected a floating point or complex tensor as input. Got "
            f"{x.dtype.scalar}"
        )
    axes = axes_of(dim, array.ndim, "norm")
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

    def backward(grad: Array) -> tuple[Array]:
        wide = spread(grad, array.shape, axes, keepdim).astype(np.float64)
        if ord in (inf, -inf):
            ties = sizes == whole
            slope = np.sign(array) * ties / ties.sum(axis=axes, keepdims=True)
        elif ord == 0:
            slope = np.zeros_like(sizes)
        else:
            slope = np.sign(array) * np.where(whole == 0, 0, (sizes / whole) ** (ord - 1))
        return ((wide * slope).astype(array.dtype),)

    output = whole if keepdim else np.squeeze(whole, axis=axes)
    return record(
        "LinalgVectorNormBackward0", output.astype(array.dtype), (x,), backward,
        self=x, result=RESULT, ord=ord, dim=None if dim is None else saved_dims(dim),
        keepdim=keepdim,
    )  # fmt: skip


@offered("dist")
def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """Give the `p`-norm of the difference."""
    return vector_norm(input - other, p)  # type: ignore[operator]


@offered("logsumexp")
def logsumexp(input: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    """Give the logarithm of the sum of exponentials along `dim`."""
    x = floating(input._array)
    axes = axes_of(dim, x.ndim, "logsumexp")
    top = x.max(axis=axes, keepdims=True)
    top = np.where(np.isfinite(top), top, 0).astype(x.dtype)
    whole = np.log(np.exp(x - top).sum(axis=axes, keepdims=True)) + top

    def backward(grad: Array) -> tuple[Array]:
        return (spread(grad, x.shape, axes, keepdim) * np.exp(x - whole),)

    output = whole if keepdim else np.squeeze(whole, axis=axes)
    return record(
        "LogsumexpBackward0", output, (input,), backward,
        self=input, result=RESULT, dim=saved_dims(dim), keepdim=keepdim,
    )  # fmt: skip
