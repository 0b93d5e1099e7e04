"""The order of numbers: sorting, the k largest, the k-th, the middle, places in a sorted row."""

from collections.abc import Iterable
from typing import Literal

import numpy as np

from ..core.dims import as_dim, saved_dim
from ..core.graph import RESULT, made, record, record_many
from ..core.guard import waited_for
from ..core.op import declared
from ..core.strides import in_order, laid_as
from ..core.tensor import Array, Tensor, wrap


class ReturnType(tuple[Tensor, ...]):
    """Several results with names, as `torch.return_types` shows them."""

    __module__ = "torch.return_types"
    fields: tuple[str, ...] = ()

    def __new__(cls, sequence: Iterable[Tensor], _more: object = None) -> "ReturnType":
        """Return the results of a sequence; a second argument is what PyTorch's files give."""
        return tuple.__new__(cls, sequence)

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self).__qualname__, tuple(self))

    def __repr__(self) -> str:
        shown = ",\n".join(
            f"{field}={value!r}" for field, value in zip(self.fields, self, strict=True)
        )
        return f"{type(self).__name__}(\n{shown})"

    def __getattr__(self, attribute: str) -> Tensor:
        if attribute in self.fields:
            return self[self.fields.index(attribute)]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{attribute}'")


def return_type(name: str, *fields: str) -> type[ReturnType]:
    """Return the class of the results of `name`."""
    whole = f"torch.return_types.{name}"  # what Python's own errors are to call it
    made = {"fields": fields, "__module__": "torch.return_types", "__qualname__": name}
    kind = RETURN_TYPES[name] = type(whole, (ReturnType,), made)
    return kind


RETURN_TYPES: dict[str, type[ReturnType]] = {}
"""The classes of several results, by the operation."""


def _again(name: str, values: tuple[Tensor, ...]) -> ReturnType:
    return RETURN_TYPES[name](values)


# --- elements picked along a dim, and gradients that go to them alone


def with_dim(input: Tensor, dim: int) -> tuple[Array, int]:
    """Return the array with one dim at least, and the axis that `dim` names."""
    return np.atleast_1d(input._array), as_dim(dim, input._array.ndim)


def as_seen(array: Array, input: Tensor, axis: int, keepdim: bool) -> Array:
    """Return a result that still has its axis in the shape that the caller sees."""
    if input._array.ndim == 0:
        return array.reshape(())
    return array if keepdim else array.squeeze(axis)


def picked(
    node: str,
    kind: type[ReturnType],
    input: Tensor,
    places: Array,
    dim: int,
    keepdim: bool | None = None,
    lies_as_input: bool = False,
) -> ReturnType:
    """Return the elements at `places` along `dim`, with the places; gradients go there alone.

    Without `keepdim` there may be any number of places, and the dim stays. With `lies_as_input` the
    results lie in memory as the input does (the places do so already), otherwise in order.
    """
    array, axis = with_dim(input, dim)
    own = input._array.shape

    def backward(grads: tuple[Array, ...]) -> tuple[Array]:
        total = np.zeros(array.shape, array.dtype)
        np.put_along_axis(total, places, grads[0].reshape(places.shape), axis)
        return (total.reshape(own),)

    keeps, saved = (True, {}) if keepdim is None else (keepdim, {"keepdim": keepdim})
    values = as_seen(np.take_along_axis(array, places, axis), input, axis, keeps)
    indices = wrap(as_seen(places, input, axis, keeps))
    if lies_as_input:
        values = laid_as(values, input._array)
    else:
        values, indices = in_order(values), made(indices._array)
    return kind(
        record_many(
            node,
            (wrap(values), indices),
            (input,),
            backward,
            dim=saved_dim(dim),
            indices=indices,
            self_sym_sizes=own,
            **saved,
        )
    )


def shared_among_equals(
    grad: Array, x: Array, chosen: Array, axes: tuple[int, ...] | None = None
) -> Array:
    """Return a gradient where elements equal the chosen one; several of them share it."""
    ties = x == chosen
    return np.asarray((grad * (ties / ties.sum(axis=axes, keepdims=True))).astype(x.dtype))


# --- sorted


_SORT = return_type("sort", "values", "indices")
_TOPK = return_type("topk", "values", "indices")
_KTHVALUE = return_type("kthvalue", "values", "indices")
_MEDIAN = return_type("median", "values", "indices")


def _order(array: Array, axis: int, descending: bool = False) -> Array:
    """Return the places in order of value; nan counts as largest, equal ones keep their order."""
    if not descending:
        return np.argsort(array, axis=axis, kind="stable")
    from_the_end = np.argsort(np.flip(array, axis), axis=axis, kind="stable")
    return np.asarray(array.shape[axis] - 1 - np.flip(from_the_end, axis))


