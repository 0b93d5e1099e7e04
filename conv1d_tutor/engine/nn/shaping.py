"""`Flatten`, `Unflatten` and `Dropout`: layers that have nothing to learn."""

from typing import Any

from ..core.tensor import Tensor
from . import functional as F  # noqa: N812
from .module import Module

__all__ = ["Dropout", "Dropout1d", "Flatten", "Unflatten"]


class Flatten(Module):
    """Return the dims from `start_dim` to `end_dim` as one."""

    __module__ = "torch.nn.modules.flatten"

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Tensor) -> Tensor:
        """Return the flattened input."""
        flat: Tensor = input.flatten(self.start_dim, self.end_dim)
        return flat

    def extra_repr(self) -> str:
        """Return the dims."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Return one dim as several."""

    __module__ = "torch.nn.modules.flatten"

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        super().__init__()
        if not isinstance(unflattened_size, tuple | list):
            raise TypeError(
                "unflattened_size must be a tuple of ints, "
                f"but found type {type(unflattened_size).__name__}"
            )
        for place, size in enumerate(unflattened_size):
            if not isinstance(size, int):
                raise TypeError(
                    "unflattened_size must be tuple of ints, "
                    f"but found element of type {type(size).__name__} at pos {place}"
                )
        self.dim = dim
        self.unflattened_size = unflattened_size

    def forward(self, input: Tensor) -> Tensor:
        """Return the input with that dim as several."""
        parted: Tensor = input.unflatten(self.dim, self.unflattened_size)
        return parted

    def extra_repr(self) -> str:
        """Return the dim and its parts."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


class _DropoutNd(Module):
    __module__ = "torch.nn.modules.dropout"

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p = p
        self.inplace = inplace

    def extra_repr(self) -> str:
        """Return the probability."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_DropoutNd):
    """Leaves each number out with probability `p` while training."""

    __module__ = "torch.nn.modules.dropout"

    def forward(self, input: Tensor) -> Tensor:
        """Return what is left, scaled up."""
        return F.dropout(input, self.p, self.training, self.inplace)


class Dropout1d(_DropoutNd):
    """Leaves each channel out with probability `p` while training."""

    __module__ = "torch.nn.modules.dropout"

    def forward(self, input: Tensor) -> Tensor:
        """Return what is left, scaled up."""
        return F.dropout1d(input, self.p, self.training, self.inplace)
