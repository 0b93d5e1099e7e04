"""`x[...] = value` and the other ways to write numbers over a tensor."""

from typing import Any

import numpy as np

from ..core import dtypes
from ..core.device import kind_of
from ..core.graph import fit, record
from ..core.guard import run_apart, silently, waited_for
from ..core.in_place import check_in_place, overwrite, replace
from ..core.methods import hang
from ..core.op import declared, viewing
from ..core.promotion import check_broadcast
from ..core.tensor import Array, Tensor, wrap
from .indexing import apply_views, check_dims, keys_of, parts_of, whole_view
from .masking import refuse_mask
from .shaping import expand, reshape


def _setitem(self: Tensor, index: object, value: object) -> None:
    """Write `value` over the part that `index` names."""
    if not isinstance(value, Tensor):
        if not isinstance(value, int | float | np.number | np.bool_):
            raise TypeError(f"can't assign a {kind_of(value)} to a torch.{self.dtype.scalar}Tensor")
        number = dtypes.as_number_of(self.dtype, value)  # type: ignore[arg-type]
        value = wrap(np.array(number).astype(self._array.dtype))
    if type(index) is int:
        check_dims(self._array.shape, index)
    seen, gathers = apply_views(self, parts_of(index))
    if not gathers:
        target = whole_view(seen) if seen is self else seen
        copy_(target, expand(_trimmed(value, target), target._array.shape))
        return
    put(seen, gathers, value)


_setitem.__name__ = "__setitem__"
_setitem.__qualname__ = "Tensor.__setitem__"
hang("__setitem__", silently(run_apart(_setitem)))


def _put(array: Array, keys: Any, values: Any) -> Array:
    """Return a copy of the array with these values at the keys."""
    changed = array.copy()
    changed[keys] = values
    return changed


def put(target: Tensor, gathers: list[Array | None], value: Tensor) -> None:
    """Write `value` where the gathers point (`index_put_`)."""
    check_in_place(target)
    array = target._array
    masks = [each for each in gathers if each is not None]
    of_old = len(masks) == 1 and masks[0].dtype == np.uint8 and value._array.size == 1
    if of_old:
        gathers = [None if each is None else each != 0 for each in gathers]
    keys = keys_of(array, gathers)
    if of_old:
        refuse_mask(dtypes.uint8)
    places = waited_for(lambda whole: whole[keys].shape, array)
    source = value._array
    try:
        fits = np.broadcast_shapes(source.shape, places) == places
    except ValueError:
        fits = False
    if not fits:
        squeezed = source.squeeze()
        if squeezed.ndim <= len(places) and squeezed.shape == tuple(
            size for size in places if size != 1
        ):
            source = source.reshape(places)
        else:
            raise RuntimeError(
                f"shape mismatch: value tensor of shape {list(source.shape)} cannot be broadcast "
                f"to indexing result of shape {list(places)}"
            )
    if source.dtype != array.dtype and source.ndim:
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, got "
            f"{target.dtype.scalar} for the destination and {value.dtype.scalar} for the source."
        )
    changed = waited_for(_put, array, keys, source)
    shape = array.shape

    def backward(grad: Array) -> tuple[Array, Array]:
        return _put(grad, keys, 0).reshape(shape), fit(grad[keys], value._array)

    before = wrap(array)
    before._node, before._output = target.grad_fn, target._output
    replace(target, record("IndexPutBackward0", changed, (before, value), backward))


@declared("copy_(Tensor self, Tensor other, bool non_blocking=False)", function=False, numbers=True)
def copy_(self: Tensor, other: Tensor | float, non_blocking: bool = False) -> Tensor:
    """Write the numbers of `other` over this tensor."""
    src = other if isinstance(other, Tensor) else wrap(np.asarray(other))
    check_in_place(self)
    own, source = self._array, src._array
    if source.shape != own.shape:
        check_broadcast(own.shape, source.shape)
        if np.broadcast_shapes(own.shape, source.shape) != own.shape:
            raise RuntimeError(
                f"output with shape {list(own.shape)} doesn't match the broadcast shape "
                f"{list(np.broadcast_shapes(own.shape, source.shape))}"
            )
    wide = np.broadcast_to(source, own.shape)
    before = wrap(own)
    before._node, before._output = self.grad_fn, self._output
    copied = record(
        "CopyBackwards",
        waited_for(wide.__class__.astype, wide, own.dtype),
        (before, src),
        lambda grad: (np.zeros_like(grad), fit(grad, source)),
    )
    return replace(self, copied)


def _trimmed(value: Tensor, target: Tensor) -> Tensor:
    """Return a value without the leading dims of length 1 that its target lacks."""
    shape, extra = value._array.shape, value._array.ndim - target._array.ndim
    if extra > 0 and shape[:extra] == (1,) * extra:
        return reshape(value, shape[extra:])
    return value


@declared("fill_(Tensor self, Tensor value)", "fill_(Tensor self, Scalar value)", function=False)
def fill_(self: Tensor, value: Tensor | float) -> Tensor:
    """Write one number over this tensor."""
    check_in_place(self)
    if isinstance(value, Tensor) and value._array.ndim:
        raise RuntimeError(
            f"fill_ only supports 0-dimension value tensor but got tensor with {value._array.ndim} "
            "dimensions."
        )
    number = value._array.item() if isinstance(value, Tensor) else value
    number = dtypes.as_number_of(self.dtype, number)
    filled = np.full(self._array.shape, number, self._array.dtype)
    if not isinstance(value, Tensor):
        return overwrite(self, filled, "FillBackward2")
    before = wrap(self._array)
    before._node, before._output = self.grad_fn, self._output

    def backward(grad: Array) -> tuple[Array, Array]:
        return np.zeros_like(grad), np.asarray(grad.sum(), value._array.dtype)

    return replace(self, record("FillBackward3", filled, (before, value), backward))


@viewing("zero_(Tensor self)", function=False)
def zero_(self: Tensor) -> Tensor:
    """Write zeros over this tensor."""
    return overwrite(self, np.zeros(self._array.shape, self._array.dtype), "ZeroBackward0")


@declared("fill_diagonal_(Tensor self, Scalar fill_value, bool wrap=False)", function=False)
def fill_diagonal_(self: Tensor, fill_value: float, wrap: bool) -> Tensor:
    """Write one number over the main diagonal."""
    if self._array.ndim < 2:
        raise RuntimeError("dimensions must larger than 1")
    if self._array.ndim > 2 and len({*self._array.shape}) > 1:
        raise RuntimeError("all dimensions of input must be of equal length")
    changed = self._array.copy()
    np.fill_diagonal(changed, dtypes.as_number_of(self.dtype, fill_value), wrap)
    return overwrite(self, changed, "FillDiagonalBackward0")
