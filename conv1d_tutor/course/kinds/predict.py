"""`predict`: what will be seen is said before it is run; then it is run, and the step passes."""

import ast
import operator
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from conv1d_tutor.i18n import _

from ..evaluation import Outcome
from ..judge.expected import Expected, is_alike
from ..judge.values import same
from ..judge.verdict import PASSED, Verdict, crashed
from ..lesson import Step
from ..source import Source
from .kind import Kind, Names, WorkOut


class Predict(Kind):
    """A literal is locked in, then `show` is run and revealed; it passes either way."""

    name = "predict"
    needs = ("value", "solution")
    may = ("show", "accept", "misses")
    has_literal_answers = True
    idle = ("",)
    takes_dont_know = True

    def read(self, step: Step, typed: Source, names: Names, expected: WorkOut) -> Verdict | None:
        """Return the verdict on a prediction: it passes, and the verdict says what was wrong."""
        prediction = read_prediction(typed.text)
        if prediction is None:
            if typed.text.strip() in names:
                return None
            return Verdict(
                "aside",
                _(
                    "First say what you expect, before it is run: type the value itself, "
                    "or `?` if you do not know."
                ),
            )
        if not prediction.known:
            return Verdict("passed")
        try:
            verdict = _judge(step, prediction.value, expected())
        except Exception as error:
            verdict = crashed(error)
        return replace(verdict, outcome=Outcome(typed, prediction.value, has_value=True))

    @property
    def todo(self) -> str:
        """What the bottom line says that there is to do."""
        return _("predict, or ?")

    def code_revealed(self, step: Step) -> str:
        """Return the code whose result was to be predicted."""
        return step.show or step.value

    def closing_words(self, verdict: Verdict) -> str:
        """Return whether the prediction came true; nothing where there was none."""
        if verdict.right is None:
            return ""
        if verdict.right:
            return _("As you predicted.")
        return _("You predicted {value}.").format(value=verdict.outcome.source.strip())


def _judge(step: Step, given: object, expected: Expected) -> Verdict:
    if any(same(given, value) for value in (expected.value, *expected.accepted)):
        return PASSED
    for known in expected.known:
        if is_alike(given, known.value):
            return Verdict("passed", step.says[known.says], known.says, right=False)
    return replace(expected.difference(given, step), kind="passed")


@dataclass(frozen=True, slots=True)
class Prediction:
    """A prediction as it was locked in; `known` is False for "I don't know"."""

    value: object
    known: bool = True


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


def read_prediction(text: str) -> Prediction | None:
    """Return what a learner expects to see; None where the text is no prediction.

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
    """Return the value of a literal; raises ValueError for anything that is none."""
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
