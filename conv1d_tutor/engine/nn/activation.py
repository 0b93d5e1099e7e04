"""Activation layers: each bends every number of its input, which keeps its shape."""

from typing import Literal

from ..core.dtypes import DType
from ..core.op import FUNCTIONS
from ..core.tensor import Parameter, Tensor
from ..core.warned import warn
from . import functional as F  # noqa: N812 - as PyTorch users write it
from .init import constant_ as fill
from .module import Module
from .parameter import empty_parameter


class _InPlace(Module):
    """An activation that may write over its input."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""

    def _with_place(self, shown: str) -> str:
        return f"{shown}, inplace=True" if self.inplace else shown


class ReLU(_InPlace):
    """Return max(x, 0) of every element x: negative numbers become 0."""

    def forward(self, input: Tensor) -> Tensor:
        return F.relu(input, inplace=self.inplace)


def _warn_of_old_name(old: str, name: str) -> None:
    warn(f"keyword argument `{old}` is deprecated and renamed to `{name}`", FutureWarning)


class Hardtanh(_InPlace):
    """Return every element, at least `min_val` and at most `max_val`."""

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        super().__init__(inplace)
        if min_value is not None:
            _warn_of_old_name("min_value", "min_val")
            min_val = min_value
        if max_value is not None:
            _warn_of_old_name("max_value", "max_val")
            max_val = max_value
        self.min_val = min_val
        self.max_val = max_val
        if max_val <= min_val:
            raise AssertionError(f"max_val ({max_val}) must be greater than min_val ({min_val})")

    def forward(self, input: Tensor) -> Tensor:
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        return self._with_place(f"min_val={self.min_val}, max_val={self.max_val}")


class ReLU6(Hardtanh):
    """Return min(max(x, 0), 6) of every element x."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self) -> str:
        return _InPlace.extra_repr(self)


class LeakyReLU(_InPlace):
    """Return x where x > 0, else negative_slope * x."""

    def __init__(self, negative_slope: float = 1e-2, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.negative_slope = negative_slope

    def forward(self, input: Tensor) -> Tensor:
        return F.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        return self._with_place(f"negative_slope={self.negative_slope}")


class ELU(_InPlace):
    """Return x where x > 0, else alpha * (exp(x) - 1)."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.alpha = alpha

    def forward(self, input: Tensor) -> Tensor:
        return F.elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return self._with_place(f"alpha={self.alpha}")


class CELU(_InPlace):
    """Return x where x > 0, else alpha * (exp(x / alpha) - 1)."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.alpha = alpha

    def forward(self, input: Tensor) -> Tensor:
        return F.celu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return self._with_place(f"alpha={self.alpha}")


class SELU(_InPlace):
    """Return 1.0507 * x where x > 0, else 1.0507 * 1.6733 * (exp(x) - 1)."""

    def forward(self, input: Tensor) -> Tensor:
        return F.selu(input, self.inplace)


class Mish(_InPlace):
    """Return x * tanh(log(1 + exp(x))) of every element x."""

    def forward(self, input: Tensor) -> Tensor:
        return F.mish(input, inplace=self.inplace)


class Hardswish(_InPlace):
    """Return x * (x + 3) / 6 of every element x between -3 and 3, 0 below and x above."""

    def forward(self, input: Tensor) -> Tensor:
        return F.hardswish(input, self.inplace)

    def extra_repr(self) -> str:
        return ""


class Hardsigmoid(_InPlace):
    """Return (x + 3) / 6 of every element x, at least 0 and at most 1."""

    def forward(self, input: Tensor) -> Tensor:
        return F.hardsigmoid(input, self.inplace)

    def extra_repr(self) -> str:
        return ""


class Threshold(_InPlace):
    """Return every element that is over `threshold`, and `value` for the others."""

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.threshold = threshold
        self.value = value

    def forward(self, input: Tensor) -> Tensor:
        return F.threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        return self._with_place(f"threshold={self.threshold}, value={self.value}")


class PReLU(Module):
    """Return x where x > 0, else weight * x: LeakyReLU with a slope that is learned.

    `weight` is (num_parameters,): one for every channel, or one for all of them. It begins as
    `init`.
    """

    weight: Parameter

    def __init__(
        self,
        num_parameters: int = 1,
        init: float = 0.25,
        device: object = None,
        dtype: DType | None = None,
    ) -> None:
        self.num_parameters = num_parameters
        super().__init__()
        self.init = init
        self.weight = empty_parameter((num_parameters,), device, dtype)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Begin with the slope `init`."""
        fill(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class SiLU(_InPlace):
    """Return x / (1 + exp(-x)) of every element x."""

    def forward(self, input: Tensor) -> Tensor:
        return F.silu(input, self.inplace)


class GELU(Module):
    """Return x times the share of a normal distribution that lies below x.

    `approximate="tanh"` computes that share as 0.5 * (1 + tanh(...)), "none" exactly.
    """

    def __init__(self, approximate: Literal["none", "tanh"] = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        return F.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class Tanh(Module):
    """Return the hyperbolic tangent of every element."""

    def forward(self, input: Tensor) -> Tensor:
        result: Tensor = FUNCTIONS["tanh"](input)
        return result


class Sigmoid(Module):
    """Return 1 / (1 + exp(-x)) of every element x."""

    def forward(self, input: Tensor) -> Tensor:
        result: Tensor = FUNCTIONS["sigmoid"](input)
        return result


class LogSigmoid(Module):
    """Return log(1 / (1 + exp(-x))) of every element x."""

    def forward(self, input: Tensor) -> Tensor:
        return F.logsigmoid(input)


class _Shrink(Module):
    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Hardshrink(_Shrink):
    """Return every element, 0 for one that is within `lambd` of 0."""

    def forward(self, input: Tensor) -> Tensor:
        return F.hardshrink(input, self.lambd)


class Softshrink(_Shrink):
    """Return every element `lambd` nearer to 0, and 0 for one that is within it."""

    def forward(self, input: Tensor) -> Tensor:
        return F.softshrink(input, self.lambd)


class Tanhshrink(Module):
    """Return x - tanh(x) of every element x."""

    def forward(self, input: Tensor) -> Tensor:
        return F.tanhshrink(input)


class GLU(Module):
    """Return the first half along `dim`, times the sigmoid of the other: it is the gate."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softsign(Module):
    """Return x / (1 + |x|) of every element x."""

    def forward(self, input: Tensor) -> Tensor:
        return F.softsign(input)


class Softplus(Module):
    """Return log(1 + exp(beta * x)) / beta; x itself where beta * x is over `threshold`."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class _AlongDim(Module):
    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_AlongDim):
    """Return exp(x) divided by its sum along `dim`: shares that add up to 1."""

    def forward(self, input: Tensor) -> Tensor:
        return F.softmax(input, self.dim, _stacklevel=5)


class LogSoftmax(_AlongDim):
    """Return the logarithms of the shares of `Softmax`."""

    def forward(self, input: Tensor) -> Tensor:
        return F.log_softmax(input, self.dim, _stacklevel=5)


class Softmin(_AlongDim):
    """Return the shares of `Softmax` of the negated elements: the least gets the largest."""

    def forward(self, input: Tensor) -> Tensor:
        return F.softmin(input, self.dim, _stacklevel=5)
