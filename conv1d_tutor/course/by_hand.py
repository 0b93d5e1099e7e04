"""Judges a sum by hand: the right number, and really computed, not read off or typed off."""

import ast

from conv1d_tutor.explain import closeness
from conv1d_tutor.i18n import _

from .judge.expected import Wanted
from .judge.feedback import Idea
from .judge.given import (
    ASIDE,
    PASSED,
    Attempt,
    Judgement,
    few_numbers,
    given_value,
    idea_for,
    is_lookup,
    is_read_from_layer,
    missed,
)
from .judge.graph import has_graph
from .judge.mistakes import named
from .judge.values import family, is_close, numbers, same
from .lesson import Step
from .sandbox import last_value_source

__all__ = ["judge_hand"]


def judge_hand(step: Step, attempt: Attempt, wanted: Wanted) -> Judgement:
    """Judge an input at a `hand` step."""
    if attempt.outcome.error is not None:
        return ASIDE
    given = given_value(attempt)
    if given is None:
        given = _summed_up(attempt, wanted)
    if given is None and attempt.outcome.printed.strip():
        return Judgement(
            "aside",
            _("Leave `print` out and type the sum alone, so that its value can be seen."),
        )
    target = numbers(wanted.value)[0]
    many = few_numbers(given) if family(given) in {"number", "tensor"} else []
    source = attempt.outcome.source
    if len(many) == 1 and _hits(many[0], target, given, source):
        idea = _not_by_hand(given, attempt)
    elif (
        is_lookup(source, attempt.names)
        or is_read_from_layer(given, attempt)
        or (not attempt.outcome.has_value and _is_literal(last_value_source(source)))
    ):
        return ASIDE
    elif family(given) == "number" or (many and is_close(sum(many), target)):
        idea = idea_for(given, step, wanted)
    else:
        return _on_the_way(given, many, wanted)
    return missed(idea) if idea else PASSED


def _on_the_way(given: object, many: list[float], wanted: Wanted) -> Judgement:
    """Judge a value that is no number: perhaps the products, of one channel or of all."""
    element = wanted.subject.element
    idea = named(given, wanted.subject) if many else None
    if element is None or idea is None:
        return ASIDE
    whole = sum(len(part.taps) for part in element.channels) == len(many)
    return missed(idea) if whole else Judgement("aside", idea.message, idea.mistake)


def _summed_up(attempt: Attempt, wanted: Wanted) -> object:
    """Return what a loop or the like has summed up in a name, where that is what was asked for."""
    for name in attempt.outcome.names:
        value = attempt.names[name]
        if family(value) == "number" and same(value, wanted.value):
            return value
    return None


def _hits(number: float, target: float, given: object, source: str) -> bool:
    if is_close(number, target, typed=not has_graph(given)):
        return True
    return (
        not has_graph(given)
        and _has_decimals(source)
        and abs(number - target) <= closeness.TYPED_SUM
    )


def _not_by_hand(given: object, attempt: Attempt) -> Idea | None:
    """Say why a right number is not a sum by hand; None where it is one."""
    if is_read_from_layer(given, attempt):
        return Idea(
            _(
                "The right number, read from what the layer gave. Now make it yourself: "
                "from `x`, the weights and the bias."
            ),
            "read-off",
        )
    if _is_literal(last_value_source(attempt.outcome.source)):
        return Idea(
            _(
                "That is the number. Now have it computed: the window times the filter, "
                "summed over the channels, plus the bias."
            ),
            "typed-off",
        )
    return None


def _is_literal(node: ast.expr | None) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant)


def _has_decimals(source: str) -> bool:
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, float)
        for node in ast.walk(ast.parse(source))
    )
