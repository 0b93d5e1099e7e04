"""How results lie in memory: in which order of the dims, and how far apart neighbours are.

PyTorch has three rules, and so have the operations here:

- most results are *in order* (`in_order`): contiguous, whatever their operands were;
- what is worked out element by element lies as its operands do (`as_operands`);
- a copy lies as what it is a copy of (`empty_as`, `copied_as`), without the gaps.

The strides of dims of length 1 and of tensors without elements are PyTorch's too, since
`x.stride()` shows them. Strides are in bytes, as numpy has them; `Lying` is shape, strides and the
bytes of an element.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .dtypes import Array
from .guard import waited_for

Steps = tuple[int, ...]
Lying = tuple[Steps, Steps, int]


@lru_cache(maxsize=4096)
def steps_in_order(shape: Steps, itemsize: int) -> Steps:
    """Return the strides of a contiguous array."""
    steps, step = [0] * len(shape), itemsize
    for axis in range(len(shape) - 1, -1, -1):
        steps[axis] = step
        step *= max(shape[axis], 1)
    return tuple(steps)


def in_order(array: Array) -> Array:
    """Return the array contiguous: itself, or a copy."""
    if not array.flags.c_contiguous:
        array = waited_for(np.ascontiguousarray, array)
    steps = steps_in_order(array.shape, array.itemsize)
    if array.strides == steps:
        return array
    return np.ndarray(array.shape, array.dtype, array, 0, steps)


def seen_as(array: Array, shape: Steps, steps: Steps) -> Array:
    """Return the view of the array's memory with this shape and these strides."""
    if array.flags.c_contiguous and array.size:
        return np.ndarray(shape, array.dtype, array, 0, steps)  # the same, but sooner
    return as_strided(array, shape, steps)


def seen_in(array: Array, shape: Steps) -> Array | None:
    """Return the array in another shape without copying, None where its memory forbids that."""
    if is_plain(array):
        return array.reshape(shape)
    steps = _steps_in(array.shape, array.strides, array.itemsize, shape)
    return None if steps is None else seen_as(array, shape, steps)


@lru_cache(maxsize=4096)
def _steps_in(own: Steps, own_steps: Steps, itemsize: int, shape: Steps) -> Steps | None:
    """Return the strides of a view in another shape, None where there can be none.

    Dims of the memory that follow each other without a gap are one stretch, and each stretch has
    to be made of whole dims of the new shape.
    """
    if 0 in own:
        return own_steps if own == shape else steps_in_order(shape, itemsize)
    if not own:
        return (itemsize,) * len(shape)
    steps, at = [0] * len(shape), len(shape) - 1
    nearest, length, filled = own_steps[-1], 1, 1
    for axis in range(len(own) - 1, -1, -1):
        length *= own[axis]
        if axis and (own[axis - 1] == 1 or own_steps[axis - 1] == length * nearest):
            continue
        while at >= 0 and (filled < length or shape[at] == 1):
            steps[at] = filled * nearest
            filled *= shape[at]
            at -= 1
        if filled != length:
            return None
        if axis:
            nearest, length, filled = own_steps[axis - 1], 1, 1
    return tuple(steps) if at == -1 else None


def _new(shape: Steps, dtype: np.dtype[np.generic], steps: Steps) -> Array:
    """Return a new array with strides that leave no gaps."""
    if 0 in shape:
        return seen_as(np.empty(shape, dtype), shape, steps)
    return np.ndarray(shape, dtype, None, 0, steps)


def _laid(array: Array, steps: Steps) -> Array:
    """Return the numbers of the array with these strides, which leave no gaps."""
    if array.strides == steps:
        return array
    if not array.size or all(
        size == 1 or one == two
        for size, one, two in zip(array.shape, array.strides, steps, strict=True)
    ):
        return seen_as(array, array.shape, steps)
    laid = _new(array.shape, array.dtype, steps)
    laid[...] = array
    return laid


# --- as one array lies


def is_plain(array: Array) -> bool:
    """Return whether an array is in order and has no dim whose stride tells nothing.

    Then numpy's own results lie as PyTorch's do, which is known sooner than by asking.
    """
    return array.flags.c_contiguous and 1 not in array.shape and 0 not in array.shape


