"""Elements picked and placed by index tensors."""

from typing import Any

import numpy as np

from ..core.arguments import as_dim, expect_tensor
from ..core.graph import fit, record
from ..core.promotion import check_broadcast
from ..core.surface import in_place_twin, offered
from ..core.tensor import Array, Tensor, wrap
from .shaping import expand_to, reshape_to, saved_dim

__all__ = ["gather", "index_select"]


def _check_index(index: Tensor, function: str) -> None:
    if index._array.dtype not in (np.int64, np.int32) and index._array.size:
        raise RuntimeError(f"{function}(): Expected dtype int32/int64 for index")


def _check_range(places: Array, length: int, axis: int) -> None:
    outside = (places < 0) | (places >= length)
    if outside.any():
        raise RuntimeError(
            f"index {int(places[outside].flat[0])} is out of bounds for dimension {axis} with size "
            f"{length}"
        )


def _grid(shape: tuple[int, ...], axis: int, places: Array) -> tuple[Any, ...]:
    """Return numpy's index of `places` along an axis, every other axis counting up."""
    key: list[Any] = list(np.ogrid[tuple(slice(0, size) for size in shape)])
    key[axis] = places
    return tuple(key)


def _with_dims(array: Array) -> Array:
    """Return the array with one dim at least: a 0-d tensor counts as one element of a row."""
    return array if array.ndim else array.reshape(1)


@offered("gather")
def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False) -> Tensor:
    """Return `out[i][j] = input[index[i][j]][j]` for dim 0, and likewise for others."""
    expect_tensor(index, "gather", "index", 3)
    x, places = input._array, index._array
    axis = as_dim(dim, x.ndim, "gather")
    _check_index(index, "gather")
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
    _check_range(places, x.shape[axis] if x.ndim else 1, axis)
    if x.ndim == 0:
        picked = np.full(places.shape, x)
        return record("GatherBackward0", picked, (input,), lambda grad: (grad.sum().reshape(()),),
                      dim=dim, index=index, self=input, sparse_grad=sparse_grad)  # fmt: skip
    key = _grid(places.shape, axis, places) if places.ndim else (places,)

    def backward(grad: Array) -> tuple[Array]:
        whole = np.zeros(x.shape, grad.dtype)
        np.add.at(whole, key, grad)
        return (whole,)

    return record(
        "GatherBackward0", x[key], (input,), backward,
        dim=saved_dim(dim), index=index, self=input, sparse_grad=sparse_grad,
    )  # fmt: skip


@offered("take_along_dim")
def take_along_dim(input: Tensor, indices: Tensor, dim: Any = None) -> Tensor:
    """Return `gather` with indices that broadcast."""
    if dim is None:
        return gather(reshape_to(input, (-1,)), 0, reshape_to(indices, (-1,)))
    axis = as_dim(dim, input._array.ndim)
    own, places = list(input._array.shape), list(indices._array.shape)
    common = list(np.broadcast_shapes(
        [*own[:axis], 1, *own[axis + 1 :]], [*places[:axis], 1, *places[axis + 1 :]]
    ))  # fmt: skip
    wide = expand_to(input, (*common[:axis], own[axis], *common[axis + 1 :]))
    many = expand_to(indices, (*common[:axis], places[axis], *common[axis + 1 :]))
    # An index beyond the end starts again, as PyTorch has it here.
    return gather(wide, axis, wrap(np.remainder(many._array, own[axis])))


