"""Modules that load when they are first asked anything: what stands on the screen comes first."""

import importlib.util
import sys
from types import ModuleType

__all__ = ["lazily"]


def lazily(name: str) -> ModuleType:
    """Return the module `name`, loaded now or later; raises `ModuleNotFoundError` without it."""
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
