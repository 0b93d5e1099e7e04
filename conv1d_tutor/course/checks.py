"""Holds one input against what the step asks for: passed, an attempt that missed, or aside."""

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from conv1d_tutor.i18n import _

from .catalogue import named
from .feedback import Idea, idea_about, listed
from .graph import has_graph, is_from_layer, reads_layer
from .model import Step
from .outcome import Outcome
from .scratch import last_value_source
from .values import (
    Family,
    FrozenLayer,
    FrozenTensor,
    family,
    freeze,
    is_close,
    is_layer,
    numbers,
    same,
    shape_of,
)
from .wanted import Known, Wanted

__all__ = ["Attempt", "Judgement", "judge", "judge_prediction", "with_message"]

_TYPED_SUM = 5e-4
"""How far a sum of numbers typed with four decimals may be from the number it is of."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one input is worth; `keep` are names that stay although the step has not passed."""

    kind: Literal["passed", "missed", "aside"]
    message: str = ""
    mistake: str = ""
    right: bool | None = None
    keep: frozenset[str] = frozenset()
    explanation: object | None = None


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


_ASIDE = Judgement("aside")
_PASSED = Judgement("passed", right=True)


def judge(step: Step, attempt: Attempt, wanted: Wanted) -> Judgement:
    """Judge an input at a `run`, `value` or `hand` step."""
    if step.kind == "run":
        judgement = _judge_run(step, attempt, wanted)
    elif step.kind == "value":
        judgement = _judge_value(step, attempt, wanted)
    else:
        judgement = _judge_hand(step, attempt, wanted)
    if judgement.kind == "passed":
        return judgement
    known = _foreseen(step, attempt, wanted)
    if known is not None:
        return Judgement("missed", step.says[known.says], known.says, right=False)
    return _ASIDE if attempt.outcome.error is not None else judgement


def judge_prediction(
    step: Step, given: object, wanted: Wanted, accepted: tuple[object, ...]
) -> Judgement:
    """Judge a locked prediction: it passes, and the words say what it got wrong.

    `accepted` are further values that are right too.
    """
    if any(same(given, value) for value in (wanted.value, *accepted)):
        return _PASSED
    for known in wanted.known:
        if _alike(given, known.value):
            return Judgement("passed", step.says[known.says], known.says, right=False)
    idea = _idea(given, step, wanted)
    return Judgement("passed", idea.message, idea.mistake, right=False)


def _judge_run(step: Step, attempt: Attempt, wanted: Wanted) -> Judgement:
    names, outcome = attempt.names, attempt.outcome
    touched = [name for name in step.check if name in attempt.changed or name in outcome.names]
    right = {name for name in step.check if name in names and _fits(name, attempt, wanted)}
    if outcome.error is not None:
        return _ASIDE
    if not touched:
        return _made_elsewhere(step, attempt, wanted)
    if right == set(step.check):
        return _PASSED
    wrong = [name for name in touched if name not in right]
    if not wrong:
        missing = [name for name in step.check if name not in right]
        return Judgement(
            "aside",
            _("{done} is as it should be. Still to come: {missing}.").format(
                done=listed(touched), missing=listed(missing)
            ),
            keep=frozenset(right),
        )
    name = wrong[0]
    if name not in names:
        return _ASIDE
    idea = idea_about(names[name], wanted.references[name], name=name, reference=step.check[name])
    return Judgement("missed", idea.message, idea.mistake, right=False)


def _fits(name: str, attempt: Attempt, wanted: Wanted) -> bool:
    """Whether a name of the step holds what it should."""
    given = freeze(attempt.names[name])
    for asked in (wanted.references.get(name), wanted.solved.get(name)):
        if asked is None or not _keeps_graph(given, asked):
            continue
        if same(given, asked, strict=True):
            return True
        if wanted.draws and attempt.drew and _drawn_alike(given, asked):
            return True
    return False


def _keeps_graph(given: object, asked: object) -> bool:
    return (
        not isinstance(asked, FrozenTensor)
        or not asked.has_graph
        or (isinstance(given, FrozenTensor) and given.has_graph)
    )


def _drawn_alike(given: object, asked: object) -> bool:
    """Whether a random tensor is of the kind asked for, though it was drawn from elsewhere."""
    if not isinstance(given, FrozenTensor) or not isinstance(asked, FrozenTensor):
        return False
    if given.shape != asked.shape or given.dtype != asked.dtype:
        return False
    mine, theirs = numbers(given), numbers(asked)
    if min(theirs) == max(theirs):
        return False
    within = min(theirs) >= 0 and max(theirs) < 1
    return min(mine) < max(mine) and within == (min(mine) >= 0 and max(mine) < 1)


