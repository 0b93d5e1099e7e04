"""Elements in reverse order, rolled along a dim, rotated by 90 degrees."""

import numpy as np

from ..core.dims import Dims, as_dim, as_dims, as_real_dim, saved_dims
from ..core.graph import record_laid
from ..core.guard import waited_for
from ..core.op import viewing
from ..core.strides import as_images, in_order, laid_as
from ..core.tensor import Array, Tensor, wrap


@viewing("flip(Tensor input, int[] dims)")
def flip(input: Tensor, dims: tuple[int, ...]) -> Tensor:
    """Return the elements in reverse order along `dims`."""
    axes = as_dims(dims, input._array.ndim)

    def flipped(array: Array) -> Array:
        return laid_as(np.flip(array, axes), array)

    return record_laid(
        "FlipBackward0",
        wrap(waited_for(flipped, input._array)),
        (input,),
        lambda grad: (np.flip(grad, axes),),
        {"dims": saved_dims(dims)},
    )


@viewing("fliplr(Tensor input)")
def fliplr(input: Tensor) -> Tensor:
    """Return the columns in reverse order."""
    if input._array.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip(input, (1,))


@viewing("flipud(Tensor input)")
def flipud(input: Tensor) -> Tensor:
    """Return the rows in reverse order."""
    if input._array.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return flip(input, (0,))


@viewing("roll(Tensor input, int[1] shifts, int[1] dims=None)")
def roll(input: Tensor, shifts: Dims, dims: Dims | None) -> Tensor:
    """Return the elements moved along `dims`; what leaves at one end enters at the other.

    Without `dims` they move through the whole tensor, as if it were one row.
    """
    moves = (shifts,) if isinstance(shifts, int) else tuple(shifts)
    if not moves:
        raise RuntimeError("`shifts` required")
    axes = () if dims is None else (dims,) if isinstance(dims, int) else tuple(dims)
    if axes and input._array.ndim == 0:
        as_real_dim(axes[0], 0)
    if len(axes) != len(moves) and (axes or len(moves) != 1):
        raise RuntimeError(
            f"shifts and dimensions must align. shifts: {len(moves)}, dims:{len(axes)}"
        )
    counted = tuple(as_dim(axis, input._array.ndim) for axis in axes) if axes else None
    back = tuple(-move for move in moves)

    def rolled(array: Array, by: tuple[int, ...]) -> Array:
        return np.roll(array, by if counted else by[0], counted)

    output = waited_for(rolled, input._array, moves)
    if not axes:
        laid = in_order(output)
    elif output.size:
        laid = as_images(output, [input._array])
    else:
        laid = laid_as(output, input._array)  # of nothing PyTorch gives a copy
    return record_laid(
        "RollBackward0",
        wrap(laid),
        (input,),
        lambda grad: (rolled(grad, back),),
        {"shifts": moves, "dims": axes},
    )


@viewing("rot90(Tensor input, int k=1, int[] dims=(0, 1))")
def rot90(input: Tensor, k: int, dims: tuple[int, ...]) -> Tensor:
    """Return the tensor rotated by 90 degrees, `k` times."""
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if input._array.ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {input._array.ndim}")
    if dims[0] == dims[1]:
        raise RuntimeError(
            f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}"
        )
    plane = (dims[0], dims[1])

    def rotated(array: Array, times: int) -> Array:
        if times % 4 == 0:
            return in_order(array.copy())
        if times % 4 == 2:
            return laid_as(np.rot90(array, times, plane), array)
        # A flipped copy, seen with the two dims exchanged.
        flipped = laid_as(np.rot90(array, times, plane).swapaxes(*plane), array)
        return flipped.swapaxes(*plane)

    return record_laid(
        "Rot90Backward0",
        wrap(waited_for(rotated, input._array, k)),
        (input,),
        lambda grad: (rotated(grad, -k),),
        {"k": k, "dims": dims},
    )
