"""Reads answers that are not run: a prediction typed as a literal, the letter of an option."""

import ast
import operator
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Prediction", "read_choice", "read_prediction"]

_DONT_KNOW = frozenset(["?", ":skip", "dont know", "don't know", "idk", "不知道"])
_WRAPPERS = frozenset(["Size", "tensor", "tuple", "list", "int", "float", "str"])
_PUNCTUATION = str.maketrans("，（）【】［］“”‘’：。－？　、×", ",()[][]\"\"'':.-? ,x")
_SIZES = re.compile(r"\d+(?:(?:\s*x\s*|\s+)\d+)+")
_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
}
_LARGE = 10**12


@dataclass(frozen=True, slots=True)
class Prediction:
    """A prediction as it was locked in; `known` is False for "I don't know"."""

    value: object
    known: bool = True


def read_prediction(text: str) -> Prediction | None:
    """Read what a learner expects to see; None where the text is no prediction.

    A Python literal, in Chinese punctuation too; `torch.Size([4, 3, 2])`, `4 3 2` and
    `4×3×2` all are the tuple; plain arithmetic such as `6 - 5 + 1` is worked out; `?` says
    that they do not know. Code that would have to be run is no prediction.
    """
    text = text.strip().translate(_PUNCTUATION)
    text = unicodedata.normalize("NFKC", text).strip()
    if text.lower() in _DONT_KNOW:
        return Prediction(None, known=False)
    if not text:
        return None
    if _SIZES.fullmatch(text):
        return Prediction(tuple(int(size) for size in re.findall(r"\d+", text)))
    try:
        return Prediction(_literal(ast.parse(text, mode="eval").body))
    except (SyntaxError, ValueError, ArithmeticError, MemoryError, RecursionError):
        return None


def _literal(node: ast.expr) -> object:
    """Work out a literal; raises ValueError for anything that is none."""
    value: object
    match node:
        case ast.Constant(value=constant):
            value = constant
        case ast.Tuple(elts=items):
            value = tuple(_literal(item) for item in items)
        case ast.List(elts=items):
            value = [_literal(item) for item in items]
        case ast.Call(func=function, args=[argument]) if _last_name(function) in _WRAPPERS:
            value = _literal(argument)
        case ast.Call(func=function, args=sizes) if _last_name(function) == "Size":
            value = tuple(_literal(size) for size in sizes)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = -_number(operand)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _ARITHMETIC:
            one, other = _number(left), _number(right)
            if max(abs(one), abs(other)) > _LARGE:
                raise ValueError
            value = _ARITHMETIC[type(sign)](one, other)
        case _:
            raise ValueError
    return value


def _number(node: ast.expr) -> float:
    value = _literal(node)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    return value


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def read_choice(text: str, options: Sequence[str], texts: Sequence[str] = ()) -> str | None:
    """Return the key of the option that was chosen; None where the text is no choice.

    Takes `b`, `B`, `b)`, `(b)`, `"b"`, a full-width `ｂ`, and 2 for the second option. Where
    the options' own `texts` are numbers, a number is the option that says so.
    """
    text = unicodedata.normalize("NFKC", text).strip().casefold()
    text = text.strip("()[]{}\"'`“”‘’【】「」.。,，、:： ").strip()
    for key in options:
        if text == unicodedata.normalize("NFKC", key).casefold():
            return key
    values = [said.strip() for said in texts]
    if any(said.isdecimal() for said in values):
        return options[values.index(text)] if text in values else None
    if text.isdecimal() and 1 <= int(text) <= len(options):
        return options[int(text) - 1]
    return None
