"""What this package asks of a tensor and of a graph's node: only what PyTorch itself offers."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeGuard

from ..odd_values import offers

_SIGN = 1 << 63


class Node(Protocol):
    """A step of the recorded history, as `tensor.grad_fn` gives it."""

    @property
    def next_functions(self) -> Sequence[tuple[Any, int]]:
        """The steps that this one's operands came from; None for an operand without history."""

    def name(self) -> str:
        """Return PyTorch's name of the step, such as `SelectBackward0`."""


class Tensor(Protocol):
    """The part of a tensor's face that explanations read."""

    @property
    def shape(self) -> Sequence[int]:
        """The size of each axis."""

    @property
    def grad_fn(self) -> Any:
        """The last step of the tensor's history, or None."""

    @property
    def requires_grad(self) -> bool:
        """Whether a history is kept."""

    @property
    def dtype(self) -> Any:
        """The type of each number."""

    def tolist(self) -> Any:
        """Return the numbers as nested lists."""

    def data_ptr(self) -> int:
        """Return the address of the first number."""

    def stride(self) -> Sequence[int]:
        """Return how many numbers apart two neighbours of each axis are."""

    def element_size(self) -> int:
        """Return the bytes of one number."""

    def __getitem__(self, index: Any) -> Any: ...


def is_tensor(value: object) -> TypeGuard[Tensor]:
    """Return whether `value` has a tensor's face; a class does not, even a tensor's own."""
    return offers(value, "data_ptr", "grad_fn", "tolist", "stride")


def number_in(tensor: Tensor) -> float:
    """Return the number of a tensor of one element, whatever its axes."""
    (number,) = flat(tensor.tolist())
    return number


def flat(nested: Any) -> list[float]:
    """Return the numbers of nested lists, in the order in which they are written."""
    if not isinstance(nested, list):
        return [float(nested)]
    return [number for part in nested for number in flat(part)]


def shape_of(tensor: Tensor) -> tuple[int, ...]:
    """Return the shape as plain integers."""
    return tuple(int(size) for size in tensor.shape)


def own_index(index: Sequence[int], shape: Sequence[int]) -> tuple[int, ...]:
    """Return where a broadcast operand of a shape has the element that went to `index`."""
    own = index[len(index) - len(shape) :] if shape else ()
    return tuple(0 if size == 1 else i for i, size in zip(own, shape, strict=True))


def signed(number: int) -> int:
    """Undo the unsigned 64-bit form in which a graph saves a negative axis or index."""
    return number - (1 << 64) if number >= _SIGN else number


def saved(node: Node, name: str) -> Any:
    """Return what `node` saved under PyTorch's `name`, None where it saved nothing so named.

    Raises RuntimeError, as PyTorch does, for what was freed or changed since.
    """
    return getattr(node, "_saved_" + name, None)


def address_of(tensor: Tensor, index: Sequence[int]) -> int:
    """Return the address of one element: the same for every view that shows this element."""
    offset = sum(i * step for i, step in zip(index, tensor.stride(), strict=True))
    return int(tensor.data_ptr() + offset * tensor.element_size())


def locate(address: int, tensor: Tensor) -> tuple[int, ...] | None:
    """Return the index of the element of `tensor` that lies at `address`, None outside of it."""
    offset, rest = divmod(address - tensor.data_ptr(), tensor.element_size())
    if offset < 0 or rest:
        return None
    shape = shape_of(tensor)
    strides = tuple(tensor.stride())
    index = [0] * len(shape)
    for axis in sorted(range(len(shape)), key=lambda axis: -strides[axis]):
        if strides[axis] == 0 or shape[axis] <= 1:
            continue
        index[axis], offset = divmod(offset, strides[axis])
        if index[axis] >= shape[axis]:
            return None
    return tuple(index) if offset == 0 and all(shape) else None
