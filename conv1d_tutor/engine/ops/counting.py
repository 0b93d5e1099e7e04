"""The different elements, and how often each occurs."""

from typing import Any

import numpy as np

from ..core import guard
from ..core.graph import record
from ..core.guard import waited_for
from ..core.surface import offered
from ..core.tensor import Array, Tensor, wrap

__all__ = ["unique"]


def _without_derivative(node: str, values: Array, input: Tensor) -> Tensor:
    """Return the tensor of what PyTorch cannot differentiate; going back through it says so."""

    def backward(grad: Array) -> tuple[Array]:
        raise RuntimeError("derivative for aten::_unique2 is not implemented")

    return record(node, values, (input,), backward)


@offered("unique")
def unique(
    input: Tensor, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False,
    dim: Any = None,
) -> Any:  # fmt: skip
    """Return the different elements in order, with where and how often each occurs if asked."""
    found = waited_for(np.unique, input._array, return_inverse=True, return_counts=True, axis=dim)
    node = "Unique2Backward0" if dim is None else "UniqueDimBackward0"
    parts = [_without_derivative(node, found[0], input)]
    if return_inverse:
        parts.append(wrap(found[1].reshape(input._array.shape if dim is None else -1)))
    if return_counts:
        parts.append(wrap(found[2]))
    return parts[0] if len(parts) == 1 else tuple(parts)


@offered("unique_consecutive")
def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: Any = None
) -> Any:
    """Return the elements without those that repeat the one before."""
    if dim is not None:
        raise NotImplementedError(
            "unique_consecutive along a dim is PyTorch's, but not in the bundled engine; the real "
            "PyTorch has it: conv1d-tutor --engine torch"
        )
    flat = input._array.ravel()
    starts = np.flatnonzero(np.append(True, flat[1:] != flat[:-1]))[: flat.size]
    parts = [_without_derivative("UniqueConsecutiveBackward0", flat[starts], input)]
    if return_inverse:
        marks = np.zeros(flat.size, np.int64)
        marks[starts[1:]] = 1
        parts.append(wrap(np.cumsum(marks).reshape(input._array.shape)))
    if return_counts:
        parts.append(wrap(np.diff(np.append(starts, flat.size))))
    return parts[0] if len(parts) == 1 else tuple(parts)


@offered("bincount")
def bincount(input: Tensor, weights: Any = None, minlength: int = 0) -> Tensor:
    """Return how often 0, 1, 2 … occur."""
    x = input._array
    if x.dtype.kind == "f":
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{input.dtype.scalar}'")
    if x.ndim != 1 or (x.size and x.min() < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    guard.check_shape((int(x.max(initial=0)) + 1,), np.dtype(np.int64))
    heavy = None if weights is None else weights._array
    return wrap(np.bincount(x, heavy, minlength))


@offered("histc")
def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """Return how many elements fall into each of `bins` stretches from `min` to `max`."""
    x = input._array
    low, high = (float(x.min()), float(x.max())) if min == max == 0 else (min, max)
    counts, _ = np.histogram(x, bins, (low, high))
    return wrap(counts.astype(x.dtype))


@offered("searchsorted")
def searchsorted(
    sorted_sequence: Tensor, input: Any, *, out_int32: bool = False, right: bool = False,
    side: str | None = None, sorter: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Return where elements would have to be put to keep sorted sequences sorted."""
    values = input._array if isinstance(input, Tensor) else np.asarray(input)
    order = sorted_sequence._array
    if sorter is not None:
        order = np.take_along_axis(order, sorter._array, -1)
    edge: Any = side or ("right" if right else "left")
    if order.ndim == 1:
        found = np.asarray(np.searchsorted(order, values, edge))
    else:
        rows = zip(order.reshape(-1, order.shape[-1]), values.reshape(-1, values.shape[-1]),
                   strict=True)  # fmt: skip
        found = np.array([np.searchsorted(*row, edge) for row in rows]).reshape(values.shape)
    return wrap(found.astype(np.int32 if out_int32 else np.int64))


@offered("bucketize")
def bucketize(
    input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False
) -> Tensor:
    """Return between which of the sorted `boundaries` each element lies."""
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)
