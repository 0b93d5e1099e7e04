"""`randperm`: the whole numbers below n, in the order that PyTorch's swaps leave them in."""

import numpy as np

from ..core import dtypes
from ..core.dtypes import DType
from ..core.graph import made
from ..core.guard import BLOCK
from ..core.op import declared
from ..core.tensor import Array, Tensor
from ..ops.creation import checked_size
from .generator import Generator, default_generator
from .sampling import texts_drawn


@declared(*texts_drawn("randperm(int n, *, Tensor out=None, TensorOptions options)"), method=False)
def randperm(n: int, dtype: DType | None = None, generator: Generator | None = None) -> Tensor:
    """Return the integers 0 to n - 1 in random order."""
    chosen = dtype or dtypes.int64
    checked_size((n,), chosen)
    source = generator or default_generator
    order = np.empty(n, np.int64)
    for start in range(0, n, BLOCK):
        order[start : start + BLOCK] = np.arange(start, min(start + BLOCK, n))
    for start in range(0, n - 1, _SWAPS):
        count = min(_SWAPS, n - 1 - start)
        steps = _remainders(source.words(count), np.arange(n - start, n - start - count, -1.0))
        (_swapped_few if count < _FEW_SWAPS else _swapped)(order[start:], steps)
    return made(order.astype(chosen.numpy, copy=False))


_FEW_SWAPS, _SWAPS = 2**9, 2**14
"""Swaps up to which one after another is faster, and how many are done at once at most.

This many swaps stay in a core's cache, and so few of them have a place in common with others.
"""


def _remainders(words: Array, divisors: Array) -> Array:
    """Return words modulo divisors (whole numbers below 2**32): exact in float64, and faster."""
    exact = words.astype(np.float64)
    exact -= np.floor(exact / divisors) * divisors
    return exact.astype(np.int64)


def _swapped_few(order: Array, steps: Array) -> None:
    """Swap each element in turn with the one that stands `steps` further on."""
    numbers = order.tolist()
    for place, step in enumerate(steps.tolist()):
        other = place + step
        numbers[place], numbers[other] = numbers[other], numbers[place]
    order[:] = numbers


def _swapped(order: Array, steps: Array) -> None:
    """Do what `_swapped_few` does, all at once.

    What stands at a place when its turn comes was put there by the last swap before with that
    place, which took it from its own place: and so on, back to a place that was never swapped
    with. All these chains are followed together, in steps of doubled length.
    """
    count = len(steps)
    own = np.arange(count)
    others = own + steps
    # Swaps with the same place side by side, in the order of their turns.
    in_order = np.sort(others * _SWAPS + own)
    places = in_order >> _SWAPS.bit_length() - 1
    turns = in_order & _SWAPS - 1
    again = places[1:] == places[:-1]
    final = np.append(~again, True)
    repeated = np.flatnonzero(again)
    before = np.full(count, -1)  # the swap before with the same place
    before[turns[repeated + 1]] = turns[repeated]
    inside = int(places.searchsorted(count))
    ends = np.flatnonzero(final[:inside])
    last = np.full(count, -1)  # the last swap with each place before that place's own turn
    last[places[ends]] = turns[ends]
    alone = np.flatnonzero(steps == 0)  # swapped with themselves
    last[alone] = before[alone]
    origin = np.where(last < 0, own, last)
    chained = np.flatnonzero(last >= 0)
    while chained.size:
        near = origin[chained]
        further = origin[near]
        chained = chained[further != near]
        origin[chained] = further[further != near]
    first = order[origin]  # what stands at each place when its turn comes
    received = order[others]
    later = np.flatnonzero(before >= 0)
    received[later] = first[before[later]]
    received[alone] = first[alone]
    beyond = np.flatnonzero(final[inside:]) + inside
    order[places[beyond]] = first[turns[beyond]]
    order[:count] = received
