"""`torch.Size`: a shape, a tuple that knows its number of elements."""

from math import prod
from typing import Any

__all__ = ["Size"]


class Size(tuple[int, ...]):
    """The shape of a tensor."""

    __slots__ = ()
    __module__ = "torch"

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"

    def __str__(self) -> str:
        return repr(self)

    def __getitem__(self, index: Any) -> Any:
        part = tuple.__getitem__(self, index)
        return Size(part) if isinstance(index, slice) else part

    def __add__(self, other: Any) -> "Size":
        return Size(tuple.__add__(self, other))

    def __mul__(self, times: Any) -> "Size":
        return Size(tuple.__mul__(self, times))

    __rmul__ = __mul__

    def numel(self) -> int:
        """Give how many elements a tensor of this shape has."""
        return prod(self)


Size.__name__ = "torch.Size"  # as PyTorch's own errors write it; `repr` goes by the qualified name
