"""What keeps the console alive: limits on size, and long computations that let Ctrl-C through.

A tensor that would be too large is refused before it is allocated, by the operation's name: what
is declared (op.py) puts it in front.

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
from typing import Any, ParamSpec, TypeVar

import numpy as np

from .dtypes import Array

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

LARGEST_TENSOR = 2 * 1024**3
"""The most bytes that one tensor may have: 2 GiB, which a learner's machine can give."""

_LARGEST_COUNT = 2**63


class TooLargeError(RuntimeError):
    """A tensor that is not made. A learner sees a RuntimeError, which is what PyTorch raises."""


TooLargeError.__name__ = TooLargeError.__qualname__ = "RuntimeError"
TooLargeError.__module__ = "builtins"


def by_name(error: Exception, name: str) -> Exception:
    """Return the error to raise where the operation `name` would make something too large.

    Another error is returned as it is.
    """
    text = str(error)
    if isinstance(error, ValueError):
        if not any(each in text for each in _OF_SIZE):
            return error
    elif not isinstance(error, TooLargeError | MemoryError):
        return error
    if not isinstance(error, TooLargeError):  # numpy could not make an array
        shape, dtype = getattr(error, "shape", ()), getattr(error, "dtype", None)
        text = "can't allocate memory for the result"
        if dtype is not None:
            text = _asked_for(prod(shape) * dtype.itemsize, shape)
    return RuntimeError(f"{name}(): {text}")


def _asked_for(byte_count: int, sizes: tuple[int, ...]) -> str:
    return (
        f"can't allocate memory: you tried to allocate {byte_count} bytes for a tensor of size "
        f"{list(sizes)}; the bundled engine makes tensors of at most {LARGEST_TENSOR} bytes"
    )


_OF_SIZE = ("array is too big", "dimension exceeded", "too large")
"""How numpy refuses arrays that no computer could hold."""


def check_arguments(name: str, arguments: Iterable[Any]) -> None:
    """Raise RuntimeError where a tensor was expanded to more than the operation can work on."""
    for each in arguments:
        if hasattr(each, "_array") and each._array.nbytes > LARGEST_TENSOR:
            try:
                check_shape(each._array.shape, each._array.dtype)
            except TooLargeError as error:
                raise by_name(error, name) from None


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


def named(name: str) -> Callable[[Callable[_Parameters, _Result]], Callable[_Parameters, _Result]]:
    """Make a function that is no operation refuse by `name` what would be too large."""

    def decorate(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        @wraps(function)
        def called(*arguments: _Parameters.args, **options: _Parameters.kwargs) -> _Result:
            try:
                return function(*arguments, **options)
            except (TooLargeError, MemoryError) as error:
                raise by_name(error, name) from None

        return called

    return decorate


def check_count(count: int, of: Iterable[int]) -> None:
    """Raise `TooLargeError` where there is no room for so many views of a tensor."""
    if count * _VIEW > LARGEST_TENSOR:
        raise TooLargeError(
            f"can't allocate memory: you tried to make {count} tensors of one of size {list(of)}; "
            f"the bundled engine makes at most {LARGEST_TENSOR // _VIEW} at a time"
        )


_VIEW = 2**9
"""About the bytes of a view: the numbers are elsewhere."""


def refuse_broadcast(*arrays: Array) -> None:
    """Raise RuntimeError when these arrays broadcast to more than `LARGEST_TENSOR` bytes."""
    sizes = np.broadcast_shapes(*(array.shape for array in arrays))
    check_shape(sizes, max((array.dtype for array in arrays), key=lambda dtype: dtype.itemsize))


def _refuse(byte_count: int, sizes: tuple[int, ...]) -> None:
    if prod(sizes) >= _LARGEST_COUNT:
        raise TooLargeError(
            f"Storage size calculation overflowed with sizes={list(sizes)}; "
            f"the bundled engine makes tensors of at most {LARGEST_TENSOR} bytes"
        )
    raise TooLargeError(_asked_for(byte_count, sizes))


# --- warnings


def silently(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Make a function divide by zero and overflow without a word, as PyTorch does.

    What would be too large is refused by its name. Operations that are declared (op.py) do so
    anyway. The learner's own numpy keeps its warnings.
    """

    @wraps(function)
    def called(*arguments: _Parameters.args, **options: _Parameters.kwargs) -> _Result:
        with np.errstate(all="ignore"):
            try:
                check_arguments(function.__name__, arguments)
                return function(*arguments, **options)
            except (TooLargeError, MemoryError) as error:
                raise by_name(error, function.__name__) from None

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
    return in_thread(function, array, *arguments, **options)


def in_thread(function: Callable[..., _Result], *arguments: object, **options: object) -> _Result:
    """Return what the function returns, computed in a thread, so that Ctrl-C gets through."""
    results: list[_Result] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(function(*arguments, **options))
        except Exception as error:
            errors.append(error)

    thread = Thread(target=copy_context().run, args=(work,), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_STEP)
    if errors:
        raise errors[0]
    return results[0]


def listed(array: Array) -> list[Any]:
    """Return the nested lists of an array, of a long one a part at a time."""
    if array.size <= _LISTED or array.ndim == 0:
        numbers: list[Any] = array.tolist()
        return numbers
    row = array.size // len(array)
    if row > _LISTED:
        return [listed(part) for part in array]
    some, parts = max(1, _LISTED // row), list[Any]()
    for start in range(0, len(array), some):
        parts.extend(array[start : start + some].tolist())
    return parts


_LISTED = 2**18
"""Numbers that are made Python's at a time: some milliseconds."""


def in_blocks(function: Callable[..., Array], *arrays: Array) -> Array:
    """Return an elementwise `function` of arrays that broadcast, large ones block by block."""
    if max(array.size for array in arrays) <= BLOCK:
        return function(*arrays)
    refuse_broadcast(*arrays)
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
