"""Python source parsed once: what was typed, or a lesson's code, as everyone looks at it."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from conv1d_tutor.errors import UNPARSABLE

_MOST_READ = 20_000  # characters; to cut a piece out of more takes long


@dataclass(frozen=True, slots=True)
class Source:
    """A text and its syntax tree, which is empty where the text is no Python.

    `error` is what parsing it raised. `names` are the names that it binds at its top level,
    in the order of the source.
    """

    text: str
    tree: ast.Module
    error: Exception | None = None
    names: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Source":
        """Parse a text; never raises for what it says."""
        try:
            tree = ast.parse(text)
        except UNPARSABLE as error:
            return cls(text, ast.Module([], []), error)
        return cls(text, tree, names=tuple(_bound(tree)))

    @property
    def blank(self) -> bool:
        """Whether nothing was typed."""
        return not self.text.strip()

    @property
    def ends_in_expression(self) -> bool:
        """Whether the last statement is an expression, whose value is the source's value."""
        return isinstance(self._last, ast.Expr)

    @property
    def value(self) -> ast.expr | None:
        """The last statement where it is an expression, or what it assigns to one name."""
        match self._last:
            case ast.Expr(value=value) | ast.Assign(targets=[ast.Name()], value=value):
                return value
        return None

    @property
    def kept_as(self) -> str:
        """The one name to which the last statement assigns; else empty."""
        match self._last:
            case ast.Assign(targets=[ast.Name(id=name)]):
                return name
        return ""

    @property
    def shown(self) -> str:
        """The last statement as it was typed, without comments or what stands before it."""
        last = self._last
        if last is None or len(self.text) > _MOST_READ:
            return self.text.strip()
        segment = ast.get_source_segment(self.text, last)
        return segment or self.text.strip()

    @property
    def is_literal(self) -> bool:
        """Whether its value is a constant, typed with or without a sign."""
        value = self.value
        if isinstance(value, ast.UnaryOp):
            value = value.operand
        return isinstance(value, ast.Constant)

    @property
    def has_decimals(self) -> bool:
        """Whether a number with decimals is typed anywhere in it."""
        return any(
            isinstance(node, ast.Constant) and isinstance(node.value, float)
            for node in ast.walk(self.tree)
        )

    @property
    def reads(self) -> frozenset[str]:
        """Every name that stands in it."""
        return frozenset(node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name))

    @property
    def calls(self) -> frozenset[str]:
        """Every name that is called in it."""
        return frozenset(
            node.func.id
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        )

    def is_lookup(self, names: Mapping[str, object]) -> bool:
        """Return whether it only looks at something that is there."""
        value = self.value
        return isinstance(value, ast.Name) and value.id in names and len(self.tree.body) == 1

    def uses_data(self, names: Mapping[str, object]) -> bool:
        """Return whether it computes with something at hand, not with new numbers alone."""
        return any(
            name in names and not isinstance(names[name], ModuleType | type) for name in self.reads
        )

    @property
    def _last(self) -> ast.stmt | None:
        return self.tree.body[-1] if self.tree.body else None


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _bound(tree: ast.Module) -> dict[str, None]:
    """Return the names bound outside of functions, classes and comprehensions.

    The tree is not walked by recursion: it may be nested deeper than Python's stack.
    """
    found: dict[str, None] = {}
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        inside = list(ast.iter_child_nodes(node))
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found[name] = None
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found[node.name], inside = None, []
            case ast.alias(name=name, asname=bound):
                found[bound or name.partition(".")[0]] = None
            case ast.ExceptHandler(name=str(name)) | ast.MatchMapping(rest=str(name)):
                found[name] = None
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found[name] = None
            case ast.Assign(targets=targets, value=value):
                inside = [value, *targets]  # in the order in which they are bound
            case ast.Lambda() | ast.AnnAssign(value=None):
                inside = []
            case _ if isinstance(node, _COMPREHENSIONS):
                inside = [at.target for at in ast.walk(node) if isinstance(at, ast.NamedExpr)]
        waiting.extend(reversed(inside))
    return found
