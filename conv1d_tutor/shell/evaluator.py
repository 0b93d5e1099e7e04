"""Runs what the learner typed, in a namespace of their own, and says what came of it."""

import ast
import builtins
import dis
import linecache
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, ModuleType
from typing import TextIO

from ..course.evaluation import Outcome
from .imports import LearnerImport

__all__ = ["LearnerEvaluator"]

_BINDING_OPS = frozenset({"STORE_NAME", "STORE_GLOBAL"})


class LearnerEvaluator:
    """A Python console's namespace, in which `torch` is the module given.

    Echoes the value of each expression statement to `sys.stdout` as Python's console does,
    unless `quiet`.
    """

    def __init__(self, torch: ModuleType, names: dict[str, object] | None = None) -> None:
        self._torch = torch
        self._builtins = dict(vars(builtins))
        self._builtins["__import__"] = LearnerImport(torch)
        self._builtins.pop("_", None)
        self._names: dict[str, object] = dict(names or {})
        self._names |= {"__name__": "__main__", "__doc__": None, "__builtins__": self._builtins}
        self._count = 0
        self.quiet = False

    @property
    def names(self) -> dict[str, object]:
        """The learner's namespace, live."""
        return self._names

    @property
    def torch(self) -> ModuleType:
        """What the learner's `import torch` finds."""
        return self._torch

    def load(self) -> None:
        """Load the engine now, so that the first input need not wait for it."""
        self._torch.__version__  # noqa: B018 - a lazy module loads when it is first asked anything

    def evaluate(self, source: str) -> Outcome:
        """Run `source` as a console would, statement by statement.

        A single-statement input, several lines, or a whole program; every expression
        statement is echoed, and the last statement's value is the outcome's.
        Whatever the source raises is the outcome's `error`, `KeyboardInterrupt` and
        `SystemExit` too. Source errors are `SyntaxError`s.
        """
        self._count += 1
        return self._run(source, f"<input {self._count}>")

    def _run(self, source: str, filename: str) -> Outcome:
        lines = [line + "\n" for line in source.splitlines()]
        linecache.cache[filename] = (len(source), None, lines, filename)
        try:
            # Nesting deep enough to exhaust the parser is the learner's input, not our fault.
            tree = ast.parse(source, filename)
            pieces = [
                compile(ast.Interactive([statement]), filename, "single") for statement in tree.body
            ]
        except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError) as fault:
            return Outcome(source, error=fault)
        has_value = bool(tree.body) and isinstance(tree.body[-1], ast.Expr)
        names = tuple(dict.fromkeys(name for piece in pieces for name in _bound(piece)))
        error: BaseException | None = None
        with self._listening() as heard:
            try:
                for piece in pieces:
                    heard.value = None
                    exec(piece, self._names)
            except BaseException as raised:
                error = raised
        finished = has_value and error is None
        return Outcome(
            source,
            value=heard.value if finished else None,
            has_value=finished,
            error=error,
            printed=heard.printed,
            names=tuple(name for name in names if name in self._names),
        )

    @property
    def builtins(self) -> dict[str, object]:
        """The learner's own copy of Python's builtins; `_` is here."""
        return self._builtins

    def peek(self, source: str) -> Outcome:
        """Run `source` unseen, for its value: no echo; names, `_` and random state as before."""
        was_quiet, self.quiet = self.quiet, True
        names = dict(self._names)
        had, last = "_" in self._builtins, self._builtins.get("_")
        state = self._torch.get_rng_state()
        try:
            return self._run(source, "<expression>")
        finally:
            self.quiet = was_quiet
            self._names.clear()
            self._names.update(names)
            self._torch.set_rng_state(state)
            self._builtins.pop("_", None)
            if had:
                self._builtins["_"] = last

    @contextmanager
    def _listening(self) -> "Iterator[_Listener]":
        listener = _Listener(sys.stdout, self._builtins, self.quiet)
        stdout, displayhook, showwarning = sys.stdout, sys.displayhook, warnings.showwarning
        sys.stdout, sys.displayhook = listener, listener.display
        warnings.showwarning = listener.warn
        try:
            yield listener
        finally:
            sys.stdout, sys.displayhook = stdout, displayhook
            warnings.showwarning = showwarning


class _Listener:
    """Stands for `sys.stdout` while the learner's code runs: passes on, and remembers."""

    def __init__(self, out: TextIO, builtins_: dict[str, object], quiet: bool) -> None:
        self._out = out
        self._builtins = builtins_
        self._quiet = quiet
        self._heard: list[str] = []
        self.value: object = None

    @property
    def printed(self) -> str:
        return "".join(self._heard)

    def write(self, text: str) -> int:
        self._heard.append(text)
        if not self._quiet:
            _write(self._out, text)
        return len(text)

    def flush(self) -> None:
        self._out.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._out, name)

    def warn(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        """Show a warning's text; its place would be a file of ours or of a library."""
        del filename, lineno, file, line
        if not self._quiet:
            print(f"{category.__name__}: {message}", file=sys.stderr)

    def display(self, value: object) -> None:
        """Echo a value as Python's console does, and keep it as `_`."""
        self.value = value
        if value is None:
            return
        self._builtins["_"] = None
        text = repr(value)
        if not self._quiet:
            _write(self._out, text + "\n")
        self._builtins["_"] = value


def _write(out: TextIO, text: str) -> None:
    try:
        out.write(text)
    except UnicodeEncodeError:
        encoding = out.encoding or "ascii"
        out.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _bound(code: CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in _BINDING_OPS:
            yield str(instruction.argval)
