"""Runs source as a Python console does, and says what came of it: one way for all code.

The learner's own code and a lesson's both come here. They differ in the namespace they run
in, in who hears what they print, and in what becomes of an error.
"""

import ast
import builtins
import sys
import warnings
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Protocol, TextIO

from conv1d_tutor.errors import UNPARSABLE
from conv1d_tutor.odd_values import is_a

from .source import Source

INPUT = "<input "
"""How the file's name begins of what a learner has typed."""

_TORCH = "torch"
_MOST_KEPT = 1_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What running one input gave.

    `typed` is the code that ran. `value` is the value of its last statement where that is
    an expression (`has_value`), else None. `error` is the exception that ended it, if any;
    a SyntaxError too. `printed` is what it wrote to standard output, `echoed` the last value as it
    was shown. `bound` are the names
    it bound or rebound, in the order of the source, and their values.
    """

    typed: Source
    value: object = None
    has_value: bool = False
    error: BaseException | None = None
    printed: str = ""
    echoed: str = ""
    bound: Mapping[str, object] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The text of the code that ran."""
        return self.typed.text

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it bound or rebound."""
        return tuple(self.bound)


def raised_by_learner(error: BaseException) -> bool:
    """Return whether code of the learner's was running when `error` was raised.

    A ReferenceError is always theirs: nobody else has proxies of what is gone.
    """
    if is_a(error, ReferenceError):
        return True
    trace = BaseException.__dict__["__traceback__"].__get__(error)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(INPUT):
            return True
        trace = trace.tb_next
    return False


class Evaluator(Protocol):
    """Runs a learner's source in their own namespace."""

    @property
    def names(self) -> MutableMapping[str, object]:
        """The learner's namespace, live."""

    @property
    def torch(self) -> ModuleType:
        """What the learner's `import torch` finds: the bundled engine, or PyTorch itself."""

    def evaluate(self, source: str | Source) -> Outcome:
        """Run `source` and say what came of it. Never raises for what the source does."""


def run_source(
    typed: Source, names: dict[str, object], listener: "Listener", filename: str
) -> Outcome:
    """Run `typed` in `names`, statement by statement, while `listener` hears what it says.

    Whatever it raises is the outcome's `error`: `KeyboardInterrupt` and `SystemExit` too, and
    a `SyntaxError` of the source itself, which is in `filename`.
    """
    if typed.error is not None:
        if isinstance(typed.error, SyntaxError):
            typed.error.filename = filename
        return Outcome(typed, error=typed.error)
    try:
        pieces = [
            compile(ast.Interactive([statement]), filename, "single")
            for statement in typed.tree.body
        ]
    except UNPARSABLE as refused:
        return Outcome(typed, error=refused)
    error: BaseException | None = None
    with listener:
        try:
            for piece in pieces:
                exec(piece, names)
        except BaseException as raised:
            error = raised
    has_value = typed.ends_in_expression and error is None
    return Outcome(
        typed,
        value=listener.value if has_value else None,
        has_value=has_value,
        error=error,
        printed=listener.printed,
        echoed=listener.echoed,
        bound={name: names[name] for name in typed.names if name in names},
    )


class Listener:
    """Stands for `sys.stdout` while code runs: keeps what is written, and passes it on to `out`.

    With `quiet` nothing is passed on. `echo` are the builtins of a console, in which the last
    value shown is kept as `_`; without them no value is shown. `afterwards` is called when the
    code has ended, before anything else is done.
    """

    def __init__(
        self,
        out: TextIO,
        *,
        quiet: bool,
        echo: dict[str, object] | None = None,
        afterwards: Callable[[], None] | None = None,
    ) -> None:
        self._out = out
        self._quiet = quiet
        self._echo = echo
        self._afterwards = afterwards
        self._heard: list[str] = []
        self._room = _MOST_KEPT
        self.closed = False
        self.value: object = None
        self.echoed = ""

    @property
    def printed(self) -> str:
        """What was written; the first million characters of it."""
        return "".join(self._heard)

    def __enter__(self) -> "Listener":
        self._before = sys.stdout, sys.displayhook, warnings.showwarning
        sys.stdout, sys.displayhook, warnings.showwarning = self, self._display, self._warn
        return self

    def __exit__(self, *_raised: object) -> None:
        sys.stdout, sys.displayhook, warnings.showwarning = self._before
        if self._afterwards is not None:
            self._afterwards()

    def write(self, text: str) -> int:
        """Remember a text, and pass it on."""
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._room > 0:
            self._heard.append(text[: self._room])
            self._room -= len(text)
        if not self._quiet:
            _write(self._out, text)
        return len(text)

    def flush(self) -> None:
        """Flush what was passed on."""
        if not self.closed:
            self._out.flush()

    def close(self) -> None:
        """Let the code write no more; what it writes to stays open."""
        self.closed = True

    def __getattr__(self, name: str) -> object:
        return getattr(self._out, name)

    def _display(self, value: object) -> None:
        self.value = value
        if value is None or self._echo is None:
            return
        self._echo["_"] = None
        text = repr(value)
        if not self._quiet:
            self.echoed = text[:_MOST_KEPT]
            _write(self._out, text + "\n")
        self._echo["_"] = value

    def _warn(
        self, message: Warning | str, category: type[Warning], *_place: object, **_more: object
    ) -> None:
        """Show a warning's text; its place would be a file of ours or of a library."""
        if not self._quiet:
            print(f"{category.__name__}: {message}", file=sys.stderr)


def _write(out: TextIO, text: str) -> None:
    try:
        out.write(text)
    except UnicodeEncodeError:
        encoding = out.encoding or "ascii"
        out.write(text.encode(encoding, "backslashreplace").decode(encoding))


class TorchImport:
    """An `__import__` for one namespace: `torch` and all below it is `face`.

    `sys.modules` is left alone.
    """

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
        if level or name.partition(".")[0] != _TORCH or self._face is sys.modules.get(_TORCH):
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        module = self._find(name)
        for item in fromlist or ():
            if item != "*":
                self._check(module, name, item)
        return module if fromlist else self._face

    def _find(self, name: str) -> ModuleType:
        module: ModuleType = self._face
        parts = name.split(".")[1:]
        for place, part in enumerate(parts):
            found = getattr(module, part, None)
            if isinstance(found, ModuleType):
                module = found
                continue
            if found is not None:
                raise _no_module(name, "")
            rest = ".".join(parts[place:])
            try:
                getattr(module, rest)
            except AttributeError as missing:
                raise _no_module(name, _more(missing, module, rest)) from None
        return module

    @staticmethod
    def _check(module: ModuleType, name: str, item: str) -> None:
        try:
            getattr(module, item)
        except AttributeError as missing:
            text = f"cannot import name {item!r} from {name!r}" + _more(missing, module, item)
            raise ImportError(text, name=name) from None


def _no_module(name: str, more: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"No module named {name!r}{more}", name=name)


def _more(missing: AttributeError, module: ModuleType, name: str) -> str:
    """Return what the engine says beyond PyTorch's own words: that it lacks what PyTorch has."""
    plain = f"module {module.__name__!r} has no attribute {name!r}"
    return str(missing).removeprefix(plain)