@offered("scatter")
def scatter(input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None,
            reduce: Any = None) -> Tensor:  # fmt: skip
    """Return `input` with `out[index[i][j]][j] = src[i][j]` for dim 0, and likewise for others."""
    x, places = _with_dims(input._array), _with_dims(index._array)
    axis = as_dim(dim, x.ndim, "scatter")
    _check_index(index, "scatter")
    source = value if src is None else src
    if reduce is not None:
        if reduce == "add":
            if not isinstance(source, Tensor):
                source = wrap(np.full(places.shape, source, x.dtype))
            return scatter_add(input, dim, index, source)
        raise NotImplementedError(
            "scatter with reduce='multiply' is PyTorch's, but not in the bundled engine; the real "
            "PyTorch has it: conv1d-tutor --engine torch"
        )
    _check_range(places, x.shape[axis], axis)
    key = _grid(places.shape, axis, places)
    part = tuple(slice(0, size) for size in places.shape)
    changed = x.copy()
    is_tensor = isinstance(source, Tensor)
    if is_tensor and source._array.dtype != x.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
    changed[key] = _with_dims(source._array)[part] if is_tensor else source

    def backward(grad: Array) -> tuple[Array | None, ...]:
        arrived = _with_dims(grad)
        kept = arrived.copy()
        kept[key] = 0
        kept = kept.reshape(input._array.shape)
        if not is_tensor:
            return (kept,)
        towards = np.zeros(_with_dims(source._array).shape, grad.dtype)
        towards[part] = arrived[key]
        return kept, towards.reshape(source._array.shape)

    inputs = (input, source) if is_tensor else (input,)
    name = "ScatterBackward0" if is_tensor else "ScatterBackward1"
    return record(
        name, changed.reshape(input._array.shape), inputs, backward, dim=saved_dim(dim), index=index
    )