def _first_places(array: Array, axis: int, k: int, descending: bool) -> Array:
    """Return the places of the first `k` in order of value, as `_order` has them."""
    count = array.shape[axis]
    if array.dtype.kind != "f" or count < _MANY or not 0 < k <= count // _FEW:
        return np.take(_order(array, axis, descending), np.arange(k), axis=axis)
    rows = np.moveaxis(array, axis, -1)
    if np.isnan(rows.min()):
        return np.take(_order(array, axis, descending), np.arange(k), axis=axis)
    # Only what is no worse than the k-th is put in order: few, where many are not equal.
    kth = np.partition(rows, count - k if descending else k - 1, axis=-1)
    kth = kth[..., [count - k if descending else k - 1]]
    among = rows >= kth if descending else rows <= kth
    wide = int(among.sum(axis=-1).max())
    if wide > 4 * k:
        return np.take(_order(array, axis, descending), np.arange(k), axis=axis)
    flat = among.reshape(-1, count)
    row, place = np.nonzero(flat)
    begins = np.searchsorted(row, np.arange(len(flat)))
    slot = np.arange(row.size) - begins[row]
    places = np.zeros((len(flat), wide), np.int64)
    places[row, slot] = place
    last = -np.inf if descending else np.inf
    values = np.full(places.shape, last, rows.dtype)
    values[row, slot] = rows.reshape(flat.shape)[row, place]
    chosen = np.take_along_axis(places, _order(values, 1, descending)[:, :k], 1)
    return np.moveaxis(chosen.reshape(*rows.shape[:-1], k), -1, axis)


_MANY, _FEW = 64, 8
"""How long a row is at least of which only the first are put in order, and which part they are."""


@declared(
    "sort(Tensor input, *, bool? stable, int dim=-1, bool descending=False, Tensor[] out=None)",
    "sort(Tensor input, int dim=-1, bool descending=False, *, Tensor[] out=None)",
)
def sort(
    input: Tensor, dim: int = -1, descending: bool = False, stable: bool | None = None
) -> ReturnType:
    """Return the elements in order along `dim`, with where each stood."""
    array, axis = with_dim(input, dim)
    places = laid_as(waited_for(_order, array, axis, descending), array)
    return picked(
        f"SortBackward{int(stable is not None)}", _SORT, input, places, dim, lies_as_input=True
    )


@declared(
    "argsort(Tensor input, *, bool stable, int dim=-1, bool descending=False, Tensor out=None)",
    "argsort(Tensor input, int dim=-1, bool descending=False)",
)
def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """Return the places of the elements in order along `dim`."""
    array, axis = with_dim(input, dim)
    places = laid_as(waited_for(_order, array, axis, descending), array)
    return wrap(places.reshape(input._array.shape) if input._array.ndim == 0 else places)


@declared(
    "topk(Tensor input, int k, int dim=-1, bool largest=True, bool sorted=True, *, "
    "Tensor[] out=None)"
)
def topk(input: Tensor, k: int, dim: int, largest: bool, sorted: bool) -> ReturnType:
    """Return the `k` largest elements along `dim`, with where they stand."""
    array, axis = with_dim(input, dim)
    if array.dtype.kind == "b":
        raise RuntimeError("topk does not support bool dtypes on CPU")
    if not 0 <= k <= array.shape[axis]:
        raise RuntimeError("selected index k out of range")
    places = waited_for(_first_places, array, axis, k, largest)
    return picked("TopkBackward0", _TOPK, input, places, dim)


@declared("kthvalue(Tensor input, int k, int dim=-1, bool keepdim=False, *, Tensor[] out=None)")
def kthvalue(input: Tensor, k: int, dim: int, keepdim: bool) -> ReturnType:
    """Return the `k`-th smallest element along `dim`, with where it stands."""
    array, axis = with_dim(input, dim)
    if not 1 <= k <= array.shape[axis]:
        raise RuntimeError(f"kthvalue(): selected number k out of range for dimension {axis}")
    places = np.take(waited_for(_order, array, axis), [k - 1], axis=axis)
    return picked("KthvalueBackward0", _KTHVALUE, input, places, dim, keepdim)


# --- the middle


@declared(
    "median(Tensor input)",
    "median(Tensor input, int dim, bool keepdim=False, *, Tensor[] out=None)",
)
def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor | ReturnType:
    """Return the middle element (the lower of two), of all or along `dim` with where it stands."""
    x = input._array
    if x.dtype.kind == "b":
        kernel = "median_cpu" if dim is None else "median_out"
        if dim is not None:
            as_dim(dim, x.ndim)
        raise NotImplementedError(f"\"{kernel}\" not implemented for 'Bool'")
    if dim is None:
        return _median_of_all(input)
    array, axis = with_dim(input, dim)
    if array.shape[axis] == 0:
        raise IndexError(f"median(): Expected reduction dim {axis} to have non-zero size.")
    places = _middle(array, axis)
    return picked("MedianBackward1", _MEDIAN, input, places, dim, keepdim)


