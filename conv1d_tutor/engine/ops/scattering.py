"""Elements placed, added or filled where index tensors or masks say."""

from typing import NoReturn

import numpy as np

from ..core import dtypes
from ..core.dims import along, as_dim, saved_dim
from ..core.dtypes import as_number_of
from ..core.graph import fit, record, record_laid
from ..core.guard import refuse_broadcast
from ..core.op import declared
from ..core.pieces import add_at
from ..core.promotion import check_broadcast
from ..core.strides import laid_as
from ..core.tensor import Array, Tensor, wrap
from ..core.warned import warn
from .gathering import Number, add_slices, check_index, check_range, counted, in_one_dim, with_dims


def _check_vector(index: Tensor, source: Array, array: Array, axis: int, function: str) -> None:
    """Raise PyTorch's error unless an index is a row of places, one for each slice of a source."""
    places = index._array
    if places.ndim > 1:
        raise IndexError(
            f"{function}(): Index is supposed to be a vector, but got dim: {places.ndim} with "
            f"type: {index.dtype.scalar} and size: {list(places.shape)}"
        )
    if places.dtype not in (np.int64, np.int32):
        raise RuntimeError(
            f"{function}(): Expected dtype int32/int64 for index but got: {index.dtype.scalar}"
        )
    if source.dtype != array.dtype:
        kinds = [dtypes.of_array(each).scalar for each in (array, source)]
        raise RuntimeError(
            f"{function}(): self ({kinds[0]}) and source ({kinds[1]}) must have the same scalar "
            "type"
        )
    rest, other = (
        [size for at, size in enumerate(each.shape) if at != axis] for each in (array, source)
    )
    if (array.ndim and max(source.ndim, 1) != array.ndim) or rest != other:
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. "
            f"Got self.shape = {list(array.shape)} source.shape = {list(source.shape)}"
        )
    count = source.shape[axis] if source.ndim else 1
    if places.size != count:
        raise RuntimeError(
            f"{function}(): Number of indices ({places.size}) should be equal to "
            f"source.size(dim): ({count}), for dim: {axis}"
        )


def _check_placed(array: Array, axis: int, places: Array, source: Array | None) -> None:
    """Raise PyTorch's RuntimeError where an index or a source of `scatter` does not fit."""
    if not places.size:
        return
    for name, other in (("self", array), ("src", source)):
        if other is not None and with_dims(other).ndim != places.ndim:
            raise RuntimeError(
                f"Index tensor must have the same number of dimensions as {name} tensor"
            )
    sizes = array.shape if source is None else with_dims(source).shape
    for at, size in enumerate(places.shape):
        too_large = at != axis and size > array.shape[at]
        if too_large or (source is not None and size > sizes[at]):
            larger = "" if source is None else f" and to be no larger size than src {list(sizes)}"
            raise RuntimeError(
                f"Expected index {list(places.shape)} to be no larger than self "
                f"{list(array.shape)} apart from dimension {axis}{larger}"
            )


@declared(
    "scatter(Tensor input, int dim, Tensor index, Tensor src, *, Tensor out=None)",
    "scatter(Tensor input, int dim, Tensor index, Tensor src, *, str reduce, Tensor out=None)",
    "scatter(Tensor input, int dim, Tensor index, Scalar value, *, Tensor out=None)",
    "scatter(Tensor input, int dim, Tensor index, Scalar value, *, str reduce, Tensor out=None)",
    in_place=True,
)
def scatter(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Tensor | None = None,
    value: Number = 0,
    reduce: str | None = None,
) -> Tensor:
    """Return `input` with `out[index[i][j]][j] = src[i][j]` for dim 0, and likewise for others."""
    x, places = with_dims(input._array), with_dims(index._array)
    axis = as_dim(dim, x.ndim)
    check_index(index, "scatter")
    if src is not None and src._array.dtype != x.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
    _check_placed(x, axis, places, None if src is None else src._array)
    if reduce not in (None, *_REDUCING):
        raise RuntimeError("reduce argument must be either add or multiply.")
    if not places.size:
        places = np.zeros((0,) * x.ndim, np.int64)
    check_range(places, x.shape[axis], axis)
    if reduce is not None:
        return _reduced(input, x, axis, places, value if src is None else src, reduce)
    flat = counted(places, axis, x.shape)
    part = tuple(slice(0, size) for size in places.shape)
    changed = np.array(x, order="C")
    number = as_number_of(input.dtype, value)
    in_one_dim(changed)[flat] = number if src is None else with_dims(src._array)[part]

    def backward(grad: Array) -> tuple[Array | None, ...]:
        kept = np.array(grad, order="C")
        arrived = in_one_dim(kept)[flat]
        in_one_dim(kept)[flat] = 0
        return (kept,) if src is None else (kept, _towards(src, part, arrived))

    return record(
        "ScatterBackward1" if src is None else "ScatterBackward0",
        changed.reshape(input._array.shape),
        (input,) if src is None else (input, src),
        backward,
        dim=saved_dim(dim),
        index=index,
    )


