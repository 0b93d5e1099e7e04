"""What the learner imports as `torch.optim`."""

from typing import NoReturn

from ..core.missing import missing as _missing
from . import lr_scheduler
from .adam import Adam, AdamW
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "lr_scheduler"]

# A module of ours must not answer to a name of its own, such as `optim.optimizer`.
for _name in ("adam", "optimizer", "sgd"):
    del globals()[_name]


def __getattr__(name: str) -> NoReturn:
    raise _missing("torch.optim", name, __all__, f"module 'torch.optim' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
