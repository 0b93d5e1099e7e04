"""How an operation comes to be offered: as a function of `torch`, as a method of `Tensor`.

Each family of operations is a module of plain functions whose first parameter is the tensor.
`@offered("permute")` above one puts it on the face; nothing else does.
"""

import re
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar, cast

from .tensor import Tensor

__all__ = ["FUNCTIONS", "offered", "offered_property"]

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""What `torch.` offers: the function under each name."""

_Operation = TypeVar("_Operation", bound=Callable[..., Any])


def offered(
    *names: str, function: bool = True, method: bool = True
) -> Callable[[_Operation], _Operation]:
    """Offer the operation below under `names`, as a function, a method, or both.

    The learner's calls go through a thin shell that turns Python's complaints about arguments
    into PyTorch's; calls between the engine's own modules do not.
    """

    def put_on_the_face(operation: _Operation) -> _Operation:
        operation.__name__ = operation.__qualname__ = names[0]
        operation.__module__ = "torch"
        outside = operation if names[0].startswith("__") else _with_own_errors(operation)
        for name in names:
            if function:
                FUNCTIONS[name] = outside
            if method:
                setattr(Tensor, name, outside)
        return operation

    return put_on_the_face


def _with_own_errors(operation: _Operation) -> _Operation:
    @wraps(operation)
    def called(*arguments: Any, **options: Any) -> Any:
        try:
            return operation(*arguments, **options)
        except (TypeError, AttributeError) as error:
            text = _in_pytorchs_words(error, operation, arguments)
            if text is None:
                raise
            raise TypeError(text) from None

    return cast(_Operation, called)


def _in_pytorchs_words(
    error: Exception, operation: Callable[..., Any], arguments: tuple[Any, ...]
) -> str | None:
    """Give what PyTorch says where Python says that arguments are missing or no tensors."""
    name = operation.__name__
    if isinstance(error, TypeError):
        missing = re.match(r"\w+\(\) missing \d+ required positional arguments?: (.*)", str(error))
        wanted = (
            ""
            if missing is None
            else ", ".join(f'"{each}"' for each in re.findall(r"'(\w+)'", missing[1]))
        )
        if not wanted or not str(error).startswith(f"{name}("):
            return None
        return f"{name}() missing {wanted.count(',') + 1} required positional arguments: {wanted}"
    if "'_array'" not in str(error) and "'_node'" not in str(error):
        return None
    parameters = [
        p for p in signature(operation).parameters.values() if p.kind is not p.VAR_KEYWORD
    ]
    for place, (parameter, value) in enumerate(zip(parameters, arguments, strict=False)):
        if parameter.annotation is Tensor and not isinstance(value, Tensor):
            return (
                f"{name}(): argument '{parameter.name}' (position {place + 1}) must be Tensor, "
                f"not {type(value).__name__}"
            )
    return None


def offered_property(name: str) -> Callable[[Callable[[Tensor], Any]], property]:
    """Offer the function below as a property of `Tensor`."""

    def put_on_the_face(getter: Callable[[Tensor], Any]) -> property:
        made = property(getter)
        setattr(Tensor, name, made)
        return made

    return put_on_the_face