_REDUCING = {"add": np.add, "multiply": np.multiply}


def _reduced(
    input: Tensor, x: Array, axis: int, places: Array, source: Tensor | Number, reduce: str
) -> Tensor:
    """Return `input` with numbers added or multiplied in; PyTorch cannot differentiate that."""
    part = tuple(slice(0, size) for size in places.shape)
    numbers = with_dims(source._array)[part] if isinstance(source, Tensor) else source
    changed = np.array(x, order="C")
    each = np.broadcast_to(np.asarray(numbers).astype(x.dtype), places.shape)
    _REDUCING[reduce].at(
        in_one_dim(changed), in_one_dim(counted(places, axis, x.shape)), each.ravel()
    )

    def refuse(grad: Array) -> NoReturn:
        raise RuntimeError("derivative for aten::scatter is not implemented")

    sources = (input, source) if isinstance(source, Tensor) else (input,)
    return record("NotImplemented", changed.reshape(input._array.shape), sources, refuse)


def _towards(src: Tensor, part: tuple[slice, ...], arrived: Array) -> Array:
    """Return the gradient of a source of which only a part was placed."""
    whole = np.zeros(with_dims(src._array).shape, arrived.dtype)
    whole[part] = arrived
    return whole.reshape(src._array.shape)


@declared(
    "scatter_add(Tensor input, int dim, Tensor index, Tensor src, *, Tensor out=None)",
    in_place=True,
)
def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Return `input` with `out[index[i][j]][j] += src[i][j]` for dim 0, and likewise for others."""
    x, places = with_dims(input._array), with_dims(index._array)
    axis = as_dim(dim, x.ndim)
    check_index(index, "scatter")
    if src._array.dtype != x.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
    _check_placed(x, axis, places, src._array)
    if not places.size:
        places = np.zeros((0,) * x.ndim, np.int64)
    check_range(places, x.shape[axis], axis)
    flat = counted(places, axis, x.shape)
    part = tuple(slice(0, size) for size in places.shape)
    changed = np.array(x, order="C")
    added = np.asarray(with_dims(src._array)[part], x.dtype)
    add_at(in_one_dim(changed), in_one_dim(flat), in_one_dim(added))
    return record(
        "ScatterAddBackward0",
        changed.reshape(input._array.shape),
        (input, src),
        lambda grad: (grad, _towards(src, part, in_one_dim(grad)[flat])),
        dim=saved_dim(dim),
        index=index,
    )


@declared(
    "index_add(Tensor input, int dim, Tensor index, Tensor source, *, Scalar alpha=1, "
    "Tensor out=None)",
    in_place=True,
)
def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, alpha: Number = 1) -> Tensor:
    """Return `input` with slices of `source` added to the slices that `index` names."""
    axis = as_dim(dim, input._array.ndim)
    changed = np.array(with_dims(input._array), order="C")
    _check_vector(index, source._array, changed, axis, "index_add_")
    if changed.ndim > 1:
        check_range(index._array, changed.shape[axis], axis)
    elif index._array.size and index._array.max() >= changed.size:
        raise IndexError("index out of range in self")
    key = along(axis, index._array)
    added = source._array if input._array.ndim else source._array.reshape(-1)
    scaled = added if alpha == 1 else added * np.asarray(alpha).astype(added.dtype)
    add_slices(changed, axis, index._array, scaled)
    return record(
        "IndexAddBackward0",
        changed.reshape(input._array.shape),
        (input, source),
        lambda grad: (grad, (with_dims(grad)[key] * alpha).reshape(source._array.shape)),
        dim=saved_dim(dim),
        index=index,
        alpha=alpha,
        source=source,
        source_dim=source._array.ndim,
    )


@declared(
    "index_fill(Tensor input, int dim, Tensor index, Tensor value)",
    "index_fill(Tensor input, int dim, Tensor index, Scalar value)",
    in_place=True,
)
def index_fill(input: Tensor, dim: int, index: Tensor, value: Tensor | Number) -> Tensor:
    """Return `input` with one number in the slices that `index` names."""
    axis = as_dim(dim, input._array.ndim)
    changed = with_dims(input._array).copy()
    if index._array.dtype != np.int64:
        raise IndexError("index_fill_(): Expected dtype int64 for index.")
    if index._array.ndim > 1:
        raise RuntimeError("Index has to be a vector/scalar")
    places = _from_the_front(index._array, changed.shape[axis], axis)
    key = along(axis, places)
    sources = (input, value) if isinstance(value, Tensor) else (input,)
    if isinstance(value, Tensor) and value._array.ndim:
        raise RuntimeError(
            "index_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value._array.ndim} dimension(s)."
        )
    filling = value._array if isinstance(value, Tensor) else as_number_of(input.dtype, value)
    changed[key] = np.asarray(filling).astype(changed.dtype)

    def backward(grad: Array) -> tuple[Array, ...]:
        kept = with_dims(grad).copy()
        filled = kept[along(axis, np.unique(places))].sum()
        kept[key] = 0
        towards = (fit(filled, each._array) for each in sources[1:])
        return kept.reshape(input._array.shape), *towards

    changed = laid_as(changed.reshape(input._array.shape), input._array)
    return record_laid(
        f"IndexFillBackward{len(sources) - 1}",
        wrap(changed),
        sources,
        backward,
        {"dim": saved_dim(dim), "index": index},
    )


@declared(
    "index_copy(Tensor input, int dim, Tensor index, Tensor source, *, Tensor out=None)",
    in_place=True,
)
def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """Return `input` with slices of `source` in place of the slices that `index` names."""
    axis = as_dim(dim, input._array.ndim)
    changed = with_dims(input._array).copy()
    _check_copied(index, source, input._array, axis)
    key = along(axis, _from_the_front(index._array, changed.shape[axis], axis, "index_copy_(): "))
    changed[key] = source._array if input._array.ndim else source._array.reshape(-1)

    def backward(grad: Array) -> tuple[Array, Array]:
        kept = with_dims(grad).copy()
        kept[key] = 0
        copied = with_dims(grad)[key].reshape(source._array.shape)
        return kept.reshape(input._array.shape), copied

    return record(
        "IndexCopyBackward0",
        changed.reshape(input._array.shape),
        (input, source),
        backward,
        dim=saved_dim(dim),
        index=index,
    )


def _check_copied(index: Tensor, source: Tensor, array: Array, axis: int) -> None:
    """Raise PyTorch's error where a source of `index_copy` does not fit its index or its target."""
    places, given = index._array, source._array
    if places.ndim > 1:
        raise IndexError(f"index_copy_(): Index should have dimension 1 or 0 (got {places.ndim})")
    if given.ndim != array.ndim and given.ndim and array.ndim:
        raise IndexError(
            "index_copy_(): When source and destination are not scalars, their dimensionality "
            f"must match. Source dimensionality ({given.ndim}), destination dimensionality "
            f"({array.ndim})"
        )
    if places.dtype != np.int64:
        raise RuntimeError(
            f"index_copy_(): Expected a long tensor for index, but got {index.dtype.scalar}"
        )
    if given.dtype != array.dtype:
        raise RuntimeError(
            "index_copy_(): self and source expected to have the same dtype, but got (self) "
            f"{dtypes.of_array(array).scalar} and (source) {source.dtype.scalar}"
        )
    rest, other = (
        [size for at, size in enumerate(each.shape) if at != axis] for each in (array, given)
    )
    if rest != other:
        raise RuntimeError(
            "index_copy_(): Source/destination tensor must have same slice shapes. Destination "
            f"slice shape: {' '.join(map(str, rest))} at dimension {axis} and source slice shape: "
            f"{' '.join(map(str, other))} at dimension 0."
        )
    count = given.shape[axis] if given.ndim else 1
    if places.size != count:
        raise IndexError(
            f"index_copy_(): Number of indices ({places.size}) should be equal to "
            f"source.size(dim) ({count})"
        )


