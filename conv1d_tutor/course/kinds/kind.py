"""What every kind of step has to say for itself, and what the kinds that run code share."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conv1d_tutor.errors import LessonError
from conv1d_tutor.i18n import _

from ..format.toml_file import Table
from ..judge.expected import Expected
from ..judge.given import Attempt
from ..judge.verdict import ASIDE, Verdict, missed
from ..lesson import Step
from ..source import Source

Names = Mapping[str, object]
"""The learner's names and their values."""

WorkOut = Callable[[], Expected]
"""Works out what a step asks for, the first time that it is called."""


class Kind:
    """One kind of step: its keys, how it is answered and judged, and what is shown of it.

    As it stands here, a step is answered without running anything and no input is judged;
    each kind says where it differs.
    """

    name = ""
    needs: tuple[str, ...] = ()  # keys of `lesson.toml`, besides `id` and `kind`
    may: tuple[str, ...] = ()  # keys besides those that every step may have
    answer_key = "solution"  # the key that holds the right answer
    is_code = False  # whether answers are Python, run and judged by what it does
    has_literal_answers = False  # whether they are values typed as they are
    has_options = False  # whether they are the keys of options in the prose
    takes_dont_know = False  # whether `?` is an answer: to go on without one
    hides_sums = False  # whether the line that computes a number by hand is kept back
    asks_for_parts = False  # whether a part of a sum may be right, not held against the whole
    on_enter = ASIDE  # the verdict on an empty input
    idle: tuple[str, ...] = ("", "pass", "None")  # by these, lint holds, it must not pass

    # In the lesson's files.

    def check_table(self, table: Table) -> None:
        """Raise `LessonError` where the keys of a step do not go together."""

    def check_prose(self, step: Step, table: Table, fault: Callable[[str], LessonError]) -> None:
        """Raise `LessonError` where the prose lacks what the step needs; `fault` makes one."""

    def wrong_answers(self, step: Step) -> list[str]:
        """Return the keys of the wrong answers that the prose must have words for."""
        return list(dict.fromkeys(known.says for known in step.reject + step.misses))

    def faults(self, step: Step, expected: Expected, torch: Any) -> Iterator[tuple[str, str]]:
        """Return what else lint finds wrong with a step: keys and problems."""
        yield from ()

    # Answers.

    def answer(self, step: Step) -> str:
        """Return the right answer: what `:solution` shows, and what the tour types."""
        return step.solution

    def code(self, step: Step) -> str:
        """Return the code that does the step; empty where no code does."""
        return step.solution if self.is_code else ""

    def read(self, step: Step, typed: Source, names: Names, expected: WorkOut) -> Verdict | None:
        """Return the verdict on an input that need not be run; None where it is Python to run."""
        return None

    def judge(self, step: Step, attempt: Attempt, expected: Expected) -> Verdict:
        """Return the verdict on an input that was run, where answers are code."""
        raise NotImplementedError

    # On the screen.

    @property
    def todo(self) -> str:
        """What the bottom line says that there is to do."""
        return _("type Python")

    def code_with_prose(self, step: Step) -> str:
        """Return code that is run and shown with the prose."""
        return ""

    def code_revealed(self, step: Step) -> str:
        """Return code that is run and shown once the step is answered or skipped."""
        return ""

    def closing_words(self, verdict: Verdict) -> str:
        """Return the sentence that tells of a step that has passed."""
        return _("That is it.")


class CodeKind(Kind):
    """A kind whose answers are Python, judged by what it did."""

    is_code = True

    def judge(self, step: Step, attempt: Attempt, expected: Expected) -> Verdict:
        """Return what the input is worth; the author's own words come before any other idea."""
        verdict = self.judge_code(step, attempt, expected)
        if verdict.passed:
            return verdict
        known = next((known for known in expected.known if known.is_same_as(attempt, step)), None)
        # What another name holds is not lost: it is told so, and not as if nothing held it.
        if known is not None and verdict.mistake != "other-name":
            return missed(known.says, step.says[known.says])
        return ASIDE if attempt.outcome.error is not None else verdict

    def judge_code(self, step: Step, attempt: Attempt, expected: Expected) -> Verdict:
        """Return what the input is worth, the mistakes that the author foresaw left aside."""
        raise NotImplementedError
