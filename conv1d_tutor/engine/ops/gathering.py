"""Elements picked by index tensors and masks, and what counts their places."""

from collections.abc import Callable
from math import prod

import numpy as np

from ..core.dims import along, as_dim, saved_dim
from ..core.graph import fit, made, record
from ..core.guard import refuse_broadcast, waited_for
from ..core.op import viewing
from ..core.pieces import add_at
from ..core.promotion import check_broadcast
from ..core.strides import seen_as
from ..core.tensor import Array, Tensor, alias, wrap
from .shaping import expand, reshape

Number = int | float


def check_index(index: Tensor, function: str) -> None:
    """Raise PyTorch's RuntimeError where an index is of no whole-number dtype."""
    if index._array.dtype not in (np.int64, np.int32) and index._array.size:
        raise RuntimeError(f"{function}(): Expected dtype int32/int64 for index")


def check_range(places: Array, length: int, axis: int) -> None:
    """Raise PyTorch's RuntimeError where a place is outside of a dim of this length."""
    if places.size and (waited_for(np.min, places) < 0 or waited_for(np.max, places) >= length):
        outside = (places < 0) | (places >= length)
        raise RuntimeError(
            f"index {int(places[outside].flat[0])} is out of bounds for dimension {axis} with size "
            f"{length}"
        )


def counted(places: Array, axis: int, shape: tuple[int, ...]) -> Array:
    """Return `places` along an axis, every other axis counting up, as places in a flat array.

    The array has this `shape`, and lies in order. numpy looks up one index many times faster than
    one for each dim.
    """
    step, flat = 1, np.zeros((), np.int64)
    for each in range(len(shape) - 1, -1, -1):
        if each != axis:
            along_axis = [1] * places.ndim
            along_axis[each] = places.shape[each]
            flat = flat + (np.arange(places.shape[each]) * step).reshape(along_axis)
        else:
            own_step = step
        step *= shape[each]
    return np.asarray((places if own_step == 1 else places * own_step) + flat)


def with_dims(array: Array) -> Array:
    """Return the array with one dim at least: a 0-d tensor counts as one element of a row."""
    return array if array.ndim else array.reshape(1)


def in_one_dim(array: Array) -> Array:
    """Return the array in one dim, in order: a view where it lies so."""
    return array.reshape(-1)


def add_slices(array: Array, axis: int, places: Array, added: Array) -> None:
    """Add slices to those of `array` (which lies in order) at `places` along an axis."""
    flat = places.reshape((-1,) + (1,) * (array.ndim - axis - 1))
    shape = (*array.shape[:axis], places.size, *array.shape[axis + 1 :])
    whole = counted(np.broadcast_to(flat, shape), axis, array.shape)
    values = np.broadcast_to(np.asarray(added, array.dtype), shape)
    add_at(in_one_dim(array), in_one_dim(whole), in_one_dim(values))


def _added_at_flat(places: Array, shape: tuple[int, ...]) -> Callable[[Array], tuple[Array]]:
    """Return the gradient of picking places: what arrives is added where it was picked."""

    def backward(grad: Array) -> tuple[Array]:
        whole = np.zeros(prod(shape), grad.dtype)
        add_at(whole, in_one_dim(places), in_one_dim(grad))
        return (whole.reshape(shape),)

    return backward


# --- picked


@viewing("gather(Tensor input, int dim, Tensor index, *, bool sparse_grad=False, Tensor out=None)")
def gather(input: Tensor, dim: int, index: Tensor, sparse_grad: bool = False) -> Tensor:
    """Return `out[i][j] = input[index[i][j]][j]` for dim 0, and likewise for others."""
    x, places = input._array, index._array
    axis = as_dim(dim, x.ndim)
    check_index(index, "gather")
    if not places.size:
        empty = np.empty(places.shape, x.dtype)
        return record("GatherBackward0", empty, (input,), lambda grad: (np.zeros_like(x),))
    if max(places.ndim, 1) != max(x.ndim, 1):
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    for other in range(x.ndim):
        if other != axis and places.shape[other] > x.shape[other]:
            raise RuntimeError(
                f"Size does not match at dimension {other} expected index {list(places.shape)} to "
                f"be no larger than self {list(x.shape)} apart from dimension {axis}"
            )
    check_range(places, x.shape[axis] if x.ndim else 1, axis)
    flat = counted(with_dims(places), axis, with_dims(x).shape)
    picked = waited_for(lambda at: in_one_dim(x).take(at), flat).reshape(places.shape)
    return record(
        "GatherBackward0",
        picked,
        (input,),
        _added_at_flat(flat, x.shape),
        dim=saved_dim(dim),
        index=index,
        self=input,
        sparse_grad=sparse_grad,
    )


