"""What all code in the process shares, put back where an input has broken it.

The learner's code runs in the tutor's own process: `sys.modules.clear()`, `builtins.len = None`
or `os.close(1)` take away what the tutor needs as well. Built-in names are not looked up in
`put_back` until they are what they were.
"""

import ast
import builtins
import codeop
import functools
import linecache
import os
import re
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import IO, Any

from conv1d_tutor import interrupts
from conv1d_tutor.late import is_loaded

_STREAMS = ("stdin", "stdout", "stderr")
_PATIENCE = 3  # names that a sentence can hold

# By these an input is read and told of; whoever patches them means a program of their own.
_READING = (ast, codeop, linecache, traceback)
# Who patches these may do so, but not with what is no function.
_CALLED = (functools, os, re, signal, threading, time, warnings)
# With these the tutor keeps what was done, and waits for keys, where they are loaded.
_ALSO_CALLED = ("sqlite3", "asyncio")
_OURS = frozenset(
    "conv1d_tutor numpy rich prompt_toolkit pygments wcwidth platformdirs markdown_it mdurl".split()
)
_STANDARD = sys.stdlib_module_names
_MISSING = object()
_sys = sys.__dict__


class Surroundings:
    """Built-ins, modules, streams, hooks and signals as they are now, before an input runs.

    So are the functions of `torch`, which the tutor calls as the learner does.
    """

    def __init__(self, torch: ModuleType) -> None:
        called = {module.__name__: module for module in _CALLED}
        called |= {name: sys.modules[name] for name in _ALSO_CALLED if name in sys.modules}
        if is_loaded(torch):
            called["torch"] = torch
        self._called = [(vars(each), _functions(each), name) for name, each in called.items()]
        self._builtins = {name: here for name, here in vars(builtins).items() if name != "_"}
        self._reading = [(module, dict(vars(module))) for module in _READING]
        self._sys = dict(_sys)
        self._traced = sys.gettrace(), sys.getprofile()
        self._lists: list[tuple[list[Any], list[Any]]] = [
            (sys.meta_path, list(sys.meta_path)),
            (sys.path_hooks, list(sys.path_hooks)),
        ]
        self._modules = dict(sys.modules)
        self._limit = sys.getrecursionlimit()
        self._handlers = interrupts.handlers()
        self._spare = [_spare(number) for number in range(3)]

    def put_back(self) -> list[str]:
        """Put back what has been broken since; return the names of what that was."""
        now, before = builtins.__dict__, self._builtins
        broken = [name for name in before if now.get(name, _MISSING) is not before[name]]
        for name in broken:
            now[name] = before[name]
        # From here on the built-in names are what they were.
        with interrupts.held():
            found = [f"builtins.{name}" for name in broken]
            if sys.gettrace() is not self._traced[0]:
                sys.settrace(self._traced[0])
            if sys.getprofile() is not self._traced[1]:
                sys.setprofile(self._traced[1])
            found += self._sys_again()
            found += self._modules_again()
            for module, names in self._reading:
                found += put_back_names(vars(module), names, f"{module.__name__}.")
            for names, functions, module_name in self._called:
                gone = {n: f for n, f in functions.items() if not callable(names.get(n))}
                found += put_back_names(names, gone, f"{module_name}.")
            if sys.getrecursionlimit() < self._limit:
                sys.setrecursionlimit(self._limit)
                found.append("sys.setrecursionlimit")
            interrupts.hear_again(self._handlers)
            found += self._streams_again()
        return found

    def _sys_again(self) -> Iterator[str]:
        """Put back the attributes of `sys` that are gone, or no such thing any more."""
        for name, value in self._sys.items():
            now = _sys.get(name, _MISSING)
            if now is value or name in _STREAMS or name.startswith("last_"):
                continue
            if type(now) is not type(value) or name == "modules":
                _sys[name] = value
                yield f"sys.{name}"
        if not isinstance(getattr(sys, "tracebacklimit", 0), int):
            del sys.tracebacklimit
        for shared, copy in self._lists:
            if any(item not in shared for item in copy):
                shared[:] = copy
                yield "sys.meta_path" if shared is sys.meta_path else "sys.path_hooks"

    def _modules_again(self) -> Iterator[str]:
        now = sys.modules
        for name, module in self._modules.items():
            found = now.get(name, _MISSING)
            if found is module or not isinstance(module, ModuleType) or type(name) is not str:
                continue
            root = name.partition(".")[0]
            gone = found is _MISSING or found is None
            if root in _OURS or (gone and root in _STANDARD):
                now[name] = module
                yield f"sys.modules[{name!r}]"

    def _streams_again(self) -> Iterator[str]:
        for number, spare in enumerate(self._spare):
            if spare is not None:
                fresh = _is_other(number, spare)
                if fresh:
                    os.dup2(spare, number)
                os.close(spare)
        for number, name in enumerate(_STREAMS):
            stream = self._sys.get(name)
            if _sys.get(name) is not stream:
                _sys[name] = stream
            for kept in (name, f"__{name}__"):
                if _is_closed(_sys.get(kept)):
                    _sys[kept] = _opened_again(number)
                    yield f"sys.{kept}"


def _functions(module: ModuleType) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if callable(value)}


def put_back_names(now: dict[str, Any], before: dict[str, Any], prefix: str) -> list[str]:
    """Put back the names of a namespace that are bound otherwise; return which, as `prefix`name."""
    broken = [name for name, value in before.items() if now.get(name, _MISSING) is not value]
    for name in broken:
        now[name] = before[name]
    return [prefix + name for name in broken]


def listed(found: Iterable[str]) -> str:
    """Return the names of what was put back, as many as a sentence can hold."""
    names = list(dict.fromkeys(found))
    return ", ".join([*names[:_PATIENCE], *(["…"] if len(names) > _PATIENCE else [])])


def lent(stream: Any) -> Any:
    """Return a standard stream as the learner's code may have it; none where there is none."""
    return stream if stream is None or isinstance(stream, Lent) else Lent(stream)


class Leaving:
    """`exit` and `quit` as the learner has them: Python's own close `sys.stdin` as well."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"Use {self.name}() or Ctrl-D (i.e. EOF) to exit"

    __call__ = staticmethod(sys.exit)  # no frame of ours stands in a traceback


class Lent:
    """A standard stream as the learner's code has it: what closes it closes it for that code."""

    def __init__(self, stream: object) -> None:
        self._stream = stream
        self.closed = bool(getattr(stream, "closed", False))

    def close(self) -> None:
        """Let no more be read or written by this name; the stream itself stays open."""
        self.closed = True

    def __getattr__(self, name: str) -> Any:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        return getattr(self._stream, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.readline, "")

    def __enter__(self) -> "Lent":
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()


def _spare(number: int) -> int | None:
    try:
        return os.dup(number)
    except OSError:
        return None


def _is_other(number: int, spare: int) -> bool:
    """Return whether a descriptor is closed, or leads elsewhere than its copy."""
    try:
        return not os.path.sameopenfile(number, spare)
    except OSError:
        return True


def _is_closed(stream: object) -> bool:
    closed: Callable[[], bool] = lambda: bool(getattr(stream, "closed", False))  # noqa: E731
    try:
        return stream is not None and closed()
    except ValueError:  # its buffer was taken away
        return True


def _opened_again(number: int) -> IO[str] | None:
    try:
        mode = "r" if number == 0 else "w"
        errors = "replace" if number == 0 else "backslashreplace"
        return open(number, mode, encoding="utf-8", errors=errors, closefd=False, buffering=1)
    except OSError:
        return None
