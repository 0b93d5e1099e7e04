"""`hand`: a sum by hand must be the right number, and computed, not read off or typed off."""

from collections.abc import Iterator
from typing import Any

from conv1d_tutor import closeness
from conv1d_tutor.i18n import _

from ..judge.expected import Expected
from ..judge.given import Attempt, few_numbers, given_value, has_graph, is_read_from_layer
from ..judge.mistakes import hidden_mistakes, name_mistake
from ..judge.values import family, is_close, numbers
from ..judge.verdict import ASIDE, PASSED, Verdict, missed
from ..lesson import Step
from ..source import Source
from .kind import CodeKind


class Hand(CodeKind):
    """The input's value must be close to `value`, and computed from inputs and weights."""

    name = "hand"
    needs = ("value", "solution")
    may = ("accept", "reject")
    hides_sums = True

    def faults(self, step: Step, expected: Expected, torch: Any) -> Iterator[tuple[str, str]]:
        """Return the mistakes that the numbers of the element asked for cannot tell apart."""
        element = expected.subject.element
        if element is not None and (hidden := hidden_mistakes(element, torch)):
            problem = _(
                "the numbers cannot tell these mistakes apart, or from the right answer: "
                "{mistakes}; take another element, or other numbers"
            )
            yield "value", problem.format(mistakes=", ".join(hidden))

    def judge_code(self, step: Step, attempt: Attempt, expected: Expected) -> Verdict:
        """Return whether the number is the one asked for, and was computed."""
        if attempt.outcome.error is not None:
            return ASIDE
        given = given_value(attempt)
        if given is None:
            given = _summed_in_a_name(attempt, expected)
        if given is None and attempt.outcome.printed.strip():
            return Verdict(
                "aside",
                _("Leave `print` out and type the sum alone, so that its value can be seen."),
            )
        target = numbers(expected.value)[0]
        many = few_numbers(given) if family(given) in {"number", "tensor"} else []
        if len(many) == 1 and _hits(many[0], target, given, attempt.typed):
            return _not_computed(given, attempt) or PASSED
        if (
            attempt.is_lookup
            or is_read_from_layer(given, attempt)
            or (not attempt.outcome.has_value and attempt.typed.is_literal)
        ):
            return ASIDE
        if family(given) == "number" or (many and is_close(sum(many), target)):
            return expected.difference(given, step)
        return _judge_products(given, many, expected)


def _judge_products(given: object, many: list[float], expected: Expected) -> Verdict:
    """Return the verdict on a value that is no number: perhaps the products before the sum."""
    element = expected.subject.element
    idea = name_mistake(given, expected.subject) if many else None
    if element is None or idea is None:
        return ASIDE
    whole = sum(len(part.taps) for part in element.channels) == len(many)
    return idea if whole else Verdict("aside", idea.message, idea.mistake)


def _summed_in_a_name(attempt: Attempt, expected: Expected) -> object:
    """Return what a loop or the like has summed up in a name, where that is what was asked for."""
    for value in attempt.outcome.bound.values():
        if family(value) == "number" and is_close(
            numbers(value)[0], numbers(expected.value)[0], typed=not has_graph(value)
        ):
            return value
    return None


def _hits(number: float, target: float, given: object, typed: Source) -> bool:
    if is_close(number, target, typed=not has_graph(given)):
        return True
    return (
        not has_graph(given) and typed.has_decimals and abs(number - target) <= closeness.TYPED_SUM
    )


def _not_computed(given: object, attempt: Attempt) -> Verdict | None:
    """Return why a right number is no sum by hand; None where it is one."""
    if is_read_from_layer(given, attempt):
        message = _(
            "The right number, read from what the layer gave. Now make it yourself: "
            "from `x`, the weights and the bias."
        )
        return missed("read-off", message)
    if attempt.typed.is_literal:
        message = _(
            "That is the number. Now have it computed: the window times the filter, "
            "summed over the channels, plus the bias."
        )
        return missed("typed-off", message)
    return None
