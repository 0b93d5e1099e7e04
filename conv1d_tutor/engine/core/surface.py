"""How an operation comes to be offered: as a function of `torch`, as a method of `Tensor`.

Each family of operations is a module of plain functions whose first parameter is the tensor.
`@offered("permute")` above one puts it on the face; nothing else does.
"""

import re
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar, cast

from .device import kind_of
from .in_place import as_it_was, check_in_place, replace, write_into
from .keywords import Names, names_of
from .methods import hang
from .op import FUNCTIONS, offered_property
from .tensor import Tensor

__all__ = ["FUNCTIONS", "in_place_twin", "kind_of", "offered", "offered_property"]

_Operation = TypeVar("_Operation", bound=Callable[..., Any])


def offered(
    *names: str, function: bool = True, method: bool = True, plain: bool = False
) -> Callable[[_Operation], _Operation]:
    """Offer the operation below under `names`, as a function, a method, or both.

    The learner's calls go through a thin shell that turns Python's complaints about arguments
    into PyTorch's; calls between the engine's own modules do not. `plain` leaves the shell out,
    for what PyTorch itself has written in Python.
    """

    def put_on_the_face(operation: _Operation) -> _Operation:
        operation.__name__ = operation.__qualname__ = names[0]
        operation.__module__ = "torch"
        bare = plain or names[0].startswith("__")
        for name in names:
            if function:
                FUNCTIONS[name] = operation if bare else _with_own_errors(operation, 0)
            if method:
                hang(name, operation if bare else _with_own_errors(operation, 1))
        return operation

    return put_on_the_face


def _with_own_errors(operation: _Operation, bound: int) -> _Operation:
    names: Names | None = None

    @wraps(operation)
    def called(*arguments: Any, **options: Any) -> Any:
        nonlocal names
        try:
            if not options:
                return operation(*arguments)
            names = names or names_of(operation, bound)
            arguments, options, out = names.read(arguments, options)
            result = operation(*arguments, **options)
            if out is None:
                return result
            return write_into(out, result, operation.__name__)
        except Exception as error:
            text = _in_pytorchs_words(error, operation, arguments, bound)
            if text is None:
                raise
            raise TypeError(text) from None

    return cast(_Operation, called)


def _in_pytorchs_words(
    error: Exception, operation: Callable[..., Any], arguments: tuple[Any, ...], bound: int
) -> str | None:
    """Return what PyTorch says where Python says that arguments are wrong in number or kind.

    `bound` is 1 for a method, whose own tensor PyTorch does not count.
    """
    name, text = operation.__name__, str(error)
    if isinstance(error, TypeError):
        if bound and text.startswith(f"{name.removesuffix('_')}(): argument"):
            return _counted_without_self(text.replace(name.removesuffix("_"), name, 1))
        if not text.startswith(f"{name}() "):
            return None
        missing = re.findall(r"'(\w+)'", text) if "() missing " in text else []
        if missing:
            wanted = ", ".join(f'"{each}"' for each in missing)
            plural = "s" if len(missing) == 1 else ""  # as PyTorch has it
            return f"{name}() missing {len(missing)} required positional argument{plural}: {wanted}"
        if bound and f"{name}() takes 1 positional argument but" in text:
            return f"TensorBase.{name}() takes no arguments ({len(arguments) - 1} given)"
        return None
    # PyTorch looks at the kinds of all arguments before it looks at anything else.
    for place, (parameter, value) in enumerate(
        zip(signature(operation).parameters.values(), arguments, strict=False)
    ):
        if parameter.annotation is Tensor and not isinstance(value, Tensor):
            return (
                f"{name}(): argument '{parameter.name}' (position {place + 1 - bound}) must be "
                f"Tensor, not {kind_of(value)}"
            )
    return None


def _counted_without_self(text: str) -> str:
    return re.sub(r"\(position ([2-9])\)", lambda found: f"(position {int(found[1]) - 1})", text)


def in_place_twin(name: str, ordinary: Callable[..., Tensor] | None = None) -> None:
    """Offer `name_`, which writes what the operation `name` gives over the tensor."""
    operation = FUNCTIONS[name] if ordinary is None else ordinary

    @offered(f"{name}_", function=False)
    def twin(self: Tensor, *arguments: Any, **options: Any) -> Tensor:
        check_in_place(self)
        return replace(self, operation(as_it_was(self), *arguments, **options))
