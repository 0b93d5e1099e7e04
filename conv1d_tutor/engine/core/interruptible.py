"""Long computations that let Ctrl-C through: in blocks, or in a thread that is waited for.

What is done element by element is done in blocks; Python looks for Ctrl-C between two of them.
A sort or a sum of very many elements is one call of numpy, during which Python cannot look. It
runs in a thread of its own, for which the learner's thread waits in short steps. After a Ctrl-C
nobody waits any more; numpy finishes what it is at, and the result is dropped.
"""

from collections.abc import Callable
from contextvars import copy_context
from threading import Thread
from typing import Any

import numpy as np

from .tensor import Array

__all__ = ["BLOCK", "filled_in_blocks", "in_blocks", "waited_for"]

BLOCK = 2**22
"""Elements in a block: some ten milliseconds of the slowest elementwise function."""


_STEP = 0.05
"""Seconds between two looks for Ctrl-C."""


def waited_for(function: Callable[..., Any], array: Any, *arguments: Any, **options: Any) -> Any:
    """Return `function(array, ...)`; of a large array in a thread, so that Ctrl-C gets through.

    A list of arrays counts as large as all of them.

    `function` must compute only: it may still be at it when nobody wants its result.
    """
    size = sum(each.size for each in array) if isinstance(array, list) else array.size
    if size <= BLOCK:
        return function(array, *arguments, **options)
    results: list[Any] = []
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


def in_blocks(function: Callable[..., Any], *arrays: Array) -> Any:
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


def filled_in_blocks(draw: Callable[[int], Array], count: int) -> Array:
    """Return `count` numbers that `draw(n)` gives n at a time."""
    if count <= BLOCK:
        return draw(count)
    head = draw(BLOCK)
    output = np.empty(count, head.dtype)
    output[:BLOCK] = head
    for start in range(BLOCK, count, BLOCK):
        output[start : start + BLOCK] = draw(min(BLOCK, count - start))
    return output
