"""The same numbers in another shape: views wherever memory allows, as PyTorch makes them."""

from collections.abc import Callable, Iterable
from math import prod
from typing import Any, TypeVar

import numpy as np

from ..core.device import kind_of
from ..core.dims import Dims, as_dim, as_dims, saved_dim, saved_dims
from ..core.dtypes import DType
from ..core.graph import fit, record, record_view, renamed
from ..core.in_place import check_in_place
from ..core.memory import IN_ORDER, clone, contiguous
from ..core.op import viewing
from ..core.promotion import check_all_broadcast
from ..core.strides import seen_as, seen_in
from ..core.tensor import Array, Tensor, count_change, version

Sizes = tuple[int, ...]
_View = TypeVar("_View", bound=Callable[..., Tensor])


# --- view and reshape


def _inferred(sizes: Sizes, count: int) -> Sizes:
    """Return the shape with its one -1 worked out."""
    unknown = sizes.count(-1)
    if unknown > 1:
        raise RuntimeError("only one dimension can be inferred")
    known = prod(size for size in sizes if size != -1)
    negative = next((size for size in sizes if size < -1), None)
    if negative is not None:
        raise RuntimeError(
            f"invalid shape dimension {negative} at index {sizes.index(negative)} of shape "
            f"{list(sizes)}"
        )
    if unknown:
        if known == 0 and count == 0:
            raise RuntimeError(
                f"cannot reshape tensor of 0 elements into shape {list(sizes)} because the "
                "unspecified dimension size -1 can be any value and is ambiguous"
            )
        if known and count % known == 0:
            return tuple(count // known if size == -1 else size for size in sizes)
    elif known == count:
        return sizes
    raise RuntimeError(f"shape '{list(sizes)}' is invalid for input of size {count}")


def _as_view(input: Tensor, viewed: Array, name: str = "ViewBackward0") -> Tensor:
    before = input._array.shape
    return record_view(
        name, viewed, input, lambda grad: (grad.reshape(before),), self_sym_sizes=before
    )


@viewing("view(Tensor self, ScalarType dtype)", "view(Tensor self, int[] size)", function=False)
def view(self: Tensor, size: Sizes = (), dtype: DType | None = None) -> Tensor:
    """Return the same memory in another shape; RuntimeError where that needs a copy."""
    if dtype is not None:
        return _as_view(self, self._array.view(dtype.numpy))
    viewed = seen_in(self._array, _inferred(size, self._array.size))
    if viewed is None:
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one "
            "dimension spans across two contiguous subspaces). Use .reshape(...) instead."
        )
    return _as_view(self, viewed)


@viewing("reshape(Tensor input, int[] shape)")
def reshape(input: Tensor, shape: Sizes) -> Tensor:
    """Return the numbers in another shape, in the order in which they are read.

    It is a view, or a view of a copy where the memory does not allow one.
    """
    whole = _inferred(shape, input._array.size)
    viewed = seen_in(input._array, whole)
    if viewed is not None:
        in_order = input._array.flags.c_contiguous
        return _as_view(input, viewed, "ViewBackward0" if in_order else "ReshapeAliasBackward0")
    copied = clone(input, IN_ORDER)
    before = copied._array.shape
    return record(
        "UnsafeViewBackward0",
        copied._array.reshape(whole),
        (copied,),
        lambda grad: (grad.reshape(before),),
        self_sym_sizes=before,
    )


@viewing("view_as(Tensor self, Tensor other)", function=False)
def view_as(self: Tensor, other: Tensor) -> Tensor:
    """Return a view in the shape of `other`."""
    return view(self, other.shape)


@viewing("reshape_as(Tensor self, Tensor other)", function=False)
def reshape_as(self: Tensor, other: Tensor) -> Tensor:
    """Return the numbers in the shape of `other`."""
    return reshape(self, other.shape)


