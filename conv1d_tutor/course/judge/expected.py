"""What one step asks for, worked out from the lesson's code on the state the step begins with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..evaluation import Outcome
from ..lesson import Step
from ..sandbox import Sandbox
from .feedback import idea_about
from .given import Attempt, given_value
from .mistakes import Subject, name_mistake, subject_of
from .values import family, freeze, same, same_but_for_dtype, same_weights
from .verdict import Verdict


class CheckError(Exception):
    """The lesson's own code failed: the tutor's fault, never the learner's."""

    def __init__(self, key: str, code: str, error: BaseException, item: int = -1) -> None:
        self.key = key
        self.code = code
        self.error = error
        self.item = item
        super().__init__(f"{key}: {code!r} raised {type(error).__name__}: {error}")


@dataclass(frozen=True, slots=True)
class KnownResult:
    """What a mistake that the author foresaw gives when it is run; every value is frozen.

    By that another spelling of it is recognised.
    """

    says: str
    bound: Mapping[str, object]
    value: object
    has_value: bool
    error: BaseException | None

    def is_same_as(self, attempt: Attempt, step: Step) -> bool:
        """Return whether the attempt computed the same wrong thing, however it was spelled."""
        outcome = attempt.outcome
        if self.error is not None or outcome.error is not None:
            return _is_same_error(outcome.error, self.error)
        mine = {name for name in outcome.names if name in step.check}
        theirs = {name: value for name, value in self.bound.items() if name in step.check}
        if mine != theirs.keys():
            return False
        if theirs:
            return all(is_alike(attempt.names[name], value) for name, value in theirs.items())
        if self.has_value:
            given = given_value(attempt)
            return given is not None and is_alike(given, self.value)
        return bool(self.bound) and all(
            name in outcome.names and is_alike(attempt.names[name], value)
            for name, value in self.bound.items()
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """The answers of one step; every value is frozen.

    `references` and `solved` go by name: what the checks give, and what the solution binds.
    `value` is that of a step that asks for one, and `subject` what it is about where it came
    out of a convolution; `subjects` says so of each reference. `accepted` are further values
    that are right. `random_after` is the random state that the step leaves behind, and
    `draws` whether it differs from the one it began with.
    """

    references: Mapping[str, object]
    solved: Mapping[str, object]
    value: object
    subject: Subject
    subjects: Mapping[str, Subject]
    accepted: tuple[object, ...]
    known: tuple[KnownResult, ...]
    random_after: object
    draws: bool

    def difference(self, given: object, step: Step) -> Verdict:
        """Return what is different: the mutated convolution that matches, else what is nearest."""
        return difference(given, self.value, self.subject, reference=step.value)


def work_out(
    step: Step,
    solution: str,
    literals: tuple[str, ...],
    sandbox: Sandbox,
    names: Mapping[str, object],
    undo: Callable[[], None],
    random_state: Callable[[], object],
) -> Expected:
    """Run a step's checks, solution and known mistakes, each on the same beginning.

    `solution` is the code that does the step, if code does; `literals` are values that are
    right besides. `names` are the lesson's names as the step finds them; `undo` brings them
    and the random state back. Raises `CheckError` where a check or the solution fails.
    """
    before = random_state()
    space = dict(names)
    references: dict[str, object] = {}
    subjects: dict[str, Subject] = {}
    try:
        for item, (name, expression) in enumerate(step.check.items()):
            ran = sandbox.run(expression, space)
            space[name] = _value_of("check", expression, ran, item)
            references[name] = freeze(space[name])
            subjects[name] = subject_of(expression, space[name], sandbox, space)
        undo()
        done = sandbox.run(solution, names)
        if done.error is not None:
            raise CheckError("solution", solution, done.error)
        random_after = random_state()
        undo()
        value, subject = _ask(step, sandbox, {**names, **done.bound}, names)
        solved = {name: freeze(bound) for name, bound in done.bound.items()}
        undo()
        known = []
        for mistake in step.reject + step.misses:
            ran = sandbox.run(mistake.code, names)
            bound = {name: freeze(given) for name, given in ran.bound.items()}
            result = freeze(ran.value)
            known.append(KnownResult(mistake.says, bound, result, ran.has_value, ran.error))
            undo()
        accepted = tuple(sandbox.run(code, {}).value for code in literals)
    finally:
        undo()
    return Expected(
        references,
        solved,
        value,
        subject,
        subjects,
        accepted,
        tuple(known),
        random_after,
        draws=not same_weights(before, random_after),
    )


def difference(
    given: object, asked: object, subject: Subject, *, name: str = "", reference: str = ""
) -> Verdict:
    """Return what is different: the dtype alone, a mutated convolution, or what is nearest."""
    idea: Verdict | None = None
    if not same_but_for_dtype(given, asked):
        idea = name_mistake(given, subject)
    return idea or idea_about(given, asked, name=name, reference=reference)


def is_alike(given: object, value: object) -> bool:
    """Return whether two wrong values are the same mistake: of one kind, and the same."""
    return (
        family(freeze(given)) == family(value)
        and same(given, value)
        and not same_but_for_dtype(given, value)
    )


def _ask(
    step: Step, sandbox: Sandbox, late: Mapping[str, object], names: Mapping[str, object]
) -> tuple[object, Subject]:
    """Return the value that the step asks for, and what it is about.

    It is worked out on what the step begins with; where it needs what the solution binds,
    on that (`late`).
    """
    if not step.value:
        return None, Subject()
    space = names
    ran = sandbox.run(step.value, space)
    if isinstance(ran.error, NameError):
        space = late
        ran = sandbox.run(step.value, space)
    value = _value_of("value", step.value, ran)
    return freeze(value), subject_of(step.value, value, sandbox, space)


def _value_of(key: str, code: str, ran: Outcome, item: int = -1) -> object:
    if ran.error is not None:
        raise CheckError(key, code, ran.error, item)
    return ran.value


def _is_same_error(given: BaseException | None, known: BaseException | None) -> bool:
    if given is None or known is None or type(given) is not type(known):
        return False
    if isinstance(given, ImportError) and isinstance(known, ImportError):
        return given.name == known.name
    return str(given) == str(known)
