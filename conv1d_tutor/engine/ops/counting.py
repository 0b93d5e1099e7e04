"""The different elements, and how often each occurs."""

from typing import NoReturn

import numpy as np

from ..core import guard
from ..core.dims import as_dim
from ..core.graph import record
from ..core.guard import waited_for
from ..core.op import declared
from ..core.tensor import Array, Tensor, wrap

__all__: list[str] = []

_BENEATH = "torch._C"
"""The home of what PyTorch's functions in Python call, and which reads their arguments."""


def _without_derivative(node: str, values: Array, input: Tensor) -> Tensor:
    """Return the tensor of what PyTorch cannot differentiate; going back through it says so."""

    def backward(grad: Array) -> NoReturn:
        raise RuntimeError("derivative for aten::_unique2 is not implemented")

    return record(node, values, (input,), backward)


def _asked_for(
    node: str, input: Tensor, parts: tuple[Array, Array, Array], inverse: bool, counts: bool
) -> Tensor | tuple[Tensor, ...]:
    """Return the elements, with where and how often each occurs if asked."""
    values, places, times = parts
    asked = [wrap(each) for each, is_asked in ((places, inverse), (times, counts)) if is_asked]
    elements = _without_derivative(node, values, input)
    return (elements, *asked) if asked else elements


@declared(
    "_unique2(Tensor input, bool sorted=True, bool return_inverse=False, bool return_counts=False)",
    module=_BENEATH,
)
def _unique2(
    input: Tensor, sorted: bool, return_inverse: bool, return_counts: bool
) -> Tensor | tuple[Tensor, ...]:
    x = input._array
    values, places, times = waited_for(np.unique, x, return_inverse=True, return_counts=True)
    parts = (values, places.reshape(x.shape), times)
    return _asked_for("Unique2Backward0", input, parts, return_inverse, return_counts)


@declared(
    "unique_dim(Tensor input, int dim, bool sorted=True, bool return_inverse=False, "
    "bool return_counts=False)",
    module=_BENEATH,
)
def _unique_dim(
    input: Tensor, dim: int, sorted: bool, return_inverse: bool, return_counts: bool
) -> Tensor | tuple[Tensor, ...]:
    axis = as_dim(dim, input._array.ndim)
    values, places, times = waited_for(
        np.unique, input._array, return_inverse=True, return_counts=True, axis=axis
    )
    parts = (values, places.reshape(-1), times)
    return _asked_for("UniqueDimBackward0", input, parts, return_inverse, return_counts)


@declared("unique", python=True)
def unique(
    input: Tensor, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False,
    dim: int | None = None,
) -> Tensor | tuple[Tensor, ...]:  # fmt: skip
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
) -> Tensor | tuple[Tensor, ...]:
    if dim is not None:
        raise NotImplementedError(
            "unique_consecutive along a dim is PyTorch's, but not in the bundled engine; the real "
            "PyTorch has it: conv1d-tutor --engine torch"
        )
    flat = input._array.ravel()
    starts = np.flatnonzero(np.append(True, flat[1:] != flat[:-1]))[: flat.size]
    begins = np.zeros(flat.size, np.int64)
    begins[starts[1:]] = 1
    places = np.cumsum(begins).reshape(input._array.shape)
    parts = (flat[starts], places, np.diff(np.append(starts, flat.size)))
    return _asked_for("UniqueConsecutiveBackward0", input, parts, return_inverse, return_counts)


@declared("unique_consecutive", python=True)
def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False,
    dim: int | None = None,
) -> Tensor | tuple[Tensor, ...]:  # fmt: skip
    """Return the elements without those that repeat the one before."""
    return _unique_consecutive(
        input, return_inverse=return_inverse, return_counts=return_counts, dim=dim
    )


@declared("bincount(Tensor input, Tensor? weights=None, int minlength=0)")
def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """Return how often 0, 1, 2 … occur."""
    x = input._array
    if x.dtype.kind in "fb":
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{input.dtype.scalar}'")
    if x.ndim != 1 or (x.size and x.min() < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    guard.check_shape((int(x.max(initial=0)) + 1,), np.dtype(np.int64))
    heavy = None if weights is None else weights._array
    return wrap(np.bincount(x, heavy, minlength))


@declared("histc(Tensor input, int bins=100, Scalar min=0, Scalar max=0, *, Tensor out=None)")
def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """Return how many elements fall into each of `bins` stretches from `min` to `max`."""
    x = input._array
    low, high = (float(x.min()), float(x.max())) if min == max == 0 else (min, max)
    counts, _ = np.histogram(x, bins, (low, high))
    return wrap(counts.astype(x.dtype))
