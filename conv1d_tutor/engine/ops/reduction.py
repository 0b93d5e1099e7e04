"""Reductions: many numbers into one, of all elements or along dims; and where extremes stand."""

from collections.abc import Callable
from math import prod

import numpy as np

from ..core.dims import Dims, axes_of, saved_dims, with_reduced_dims
from ..core.dtypes import DType
from ..core.graph import RESULT, differentiates, made, record
from ..core.guard import check_shape, waited_for
from ..core.op import declared
from ..core.promotion import floating
from ..core.tensor import Array, Tensor
from .comparison import maximum, minimum
from .sorting import ReturnType, as_seen, picked, return_type, shared_among_equals, with_dim


def record_reduction(
    node: str,
    output: object,
    input: Tensor,
    dim: Dims | None,
    keepdim: bool,
    gradient: Callable[[Array], Array],
    /,
    **saved: object,
) -> Tensor:
    """Return the tensor of a reduction's `output`, with the node that made it.

    `gradient` turns the gradient of the result, its reduced dims kept, into that of the input, or
    what broadcasts to it. A `node` without a number at its end stands for PyTorch's two: one for
    all elements, one for some dims.
    """
    if not differentiates((input,)):
        return made(output)
    shape, own = input._array.shape, input._array.dtype
    axes = axes_of(dim, len(shape))

    def backward(grad: Array) -> tuple[Array]:
        towards_input = np.asarray(gradient(with_reduced_dims(grad, axes, keepdim)), own)
        return (np.broadcast_to(towards_input, shape),)

    reduced = {"dim": None if dim is None else saved_dims(dim), "keepdim": keepdim}
    if node.endswith("Backward"):
        node, reduced = (f"{node}0", {}) if dim is None else (f"{node}1", reduced)
    return record(node, output, (input,), backward, **(reduced | saved))


def _squeezed(whole: Array, axes: tuple[int, ...], keepdim: bool) -> Array:
    return whole if keepdim else np.squeeze(whole, axis=axes)


# --- sums


def accumulated(input: Tensor, dtype: DType | None) -> Array:
    """Return the array in the dtype that sums and products have: whole numbers in int64."""
    x = input._array
    if dtype is not None:
        check_shape(x.shape, dtype.numpy)
        return x.astype(dtype.numpy, copy=False)
    if x.dtype.kind != "f":
        check_shape(x.shape, np.dtype(np.int64))
    return x if x.dtype.kind == "f" else x.astype(np.int64)


def _summed(x: Array, axes: tuple[int, ...], keepdim: bool) -> Array:
    """Sum pairwise in every layout, so that the error stays small."""
    if x.dtype == np.float16:
        return np.asarray(x.sum(axis=axes, keepdims=keepdim, dtype=np.float32).astype(np.float16))
    if x.dtype == np.float32 and axes and x.ndim > 1 and x.ndim - 1 not in axes:
        # numpy adds rows one by one here; adding in double costs little and loses nothing.
        wide = x.sum(axis=axes, keepdims=keepdim, dtype=np.float64)
        return np.asarray(wide, np.float32)
    return np.asarray(x.sum(axis=axes, keepdims=keepdim, dtype=x.dtype))


@declared(
    "sum(Tensor input, *, ScalarType? dtype=None)",
    "sum(Tensor input, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None, "
    "Tensor out=None)",
)
def sum_(
    input: Tensor, dim: Dims | None = None, keepdim: bool = False, dtype: DType | None = None
) -> Tensor:
    """Return the sum of all elements, or along `dim`."""
    x = accumulated(input, dtype)
    output = waited_for(_summed, x, axes_of(dim, x.ndim), keepdim)
    return record_reduction(
        "SumBackward", output, input, dim, keepdim, lambda grad: grad, self_sym_sizes=x.shape
    )


@declared(
    "mean(Tensor input, *, ScalarType? dtype=None, Tensor out=None)",
    "mean(Tensor input, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None, "
    "Tensor out=None)",
)
def mean(
    input: Tensor, dim: Dims | None = None, keepdim: bool = False, dtype: DType | None = None
) -> Tensor:
    """Return the mean of all elements, or along `dim`."""
    x = input._array if dtype is None else input._array.astype(dtype.numpy)
    if x.dtype.kind != "f":
        which, got = ("Input", input.dtype) if dtype is None else ("Optional", dtype)
        raise RuntimeError(
            f"mean(): could not infer output dtype. {which} dtype must be either a floating point "
            f"or complex dtype. Got: {got.scalar}"
        )
    axes = axes_of(dim, x.ndim)
    count = prod(x.shape[axis] for axis in axes)
    output = waited_for(_summed, x, axes, keepdim) / x.dtype.type(count)
    return record_reduction(
        "MeanBackward",
        output,
        input,
        dim,
        keepdim,
        lambda grad: grad / count,
        self_sym_numel=x.size,
        self_sym_sizes=x.shape,
    )


