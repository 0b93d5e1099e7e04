"""Modules that load when they are first asked for something: what is on the screen comes first.

This is the one way to load late:

    with loaded_late():
        from . import pictures

`pictures` is a module from then on, and is read and run when an attribute of it is first used.
Import modules in such a block, not names out of them: a name is something asked for.
"""

import sys
import threading  # noqa: F401 - LazyLoader imports it when it is used: it must be there by then
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

from . import interrupts


class _LateFinder:
    """Finds modules as Python does, and puts off running them."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_whole(module: ModuleType) -> None:
                with interrupts.held():  # nothing that was loaded by half could be used again
                    run(module)

            spec.loader.exec_module = run_whole  # type: ignore[method-assign]
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def loaded_late() -> Iterator[None]:
    """Let the modules imported in the block load when they are first used."""
    sys.meta_path.insert(0, _LateFinder)
    try:
        yield
    finally:
        sys.meta_path.remove(_LateFinder)


def is_loaded(module: ModuleType) -> bool:
    """Return whether a module has been run, without running it by the question."""
    return type(module).__name__ != "_LazyModule"