def _median_of_all(input: Tensor) -> Tensor:
    x = input._array
    if x.size == 0:
        return made(np.asarray(np.nan, x.dtype))
    output = waited_for(_middle_value, x)
    return record(
        "MedianBackward0",
        output,
        (input,),
        lambda grad: (shared_among_equals(grad, x, output),),
        self=input,
        result=RESULT,
    )


def _middle_value(x: Array) -> Array:
    """Return the middle of all elements, nan where there is one."""
    middle = (x.size - 1) // 2
    # nan counts as largest, so where there is one the last is nan.
    parted = np.partition(x, (middle, x.size - 1), axis=None)
    last = parted[-1]
    return np.asarray(last if np.isnan(last) else parted[middle])


def _middle(array: Array, axis: int) -> Array:
    """Return the place of the middle along an axis, of the first nan where there is one."""
    middle = np.take(waited_for(_order, array, axis), [(array.shape[axis] - 1) // 2], axis=axis)
    if array.dtype.kind != "f":
        return middle
    unknown = np.isnan(array)
    first = np.expand_dims(np.argmax(unknown, axis=axis), axis)
    return np.where(unknown.any(axis=axis, keepdims=True), first, middle)


# --- places in a sorted row


@declared(
    "searchsorted(Tensor sorted_sequence, Tensor input, *, bool out_int32=False, bool right=False, "
    "str? side=None, Tensor? sorter=None, Tensor out=None)",
    "searchsorted(Tensor sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False, "
    "str? side=None, Tensor? sorter=None, Tensor out=None)",
    method=False,
)
def searchsorted(
    sorted_sequence: Tensor,
    input: Tensor | float,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: Literal["left", "right"] | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """Return where elements would have to be put to keep sorted sequences sorted."""
    values = input._array if isinstance(input, Tensor) else np.asarray(input)
    order = sorted_sequence._array
    _check_sought(order, values, right, side)
    if sorter is not None:
        _check_sorter(order, sorter)
        order = np.take_along_axis(order, sorter._array, -1)
    edge = side or ("right" if right else "left")
    if order.ndim == 1:
        found = np.asarray(np.searchsorted(order, values, edge))
    elif not values.size or not order.shape[-1]:
        found = np.zeros(values.shape, np.int64)
    else:
        rows = zip(
            order.reshape(-1, order.shape[-1]), values.reshape(-1, values.shape[-1]), strict=True
        )
        found = np.array([np.searchsorted(*row, edge) for row in rows]).reshape(values.shape)
    return made(found.astype(np.int32 if out_int32 else np.int64))


def _check_sought(order: Array, values: Array, right: bool, side: str | None) -> None:
    """Raise PyTorch's RuntimeError where a sequence is none, or does not fit what is sought."""
    name = "torch.searchsorted():"
    if side not in (None, "left", "right"):
        raise RuntimeError(f"{name} side can only be 'left' or 'right' but got {side}")
    if side == "left" and right:
        raise RuntimeError(
            f"{name} side and right can't be set to opposites, got side of left while right was "
            "True"
        )
    if not order.ndim:
        raise RuntimeError(
            f"{name} boundaries tensor should have positive dimension, but got 0 dimension"
        )
    if order.ndim == 1:
        return
    if not values.ndim:
        raise RuntimeError(
            f"{name} input value can be a scalar only when boundaries tensor dimension is 1, but "
            f"we got boundaries tensor dim({order.ndim}) and input value's dim(0) numel(1)"
        )
    if order.shape[:-1] != values.shape[:-1]:
        raise RuntimeError(
            f"{name} boundaries tensor should be 1 dimension or the first N-1 dimensions of "
            "boundaries tensor and input value tensor must match, but we got boundaries tensor "
            f"{list(order.shape)} and input value tensor {list(values.shape)}"
        )


def _check_sorter(order: Array, sorter: Tensor) -> None:
    name, places = "torch.searchsorted():", sorter._array
    if places.shape != order.shape:
        raise RuntimeError(
            f"{name} boundary and sorter must have the same size, but got boundary tensor "
            f"{list(order.shape)}and got sorter tensor {list(places.shape)}"
        )
    if places.dtype != np.int64:
        raise RuntimeError(
            f"{name} sorter must be a tensor of long dtype but got dtype {sorter.dtype.scalar}"
        )
    if places.size and (places.min() < 0 or places.max() >= order.shape[-1]):
        raise RuntimeError(f"{name} sorter index out of range")


@declared(
    "bucketize(Tensor input, Tensor boundaries, *, bool out_int32=False, bool right=False, "
    "Tensor out=None)",
    "bucketize(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False)",
    method=False,
)
def bucketize(
    input: Tensor | float, boundaries: Tensor, out_int32: bool = False, right: bool = False
) -> Tensor:
    """Return between which of the sorted `boundaries` each element lies."""
    if boundaries._array.ndim != 1:
        raise RuntimeError(
            f"boundaries tensor must be 1 dimension, but got dim({boundaries._array.ndim})"
        )
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)
