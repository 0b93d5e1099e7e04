"""Recognises the mistakes that an author foresaw, by what they compute, not by their spelling."""

from .judge.expected import Known, Wanted
from .judge.given import Attempt, given_value
from .judge.values import family, freeze, same
from .lesson import Step

__all__ = ["foreseen", "is_alike"]


def foreseen(step: Step, attempt: Attempt, wanted: Wanted) -> Known | None:
    """Return the author's mistake that computed the same wrong thing, however it was spelled."""
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
        return all(is_alike(attempt.names[name], value) for name, value in theirs.items())
    if known.has_value:
        given = given_value(attempt)
        return given is not None and is_alike(given, known.value)
    return bool(known.bound) and all(
        name in outcome.names and is_alike(attempt.names[name], value)
        for name, value in known.bound.items()
    )


def is_alike(given: object, value: object) -> bool:
    """Whether two wrong values are the same mistake: of one kind, and the same."""
    return family(freeze(given)) == family(value) and same(given, value)


def _same_error(given: BaseException | None, known: Exception | None) -> bool:
    if given is None or known is None or type(given) is not type(known):
        return False
    if isinstance(given, ImportError) and isinstance(known, ImportError):
        return given.name == known.name
    return str(given) == str(known)
