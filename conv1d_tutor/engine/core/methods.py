"""The methods of a tensor, hung here by the declarations of the operations (op.py).

`methods.pyi` beside this file lists them with their types for editors and type checkers. It is
made from the declarations, and a test holds it against them.
"""


class Methods:
    """What can be done with a tensor."""


def hang(name: str, thing: object) -> None:
    """Give every tensor a method, an operator or a property called `name`."""
    setattr(Methods, name, thing)
