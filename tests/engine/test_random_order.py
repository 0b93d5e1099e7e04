"""A shuffle that is done all at once is the one that is done swap by swap."""

import numpy as np
import pytest

from conv1d_tutor.engine.random.generator import Generator
from conv1d_tutor.engine.random.shuffling import _SWAPS, _remainders, randperm


@pytest.mark.parametrize("count", [0, 1, 2, 400, 513, 600, 5000, _SWAPS, _SWAPS + 1, 3 * _SWAPS])
def test_randperm_swaps_as_pytorch_does(count: int) -> None:
    """Each element in turn is swapped with one from there on: a word modulo how many there are."""
    drawn, again = Generator().manual_seed(count), Generator().manual_seed(count)
    words = again.words(max(count - 1, 0)).tolist()
    order = list(range(count))
    for place, word in enumerate(words):
        other = place + word % (count - place)
        order[place], order[other] = order[other], order[place]
    assert randperm(count, generator=drawn).tolist() == order
    assert drawn.words(3).tolist() == again.words(3).tolist()


def test_remainders_of_any_words_are_exact() -> None:
    """Those that are a multiple of the divisor, or one off, as well."""
    random = np.random.default_rng(0)
    divisors = random.integers(1, 2**32, 10_000).astype(np.float64)
    multiples = divisors.astype(np.int64) * random.integers(0, 2**31, 10_000) % 2**32
    for words in (multiples, np.maximum(multiples - 1, 0), 2**32 - 1 - multiples):
        expected = words % divisors.astype(np.int64)
        assert (_remainders(words.astype(np.uint32), divisors) == expected).all()
