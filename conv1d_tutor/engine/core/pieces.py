"""Long arithmetic done in pieces that stay in a core's cache, and choices made without branching.

Ten steps over an array of a million numbers read and write main memory ten times. Over a piece
that stays in the cache they do so once: that is several times faster. Between two pieces Python
looks for Ctrl-C.
"""

from collections.abc import Callable
from math import prod
from typing import Any, Literal

import numpy as np

from .dtypes import Array
from .guard import refuse_broadcast

PIECE = 2**16
"""Numbers in a piece: 256 KiB of float32."""

_FEW = 2**10
"""Elements of which `np.where` takes no longer."""

_READ: list[Literal["readonly"]] = ["readonly"]

_WORDS: dict[int, Any] = {1: np.int8, 2: np.int16, 4: np.int32, 8: np.int64}


def in_pieces(
    function: Callable[..., Any],
    *arrays: Array,
    dtype: np.dtype[Any] | None = None,
    writes: bool = False,
) -> Array:
    """Return an elementwise `function` of arrays that broadcast, worked off piece by piece.

    The function is given one piece of each, in one dim. The result has the `dtype` given, or that
    of the first array, and lies in memory as numpy's own functions would lay it. With `writes` the
    function is given the piece of the result as well, by the name `out`, to write into.
    """
    size = arrays[0].size
    if any(array.shape != arrays[0].shape for array in arrays):
        refuse_broadcast(*arrays)
        size = prod(np.broadcast_shapes(*(array.shape for array in arrays)))
        if size <= PIECE:
            arrays = np.broadcast_arrays(*arrays)
    if size <= PIECE:
        return np.asarray(function(*arrays)).astype(dtype or arrays[0].dtype, copy=False)
    iterator: Any = np.nditer(
        [*arrays, None],  # None is for the result
        ["external_loop", "buffered", "zerosize_ok"],
        [*([_READ] * len(arrays)), ["writeonly", "allocate"]],
        [*(array.dtype for array in arrays), dtype or arrays[0].dtype],
        buffersize=PIECE,
    )
    with iterator:
        for *pieces, output in iterator:
            if writes:
                function(*pieces, out=output)
            else:
                output[...] = function(*pieces)
        result: Array = iterator.operands[-1]
    return result


def sum_in_pieces(function: Callable[..., Array], *arrays: Array) -> float:
    """Return the sum of an elementwise `function` of arrays, without keeping what is added up."""
    iterator: Any = np.nditer(
        [*arrays],
        ["external_loop", "buffered", "zerosize_ok"],
        [_READ] * len(arrays),
        buffersize=PIECE,
    )
    with iterator:
        return sum(
            float(function(*(pieces if len(arrays) > 1 else (pieces,))).sum())
            for pieces in iterator
        )


_ADDED = 2**20


def add_at(total: Array, places: Array, values: Array) -> None:
    """Add values to those of `total` at places that may be the same, all in one dim.

    `np.add.at` lets no other thread run: of very many values it gets a part at a time.
    """
    for start in range(0, places.size, _ADDED):
        part = slice(start, start + _ADDED)
        np.add.at(total, places[part], values[part])


def where(condition: Array | np.bool_, one: Any, other: Any) -> Array:
    """Return `one` where the condition (booleans) holds and `other` elsewhere, as `np.where` does.

    A processor guesses which way a condition goes. Where half of its guesses are wrong, `np.where`
    takes twenty times as long as this, which keeps or clears the bits of both.
    """
    dtype = np.result_type(one, other)
    few = max(condition.size, np.size(one), np.size(other)) <= _FEW
    if few or condition.dtype != np.bool_ or dtype.itemsize not in _WORDS:
        return np.asarray(np.where(condition, one, other))
    word = _WORDS[dtype.itemsize]

    def chosen(condition: Array, one: Array, other: Array) -> Array:
        bits = other.view(word)
        # A truth value is 1; minus 1 has every bit set.
        keep = np.negative(condition.view(np.int8)).astype(word)
        keep &= one.view(word) ^ bits
        keep ^= bits
        return np.asarray(keep.view(dtype))

    return in_pieces(
        chosen, np.asarray(condition), np.asarray(one, dtype), np.asarray(other, dtype), dtype=dtype
    )
