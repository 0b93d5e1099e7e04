"""Random loaders give the batches of PyTorch's, in the same order, from the same seed."""

import random
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor import engine  # noqa: E402


def batches(face: Any, seed: int) -> list[Any]:
    """Return what a random loader of a random dataset gives in two times through, and after."""
    chance = random.Random(seed)
    data = face.utils.data
    face.manual_seed(seed)
    size = chance.randrange(1, 40)
    x = face.rand(size, chance.randrange(1, 4), 3)
    dataset = data.TensorDataset(x, face.arange(size))
    if chance.random() < 0.3:
        shares = [0.6, 0.4] if chance.random() < 0.5 else [size - size // 3, size // 3]
        dataset = data.random_split(dataset, shares)[0]
    if chance.random() < 0.2:
        dataset = dataset + data.TensorDataset(x, -face.arange(size))
    options: dict[str, Any] = {"batch_size": chance.randrange(1, 9)}
    kind = chance.randrange(6)
    if kind < 2:
        options["shuffle"] = True
    elif kind == 2:
        weights = [chance.random() for _ in range(len(dataset))]
        options["sampler"] = data.WeightedRandomSampler(weights, chance.randrange(1, 30))
    elif kind == 3:
        options["sampler"] = data.RandomSampler(
            dataset, replacement=chance.random() < 0.5, num_samples=chance.randrange(1, 99)
        )
    elif kind == 4:
        options["sampler"] = data.SubsetRandomSampler(range(len(dataset)))
    if chance.random() < 0.3:
        options["generator"] = face.Generator().manual_seed(seed + 1)
    options["drop_last"] = chance.random() < 0.5
    loader = data.DataLoader(dataset, **options)
    given = [[(a.tolist(), b.tolist()) for a, b in loader] for _ in range(2)]
    return [len(loader), *given, face.rand(3).tolist()]


@pytest.mark.filterwarnings("ignore:Length of split")
@pytest.mark.parametrize("seed", range(200))
def test_a_random_loader(seed: int) -> None:
    """Batch by batch, number by number, and the stream goes on at the same place."""
    assert batches(engine, seed) == batches(torch, seed)
