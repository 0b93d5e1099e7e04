"""`DataLoader`: a dataset in batches, one after the other."""

import math
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import Any, Generic, TypeVar

from ....i18n import _
from ...core.op import python_function
from ...core.pickling import Pickles
from ...random.generator import Generator
from .collate import default_collate, default_convert
from .dataset import IterableDataset
from .sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler, draw_seed

_HERE = "torch.utils.data.dataloader"
_Sample = TypeVar("_Sample")

_FIXED = frozenset(
    ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")
)
"""What a loader does not let be set once it is made."""


class _Said:
    """What the learner was told already."""

    one_process = False


@python_function(_HERE)
def get_worker_info() -> None:
    """Return which worker process this is: none, as everything is done in one."""
    return


class _Endless(Sampler[None]):
    """Gives nothing again and again, for a dataset that has no numbers."""

    __module__ = _HERE

    def __iter__(self) -> Iterator[None]:
        return repeat(None)


_Endless.__name__ = _Endless.__qualname__ = "_InfiniteConstantSampler"


class DataLoader(Pickles, Generic[_Sample]):
    """The samples of a dataset in batches, in order or shuffled: `for x, y in loader:`.

    - `batch_size`: how many samples a batch has; None gives them one by one.
    - `shuffle`: a new random order for each time through.
    - `drop_last`: leave out a last batch that is shorter.
    - `sampler`, `batch_sampler`: what gives the numbers of samples, or lists of them.
    - `collate_fn`: what makes a batch of a list of samples.
    - `generator`: where the order is drawn from.

    All is done in one process, whatever `num_workers`.
    """

    __module__ = _HERE
    _made = False

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[Any] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: object = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        prefetch_factor = _check_workers(num_workers, timeout, prefetch_factor, persistent_workers)
        if multiprocessing_context is not None and not num_workers:
            raise ValueError(
                "multiprocessing_context can only be used with multi-process loading "
                f"(num_workers > 0), but got num_workers={num_workers}"
            )
        self.dataset = dataset
        self.num_workers = num_workers
        self.prefetch_factor = prefetch_factor
        self.pin_memory = pin_memory
        self.pin_memory_device = pin_memory_device
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = multiprocessing_context
        self.in_order = in_order
        self._iterable = isinstance(dataset, IterableDataset)
        if self._iterable:
            _check_iterable(shuffle, sampler, batch_sampler)
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError(
                    "batch_sampler option is mutually exclusive with batch_size, shuffle, "
                    "sampler, and drop_last"
                )
            batch_size = None
        elif batch_size is None and drop_last:
            raise ValueError(
                "batch_size=None option disables auto-batching and is mutually exclusive with "
                "drop_last"
            )
        if sampler is None:
            if self._iterable:
                sampler = _Endless()
            elif shuffle:
                sampler = RandomSampler(dataset, generator=generator)
            else:
                sampler = SequentialSampler(dataset)
        if batch_size is not None and batch_sampler is None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.generator = generator
        if collate_fn is None:
            collate_fn = default_convert if batch_sampler is None else default_collate
        self.collate_fn = collate_fn
        self.persistent_workers = persistent_workers
        self._length_told: int | None = None
        self._made = True
        if num_workers and not _Said.one_process:
            _Said.one_process = True
            warnings.warn(
                _(
                    "The bundled engine works in one process: num_workers={number} is taken as 0."
                ).format(number=num_workers),
                stacklevel=2,
            )

    def __setattr__(self, attr: str, val: object) -> None:
        if self._made and attr in _FIXED:
            raise ValueError(
                f"{attr} attribute should not be set after {type(self).__name__} is initialized"
            )
        super().__setattr__(attr, val)

    def __getstate__(self) -> dict[str, Any]:
        # pickle would look for these two in PyTorch.
        return {
            name: value
            for name, value in self.__dict__.items()
            if value is not default_collate and value is not default_convert
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        collate_fn = default_convert if state["batch_sampler"] is None else default_collate
        self.__dict__.update({"collate_fn": collate_fn, **state})

    @property
    def _index_sampler(self) -> Any:
        return self.sampler if self.batch_sampler is None else self.batch_sampler

    def __iter__(self) -> "_Batches":
        return _Batches(self)

    def __len__(self) -> int:
        if not self._iterable:
            return len(self._index_sampler)
        length = self._length_told = len(self.dataset)
        if self.batch_size is None:
            return length
        whole = length / self.batch_size
        return math.floor(whole) if self.drop_last else math.ceil(whole)


def _check_workers(
    num_workers: int, timeout: float, prefetch_factor: int | None, persistent_workers: bool
) -> int | None:
    """Return how many batches a worker prepares; ValueError where the options contradict."""
    if num_workers < 0:
        raise ValueError(
            "num_workers option should be non-negative; use num_workers=0 to disable "
            "multiprocessing."
        )
    if timeout < 0:
        raise ValueError("timeout option should be non-negative")
    if num_workers == 0 and prefetch_factor is not None:
        raise ValueError(
            "prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 "
            "to enable multiprocessing, otherwise set prefetch_factor to None."
        )
    if prefetch_factor is not None and prefetch_factor < 0:
        raise ValueError("prefetch_factor option should be non-negative")
    if persistent_workers and num_workers == 0:
        raise ValueError("persistent_workers option needs num_workers > 0")
    return 2 if num_workers and prefetch_factor is None else prefetch_factor


def _check_iterable(shuffle: object, sampler: object, batch_sampler: object) -> None:
    """Raise ValueError where samples that come one after the other are to be chosen from."""
    if shuffle not in (False, None):
        raise ValueError(
            "DataLoader with IterableDataset: expected unspecified shuffle option, but got "
            f"shuffle={shuffle}"
        )
    for name, given in (("sampler", sampler), ("batch_sampler", batch_sampler)):
        if given is not None:
            raise ValueError(
                f"DataLoader with IterableDataset: expected unspecified {name} option, but got "
                f"{name}={given}"
            )


class _Batches:
    """One time through a dataset."""

    __module__ = _HERE

    def __init__(self, loader: DataLoader[Any]) -> None:
        self._loader = loader
        if loader.pin_memory:
            warnings.warn(
                "'pin_memory' argument is set as true but no accelerator is found, then device "
                "pinned memory won't be used.",
                stacklevel=3,
            )
        self._indices = iter(loader._index_sampler)
        # Workers would be seeded with it; PyTorch draws it without workers, too.
        self._base_seed = draw_seed(loader.generator)
        if loader.timeout != 0 and not loader.num_workers:
            raise AssertionError("_SingleProcessDataLoaderIter requires timeout == 0")
        self._samples = iter(loader.dataset) if loader._iterable else None
        self._ended = False
        self._given = 0

    def __iter__(self) -> "_Batches":
        return self

    def __len__(self) -> int:
        return len(self._loader._index_sampler)

    def __next__(self) -> Any:
        index = next(self._indices)
        data = self._by_number(index) if self._samples is None else self._next(index)
        self._given += 1
        told = self._loader._length_told
        if told is not None and self._given > told:
            warnings.warn(
                f"Length of IterableDataset {self._loader.dataset} was reported to be {told}(when "
                f"accessing len(dataloader)), but {self._given} samples have been fetched. ",
                stacklevel=2,
            )
        return data

    def _by_number(self, index: Any) -> Any:
        loader = self._loader
        if loader.batch_sampler is None:
            return loader.collate_fn(loader.dataset[index])
        several = getattr(loader.dataset, "__getitems__", None)
        if several:
            return loader.collate_fn(several(index))
        return loader.collate_fn([loader.dataset[each] for each in index])

    def _next(self, index: Any) -> Any:
        loader = self._loader
        assert self._samples is not None
        if self._ended:
            raise StopIteration
        if loader.batch_sampler is None:
            return loader.collate_fn(next(self._samples))
        batch = []
        for _place in index:
            try:
                batch.append(next(self._samples))
            except StopIteration:
                self._ended = True
                break
        if not batch or (loader.drop_last and len(batch) < len(index)):
            raise StopIteration
        return loader.collate_fn(batch)

    def __getstate__(self) -> object:
        raise NotImplementedError("{} cannot be pickled", type(self).__name__)


_Batches.__name__ = _Batches.__qualname__ = "_SingleProcessDataLoaderIter"