@offered("scatter_add")
def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Return `input` with `out[index[i][j]][j] += src[i][j]` for dim 0, and likewise for others."""
    x, places = _with_dims(input._array), _with_dims(index._array)
    axis = as_dim(dim, x.ndim, "scatter_add")
    _check_index(index, "scatter_add")
    _check_range(places, x.shape[axis], axis)
    key = _grid(places.shape, axis, places)
    part = tuple(slice(0, size) for size in places.shape)
    changed = x.copy()
    np.add.at(changed, key, _with_dims(src._array)[part])

    def backward(grad: Array) -> tuple[Array, Array]:
        towards = np.zeros(_with_dims(src._array).shape, grad.dtype)
        towards[part] = _with_dims(grad)[key]
        return grad, towards.reshape(src._array.shape)

    return record(
        "ScatterAddBackward0",
        changed.reshape(input._array.shape),
        (input, src),
        backward,
        dim=saved_dim(dim),
        index=index,
    )


@offered("index_select")
def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """Return the slices of `dim` that `index` names, in its order."""
    expect_tensor(input, "index_select")
    expect_tensor(index, "index_select", "index", 3)
    x, places = _with_dims(input._array), index._array
    axis = as_dim(dim, x.ndim, "index_select")
    if places.ndim > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    if places.dtype.kind not in "iu":
        raise RuntimeError("index_select(): Expected dtype int32 or int64 for index")
    if places.size and (places.min() < 0 or places.max() >= x.shape[axis]):
        raise IndexError("index out of range in self")
    key: Any = (slice(None),) * axis + (places.reshape(-1),)

    def backward(grad: Array) -> tuple[Array]:
        whole = np.zeros(x.shape, grad.dtype)
        np.add.at(whole, key, grad)
        return (whole.reshape(input._array.shape),)

    picked = x[key] if input._array.ndim else x[key].reshape(())
    return record(
        "IndexSelectBackward0", picked, (input,), backward,
        dim=saved_dim(dim), index=index, self_sym_sizes=input._array.shape,
    )  # fmt: skip


@offered("index_add")
def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Tensor:
    """Return `input` with slices of `source` added to the slices that `index` names."""
    axis = as_dim(dim, input._array.ndim)
    changed = _with_dims(input._array).copy()
    if index._array.size and index._array.max() >= changed.shape[axis]:
        raise IndexError("index out of range in self")
    key: Any = (slice(None),) * axis + (index._array,)
    added = source._array if input._array.ndim else source._array.reshape(-1)
    np.add.at(changed, key, added * alpha)
    return record(
        "IndexAddBackward0", changed.reshape(input._array.shape), (input, source),
        lambda grad: (grad, (_with_dims(grad)[key] * alpha).reshape(source._array.shape)),
        dim=saved_dim(dim), index=index, alpha=alpha, source=source,
        source_dim=source._array.ndim,
    )  # fmt: skip


@offered("index_fill")
def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """Return `input` with one number in the slices that `index` names."""
    axis = as_dim(dim, input._array.ndim)
    key: Any = (slice(None),) * axis + (index._array,)
    changed = _with_dims(input._array).copy()
    changed[key] = value.item() if isinstance(value, Tensor) else value
    sources = (input, value) if isinstance(value, Tensor) else (input,)

    def backward(grad: Array) -> tuple[Array, ...]:
        kept = _with_dims(grad).copy()
        once = (*key[:-1], np.unique(key[-1]))
        filled = kept[once].sum()
        kept[key] = 0
        towards = (fit(filled, each._array) for each in sources[1:])
        return kept.reshape(input._array.shape), *towards

    changed = changed.reshape(input._array.shape)
    node = f"IndexFillBackward{len(sources) - 1}"
    return record(node, changed, sources, backward, dim=saved_dim(dim), index=index)


@offered("index_copy")
def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """Return `input` with slices of `source` in place of the slices that `index` names."""
    axis = as_dim(dim, input._array.ndim)
    key: Any = (slice(None),) * axis + (index._array,)
    changed = _with_dims(input._array).copy()
    changed[key] = source._array if input._array.ndim else source._array.reshape(-1)

    def backward(grad: Array) -> tuple[Array, Array]:
        kept = _with_dims(grad).copy()
        kept[key] = 0
        copied = _with_dims(grad)[key].reshape(source._array.shape)
        return kept.reshape(input._array.shape), copied

    return record(
        "IndexCopyBackward0",
        changed.reshape(input._array.shape),
        (input, source),
        backward,
        dim=saved_dim(dim),
        index=index,
    )


@offered("take")
def take(input: Tensor, index: Tensor) -> Tensor:
    """Return the elements at places counted through the whole tensor."""
    x, places = input._array, index._array

    def backward(grad: Array) -> tuple[Array]:
        whole = np.zeros(x.size, grad.dtype)
        np.add.at(whole, places, grad)
        return (whole.reshape(x.shape),)

    return record("TakeBackward0", x.ravel()[places], (input,), backward, index=index, self=input)


@offered("masked_select")
def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """Return the elements where `mask` is true, in one dim."""
    if mask._array.dtype.kind != "b":
        raise RuntimeError("masked_select: expected BoolTensor for mask")
    check_broadcast(input._array.shape, mask._array.shape)
    x, chosen = np.broadcast_arrays(input._array, mask._array)

    def backward(grad: Array) -> tuple[Array]:
        whole = np.zeros(x.shape, grad.dtype)
        whole[chosen] = grad
        return (fit(whole, input._array),)

    return record("MaskedSelectBackward0", x[chosen], (input,), backward, mask=mask, self=input)


@offered("masked_scatter")
def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Return `input` with the elements of `source`, in order, where `mask` is true."""
    check_broadcast(input._array.shape, mask._array.shape)
    wide, chosen = np.broadcast_arrays(input._array, mask._array)
    changed = wide.copy()
    count = int(chosen.sum())
    changed[chosen] = source._array.ravel()[:count]

    def backward(grad: Array) -> tuple[Array, Array]:
        towards = np.zeros(source._array.size, grad.dtype)
        towards[:count] = grad[chosen]
        return fit(np.where(chosen, 0, grad), input._array), towards.reshape(source._array.shape)

    return record("MaskedScatterBackward0", changed, (input, source), backward, mask=mask)


@offered("nonzero")
def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """Return where the elements that are not zero stand: a row each, or a tensor a dim."""
    expect_tensor(input, "nonzero")
    x = input._array
    if as_tuple:
        return tuple(wrap(each) for each in np.nonzero(np.atleast_1d(x)))
    if x.ndim == 0:
        return wrap(np.zeros((int(bool(x)), 0), np.int64))
    return wrap(np.ascontiguousarray(np.argwhere(x)))


@offered("argwhere")
def argwhere(input: Tensor) -> Tensor:
    """Return where the elements that are not zero stand, a row each."""
    found: Tensor = nonzero(input)
    return found


for _name in ("scatter", "scatter_add", "index_add", "index_fill", "index_copy", "masked_scatter"):
    in_place_twin(_name)
