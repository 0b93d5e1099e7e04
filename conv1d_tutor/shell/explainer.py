"""`:explain` and its kin: finds out where a number is from, and has it drawn."""

from conv1d_tutor import explain, view
from conv1d_tutor.course.outcome import Outcome
from conv1d_tutor.i18n import N_, _

from .commands import Command
from .evaluator import LearnerEvaluator
from .screen import Screen
from .tracebacks import learner_traceback

__all__ = ["Explainer"]

_ZOOMS: tuple[view.Zoom, ...] = ("formula", "channels", "taps")


class Explainer:
    """Explains values of one namespace on one screen."""

    def __init__(self, evaluator: LearnerEvaluator, screen: Screen) -> None:
        self._evaluator = evaluator
        self._screen = screen
        self._zoom: view.Zoom = "channels"
        self._last: explain.Explanation | None = None

    def using(self, evaluator: LearnerEvaluator) -> "Explainer":
        """Give one that explains values of another namespace on the same screen."""
        return Explainer(evaluator, self._screen)

    def commands(self) -> list[Command]:
        """Give the commands that explain."""
        return [
            Command("explain", N_("EXPR"), N_("where a number comes from"), self._explain),
            Command(
                "zoom",
                N_("1, 2 or 3"),
                N_("the last number again: coarser or finer"),
                self._zoom_to,
            ),
            Command("length", N_("[EXPR]"), N_("how the output length comes about"), self._length),
        ]

    def after(self, outcome: Outcome) -> None:
        """Draw what is worth saying unasked about the value just echoed, if anything is."""
        if outcome.has_value:
            found = explain.explain_automatically(
                outcome.value, self._evaluator.names, outcome.source.strip()
            )
            if found is not None:
                self._draw(found)

    def show(self, expression: str) -> bool:
        """Explain the value of `expression`; say what is wrong where it has none."""
        outcome = self._evaluator.peek(expression)
        if outcome.error is not None:
            self._screen.note(learner_traceback(outcome.error), "error")
            return False
        self._draw(explain.explain(outcome.value, self._evaluator.names, expression))
        return True

    def _draw(self, explanation: explain.Explanation) -> None:
        self._last = explanation
        self._screen.picture(view.picture(explanation, self._screen.look, self._zoom))

    def _explain(self, argument: str) -> None:
        expression = argument or "_"
        if not argument and "_" not in self._evaluator.builtins:
            self._screen.note(
                _(":explain takes an expression, such as :explain y[0,0,0] or :explain conv1d")
            )
            return
        self.show(expression)

    def _zoom_to(self, argument: str) -> None:
        if argument and argument not in {"1", "2", "3"}:
            self._screen.note(
                _(":zoom takes 1 (one line), 2 (per channel) or 3 (every tap), not {value}").format(
                    value=argument
                )
            )
            return
        self._zoom = (
            _ZOOMS[int(argument) - 1]
            if argument
            else _ZOOMS[(_ZOOMS.index(self._zoom) + 1) % len(_ZOOMS)]
        )
        if isinstance(self._last, explain.Derivation):
            self._draw(self._last)
        else:
            self._screen.note(_("From now on numbers are explained at this zoom."))

    def decode(self, error: BaseException, source: str) -> None:
        """Say in plain words what an error of the learner's code means."""

    def _length(self, argument: str) -> None:
        names = self._evaluator.names
        layer, row = names.get("conv1d"), names.get("x")
