"""The same numbers in another shape: views wherever memory allows, as PyTorch makes them."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from . import limits
from .arguments import as_dim, as_dims, as_real_dim, as_size, expect_tensor, integer
from .dtypes import DType
from .graph import record, record_view
from .in_place import check_in_place
from .surface import offered, offered_property
from .tensor import Array, Tensor

__all__ = [
    "clone",
    "contiguous",
    "expand",
    "permute",
    "reshape",
    "saved_dim",
    "squeeze",
    "transpose",
    "unsqueeze",
    "view",
]


def saved_dim(dim: int) -> int:
    """Give `dim` as PyTorch's nodes keep it: as an unsigned 64-bit number."""
    return dim % 2**64


# --- view and reshape


def _inferred(sizes: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Give the shape with its one -1 worked out."""
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


def _viewed(array: Array, shape: tuple[int, ...]) -> Array | None:
    """Give the array in `shape` without copying, None where its memory does not allow it."""
    if array.flags.c_contiguous:
        return array.reshape(shape)
    try:
        return array.reshape(shape, copy=False)
    except ValueError:
        return None


def _as_view(input: Tensor, viewed: Array, name: str = "ViewBackward0") -> Tensor:
    before = input._array.shape
    return record_view(
        name, viewed, input, lambda grad: (grad.reshape(before),), self_sym_sizes=before
    )


@offered("view", function=False)
def view(input: Tensor, *shape: Any, dtype: Any = None) -> Tensor:
    """Give the same memory in another shape; RuntimeError where that needs a copy."""
    kind = dtype if dtype is not None else shape[0] if len(shape) == 1 else None
    if isinstance(kind, DType):
        return _as_view(input, input._array.view(kind.numpy))
    if not shape:
        raise TypeError(
            "view() received an invalid combination of arguments - got (), but expected one of:\n"
            " * (torch.dtype dtype)\n * (tuple of ints size)\n"
        )
    wanted = _inferred(as_size(shape, "view"), input._array.size)
    viewed = _viewed(input._array, wanted)
    if viewed is None:
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one "
            "dimension spans across two contiguous subspaces). Use .reshape(...) instead."
        )
    return _as_view(input, viewed)


def reshape_to(input: Tensor, wanted: tuple[int, ...]) -> Tensor:
    """Give a view in `wanted`, or a view of a copy where the memory does not allow one."""
    shape = _inferred(wanted, input._array.size)
    viewed = _viewed(input._array, shape)
    if viewed is not None:
        in_order = input._array.flags.c_contiguous
        return _as_view(input, viewed, "ViewBackward0" if in_order else "ReshapeAliasBackward0")
    limits.check_bytes(input._array.nbytes, input._array.shape)
    copied = clone(input, _contiguous=True)
    before = copied._array.shape
    return record(
        "UnsafeViewBackward0", copied._array.reshape(shape), (copied,),
        lambda grad: (grad.reshape(before),), self_sym_sizes=before,
    )  # fmt: skip


@offered("reshape", function=False)
def reshape(input: Tensor, *shape: Any) -> Tensor:
    """Give the numbers in another shape, in the order in which they are read."""
    return reshape_to(input, as_size(shape, "reshape"))


@offered("reshape", method=False)
def _reshape_function(input: Tensor, shape: Any) -> Tensor:
    expect_tensor(input, "reshape")
    if isinstance(shape, int):
        raise TypeError("reshape(): argument 'shape' (position 2) must be tuple of ints, not int")
    return reshape_to(input, as_size((shape,), "reshape", "shape"))


@offered("view_as", function=False)
def view_as(input: Tensor, other: Tensor) -> Tensor:
    """Give a view in the shape of `other`."""
    return view(input, other.shape)


@offered("reshape_as", function=False)
def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """Give the numbers in the shape of `other`."""
    return reshape_to(input, other._array.shape)


@offered("flatten")
def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Give the dims from `start_dim` to `end_dim` as one."""
    expect_tensor(input, "flatten")
    shape = input._array.shape
    start, end = as_dim(start_dim, len(shape)), as_dim(end_dim, len(shape))
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if not shape:
        return reshape_to(input, (1,))
    if start == end:
        return input
    return reshape_to(input, (*shape[:start], prod(shape[start : end + 1]), *shape[end + 1 :]))


@offered("unflatten")
def unflatten(input: Tensor, dim: int, sizes: Any) -> Tensor:
    """Give one dim as several, of `sizes`."""
    axis = as_dim(dim, input._array.ndim)
    shape, parts = input._array.shape, tuple(sizes)
    known = prod(size for size in parts if size != -1)
    fits = shape[axis] % known == 0 if -1 in parts else known == shape[axis]
    if not fits:
        raise RuntimeError(
            f"unflatten: Provided sizes {list(parts)} don't multiply up to the size of dim {axis} "
            f"({shape[axis]}) in the input tensor"
        )
    whole = tuple(shape[axis] // known if size == -1 else size for size in parts)
    return view(input, (*shape[:axis], *whole, *shape[axis + 1 :]))


@offered("ravel")
def ravel(input: Tensor) -> Tensor:
    """Give all numbers in one dim."""
    return reshape_to(input, (-1,)) if input._array.size else reshape_to(input, (0,))


# --- the order of dims


@offered("permute", function=False)
def permute(input: Tensor, *dims: Any) -> Tensor:
    """Give the dims in another order."""
    if not dims:
        raise TypeError('permute() missing 1 required positional arguments: "dims"')
    return permuted(input, as_size(dims, "permute", "dims"))


@offered("permute", method=False)
def _permute_function(input: Tensor, dims: Any) -> Tensor:
    expect_tensor(input, "permute")
    if isinstance(dims, int):
        raise TypeError("permute(): argument 'dims' (position 2) must be tuple of ints, not int")
    return permuted(input, as_size((dims,), "permute", "dims"))


def permuted(input: Tensor, order: tuple[int, ...]) -> Tensor:
    """Give the dims in `order`."""
    array = input._array
    if len(order) != array.ndim:
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the "
            f"length of the desired ordering of dimensions i.e. input.dim() = {array.ndim} is not "
            f"equal to len(dims) = {len(order)}"
        )
    counted = []
    for dim in order:
        axis = as_dim(dim, array.ndim)
        if axis in counted:
            raise RuntimeError("permute(): duplicate dims are not allowed.")
        counted.append(axis)
    back = [counted.index(axis) for axis in range(array.ndim)]
    return record_view(
        "PermuteBackward0", array.transpose(counted), input,
        lambda grad: (grad.transpose(back),), dims=tuple(saved_dim(dim) for dim in order),
    )  # fmt: skip


@offered("transpose", "swapaxes", "swapdims")
def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Give two dims exchanged."""
    expect_tensor(input, "transpose")
    array = input._array
    one, two = as_dim(dim0, array.ndim, "transpose"), as_dim(dim1, array.ndim, "transpose")
    turned = array.swapaxes(one, two) if array.ndim else array
    return record_view(
        "TransposeBackward0", turned, input,
        lambda grad: (grad.swapaxes(one, two) if grad.ndim else grad,),
        dim0=saved_dim(dim0), dim1=saved_dim(dim1),
    )  # fmt: skip


@offered("t")
def t(input: Tensor) -> Tensor:
    """Give a matrix with rows and columns exchanged."""
    expect_tensor(input, "t")
    array = input._array
    if array.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {array.ndim}D")
    return record_view("TBackward0", array.T, input, lambda grad: (grad.T,))


@offered_property("T")
def _reversed(self: Tensor) -> Tensor:
    return permuted(self, tuple(range(self._array.ndim))[::-1])


@offered_property("mT")
def _matrix_transposed(self: Tensor) -> Tensor:
    if self._array.ndim == 0:
        return permuted(self, ())
    if self._array.ndim == 1:
        raise RuntimeError(
            "tensor.mT is only supported on matrices or batches of matrices. Got "
            f"{self._array.ndim}-D tensor."
        )
    return transpose(self, -2, -1)


offered_property("H")(lambda self: transpose(self, 0, 1))


@offered("movedim", "moveaxis")
def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """Give the dims with `source` moved to `destination`; the others keep their order."""
    ndim = input._array.ndim
    if ndim == 0:
        as_dims(source, 0), as_dims(destination, 0)
        return permuted(input, ())
    origins, targets = as_dims(source, ndim), as_dims(destination, ndim)
    if len(origins) != len(targets):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({list(origins)} dims) should "
            f"contain the same number of dims as destination ({list(targets)} dims)"
        )
    order: list[int] = [-1] * ndim
    for origin, target in zip(origins, targets, strict=True):
        order[target] = origin
    rest = iter(axis for axis in range(ndim) if axis not in origins)
    return permuted(input, tuple(next(rest) if axis == -1 else axis for axis in order))


# --- dims of length 1


@offered("squeeze")
def squeeze(input: Tensor, dim: Any = None) -> Tensor:
    """Give the tensor without its dims of length 1, or without `dim` where its length is 1."""
    expect_tensor(input, "squeeze")
    array = input._array
    before = array.shape
    saved: dict[str, Any] = {"self_sym_sizes": before}
    if dim is None:
        name, axes = "SqueezeBackward0", tuple(range(array.ndim))
    elif isinstance(dim, Sequence):
        name, axes = "SqueezeBackward2", as_dims(dim, array.ndim)
        saved["dim"] = tuple(saved_dim(each) for each in dim)
    else:
        name, axes = "SqueezeBackward1", (as_dim(dim, array.ndim, "squeeze"),)
        saved["dim"] = saved_dim(dim)
    shape = tuple(size for axis, size in enumerate(before) if axis not in axes or size != 1)
    return record_view(
        name, array.reshape(shape), input, lambda grad: (grad.reshape(before),), **saved
    )


@offered("unsqueeze")
def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """Give the tensor with a new dim of length 1 at `dim`."""
    expect_tensor(input, "unsqueeze")
    array = input._array
    before = array.shape
    axis = as_dim(dim, array.ndim + 1, "unsqueeze")
    return record_view(
        "UnsqueezeBackward0", np.expand_dims(array, axis), input,
        lambda grad: (grad.reshape(before),), dim=saved_dim(dim),
    )  # fmt: skip


@offered("atleast_1d", method=False)
def atleast_1d(input: Tensor) -> Tensor:
    """Give the tensor with one dim at least."""
    return input if input._array.ndim else reshape_to(input, (1,))


@offered("atleast_2d", method=False)
def atleast_2d(input: Tensor) -> Tensor:
    """Give the tensor with two dims at least."""
    return input if input._array.ndim > 1 else unsqueeze(atleast_1d(input), 0)


# --- repeating without memory


def _type_name(input: Tensor) -> str:
    name = input.dtype.scalar
    return "CPUBoolType" if name == "Bool" else f"torch.{name}Tensor"


def expand_to(input: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """Give the tensor with its dims of length 1 repeated up to `sizes`; -1 keeps a length."""
    array = input._array
    new = len(sizes) - array.ndim
    if new < 0:
        raise RuntimeError(
            f"expand({_type_name(input)}{{{list(array.shape)}}}, size={list(sizes)}): "
            f"the number of sizes provided ({len(sizes)}) must be greater or equal to the number "
            f"of dimensions in the tensor ({array.ndim})"
        )
    if array.ndim == 0 and -1 in sizes:
        raise RuntimeError("numel: integer multiplication overflow")
    shape: list[int] = []
    for axis, size in reversed(list(enumerate(sizes))):
        if axis < new:
            if size < 0:
                raise RuntimeError(
                    f"The expanded size of the tensor ({size}) isn't allowed in a leading, "
                    f"non-existing dimension {axis}"
                )
            shape.insert(0, size)
            continue
        own = array.shape[axis - new]
        if size not in (-1, own) and own != 1:
            raise RuntimeError(
                f"The expanded size of the tensor ({size}) must match the existing size ({own}) at "
                f"non-singleton dimension {axis}.  Target sizes: {list(sizes)}.  Tensor sizes: "
                f"{list(array.shape)}"
            )
        shape.insert(0, own if size == -1 else size)
    limits.check_shape(shape, array.dtype)
    wide = np.lib.stride_tricks.as_strided(
        array,
        shape,
        [0] * new
        + [0 if own != size else stride
           for own, size, stride in zip(array.shape, shape[new:], array.strides, strict=True)],
    )  # fmt: skip
    before = array.shape

    def backward(grad: Array) -> tuple[Array]:
        summed = grad.sum(axis=tuple(range(new)))
        repeated = tuple(
            axis for axis, size in enumerate(before) if size == 1 and summed.shape[axis] != 1
        )
        return (np.asarray(summed.sum(axis=repeated, keepdims=True) if repeated else summed),)

    return record_view("ExpandBackward0", wide, input, backward, self_sym_sizes=before)


@offered("expand", function=False)
def expand(input: Tensor, *sizes: Any) -> Tensor:
    """Give the tensor with its dims of length 1 repeated, without using memory."""
    return expand_to(input, as_size(sizes, "expand"))


@offered("expand_as", function=False)
def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """Give the tensor repeated to the shape of `other`."""
    return expand_to(input, other._array.shape)


@offered("broadcast_to")
def broadcast_to(input: Tensor, size: Any) -> Tensor:
    """Give the tensor repeated to `size`, without using memory."""
    return expand_to(input, tuple(size))


@offered("broadcast_tensors", method=False)
def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Give the tensors, each repeated to their common shape."""
    shape = np.broadcast_shapes(*(each._array.shape for each in tensors))
    return tuple(expand_to(each, shape) for each in tensors)


# --- parts as views


@offered("unfold", function=False)
def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Give every window of `size` along `dimension`, `step` apart, as a new last dim."""
    array = input._array
    axis = as_dim(dimension, array.ndim)
    length = array.shape[axis] if array.ndim else 1
    if size > length:
        raise RuntimeError(
            f"maximum size for tensor at dimension {axis} is {length} but size is {size}"
        )
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    counts = [*array.shape[:axis], (length - size) // step + 1, *array.shape[axis + 1 :], size]
    limits.check_shape(counts, array.dtype)
    windows = np.lib.stride_tricks.sliding_window_view(array, size, axis, writeable=True)
    windows = windows[(slice(None),) * axis + (slice(None, None, step),)]
    before, count = array.shape, windows.shape[axis]

    def backward(grad: Array) -> tuple[Array]:
        total = np.zeros(before, grad.dtype)
        ahead = (slice(None),) * axis
        for tap in range(size):
            stop = tap + (count - 1) * step + 1
            total[(*ahead, slice(tap, stop, step))] += grad[..., tap]
        return (total,)

    return record_view(
        "UnfoldBackward0", windows, input, backward,
        dimension=saved_dim(dimension), self_sym_sizes=before, size=size, step=step,
    )  # fmt: skip


@offered("diagonal")
def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """Give the diagonal of two dims as a new last dim."""
    array = input._array
    one, two = as_dim(dim1, array.ndim), as_dim(dim2, array.ndim)
    if one == two:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    part = array.diagonal(offset, one, two)
    part.flags.writeable = True
    before = array.shape

    def backward(grad: Array) -> tuple[Array]:
        total = np.zeros(before, grad.dtype)
        inside = total.diagonal(offset, one, two)
        inside.flags.writeable = True
        inside[...] = grad
        return (total,)

    return record_view(
        "DiagonalBackward0", part, input, backward,
        dim1=saved_dim(dim1), dim2=saved_dim(dim2), offset=offset, self_sym_sizes=before,
    )  # fmt: skip


# --- memory


@offered("clone")
def clone(input: Tensor, *, memory_format: Any = None, _contiguous: bool = False) -> Tensor:
    """Give a copy that gradients flow through."""
    expect_tensor(input, "clone")
    limits.check_bytes(input._array.size * input._array.itemsize, input._array.shape)
    order: Any = "C" if _contiguous else "K"
    return record("CloneBackward0", input._array.copy(order=order), (input,), lambda grad: (grad,))


@offered("contiguous", function=False)
def contiguous(input: Tensor, memory_format: Any = None) -> Tensor:
    """Give the tensor itself where its memory is in order, else a copy in order."""
    return input if input._array.flags.c_contiguous else clone(input, _contiguous=True)


@offered("is_contiguous", function=False)
def is_contiguous(input: Tensor, memory_format: Any = None) -> bool:
    """Say whether the memory is in the order of the dims, without gaps."""
    return bool(input._array.flags.c_contiguous)


@offered("stride", function=False)
def stride(input: Tensor, dim: Any = None) -> Any:
    """Give how many elements apart neighbours are in memory, along each dim or along `dim`."""
    array = input._array
    strides = tuple(each // array.itemsize for each in array.strides)
    return strides if dim is None else strides[as_real_dim(dim, array.ndim)]


def address(array: Array) -> int:
    """Give where an array's first element is in memory."""
    place: int = array.__array_interface__["data"][0]
    return place


@offered("data_ptr", function=False)
def data_ptr(input: Tensor) -> int:
    """Give where the first element is in memory."""
    return address(input._array) if input._array.size else 0


@offered("storage_offset", function=False)
def storage_offset(input: Tensor) -> int:
    """Give how many elements into its memory the tensor begins."""
    if input._storage is None:
        return 0
    return (address(input._array) - address(input._storage)) // input._array.itemsize


@offered("is_set_to", function=False)
def is_set_to(input: Tensor, tensor: Tensor) -> bool:
    """Say whether two tensors are the same memory in the same shape."""
    return (
        data_ptr(input) == data_ptr(tensor)
        and input._array.shape == tensor._array.shape
        and input._array.strides == tensor._array.strides
    )


@offered("as_strided")
def as_strided(input: Tensor, size: Any, stride: Any, storage_offset: Any = None) -> Tensor:
    """Give a view with chosen sizes and strides over the tensor's memory."""
    array = input._array
    home = array if input._storage is None else input._storage
    flat = home.reshape(-1, copy=False)
    start = integer(storage_offset)
    if start is None:
        start = (address(array) - address(home)) // array.itemsize
    sizes, steps = tuple(size), tuple(stride)
    limits.check_shape(sizes, array.dtype)
    last = start + sum((length - 1) * step for length, step in zip(sizes, steps, strict=True))
    if min(sizes, default=1) > 0 and last >= flat.size:
        raise RuntimeError(
            f"setStorage: sizes {list(sizes)}, strides {list(steps)}, storage offset {start}, and "
            f"itemsize {array.itemsize} requiring a storage size of "
            f"{(last + 1) * array.itemsize} are out of bounds for storage of size {flat.nbytes}"
        )
    seen = np.lib.stride_tricks.as_strided(
        flat[start:], sizes, [step * array.itemsize for step in steps]
    )
    before = array.shape
    places = np.lib.stride_tricks.as_strided(
        np.arange(flat.size)[start:], sizes, [step * 8 for step in steps]
    )

    def backward(grad: Array) -> tuple[Array]:
        total = np.zeros(flat.size, grad.dtype)
        np.add.at(total, places.ravel(), grad.ravel())
        return (total[: prod(before)].reshape(before),)

    return record_view("AsStridedBackward0", seen, input, backward)


def _change_shape(name: str, operation: Any) -> None:
    """Offer `squeeze_` and its like, which change only how the tensor sees its memory."""

    def change(self: Tensor, *arguments: Any) -> Tensor:
        check_in_place(self)
        seen = operation(self, *arguments)
        self._array, self._storage = seen._array, seen._storage
        self._node, self._output = seen.grad_fn, seen._output
        return self

    change.__doc__ = f"Change this tensor as `{name}` says."
    offered(f"{name}_", function=False)(change)


_change_shape("squeeze", squeeze)
_change_shape("unsqueeze", unsqueeze)
_change_shape("transpose", transpose)
_change_shape("t", t)
