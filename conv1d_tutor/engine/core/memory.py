"""How a tensor lies in memory: order, strides, offsets, copies in order; the memory itself."""

from collections.abc import Iterator
from math import prod

import numpy as np

from . import guard
from .device import CPU, Device
from .dims import as_real_dim
from .graph import record, record_laid
from .guard import waited_for
from .missing import Answering
from .op import viewing
from .strides import copied_as
from .tensor import Array, Tensor, address, count_change, wrap

IN_ORDER = "torch.contiguous_format"
"""What asks for a result that is contiguous, where it would lie as what it is made of."""


@viewing("clone(Tensor input, *, MemoryFormat? memory_format=None)")
def clone(input: Tensor, memory_format: object = None) -> Tensor:
    """Return a copy that gradients flow through; it lies in memory as the tensor does."""
    array = input._array
    guard.check_bytes(array.size * array.itemsize, array.shape)
    copied = waited_for(np.array if memory_format == IN_ORDER else copied_as, array)
    if memory_format == IN_ORDER:
        return record("CloneBackward0", copied, (input,), lambda grad: (grad,))
    return record_laid("CloneBackward0", wrap(copied), (input,), lambda grad: (grad,), {})


@viewing("contiguous(Tensor self, *, MemoryFormat memory_format=None)", function=False)
def contiguous(self: Tensor, memory_format: object = None) -> Tensor:
    """Return the tensor itself where its memory is in order, else a copy in order."""
    return self if self._array.flags.c_contiguous else clone(self, IN_ORDER)


@viewing("is_contiguous(Tensor self, *, MemoryFormat memory_format=None)", function=False)
def is_contiguous(self: Tensor, memory_format: object = None) -> bool:
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


# --- the memory itself: `x.untyped_storage()`, `x.resize_(…)`


def _home(tensor: Tensor) -> Array:
    """Return the array whose memory a tensor sees, in one dim."""
    home = tensor._array if tensor._storage is None else tensor._storage
    if home.flags.c_contiguous:
        return home.reshape(-1)
    return home.ravel(order="K")


class UntypedStorage(Answering):
    """The bytes that a tensor sees; a view of it sees the same ones."""

    __module__ = "torch.storage"
    _called = "torch.storage.UntypedStorage"

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
    """The numbers of the memory that a tensor sees, in their order there."""

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

    def tolist(self) -> list[float]:
        """Return the numbers."""
        numbers: list[float] = self._home.tolist()
        return numbers

    def __getitem__(self, index: int | slice) -> object:
        part = self._home[index]
        return part.item() if isinstance(part, np.generic) else part.tolist()

    def __iter__(self) -> Iterator[float]:
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


@viewing("storage", function=False, python=True)
def storage(self: Tensor) -> TypedStorage:
    """Return the numbers of the memory that this tensor sees."""
    return TypedStorage(self)


@viewing("resize_(Tensor self, int[] size, *, MemoryFormat? memory_format=None)", function=False)
def resize_(self: Tensor, size: tuple[int, ...], memory_format: object = None) -> Tensor:
    """Give this tensor another shape, over the same memory as far as that reaches."""
    for length in size:
        if length < 0:
            raise RuntimeError(f"Trying to resize_ to a negative dimension {length}: {list(size)}")
    if self.requires_grad:
        raise RuntimeError("cannot resize variables that require grad")
    if size == self._array.shape:
        count_change(self)
        return self
    guard.check_shape(size, self._array.dtype)
    home, start = _home(self), storage_offset(self)
    count = prod(size)
    if start + count > home.size:
        larger = np.zeros(start + count, home.dtype)
        larger[: home.size] = home
        home = larger
    self._storage = home  # what lies beyond the shape stays
    self._array = home[start : start + count].reshape(size)
    count_change(self)
    return self


@viewing(
    "resize_as_(Tensor self, Tensor the_template, *, MemoryFormat? memory_format=None)",
    function=False,
)
def resize_as_(self: Tensor, the_template: Tensor, memory_format: object = None) -> Tensor:
    """Give this tensor the shape of another."""
    return resize_(self, the_template._array.shape)
