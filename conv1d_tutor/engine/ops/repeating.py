"""Tensors repeated, turned round and spread over grids."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import guard
from ..core.arguments import as_dim, as_dims, as_real_dim, as_size, expect_tensor, integer
from ..core.graph import record
from ..core.guard import waited_for
from ..core.memory import clone
from ..core.surface import offered
from ..core.tensor import Array, Tensor, wrap
from .joining import stack
from .shaping import expand_to, reshape_to, saved_dim, unsqueeze, view

__all__ = ["flipped", "repeat"]


@offered("repeat", function=False)
def repeat(input: Tensor, *repeats: Any) -> Tensor:
    """Return the whole tensor again and again along each dim."""
    if not repeats:
        raise TypeError('repeat() missing 1 required positional arguments: "repeats"')
    array, times = input._array, as_size(repeats, "repeat", "repeats")
    if len(times) < array.ndim:
        raise RuntimeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of "
            "tensor"
        )
    own = (1,) * (len(times) - array.ndim) + array.shape
    whole = tuple(length * time for length, time in zip(own, times, strict=True))
    if any(time < 0 for time in times):
        raise RuntimeError(
            f"Trying to create tensor with negative dimension {min(whole)}: {list(whole)}"
        )
    guard.check_shape(whole, array.dtype)

    def backward(grad: Array) -> tuple[Array]:
        apart = [part for pair in zip(times, own, strict=True) for part in pair]
        summed = grad.reshape(apart).sum(axis=tuple(range(0, 2 * len(times), 2)))
        return (summed.reshape(array.shape),)

    return record(
        "RepeatBackward0", np.tile(array, times), (input,), backward,
        repeats=times, self_sym_sizes=array.shape,
    )  # fmt: skip


@offered("tile")
def tile(input: Tensor, *dims: Any) -> Tensor:
    """Return the whole tensor again and again; missing repeats are 1."""
    times = as_size(dims, "tile", "dims")
    return repeat(input, (1,) * (input._array.ndim - len(times)) + times)


@offered("repeat_interleave")
def repeat_interleave(
    input: Tensor, repeats: Any, dim: int | None = None, *, output_size: Any = None
) -> Tensor:
    """Return every element (or slice along `dim`) several times in a row."""
    source = reshape_to(input, (-1,)) if dim is None else input
    along = as_dim(0 if dim is None else dim, source._array.ndim)
    shape = source._array.shape
    times = integer(repeats)
    if times is None:
        counts = repeats._array if isinstance(repeats, Tensor) else np.asarray(repeats)
        places = np.repeat(np.arange(shape[along]), counts)
        selected: Tensor = source.index_select(along, wrap(places))
        return selected
    wide = (*shape[: along + 1], times, *shape[along + 1 :])
    guard.check_shape(wide, source._array.dtype)
    opened = expand_to(unsqueeze(source, along + 1), wide)
    whole = (*shape[:along], shape[along] * times, *shape[along + 1 :])
    return view(clone(opened, _contiguous=True), whole)


@offered("flip", function=False)
def flip(input: Tensor, *dims: Any) -> Tensor:
    """Return the elements in reverse order along `dims`."""
    if not dims:
        raise TypeError('flip() missing 1 required positional arguments: "dims"')
    return flipped(input, as_size(dims, "flip", "dims"))


@offered("flip", method=False)
def _flip_function(input: Tensor, dims: Any) -> Tensor:
    expect_tensor(input, "flip")
    if isinstance(dims, int):
        raise TypeError("flip(): argument 'dims' (position 2) must be tuple of ints, not int")
    return flipped(input, as_size((dims,), "flip", "dims"))


def _flipped(array: Array, axes: tuple[int, ...]) -> Array:
    return np.flip(array, axes).copy()


def flipped(input: Tensor, given: tuple[int, ...]) -> Tensor:
    """Return the elements in reverse order along the dims `given`."""
    axes = as_dims(given, input._array.ndim)
    return record(
        "FlipBackward0", waited_for(_flipped, input._array, axes), (input,),
        lambda grad: (np.flip(grad, axes),), dims=tuple(saved_dim(dim) for dim in given),
    )  # fmt: skip


@offered("fliplr")
def fliplr(input: Tensor) -> Tensor:
    """Return the columns in reverse order."""
    if input._array.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip(input, 1)


@offered("flipud")
def flipud(input: Tensor) -> Tensor:
    """Return the rows in reverse order."""
    return flip(input, 0)


@offered("roll")
def roll(input: Tensor, shifts: Any, dims: Any = None) -> Tensor:
    """Return the elements moved along `dims`; what leaves at one end enters at the other."""
    expect_tensor(input, "roll")
    moves = (shifts,) if isinstance(shifts, int) else tuple(shifts)
    if dims is not None and input._array.ndim == 0:
        as_real_dim(dims, 0)
    axes = () if dims is None else (dims,) if isinstance(dims, int) else tuple(dims)
    if axes and len(axes) != len(moves):
        raise RuntimeError(
            f"shifts and dimensions must align. shifts: {len(moves)}, dims:{len(axes)}"
        )
    counted = as_dims(axes, input._array.ndim) if axes else None
    back = tuple(-move for move in moves)

    def rolled(array: Array, by: tuple[int, ...]) -> Array:
        return np.roll(array, by if counted else by[0], counted)

    return record(
        "RollBackward0", waited_for(rolled, input._array, moves), (input,),
        lambda grad: (rolled(grad, back),), shifts=moves, dims=axes,
    )  # fmt: skip


@offered("rot90")
def rot90(input: Tensor, k: int = 1, dims: Any = (0, 1)) -> Tensor:
    """Return the tensor turned by 90 degrees, `k` times."""
    axes = tuple(dims)
    return record(
        "Rot90Backward0", np.rot90(input._array, k, axes).copy(), (input,),
        lambda grad: (np.rot90(grad, -k, axes),), k=k, dims=axes,
    )  # fmt: skip


@offered("meshgrid", method=False)
def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Return for each of several 1-D tensors its values over the whole grid."""
    parts: list[Tensor] = list(tensors[0]) if isinstance(tensors[0], Sequence) else list(tensors)
    if any(part._array.dtype != parts[0]._array.dtype for part in parts):
        raise RuntimeError("meshgrid expects all tensors to have the same dtype")
    shape = tuple(part._array.size for part in parts)
    grids = []
    for axis, part in enumerate(parts):
        ones = [1] * len(parts)
        ones[axis] = -1
        grids.append(expand_to(reshape_to(part, tuple(ones)), shape))
    if indexing == "xy" and len(parts) > 1:
        grids = [grid.transpose(0, 1) for grid in grids]
    return tuple(grids)


@offered("cartesian_prod", method=False)
def cartesian_prod(*tensors: Tensor) -> Tensor:
    """Return every combination of the elements of several 1-D tensors, one a row."""
    if len(tensors) == 1:
        return tensors[0]
    return stack([grid.flatten() for grid in meshgrid(*tensors)], dim=1)
