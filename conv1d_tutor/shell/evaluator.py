"""Runs what the learner typed, in a namespace of their own, and says what came of it."""

import builtins
import linecache
import sys
from types import ModuleType

from conv1d_tutor.course.evaluation import Listener, Outcome, TorchImport, run_source
from conv1d_tutor.course.source import Source


class LearnerEvaluator:
    """A Python console's namespace, in which `torch` is the module given.

    Echoes the value of each expression statement to `sys.stdout` as Python's console does,
    unless `quiet`.
    """

    def __init__(self, torch: ModuleType, names: dict[str, object] | None = None) -> None:
        self._torch = torch
        self._builtins = dict(vars(builtins))
        self._builtins["__import__"] = TorchImport(torch)
        self._builtins.pop("_", None)
        self._main = ModuleType("__main__")
        self._names: dict[str, object] = vars(self._main)
        self._names |= dict(names or {})
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

    @property
    def builtins(self) -> dict[str, object]:
        """The learner's own copy of Python's builtins; `_` is here."""
        return self._builtins

    def load(self) -> None:
        """Load the engine now, so that the first input need not wait for it."""
        self._torch.__version__  # noqa: B018 - a lazy module loads when it is first asked anything

    def evaluate(self, source: str | Source) -> Outcome:
        """Run `source` as a console would, statement by statement.

        A single-statement input, several lines, or a whole program; every expression
        statement is echoed, and the last statement's value is the outcome's.
        Whatever the source raises is the outcome's `error`, `KeyboardInterrupt` and
        `SystemExit` too. Source errors are `SyntaxError`s.
        """
        self._count += 1
        typed = Source.parse(source) if isinstance(source, str) else source
        return self._run(typed, f"<input {self._count}>")

    def peek(self, source: str) -> Outcome:
        """Run `source` unseen, for its value: no echo; names, `_` and random state as before."""
        was_quiet, self.quiet = self.quiet, True
        names = dict(self._names)
        had, last = "_" in self._builtins, self._builtins.get("_")
        state = self._torch.get_rng_state()
        try:
            return self._run(Source.parse(source), "<expression>")
        finally:
            self.quiet = was_quiet
            self._names.clear()
            self._names.update(names)
            self._torch.set_rng_state(state)
            self._builtins.pop("_", None)
            if had:
                self._builtins["_"] = last

    def _run(self, typed: Source, filename: str) -> Outcome:
        lines = [line + "\n" for line in typed.text.splitlines()]
        linecache.cache[filename] = (len(typed.text), None, lines, filename)
        listener = Listener(sys.stdout, quiet=self.quiet, echo=self._builtins)
        before = sys.modules.get("__main__")
        sys.modules["__main__"] = self._main  # where pickle looks for the learner's classes
        try:
            return run_source(typed, self._names, listener, filename)
        finally:
            if before is not None:
                sys.modules["__main__"] = before
