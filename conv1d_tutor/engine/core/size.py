"""`torch.Size`: a shape, a tuple that knows its number of elements."""

from collections.abc import Iterable
from math import prod
from operator import index
from typing import Any

from .builtin import Builtin, name_in_errors

_INT = frozenset({int})


class Size(tuple[int, ...], metaclass=Builtin):
    """The shape of a tensor: a tuple with the length of every dim.

    For a batch of signals that is (N, C, L): samples, channels, length. A slice of it is a `Size`
    too, `len(x.shape)` is the number of dims, and `x.shape.numel()` the number of elements.
    """

    __slots__ = ()
    __module__ = "torch"

    def __new__(cls, sizes: Iterable[int] = ()) -> "Size":
        """Return the shape of `sizes`; TypeError where they are not whole numbers."""
        made = tuple.__new__(cls, sizes)
        if not _INT.issuperset(map(type, made)):
            for place, length in enumerate(made):
                if not hasattr(length, "__index__"):
                    raise TypeError(
                        "torch.Size() takes an iterable of 'int' "
                        f"(item {place} is '{name_in_errors(type(length))}')"
                    )
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return _unpickled, (tuple(self),)

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"

    def __str__(self) -> str:
        return repr(self)

    def __getitem__(self, place: Any) -> Any:
        part = tuple.__getitem__(self, place)
        return Size(part) if isinstance(place, slice) else part

    def __add__(self, other: object) -> "Size":
        if hasattr(other, "__array_interface__"):
            return NotImplemented  # numpy adds
        if not isinstance(other, tuple):
            raise TypeError(
                f"can only concatenate tuple (not {name_in_errors(type(other))}) to torch.Size"
            )
        for place, length in enumerate(other):
            if not isinstance(length, int):
                raise TypeError(
                    "torch.Size() takes an iterable of 'int' "
                    f"(item {len(self) + place} is '{name_in_errors(type(length))}')"
                )
        return Size(tuple.__add__(self, other))

    def __radd__(self, other: object) -> "Size":
        if not isinstance(other, tuple):
            return NotImplemented
        return Size(tuple.__add__(other, self))

    def __mul__(self, times: object) -> "Size":
        if not hasattr(times, "__index__"):
            kind = name_in_errors(type(times))
            raise TypeError(f"can't multiply sequence by non-int of type '{kind}'")
        return Size(tuple.__mul__(self, index(times)))

    __rmul__ = __mul__

    def numel(self) -> int:
        """Return how many elements a tensor of this shape has."""
        return prod(self)


def _unpickled(sizes: tuple[int, ...]) -> Size:
    return Size(sizes)


Size.called("torch.Size")
