"""Holds one input against what the step asks for: passed, an attempt that missed, or aside."""

import ast
import re
from collections.abc import Mapping
from types import ModuleType

from conv1d_tutor.i18n import _

from .by_hand import judge_hand
from .evaluation import Outcome
from .foreseen import foreseen, is_alike
from .judge.expected import Wanted
from .judge.feedback import Idea, idea_about, listed
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
from .judge.mistakes import named
from .judge.values import (
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
from .lesson import Step

__all__ = ["judge", "judge_prediction"]


def judge(step: Step, attempt: Attempt, wanted: Wanted) -> Judgement:
    """Judge an input at a `run`, `value` or `hand` step."""
    if step.kind == "run":
        judgement = _judge_run(step, attempt, wanted)
    elif step.kind == "value":
        judgement = _judge_value(step, attempt, wanted)
    else:
        judgement = judge_hand(step, attempt, wanted)
    if judgement.kind == "passed":
        return judgement
    known = foreseen(step, attempt, wanted)
    # What another name holds is not lost: it is told so, and not as if nothing held it.
    if known is not None and judgement.mistake != "other-name":
        return Judgement("missed", step.says[known.says], known.says, right=False)
    return ASIDE if attempt.outcome.error is not None else judgement


def judge_prediction(
    step: Step, given: object, wanted: Wanted, accepted: tuple[object, ...]
) -> Judgement:
    """Judge a locked prediction: it passes, and the words say what it got wrong.

    `accepted` are further values that are right too.
    """
    if any(same(given, value) for value in (wanted.value, *accepted)):
        return PASSED
    for known in wanted.known:
        if is_alike(given, known.value):
            return Judgement("passed", step.says[known.says], known.says, right=False)
    idea = idea_for(given, step, wanted)
    return Judgement("passed", idea.message, idea.mistake, right=False)


def _judge_run(step: Step, attempt: Attempt, wanted: Wanted) -> Judgement:
    names, outcome = attempt.names, attempt.outcome
    touched = [name for name in step.check if name in attempt.changed or name in outcome.names]
    right = {name for name in step.check if name in names and _fits(name, attempt, wanted)}
    if outcome.error is not None:
        return ASIDE
    if not touched:
        return _made_elsewhere(step, attempt, wanted)
    if right == set(step.check):
        return PASSED
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
        return ASIDE
    idea = named(names[name], wanted.subjects[name]) or idea_about(
        names[name], wanted.references[name], name=name, reference=step.check[name]
    )
    return missed(idea)


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
                message = _(
                    "`{other}` is what is asked for; this lesson calls it `{name}`. "
                    "Type `{name} = {other}`, and it goes on."
                )
                return missed(Idea(message.format(other=other, name=name), "other-name"))
        if not outcome.has_value or outcome.value is None or is_lookup(outcome.source, names):
            continue
        if same(outcome.value, asked, strict=True):
            message = _(
                "That is what is asked for, but nothing holds it now. "
                "Give it its name: `{name} = …`"
            )
            return missed(Idea(message.format(name=name), "not-kept"))
        if family(asked) == "layer" and is_layer(outcome.value):
            idea = idea_about(outcome.value, asked, reference=step.check[name])
            return missed(idea)
    return ASIDE


def _judge_value(step: Step, attempt: Attempt, wanted: Wanted) -> Judgement:
    given = given_value(attempt)
    if given is None or attempt.outcome.error is not None:
        if attempt.outcome.printed.strip() and _prints(attempt.outcome, wanted.value):
            return PASSED
        return ASIDE
    if same(given, wanted.value):
        if step.source == "layer" and not is_read_from_layer(given, attempt):
            message = _(
                "The right number, but not read from the layer: here it should come out of "
                "the layer's own output."
            )
            return missed(Idea(message, "not-from-layer"))
        return PASSED
    if not _is_attempt(given, wanted.value, attempt):
        return ASIDE
    idea = idea_for(given, step, wanted)
    return missed(idea)


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
    if is_lookup(attempt.outcome.source, attempt.names) or not attempt.outcome.has_value:
        return False
    if family(given) in _NEAR[family(asked)]:
        return family(given) != "tensor" or (
            shape_of(given) == shape_of(asked) or _uses_data(attempt.outcome.source, attempt.names)
        )
    if family(asked) == "number" and family(given) == "tensor":
        many, target = few_numbers(given), numbers(asked)[0]
        return any(is_close(one, target) for one in many) or is_close(sum(many), target)
    return (
        family(asked) == "number"
        and family(given) == "shape"
        and isinstance(given, list | tuple)
        and any(same(one, asked) for one in given)
    )


def _uses_data(source: str, names: Mapping[str, object]) -> bool:
    """Whether code computes with something at hand, and not with torch and new numbers alone."""
    return any(
        isinstance(node, ast.Name)
        and node.id in names
        and not isinstance(names[node.id], ModuleType | type)
        for node in ast.walk(ast.parse(source))
    )


def _prints(outcome: Outcome, wanted: object) -> bool:
    """Whether what was printed is what printing the value asked for would give."""
    value = wanted.data if isinstance(wanted, FrozenTensor) else wanted
    if isinstance(value, FrozenLayer):
        return False
    texts = {str(value), f"torch.Size({list(value)})" if isinstance(value, tuple) else str(value)}
    return _bare(outcome.printed) in {_bare(text) for text in texts}


def _bare(printed: str) -> str:
    """Return printed text without what PyTorch notes around the numbers, and without its layout."""
    without = re.sub(r"^\s*Parameter containing:|,\s*(?:grad_fn|requires_grad)=[^,)]*", "", printed)
    return "".join(without.split())
