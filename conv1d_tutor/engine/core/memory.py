"""How a tensor lies in memory: order, strides, offsets, and copies in order."""

from typing import Any

import numpy as np

from . import guard
from .arguments import as_real_dim, expect_tensor
from .graph import record
from .guard import waited_for
from .surface import offered
from .tensor import Array, Tensor

__all__ = ["address", "clone", "contiguous"]


@offered("clone")
def clone(input: Tensor, *, memory_format: Any = None, _contiguous: bool = False) -> Tensor:
    """Return a copy that gradients flow through."""
    expect_tensor(input, "clone")
    guard.check_bytes(input._array.size * input._array.itemsize, input._array.shape)
    order: Any = "C" if _contiguous else "K"
    copied = waited_for(np.array, input._array, order=order)
    return record("CloneBackward0", copied, (input,), lambda grad: (grad,))


@offered("contiguous", function=False)
def contiguous(input: Tensor, memory_format: Any = None) -> Tensor:
    """Return the tensor itself where its memory is in order, else a copy in order."""
    return input if input._array.flags.c_contiguous else clone(input, _contiguous=True)


@offered("is_contiguous", function=False)
def is_contiguous(input: Tensor, memory_format: Any = None) -> bool:
    """Return whether the memory is in the order of the dims, without gaps."""
    return bool(input._array.flags.c_contiguous)


@offered("stride", function=False)
def stride(input: Tensor, dim: Any = None) -> Any:
    """Return how many elements apart neighbours are in memory, along each dim or along `dim`."""
    array = input._array
    strides = tuple(each // array.itemsize for each in array.strides)
    return strides if dim is None else strides[as_real_dim(dim, array.ndim)]


def address(array: Array) -> int:
    """Return where an array's first element is in memory."""
    place: int = array.__array_interface__["data"][0]
    return place


@offered("data_ptr", function=False)
def data_ptr(input: Tensor) -> int:
    """Return where the first element is in memory."""
    return address(input._array) if input._array.size else 0


@offered("storage_offset", function=False)
def storage_offset(input: Tensor) -> int:
    """Return how many elements into its memory the tensor begins."""
    if input._storage is None:
        return 0
    return (address(input._array) - address(input._storage)) // input._array.itemsize


@offered("is_set_to", function=False)
def is_set_to(input: Tensor, tensor: Tensor) -> bool:
    """Return whether two tensors are the same memory in the same shape."""
    return (
        data_ptr(input) == data_ptr(tensor)
        and input._array.shape == tensor._array.shape
        and input._array.strides == tensor._array.strides
    )
