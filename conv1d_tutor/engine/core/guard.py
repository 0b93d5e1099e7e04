"""What keeps the console alive: limits on size, and long computations that let Ctrl-C through.

A tensor that would be too large is refused before it is allocated, by the operation's name: what
is declared (op.py) puts it in front.

What is done element by element is done in blocks; Python looks for Ctrl-C between two of them.
A sort or a sum of very many elements is one call of numpy, during which Python cannot look.
Operations on very many elements (op.py), and the way back through them (graph.py), therefore run
in a thread, for which the learner's thread waits in short steps. After a Ctrl-C nobody waits any
more: numpy finishes the call that it is at, then the thread ends, and nothing comes of it. Over a
learner's tensor numbers are written part by part (`write_over`): none after that.
"""

import ctypes
from collections.abc import Callable, Iterable, Sequence
from contextvars import copy_context
from functools import wraps
from math import prod
from threading import Thread, current_thread, main_thread
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

    says_by_whom = False


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
    elif error.says_by_whom:
        return error
    named_error = TooLargeError(f"{name}(): {text}")
    named_error.says_by_whom = True
    return named_error


def _asked_for(byte_count: int, sizes: tuple[int, ...]) -> str:
    return (
        f"can't allocate memory: you tried to allocate {byte_count} bytes for a tensor of size "
        f"{list(sizes)}; the bundled engine makes tensors of at most {LARGEST_TENSOR} bytes"
    )


_OF_SIZE = ("array is too big", "dimension exceeded", "too large")
"""How numpy refuses arrays that no computer could hold."""


def check_arguments(name: str, arguments: Iterable[Any]) -> bool:
    """Raise RuntimeError where a tensor was expanded to more than the operation can work on.

    Return whether there are so many elements that the operation is to be waited for.
    """
    is_long, count = False, 1.0
    for each in arguments:
        if hasattr(each, "_array"):
            size = each._array.size
            if size > BLOCK:
                is_long = True
                if each._array.nbytes > LARGEST_TENSOR:
                    try:
                        check_shape(each._array.shape, each._array.dtype)
                    except TooLargeError as error:
                        raise by_name(error, name) from None
        elif type(each) in _NUMBERS:
            if 1 < each < _ABSURD:
                count *= each
        elif type(each) in _LISTS and each:
            if hasattr(each[0], "_array"):
                is_long |= sum(one._array.size for one in each if hasattr(one, "_array")) > BLOCK
            elif len(each) <= _MOST_DIMS:
                for size in each:
                    if type(size) is int and size > 1:
                        count *= size
    return is_long or count > BLOCK  # sizes, it may be, of what is to be made


_LISTS = frozenset({list, tuple})
_NUMBERS = frozenset({int, float})
_MOST_DIMS = 64
_ABSURD = 2.0**40
"""More elements than are ever made: infinity, or a number that is refused."""


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
    if current_thread() is not main_thread():  # Ctrl-C reaches the main thread only
        return function(*arguments, **options)
    results: list[_Result] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(function(*arguments, **options))
        except BaseException as error:  # also the one that ends this thread
            errors.append(error)

    thread = Thread(target=copy_context().run, args=(work,), daemon=True)
    try:
        thread.start()
        while thread.is_alive():
            thread.join(_STEP)
    except BaseException:
        if thread.ident is not None:
            _set_error(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))
            thread.join(_STEP)  # it may be writing a part of a learner's tensor
        raise
    if errors:
        raise errors[0]
    return results[0]


def run_apart(function: Callable[..., _Result]) -> Callable[..., _Result]:
    """Make a function run in a thread where its arguments have very many elements."""

    @wraps(function)
    def called(*arguments: Any) -> _Result:
        if check_arguments(function.__name__, arguments):
            return in_thread(function, *arguments)
        return function(*arguments)

    return called


_set_error = ctypes.pythonapi.PyThreadState_SetAsyncExc
"""Raises in another thread, as soon as that is back from the call that it is at.

SystemExit ends a thread without a word.
"""


WIDE = 2**20
"""Elements of matrices whose product may take long: a thousand rows of a thousand."""


def are_wide(arrays: Sequence[Array]) -> bool:
    """Return whether one of several arrays is a matrix whose product with others may take long."""
    return len(arrays) > 1 and any(array.size > WIDE for array in arrays)


def is_long(arrays: Sequence[Array]) -> bool:
    """Return whether arrays, or what they broadcast to, have very many elements."""
    most = 1
    for array in arrays:
        most *= max(array.size, 1)
    if most <= BLOCK:
        return False
    if any(array.size > BLOCK for array in arrays):
        return True
    try:
        return prod(np.broadcast_shapes(*(array.shape for array in arrays))) > BLOCK
    except ValueError:  # they do not broadcast: matrices, say
        return True


def write_over(target: Array, values: Any) -> None:
    """Write values that broadcast over an array, a long one part by part."""
    if target.size <= BLOCK or target.ndim == 0:
        target[...] = values
        return
    given = np.asarray(values)
    if np.may_share_memory(target, given):
        given = in_thread(np.array, given)
    _write_parts(target, np.broadcast_to(given, target.shape))


def _write_parts(target: Array, values: Array) -> None:
    row = target.size // len(target)
    if row > BLOCK:
        for place in range(len(target)):
            _write_parts(target[place], values[place])
        return
    rows = max(1, BLOCK // row)
    for start in range(0, len(target), rows):
        target[start : start + rows] = values[start : start + rows]


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
