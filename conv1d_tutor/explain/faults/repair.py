"""The learner's line with one part of it changed, tried silently before it is shown."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ...errors import UNPARSABLE
from ...odd_values import is_a, name_of_class, parts_of
from ..origin.naming import is_module, modules_in, named_tensors
from ..tensors import is_tensor, shape_of

Evaluate = Callable[[str], object]
"""Return the value of an expression in the learner's namespace and leaves no trace; may raise."""

_HARMLESS = frozenset(
    """
    permute transpose unsqueeze squeeze reshape view float double long flatten contiguous
    expand repeat detach numpy to clone t rand randn zeros ones arange tensor from_numpy
    as_tensor Conv1d pad astype linspace full item tolist shape dot sum swapaxes movedim
    mean stack cat relu astensor array conv1d
    """.split()
)


@dataclass(frozen=True, slots=True)
class Site:
    """A call in the learner's source: the layer that was called and the text of its argument."""

    source: str
    statement: ast.stmt
    call: ast.Call
    function: object
    argument: ast.expr | None

    @property
    def function_text(self) -> str:
        """How the learner wrote what they called."""
        return ast.get_source_segment(self.source, self.call.func) or ""

    @property
    def argument_text(self) -> str:
        """How the learner wrote the first argument."""
        if self.argument is None:
            return ""
        return ast.get_source_segment(self.source, self.argument) or ""

    @property
    def statement_text(self) -> str:
        """The whole statement as written."""
        return ast.get_source_segment(self.source, self.statement) or ""

    def with_argument(self, text: str) -> tuple[str, str]:
        """Return the statement with another argument, and the call alone."""
        return self.replacing(self.argument, text)

    def replacing(self, node: ast.AST | None, text: str) -> tuple[str, str]:
        """Return the statement with `node` written as `text`, and the call alone."""
        old = ast.get_source_segment(self.source, node) if node is not None else None
        call = ast.get_source_segment(self.source, self.call) or ""
        if not old or node is None or "\n" in self.statement_text:
            return "", ""
        start = node.col_offset - self.statement.col_offset  # type: ignore[attr-defined]
        line = _splice(self.statement_text, start, old, text)
        inner = node.col_offset - self.call.col_offset  # type: ignore[attr-defined]
        return line, _splice(call, inner, old, text)


def _splice(text: str, at: int, old: str, new: str) -> str:
    """Replace `old` at a byte offset, as `ast` counts."""
    raw = text.encode()
    return (raw[:at] + new.encode() + raw[at + len(old.encode()) :]).decode()


def resolve(node: ast.expr, names: Mapping[str, object]) -> object:
    """Return what a dotted or numbered name stands for, running nothing; None if unknown."""
    match node:
        case ast.Name(id=name):
            return names.get(name)
        case ast.Attribute(value=inner, attr=attribute):
            owner = resolve(inner, names)
            return getattr(owner, attribute, None) if owner is not None else None
        case ast.Subscript(value=inner, slice=ast.Constant(value=int(place))):
            owner = resolve(inner, names)
            if is_module(owner) or isinstance(owner, (list, tuple)):
                return owner[place] if len(owner) > place else None  # type: ignore[index, arg-type]
    return None


def find_site(source: str, names: Mapping[str, object]) -> Site | None:
    """Find the call of a layer, of `conv1d` or of a layer's class in the learner's source."""
    try:
        tree = ast.parse(source)
    except UNPARSABLE:
        return None
    for statement in reversed(tree.body):
        for node in ast.walk(statement):
            if not isinstance(node, ast.Call):
                continue
            function = resolve(node.func, names)
            name = getattr(function, "__name__", "")
            known = is_module(function) or name in ("conv1d", "Conv1d")
            if isinstance(node.func, ast.Call):
                known = True
            if known:
                argument = node.args[0] if node.args else None
                return Site(source, statement, node, function, argument)
    return None


