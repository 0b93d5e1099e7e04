"""What keeps the console alive: limits on size, and long computations that let Ctrl-C through.

A tensor that would be too large is refused before it is allocated.

What is done element by element is done in blocks; Python looks for Ctrl-C between two of them.
A sort or a sum of very many elements is one call of numpy, during which Python cannot look. It
runs in a thread of its own, for which the learner's thread waits in short steps. After a Ctrl-C
nobody waits any more; numpy finishes what it is at, and the result is dropped.
"""

from collections.abc import Callable, Iterable
from contextvars import copy_context
from functools import wraps
from math import prod
from threading import Thread
from typing import ParamSpec, TypeVar

import numpy as np

from .dtypes import Array

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

LARGEST_TENSOR = 2 * 1024**3
"""The most bytes that one tensor may have: 2 GiB, which a learner's machine can give."""

_LARGEST_COUNT = 2**63


def check_shape(sizes: Iterable[int], dtype: np.dtype[np.generic]) -> None:
    """Raise RuntimeError when a tensor of `sizes` would be larger than `LARGEST_TENSOR`."""
    sizes = tuple(sizes)
    byte_count = prod(sizes) * dtype.itemsize
    if byte_count > LARGEST_TENSOR:
        _refuse(byte_count, sizes)


def check_bytes(byte_count: int, sizes: Iterable[int]) -> None:
    """Raise RuntimeError when `byte_count` is more than `LARGEST_TENSOR`."""
    if byte_count > LARGEST_TENSOR:
        _refuse(byte_count, tuple(sizes))


def refuse_broadcast(*arrays: Array) -> None:
    """Raise RuntimeError when these arrays broadcast to more than `LARGEST_TENSOR` bytes."""
    sizes = np.broadcast_shapes(*(array.shape for array in arrays))
    check_shape(sizes, max((array.dtype for array in arrays), key=lambda dtype: dtype.itemsize))


def _refuse(byte_count: int, sizes: tuple[int, ...]) -> None:
    if prod(sizes) >= _LARGEST_COUNT:
        raise RuntimeError(
            f"Storage size calculation overflowed with sizes={list(sizes)}; "
            f"the bundled engine makes tensors of at most {LARGEST_TENSOR} bytes"
        )
    raise RuntimeError(
        f"can't allocate memory: you tried to allocate {byte_count} bytes for a tensor of size "
        f"{list(sizes)}; the bundled engine makes tensors of at most {LARGEST_TENSOR} bytes"
    )


# --- warnings


def silently(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Make a function divide by zero and overflow without a word, as PyTorch does.

    Operations that are declared (op.py) do so anyway. The learner's own numpy keeps its warnings.
    """

    @wraps(function)
    def called(*arguments: _Parameters.args, **options: _Parameters.kwargs) -> _Result:
        with np.errstate(all="ignore"):
            return function(*arguments, **options)

    return called


# --- Ctrl-C

BLOCK = 2**22
"""Elements in a block: some ten milliseconds of the slowest elementwise function."""


_STEP = 0.05
"""Seconds between two looks for Ctrl-C."""


def waited_for(
    function: Callable[..., _Result],
    array: Array | list[Array],
    *arguments: object,
    **options: object,
) -> _Result:
    """Return `function(array, ...)`; of a large array in a thread, so that Ctrl-C gets through.

    A list of arrays counts as large as all of them.

    `function` must compute only: it may still be at it when nobody wants its result.
    """
    size = sum(each.size for each in array) if isinstance(array, list) else array.size
    if size <= BLOCK:
        return function(array, *arguments, **options)
    results: list[_Result] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(function(array, *arguments, **options))
        except Exception as error:
            errors.append(error)

    thread = Thread(target=copy_context().run, args=(work,), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_STEP)
    if errors:
        raise errors[0]
    return results[0]


def in_blocks(function: Callable[..., Array], *arrays: Array) -> Array:
    """Return an elementwise `function` of arrays that broadcast, large ones block by block."""
    if max(array.size for array in arrays) <= BLOCK:
        return function(*arrays)
    wide = np.broadcast_arrays(*arrays)
    first = wide[0]
    if first.ndim > 1 and len(first) > 1:
        rows = max(1, BLOCK // (first.size // len(first)))
    elif first.ndim == 1:
        rows = BLOCK
    else:
        return function(*arrays)
    head = np.asarray(function(*(array[:rows] for array in wide)))
    output = np.empty(first.shape, head.dtype)
    output[:rows] = head
    for start in range(rows, len(first), rows):
        part = slice(start, start + rows)
        output[part] = function(*(array[part] for array in wide))
    return output


_DRAWN = 2**16
"""Numbers that are drawn at a time, so many as stay in a core's cache."""


def filled_in_blocks(draw: Callable[[int], Array], count: int) -> Array:
    """Return `count` numbers that `draw(n)` gives n at a time."""
    if count <= _DRAWN:
        return draw(count)
    head = draw(_DRAWN)
    output = np.empty(count, head.dtype)
    output[:_DRAWN] = head
    for start in range(_DRAWN, count, _DRAWN):
        output[start : start + _DRAWN] = draw(min(_DRAWN, count - start))
    return output
