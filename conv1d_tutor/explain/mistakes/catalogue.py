"""A catalogue of named mistakes: each a function, its name and what to say, in one place.

A function under `mistake` gives what the answer comes to when it is made; the function's name is
the mistake's name. A wrong answer is held against all of a catalogue, and named where one fits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ...i18n import _

Subject = TypeVar("Subject")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known mistake: its short name, and what was done in place of what, as a sentence."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Entry(Generic[Subject, Outcome]):
    """One mistake of a catalogue; `sentence` is translated when it is said."""

    name: str
    outcome: Callable[[Subject], Outcome]
    sentence: str
    hides: tuple[str, ...]

    def said(self, **blanks: object) -> Mistake:
        """Return the mistake in the learner's language, the sentence's blanks filled."""
        return Mistake(self.name, _(self.sentence).format(**blanks))


class Catalogue(Generic[Subject, Outcome]):
    """The mistakes that can be made about one kind of thing, in the order they are told."""

    def __init__(self) -> None:
        self.entries: list[Entry[Subject, Outcome]] = []

    def mistake(
        self, sentence: str, *, hides: tuple[str, ...] = ()
    ) -> Callable[[Callable[[Subject], Outcome]], Callable[[Subject], Outcome]]:
        """Enter the function below as a mistake, and what to say of it.

        `hides` names mistakes that are not spoken of where this plainer one fits too.
        """

        def enter(outcome: Callable[[Subject], Outcome]) -> Callable[[Subject], Outcome]:
            self.entries.append(Entry(outcome.__name__, outcome, sentence, hides))
            return outcome

        return enter

    def fitting(
        self, subject: Subject, fits: Callable[[Outcome], bool]
    ) -> list[Entry[Subject, Outcome]]:
        """Return the mistakes whose outcome fits, without those that a plainer one hides."""
        found = [entry for entry in self.entries if fits(entry.outcome(subject))]
        hidden = {name for entry in found for name in entry.hides}
        return [entry for entry in found if entry.name not in hidden]
