"""What a value is and where it came from: the commands that explain, and what is said unasked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from conv1d_tutor import view
from conv1d_tutor.course.evaluation import Outcome, raised_by_learner
from conv1d_tutor.i18n import N_, _
from conv1d_tutor.late import loaded_late
from conv1d_tutor.odd_values import named, offers

from .commands import Command
from .evaluator import LearnerEvaluator
from .screen import Screen
from .tracebacks import learner_traceback

with loaded_late():
    from conv1d_tutor import explain

    from . import saving, slide_and_explore

_ZOOMS: tuple[view.derivation.Zoom, ...] = ("formula", "channels", "taps", "everything")

_MOST_READ = 20_000
"""So many characters of an input are looked through for what may be meant."""


class Explainer:
    """Explains values of one namespace on one screen.

    `kept` are the names that a lesson puts back after every input.
    """

    def __init__(self, evaluator: LearnerEvaluator, screen: Screen) -> None:
        self._evaluator = evaluator
        self._screen = screen
        self._zoom: view.derivation.Zoom = "channels"
        self._last: explain.Explanation | None = None
        self._just_drawn: explain.Explanation | None = None
        self._error: tuple[BaseException | str, str] | None = None
        self._told: set[str] = set()
        self.kept: frozenset[str] = frozenset()

    def using(self, evaluator: LearnerEvaluator) -> Explainer:
        """Return one that explains values of another namespace on the same screen."""
        return Explainer(evaluator, self._screen)

    def commands(self) -> list[Command]:
        """Return the commands that explain."""
        return [
            Command("explain", N_("EXPR"), N_("where a number comes from"), self._explain),
            Command(
                "zoom", N_("[1-4]"), N_("the last number again: coarser or finer"), self._zoom_to
            ),
            Command("slide", N_("[EXPR]"), N_("the window stepping along the input"), self._slide),
            Command(
                "explore",
                N_("[EXPR]"),
                N_("move about in an output with the arrow keys"),
                self._explore,
            ),
            Command("length", N_("[EXPR]"), N_("how the output length comes about"), self._length),
            Command(
                "shapes", N_("[LAYER]"), N_("the way of the shape through layers"), self._shapes
            ),
            Command("plot", N_("[EXPR]"), N_("a signal and what a filter makes of it"), self._plot),
            Command(
                "why",
                N_("[TEXT]"),
                N_("what the last error means, or one from elsewhere"),
                self._why,
            ),
            Command("save", N_("FILE"), N_("the last picture as .txt, .svg or .html"), self._save),
        ]

    def load(self) -> None:
        """Load what explains and draws, so that the first number need not wait for it."""
        _ = explain.explain, view.pictures.picture

    @property
    def _names(self) -> dict[str, object]:
        return named(self._evaluator.names)

    # Unasked.

    @property
    def aimed_at(self) -> str:
        """The element that the sum just taken apart aims at, as `y[0,0,0]`; empty without one."""
        drawn = self._just_drawn
        return drawn.element.name if isinstance(drawn, explain.HandSum) else ""

    def after(self, outcome: Outcome, *, exercise: bool = False, part: bool = False) -> None:
        """Draw what is worth saying unasked about an input: a number's origin, a silent mistake.

        In an `exercise` the line that computes a number by hand is not given away. Where a
        `part` of a sum was asked for, it is not held against the whole.
        """
        self._just_drawn = None
        with _unasked():
            self._after(outcome, exercise=exercise, part=part)

    def _after(self, outcome: Outcome, *, exercise: bool, part: bool) -> None:
        names = self._names
        if outcome.has_value:
            typed = outcome.typed.shown
            found = explain.explain_automatically(outcome.value, names, typed)
            if part and isinstance(found, explain.HandSum) and not found.hit:
                self._count(outcome)
                return
            if found is not None:
                if exercise and isinstance(found, explain.HandSum | explain.Derivation):
                    found = replace(found, tell=False)
                # The picture says again what stands above it: that may go.
                self._draw(found)
                self._just_drawn = found
                return
        self._count(outcome)
        value = outcome.value if outcome.has_value else None
        if value is None and outcome.names:
            value = names.get(outcome.names[-1])
        if value is not None:
            source = outcome.source if len(outcome.source) <= _MOST_READ else ""
            mistake = explain.silent_mistake(value, names, source, self._try)
            # What may well be meant is said once; saying it again would only be a nuisance.
            if mistake is not None and mistake.name not in self._told:
                self._told.add(mistake.name)
                self._draw(mistake)

    def decode(self, error: BaseException, source: str) -> None:
        """Say in plain words what an error of the learner's code means, where it is known."""
        self._just_drawn = None
        self._error = (error, source)
        with _unasked():
            self._decode(error, source)

    def show(self, expression: str) -> bool:
        """Explain the value of `expression`, unless that has just been drawn.

        False, and a word on the error, where it has no value.
        """
        found = self._value(expression)
        if found is None:
            return False
        explanation = explain.explain(found.value, self._names, expression)
        if not _same(explanation, self._just_drawn):
            self._draw(explanation)
        return True

    # Commands.

    def _explain(self, argument: str) -> None:
        self._just_drawn = None
        if not argument and "_" not in self._evaluator.builtins:
            self._screen.note(
                _(":explain takes an expression, such as :explain y[0,0,0] or :explain conv1d")
            )
            return
        self.show(argument or "_")

    def _zoom_to(self, argument: str) -> None:
        if argument and argument not in {"1", "2", "3", "4"}:
            self._screen.note(
                _(
                    ":zoom takes 1 (one line), 2 (per channel), 3 (every tap) "
                    "or 4 (nothing left out), not {value}"
                ).format(value=argument)
            )
            return
        following = (_ZOOMS.index(self._zoom) + 1) % len(_ZOOMS)
        self._zoom = _ZOOMS[int(argument) - 1 if argument else following]
        if isinstance(self._last, explain.Derivation):
            self._draw(self._last)
        else:
            self._screen.note(_("From now on numbers are explained at this zoom."))

    def _slide(self, argument: str) -> None:
        convolution = self._convolution(argument)
        if convolution is not None:
            slide_and_explore.slide(convolution, self._screen)

    def _explore(self, argument: str) -> None:
        convolution = self._convolution(argument)
        if convolution is not None:
            self._screen.last_picture = slide_and_explore.explore(convolution, self._screen)

    def _length(self, argument: str) -> None:
        layer, _blank, length = argument.replace(",", " ").rpartition(" ")
        if layer.strip() and length.isdecimal():
            found = self._value(layer.strip())
            if found is not None:
                self._length_of(found.value, int(length), layer.strip())
            return
        convolution = self._convolution(argument)
        if convolution is not None:
            self._draw(explain.explain_length(convolution, convolution.length))

    def _length_of(self, layer: object, length: int, name: str) -> None:
        try:
            self._draw(explain.explain_length(layer, length))
        except TypeError:
            self._screen.note(
                _("{name} is no Conv1d. :length takes an output, or a layer and a length.").format(
                    name=name
                )
            )

    def _shapes(self, argument: str) -> None:
        names = self._names
        expression = argument or next(
            (name for name in reversed(names) if offers(names[name], "named_parameters")), ""
        )
        if not expression:
            self._screen.note(_("There is no layer yet. :shapes takes one, such as :shapes conv1d"))
            return
        found = self._value(expression)
        if found is None:
            return
        if not offers(found.value, "named_parameters"):
            self._screen.note(
                _("{name} is no layer. :shapes takes one, such as :shapes conv1d").format(
                    name=expression
                )
            )
            return
        self._draw(explain.explain_shapes(found.value, names, expression))

    def _plot(self, argument: str) -> None:
        convolution = self._convolution(argument)
        if convolution is not None:
            series = explain.series_of(convolution)
            self._screen.picture(view.pictures.plot_picture(series, self._screen.look))

    def _why(self, argument: str) -> None:
        if argument:
            if not self._decode(argument, ""):
                self._draw(explain.unknown_error(self._names))
        elif self._error is None:
            self._screen.note(
                _(":why explains the last error; there was none. It also takes an error's text.")
            )
        elif not self._decode(*self._error, asked=True):
            self._screen.note(_("There is nothing more to say of the last error than its text."))

    def _save(self, argument: str) -> None:
        if self._screen.last_picture is None:
            self._screen.note(
                _("Nothing has been drawn yet. Type y[0,0,0], for one, and then save.")
            )
        elif not argument:
            self._screen.note(_(":save takes a file's name that ends with .txt, .svg or .html"))
        else:
            self._screen.note(saving.save_picture(self._screen.recorded(), argument))

    # Finding and drawing.

    def _draw(self, explanation: explain.Explanation) -> None:
        if isinstance(explanation, explain.Fault | explain.SilentMistake):
            explanation = self._under_free_name(explanation)
        self._last = explanation
        with self._screen.block(earned=True):
            self._screen.picture(view.pictures.picture(explanation, self._screen.look, self._zoom))

    def _under_free_name(
        self, mistake: explain.Fault | explain.SilentMistake
    ) -> explain.Fault | explain.SilentMistake:
        """Return it with a line that binds no name of the lesson: that would be undone."""
        name, binds, _value = mistake.fix.partition(" = ")
        if binds and name in self.kept:
            return replace(mistake, fix=f"my_{mistake.fix}")
        return mistake

    def _count(self, outcome: Outcome) -> None:
        """Tell the screen what stands there already of what came of an input."""
        if self._screen.pause is None:
            return
        self._screen.wrote(outcome.printed, outcome.echoed)

    def _decode(self, error: BaseException | str, source: str, *, asked: bool = False) -> bool:
        source = source if len(source) <= _MOST_READ else ""
        fault = explain.decode_error(error, source, self._names, self._try, asked=asked)
        if fault is not None:
            self._draw(fault)
        return fault is not None

    def _try(self, source: str) -> object:
        """Run a line that might mend an error, unseen; raise what it raises."""
        outcome = self._evaluator.peek(source)
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    def _convolution(self, expression: str) -> explain.Convolution | None:
        """Return the convolution behind an expression, or the last that was run; or say why not."""
        names = self._names
        if expression:
            found = self._value(expression)
            if found is None:
                return None
            convolution = explain.convolution_behind(found.value, names)
            if convolution is None:
                self._screen.note(
                    _("{name} does not lead to a convolution.").format(name=expression)
                )
            return convolution
        recorded = (value for value in reversed(list(names.values())) if _has_history(value))
        for value in recorded:
            convolution = explain.convolution_behind(value, names)
            if convolution is not None:
                return convolution
        self._screen.note(_("No convolution has been run yet, such as y = conv1d(x)."))
        return None

    def _value(self, expression: str) -> Outcome | None:
        """Return what an expression comes to; say what is wrong where it fails."""
        outcome = self._evaluator.peek(expression)
        if outcome.error is None and not outcome.has_value:
            self._screen.note(
                _("{source} has no value. What is wanted here is an expression.").format(
                    source=expression
                )
            )
            return None
        if outcome.error is None:
            return outcome
        self._screen.note(learner_traceback(outcome.error), "error")
        return None


@contextmanager
def _unasked() -> Iterator[None]:
    """Say nothing unasked where that would run code of the learner's that raises."""
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if not raised_by_learner(error):
            raise


def _has_history(value: object) -> bool:
    return explain.is_tensor(value) and value.grad_fn is not None


def _same(one: explain.Explanation, other: explain.Explanation | None) -> bool:
    """Return whether two explanations are of the same output element, however it was typed."""
    if isinstance(one, explain.Derivation) and isinstance(other, explain.Derivation):
        return replace(one, expression="", tell=True) == replace(other, expression="", tell=True)
    return False
