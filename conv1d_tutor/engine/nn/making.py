"""Making the parameters of a layer."""

import math
from collections.abc import Iterable
from typing import Any

from ..core.op import FUNCTIONS
from ..core.tensor import Parameter, Tensor
from . import init

__all__ = ["empty_parameter", "learned_bias", "learned_weight", "single"]


def single(value: Any) -> tuple[Any, ...]:
    """Return a tuple of one from a number, a tuple from a sequence."""
    return tuple(value) if isinstance(value, Iterable) else (value,)


def empty_parameter(sizes: tuple[Any, ...], device: Any, dtype: Any) -> Parameter:
    """Return a parameter of these sizes whose values are not drawn yet."""
    # Inside a tuple True is a 1, as in PyTorch.
    plain = tuple(int(size) if isinstance(size, bool) else size for size in sizes)
    made: Tensor = FUNCTIONS["empty"](plain, device=device, dtype=dtype)
    return Parameter(made)


def learned_weight(weight: Tensor) -> None:
    """Draw a weight as PyTorch's layers do: uniform within 1 / sqrt(fan_in)."""
    init.kaiming_uniform_(weight, a=math.sqrt(5))


def learned_bias(bias: Tensor | None, weight: Tensor) -> None:
    """Draw a bias from the same range as its weight, after it."""
    if bias is None:
        return
    fan_in, _ = init._calculate_fan_in_and_fan_out(weight)
    if fan_in != 0:
        bound = 1 / math.sqrt(fan_in)
        init.uniform_(bias, -bound, bound)
