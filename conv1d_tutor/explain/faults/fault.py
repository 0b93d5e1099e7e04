"""What an error means, as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AxisNote:
    """One axis of what was given beside what was needed, as they are written in the table."""

    name: str
    given: str
    needed: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """An error decoded.

    `name` is the idea's own short name. `meaning` says in one sentence what happened, in the
    learner's terms; `axes` what was given and needed, axis by axis; `given` and `needed` the
    same in words, empty without axes. `reason` is the likeliest cause. `fix` is a line with the
    learner's own names; `gives` the shape it was seen to give when it was tried, empty where it
    was not tried.
    """

    name: str
    meaning: str
    axes: tuple[AxisNote, ...] = ()
    given: str = ""
    needed: str = ""
    reason: str = ""
    fix: str = ""
    gives: str = ""
