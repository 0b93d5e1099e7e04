"""What one step asks for, worked out from the lesson's code on the state the step begins with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .model import Step
from .scratch import Ran, Scratch
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
    `value` is that of a step that asks for one. `random_after` is the random state that the
    step leaves behind, and `draws` whether it differs from the one it began with.
    """

    references: Mapping[str, object]
    solved: Mapping[str, object]
    value: object
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
    try:
        for item, (name, expression) in enumerate(step.check.items()):
            space[name] = _value_of("check", expression, scratch.run(expression, space), item)
            references[name] = freeze(space[name])
        undo()
        value, solved, random_after = _solve(step, scratch, names, undo, random_state)
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
    return Wanted(references, solved, value, tuple(known), random_after, draws)


def _solve(
    step: Step,
    scratch: Scratch,
    names: Mapping[str, object],
    undo: Callable[[], None],
    random_state: Callable[[], object],
) -> tuple[object, Mapping[str, object], object]:
    """Give the step's value, what its solution binds, and the random state after that."""
    value: object = None
    late = False
    if step.value:
        ran = scratch.run(step.value, names)
        late = isinstance(ran.error, NameError)  # it may need what the solution binds
        value = None if late else freeze(_value_of("value", step.value, ran))
        undo()
    if step.kind in {"read", "choice", "predict"}:
        if late:
            raise CheckError("value", step.value, NameError(step.value))
        return value, {}, random_state()
    solution = scratch.run(step.solution, names)
    if solution.error is not None:
        raise CheckError("solution", step.solution, solution.error)
    random_after = random_state()
    if late:
        space = {**names, **solution.bound}
        value = freeze(_value_of("value", step.value, scratch.run(step.value, space)))
    return value, {name: freeze(bound) for name, bound in solution.bound.items()}, random_after


def _value_of(key: str, code: str, ran: Ran, item: int = -1) -> object:
    if ran.error is not None:
        raise CheckError(key, code, ran.error, item)
    return ran.value
