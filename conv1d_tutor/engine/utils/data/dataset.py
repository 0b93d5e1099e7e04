"""Samples by number (`Dataset`) or one after the other (`IterableDataset`), and parts of such."""

import bisect
import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Generic, TypeVar

from ...core.op import FUNCTIONS, python_function
from ...core.pickling import Pickles
from ...core.tensor import Tensor
from ...random import default_generator
from ...random.generator import Generator

_HERE = "torch.utils.data.dataset"
_Sample_co = TypeVar("_Sample_co", covariant=True)


class Dataset(Pickles, Generic[_Sample_co]):
    """Samples that are had by number. A dataset of one's own has `__getitem__` and `__len__`."""

    __module__ = _HERE

    def __getitem__(self, index: Any) -> _Sample_co:
        raise NotImplementedError("Subclasses of Dataset should implement __getitem__.")

    def __add__(self, other: "Dataset[Any]") -> "Dataset[Any]":
        return ConcatDataset([self, other])


class IterableDataset(Dataset[_Sample_co], Iterable[_Sample_co]):
    """Samples that come one after the other. One of one's own has `__iter__`."""

    __module__ = _HERE

    def __add__(self, other: Dataset[Any]) -> "Dataset[Any]":
        return ChainDataset([self, other])


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """Samples that are the rows of tensors: sample i is `(x[i], y[i])`, along the first dim."""

    __module__ = _HERE

    def __init__(self, *tensors: Tensor) -> None:
        if any(tensors[0].size(0) != tensor.size(0) for tensor in tensors):
            raise AssertionError("Size mismatch between tensors")
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return int(self.tensors[0].size(0))


class StackDataset(Dataset[Any]):
    """Several datasets side by side: sample i holds sample i of each, in a tuple or a dict."""

    __module__ = _HERE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args and kwargs:
            raise ValueError(
                "Supported either ``tuple``- (via ``args``) or``dict``- (via ``kwargs``) like "
                "input/output, but both types are given."
            )
        self.datasets: tuple[Any, ...] | dict[str, Any] = args or kwargs
        inside = list(args or kwargs.values())
        if not inside:
            raise ValueError("At least one dataset should be passed")
        self._length = len(inside[0])
        if any(len(dataset) != self._length for dataset in inside):
            raise ValueError("Size mismatch between datasets")

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple(dataset[index] for dataset in self.datasets)

    def __getitems__(self, indices: list[Any]) -> list[Any]:
        """Return several samples at once."""
        if isinstance(self.datasets, dict):
            columns = [_several(dataset, indices) for dataset in self.datasets.values()]
            return [
                dict(zip(self.datasets, row, strict=True)) for row in zip(*columns, strict=True)
            ]
        return list(zip(*(_several(dataset, indices) for dataset in self.datasets), strict=True))

    def __len__(self) -> int:
        return self._length


def _several(dataset: Any, indices: list[Any]) -> list[Any]:
    """Return the samples of `indices`, at once where the dataset knows how."""
    if not callable(getattr(dataset, "__getitems__", None)):
        return [dataset[index] for index in indices]
    items: list[Any] = dataset.__getitems__(indices)
    if len(items) != len(indices):
        raise ValueError(
            f"Nested dataset's output size mismatch. Expected {len(indices)}, got {len(items)}"
        )
    return items


class ConcatDataset(Dataset[_Sample_co]):
    """Several datasets behind one another."""

    __module__ = _HERE

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("datasets should not be an empty iterable")
        for each in self.datasets:
            if isinstance(each, IterableDataset):
                raise AssertionError("ConcatDataset does not support IterableDataset")
        self.cumulative_sizes = self.cumsum(self.datasets)

    @staticmethod
    def cumsum(sequence: Iterable[Any]) -> list[int]:
        """Return where each of several datasets ends when they stand behind one another."""
        return list(accumulate(len(each) for each in sequence))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, idx: int) -> _Sample_co:
        if idx < 0:
            if -idx > len(self):
                raise ValueError("absolute value of index should not exceed dataset length")
            idx += len(self)
        which = bisect.bisect_right(self.cumulative_sizes, idx)
        before = self.cumulative_sizes[which - 1] if which else 0
        sample: _Sample_co = self.datasets[which][idx - before]
        return sample


class ChainDataset(IterableDataset[Any]):
    """Several iterable datasets behind one another."""

    __module__ = _HERE

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = datasets

    def _parts(self) -> Iterator[Any]:
        for each in self.datasets:
            if not isinstance(each, IterableDataset):
                raise AssertionError("ChainDataset only supports IterableDataset")
            yield each

    def __iter__(self) -> Iterator[Any]:
        for each in self._parts():
            yield from each

    def __len__(self) -> int:
        return sum(len(each) for each in self._parts())


class Subset(Dataset[_Sample_co]):
    """Some samples of a dataset, by their numbers there."""

    __module__ = _HERE

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset = dataset
        self.indices = indices
        kind = type(self)
        if kind.__getitem__ is not Subset.__getitem__ and kind.__getitems__ is Subset.__getitems__:
            raise NotImplementedError(
                f"{kind.__name__} overrides __getitem__ but not __getitems__. When subclassing "
                "Subset and overriding __getitem__, you must also override __getitems__ to ensure "
                "DataLoader works correctly with your custom logic. A simple implementation:\n\n"
                "def __getitems__(self, indices):\n"
                "    return [self.__getitem__(idx) for idx in indices]"
            )

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, list):
            return self.dataset[[self.indices[each] for each in idx]]
        return self.dataset[self.indices[idx]]

    def __getitems__(self, indices: list[int]) -> list[Any]:
        """Return several samples at once."""
        own = [self.indices[each] for each in indices]
        if callable(getattr(self.dataset, "__getitems__", None)):
            items: list[Any] = self.dataset.__getitems__(own)
            return items
        return [self.dataset[each] for each in own]

    def __len__(self) -> int:
        return len(self.indices)


@python_function(_HERE)
def random_split(
    dataset: Any,
    lengths: Sequence[float],
    generator: Generator | None = default_generator,
) -> list[Subset[Any]]:
    """Return random parts of a dataset that have no sample in common.

    `lengths` are how many samples each has, or the shares of all; with shares, the samples that
    are left over go to the parts from the front, one each.
    """
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        lengths = _counts(len(dataset), lengths)
    if sum(lengths) != len(dataset):
        raise ValueError("Sum of input lengths does not equal the length of the input dataset!")
    order = FUNCTIONS["randperm"](sum(lengths), generator=generator).tolist()
    ends = accumulate(int(length) for length in lengths)
    return [
        Subset(dataset, order[end - int(length) : end])
        for end, length in zip(ends, lengths, strict=True)
    ]


def _counts(size: int, shares: Sequence[float]) -> list[int]:
    for place, share in enumerate(shares):
        if share < 0 or share > 1:
            raise ValueError(f"Fraction at index {place} is not between 0 and 1")
    counts = [math.floor(size * share) for share in shares]
    for left in range(size - sum(counts)):
        counts[left % len(counts)] += 1
    for place, count in enumerate(counts):
        if count == 0:
            warnings.warn(
                f"Length of split at index {place} is 0. This might result in an empty dataset.",
                stacklevel=4,
            )
    return counts
