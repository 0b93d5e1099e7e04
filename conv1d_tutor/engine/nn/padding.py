"""Padding layers."""

from ..core.dims import Ints
from ..core.tensor import Tensor
from . import functional as F  # noqa: N812
from .module import Module


def _pair(padding: Ints) -> tuple[int, ...]:
    return tuple(padding) if isinstance(padding, list | tuple) else (padding, padding)


class _Pad1d(Module):
    _mode = ""

    def __init__(self, padding: Ints) -> None:
        super().__init__()
        self.padding = _pair(padding)

    def forward(self, input: Tensor) -> Tensor:
        """Return the padded input: (..., L) -> (..., left + L + right)."""
        return F.pad(input, self.padding, self._mode)

    def extra_repr(self) -> str:
        """Return how much is put left and right."""
        return f"{self.padding}"


class ReflectionPad1d(_Pad1d):
    """Mirrors the input at its ends, which are not repeated: 1 2 3 -> 3 2 1 2 3 2 1."""

    _mode = "reflect"


class ReplicationPad1d(_Pad1d):
    """Repeats the first and the last number: 1 2 3 -> 1 1 1 2 3 3 3."""

    _mode = "replicate"


class CircularPad1d(_Pad1d):
    """Goes on at the other end: 1 2 3 -> 2 3 1 2 3 1 2."""

    _mode = "circular"

    def forward(self, input: Tensor) -> Tensor:
        """Return the padded input."""
        if input.ndim not in (2, 3):
            raise ValueError(f"expected 2D or 3D input (got {input.ndim}D input)")
        return super().forward(input)


class ConstantPad1d(Module):
    """Puts `value` at both ends."""

    def __init__(self, padding: Ints, value: float) -> None:
        super().__init__()
        self.value = value
        self.padding = _pair(padding)

    def forward(self, input: Tensor) -> Tensor:
        """Return the padded input."""
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        """Return how much is put left and right, and what."""
        return f"padding={self.padding}, value={self.value}"


class ZeroPad1d(ConstantPad1d):
    """Puts zeros at both ends."""

    def __init__(self, padding: Ints) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        """Return how much is put left and right."""
        return f"{self.padding}"
