"""Activation layers."""

from typing import Any

from ..core.surface import FUNCTIONS
from ..core.tensor import Tensor
from . import functional as F  # noqa: N812
from .module import Module

__all__ = [
    "ELU",
    "GELU",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Softsign",
    "Tanh",
]

_MODULE = "torch.nn.modules.activation"


class ReLU(Module):
    """Sets negative numbers to 0."""

    __module__ = _MODULE

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Return the input, 0 for what is negative."""
        return F.relu(input, inplace=self.inplace)

    def extra_repr(self) -> str:
        """Return where it works in place."""
        return "inplace=True" if self.inplace else ""


class Hardtanh(Module):
    """Keeps numbers between two bounds."""

    __module__ = _MODULE

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.min_val = min_val
        self.max_val = max_val
        self.inplace = inplace
        if self.max_val <= self.min_val:
            raise AssertionError(
                f"max_val must be greater than min_val, got min_val={min_val} and max_val={max_val}"
            )

    def forward(self, input: Tensor) -> Tensor:
        """Return the input within the bounds."""
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        """Return the bounds."""
        place = ", inplace=True" if self.inplace else ""
        return f"min_val={self.min_val}, max_val={self.max_val}{place}"


class ReLU6(Hardtanh):
    """Keeps numbers between 0 and 6."""

    __module__ = _MODULE

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self) -> str:
        """Return where it works in place."""
        return "inplace=True" if self.inplace else ""


class LeakyReLU(Module):
    """Scales negative numbers down."""

    __module__ = _MODULE

    def __init__(self, negative_slope: float = 1e-2, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Return the input, what is negative times the slope."""
        return F.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        """Return the slope."""
        return f"negative_slope={self.negative_slope}{', inplace=True' if self.inplace else ''}"


class ELU(Module):
    """Bends negative numbers towards -alpha."""

    __module__ = _MODULE

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Return the bent input."""
        return F.elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        """Return alpha."""
        return f"alpha={self.alpha}{', inplace=True' if self.inplace else ''}"


class SiLU(Module):
    """Multiplies numbers by their sigmoid."""

    __module__ = _MODULE

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Return the products."""
        return F.silu(input, self.inplace)

    def extra_repr(self) -> str:
        """Return where it works in place."""
        return "inplace=True" if self.inplace else ""


class GELU(Module):
    """Multiplies numbers by the share of a normal distribution below them."""

    __module__ = _MODULE

    def __init__(self, approximate: Any = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        """Return the products."""
        return F.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        """Return the way of computing it."""
        return f"approximate={self.approximate!r}"


class Tanh(Module):
    """Return the hyperbolic tangent."""

    __module__ = _MODULE

    def forward(self, input: Tensor) -> Tensor:
        """Return the hyperbolic tangent of every element."""
        result: Tensor = FUNCTIONS["tanh"](input)
        return result


class Sigmoid(Module):
    """Return 1 / (1 + exp(-x))."""

    __module__ = _MODULE

    def forward(self, input: Tensor) -> Tensor:
        """Return the sigmoid of every element."""
        result: Tensor = FUNCTIONS["sigmoid"](input)
        return result


class LogSigmoid(Module):
    """Return the logarithm of the sigmoid."""

    __module__ = _MODULE

    def forward(self, input: Tensor) -> Tensor:
        """Return the logarithm of the sigmoid of every element."""
        return F.logsigmoid(input)


class Softsign(Module):
    """Return x / (1 + |x|)."""

    __module__ = _MODULE

    def forward(self, input: Tensor) -> Tensor:
        """Return x / (1 + |x|) of every element."""
        return F.softsign(input)


class Softplus(Module):
    """Return log(1 + exp(beta * x)) / beta."""

    __module__ = _MODULE

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        """Return the softened input."""
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """Return beta and the threshold."""
        return f"beta={self.beta}, threshold={self.threshold}"


class Softmax(Module):
    """Return shares along `dim` that add up to 1."""

    __module__ = _MODULE

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """Return the shares."""
        return F.softmax(input, self.dim, _stacklevel=5)

    def extra_repr(self) -> str:
        """Return the dim."""
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """Return the logarithms of the shares of `Softmax`."""

    __module__ = _MODULE

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """Return the logarithms of the shares."""
        return F.log_softmax(input, self.dim, _stacklevel=5)

    def extra_repr(self) -> str:
        """Return the dim."""
        return f"dim={self.dim}"