@viewing("flatten(Tensor input, int start_dim=0, int end_dim=-1)")
def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Return the dims from `start_dim` to `end_dim` as one."""
    shape = input._array.shape
    start, end = as_dim(start_dim, len(shape)), as_dim(end_dim, len(shape))
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if not shape:
        return reshape(input, (1,))
    if start == end:
        return input
    return reshape(input, (*shape[:start], prod(shape[start : end + 1]), *shape[end + 1 :]))


@viewing("unflatten(Tensor input, int dim, int[] sizes)")
def unflatten(input: Tensor, dim: int, sizes: Sizes) -> Tensor:
    """Return one dim as several, of `sizes`."""
    axis = as_dim(dim, input._array.ndim)
    shape = input._array.shape
    known = prod(size for size in sizes if size != -1)
    fits = shape[axis] % known == 0 if -1 in sizes else known == shape[axis]
    if not fits:
        raise RuntimeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {axis} "
            f"({shape[axis]}) in the input tensor"
        )
    whole = tuple(shape[axis] // known if size == -1 else size for size in sizes)
    return view(input, (*shape[:axis], *whole, *shape[axis + 1 :]))


@viewing("ravel(Tensor input)")
def ravel(input: Tensor) -> Tensor:
    """Return all numbers in one dim."""
    return view(contiguous(input), (input._array.size,))


# --- dims of length 1

_NODES_IN_PLACE = {
    "SqueezeBackward0": "SqueezeBackward3", "SqueezeBackward1": "SqueezeBackward4",
    "SqueezeBackward2": "SqueezeBackward5", "UnsqueezeBackward0": "UnsqueezeBackward1",
    "TransposeBackward0": "TransposeBackward1", "TBackward0": "TBackward1",
}  # fmt: skip
"""What PyTorch calls the nodes of the same changes in place."""


def changes_shape(*signatures: str) -> Callable[[_View], _View]:
    """Offer the view below in place too: `name_` changes only how the tensor sees its memory."""

    def offer(view: _View) -> _View:
        def change(input: Tensor, *arguments: object, **values: object) -> Tensor:
            check_in_place(input)
            seen = view(input, *arguments, **values)
            renamed(seen.grad_fn, _NODES_IN_PLACE)
            input._array, input._storage = seen._array, seen._storage
            input._node, input._output = seen.grad_fn, seen._output
            count_change(input)
            input._base_version = version(input)
            return input

        change.__doc__ = view.__doc__
        viewing(*signatures, function=False)(change)
        return view

    return offer


@viewing(
    "squeeze(Tensor input)",
    "squeeze(Tensor input, int dim)",
    "squeeze(Tensor input, int[] dim)",
)
@changes_shape(
    "squeeze_(Tensor input)",
    "squeeze_(Tensor input, int dim)",
    "squeeze_(Tensor input, int[] dim)",
)
def squeeze(input: Tensor, dim: Dims | None = None) -> Tensor:
    """Return the tensor without its dims of length 1, or without `dim` where its length is 1."""
    array = input._array
    before = array.shape
    saved: dict[str, object] = {"self_sym_sizes": before}
    if dim is None:
        name, axes = "SqueezeBackward0", tuple(range(array.ndim))
    elif isinstance(dim, int):
        name, axes = "SqueezeBackward1", (as_dim(dim, array.ndim),)
        saved["dim"] = saved_dim(dim)
    else:
        name, axes = "SqueezeBackward2", as_dims(dim, array.ndim)
        saved["dim"] = saved_dims(dim)
    closed = array.squeeze(tuple([axis for axis in axes if before and before[axis] == 1]))
    return record_view(name, closed, input, lambda grad: (grad.reshape(before),), **saved)


@viewing("unsqueeze(Tensor input, int dim)")
@changes_shape("unsqueeze_(Tensor input, int dim)")
def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """Return the tensor with a new dim of length 1 at `dim`."""
    array = input._array
    before, steps = array.shape, array.strides
    axis = as_dim(dim, array.ndim + 1)
    step = before[axis] * steps[axis] if axis < array.ndim else array.itemsize
    opened = seen_as(
        array, (*before[:axis], 1, *before[axis:]), (*steps[:axis], step, *steps[axis:])
    )
    return record_view(
        "UnsqueezeBackward0",
        opened,
        input,
        lambda grad: (grad.reshape(before),),
        dim=saved_dim(dim),
    )


def _each(function: Callable[[Tensor], Tensor], tensors: tuple[Any, ...]) -> Any:
    """Return what a function makes of one tensor, or a tuple for several or a list of them."""
    if len(tensors) == 1:
        tensors = tensors[0]
    return function(tensors) if isinstance(tensors, Tensor) else tuple(map(function, tensors))


def _at_least(ndim: int) -> Callable[[Tensor], Tensor]:
    return lambda tensor: with_dims(tensor, ndim)


def with_dims(input: Tensor, ndim: int) -> Tensor:
    """Return the tensor with `ndim` dims at least, of up to three."""
    if input._array.ndim >= ndim:
        return input
    if input._array.ndim == 0:
        return reshape(input, (1,) * ndim)
    if input._array.ndim == 1:
        input = unsqueeze(input, 0)
    return unsqueeze(input, -1) if ndim == 3 else input


def _at_least_each(ndim: int, tensors: tuple[object, ...]) -> Any:
    """Return a tensor, or each of several, with `ndim` dims at least."""
    one = tensors[0] if len(tensors) == 1 else tensors
    if not isinstance(one, Tensor | list | tuple):
        lines = "".join(
            f" * ({each})\n      didn't match because some of the arguments have invalid types: "
            f"(!{kind_of(one)}!)\n"
            for each in ("Tensor input", "tuple of Tensors tensors")
        )
        raise TypeError(
            f"atleast_{ndim}d() received an invalid combination of arguments - got "
            f"({kind_of(one)}), but expected one of:\n{lines}"
        )
    check_tensors(one)
    return _each(_at_least(ndim), tensors)


@viewing("atleast_1d", method=False, python=True)
def atleast_1d(*tensors: object) -> Any:
    """Return the tensor (or each of several) with one dim at least."""
    return _at_least_each(1, tensors)


@viewing("atleast_2d", method=False, python=True)
def atleast_2d(*tensors: object) -> Any:
    """Return the tensor (or each of several) with two dims at least."""
    return _at_least_each(2, tensors)


@viewing("atleast_3d", method=False, python=True)
def atleast_3d(*tensors: object) -> Any:
    """Return the tensor (or each of several) with three dims at least."""
    return _at_least_each(3, tensors)


# --- repeating without memory


def _type_name(input: Tensor) -> str:
    name = input.dtype.scalar
    return "CPUBoolType" if name == "Bool" else f"torch.{name}Tensor"


@viewing("expand(Tensor self, int[] size, *, bool implicit=False)", function=False)
def expand(self: Tensor, size: Sizes, implicit: bool = False) -> Tensor:
    """Return the tensor with its dims of length 1 repeated, without using memory.

    -1 in `size` keeps a length; more sizes than dims make new dims in front.
    """
    array = self._array
    new = len(size) - array.ndim
    if new < 0:
        raise RuntimeError(
            f"expand({_type_name(self)}{{{list(array.shape)}}}, size={list(size)}): "
            f"the number of sizes provided ({len(size)}) must be greater or equal to the number "
            f"of dimensions in the tensor ({array.ndim})"
        )
    if array.ndim == 0 and -1 in size:
        raise RuntimeError("numel: integer multiplication overflow")
    own = (1,) * new + array.shape
    for axis, length in reversed(list(enumerate(size))):
        if axis < new and length < 0:
            raise RuntimeError(
                f"The expanded size of the tensor ({length}) isn't allowed in a leading, "
                f"non-existing dimension {axis}"
            )
        if length not in (-1, own[axis]) and own[axis] != 1:
            raise RuntimeError(
                f"The expanded size of the tensor ({length}) must match the existing size "
                f"({own[axis]}) at non-singleton dimension {axis}.  Target sizes: {list(size)}.  "
                f"Tensor sizes: {list(array.shape)}"
            )
    shape = [old if length == -1 else length for old, length in zip(own, size, strict=True)]
    strides = [0] * len(shape)
    for axis in range(len(shape) - 1, -1, -1):
        if axis >= new:
            strides[axis] = array.strides[axis - new] if own[axis] == shape[axis] else 0
        elif shape[axis] == 1 and array.ndim:  # a new dim of length 1 lies as `unsqueeze` has it
            behind = axis + 1 < len(shape)
            strides[axis] = shape[axis + 1] * strides[axis + 1] if behind else array.itemsize
    return record_view(
        "ExpandBackward0",
        seen_as(array, tuple(shape), tuple(strides)),
        self,
        lambda grad: (fit(grad, array),),
        self_sym_sizes=array.shape,
    )


@viewing("expand_as(Tensor self, Tensor other)", function=False)
def expand_as(self: Tensor, other: Tensor) -> Tensor:
    """Return the tensor repeated to the shape of `other`."""
    return expand(self, other.shape)


@viewing("broadcast_to(Tensor input, int[] size)")
def broadcast_to(input: Tensor, size: Sizes) -> Tensor:
    """Return the tensor repeated to `size`, without using memory."""
    return expand(input, size)


@viewing("broadcast_tensors", method=False, python=True)
def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Return the tensors, each repeated to their common shape."""
    arrays = [each._array for each in check_tensors(tensors)]
    shapes = {array.shape for array in arrays}
    if len(shapes) > 1:
        check_all_broadcast(arrays)
    shape = np.broadcast_shapes(*shapes)
    return tuple(expand(each, shape) for each in tensors)


def check_tensors(values: Tensor | Iterable[Any]) -> list[Tensor]:
    """Return the tensors as a list; raise PyTorch's TypeError where one is none."""
    if not isinstance(values, Tensor | Iterable):
        raise TypeError(f"expected Tensor as element 0 in argument 0, but got {kind_of(values)}")
    several = [values] if isinstance(values, Tensor) else list(values)
    for place, each in enumerate(several):
        if not isinstance(each, Tensor):
            raise TypeError(
                f"expected Tensor as element {place} in argument 0, but got {kind_of(each)}"
            )
    return several