def empty_as(array: Array, dtype: np.dtype[np.generic] | None = None) -> Array:
    """Return an array of any numbers that lies as this one does, without the gaps."""
    chosen = array.dtype if dtype is None else dtype
    if is_plain(array):
        return np.empty(array.shape, chosen)
    lying = (array.shape, array.strides, array.itemsize)
    return _new(array.shape, chosen, _steps_as(lying, chosen.itemsize))


def copied_as(array: Array, dtype: np.dtype[np.generic] | None = None) -> Array:
    """Return a copy that lies as the array does, without the gaps, in another dtype if asked."""
    if is_plain(array):
        target = array.dtype if dtype is None else dtype
        return waited_for(lambda whole: whole.astype(target), array)
    copied = empty_as(array, dtype)
    copied[...] = array
    return copied


def in_dtype(array: Array, dtype: np.dtype[np.generic]) -> Array:
    """Return the array in a dtype: itself, or a copy that lies as it does."""
    return array if array.dtype == dtype else copied_as(array, dtype)


def laid_as(numbers: Array, array: Array) -> Array:
    """Return the numbers, lying as an array of the same shape does, without the gaps."""
    if is_plain(array) and numbers.flags.c_contiguous:
        return numbers
    lying = (array.shape, array.strides, array.itemsize)
    return _laid(numbers, _steps_as(lying, numbers.itemsize))


