"""Many numbers into fewer: sums, means, products, spreads and extremes."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from ..core.arguments import as_dim, as_dims, as_dtype, expect_tensor, integer, kind_of
from ..core.graph import RESULT, record
from ..core.guard import waited_for
from ..core.surface import in_place_twin, offered
from ..core.tensor import Array, Tensor, wrap

__all__ = ["axes_of", "mean", "saved_dims", "spread", "sum_"]


def saved_dims(dim: Any) -> tuple[int, ...]:
    """Return dims as PyTorch's nodes keep them: unsigned 64-bit numbers."""
    several = (dim,) if integer(dim) is not None else dim
    return tuple(int(each) % 2**64 for each in several)


def axes_of(dim: Any, ndim: int, function: str) -> tuple[int, ...]:
    """Return the axes that `dim` names; none or an empty tuple names all of them."""
    if dim is None or (isinstance(dim, tuple | list) and not dim):
        return tuple(range(ndim))
    if not isinstance(dim, tuple | list) and integer(dim) is None:
        raise TypeError(
            f"{function}() received an invalid combination of arguments - got ({kind_of(dim)}), "
            "but expected one of:\n * (*, torch.dtype dtype = None)\n * (tuple of ints dim, bool "
            "keepdim = False, *, torch.dtype dtype = None)\n"
        )
    axes = as_dims(dim, ndim, function)
    return axes if ndim else ()


def spread(grad: Array, shape: tuple[int, ...], axes: tuple[int, ...], keepdim: bool) -> Array:
    """Return a reduced gradient in the shape from before the reduction."""
    if not keepdim and grad.ndim < len(shape):
        grad = np.expand_dims(grad, axes)
    return np.broadcast_to(grad, shape)


def _summed(x: Array, axes: tuple[int, ...], keepdim: bool) -> Array:
    """Sum pairwise in every layout, so that the error stays small."""
    if x.dtype == np.float16:
        return np.asarray(x.sum(axis=axes, keepdims=keepdim, dtype=np.float32).astype(np.float16))
    if x.dtype == np.float32 and axes and x.ndim > 1 and x.ndim - 1 not in axes:
        # numpy adds rows one by one here; adding in double costs little and loses nothing.
        wide = x.sum(axis=axes, keepdims=keepdim, dtype=np.float64)
        return np.asarray(wide, np.float32)
    return np.asarray(x.sum(axis=axes, keepdims=keepdim))


@offered("sum")
def sum_(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """Return the sum of all elements, or along `dim`."""
    expect_tensor(input, "sum")
    x = input._array
    axes = axes_of(dim, x.ndim, "sum")
    if dtype is not None:
        x = x.astype(as_dtype(dtype, "sum").numpy)
    elif x.dtype.kind != "f":
        x = x.astype(np.int64)
    output = waited_for(_summed, x, axes, keepdim)
    shape, own = x.shape, input._array.dtype
    if dim is None:
        return record(
            "SumBackward0", output, (input,),
            lambda grad: (np.broadcast_to(grad, shape).astype(own, copy=False),),
            self_sym_sizes=shape,
        )  # fmt: skip
    return record(
        "SumBackward1", output, (input,),
        lambda grad: (spread(grad, shape, axes, keepdim).astype(own, copy=False),),
        dim=saved_dims(dim), keepdim=keepdim, self_sym_sizes=shape,
    )  # fmt: skip


@offered("mean")
def mean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """Return the mean of all elements, or along `dim`."""
    expect_tensor(input, "mean")
    x = input._array if dtype is None else input._array.astype(as_dtype(dtype, "mean").numpy)
    if x.dtype.kind != "f":
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or "
            f"complex dtype. Got: {input.dtype.scalar}"
        )
    axes = axes_of(dim, x.ndim, "mean")
    shape = x.shape
    count = prod(shape[each] for each in axes)
    output = waited_for(_summed, x, axes, keepdim) / x.dtype.type(count)

    def backward(grad: Array) -> tuple[Array]:
        return (spread(grad / count, shape, axes, keepdim),)

    saved: dict[str, Any] = {"self_sym_numel": x.size, "self_sym_sizes": shape}
    if dim is None:
        return record("MeanBackward0", output, (input,), backward, **saved)
    return record(
        "MeanBackward1", output, (input,), backward,
        dim=saved_dims(dim), keepdim=keepdim, **saved,
    )  # fmt: skip


@offered("nansum")
def nansum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """Return the sum of all elements that are numbers."""
    x = input._array if dtype is None else input._array.astype(as_dtype(dtype, "nansum").numpy)
    axes = axes_of(dim, x.ndim, "nansum")
    known = ~np.isnan(x)

    def backward(grad: Array) -> tuple[Array]:
        return (spread(grad, x.shape, axes, keepdim) * known,)

    return record(
        "NansumBackward0", np.nansum(x, axis=axes, keepdims=keepdim), (input,), backward,
        dim=None if dim is None else saved_dims(dim), keepdim=keepdim, self=input,
    )  # fmt: skip


