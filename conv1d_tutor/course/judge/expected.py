"""What one step asks for, worked out from the lesson's code on the state the step begins with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..lesson import Step
from ..sandbox import Ran, Scratch
from .mistakes import Subject, subject_of
from .values import freeze, same_weights

__all__ = ["CheckError", "Known", "Wanted", "work_out"]


class CheckError(Exception):
    """The lesson's own code failed: the tutor's fault, never the learner's."""

    def __init__(self, key: str, code: str, error: BaseException, item: int = -1) -> None:
        self.key = key
        self.code = code
        self.error = error
        self.item = item
        super().__init__(f"{key}: {code!r} raised {type(error).__name__}: {error}")


@dataclass(frozen=True, slots=True)
class Known:
    """What a foreseen mistake gives when it is run: how another spelling of it is recognised."""

    says: str
    bound: Mapping[str, object]
    value: object
    has_value: bool
    error: Exception | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The answers of one step; every value is frozen.

    `references` and `solved` go by name: what the checks give, and what the solution binds.
    `value` is that of a step that asks for one, and `subject` what it is about where it came
    out of a convolution; `subjects` says so of each reference. `random_after` is the random
    state that the step leaves behind, and `draws` whether it differs from the one it began with.
    """

    references: Mapping[str, object]
    solved: Mapping[str, object]
    value: object
    subject: Subject
    subjects: Mapping[str, Subject]
    known: tuple[Known, ...]
    random_after: object
    draws: bool


def work_out(
    step: Step,
    scratch: Scratch,
    names: Mapping[str, object],
    undo: Callable[[], None],
    random_state: Callable[[], object],
) -> Wanted:
    """Run a step's checks, solution and known mistakes, each on the same beginning.

    `names` are the lesson's names as the step finds them; `undo` brings them and the random
    state back. Raises `CheckError` where a check or the solution fails.
    """
    before = random_state()
    space = dict(names)
    references: dict[str, object] = {}
    subjects: dict[str, Subject] = {}
    try:
        for item, (name, expression) in enumerate(step.check.items()):
            space[name] = _value_of("check", expression, scratch.run(expression, space), item)
            references[name] = freeze(space[name])
            subjects[name] = subject_of(expression, space[name], scratch, space)
        undo()
        solution = _solve(step, scratch, names)
        random_after = random_state()
        undo()
        value, subject = _ask(step, scratch, {**names, **solution}, names)
        solved = {name: freeze(bound) for name, bound in solution.items()}
        undo()
        known = []
        for mistake in step.reject + step.misses:
            ran = scratch.run(mistake.code, names)
            bound = {name: freeze(given) for name, given in ran.bound.items()}
            known.append(Known(mistake.says, bound, freeze(ran.value), ran.has_value, ran.error))
            undo()
    finally:
        undo()
    draws = not same_weights(before, random_after)
    return Wanted(references, solved, value, subject, subjects, tuple(known), random_after, draws)


def _solve(step: Step, scratch: Scratch, names: Mapping[str, object]) -> Mapping[str, object]:
    """Run the solution and give what it binds; answers that are not run bind nothing."""
    if step.kind in {"read", "choice", "predict"}:
        return {}
    solution = scratch.run(step.solution, names)
    if solution.error is not None:
        raise CheckError("solution", step.solution, solution.error)
    return solution.bound


def _ask(
    step: Step, scratch: Scratch, late: Mapping[str, object], names: Mapping[str, object]
) -> tuple[object, Subject]:
    """Return the value that the step asks for, and what it is about.

    It is worked out on what the step begins with; where it needs what the solution binds,
    on that (`late`).
    """
    if not step.value:
        return None, Subject()
    space = names
    ran = scratch.run(step.value, space)
    if isinstance(ran.error, NameError):
        space = late
        ran = scratch.run(step.value, space)
    value = _value_of("value", step.value, ran)
    return freeze(value), subject_of(step.value, value, scratch, space)


def _value_of(key: str, code: str, ran: Ran, item: int = -1) -> object:
    if ran.error is not None:
        raise CheckError(key, code, ran.error, item)
    return ran.value