def _from_the_front(places: Array, length: int, axis: int, where: str = "") -> Array:
    """Return places counted from the front; IndexError where there is none such."""
    outside = (places < -length) | (places >= length)
    if outside.any():
        raise IndexError(
            f"{where}index {int(places[outside].flat[0])} is out of bounds for dimension {axis} "
            f"with size {length}"
        )
    return np.where(places < 0, places + length, places)


@declared("masked_scatter(Tensor input, Tensor mask, Tensor source)", in_place=True)
def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Return `input` with the elements of `source`, in order, where `mask` is true."""
    if mask._array.dtype == np.uint8:
        warn(
            "masked_scatter_ received a mask with dtype torch.uint8, this behavior is now "
            "deprecated,please use a mask with dtype torch.bool instead."
        )
    if mask._array.dtype.kind != "b":
        raise RuntimeError(
            "masked_scatter_ only supports boolean masks, but got mask with dtype "
            f"{mask.dtype.scalar}"
        )
    check_broadcast(input._array.shape, mask._array.shape)
    refuse_broadcast(input._array, mask._array)
    wide, chosen = np.broadcast_arrays(input._array, mask._array)
    changed = wide.copy()
    count = int(chosen.sum())
    if source._array.dtype != input._array.dtype:
        raise RuntimeError(
            "masked_scatter: expected self and source to have same dtypes but got"
            f"{input.dtype.scalar} and {source.dtype.scalar}"
        )
    if source._array.size < count:
        raise RuntimeError("Number of elements of source < number of ones in mask")
    changed[chosen] = source._array.ravel()[:count]

    def backward(grad: Array) -> tuple[Array, Array]:
        towards = np.zeros(source._array.size, grad.dtype)
        towards[:count] = grad[chosen]
        return fit(np.where(chosen, 0, grad), input._array), towards.reshape(source._array.shape)

    return record("MaskedScatterBackward0", changed, (input, source), backward, mask=mask)
