"""The answer to a name that the engine does not have: is it PyTorch's, and what is near it."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from ...i18n import _
from ...late import loaded_late

with loaded_late():
    import difflib

_NAMES = Path(__file__).with_name("pytorch_names.txt")


@cache
def _names_of_pytorch() -> dict[str, frozenset[str]]:
    """Return PyTorch's public names, by the module or class that has them."""
    names: dict[str, frozenset[str]] = {}
    owner = ""
    for line in _NAMES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            owner = line.strip("[]")
        elif not line.startswith("#"):
            names[owner] = names.get(owner, frozenset()) | frozenset(line.split())
    return names


def missing(owner: str, name: str, own_names: Iterable[str], plain: str) -> AttributeError:
    """Return the error for a `name` that `owner` ("torch", "Tensor", "torch.nn" …) lacks here.

    `own_names` is what it has, `plain` is PyTorch's text for a name that PyTorch lacks too. A name
    with dots is that of a module in a module.
    """
    is_private = name.startswith("_") and name.partition(".")[0] != "_C"
    if is_private or not _is_pytorchs(owner, name):
        return AttributeError(plain)
    public = [each for each in own_names if not each.startswith("_")]
    text = _("{plain} here: it is PyTorch's, but the bundled engine does not have it.").format(
        plain=plain
    )
    if near := _near(name, public):
        text += " " + _("Near it: {names}.").format(names=", ".join(near))
    text += " " + _("The real PyTorch has it: conv1d-tutor --engine torch")
    return AttributeError(text)


class Answering:
    """What answers to an attribute that it lacks: whether PyTorch has it on the same class."""

    __slots__ = ()

    _named: ClassVar[str] = ""
    """Under which name PyTorch's own attributes of the class are listed; "" is its own name."""
    _called: ClassVar[str] = ""
    """By which name PyTorch's errors call it; "" is the one by which Python's would."""

    def __getattr__(self, name: str) -> Any:
        # Only what the object itself and its class lack comes here.
        kind = type(self)
        plain = f"'{kind._called or _c_name(kind)}' object has no attribute '{name}'"
        raise missing(
            kind._named or kind.__name__, name, () if name[:1] == "_" else dir(kind), plain
        )


def _c_name(kind: type) -> str:
    """Return the name by which Python's own errors call a class."""
    name: str = type.__dict__["__name__"].__get__(kind)
    return name


def _is_pytorchs(owner: str, name: str) -> bool:
    names = _names_of_pytorch()
    first, dot, rest = name.partition(".")
    if (owner, first) == ("torch", "_C"):
        return True  # its insides, in no list; programs import them all the same
    if first not in names.get(owner, ()):
        return False
    # What is in a module that no page of the documentation is about, is not known here.
    return not dot or f"{owner}.{first}" not in names or _is_pytorchs(f"{owner}.{first}", rest)


def _near(name: str, own_names: list[str]) -> list[str]:
    """Return the names that are most like `name`: first the one that does the same in one dim."""
    stem = name.rstrip("_").removesuffix("2d").removesuffix("3d")
    same = [each for each in (f"{stem}1d", f"{stem}_", stem) if each in own_names and each != name]
    alike = difflib.get_close_matches(name, own_names, 3, 0.75)
    return list(dict.fromkeys(same + alike))[:3]