@declared(
    "nansum(Tensor input, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None, "
    "Tensor out=None)"
)
def nansum(input: Tensor, dim: Dims | None, keepdim: bool, dtype: DType | None) -> Tensor:
    """Return the sum of all elements that are numbers, or along `dim`."""
    x = accumulated(input, dtype)
    output = np.nansum(x, axis=axes_of(dim, x.ndim), keepdims=keepdim)
    return record_reduction(
        "NansumBackward0",
        output,
        input,
        dim,
        keepdim,
        lambda grad: grad * ~np.isnan(x),
        self=input,
    )


def _log_of_sum(x: Array, axes: tuple[int, ...]) -> Array:
    largest = x.max(axis=axes, keepdims=True, initial=-np.inf)
    largest = np.where(np.isfinite(largest), largest, 0).astype(x.dtype)
    return np.asarray(np.log(np.exp(x - largest).sum(axis=axes, keepdims=True)) + largest)


@declared("logsumexp(Tensor input, int[1] dim, bool keepdim=False, *, Tensor out=None)")
def logsumexp(input: Tensor, dim: Dims, keepdim: bool) -> Tensor:
    """Return the logarithm of the sum of exponentials along `dim`."""
    x = floating(input._array)
    axes = axes_of(dim, x.ndim)
    whole = waited_for(_log_of_sum, x, axes)
    return record_reduction(
        "LogsumexpBackward0",
        _squeezed(whole, axes, keepdim),
        input,
        dim,
        keepdim,
        lambda grad: grad * np.exp(x - whole),
        self=input,
        result=RESULT,
    )


# --- products


@declared(
    "prod(Tensor input, *, ScalarType? dtype=None)",
    "prod(Tensor input, int dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)",
)
def prod_(
    input: Tensor, dim: int | None = None, keepdim: bool = False, dtype: DType | None = None
) -> Tensor:
    """Return the product of all elements, or along `dim`."""
    x = accumulated(input, dtype)
    axes = axes_of(dim, x.ndim)
    output = np.asarray(waited_for(_multiplied, x, axes, keepdim), x.dtype)
    saved = {} if dim is None else {"dim": saved_dims(dim)[0]}
    return record_reduction(
        "ProdBackward",
        output,
        input,
        dim,
        keepdim,
        lambda grad: grad * _product_of_others(x, axes),
        self=input,
        result=RESULT,
        **saved,
    )


def _multiplied(x: Array, axes: tuple[int, ...], keepdim: bool) -> Array:
    """Return products; of long rows across them, where many numbers are multiplied at a time."""
    length = x.shape[-1] if x.ndim else 0
    if axes != (x.ndim - 1,) or length < _LONG:
        return np.asarray(np.prod(x, axis=axes, keepdims=keepdim))
    even = length // _PARTS * _PARTS
    parts = x[..., :even].reshape(*x.shape[:-1], _PARTS, -1).prod(axis=-2)
    rows_last = np.ascontiguousarray(np.moveaxis(parts, -1, 0))
    product = np.asarray(rows_last.prod(axis=0) * x[..., even:].prod(axis=-1))
    return product[..., None] if keepdim else product


_LONG, _PARTS = 2**6, 2**3


def _product_of_others(x: Array, axes: tuple[int, ...]) -> Array:
    """Return for every element the product of all the others of its group, zeros or not."""
    zeros = (x == 0).sum(axis=axes, keepdims=True)
    others = np.where(x == 0, 1, x)
    product = others.prod(axis=axes, keepdims=True)
    with_none = product / others
    only_zero = np.where(x == 0, product, 0)
    return np.where(zeros == 0, with_none, np.where(zeros == 1, only_zero, 0)).astype(x.dtype)


# --- truth and counts


def _truth(name: str, doc: str, function: Callable[..., Array]) -> None:
    def operation(input: Tensor, dim: Dims | None = None, keepdim: bool = False) -> Tensor:
        x = input._array
        axes = () if dim == () else axes_of(dim, x.ndim)  # () names none here, as in PyTorch
        output = waited_for(function, x, axis=axes, keepdims=keepdim)
        return made(np.asarray(output, np.uint8 if x.dtype == np.uint8 else np.bool_))

    operation.__doc__ = doc
    declared(
        f"{name}(Tensor input, *, Tensor out=None)",
        f"{name}(Tensor input, int[]? dim=None, bool keepdim=False, *, Tensor out=None)",
        f"{name}(Tensor input, int dim, bool keepdim=False, *, Tensor out=None)",
    )(operation)


_truth("all", "Return whether every element is not 0, of all of them or along `dim`.", np.all)
_truth("any", "Return whether any element is not 0, of all of them or along `dim`.", np.any)


@declared(
    "count_nonzero(Tensor input, int? dim=None)",
    "count_nonzero(Tensor input, int[] dim)",
)  # fmt: skip
def count_nonzero(input: Tensor, dim: Dims | None = None) -> Tensor:
    """Return how many elements are not zero, of all or along `dim`."""
    axes = axes_of(dim, input._array.ndim)
    return made(np.asarray(np.count_nonzero(input._array, axis=axes), np.int64))


