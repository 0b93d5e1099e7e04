"""`x[...]`, read: views for integers and slices, copies for lists, tensors and masks.

PyTorch takes an index apart from left to right: every integer is a select, every slice a slice,
every None an unsqueeze, each its own view with its own node. What is left over, lists and tensors,
is one gather at the end.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import guard
from ..core.device import kind_of
from ..core.dims import along, as_dim, saved_dim
from ..core.graph import record_laid, record_view
from ..core.guard import BLOCK, in_thread, waited_for
from ..core.methods import hang
from ..core.op import viewing
from ..core.parameters import as_int, integer
from ..core.pieces import add_at
from ..core.strides import laid_together, seen_as
from ..core.tensor import Array, Tensor, wrap
from ..core.warned import warn
from .shaping import unsqueeze
from .tensor_data import tensor_data

_END = 2**63 - 1

# --- the two basic views


def select_at(input: Tensor, axis: int, index: int, dim: int) -> Tensor:
    """Return the slice at a checked `index` of `axis`, as the node `SelectBackward0`."""
    array = input._array
    key = (*along(axis, index), ...) if axis else (index, ...)  # `...`: an array, even if 0-d
    shape = array.shape

    def backward(grad: Array) -> tuple[Array]:
        whole = np.zeros(shape, grad.dtype)
        whole[key] = grad
        return (whole,)

    return record_view(
        "SelectBackward0",
        array[key],
        input,
        backward,
        dim=saved_dim(dim),
        index=index % 2**64,
        self_sym_sizes=shape,
    )


@viewing("select(Tensor input, int dim, int index)")
def select(input: Tensor, dim: int, index: int) -> Tensor:
    """Return the slice at `index` of `dim`, which it no longer has."""
    array = input._array
    if array.ndim == 0:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    axis = as_dim(dim, array.ndim)
    length = array.shape[axis]
    if not -length <= index < length:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size {list(array.shape)} at "
            f"dimension {dim}"
        )
    return select_at(input, axis, index, dim)


def slice_along(
    input: Tensor, axis: int, start: int, stop: int, step: int, dim: int | None = None
) -> Tensor:
    """Return every `step`-th slice from `start` up to `stop`, as the node `SliceBackward0`."""
    array = input._array
    key = along(axis, slice(start, stop, step))
    shape = array.shape

    def backward(grad: Array) -> tuple[Array]:
        whole = np.zeros(shape, grad.dtype)
        whole[key] = grad
        return (whole,)

    part = array[key]
    if not part.size:  # where nothing is left, numpy forgets the step
        steps = list(array.strides)
        steps[axis] *= step
        part = seen_as(part, part.shape, tuple(steps))
    return record_view(
        "SliceBackward0",
        part,
        input,
        backward,
        dim=saved_dim(axis if dim is None else dim),
        start=start % 2**64,
        end=stop % 2**64,
        step=step,
        self_sym_sizes=shape,
    )


@viewing(
    "narrow(Tensor input, int dim, Tensor start, int length)",
    "narrow(Tensor input, int dim, int start, int length)",
)
def narrow(input: Tensor, dim: int, start: int | Tensor, length: int) -> Tensor:
    """Return `length` slices of `dim` from `start` on."""
    array = input._array
    if array.ndim == 0:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    axis = as_dim(dim, array.ndim)
    size, begin = array.shape[axis], integer(start)
    if begin is None:
        raise RuntimeError("start must be an 0-dim integral Tensor.")
    if not -size <= begin <= size:
        raise IndexError(
            f"start out of range (expected to be in range of [{-size}, {size}], but got {begin})"
        )
    begin = begin + size if begin < 0 else begin
    if begin + length > size:
        raise RuntimeError(f"start ({begin}) + length ({length}) exceeds dimension size ({size}).")
    return slice_along(input, axis, begin, begin + length, 1, dim)


# --- reading an index


def _plain(index: object) -> bool:
    return index is Ellipsis or index is None or isinstance(index, int | slice | np.integer)


def _bound(value: object, otherwise: int) -> int:
    if value is None:
        return otherwise
    if type(value) is int:
        return value
    number = integer(value)
    if number is None:
        raise TypeError("slice indices must be integers or None or have an __index__ method")
    return number


def parts_of(index: object) -> tuple[object, ...]:
    """Return the parts of an index, one for each place between its commas."""
    if isinstance(index, tuple):
        return index
    if (
        isinstance(index, list)
        and index
        and all(isinstance(each, Tensor | slice | type(None) | type(Ellipsis)) for each in index)
        and not all(isinstance(each, Tensor) and each._array.ndim == 0 for each in index)
    ):
        return tuple(index)
    return (index,)


def _dims_taken(part: object) -> int:
    kind = type(part)
    if kind is int or kind is slice:
        return 1
    if part is None or part is Ellipsis or isinstance(part, bool | np.bool_):
        return 0
    if isinstance(part, Tensor | np.ndarray) and part.ndim and _is_mask(_array(part)):
        return int(part.ndim)
    return 0 if _is_truth(part) else 1


def _is_mask(array: Array) -> bool:
    """Return whether an array says which elements to pick: truths do, and uint8, as of old."""
    return bool(array.dtype.kind == "b" or array.dtype == np.uint8)


def _array(part: object) -> Array:
    return part._array if isinstance(part, Tensor) else np.asarray(part)


def _gatherer(part: object) -> Array:
    """Return the array of a list, ndarray or tensor used as an index."""
    if isinstance(part, str):
        raise TypeError("new(): invalid data type 'str'")
    if isinstance(part, Sequence):
        array = tensor_data(part, None) if len(part) else np.zeros(0, np.int64)
        if array.size == 0:
            array = array.astype(np.int64)
    elif isinstance(part, Tensor | np.ndarray):
        array = _array(part)
    else:
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are "
            f"valid indices (got {kind_of(part)})"
        )
    if array.dtype.kind == "f" or array.dtype in (np.int8, np.int16):
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    return array


def _is_truth(part: object) -> bool:
    return isinstance(part, Tensor) and part._array.ndim == 0 and _is_mask(part._array)


def _checked_select(input: Tensor, axis: int, index: int, place: int) -> Tensor:
    """Return the slice at `index`, the part of a whole index that stands at `place`."""
    length = input._array.shape[axis]
    if not -length <= index < length:
        as_int(index)  # which says so where it is no number of 64 bits
        raise IndexError(f"index {index} is out of bounds for dimension {place} with size {length}")
    return select_at(input, axis, index, axis)


_INT = frozenset({int})


def apply_views(self: Tensor, parts: tuple[object, ...]) -> tuple[Tensor, list[Array | None]]:
    """Return the tensor after its integers, slices and Nones, and what is left to gather by."""
    seen, axis = self, 0
    gathers: list[Array | None] = []
    taken = sum(_dims_taken(part) for part in parts)
    if self._array.ndim == 0 and len(parts) == 1 and isinstance(parts[0], slice):
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    if taken > self._array.ndim:
        raise IndexError(f"too many indices for tensor of dimension {self._array.ndim}")
    for place, part in enumerate(parts):
        if type(part) is int:
            seen = _checked_select(seen, axis, part, place)
        elif isinstance(part, bool | np.bool_) or _is_truth(part):
            seen = unsqueeze(seen, axis)
            gathers += [None] * (axis - len(gathers))
            gathers.append(np.arange(1) if part else np.zeros(0, np.int64))
            axis += 1
        elif isinstance(part, int | np.integer) or (
            isinstance(part, Tensor) and part._array.ndim == 0 and part._array.dtype.kind in "iu"
        ):
            number = integer(part)
            assert number is not None
            seen = _checked_select(seen, axis, number, place)
        elif isinstance(part, slice):
            start, stop = _bound(part.start, 0), _bound(part.stop, _END)
            step = _bound(part.step, 1)
            if step == 0:
                raise ValueError("slice step cannot be zero")
            if step < 0:
                raise ValueError("step must be greater than zero")
            if (start, stop, step) != (0, _END, 1):
                length = seen._array.shape[axis]
                if not (start == 0 and stop == length and step == 1):
                    seen = slice_along(seen, axis, start, stop, step)
            axis += 1
        elif part is None:
            seen = unsqueeze(seen, axis)
            axis += 1
        elif part is Ellipsis:
            axis += self._array.ndim - taken
        else:
            array = _gatherer(part)
            gathers += [None] * (axis - len(gathers))
            gathers.append(array)
            axis += array.ndim if _is_mask(array) and array.ndim else 1
    return seen, gathers


def keys_of(seen: Array, gathers: list[Array | None]) -> tuple[Any, ...]:
    """Return numpy's index for the gathers, after PyTorch's checks."""
    keys: list[Any] = []
    axis = 0
    for position, gather in enumerate(gathers):
        if gather is None:
            if axis <= position:
                keys.append(slice(None))
                axis += 1
            continue
        if _is_mask(gather):
            if gather.dtype == np.uint8:
                warn(
                    "indexing with dtype torch.uint8 is now deprecated, please use a dtype "
                    "torch.bool instead."
                )
            for inner in range(gather.ndim):
                if axis + inner >= seen.ndim or gather.shape[inner] != seen.shape[axis + inner]:
                    raise IndexError(
                        f"The shape of the mask {list(gather.shape)} at index {inner} does not "
                        f"match the shape of the indexed tensor {list(seen.shape)} at index "
                        f"{axis + inner}"
                    )
            guard.check_shape(gather.shape, gather.dtype)
            keys.extend(waited_for(np.nonzero, gather))
            axis += gather.ndim
            continue
        length = seen.shape[axis]
        guard.check_shape(gather.shape, gather.dtype)
        if gather.size and (
            waited_for(np.min, gather) < -length or waited_for(np.max, gather) >= length
        ):
            outside = (gather < -length) | (gather >= length)
            first = int(gather[outside].flat[0])
            raise IndexError(
                f"index {first} is out of bounds for dimension {axis} with size {length}"
            )
        keys.append(gather)
        axis += 1
    arrays = [key for key in keys if not isinstance(key, slice)]
    try:
        np.broadcast_shapes(*(key.shape for key in arrays))
    except ValueError:
        shapes = ", ".join(str(list(key.shape)) for key in arrays)
        raise IndexError(
            f"shape mismatch: indexing tensors could not be broadcast together with shapes {shapes}"
        ) from None
    return tuple(keys)


def _getitem(self: Tensor, index: object) -> Tensor:
    if type(index) is int:
        shape = self._array.shape
        check_dims(shape, index)
        if not -shape[0] <= index < shape[0]:
            as_int(index)
            raise IndexError(f"index {index} is out of bounds for dimension 0 with size {shape[0]}")
        return select_at(self, 0, index, 0)
    if index is Ellipsis:
        return whole_view(self)
    parts = index if type(index) is tuple else parts_of(index)
    if len(parts) <= self._array.ndim and _INT.issuperset(map(type, parts)):
        # The commonest index of all, `y[0, 0, 0]`, needs none of the rest.
        seen = self
        for place, part in enumerate(parts):
            seen = _checked_select(seen, 0, part, place)
        return seen if parts else whole_view(self)
    seen, gathers = apply_views(self, parts)
    if gathers:
        return _gathered(seen, gathers)
    if seen is self:
        if len(parts) == 1 and isinstance(parts[0], slice):
            return slice_along(self, 0, 0, _END, 1)
        return whole_view(self)
    return seen


hang("__getitem__", _getitem)


def check_dims(shape: tuple[int, ...], index: int) -> None:
    """Raise for an integer index of a tensor without dims."""
    if shape:
        return
    if index:
        raise IndexError(f"index {index} is out of bounds for dimension 0 with size 0")
    raise IndexError(
        "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in "
        "C++ to convert a 0-dim tensor to a number"
    )


def whole_view(input: Tensor) -> Tensor:
    """Return a view of the whole tensor."""
    return record_view("AliasBackward0", input._array, input, lambda grad: (grad,))


@guard.named("index")
def _gathered(input: Tensor, gathers: list[Array | None]) -> Tensor:
    array = input._array
    keys = keys_of(array, gathers)
    shape = array.shape

    def backward(grad: Array) -> tuple[Array]:
        whole = np.zeros(shape, grad.dtype)
        if len(keys) == len(shape) == 1 and not isinstance(keys[0], slice):
            add_at(whole, keys[0].reshape(-1), grad.reshape(-1))
        else:
            np.add.at(whole, keys, grad)
        return (whole,)

    guard.check_shape(_gathered_shape(array, keys), array.dtype)
    picked = _laid_as_gathered(_picked(array, keys), array, keys)
    indices = tuple(None if each is None else wrap(each) for each in gathers)
    fields = {"indices": indices, "self_sym_sizes": shape}
    return record_laid("IndexBackward0", wrap(picked), (input,), backward, fields)


def _laid_as_gathered(picked: Array, array: Array, keys: tuple[Any, ...]) -> Array:
    """Return what was gathered, lying as PyTorch has it: by the array's dims that were kept.

    The dims that the gathering made count as repeated ones, which have no order of their own.
    """
    arrays = [key for key in keys if not isinstance(key, slice)]
    made = np.broadcast_shapes(*(key.shape for key in arrays))
    gathered = [axis for axis, key in enumerate(keys) if not isinstance(key, slice)]
    kept = [axis for axis in range(array.ndim) if axis not in gathered]
    together = gathered[-1] - gathered[0] + 1 == len(gathered)
    before = gathered[0] if together else 0
    steps = [array.strides[axis] for axis in kept]
    steps[before:before] = [0] * len(made)
    seen = (picked.shape, tuple(steps), array.itemsize)
    after = len(kept) - before
    places = []
    for key in arrays:
        wide = np.broadcast_to(key, made)
        shape = (1,) * before + wide.shape + (1,) * after
        behind = wide.itemsize if not made else wide.strides[0] * wide.shape[0]
        places.append((shape, (behind,) * before + wide.strides + (wide.itemsize,) * after, 8))
    return laid_together(picked, (seen, *places))


def _picked(array: Array, keys: tuple[Any, ...]) -> Array:
    """Return `array[keys]`, letting Ctrl-C through where much is picked."""
    if max(key.size for key in keys if not isinstance(key, slice)) <= BLOCK:
        return np.asarray(array[keys])
    return in_thread(lambda: np.asarray(array[keys]))


def _gathered_shape(array: Array, keys: tuple[Any, ...]) -> tuple[int, ...]:
    """Return a shape with as many elements as gathering by `keys` gives."""
    picked = np.broadcast_shapes(*(key.shape for key in keys if not isinstance(key, slice)))
    axes = [axis for axis, key in enumerate(keys) if isinstance(key, slice)]
    kept = tuple(array.shape[axis] for axis in [*axes, *range(len(keys), array.ndim)])
    return picked + kept
