"""What the tutor thinks of one input: data for the shell to show."""

from dataclasses import dataclass
from typing import Literal

from ..evaluation import Outcome
from ..lesson import Step

__all__ = ["Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one input at one step.

    `kind` is `"passed"`; `"missed"`, an attempt that did not succeed and gets an idea;
    `"aside"`, an input that was no attempt, such as exploring; or `"crashed"`, where the
    check itself failed, which is the tutor's fault. `message` is Markdown, empty where
    there is nothing to say. `mistake` names what went wrong: the author's key, or the
    catalogue's name. `right` is whether an answer was right, where that is apart from
    passing: a locked prediction passes either way; None for "don't know" and for every
    input that is no answer. `restored` are the lesson's names that the input had changed
    and that are as before.
    """

    step: Step
    kind: Literal["passed", "missed", "aside", "crashed"]
    outcome: Outcome
    message: str = ""
    mistake: str = ""
    right: bool | None = None
    restored: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the lesson goes on to its next step."""
        return self.kind == "passed"
