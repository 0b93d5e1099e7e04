"""The values below which given parts of the elements lie."""

from typing import Any

import numpy as np

from ..core.arguments import as_dim, expect_tensor
from ..core.graph import renamed
from ..core.surface import offered
from ..core.tensor import Array, Tensor, wrap
from .gathering import gather
from .permuting import movedim
from .pointwise import lerp
from .shaping import reshape_to, squeeze, unsqueeze
from .sorting import sort

__all__ = ["quantile"]

_BETWEEN = ("linear", "lower", "higher", "midpoint", "nearest")
_TO_WHOLE: dict[str, Any] = {"lower": np.floor, "higher": np.ceil, "nearest": np.round}


@offered("quantile")
def quantile(
    input: Tensor, q: Any, dim: Any = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """Return the value below which the part `q` of the elements lies."""
    return _quantile("quantile", input, q, dim, keepdim, interpolation, False)


@offered("nanquantile")
def nanquantile(
    input: Tensor, q: Any, dim: Any = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """Return `quantile` of the elements that are numbers."""
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation, True)


def _quantile(
    name: str, input: Tensor, q: Any, dim: Any, keepdim: bool, interpolation: str, skips: bool
) -> Tensor:
    """Sort along a last dim, and read between the two elements around each place."""
    expect_tensor(input, name)
    if input._array.dtype not in (np.float32, np.float64):
        raise RuntimeError(f"{name}() input tensor must be either float or double dtype")
    if interpolation not in _BETWEEN:
        raise RuntimeError(
            f"{name}() interpolation must be one of linear, lower, higher, midpoint or nearest, "
            f"but got {interpolation}"
        )
    if input._array.size == 0:
        raise RuntimeError(f"{name}() input tensor must be non-empty")
    parts = np.asarray(q._array if isinstance(q, Tensor) else q, input._array.dtype)
    if parts.ndim > 1:
        raise RuntimeError(f"{name}() q must be a scalar or 1D tensor")
    if not ((parts >= 0) & (parts <= 1)).all():
        raise RuntimeError(f"{name}() q values must be in the range [0, 1]")
    ndim = input._array.ndim
    axis = None if dim is None or not ndim else as_dim(dim, ndim)
    rows = _rows(input, axis)
    ordered = sort(rows, -1)[0]
    ranks = _ranks(ordered._array, np.atleast_1d(parts), skips)
    found = _read(ordered, ranks, interpolation)
    if axis is None and keepdim:
        found = reshape_to(found, (*(1,) * ndim, parts.size))
    elif axis is not None and keepdim:
        found = unsqueeze(found, axis)
    if parts.ndim:
        return found if found._array.ndim == 1 else movedim(found, -1, 0)
    single = squeeze(found, -1)
    renamed(single.grad_fn, {"SqueezeBackward1": "SqueezeBackward4"})
    return single


def _rows(input: Tensor, axis: int | None) -> Tensor:
    if axis is None or input._array.ndim == 0:
        return reshape_to(input, (-1,))
    return input if axis == input._array.ndim - 1 else movedim(input, axis, -1)


def _ranks(ordered: Array, parts: Array, skips: bool) -> Array:
    """Return for every row where its quantiles stand; a row with nan in it ends in nan."""
    unknown = np.isnan(ordered)
    last = ordered.shape[-1] - 1
    if skips:
        known = (~unknown).sum(axis=-1, keepdims=True)
        return np.asarray(np.maximum(known - 1, 0) * parts)
    ranks = np.broadcast_to(parts * last, (*ordered.shape[:-1], parts.size))
    return np.where(unknown.any(axis=-1, keepdims=True), last, ranks)


def _read(ordered: Tensor, ranks: Array, interpolation: str) -> Tensor:
    ranks = ranks.astype(ordered._array.dtype)
    if interpolation in _TO_WHOLE:
        return gather(ordered, -1, wrap(_TO_WHOLE[interpolation](ranks).astype(np.int64)))
    below = gather(ordered, -1, wrap(np.floor(ranks).astype(np.int64)))
    above = gather(ordered, -1, wrap(np.ceil(ranks).astype(np.int64)))
    weight = ranks - np.floor(ranks)
    if interpolation == "midpoint":
        weight = np.full_like(ranks, 0.5)
    return lerp(below, above, wrap(weight))
