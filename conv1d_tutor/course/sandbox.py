"""Runs a lesson's own code: silently, apart from the learner's namespace, within the allow-list."""

import ast
import builtins
import contextlib
import importlib
import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType

from .format.allowlist import ALLOWED_BUILTINS, ALLOWED_MODULES

__all__ = ["Ran", "Scratch", "bound_names", "last_value_source"]


@dataclass(frozen=True, slots=True)
class Ran:
    """What running a lesson's code gave: like an `Outcome`, with the names and their values."""

    code: str
    value: object = None
    has_value: bool = False
    error: Exception | None = None
    bound: Mapping[str, object] = field(default_factory=dict)


class Scratch:
    """Runs allow-listed code over a copy of the names it is given.

    `torch` is what its `import torch` finds; `torch`, `nn` and `F` are always there. Changes
    in place do reach the values given: whoever cares takes a snapshot first.
    """

    def __init__(self, torch: ModuleType) -> None:
        self.modules = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional}
        self._torch = torch
        self._builtins: dict[str, object] = {
            name: getattr(builtins, name) for name in ALLOWED_BUILTINS if hasattr(builtins, name)
        }
        self._builtins["__build_class__"] = builtins.__build_class__
        self._builtins["__import__"] = self._import

    def run(self, code: str, names: Mapping[str, object]) -> Ran:
        """Run `code` and give what came of it, its error included; nothing is printed."""
        space: dict[str, object] = {**self.modules, **names}
        space["__builtins__"] = self._builtins
        space["__name__"] = "__main__"
        tree = ast.parse(code, "<lesson>")
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        value: object = None
        error: Exception | None = None
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exec(compile(tree, "<lesson>", "exec"), space)
                if isinstance(last, ast.Expr):
                    value = eval(compile(ast.Expression(last.value), "<lesson>", "eval"), space)
            except Exception as raised:
                error = raised.with_traceback(None)
        return Ran(
            code,
            value,
            last is not None and error is None,
            error,
            {name: space[name] for name in bound_names(code) if name in space},
        )

    def _import(
        self,
        name: str,
        _globals: Mapping[str, object] | None = None,
        _locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        first, *below = name.split(".")
        # PyTorch's own compiled code imports parts of it through whoever calls it.
        if level or (name not in ALLOWED_MODULES and first != "torch"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        top = self._torch if first == "torch" else importlib.import_module(first)
        if not fromlist:
            return top
        module = top
        for part in below:
            module = getattr(module, part)
        for wanted in fromlist:
            if not hasattr(module, wanted):
                text = f"cannot import name {wanted!r} from {name!r}"
                raise ImportError(text, name=name)
        return module


def bound_names(code: str) -> tuple[str, ...]:
    """Return the names that code binds at its top level, in the order of the source."""
    found: dict[str, None] = {}
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found[name] = None
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] = None
            case ast.alias(name=name, asname=bound):
                found[bound or name.partition(".")[0]] = None
    return tuple(found)


def last_value_source(source: str) -> ast.expr | None:
    """Return the source's last statement where it is an expression or assigns one to a name."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    match body[-1:]:
        case [ast.Expr(value=value)]:
            return value
        case [ast.Assign(targets=[ast.Name()], value=value)]:
            return value
        case _:
            return None
