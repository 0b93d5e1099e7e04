"""What the learner's `import torch` finds: the engine's face, with `sys.modules` left alone."""

import builtins
import importlib
from collections.abc import Mapping, Sequence
from types import ModuleType

from conv1d_tutor.late import loaded_late

with loaded_late():
    from conv1d_tutor import engine as bundled

__all__ = ["LearnerImport", "find_torch"]

_TORCH = "torch"


def find_torch(engine: str) -> ModuleType:
    """Return the module that stands for `torch`: "numpy" the bundled engine, "torch" PyTorch.

    The bundled engine is loaded when it is first asked anything, not before. Raises
    `ModuleNotFoundError` when PyTorch is asked for and not installed.
    """
    return bundled if engine == "numpy" else importlib.import_module(_TORCH)


class LearnerImport:
    """An `__import__` for the learner's namespace alone: `torch` and all below it is `face`."""

    def __init__(self, face: ModuleType) -> None:
        self._face = face

    def __call__(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - the names of `__import__`
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Import as `builtins.__import__` does, except for `torch`."""
        if level or name.partition(".")[0] != _TORCH or self._face.__name__ == _TORCH:
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        module = self._find(name)
        for item in fromlist or ():
            if item != "*":
                self._check(module, name, item)
        return module if fromlist else self._face

    def _find(self, name: str) -> ModuleType:
        module: object = self._face
        for part in name.split(".")[1:]:
            try:
                module = getattr(module, part)
            except AttributeError as missing:
                raise _no_module(name, _more(missing)) from None
        if not isinstance(module, ModuleType):
            raise _no_module(name, f"; {name.rpartition('.')[0]!r} is not a package")
        return module

    @staticmethod
    def _check(module: ModuleType, name: str, item: str) -> None:
        try:
            getattr(module, item)
        except AttributeError as missing:
            text = f"cannot import name {item!r} from {name!r}" + _more(missing)
            raise ImportError(text, name=name) from None


def _no_module(name: str, more: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"No module named {name!r}{more}", name=name)


def _more(missing: AttributeError) -> str:
    """Return what the engine says beyond PyTorch's own words: that it lacks what PyTorch has."""
    _pytorchs, here, told = str(missing).partition(" here: ")
    return f" here: {told}" if here else ""
