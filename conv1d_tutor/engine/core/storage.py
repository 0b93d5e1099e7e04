"""The memory under tensors: `x.untyped_storage()`, `x.resize_(…)`."""

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from . import guard
from .memory import storage_offset
from .op import declared, viewing
from .tensor import CPU, Array, Device, Tensor, address

__all__: list[str] = []


def _home(tensor: Tensor) -> Array:
    """Return the array whose memory a tensor sees, in one dim."""
    home = tensor._array if tensor._storage is None else tensor._storage
    if home.flags.c_contiguous:
        return home.reshape(-1)
    return home.ravel(order="K")


class UntypedStorage:
    """The bytes that a tensor, and every view of it, sees."""

    __module__ = "torch.storage"

    def __init__(self, tensor: Tensor) -> None:
        self._home = _home(tensor)

    def nbytes(self) -> int:
        """Return the number of bytes."""
        return self._home.nbytes

    size = nbytes

    def __len__(self) -> int:
        return self._home.nbytes

    def data_ptr(self) -> int:
        """Return where the memory begins."""
        return address(self._home)

    @property
    def device(self) -> Device:
        """Where the memory is: the CPU's."""
        return CPU


class TypedStorage:
    """The numbers that a tensor, and every view of it, sees, in the order of the memory."""

    __module__ = "torch.storage"

    def __init__(self, tensor: Tensor) -> None:
        self._home = _home(tensor)
        self.dtype = tensor.dtype
        self.device = CPU

    def size(self) -> int:
        """Return how many numbers there are."""
        return self._home.size

    __len__ = size

    def data_ptr(self) -> int:
        """Return where the memory begins."""
        return address(self._home)

    def tolist(self) -> list[Any]:
        """Return the numbers."""
        numbers: list[Any] = self._home.tolist()
        return numbers

    def __getitem__(self, index: Any) -> Any:
        part = self._home[index]
        return part.item() if isinstance(part, np.generic) else part.tolist()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __repr__(self) -> str:
        lines = "".join(f" {number}\n" for number in self.tolist())
        return (
            f"{lines}[torch.storage.TypedStorage(dtype={self.dtype}, device=cpu) of size "
            f"{self.size()}]"
        )


@viewing("untyped_storage(Tensor self)", function=False)
def untyped_storage(self: Tensor) -> UntypedStorage:
    """Return the bytes that this tensor sees."""
    return UntypedStorage(self)


@declared("storage", function=False, python=True)
def storage(self: Tensor) -> TypedStorage:
    """Return the numbers of the memory that this tensor sees."""
    return TypedStorage(self)


@viewing("resize_(Tensor self, int[] size, *, MemoryFormat? memory_format=None)", function=False)
def resize_(self: Tensor, size: tuple[int, ...]) -> Tensor:
    """Give this tensor another shape, over the same memory as far as that reaches."""
    for length in size:
        if length < 0:
            raise RuntimeError(f"Trying to resize_ to a negative dimension {length}: {list(size)}")
    if self.requires_grad:
        raise RuntimeError("cannot resize variables that require grad")
    guard.check_shape(size, self._array.dtype)
    home, start = _home(self), storage_offset(self)
    count = prod(size)
    if start + count > home.size:
        larger = np.zeros(start + count, home.dtype)
        larger[: home.size] = home
        home = larger
    self._storage = home  # what lies beyond the shape stays
    self._array = home[start : start + count].reshape(size)
    return self


@viewing(
    "resize_as_(Tensor self, Tensor the_template, *, MemoryFormat? memory_format=None)",
    function=False,
)
def resize_as_(self: Tensor, the_template: Tensor) -> Tensor:
    """Give this tensor the shape of another."""
    return resize_(self, the_template._array.shape)