@offered("prod")
def prod_(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """Return the product of all elements, or along `dim`."""
    expect_tensor(input, "prod")
    x = input._array if dtype is None else input._array.astype(as_dtype(dtype, "prod").numpy)
    if x.dtype.kind != "f" and (dtype is None or x.dtype.kind != "b"):
        x = x.astype(np.int64)
    axes = tuple(range(x.ndim)) if dim is None else (as_dim(dim, x.ndim, "prod"),)
    axes = axes if x.ndim else ()
    output = np.asarray(waited_for(np.prod, x, axis=axes, keepdims=keepdim), x.dtype)

    def backward(grad: Array) -> tuple[Array]:
        return (spread(grad, x.shape, axes, keepdim) * _product_of_others(x, axes),)

    if dim is None:
        return record("ProdBackward0", output, (input,), backward, self=input, result=RESULT)
    return record(
        "ProdBackward1", output, (input,), backward,
        self=input, result=RESULT, dim=saved_dims(dim)[0], keepdim=keepdim,
    )  # fmt: skip


def _product_of_others(x: Array, axes: tuple[int, ...]) -> Array:
    """Return for every element the product of all the others of its group, zeros or not."""
    zeros = (x == 0).sum(axis=axes, keepdims=True)
    others = np.where(x == 0, 1, x)
    product = others.prod(axis=axes, keepdims=True)
    with_none = product / others
    only_zero = np.where(x == 0, product, 0)
    return np.where(zeros == 0, with_none, np.where(zeros == 1, only_zero, 0)).astype(x.dtype)


# --- extremes as values alone


def _extreme(name: str, node: str, function: Callable[..., Any]) -> None:
    def operation(input: Tensor, dim: Any = (), keepdim: bool = False) -> Tensor:
        expect_tensor(input, name)
        x = input._array
        axes = axes_of(dim, x.ndim, name)
        for axis in axes:
            if x.shape[axis] == 0:
                raise IndexError(f"{name}(): Expected reduction dim {axis} to have non-zero size.")
        whole = np.asarray(function(x, axis=axes, keepdims=True))

        def backward(grad: Array) -> tuple[Array]:
            ties = x == whole
            share = ties / ties.sum(axis=axes, keepdims=True)
            return ((spread(grad, x.shape, axes, keepdim) * share).astype(x.dtype),)

        output = whole if keepdim else np.squeeze(whole, axis=axes)
        return record(
            node, output, (input,), backward,
            self=input, result=RESULT, dim=saved_dims(dim), keepdim=keepdim,
        )  # fmt: skip

    operation.__doc__ = f"Return `{name}` of all elements, or along `dim`; equal ones share."
    offered(name)(operation)


_extreme("amax", "AmaxBackward0", np.max)
_extreme("amin", "AminBackward0", np.min)


# --- truth and counts


def _truth(name: str, function: Callable[..., Any]) -> None:
    def operation(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
        expect_tensor(input, name)
        axes = axes_of(dim, input._array.ndim, name)
        output = waited_for(function, input._array, axis=axes, keepdims=keepdim)
        if input._array.dtype == np.uint8:
            output = np.asarray(output, np.uint8)
        return wrap(output)

    operation.__doc__ = f"Say whether {name} element is not zero, of all of them or along `dim`."
    offered(name)(operation)


_truth("all", np.all)
_truth("any", np.any)


@offered("count_nonzero")
def count_nonzero(input: Tensor, dim: Any = None) -> Tensor:
    """Return how many elements are not zero."""
    axes = axes_of(dim, input._array.ndim, "count_nonzero")
    return wrap(np.asarray(np.count_nonzero(input._array, axis=axes), np.int64))


# --- running


def _running(name: str, node: str, function: Callable[..., Any], saves: bool) -> None:
    def operation(input: Tensor, dim: Any, *, dtype: Any = None) -> Tensor:
        expect_tensor(input, name)
        x = input._array
        if dtype is not None:
            x = x.astype(as_dtype(dtype, name).numpy)
        elif x.dtype.kind != "f":
            x = x.astype(np.int64)
        axis = as_dim(dim, x.ndim, name)
        if x.ndim == 0:
            return record(node, x.copy(), (input,), lambda grad: (grad,), dim=dim % 2**64)
        wide = np.float32 if x.dtype == np.float16 else x.dtype
        output = waited_for(function, x, axis=axis, dtype=wide).astype(x.dtype, copy=False)

        def after(array: Array) -> Array:
            return np.flip(np.cumsum(np.flip(array, axis), axis=axis, dtype=array.dtype), axis)

        def backward(grad: Array) -> tuple[Array]:
            if not saves:
                return (after(grad),)
            if np.all(x):
                return (after(grad * output) / x,)
            return (_running_product_gradient(x, grad, axis),)

        if saves:
            return record(
                node, output, (input,), backward, dim=dim % 2**64, self=input, result=RESULT
            )
        return record(node, output, (input,), backward, dim=dim % 2**64)

    operation.__doc__ = f"Return the running {name[3:]} along `dim`."
    offered(name)(operation)
    in_place_twin(name)


def _running_product_gradient(x: Array, grad: Array, axis: int) -> Array:
    """Return the gradient of a running product with zeros in it, element by element."""
    moved, arrived = np.moveaxis(x, axis, -1), np.moveaxis(grad, axis, -1)
    total = np.zeros_like(moved)
    for place in range(moved.shape[-1]):
        without = moved.copy()
        without[..., place] = 1
        total[..., place] = (np.cumprod(without, axis=-1) * arrived)[..., place:].sum(axis=-1)
    return np.moveaxis(total, -1, axis)


_running("cumsum", "CumsumBackward0", np.cumsum, saves=False)
_running("cumprod", "CumprodBackward0", np.cumprod, saves=True)


@offered("trace")
def trace(input: Tensor) -> Tensor:
    """Return the sum of a matrix's diagonal."""
    x = input._array
    if x.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {x.ndim}")
    return record(
        "TraceBackward0", np.trace(x), (input,),
        lambda grad: (grad * np.eye(*x.shape, dtype=x.dtype),), self_sym_sizes=x.shape,
    )  # fmt: skip