@lru_cache(maxsize=4096)
def _steps_as(lying: Lying, itemsize: int) -> Steps:
    shape, steps, own = lying
    if is_dense(lying):
        return tuple(step // own * itemsize for step in steps)
    filled, step = [0] * len(shape), itemsize
    for axis in _from_the_nearest(shape, [steps]):
        filled[axis] = step
        step *= max(shape[axis], 1)
    return tuple(filled)


def is_dense(lying: Lying) -> bool:
    """Return whether there are no gaps, and no element is in two places."""
    shape, steps, step = lying
    if 0 in shape:
        return True
    if len(shape) == 1:
        return shape[0] < 2 or steps[0] == step
    for axis in sorted(
        (axis for axis, size in enumerate(shape) if size > 1), key=lambda axis: steps[axis]
    ):
        if steps[axis] != step:
            return False
        step *= shape[axis]
    return True


def dims_in_memory(array: Array) -> list[int]:
    """Return the dims in the order of memory, the slowest first."""
    return _from_the_nearest(array.shape, [array.strides])[::-1]


def _from_the_nearest(shape: Steps, operands: list[Steps]) -> list[int]:
    """Return the dims in order, from where neighbours are nearest in memory.

    The first operand decides that has different strides in two dims; where one of them is 0, the
    numbers being repeated, the next one is asked.
    """

    def is_farther(one: int, two: int) -> int:
        for steps in operands:
            if steps[one] == 0 or steps[two] == 0:
                continue
            if steps[one] != steps[two]:
                return 1 if steps[one] > steps[two] else -1
            if shape[one] > shape[two]:
                return 1
        return 0

    order = list(range(len(shape)))[::-1]
    for place in range(1, len(shape)):
        moved = place
        for at in range(place - 1, -1, -1):
            farther = is_farther(order[at], order[moved])
            if farther > 0:
                order[at], order[moved] = order[moved], order[at]
                moved = at
            elif farther < 0:
                break
    return order


# --- rules, by which an operation says how its result lies


def contiguous(result: Array, operands: Sequence[Array]) -> Array:
    """Return the result in order, whatever its operands are."""
    return in_order(result)


def as_first(result: Array, operands: Sequence[Array]) -> Array:
    """Return the result lying as the first operand does, without the gaps."""
    return laid_as(result, operands[0]) if result.ndim else result


def as_alone(result: Array, operands: Sequence[Array]) -> Array:
    """Return the result lying as the first operand, whatever stands beside it."""
    return as_operands(result, operands[:1])


def by_columns(result: Array, operands: Sequence[Array]) -> Array:
    """Return matrices column by column in memory, as the library that solves systems has them."""
    return in_order(result.swapaxes(-1, -2)).swapaxes(-1, -2)


# --- as several operands lie together


def as_operands(result: Array, operands: Sequence[Array]) -> Array:
    """Return the result of an operation on every element, lying as its operands do together."""
    shape = result.shape
    if not shape:
        return result
    if 1 not in shape and 0 not in shape:
        for each in operands:  # the commonest case, in which numpy does the same
            if not each.flags.c_contiguous or (each.shape != shape and each.shape):
                break
        else:
            return result
    return laid_together(
        result, tuple([(each.shape, each.strides, each.itemsize) for each in operands])
    )


def laid_together(result: Array, operands: tuple[Lying, ...]) -> Array:
    """Return the result, lying as operands that lie so do together."""
    return _laid(result, _steps_together(result.shape, result.itemsize, operands))


@lru_cache(maxsize=4096)
def _steps_together(shape: Steps, itemsize: int, operands: tuple[Lying, ...]) -> Steps:
    if all(own == operands[0][0] for own, _, _ in operands):
        if all(_is_in_order(lying) for lying in operands):
            return steps_in_order(shape, itemsize)
        if all(_has_channels_last(lying) for lying in operands):
            return _channels_last(shape, itemsize)
        steps = {tuple(step // size for step in own) for _, own, size in operands}
        if len(steps) == 1 and all(map(is_dense, operands)):
            return tuple(step * itemsize for step in steps.pop())
    wide = []
    for own, own_steps, _ in operands:
        missing = len(shape) - len(own)
        wide.append((0,) * missing + tuple(
            0 if size == 1 and shape[axis + missing] != 1 else step
            for axis, (size, step) in enumerate(zip(own, own_steps, strict=True))
        ))  # fmt: skip
    order = _from_the_nearest(shape, wide)
    if order == list(range(len(shape)))[::-1]:
        return steps_in_order(shape, itemsize)
    filled, step = [0] * len(shape), itemsize
    for axis in order:
        filled[axis] = step
        step *= shape[axis]
    return tuple(filled)


def _is_in_order(lying: Lying) -> bool:
    shape, steps, step = lying
    if 0 in shape:
        return True
    for size, own in zip(reversed(shape), reversed(steps), strict=True):
        if size != 1:
            if own != step:
                return False
            step *= size
    return True


def _has_channels_last(lying: Lying) -> bool:
    """Return whether an array (N, C, H, W) lies in the order N, H, W, C."""
    shape, steps, step = lying
    if len(shape) != 4:
        return False
    for axis in (1, 3, 2, 0):
        if shape[axis] != 1:
            if steps[axis] != step:
                return False
            step *= shape[axis]
    return True


def suggests_channels_last(array: Array) -> bool:
    """Return whether images (N, C, H, W) lie in the order N, H, W, C, and results shall as well.

    PyTorch's layers see (N, C, L) as images (N, C, 1, L), and look for the order N, 1, L, C.
    """
    if (array.flags.c_contiguous and 1 not in array.shape) or array.ndim not in (3, 4):
        return False
    return _suggests((array.shape, array.strides, 1))


@lru_cache(maxsize=4096)
def _suggests(lying: Lying) -> bool:
    shape, steps, _ = lying
    if len(shape) == 3:
        shape = (*shape[:2], 1, shape[2])
        steps = (*steps[:2], shape[3] * steps[2], steps[2])
    if steps[1] == 0 or 0 in shape:
        return False
    least = 0
    for axis in (1, 3, 2, 0):
        if steps[axis] < least or (axis == 0 and least == steps[1]):
            return False
        least = steps[axis] * shape[axis]
    return True


def as_images(result: Array, operands: Sequence[Array]) -> Array:
    """Return the result in order, or channels last where operands of four dims all are so."""
    if result.ndim == 4 and all(
        each.ndim == 4 and suggests_channels_last(each) for each in operands
    ):
        return _laid(result, _channels_last(result.shape, result.itemsize))
    return in_order(result)


def channels_last(array: Array) -> Array:
    """Return an array (N, C, L) that lies in the order N, L, C."""
    _, channels, length = array.shape
    step = array.itemsize
    return _laid(array, (length * channels * step, step, channels * step))


def _channels_last(shape: Steps, itemsize: int) -> Steps:
    _, channels, height, width = shape
    return (height * width * channels * itemsize, itemsize,
            width * channels * itemsize, channels * itemsize)  # fmt: skip
