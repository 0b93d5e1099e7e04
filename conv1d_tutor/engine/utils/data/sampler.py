"""In which order the samples of a dataset come, and in which batches."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import length_hint
from typing import Any, Generic, TypeVar

from ...core.dtypes import float64
from ...core.guard import check_bytes, named
from ...core.op import FUNCTIONS
from ...core.pickling import Pickles
from ...random import default_generator
from ...random.generator import Generator

_HERE = "torch.utils.data.sampler"
_Index_co = TypeVar("_Index_co", covariant=True)


class Sampler(Pickles, Generic[_Index_co]):
    """Gives numbers of samples, one after the other. One of one's own has `__iter__`."""

    __module__ = _HERE

    def __iter__(self) -> Iterator[_Index_co]:
        raise NotImplementedError


class SequentialSampler(Sampler[int]):
    """Gives the numbers from 0 on."""

    __module__ = _HERE

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


def draw_seed(generator: Generator | None = None) -> int:
    """Return a seed, the next of a stream: what PyTorch draws for each iteration."""
    source = default_generator if generator is None else generator
    return int(source.long_words(1)[0] & 0x7FFFFFFFFFFFFFFF)


class RandomSampler(Sampler[int]):
    """Gives the numbers in random order; with `replacement` each anew from all of them."""

    __module__ = _HERE

    def __init__(
        self,
        data_source: Any,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if not isinstance(replacement, bool):
            raise TypeError(
                f"replacement should be a boolean value, but got replacement={replacement}"
            )
        if not isinstance(self.num_samples, int) or self.num_samples <= 0:
            raise ValueError(
                "num_samples should be a positive integer value, but got "
                f"num_samples={self.num_samples}"
            )

    @property
    def num_samples(self) -> int:
        """How many numbers it gives: as many as there are samples, unless said otherwise."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        size = len(self.data_source)
        source = self.generator
        if source is None:
            source = Generator()
            source.manual_seed(draw_seed())
        if self.replacement:
            left = self.num_samples
            while left > 0:  # PyTorch draws 32 at a time
                count = min(32, left)
                yield from FUNCTIONS["randint"](size, (count,), generator=source).tolist()
                left -= 32
            return
        for _ in range(self.num_samples // size):
            yield from FUNCTIONS["randperm"](size, generator=source).tolist()
        order = FUNCTIONS["randperm"](size, generator=source).tolist()
        yield from order[: self.num_samples % size]

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """Gives some numbers in random order."""

    __module__ = _HERE

    def __init__(self, indices: Sequence[int], generator: Generator | None = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        for place in FUNCTIONS["randperm"](len(self.indices), generator=self.generator).tolist():
            yield self.indices[place]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """Gives random numbers, each as often as its weight says."""

    __module__ = _HERE

    def __init__(
        self,
        weights: Any,
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        if not isinstance(num_samples, int) or isinstance(num_samples, bool) or num_samples <= 0:
            raise ValueError(
                f"num_samples should be a positive integer value, but got num_samples={num_samples}"
            )
        if not isinstance(replacement, bool):
            raise ValueError(
                f"replacement should be a boolean value, but got replacement={replacement}"
            )
        self.weights = FUNCTIONS["as_tensor"](weights, dtype=float64)
        if self.weights.ndim != 1:
            raise ValueError(
                "weights should be a 1d sequence but given weights have shape "
                f"{tuple(self.weights.shape)}"
            )
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        drawn = FUNCTIONS["multinomial"](
            self.weights, self.num_samples, self.replacement, generator=self.generator
        )
        yield from drawn.tolist()

    def __len__(self) -> int:
        return self.num_samples


_NUMBER = 2**5
"""About the bytes of a number in a list."""

_MANY = 2**20
"""Samples of which a batch may be without asking how many there are."""


@named("BatchSampler")
def _check_room(count: int) -> None:
    check_bytes(count * _NUMBER, (count,))


class BatchSampler(Sampler[list[int]]):
    """Gives lists of as many numbers as a batch has; the last may be shorter, or is left out."""

    __module__ = _HERE

    def __init__(self, sampler: Iterable[Any], batch_size: int, drop_last: bool) -> None:
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0:
            raise ValueError(
                f"batch_size should be a positive integer value, but got batch_size={batch_size}"
            )
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got drop_last={drop_last}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        numbers = iter(self.sampler)
        if self.batch_size > _MANY:
            _check_room(min(self.batch_size, length_hint(self.sampler)))
        while batch := list(islice(numbers, self.batch_size)):
            if len(batch) < self.batch_size and self.drop_last:
                return
            yield batch

    def __len__(self) -> int:
        size = len(self.sampler)  # type: ignore[arg-type]
        whole, left = divmod(size, self.batch_size)
        return whole + (left > 0 and not self.drop_last)
