"""`run`: names of the lesson must come to hold what they should."""

import ast

from conv1d_tutor.i18n import _

from ..judge.expected import Expected, difference
from ..judge.feedback import idea_about
from ..judge.given import Attempt
from ..judge.values import FrozenTensor, family, freeze, is_layer, numbers, same
from ..judge.verdict import ASIDE, PASSED, Verdict, listed, missed
from ..lesson import Step
from .kind import CodeKind


class Run(CodeKind):
    """The names in `check` must come to equal their reference expressions."""

    name = "run"
    needs = ("check", "solution")
    may = ("accept", "reject")

    def judge_code(self, step: Step, attempt: Attempt, expected: Expected) -> Verdict:
        """Return whether the names of the step hold what they should, and if not, why."""
        names, outcome = attempt.names, attempt.outcome
        if outcome.error is not None:
            return ASIDE
        touched = [name for name in step.check if name in attempt.changed or name in outcome.names]
        if not touched:
            return _made_elsewhere(step, attempt, expected)
        right = {name for name in step.check if name in names and _fits(name, attempt, expected)}
        if right == set(step.check):
            return PASSED
        wrong = [name for name in touched if name not in right]
        if not wrong:
            missing = [name for name in step.check if name not in right]
            return Verdict(
                "aside",
                _("{done} is as it should be. Still to come: {missing}.").format(
                    done=listed(touched), missing=listed(missing)
                ),
                keep=frozenset(right),
            )
        name = wrong[0]
        if name not in names:
            return ASIDE
        return difference(
            names[name],
            expected.references[name],
            expected.subjects[name],
            name=name,
            reference=step.check[name],
        )


def _fits(name: str, attempt: Attempt, expected: Expected) -> bool:
    """Return whether a name of the step holds what it should."""
    given = freeze(attempt.names[name])
    for asked in (expected.references.get(name), expected.solved.get(name)):
        if asked is None or not _keeps_graph(given, asked):
            continue
        if same(given, asked, strict=True):
            return True
        if expected.draws and attempt.drew and _drawn_alike(given, asked):
            return True
    return False


def _keeps_graph(given: object, asked: object) -> bool:
    return (
        not isinstance(asked, FrozenTensor)
        or not asked.has_graph
        or (isinstance(given, FrozenTensor) and given.has_graph)
    )


def _drawn_alike(given: object, asked: object) -> bool:
    """Return whether a random tensor is of the kind asked for, though drawn otherwise."""
    if not isinstance(given, FrozenTensor) or not isinstance(asked, FrozenTensor):
        return False
    if given.shape != asked.shape or given.dtype != asked.dtype:
        return False
    mine, theirs = numbers(given), numbers(asked)
    if min(theirs) == max(theirs):
        return False
    within = min(theirs) >= 0 and max(theirs) < 1
    return min(mine) < max(mine) and within == (min(mine) >= 0 and max(mine) < 1)


def _made_elsewhere(step: Step, attempt: Attempt, expected: Expected) -> Verdict:
    """Return the verdict on an input that binds none of the names: another may hold the value."""
    outcome, names = attempt.outcome, attempt.names
    for name, asked in expected.references.items():
        for other in outcome.names:
            if other not in step.check and same(names[other], asked, strict=True):
                return _under_other_name(name, other, attempt)
        if not outcome.has_value or outcome.value is None or attempt.is_lookup:
            continue
        if same(outcome.value, asked, strict=True):
            message = _(
                "That is what is asked for, but nothing holds it now. "
                "Give it its name: `{name} = {value}`"
            )
            return missed("not-kept", message, name=name, value=_expression(attempt) or "…")
        if family(asked) == "layer" and is_layer(outcome.value):
            return idea_about(outcome.value, asked, reference=step.check[name])
    return ASIDE


def _under_other_name(name: str, other: str, attempt: Attempt) -> Verdict:
    """Return what to do where another name holds what is asked for, as it will be afterwards."""
    if not attempt.changed:
        message = _(
            "`{other}` is what is asked for; this lesson calls it `{name}`. "
            "Type `{name} = {other}`, and it goes on."
        )
        return missed("other-name", message, other=other, name=name)
    # What the input did to the lesson's names is undone: the other name alone leads nowhere.
    value = _expression(attempt)
    line = f"{name} = {value}" if value else f"{attempt.typed.text.strip()}; {name} = {other}"
    if "\n" in line:
        message = _(
            "`{other}` is what is asked for; this lesson calls it `{name}`. "
            "Type the same once more, with `{name} = {other}` as its last line."
        )
        return missed("other-name", message, other=other, name=name)
    message = _(
        "`{other}` is what is asked for; this lesson calls it `{name}`. "
        "Type `{line}`, and it goes on."
    )
    return missed("other-name", message, other=other, name=name, line=line)


def _expression(attempt: Attempt) -> str:
    """Return the code of the value where the input is that alone, or one name given to it."""
    match attempt.typed.tree.body:
        case [ast.Expr(value=value)] | [ast.Assign(targets=[ast.Name()], value=value)]:
            code = ast.get_source_segment(attempt.typed.text, value) or ""
            return code if "\n" not in code else ""
    return ""
