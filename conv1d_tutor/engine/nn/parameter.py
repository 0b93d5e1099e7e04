"""The parameters of a layer: making them, and drawing what they hold at first."""

import math
from collections.abc import Iterable
from itertools import islice
from typing import Any

from ..core.dims import Ints
from ..core.dtypes import DType
from ..core.op import FUNCTIONS
from ..core.tensor import Parameter, Tensor
from . import init


class _BufferKind(type(Tensor)):  # type: ignore[misc]
    """The type of `Buffer`, of which a tensor is one that says so."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Tensor) and "_is_buffer" in vars(instance)


class Buffer(Tensor, metaclass=_BufferKind):
    """A tensor that becomes a buffer of the module that it is assigned to.

    With `persistent=False` it is not part of the module's state.
    """

    __module__ = "torch.nn.parameter"
    persistent: bool

    def __new__(cls, data: Tensor | None = None, *, persistent: bool = True) -> "Buffer":
        """Return a tensor with the numbers of `data`, which it shares."""
        made: Any = FUNCTIONS["empty"](0) if data is None else data.detach()
        made.requires_grad = data is not None and data.requires_grad
        made.persistent, made._is_buffer = persistent, True
        buffer: Buffer = made
        return buffer


def single(value: Ints) -> tuple[int, ...]:
    """Return a tuple of one from a number, a tuple from a sequence."""
    return _listed(value) if isinstance(value, Iterable) else (value,)


def pair(value: Ints) -> tuple[int, ...]:
    """Return a number twice, a sequence as a tuple."""
    return _listed(value) if isinstance(value, Iterable) else (value, value)


def _listed(values: Iterable[int]) -> tuple[int, ...]:
    """Return a tuple; of a tensor, which is a mistake, no more than it takes to be refused."""
    return tuple(islice(values, _MOST_SIZES) if isinstance(values, Tensor) else values)


_MOST_SIZES = 2**10
"""More than any tensor has dims."""


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
