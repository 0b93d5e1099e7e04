"""Tensors repeated, and spread over grids."""

from collections.abc import Sequence

import numpy as np

from ..core import guard
from ..core.dims import as_dim
from ..core.graph import made, record
from ..core.memory import IN_ORDER, clone
from ..core.op import declared, viewing
from ..core.tensor import Array, Tensor
from ..core.warned import warn_once
from .gathering import index_select
from .joining import stack
from .shaping import check_tensors, expand, flatten, reshape, unsqueeze


@viewing("repeat(Tensor self, int[] repeats)", function=False)
def repeat(self: Tensor, repeats: tuple[int, ...]) -> Tensor:
    """Return the whole tensor again and again along each dim."""
    array = self._array
    if len(repeats) < array.ndim:
        raise RuntimeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of "
            "tensor"
        )
    own = (1,) * (len(repeats) - array.ndim) + array.shape
    whole = tuple(length * time for length, time in zip(own, repeats, strict=True))
    if any(time < 0 for time in repeats):
        raise RuntimeError(
            f"Trying to create tensor with negative dimension {min(whole)}: {list(whole)}"
        )
    guard.check_shape(whole, array.dtype)

    def backward(grad: Array) -> tuple[Array]:
        apart = [part for pair in zip(repeats, own, strict=True) for part in pair]
        summed = grad.reshape(apart).sum(axis=tuple(range(0, 2 * len(repeats), 2)))
        return (summed.reshape(array.shape),)

    return record(
        "RepeatBackward0",
        _tiled(array, own, repeats).reshape(whole),
        (self,),
        backward,
        repeats=repeats,
        self_sym_sizes=array.shape,
    )


def _tiled(array: Array, own: tuple[int, ...], repeats: tuple[int, ...]) -> Array:
    """Return the array (own), seen (repeats[0], own[0], repeats[1], own[1], …).

    To copy that lets other threads run, as `np.tile` does not.
    """
    once = [part for length in own for part in (1, length)]
    apart = [part for pair in zip(repeats, own, strict=True) for part in pair]
    return np.array(np.broadcast_to(array.reshape(once), apart), order="C")


@viewing("tile(Tensor input, int[] dims)")
def tile(input: Tensor, dims: tuple[int, ...]) -> Tensor:
    """Return the whole tensor again and again; missing repeats are 1."""
    return repeat(input, (1,) * (input._array.ndim - len(dims)) + dims)


_HOW = "int? dim=None, *, int? output_size=None)"
_OF_EACH = f"repeat_interleave(Tensor input, Tensor repeats, {_HOW}"
_OF_ALL = f"repeat_interleave(Tensor input, int repeats, {_HOW}"
_ALONE = "repeat_interleave(Tensor repeats, *, int? output_size=None)"


def _check_repeats(repeats: Tensor, length: int) -> None:
    """Raise where places cannot be repeated so often, or would be too many."""
    if repeats._array.dtype not in (np.int32, np.int64):
        raise NotImplementedError(
            f"\"repeat_interleave_cpu\" not implemented for '{repeats.dtype.scalar}'"
        )
    if (repeats._array < 0).any():
        raise RuntimeError("repeats can not be negative")
    total = int(repeats._array.sum(dtype=np.float64))
    guard.check_shape((total * (length if repeats._array.size == 1 else 1),), np.dtype(np.int64))


@declared(_OF_EACH, _ALONE, _OF_ALL, method=False)
@declared(_OF_EACH, _OF_ALL, function=False)
def repeat_interleave(
    repeats: int | Tensor,
    input: Tensor | None = None,
    dim: int | None = None,
    output_size: int | None = None,
) -> Tensor:
    """Return every element (or slice along `dim`) several times in a row.

    `repeats` is how often, one number or one for each; alone it returns each place so often.
    """
    if input is None:
        assert isinstance(repeats, Tensor)
        if repeats._array.ndim != 1:
            raise RuntimeError("repeat_interleave only accept 1D vector as repeat")
        _check_repeats(repeats, repeats._array.size)
        return made(np.repeat(np.arange(repeats._array.size), repeats._array))
    source = reshape(input, (-1,)) if dim is None else input
    along = as_dim(0 if dim is None else dim, source._array.ndim)
    shape = source._array.shape
    if isinstance(repeats, Tensor):
        if repeats._array.ndim > 1:
            raise RuntimeError("repeats must be 0-dim or 1-dim tensor")
        if repeats._array.size not in (1, shape[along]):
            raise RuntimeError(
                "repeats must have the same size as input along dim, but got repeats.size(0) = "
                f"{repeats._array.size} and input.size({along}) = {shape[along]}"
            )
        _check_repeats(repeats, shape[along])
        places = np.repeat(np.arange(shape[along]), repeats._array)
        return index_select(source, along, made(places))
    if repeats < 0:
        raise RuntimeError("Repeats must be non-negative")
    wide = (*shape[: along + 1], repeats, *shape[along + 1 :])
    guard.check_shape(wide, source._array.dtype)
    opened = clone(expand(unsqueeze(source, along + 1), wide), IN_ORDER)
    return flatten(opened, along, along + 1)


@viewing("meshgrid", method=False, python=True)
def meshgrid(
    *tensors: Tensor | Sequence[Tensor], indexing: str | None = None
) -> tuple[Tensor, ...]:
    """Return for each of several 1-D tensors its values over the whole grid."""
    if indexing is not None and indexing not in ("xy", "ij"):
        raise RuntimeError(
            f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}'
        )
    parts = check_tensors(tensors[0] if len(tensors) == 1 else tensors)
    if not parts:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    if any(part._array.dtype != parts[0]._array.dtype for part in parts):
        raise RuntimeError("meshgrid expects all tensors to have the same dtype")
    for part in parts:
        if part._array.ndim > 1:
            sizes = ",".join(map(str, part.shape))
            raise RuntimeError(
                "torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: "
                f"[ torch.{part.dtype.scalar}Tensor{{{sizes}}} ]"
            )
    if indexing is None:
        warn_once(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing "
            "argument."
        )
    shape = tuple(part._array.size for part in parts)
    grids = []
    # Of "xy" the first runs along the second dim, and the second along the first.
    order = list(range(len(parts)))
    if indexing == "xy" and len(parts) > 1:
        order[:2] = 1, 0
    wide = tuple(shape[place] for place in order)
    for axis, part in zip(order, parts, strict=True):
        ones = [1] * len(parts)
        ones[axis] = -1
        grids.append(expand(reshape(part, tuple(ones)), wide))
    return tuple(grids)


@viewing("cartesian_prod", method=False, python=True)
def cartesian_prod(*tensors: Tensor) -> Tensor:
    """Return every combination of the elements of several 1-D tensors, one a row."""
    for each in check_tensors(tensors):
        if each._array.ndim != 1:
            raise RuntimeError(f"Expect a 1D vector, but got shape {list(each.shape)}")
    if len(tensors) == 1:
        return tensors[0]
    return stack([flatten(grid) for grid in meshgrid(*tensors, indexing="ij")], 1)
