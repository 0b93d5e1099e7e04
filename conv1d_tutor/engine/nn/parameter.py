"""The parameters of a layer: making them, and drawing what they hold at first."""

import math
from collections.abc import Iterable

from ..core.dims import Ints
from ..core.dtypes import DType
from ..core.op import FUNCTIONS
from ..core.tensor import Parameter, Tensor
from . import init


def single(value: Ints) -> tuple[int, ...]:
    """Return a tuple of one from a number, a tuple from a sequence."""
    return tuple(value) if isinstance(value, Iterable) else (value,)


def pair(value: Ints) -> tuple[int, ...]:
    """Return a number twice, a sequence as a tuple."""
    return tuple(value) if isinstance(value, Iterable) else (value, value)


def empty_parameter(sizes: tuple[int, ...], device: object, dtype: DType | None) -> Parameter:
    """Return a parameter of these sizes whose values are not drawn yet."""
    # Inside a tuple True is a 1, as in PyTorch.
    plain = tuple(int(size) if isinstance(size, bool) else size for size in sizes)
    return Parameter(FUNCTIONS["empty"](plain, device=device, dtype=dtype))


def draw_parameters(weight: Tensor, bias: Tensor | None) -> None:
    """Draw a weight, then its bias, uniformly within 1 / sqrt(fan_in), as PyTorch's layers do."""
    init.kaiming_uniform_(weight, a=math.sqrt(5))
    if bias is None:
        return
    fan_in, _ = init._calculate_fan_in_and_fan_out(weight)
    bound = 1 / math.sqrt(fan_in) if fan_in > 0 else 0
    init.uniform_(bias, -bound, bound)
