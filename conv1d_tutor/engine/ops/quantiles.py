"""The values below which given parts of the elements lie."""

from collections.abc import Callable

import numpy as np

from ..core.dims import as_dim
from ..core.graph import made, renamed
from ..core.op import declared
from ..core.tensor import Array, Tensor
from .arithmetic import mul, sub
from .gathering import gather
from .masking import where
from .permuting import movedim, transpose
from .pointwise import lerp
from .shaping import reshape, squeeze, unsqueeze
from .sorting import sort

_BETWEEN = ("linear", "lower", "higher", "midpoint", "nearest")
_TO_WHOLE: dict[str, Callable[[Array], Array]] = {
    "lower": np.floor,
    "higher": np.ceil,
    "nearest": np.round,
}


def _quantile(name: str, doc: str, skips: bool) -> None:
    """Offer `quantile`, or `nanquantile`, which skips what is no number."""

    def operation(
        input: Tensor,
        q: Tensor | float,
        dim: int | None = None,
        keepdim: bool = False,
        interpolation: str = "linear",
    ) -> Tensor:
        _check(input, q, interpolation)
        parts = q if isinstance(q, Tensor) else made(np.asarray(q, input._array.dtype))
        ndim = input._array.ndim
        axis = None if dim is None else as_dim(dim, ndim)
        ordered = sort(_rows(input, axis), -1)[0]
        ranks = _ranks(ordered._array, parts if parts.ndim else unsqueeze(parts, 0), skips)
        found = _read(ordered, ranks, interpolation)
        if keepdim and (axis is None or not ndim):
            found = reshape(found, (*(1,) * ndim, parts.numel()))
        elif keepdim and axis is not None:
            found = unsqueeze(found, axis)
        if parts.ndim:
            first = squeeze(transpose(unsqueeze(found, 0), 0, -1), -1)
            renamed(first.grad_fn, {"SqueezeBackward1": "SqueezeBackward4"})
            return first
        single = squeeze(found, -1)
        renamed(single.grad_fn, {"SqueezeBackward1": "SqueezeBackward4"})
        return single

    operation.__doc__ = doc
    rest = 'int? dim=None, bool keepdim=False, *, str interpolation="linear", Tensor out=None)'
    declared(f"{name}(Tensor input, Tensor q, {rest}", f"{name}(Tensor input, float q, {rest}")(
        operation
    )


_quantile("quantile", "Return the value below which the part `q` of the elements lies.", False)
_quantile("nanquantile", "Return `quantile` of the elements that are numbers.", True)


def _check(input: Tensor, q: Tensor | float, interpolation: str) -> None:
    """Raise PyTorch's RuntimeError where quantiles cannot be told; it calls both by one name."""
    parts = q._array if isinstance(q, Tensor) else np.asarray(q)
    if interpolation not in _BETWEEN:
        trouble = "interpolation must be one of linear, lower, higher, midpoint or nearest, but got"
        raise RuntimeError(f"quantile() {trouble} {interpolation}")
    if input._array.size == 0:
        raise RuntimeError("quantile() input tensor must be non-empty")
    if parts.ndim > 1:
        raise RuntimeError("quantile() q must be a scalar or 1D tensor")
    if input._array.dtype not in (np.float32, np.float64):
        raise RuntimeError("quantile() input tensor must be either float or double dtype")
    if isinstance(q, Tensor) and parts.dtype != input._array.dtype:
        raise RuntimeError("quantile() q tensor must be same dtype as the input tensor")
    if not ((parts >= 0) & (parts <= 1)).all():
        values = "values must" if isinstance(q, Tensor) else "must"
        got = "" if isinstance(q, Tensor) else f" but got {q:g}"
        raise RuntimeError(f"quantile() q {values} be in the range [0, 1]{got}")


def _rows(input: Tensor, axis: int | None) -> Tensor:
    """Return the tensor with the axis last, or all its elements in one row."""
    if axis is None or input._array.ndim == 0:
        return reshape(input, (-1,))
    return input if axis == input._array.ndim - 1 else movedim(input, axis, -1)


def _ranks(ordered: Array, parts: Tensor, skips: bool) -> Tensor:
    """Return for every row where its quantiles stand; a row with nan in it ends in nan."""
    unknown = np.isnan(ordered)
    last = ordered.shape[-1] - 1
    if skips:
        known = (~unknown).sum(axis=-1, keepdims=True)
        return mul(parts, made(np.maximum(known - 1, 0).astype(ordered.dtype)))
    ends = unknown.any(axis=-1, keepdims=True)
    ranks = where(made(ends), float(last), mul(parts, float(last)))
    assert isinstance(ranks, Tensor)
    return ranks


def _read(ordered: Tensor, places: Tensor, interpolation: str) -> Tensor:
    """Return what stands at each rank, between the two elements around it."""
    ranks = np.broadcast_to(places._array, (*ordered._array.shape[:-1], places._array.shape[-1]))
    if interpolation in _TO_WHOLE:
        return gather(ordered, -1, made(_TO_WHOLE[interpolation](ranks).astype(np.int64)))
    below = gather(ordered, -1, made(np.floor(ranks).astype(np.int64)))
    above = gather(ordered, -1, made(np.ceil(ranks).astype(np.int64)))
    if interpolation == "midpoint":
        return lerp(below, above, made(np.full_like(ranks, 0.5)))
    return lerp(below, above, sub(places, made(np.floor(places._array))))