@viewing("take_along_dim(Tensor input, Tensor indices, int? dim=None, *, Tensor out=None)")
def take_along_dim(input: Tensor, indices: Tensor, dim: int | None) -> Tensor:
    """Return `gather` with indices that broadcast."""
    if dim is None:
        return gather(reshape(input, (-1,)), 0, reshape(indices, (-1,)))
    axis = as_dim(dim, input._array.ndim)
    if indices._array.dtype != np.int64:
        raise RuntimeError(
            "torch.take_along_dim(): dtype of indices should be Long but got "
            f"{indices.dtype.scalar}"
        )
    if input._array.ndim != indices._array.ndim:
        raise RuntimeError(
            "torch.take_along_dim(): input and indices should have the same number of dimensions, "
            f"but got {input._array.ndim} dimensions for input, and {indices._array.ndim} "
            "dimensions for indices"
        )
    own, places = list(input._array.shape), list(indices._array.shape)
    kept = [(*each[:axis], 1, *each[axis + 1 :]) for each in (own, places)]
    check_broadcast(*kept)
    common = list(np.broadcast_shapes(*kept))
    wide = expand(input, (*common[:axis], own[axis], *common[axis + 1 :]))
    many = expand(indices, (*common[:axis], places[axis], *common[axis + 1 :]))
    # An index beyond the end starts again, as PyTorch has it here.
    return gather(wide, axis, made(np.remainder(many._array, own[axis])))


@viewing("index_select(Tensor input, int dim, Tensor index, *, Tensor out=None)")
def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """Return the slices of `dim` that `index` names, in its order."""
    x, places = with_dims(input._array), index._array
    axis = as_dim(dim, x.ndim)
    if places.ndim > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    if places.dtype.kind not in "iu":
        raise RuntimeError("index_select(): Expected dtype int32 or int64 for index")
    if places.size and (
        waited_for(np.min, places) < 0 or waited_for(np.max, places) >= x.shape[axis]
    ):
        raise IndexError("index out of range in self")
    shape = input._array.shape
    picked = waited_for(lambda at: x[along(axis, at)], places.reshape(-1)).reshape(
        (*x.shape[:axis], places.size, *x.shape[axis + 1 :]) if shape else ()
    )

    def backward(grad: Array) -> tuple[Array]:
        whole = np.zeros(x.shape, grad.dtype)
        add_slices(whole, axis, places, with_dims(grad))
        return (whole.reshape(shape),)

    return record(
        "IndexSelectBackward0",
        picked,
        (input,),
        backward,
        dim=saved_dim(dim),
        index=index,
        self_sym_sizes=shape,
    )


@viewing("take(Tensor input, Tensor index, *, Tensor out=None)")
def take(input: Tensor, index: Tensor) -> Tensor:
    """Return the elements at places counted through the whole tensor."""
    x, places = input._array, index._array
    if places.dtype != np.int64:
        raise RuntimeError(
            f"take(): Expected a long tensor for index, but got {index.dtype.scalar}"
        )
    if places.size and not x.size:
        raise IndexError("take(): tried to take from an empty tensor")
    outside = (places < -x.size) | (places >= x.size)
    if outside.any():
        raise IndexError(
            f"out of range: tried to access index {int(places[outside].flat[0])} on a tensor of "
            f"{x.size} elements."
        )

    def backward(grad: Array) -> tuple[Array]:
        whole = np.zeros(x.size, grad.dtype)
        add_at(whole, in_one_dim(places), in_one_dim(grad))
        return (whole.reshape(x.shape),)

    return record("TakeBackward0", x.ravel()[places], (input,), backward, index=index, self=input)


@viewing("masked_select(Tensor input, Tensor mask, *, Tensor out=None)")
def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """Return the elements where `mask` is true, in one dim."""
    if mask._array.dtype.kind != "b":
        raise RuntimeError("masked_select: expected BoolTensor for mask")
    check_broadcast(input._array.shape, mask._array.shape)
    refuse_broadcast(input._array, mask._array)
    x, chosen = np.broadcast_arrays(input._array, mask._array)

    def backward(grad: Array) -> tuple[Array]:
        whole = np.zeros(x.shape, grad.dtype)
        whole[chosen] = grad
        return (fit(whole, input._array),)

    return record("MaskedSelectBackward0", x[chosen], (input,), backward, mask=mask, self=input)


@viewing("nonzero(Tensor input, *, bool as_tuple=False, Tensor out=None)")
def nonzero(input: Tensor, as_tuple: bool = False) -> Tensor | tuple[Tensor, ...]:
    """Return where the elements that are not zero stand: a row each, or a tensor a dim."""
    if as_tuple:
        return places_of(input)
    return argwhere(input)


@viewing("argwhere(Tensor input)")
def argwhere(input: Tensor) -> Tensor:
    """Return where the elements that are not zero stand, a row each."""
    x = input._array
    if x.ndim == 0:
        return made(np.zeros((int(bool(x)), 0), np.int64))
    by_dim = waited_for(lambda whole: np.stack(np.nonzero(whole)), x)
    count = by_dim.shape[1]
    # In memory dim by dim, as PyTorch has it.
    return wrap(seen_as(by_dim, by_dim.shape[::-1], (by_dim.itemsize, by_dim.itemsize * count)))


def places_of(input: Tensor) -> tuple[Tensor, ...]:
    """Return where the elements that are not zero stand: a tensor a dim, views of one memory."""
    rows = argwhere(reshape(input, (1,)) if input._array.ndim == 0 else input)
    columns = rows._array.T
    return tuple(alias(seen_as(each, each.shape, (each.itemsize,)), rows) for each in columns)
