"""Long computations in blocks, so that Ctrl-C gets through between two of them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .tensor import Array

__all__ = ["BLOCK", "filled_in_blocks", "in_blocks"]

BLOCK = 2**22
"""Elements in a block: some ten milliseconds of the slowest elementwise function."""


def in_blocks(function: Callable[..., Any], *arrays: Array) -> Any:
    """Give an elementwise `function` of arrays that broadcast, large ones block by block."""
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
    """Give `count` numbers that `draw(n)` gives n at a time."""
    if count <= BLOCK:
        return draw(count)
    head = draw(BLOCK)
    output = np.empty(count, head.dtype)
    output[:BLOCK] = head
    for start in range(BLOCK, count, BLOCK):
        output[start : start + BLOCK] = draw(min(BLOCK, count - start))
    return output
