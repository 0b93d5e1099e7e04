"""`read`: a text to read, passed by Enter; what is typed there is run, and is no answer."""

from conv1d_tutor.i18n import _

from ..judge.verdict import Verdict
from ..lesson import Step
from .kind import Kind


class Read(Kind):
    """A text to read; `show` is code the tutor runs and shows with the prose."""

    name = "read"
    may = ("show",)
    on_enter = Verdict("passed")
    idle = ()

    @property
    def todo(self) -> str:
        """What the bottom line says that there is to do."""
        return _("Enter goes on")

    def code_with_prose(self, step: Step) -> str:
        """Return code that is run and shown with the prose."""
        return step.show

    def closing_words(self, verdict: Verdict) -> str:
        """Return nothing: a text that was read is no achievement."""
        return ""
