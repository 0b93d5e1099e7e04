"""Which module stands for `torch`: the bundled engine, or PyTorch itself."""

import importlib
from types import ModuleType

from conv1d_tutor.late import loaded_late

with loaded_late():
    from conv1d_tutor import engine as bundled


def find_torch(engine: str) -> ModuleType:
    """Return the module that stands for `torch`: "numpy" the bundled engine, "torch" PyTorch.

    The bundled engine is loaded when it is first asked anything, not before. Raises
    `ModuleNotFoundError` when PyTorch is asked for and not installed.
    """
    return bundled if engine == "numpy" else importlib.import_module("torch")
