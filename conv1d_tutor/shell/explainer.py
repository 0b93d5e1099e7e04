"""`:explain` and its kin: finds out where a number is from, and has it drawn."""

from conv1d_tutor import explain, view
from conv1d_tutor.course.outcome import Outcome
from conv1d_tutor.explain.convolution import Convolution
from conv1d_tutor.i18n import N_, _

from .commands import Command
from .evaluator import LearnerEvaluator
from .saving import save_picture
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
        self._error: tuple[BaseException, str] | None = None

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
            Command(
                "why",
                N_("[TEXT]"),
                N_("what the last error means, or one from elsewhere"),
                self._why,
            ),
            Command("save", N_("FILE"), N_("the last picture as .txt, .svg or .html"), self._save),
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
        found = self._value(expression)
        if found is None:
            return False
        self._draw(explain.explain(found.value, self._evaluator.names, expression))
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
        """Say in plain words what an error of the learner's code means, where it is known."""
        self._error = (error, source)
        self._why("")

    def _why(self, argument: str) -> None:
        if argument:
            error: BaseException = RuntimeError(argument)
            source = ""
        elif self._error is not None:
            error, source = self._error
        else:
            self._screen.note(
                _(":why explains the last error; there was none. It also takes an error's text.")
            )
            return
        fault = explain.decode_error(error, source, self._evaluator.names, self._try)
        if fault is not None:
            self._draw(fault)
        elif argument:
            self._screen.note(_("This error text is not one that :why knows."))

    def _try(self, source: str) -> object:
        """Run a line that might mend an error, unseen; raise what it raises."""
        outcome = self._evaluator.peek(source)
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    def _length(self, argument: str) -> None:
        layer, _comma, length = argument.replace(",", " ").rpartition(" ")
        if layer.strip() and length.isdecimal():
            found = self._value(layer.strip())
            if found is not None:
                self._length_of(found.value, int(length), layer.strip())
            return
        convolution = self._convolution(argument)
        if convolution is not None:
            self._draw(explain.explain_length(convolution, convolution.length))
        elif not argument:
            self._screen.note(
                _("No convolution has been run yet. :length conv1d 100 asks about a length.")
            )

    def _length_of(self, layer: object, length: int, name: str) -> None:
        try:
            self._draw(explain.explain_length(layer, length, layer_name=name))
        except TypeError:
            self._screen.note(
                _("{name} is no Conv1d. :length takes an output, or a layer and a length.").format(
                    name=name
                )
            )

    def _convolution(self, expression: str) -> Convolution | None:
        """Give the convolution that an expression came from; without one, the last that was run."""
        names = self._evaluator.names
        if expression:
            found = self._value(expression)
            candidates = [] if found is None else [found.value]
        else:
            candidates = list(reversed(names.values()))
        for value in candidates:
            if expression or getattr(value, "grad_fn", None) is not None:
                found_in = explain.explain(value, names)
                convolution: Convolution | None = getattr(found_in, "convolution", None)
                if convolution is not None:
                    return convolution
        if expression and candidates:
            self._screen.note(_("{name} did not come from a convolution.").format(name=expression))
        return None

    def _value(self, expression: str) -> Outcome | None:
        """Give what an expression comes to; say what is wrong where it fails."""
        outcome = self._evaluator.peek(expression)
        if outcome.error is None:
            return outcome
        self._screen.note(learner_traceback(outcome.error), "error")
        return None

    def _save(self, argument: str) -> None:
        if self._screen.last_picture is None:
            self._screen.note(
                _("Nothing has been drawn yet. Type y[0,0,0], for one, and then save.")
            )
        elif not argument:
            self._screen.note(_(":save takes a file's name that ends with .txt, .svg or .html"))
        else:
            self._screen.note(save_picture(self._screen.recorded(), argument))
