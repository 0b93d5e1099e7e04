"""Runs what the learner typed, in a namespace of their own, and says what came of it."""

import builtins
import linecache
import sys
from types import ModuleType
from typing import Any

from conv1d_tutor.course.evaluation import INPUT, Listener, Outcome, TorchImport, run_source
from conv1d_tutor.course.source import Source
from conv1d_tutor.late import loaded_late

from .surroundings import Leaving, Surroundings, lent, put_back_names

with loaded_late():  # few ever debug
    from . import debugging

_MOST_INPUTS = 500
_MOST_CHARACTERS = 2_000_000


class _Inputs:
    """The inputs so far: how many, and the lines of the last of them, for tracebacks."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: dict[str, int] = {}

    def remember(self, text: str, filename: str) -> None:
        """Keep an input's lines; those of inputs long ago are let go of."""
        lines = [line + "\n" for line in text.splitlines()]
        linecache.cache[filename] = (len(text), None, lines, filename)
        self._kept.pop(filename, None)
        self._kept[filename] = len(text)
        while len(self._kept) > 1 and (
            len(self._kept) > _MOST_INPUTS or sum(self._kept.values()) > _MOST_CHARACTERS
        ):
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            linecache.cache.pop(oldest, None)


class _LearnerImport(TorchImport):
    """An `__import__` whose debugger stops in the learner's lines only."""

    def __call__(self, name: str, *given: Any, **options: Any) -> ModuleType:
        """Import as `TorchImport` does."""
        module = super().__call__(name, *given, **options)
        if name == "pdb":
            module.set_trace = debugging.set_trace  # type: ignore[attr-defined]
        return module


def _breakpoint(*given: Any, **options: Any) -> object:
    return debugging.stop(sys._getframe(1), *given, **options)


class LearnerEvaluator:
    """A Python console's namespace, in which `torch` is the module given.

    Echoes the value of each expression statement to `sys.stdout` as Python's console does,
    unless `quiet`. Where it goes on `after` another, its inputs are numbered on from that one's.
    """

    def __init__(
        self,
        torch: ModuleType,
        names: dict[str, object] | None = None,
        after: "LearnerEvaluator | None" = None,
    ) -> None:
        self._torch = torch
        self._builtins = dict(vars(builtins))
        self._builtins["__import__"] = _LearnerImport(torch)
        self._builtins.pop("_", None)
        self._builtins |= {name: Leaving(name) for name in ("exit", "quit")}
        self._all_builtins = dict(self._builtins)
        self._main = ModuleType("__main__")
        self._names: dict[str, object] = vars(self._main)
        self._names |= dict(names or {})
        self._names["__doc__"] = None
        self._own_names()
        self._inputs: _Inputs = _Inputs() if after is None else after._inputs
        self.quiet = False
        self.put_back: list[str] = []
        """What the last input had broken, and the tutor needs as well."""

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
        self._inputs.count += 1
        typed = Source.parse(source) if isinstance(source, str) else source
        return self._run(typed, f"{INPUT}{self._inputs.count}>")

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
        self._inputs.remember(typed.text, filename)
        before = sys.modules.get("__main__")
        sys.modules["__main__"] = self._main  # where pickle looks for the learner's classes
        if sys.breakpointhook is sys.__breakpointhook__:
            sys.breakpointhook = _breakpoint
        surroundings = Surroundings(self._torch)

        def afterwards() -> None:
            self.put_back = surroundings.put_back()
            gone = {n: v for n, v in self._all_builtins.items() if n not in self._builtins}
            self.put_back += put_back_names(self._builtins, gone, "builtins.")
            if sys.breakpointhook is _breakpoint:
                sys.breakpointhook = sys.__breakpointhook__
            self._own_names()

        listener = Listener(
            sys.stdout, quiet=self.quiet, echo=self._builtins, afterwards=afterwards
        )
        sys.stdin, sys.stderr = lent(sys.stdin), lent(sys.stderr)
        try:
            return run_source(typed, self._names, listener, filename)
        finally:
            if before is not None:
                sys.modules["__main__"] = before

    def _own_names(self) -> None:
        """Have the namespace be that of a console, whatever was done to it."""
        self._names["__name__"] = "__main__"
        self._names["__builtins__"] = self._builtins
