"""The modules as a learner meets them: `torch.nn.utils`, with PyTorch's names and no others.

A module of ours is full of what it is made with, and knows itself by a name of ours. Its face has
PyTorch's name, holds only what is offered there, and says of everything else whether PyTorch has
it (see missing.py).
"""

from collections.abc import Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any, NoReturn

from .missing import missing

_TORCH = "torch"


class Face(ModuleType):
    """A module under PyTorch's name; `__all__` are the names that it offers."""

    __module__ = "builtins"
    __all__: list[str]

    def __repr__(self) -> str:
        return f"<module '{self.__name__}' (conv1d-tutor's bundled engine)>"

    def __setattr__(self, name: str, value: object) -> None:
        # Python makes a module that was loaded late a plain one in the end.
        if name != "__class__":
            super().__setattr__(name, value)


Face.__name__ = Face.__qualname__ = "module"


def as_torch(module: ModuleType) -> None:
    """Make our package `torch`: it and all that it offers get PyTorch's names, and faces."""
    package = module.__name__
    for name in module.__all__:
        value = vars(module)[name]
        if _is_ours(value, package):
            vars(module)[name] = _face_of(value, package)
    module.__class__ = Face
    module.__name__ = _TORCH
    _answer(module)
    _add_homes(module)


def _is_ours(value: object, package: str) -> bool:
    return isinstance(value, ModuleType) and value.__name__.startswith(f"{package}.")


def _face_of(module: ModuleType, package: str) -> Face:
    """Return the face of a module of ours, and of all that it offers."""
    face = Face(_TORCH + module.__name__.removeprefix(package), module.__doc__)
    offered = _offered(module, face.__name__)
    for name, value in offered.items():
        vars(face)[name] = _face_of(value, package) if _is_ours(value, package) else value
    face.__all__ = [each for each in offered if not each.startswith("_")]
    _answer(face)
    return face


def _offered(module: ModuleType, name: str) -> Mapping[str, Any]:
    """Return what a module offers: what `__all__` names, else what says that it is at home here."""
    if "__all__" in vars(module):
        return {each: getattr(module, each) for each in module.__all__}
    return {
        each: value
        for each, value in vars(module).items()
        if getattr(value, "__module__", None) == name
    }


def _answer(face: ModuleType) -> None:
    """Let a face answer to names that it does not have, and tell those that it has."""
    owner = face.__name__

    def getattr_(name: str) -> NoReturn:
        plain = f"module '{owner}' has no attribute '{name}'"
        raise missing(owner, name, face.__all__, plain)

    vars(face)["__getattr__"] = getattr_
    vars(face)["__dir__"] = lambda: sorted({*face.__all__, *vars(face).keys() & {"__version__"}})


# --- where PyTorch has its classes


def _add_homes(torch: ModuleType) -> None:
    """Offer classes also where PyTorch has them, and where they say that they are at home.

    `torch.nn.modules.conv.Conv1d` is `torch.nn.Conv1d`. These places are in no list of names.
    """
    for name, value in {name: value for face in _faces(torch) for name, value in face}.items():
        home = getattr(value, "__module__", None)
        if not isinstance(value, type) or not isinstance(home, str):
            continue
        _own_init(value)
        first, *rest = home.split(".")
        if first != _TORCH or any(part.startswith("_") for part in rest):
            continue
        place = torch
        for depth, part in enumerate(rest):
            place = _within(place, part)
            if (depth and part == "modules") or depth == len(rest) - 1:
                _add(place, name, value)


_PYTORCHS_TOO = ("_BatchNorm.", "_InstanceNorm.", "_DropoutNd.", "_MaxPoolNd.")
"""Classes that PyTorch's are made from as well, and whose names its errors tell."""


def _own_init(cls: type) -> None:
    """Let errors of making an object name its class, not one of ours that it is made from."""
    init = cls.__dict__.get("__init__", getattr(cls, "__init__", None))
    if not isinstance(init, FunctionType) or not init.__qualname__.startswith("_"):
        return
    if init.__qualname__.startswith(_PYTORCHS_TOO):
        return
    own = FunctionType(
        init.__code__, init.__globals__, init.__name__, init.__defaults__, init.__closure__
    )
    own.__kwdefaults__, own.__annotations__ = init.__kwdefaults__, init.__annotations__
    own.__doc__, own.__module__ = init.__doc__, init.__module__
    own.__qualname__ = f"{cls.__name__}.__init__"
    type.__setattr__(cls, "__init__", own)


def _faces(face: ModuleType) -> Iterator[list[tuple[str, Any]]]:
    pairs = [(name, vars(face)[name]) for name in face.__all__]
    yield pairs
    for _name, value in pairs:
        if isinstance(value, Face):
            yield from _faces(value)


def _within(face: ModuleType, name: str) -> ModuleType:
    """Return the face `name` in another one, a new one where there is none."""
    found = vars(face).get(name)
    if not isinstance(found, Face):
        found = Face(f"{face.__name__}.{name}")
        found.__all__ = []
        _answer(found)
        vars(face)[name] = found
    return found


def _add(face: ModuleType, name: str, value: object) -> None:
    if name not in vars(face):
        vars(face)[name] = value
        face.__all__.append(name)
