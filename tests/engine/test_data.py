"""`torch.utils.data` on one process."""

import warnings

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.utils.data import dataloader

data = torch.utils.data


def test_workers_are_spoken_of_once_and_the_batches_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pasted `num_workers=2` gives a sentence the first time, and works."""
    monkeypatch.setattr(dataloader._Said, "one_process", False)
    dataset = data.TensorDataset(torch.arange(4))
    with pytest.warns(UserWarning, match="works in one process: num_workers=2 is taken as 0"):
        loader = data.DataLoader(dataset, batch_size=2, num_workers=2, persistent_workers=True)
    assert [batch.tolist() for (batch,) in loader] == [[0, 1], [2, 3]]
    assert (loader.num_workers, loader.prefetch_factor) == (2, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = data.DataLoader(dataset, num_workers=1)
    assert len(list(again)) == 4


def test_an_iterable_that_is_longer_than_it_says_is_noticed() -> None:
    """The warning is PyTorch's, at the sample that was not announced."""

    class Stream(data.IterableDataset[int]):
        def __iter__(self):
            return iter(range(3))

        def __len__(self) -> int:
            return 2

        def __repr__(self) -> str:
            return "Stream()"

    loader = data.DataLoader(Stream())
    assert len(loader) == 2
    batches = iter(loader)
    next(batches)
    next(batches)
    with pytest.warns(UserWarning, match=r"Length of IterableDataset Stream\(\) was reported to"):
        next(batches)


def test_what_is_missing_is_named() -> None:
    """PyTorch's other names of these modules say whose they are."""
    with pytest.raises(AttributeError, match=r"'torch.utils.data' has no attribute 'nothing'$"):
        data.nothing  # noqa: B018
    assert not hasattr(data, "collate")  # a module of the engine's only


def test_every_number_is_drawn_with_replacement() -> None:
    """PyTorch draws them 32 at a time: one that is left over is drawn as well."""
    for count in (1, 31, 32, 33, 65):
        drawn = list(data.RandomSampler(range(9), replacement=True, num_samples=count))
        assert len(drawn) == count
