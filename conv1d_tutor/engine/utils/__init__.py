"""What the learner imports as `torch.utils`."""

from typing import NoReturn

from ..core.missing import missing as _missing
from . import data

__all__ = ["data"]


def __getattr__(name: str) -> NoReturn:
    raise _missing("torch.utils", name, __all__, f"module 'torch.utils' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