def _made_elsewhere(step: Step, attempt: Attempt, wanted: Wanted) -> Judgement:
    """Judge an input that binds none of the names asked for: it may still hold the right thing."""
    outcome, names = attempt.outcome, attempt.names
    for name, asked in wanted.references.items():
        for other in outcome.names:
            if other not in step.check and same(names[other], asked, strict=True):
                return Judgement(
                    "missed",
                    _(
                        "`{other}` is what is asked for; this lesson calls it `{name}`. "
                        "Type `{name} = {other}`, and it goes on."
                    ).format(other=other, name=name),
                    "other-name",
                    right=False,
                )
        if not outcome.has_value or outcome.value is None or _is_lookup(outcome.source, names):
            continue
        if same(outcome.value, asked, strict=True):
            return Judgement(
                "missed",
                _(
                    "That is what is asked for, but nothing holds it now. "
                    "Give it its name: `{name} = …`"
                ).format(name=name),
                "not-kept",
                right=False,
            )
        if family(asked) == "layer" and is_layer(outcome.value):
            idea = idea_about(outcome.value, asked, reference=step.check[name])
            return Judgement("missed", idea.message, idea.mistake, right=False)
    return _ASIDE


def _judge_value(step: Step, attempt: Attempt, wanted: Wanted) -> Judgement:
    given = _given(attempt)
    if given is None or attempt.outcome.error is not None:
        if attempt.outcome.printed.strip() and _prints(attempt.outcome, wanted.value):
            return _PASSED
        return _ASIDE
    if same(given, wanted.value):
        if step.source == "layer" and not _read_from_layer(given, attempt):
            return Judgement(
                "missed",
                _(
                    "The right number, but not read from the layer: here it should come out of "
                    "the layer's own output."
                ),
                "not-from-layer",
                right=False,
            )
        return _PASSED
    if not _is_attempt(given, wanted.value, attempt):
        return _ASIDE
    idea = _idea(given, step, wanted)
    return Judgement("missed", idea.message, idea.mistake, right=False)


_NEAR: Mapping[Family, tuple[Family, ...]] = {
    "shape": ("shape", "number"),
    "number": ("number",),
    "tensor": ("tensor",),
    "truth": ("truth",),
    "text": ("text",),
    "layer": ("layer",),
    "nothing": (),
    "other": (),
}


def _is_attempt(given: object, asked: object, attempt: Attempt) -> bool:
    """Whether a value of that kind was meant as the answer, or the learner was looking around."""
    if _is_lookup(attempt.outcome.source, attempt.names) or not attempt.outcome.has_value:
        return False
    if family(given) in _NEAR[family(asked)]:
        return True
    mine = shape_of(given)
    if family(asked) == "number" and family(given) == "tensor" and mine is not None:
        many = numbers(given) if len(mine) < 4 else []
        target = numbers(asked)[0]
        return any(is_close(one, target) for one in many) or is_close(sum(many), target)
    return (
        family(asked) == "number"
        and family(given) == "shape"
        and isinstance(given, list | tuple)
        and any(same(one, asked) for one in given)
    )


def _judge_hand(step: Step, attempt: Attempt, wanted: Wanted) -> Judgement:
    if attempt.outcome.error is not None:
        return _ASIDE
    given = _given(attempt)
    if given is None:
        given = _summed_up(attempt, wanted)
    if given is None and attempt.outcome.printed.strip():
        return Judgement(
            "aside",
            _("Leave `print` out and type the sum alone, so that its value can be seen."),
        )
    target = numbers(wanted.value)[0]
    many = numbers(given) if family(given) in {"number", "tensor"} else []
    source = attempt.outcome.source
    if len(many) == 1 and _hits(many[0], target, given, source):
        idea = _not_by_hand(given, attempt)
    elif (
        _is_lookup(source, attempt.names)
        or _read_from_layer(given, attempt)
        or (not attempt.outcome.has_value and _is_literal(last_value_source(source)))
    ):
        return _ASIDE
    elif family(given) == "number" or (many and is_close(sum(many), target)):
        idea = _idea(given, step, wanted)
    else:
        return _on_the_way(given, wanted)
    return Judgement("missed", idea.message, idea.mistake, right=False) if idea else _PASSED