def source_of_layer(layer: Any, factory: str, **changes: object) -> str:
    """Return the line that makes a layer like this one, with some of its arguments changed."""
    values: dict[str, object] = {
        "in_channels": layer.in_channels,
        "out_channels": layer.out_channels,
        "kernel_size": layer.kernel_size[0],
        "stride": layer.stride[0],
        "padding": layer.padding if isinstance(layer.padding, str) else layer.padding[0],
        "dilation": layer.dilation[0],
        "groups": layer.groups,
        "bias": layer.bias is not None,
        "padding_mode": layer.padding_mode,
    } | changes
    usual = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True}
    usual["padding_mode"] = "zeros"  # type: ignore[assignment]
    first = [str(values.pop(name)) for name in ("in_channels", "out_channels", "kernel_size")]
    rest = [f"{name}={value!r}" for name, value in values.items() if usual[name] != value]
    return f"{factory}({', '.join(first + rest)})"


@dataclass(frozen=True, slots=True)
class Repair:
    """Tries lines in the learner's namespace without leaving a trace there."""

    names: Mapping[str, object]
    evaluate: Evaluate | None = None

    def shape_of(self, expression: str) -> str | None:
        """Return the shape that an expression gives if tried, "" if not tried, None if it fails."""
        try:
            value = self._try(expression)
        except _NotTriedError:
            return ""
        except Exception:
            return None
        if is_tensor(value):
            return (
                "("
                + ", ".join(map(str, shape_of(value)))
                + ("," if len(value.shape) == 1 else "")
                + ")"
            )
        return "" if value is None else type(value).__name__

    def would_fail(self, line: str) -> bool:
        """Return whether a line raises, as far as it can be tried without leaving a trace."""
        try:
            (statement,) = ast.parse(line).body
        except (SyntaxError, ValueError):
            return False
        value = getattr(statement, "value", None)
        if not isinstance(statement, ast.Expr | ast.Assign) or value is None:
            return False
        return Repair(self.names).shape_of(ast.unparse(value)) is None

    def _try(self, expression: str) -> object:
        if self.evaluate is not None:
            return self.evaluate(expression)
        tree = ast.parse(expression, mode="eval")
        for node in ast.walk(tree):
            if not isinstance(node, _ALLOWED) or (
                isinstance(node, ast.Call) and not self._harmless(node.func)
            ):
                raise _NotTriedError
        torch = self.torch_module()
        state = torch.get_rng_state() if torch is not None else None
        try:
            return eval(compile(tree, "<tried>", "eval"), dict(self.names))
        finally:
            if torch is not None:
                torch.set_rng_state(state)

    def torch_module(self) -> Any:
        """Return the learner's own torch module, None if they have not imported it."""
        for value in self.names.values():
            if is_a(value, ModuleType) and hasattr(value, "get_rng_state"):
                return value
        return None

    def _harmless(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Call):
            return self._harmless(function.func)
        value = resolve(function, self.names)
        if is_module(value):
            return not any(
                type(m).__name__.startswith("BatchNorm") for m in parts_of(value, "modules")
            )
        name = function.attr if isinstance(function, ast.Attribute) else ""
        return (name or getattr(value, "__name__", "")) in _HARMLESS

    def layer_factory(self) -> str:
        """Return the learner's own way to write `nn.Conv1d`."""
        for name, value in self.names.items():
            if is_a(value, type) and name_of_class(value) == "Conv1d":
                return name
        for name, value in self.names.items():
            if is_a(value, ModuleType) and isinstance(getattr(value, "Conv1d", None), type):
                return f"{name}.Conv1d"
        return "nn.Conv1d"

    def tensors_shaped(self, shape: tuple[int, ...]) -> Iterator[str]:
        """Return the names of the learner's tensors of this shape."""
        return (name for name, tensor in named_tensors(self.names) if shape_of(tensor) == shape)

    def layers_weighted(self, shape: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
        """Return the learner's layers whose weight has this shape."""
        for expression, module in modules_in(self.names):
            weight = getattr(module, "weight", None)
            if is_tensor(weight) and shape_of(weight) == shape:
                yield expression, module


class _NotTriedError(Exception):
    """The expression does more than can be tried without a trace."""


_ALLOWED = (
    ast.Expression, ast.Name, ast.Load, ast.Attribute, ast.Subscript, ast.Slice, ast.Constant,
    ast.Tuple, ast.List, ast.Call, ast.keyword, ast.UnaryOp, ast.USub, ast.BinOp, ast.operator,
)  # fmt: skip
