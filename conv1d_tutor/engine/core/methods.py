"""The methods of a tensor, hung here by the declarations of the operations (op.py).

`methods.pyi` beside this file lists them with their types for editors and type checkers. It is
made from the declarations, and a test holds it against them.
"""

from types import FunctionType

_PACKAGE = __name__.partition(".")[0]


class Methods:
    """What can be done with a tensor."""


def hang(name: str, thing: object) -> None:
    """Give every tensor a method, an operator or a property called `name`.

    A function of ours is known by that name from then on.
    """
    if isinstance(thing, FunctionType) and thing.__module__.startswith(_PACKAGE):
        thing.__name__, thing.__qualname__, thing.__module__ = name, f"Tensor.{name}", "torch"
        inner = getattr(thing, "__wrapped__", None)
        while isinstance(inner, FunctionType):
            inner.__qualname__ = f"Tensor.{name}"  # it is this one that misses an argument
            inner = getattr(inner, "__wrapped__", None)
    setattr(Methods, name, thing)
