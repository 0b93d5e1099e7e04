"""The answer to a name that the engine does not have: is it PyTorch's, and what is near it."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

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

    `own_names` is what it has, `plain` is PyTorch's text for a name that PyTorch lacks too.
    """
    if name.startswith("_") or name not in _names_of_pytorch().get(owner, ()):
        return AttributeError(plain)
    public = [each for each in own_names if not each.startswith("_")]
    near = difflib.get_close_matches(name, public, 3, 0.7)
    text = _("{plain} here: it is PyTorch's, but the bundled engine does not have it.").format(
        plain=plain
    )
    if near:
        text += " " + _("Near it: {names}.").format(names=", ".join(near))
    text += " " + _("The real PyTorch has it: conv1d-tutor --engine torch")
    return AttributeError(text)