# --- extremes


def _check_not_empty(name: str, x: Array, axes: tuple[int, ...]) -> None:
    for axis in axes:
        if x.shape[axis] == 0:
            raise IndexError(f"{name}(): Expected reduction dim {axis} to have non-zero size.")


def _no_dim(name: str) -> str:
    return (
        f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the "
        "reduction dim with the 'dim' argument."
    )


def _extreme_value(name: str, doc: str, function: Callable[..., Array]) -> None:
    """Offer `amax` or `amin`: the value alone."""

    def operation(input: Tensor, dim: Dims | None, keepdim: bool) -> Tensor:
        dim = () if dim is None else dim
        x = input._array
        axes = axes_of(dim, x.ndim)
        if not x.size and dim == ():
            raise RuntimeError(_no_dim(name))
        _check_not_empty(name, x, axes)
        whole = np.asarray(waited_for(function, x, axis=axes, keepdims=True))
        return record_reduction(
            f"{name.title()}Backward0",
            _squeezed(whole, axes, keepdim),
            input,
            dim,
            keepdim,
            lambda grad: shared_among_equals(grad, x, whole, axes),
            self=input,
            result=RESULT,
        )

    operation.__doc__ = doc
    declared(f"{name}(Tensor input, int[1]? dim=(), bool keepdim=False, *, Tensor out=None)")(
        operation
    )


_extreme_value("amax", "Return the largest of all elements, or along `dim`; equal ones share the "
               "gradient.", np.max)  # fmt: skip
_extreme_value("amin", "Return the smallest of all elements, or along `dim`; equal ones share the "
               "gradient.", np.min)  # fmt: skip


def _extreme(
    name: str,
    doc: str,
    value: Callable[..., Array],
    place: Callable[..., Array],
    of_two: Callable[[Tensor, Tensor], Tensor],
) -> None:
    """Offer `max` or `min`: of everything, along a dim with the places, or of two tensors."""
    kind = return_type(name, "values", "indices")
    node = f"{name.title()}Backward"

    def of_all(input: Tensor) -> Tensor:
        x = input._array
        if x.size == 0:
            raise RuntimeError(_no_dim(name))
        output = np.asarray(waited_for(value, x))
        return record(
            f"{node}1",
            output,
            (input,),
            lambda grad: (shared_among_equals(grad, x, output),),
            self=input,
            result=RESULT,
        )

    def operation(
        input: Tensor, dim: int | None = None, keepdim: bool = False, other: Tensor | None = None
    ) -> Tensor | ReturnType:
        if other is not None:
            return of_two(input, other)
        if dim is None:
            return of_all(input)
        array, axis = with_dim(input, dim)
        _check_not_empty(name, array, (axis,))
        places = np.expand_dims(waited_for(place, array, axis=axis), axis)
        return picked(f"{node}0", kind, input, places, dim, keepdim)

    operation.__doc__ = doc
    declared(
        f"{name}(Tensor input, *, Tensor out=None)",
        f"{name}(Tensor input, Tensor other, *, Tensor out=None)",
        f"{name}(Tensor input, int dim, bool keepdim=False, *, Tensor[] out=None)",
    )(operation)


_extreme("max", "Return the largest of all elements, the largest along `dim` with where it stands, "
         "or the larger of two tensors.", np.max, np.argmax, maximum)  # fmt: skip
_extreme("min", "Return the smallest of all elements, the smallest along `dim` with where it "
         "stands, or the smaller of two tensors.", np.min, np.argmin, minimum)  # fmt: skip


def _extreme_place(name: str, doc: str, function: Callable[..., Array]) -> None:
    """Offer `argmax` or `argmin`: the place alone."""

    def operation(input: Tensor, dim: int | None, keepdim: bool) -> Tensor:
        x = input._array
        if x.dtype.kind == "b":
            raise RuntimeError(f"{name}(): does not support bool input")
        if dim is None:
            if x.size == 0:
                raise IndexError(
                    f"{name}(): Expected reduction dim to be specified for input.numel() == 0."
                )
            found = np.asarray(waited_for(function, x), np.int64)
            return made(found.reshape((1,) * x.ndim) if keepdim else found)
        array, axis = with_dim(input, dim)
        _check_not_empty(name, array, (axis,))
        places = np.expand_dims(waited_for(function, array, axis=axis), axis)
        return made(as_seen(places, input, axis, keepdim))

    operation.__doc__ = doc
    declared(f"{name}(Tensor input, int? dim=None, bool keepdim=False, *, Tensor out=None)")(
        operation
    )


_extreme_place("argmax", "Return where the largest stands, of all elements or along `dim`.",
               np.argmax)  # fmt: skip
_extreme_place("argmin", "Return where the smallest stands, of all elements or along `dim`.",
               np.argmin)  # fmt: skip
