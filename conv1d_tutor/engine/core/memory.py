"""How a tensor lies in memory: order, strides, offsets, and copies in order."""

from typing import Any

import numpy as np

from . import guard
from .dims import as_real_dim
from .graph import record
from .guard import waited_for
from .op import viewing
from .tensor import Tensor, address

__all__ = ["clone", "contiguous", "storage_offset"]


@viewing("clone(Tensor input, *, MemoryFormat? memory_format=None)")
def clone(input: Tensor, in_order: bool = False) -> Tensor:
    """Return a copy that gradients flow through."""
    guard.check_bytes(input._array.size * input._array.itemsize, input._array.shape)
    order: Any = "C" if in_order else "K"
    copied = waited_for(np.array, input._array, order=order)
    return record("CloneBackward0", copied, (input,), lambda grad: (grad,))


@viewing("contiguous(Tensor self, *, MemoryFormat memory_format=None)", function=False)
def contiguous(self: Tensor) -> Tensor:
    """Return the tensor itself where its memory is in order, else a copy in order."""
    return self if self._array.flags.c_contiguous else clone(self, in_order=True)


@viewing("is_contiguous(Tensor self, *, MemoryFormat memory_format=None)", function=False)
def is_contiguous(self: Tensor) -> bool:
    """Return whether the memory is in the order of the dims, without gaps."""
    return bool(self._array.flags.c_contiguous)


@viewing("stride(Tensor self, int? dim=None)", function=False)
def stride(self: Tensor, dim: int | None) -> int | tuple[int, ...]:
    """Return how many elements apart neighbours are in memory, along each dim or along `dim`."""
    array = self._array
    strides = tuple(each // array.itemsize for each in array.strides)
    return strides if dim is None else strides[as_real_dim(dim, array.ndim)]


@viewing("data_ptr(Tensor self)", function=False)
def data_ptr(self: Tensor) -> int:
    """Return where the first element is in memory."""
    return address(self._array) if self._array.size else 0


@viewing("storage_offset(Tensor self)", function=False)
def storage_offset(self: Tensor) -> int:
    """Return how many elements into its memory the tensor begins."""
    if self._storage is None:
        return 0
    return (address(self._array) - address(self._storage)) // self._array.itemsize


@viewing("is_set_to(Tensor self, Tensor tensor)", function=False)
def is_set_to(self: Tensor, tensor: Tensor) -> bool:
    """Return whether two tensors are the same memory in the same shape."""
    return (
        data_ptr(self) == data_ptr(tensor)
        and self._array.shape == tensor._array.shape
        and self._array.strides == tensor._array.strides
    )
