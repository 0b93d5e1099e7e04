"""What the tutor thinks of one input: data for the shell to show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from conv1d_tutor.i18n import _
from conv1d_tutor.odd_values import name_of_class, text_of

from ..evaluation import Outcome
from ..source import Source

_NOTHING = Outcome(Source.parse(""))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one input at one step.

    `kind` is `"passed"`; `"missed"`, an attempt that did not succeed and gets an idea;
    `"aside"`, an input that was no attempt, such as exploring; or `"crashed"`, where the
    check itself failed, which is the tutor's fault. `message` is Markdown, empty where
    there is nothing to say. `mistake` names what went wrong: the author's key, or the
    catalogue's name. `right` is whether an answer was right, where that is apart from
    passing: a locked prediction passes either way; None for "don't know" and for every
    input that is no answer. `outcome` is what came of running the input. `keep` are the
    lesson's names that stay as the input left them although the step has not passed;
    `restored` those that it had changed and that are as before.
    """

    kind: Literal["passed", "missed", "aside", "crashed"]
    message: str = ""
    mistake: str = ""
    right: bool | None = None
    outcome: Outcome = _NOTHING
    keep: frozenset[str] = frozenset()
    restored: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the lesson goes on to its next step."""
        return self.kind == "passed"


ASIDE = Verdict("aside")
PASSED = Verdict("passed", right=True)


def missed(mistake: str, message: str, /, **values: object) -> Verdict:
    """Return the verdict on an attempt that did not succeed: the mistake's name, and an idea.

    `values` are put into the message.
    """
    return Verdict("missed", message.format(**values) if values else message, mistake, right=False)


def incomparable(error: BaseException) -> Verdict:
    """Return the verdict on a value whose own code raised an error when it was looked at."""
    return Verdict(
        "aside",
        _("Looking at this ran your own code, which raised {error}.").format(
            error=f"`{error_line(error)}`"
        ),
    )


def crashed(error: BaseException) -> Verdict:
    """Return the verdict on an input whose check failed."""
    return Verdict(
        "crashed",
        _(
            "The check of this step failed. That is the tutor's fault, not yours, and costs you "
            "nothing. `:skip` takes you on. (`{error}`)"
        ).format(error=error_line(error)),
    )


def error_line(error: BaseException) -> str:
    """Return an error's type and text, as the last line of its traceback has them."""
    return f"{name_of_class(type(error))}: {text_of(error)}"


def listed(names: Sequence[str]) -> str:
    """Return names in code marks, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)
