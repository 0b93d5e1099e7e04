"""What the learner imports as `torch.utils`."""

from . import data

__all__ = ["data"]
