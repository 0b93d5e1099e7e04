"""Classes that PyTorch has written in C: Python's errors call them by module and name.

`torch.float32 < 1` fails because of a 'torch.dtype', whose `__name__` is 'dtype' alone.
"""

from typing import Any


class Builtin(type):
    """The type of such a class."""

    @property
    def __name__(cls) -> str:  # type: ignore[override]
        return cls.__qualname__

    def called(cls, name: str) -> None:
        """Let Python's errors call the class by `name`, module and all."""
        _NAME.__set__(cls, name)
        cls.__qualname__ = name.rpartition(".")[2]


def name_in_errors(kind: type) -> str:
    """Return what Python's errors call a class."""
    name: str = _NAME.__get__(kind)
    return name


_NAME: Any = type.__dict__["__name__"]
