"""What the learner imports as `torch.utils.data`."""

from typing import NoReturn

from ...core.missing import missing as _missing
from .collate import default_collate, default_convert
from .dataloader import DataLoader, get_worker_info
from .dataset import (
    ChainDataset,
    ConcatDataset,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)
from .sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

__all__ = [
    "BatchSampler",
    "ChainDataset",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "StackDataset",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "default_collate",
    "default_convert",
    "get_worker_info",
    "random_split",
]

_HERE = "torch.utils.data"

# A module of ours must not answer to a name of its own, such as `data.collate`.
for _name in ("collate", "dataloader", "dataset", "sampler"):
    del globals()[_name]


def __getattr__(name: str) -> NoReturn:
    raise _missing(_HERE, name, __all__, f"module '{_HERE}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
