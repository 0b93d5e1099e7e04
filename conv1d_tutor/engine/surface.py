"""How an operation comes to be offered: as a function of `torch`, as a method of `Tensor`.

Each family of operations is a module of plain functions whose first parameter is the tensor.
`@offered("permute")` above one puts it on the face; nothing else does.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from .tensor import Tensor

__all__ = ["FUNCTIONS", "offered", "offered_property"]

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""What `torch.` offers: the function under each name."""

_Operation = TypeVar("_Operation", bound=Callable[..., Any])


def offered(
    *names: str, function: bool = True, method: bool = True
) -> Callable[[_Operation], _Operation]:
    """Offer the operation below under `names`, as a function, a method, or both."""

    def put_on_the_face(operation: _Operation) -> _Operation:
        operation.__name__ = operation.__qualname__ = names[0]
        operation.__module__ = "torch"
        for name in names:
            if function:
                FUNCTIONS[name] = operation
            if method:
                setattr(Tensor, name, operation)
        return operation

    return put_on_the_face


def offered_property(name: str) -> Callable[[Callable[[Tensor], Any]], property]:
    """Offer the function below as a property of `Tensor`."""

    def put_on_the_face(getter: Callable[[Tensor], Any]) -> property:
        made = property(getter)
        setattr(Tensor, name, made)
        return made

    return put_on_the_face