def _on_the_way(given: object, wanted: Wanted) -> Judgement:
    """Judge a value that is no number: perhaps the products, of one channel or of all."""
    element = wanted.subject.element
    idea = named(given, wanted.subject)
    if element is None or idea is None:
        return _ASIDE
    whole = sum(len(part.taps) for part in element.channels) == len(numbers(given))
    if not whole:
        return Judgement("aside", idea.message, idea.mistake)
    return Judgement("missed", idea.message, idea.mistake, right=False)


def _idea(given: object, step: Step, wanted: Wanted) -> Idea:
    """Say what is different: the one mutated convolution that matches, else what is nearest."""
    return named(given, wanted.subject) or idea_about(given, wanted.value, reference=step.value)


def _summed_up(attempt: Attempt, wanted: Wanted) -> object:
    """Give what a loop or the like has summed up in a name, where that is the number asked for."""
    for name in attempt.outcome.names:
        value = attempt.names[name]
        if family(value) == "number" and same(value, wanted.value):
            return value
    return None


def _hits(number: float, target: float, given: object, source: str) -> bool:
    if is_close(number, target, typed=not has_graph(given)):
        return True
    return not has_graph(given) and _has_decimals(source) and abs(number - target) <= _TYPED_SUM


def _not_by_hand(given: object, attempt: Attempt) -> Idea | None:
    """Say why a right number is not a sum by hand; None where it is one."""
    if _read_from_layer(given, attempt):
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


def _read_from_layer(given: object, attempt: Attempt) -> bool:
    if has_graph(given):
        return is_from_layer(given)
    return reads_layer(attempt.outcome.source, attempt.names)


def _given(attempt: Attempt) -> object:
    """Give the value that the input is about: its last expression's, or what that was kept as."""
    outcome = attempt.outcome
    if outcome.has_value:
        return outcome.value
    if outcome.error is None:
        match ast.parse(outcome.source).body[-1:]:
            case [ast.Assign(targets=[ast.Name(id=name)])]:
                return attempt.names.get(name)
    return None


def _is_lookup(source: str, names: Mapping[str, object]) -> bool:
    """Whether the input only looks at something that was there: a name, or one's attribute."""
    node = last_value_source(source)
    return isinstance(node, ast.Name) and node.id in names and len(ast.parse(source).body) == 1


def _is_literal(node: ast.expr | None) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant)


def _has_decimals(source: str) -> bool:
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, float)
        for node in ast.walk(ast.parse(source))
    )


def _prints(outcome: Outcome, wanted: object) -> bool:
    """Whether what was printed is what printing the value asked for would give."""
    value = wanted.data if isinstance(wanted, FrozenTensor) else wanted
    if isinstance(value, FrozenLayer):
        return False
    texts = {str(value), f"torch.Size({list(value)})" if isinstance(value, tuple) else str(value)}
    return outcome.printed.strip() in texts


def _foreseen(step: Step, attempt: Attempt, wanted: Wanted) -> Known | None:
    """Give the author's mistake that computed the same wrong thing, however it was spelled."""
    for known in wanted.known:
        if _is_same_mistake(step, attempt, known):
            return known
    return None


def _is_same_mistake(step: Step, attempt: Attempt, known: Known) -> bool:
    outcome = attempt.outcome
    if known.error is not None or outcome.error is not None:
        return _same_error(outcome.error, known.error)
    mine = {name for name in outcome.names if name in step.check}
    theirs = {name: value for name, value in known.bound.items() if name in step.check}
    if mine != theirs.keys():
        return False
    if theirs:
        return all(_alike(attempt.names[name], value) for name, value in theirs.items())
    if known.has_value:
        given = _given(attempt)
        return given is not None and _alike(given, known.value)
    return bool(known.bound) and all(
        name in outcome.names and _alike(attempt.names[name], value)
        for name, value in known.bound.items()
    )


def _alike(given: object, value: object) -> bool:
    """Whether two wrong values are the same mistake: of one kind, and the same."""
    return family(freeze(given)) == family(value) and same(given, value)


def _same_error(given: BaseException | None, known: Exception | None) -> bool:
    if given is None or known is None or type(given) is not type(known):
        return False
    if isinstance(given, ImportError) and isinstance(known, ImportError):
        return given.name == known.name
    return str(given) == str(known)


def with_message(judgement: Judgement, message: str) -> Judgement:
    """Give the judgement with one more sentence."""
    return replace(judgement, message="\n\n".join(filter(None, [judgement.message, message])))
