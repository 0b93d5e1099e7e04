"""What the judges share: one attempt, what it is worth, and how to look at it."""

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from ..evaluation import Outcome
from ..lesson import Step
from ..sandbox import last_value_source
from .expected import Wanted
from .feedback import Idea, idea_about
from .graph import has_graph, is_from_layer, reads_layer
from .mistakes import named
from .values import numbers, shape_of

__all__ = [
    "ASIDE",
    "PASSED",
    "Attempt",
    "Judgement",
    "few_numbers",
    "given_value",
    "idea_for",
    "is_lookup",
    "is_read_from_layer",
    "missed",
]

_FEW = 10_000
"""So many numbers are looked at one by one; nobody means more as an answer."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one input is worth; `keep` are names that stay although the step has not passed."""

    kind: Literal["passed", "missed", "aside"]
    message: str = ""
    mistake: str = ""
    right: bool | None = None
    keep: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One input as the judge sees it, right after it ran.

    `names` is the learner's namespace, `changed` the lesson's names that the input bound or
    changed in place, `drew` whether it used up random numbers.
    """

    outcome: Outcome
    names: Mapping[str, object]
    changed: Collection[str]
    drew: bool


ASIDE = Judgement("aside")
PASSED = Judgement("passed", right=True)


def missed(idea: Idea) -> Judgement:
    """Return the judgement of an attempt that did not succeed, with the idea it gets."""
    return Judgement("missed", idea.message, idea.mistake, right=False)


def idea_for(given: object, step: Step, wanted: Wanted) -> Idea:
    """Return what is different: the one mutated convolution that matches, else what is nearest."""
    return named(given, wanted.subject) or idea_about(given, wanted.value, reference=step.value)


def is_read_from_layer(given: object, attempt: Attempt) -> bool:
    """Whether the value came out of a convolution, by its graph or else by its source."""
    if has_graph(given):
        return is_from_layer(given)
    return reads_layer(attempt.outcome.source, attempt.names)


def given_value(attempt: Attempt) -> object:
    """Return the value that the input is about: its last expression's, or what that was kept as."""
    outcome = attempt.outcome
    if outcome.has_value:
        return outcome.value
    if outcome.error is None:
        match ast.parse(outcome.source).body[-1:]:
            case [ast.Assign(targets=[ast.Name(id=name)])]:
                return attempt.names.get(name)
    return None


def is_lookup(source: str, names: Mapping[str, object]) -> bool:
    """Whether the input only looks at something that was there."""
    node = last_value_source(source)
    return isinstance(node, ast.Name) and node.id in names and len(ast.parse(source).body) == 1


def few_numbers(value: object) -> list[float]:
    """Return the numbers of a number or tensor; none where there are too many to mean an answer."""
    count = 1
    for size in shape_of(value) or ():
        count *= size
    return numbers(value) if count <= _FEW else []
