"""Largest, smallest, middle, sorted: what depends on the order of numbers, and where they stand."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.arguments import as_dim, expect_tensor, kind_of
from ..core.graph import RESULT, record, record_many
from ..core.guard import waited_for
from ..core.surface import FUNCTIONS, offered
from ..core.tensor import Array, Tensor, wrap
from .reduction import saved_dims

__all__ = ["ReturnType"]


class ReturnType(tuple[Any, ...]):
    """Several results with names, as `torch.return_types` shows them."""

    __module__ = "torch.return_types"
    fields: tuple[str, ...] = ()

    def __repr__(self) -> str:
        shown = ",\n".join(
            f"{field}={value!r}" for field, value in zip(self.fields, self, strict=True)
        )
        return f"{type(self).__name__}(\n{shown})"

    def __getattr__(self, attribute: str) -> Any:
        if attribute in self.fields:
            return self[self.fields.index(attribute)]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute "
                             f"'{attribute}'")  # fmt: skip


def return_type(name: str, *fields: str) -> type[ReturnType]:
    """Return the class of the results of `name`."""
    whole = f"torch.return_types.{name}"  # what Python's own errors are to call it
    made = {"fields": fields, "__module__": "torch.return_types", "__qualname__": name}
    return type(whole, (ReturnType,), made)


def _along(input: Tensor, dim: Any, name: str) -> tuple[Array, int]:
    """Return the array with one dim at least, and the axis."""
    array = input._array
    axis = as_dim(dim, array.ndim, name)
    return (array, axis) if array.ndim else (array.reshape(1), axis)


def _shaped(picked: Array, input: Tensor, axis: int, keepdim: bool) -> Array:
    """Return a result that still has its axis in the shape that the caller sees."""
    if input._array.ndim == 0:
        return picked.reshape(())
    return picked if keepdim else picked.squeeze(axis)


def _picked(
    node: str, kind: type[ReturnType], input: Tensor, places: Array, axis: int, dim: Any,
    keepdim: bool,
) -> ReturnType:  # fmt: skip
    """Return the elements at `places` along an axis, with the places; gradients go there alone."""
    array = input._array if input._array.ndim else input._array.reshape(1)
    values = np.take_along_axis(array, places, axis)
    indices = wrap(_shaped(places, input, axis, keepdim))

    def backward(grads: tuple[Array, ...]) -> tuple[Array]:
        total = np.zeros(array.shape, array.dtype)
        arrived = grads[0].reshape(places.shape)
        np.put_along_axis(total, places, arrived, axis)
        return (total.reshape(input._array.shape),)

    results = record_many(
        node, (_shaped(values, input, axis, keepdim), indices._array), (input,), backward,
        dim=saved_dims(dim)[0], keepdim=keepdim, indices=indices,
        self_sym_sizes=input._array.shape,
    )  # fmt: skip
    return kind(results)


def _extreme(name: str, node: str, place: Callable[..., Any], value: Callable[..., Any]) -> None:
    """Offer `max` or `min`: of everything, along a dim with the places, or of two tensors."""
    kind = return_type(name, "values", "indices")

    def operation(
        input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None
    ) -> Any:
        if dim is not None and not isinstance(input, Tensor):
            raise TypeError(
                f"{name}() received an invalid combination of arguments - got ({kind_of(input)}, "
                f"{kind_of(dim)}), but expected one of:\n * (Tensor input)\n"
            )
        expect_tensor(input, name)
        if isinstance(dim, Tensor):
            other = dim
        if isinstance(other, Tensor):
            return FUNCTIONS["maximum" if name == "max" else "minimum"](input, other)
        if dim is None:
            return _of_all(name, node, input, value)
        array, along = _along(input, dim, name)
        if array.shape[along] == 0:
            raise IndexError(f"{name}(): Expected reduction dim {along} to have non-zero size.")
        places = np.expand_dims(waited_for(place, array, axis=along), along)
        return _picked(f"{node}0", kind, input, places, along, dim, keepdim)

    operation.__doc__ = f"Return the {name} of all elements, or along `dim` with where it stands."
    offered(name)(operation)


def _of_all(name: str, node: str, input: Tensor, value: Callable[..., Any]) -> Tensor:
    x = input._array
    if x.size == 0:
        raise RuntimeError(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the "
            "reduction dim with the 'dim' argument."
        )
    output = np.asarray(waited_for(value, x))

    def backward(grad: Array) -> tuple[Array]:
        ties = x == output
        return ((grad * (ties / ties.sum())).astype(x.dtype),)

    return record(f"{node}1", output, (input,), backward, self=input, result=RESULT)


_extreme("max", "MaxBackward", np.argmax, np.max)
_extreme("min", "MinBackward", np.argmin, np.min)


def _place(name: str, function: Callable[..., Any]) -> None:
    def operation(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
        expect_tensor(input, name)
        x = input._array
        if x.dtype.kind == "b":
            raise RuntimeError(f"{name}(): does not support bool input")
        if dim is None:
            if x.size == 0:
                raise IndexError(
                    f"{name}(): Expected reduction dim to be specified for input.numel() == 0."
                )
            found = np.asarray(waited_for(function, x), np.int64)
            return wrap(found.reshape((1,) * x.ndim) if keepdim else found)
        array, axis = _along(input, dim, name)
        if array.shape[axis] == 0:
            raise IndexError(f"{name}(): Expected reduction dim {axis} to have non-zero size.")
        places = np.expand_dims(waited_for(function, array, axis=axis), axis)
        return wrap(_shaped(places, input, axis, keepdim))

    operation.__doc__ = f"Return where the {name[3:]} stands, of all elements or along `dim`."
    offered(name)(operation)


_place("argmax", np.argmax)
_place("argmin", np.argmin)


def _order(array: Array, axis: int, descending: bool) -> Array:
    """Return the places in order of value; nan counts as largest, equal ones keep their order."""
    if not descending:
        return np.argsort(array, axis=axis, kind="stable")
    turned = np.argsort(np.flip(array, axis), axis=axis, kind="stable")
    return np.asarray(array.shape[axis] - 1 - np.flip(turned, axis))


_SORT = return_type("sort", "values", "indices")
_TOPK = return_type("topk", "values", "indices")
_KTHVALUE = return_type("kthvalue", "values", "indices")
_MEDIAN = return_type("median", "values", "indices")


@offered("sort")
def sort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool | None = None) -> Any:
    """Return the elements in order along `dim`, with where each stood."""
    expect_tensor(input, "sort")
    array, axis = _along(input, dim, "sort")
    places = waited_for(_order, array, axis, descending)
    values = np.take_along_axis(array, places, axis)
    indices = wrap(places.reshape(input._array.shape))

    def backward(grads: tuple[Array, ...]) -> tuple[Array]:
        total = np.zeros(array.shape, array.dtype)
        np.put_along_axis(total, places, grads[0].reshape(places.shape), axis)
        return (total.reshape(input._array.shape),)

    node = "SortBackward0" if stable is None else "SortBackward1"
    return _SORT(
        record_many(
            node, (values.reshape(input._array.shape), indices._array), (input,),
            backward, dim=dim % 2**64, indices=indices, self_sym_sizes=input._array.shape,
        )
    )  # fmt: skip


@offered("argsort")
def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """Return the places of the elements in order along `dim`."""
    array, axis = _along(input, dim, "argsort")
    return wrap(waited_for(_order, array, axis, descending).reshape(input._array.shape))


@offered("topk")
def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """Return the `k` largest elements along `dim`, with where they stand."""
    array, axis = _along(input, dim, "topk")
    if array.dtype.kind == "b":
        raise RuntimeError("topk does not support bool dtypes on CPU")
    if not 0 <= k <= array.shape[axis]:
        raise RuntimeError("selected index k out of range")
    places = np.take(waited_for(_order, array, axis, largest), np.arange(k), axis=axis)
    shape = places.shape if input._array.ndim else ()
    values = np.take_along_axis(array, places, axis).reshape(shape)
    shown = places.reshape(shape)
    indices = wrap(shown)

    def backward(grads: tuple[Array, ...]) -> tuple[Array]:
        total = np.zeros(array.shape, array.dtype)
        np.put_along_axis(total, places, grads[0].reshape(places.shape), axis)
        return (total.reshape(input._array.shape),)

    return _TOPK(
        record_many(
            "TopkBackward0", (values, shown), (input,), backward,
            dim=dim % 2**64, indices=indices, self_sym_sizes=input._array.shape,
        )
    )  # fmt: skip


@offered("kthvalue")
def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    """Return the `k`-th smallest element along `dim`, with where it stands."""
    array, axis = _along(input, dim, "kthvalue")
    if not 1 <= k <= array.shape[axis]:
        raise RuntimeError("kthvalue(): selected number k out of range for dimension "
                           f"{axis}")  # fmt: skip
    places = np.take(waited_for(_order, array, axis, False), [k - 1], axis=axis)
    return _picked("KthvalueBackward0", _KTHVALUE, input, places, axis, dim, keepdim)


@offered("median")
def median(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """Return the middle element (the lower of two), of all or along `dim` with where it stands."""
    expect_tensor(input, "median")
    x = input._array
    if x.dtype.kind == "b":
        kernel = "median_cpu" if dim is None else "median_out"
        if dim is not None:
            as_dim(dim, x.ndim)
        raise NotImplementedError(f"\"{kernel}\" not implemented for 'Bool'")
    if dim is None:
        if x.size == 0:
            return wrap(np.asarray(np.nan, x.dtype))
        flat = x.ravel()
        place = _middle(flat, 0)[0]
        output = flat[place]

        def backward(grad: Array) -> tuple[Array]:
            ties = x == output
            return ((grad * (ties / ties.sum())).astype(x.dtype),)

        return record("MedianBackward0", output, (input,), backward, self=input, result=RESULT)
    array, axis = _along(input, dim, "median")
    if array.shape[axis] == 0:
        raise IndexError(f"median(): Expected reduction dim {axis} to have non-zero size.")
    places = _middle(array, axis)
    return _picked("MedianBackward1", _MEDIAN, input, places, axis, dim, keepdim)


def _middle(array: Array, axis: int) -> Array:
    order = waited_for(_order, array, axis, False)
    middle = np.take(order, [(array.shape[axis] - 1) // 2], axis=axis)
    if array.dtype.kind != "f":
        return middle
    unknown = np.isnan(array)
    first = np.expand_dims(np.argmax(unknown, axis=axis), axis)
    return np.where(unknown.any(axis=axis, keepdims=True), first, middle)


@offered("cummax")
def cummax(input: Tensor, dim: int) -> Any:
    """Return the running maximum along `dim`, with where it stands."""
    return _cumulative("cummax", np.maximum, np.greater_equal, input, dim)


@offered("cummin")
def cummin(input: Tensor, dim: int) -> Any:
    """Return the running minimum along `dim`, with where it stands."""
    return _cumulative("cummin", np.minimum, np.less_equal, input, dim)


def _cumulative(name: str, function: Any, wins: Any, input: Tensor, dim: int) -> Any:
    array, axis = _along(input, dim, name)
    values = waited_for(function.accumulate, array, axis=axis)
    shape = [1] * array.ndim
    shape[axis] = array.shape[axis]
    steps = np.arange(array.shape[axis]).reshape(shape)
    places = np.maximum.accumulate(np.where(wins(array, values), steps, 0), axis=axis)
    kind = return_type(name, "values", "indices")
    own = input._array.shape
    indices = wrap(places.reshape(own))

    def backward(grads: tuple[Array, ...]) -> tuple[Array]:
        total = np.zeros_like(array)
        arrived = grads[0].reshape(array.shape)
        for place in range(array.shape[axis]):
            here = np.take(places, [place], axis=axis)
            so_far = np.take_along_axis(total, here, axis)
            np.put_along_axis(total, here, so_far + np.take(arrived, [place], axis=axis), axis)
        return (total.reshape(own),)

    node = f"{name.capitalize()}Backward0"
    return kind(
        record_many(
            node,
            (values.reshape(own), indices._array),
            (input,),
            backward,
            dim=dim % 2**64,
            indices=indices,
        )
    )
