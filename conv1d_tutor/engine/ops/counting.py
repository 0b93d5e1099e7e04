"""The different elements, and how often each occurs."""

from typing import NoReturn

import numpy as np

from ..core import guard
from ..core.dims import as_dim
from ..core.graph import made, record_laid
from ..core.guard import BLOCK, waited_for
from ..core.op import declared
from ..core.strides import in_order
from ..core.tensor import Array, Tensor, wrap

_BENEATH = "torch._C"
"""The home of what PyTorch's functions in Python call, and which reads their arguments."""


_Found = Tensor | tuple[Tensor, ...]
"""The elements, or these with where and how often each occurs."""


def _asked_for(
    node: str, input: Tensor, values: Array | Tensor, inverse: Array | None, counts: Array | None
) -> _Found:
    """Return the elements, with what else was asked for; PyTorch cannot differentiate them."""

    def backward(grad: Array) -> NoReturn:
        raise RuntimeError("derivative for aten::_unique2 is not implemented")

    found = values if isinstance(values, Tensor) else made(values)
    elements = record_laid(node, found, (input,), backward, {})
    asked = [made(each) for each in (inverse, counts) if each is not None]
    return (elements, *asked) if asked else elements


@declared(
    "_unique2(Tensor input, bool sorted=True, bool return_inverse=False, bool return_counts=False)",
    module=_BENEATH,
)
def _unique2(input: Tensor, sorted: bool, return_inverse: bool, return_counts: bool) -> _Found:
    x = input._array
    values, places, times = waited_for(np.unique, x, return_inverse=True, return_counts=True)
    return _asked_for(
        "Unique2Backward0",
        input,
        values,
        places.reshape(x.shape) if return_inverse else None,
        times if return_counts else None,
    )


@declared(
    "unique_dim(Tensor input, int dim, bool sorted=True, bool return_inverse=False, "
    "bool return_counts=False)",
    module=_BENEATH,
)
def _unique_dim(
    input: Tensor, dim: int, sorted: bool, return_inverse: bool, return_counts: bool
) -> _Found:
    axis = as_dim(dim, input._array.ndim)
    _check_slices(input._array, axis)
    values, places, times = waited_for(
        np.unique, input._array, return_inverse=True, return_counts=True, axis=axis
    )
    return _asked_for(
        "UniqueDimBackward0",
        input,
        _slices_first(values, axis),
        places.reshape(-1) if return_inverse else None,
        times if return_counts else None,
    )


@declared("unique", python=True)
def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> _Found:
    """Return the different elements in order, with where and how often each occurs if asked."""
    options = {"sorted": sorted, "return_inverse": return_inverse, "return_counts": return_counts}
    return _unique2(input, **options) if dim is None else _unique_dim(input, dim, **options)


@declared(
    "unique_consecutive(Tensor input, bool return_inverse=False, bool return_counts=False, "
    "int? dim=None)",
    module=_BENEATH,
)
def _unique_consecutive(
    input: Tensor, return_inverse: bool, return_counts: bool, dim: int | None
) -> _Found:
    if dim is not None:
        return _unique_slices(input, dim, return_inverse, return_counts)
    flat = input._array.ravel()
    starts = np.flatnonzero(np.append(True, flat[1:] != flat[:-1]))[: flat.size]
    counts = np.diff(np.append(starts, flat.size))
    places = np.repeat(np.arange(starts.size), counts).reshape(input._array.shape)
    return _asked_for(
        "UniqueConsecutiveBackward0",
        input,
        flat[starts],
        places if return_inverse else None,
        counts if return_counts else None,
    )


def _slices_first(values: Array, axis: int) -> Tensor:
    """Return the tensor of slices that PyTorch has put together along its first dim."""
    if not values.ndim:
        return made(values)
    return wrap(np.moveaxis(in_order(np.moveaxis(values, axis, 0)), 0, axis))


def _unique_slices(input: Tensor, dim: int, return_inverse: bool, return_counts: bool) -> _Found:
    """Return the slices of a dim without those that repeat the one before."""
    axis = as_dim(dim, input._array.ndim)
    _check_slices(input._array, axis)
    slices = np.moveaxis(np.atleast_1d(input._array), axis, 0)
    rows = slices.reshape(len(slices), -1) if slices.size else slices[:, :0].reshape(len(slices), 0)
    differ = (rows[1:] != rows[:-1]).any(axis=1)
    starts = np.flatnonzero(np.append(True, differ))[: len(rows)]
    counts = np.diff(np.append(starts, len(rows)))
    return _asked_for(
        "UniqueDimConsecutiveBackward0",
        input,
        _slices_first(np.ascontiguousarray(np.moveaxis(slices[starts], 0, axis)), axis),
        np.repeat(np.arange(starts.size), counts) if return_inverse else None,
        counts if return_counts else None,
    )


def _check_slices(array: Array, axis: int) -> None:
    """Raise PyTorch's RuntimeError where there are several slices with nothing in them."""
    empty = [at for at, size in enumerate(array.shape) if not size]
    if array.ndim and array.shape[axis] and empty:
        raise RuntimeError(
            "There are 0 sized dimensions, and they aren't selected, so unique cannot be applied"
        )


@declared("unique_consecutive", python=True)
def unique_consecutive(
    input: Tensor,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> _Found:
    """Return the elements without those that repeat the one before."""
    return _unique_consecutive(
        input, return_inverse=return_inverse, return_counts=return_counts, dim=dim
    )


@declared("bincount(Tensor input, Tensor? weights=None, int minlength=0)")
def bincount(input: Tensor, weights: Tensor | None, minlength: int) -> Tensor:
    """Return how often 0, 1, 2 … occur."""
    x = input._array
    if x.dtype.kind in "fb":
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{input.dtype.scalar}'")
    if x.ndim != 1 or (x.size and x.min() < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    guard.check_shape((max(int(x.max(initial=0)) + 1, minlength),), np.dtype(np.int64))
    heavy = None if weights is None else weights._array
    if x.size <= BLOCK:
        return made(np.bincount(x, heavy, minlength))
    length = max(int(x.max()) + 1, minlength)
    total = np.zeros(length, np.int64 if heavy is None else np.float64)
    some = max(BLOCK, length)
    for start in range(0, x.size, some):
        part = slice(start, start + some)
        total += np.bincount(x[part], None if heavy is None else heavy[part], length)
    return made(total)


@declared("histc(Tensor input, int bins=100, Scalar min=0, Scalar max=0, *, Tensor out=None)")
def histc(input: Tensor, bins: int, min: float, max: float) -> Tensor:
    """Return how many elements fall into each of `bins` stretches from `min` to `max`."""
    x = input._array
    if x.dtype.kind != "f":
        kernel = "linspace_cpu" if x.dtype.kind == "b" else "histogram_cpu"
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{input.dtype.scalar}'")
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    if min > max:
        raise RuntimeError("torch.histc: max must be larger than min")
    low, high = float(min), float(max)
    if low == high:
        low, high = (float(x.min()), float(x.max())) if x.size else (low, high)
    if low == high:
        low, high = low - 1, high + 1
    if not np.isfinite([low, high]).all():
        raise RuntimeError(f"torch.histc: range of [{low:g}, {high:g}] is not finite")
    guard.check_shape((bins,), np.dtype(np.int64))
    counts, _ = np.histogram(x, bins, (low, high))
    return made(counts.astype(x.dtype))
