"""Views that step through memory in ways of their own: windows, diagonals, any strides."""

from math import prod

import numpy as np

from ..core import guard, memory
from ..core.dims import along, as_dim, saved_dim
from ..core.graph import record_view
from ..core.op import viewing
from ..core.pieces import add_at
from ..core.tensor import Array, Tensor


@viewing("unfold(Tensor self, int dimension, int size, int step)", function=False)
def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Return every window of `size` along `dimension`, `step` apart, as a new last dim."""
    array = self._array
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
    guard.check_shape(counts, array.dtype)
    row = array if array.ndim else array.reshape(1)
    windows = np.lib.stride_tricks.sliding_window_view(row, size, axis, writeable=True)
    windows = windows[along(axis, slice(None, None, step))]
    windows = windows if array.ndim else windows[0]  # of a number there is one window
    before, count = array.shape, windows.shape[axis]

    def backward(grad: Array) -> tuple[Array]:
        if not before:
            return (grad.sum(dtype=grad.dtype).reshape(()),)
        total = np.zeros(before, grad.dtype)
        for tap in range(size):
            stop = tap + (count - 1) * step + 1
            total[along(axis, slice(tap, stop, step))] += grad[..., tap]
        return (total,)

    return record_view(
        "UnfoldBackward0",
        windows,
        self,
        backward,
        dimension=saved_dim(dimension),
        self_sym_sizes=before,
        size=size,
        step=step,
    )


@viewing("diagonal(Tensor input, int offset=0, int dim1=0, int dim2=1)")
def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """Return the diagonal of two dims as a new last dim."""
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
        "DiagonalBackward0",
        part,
        input,
        backward,
        dim1=saved_dim(dim1),
        dim2=saved_dim(dim2),
        offset=offset,
        self_sym_sizes=before,
    )


@viewing("as_strided(Tensor input, int[] size, int[] stride, int? storage_offset=None)")
def as_strided(
    input: Tensor,
    size: tuple[int, ...],
    stride: tuple[int, ...],
    storage_offset: int | None = None,
) -> Tensor:
    """Return a view with chosen sizes and strides over the tensor's memory."""
    array = input._array
    home = array if input._storage is None else input._storage
    flat = home.reshape(-1, copy=False)
    start = memory.storage_offset(input) if storage_offset is None else storage_offset
    guard.check_shape(size, array.dtype)
    if len(size) != len(stride):
        raise RuntimeError("mismatch in length of strides and shape")
    last = start + sum((length - 1) * step for length, step in zip(size, stride, strict=True))
    if min(size, default=1) > 0 and last >= flat.size:
        raise RuntimeError(
            f"setStorage: sizes {list(size)}, strides {list(stride)}, storage offset {start}, and "
            f"itemsize {array.itemsize} requiring a storage size of "
            f"{(last + 1) * array.itemsize} are out of bounds for storage of size {flat.nbytes}"
        )
    seen = np.lib.stride_tricks.as_strided(
        flat[start:], size, [step * array.itemsize for step in stride]
    )
    before = array.shape
    places = np.lib.stride_tricks.as_strided(
        np.arange(flat.size)[start:], size, [step * 8 for step in stride]
    )

    def backward(grad: Array) -> tuple[Array]:
        total = np.zeros(flat.size, grad.dtype)
        add_at(total, places.ravel(), grad.ravel())
        return (total[: prod(before)].reshape(before),)

    return record_view("AsStridedBackward0", seen, input, backward)
