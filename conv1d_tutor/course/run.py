"""One learner's way through one lesson: each input judged, and the lesson's state kept true.

Whatever the learner does, a step always begins with the lesson's names and the random state
that the solutions of the steps before it would have left. So the article's numbers follow,
however the steps were passed.
"""

import ast
import builtins
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from conv1d_tutor.errors import LessonError
from conv1d_tutor.i18n import _

from .answers import read_choice, read_prediction
from .checks import judge, judge_prediction
from .evaluation import Evaluator, Outcome
from .judge.expected import Wanted, work_out
from .judge.feedback import listed
from .judge.given import ASIDE, Attempt
from .judge.values import family, freeze, same, same_weights
from .judge.verdict import Verdict
from .lesson import Lesson, Step
from .sandbox import Scratch, bound_names
from .snapshot import Snapshot

__all__ = ["LessonRun", "Verdict"]


class LessonRun:
    """A lesson being learnt with `evaluator`, from step number `at` on.

    Call `begin` first. After that `step` is the step that waits for an answer, until
    `finished`. The learner's own names are theirs; the lesson's are those of its setup and
    of the steps that have passed.
    """

    def __init__(self, lesson: Lesson, evaluator: Evaluator, at: int = 0) -> None:
        self.lesson = lesson
        self.index = max(0, min(at, len(lesson.steps)))
        self._evaluator = evaluator
        self._torch: ModuleType = evaluator.torch
        self._scratch = Scratch(self._torch)
        self._setup_names = bound_names(lesson.setup)
        self._recipes = _recipes(lesson.setup)
        self._starts: dict[int, Snapshot] = {}
        self._wanted: Wanted | None = None

    @property
    def finished(self) -> bool:
        """Whether every step has passed."""
        return self.index >= len(self.lesson.steps)

    @property
    def step(self) -> Step:
        """The step that waits for an answer; raises `IndexError` once the lesson is finished."""
        return self.lesson.steps[self.index]

    def begin(self) -> None:
        """Seed, run the setup, and run the solutions of the steps before the first, silently.

        Raises `LessonError` if the lesson's own code fails.
        """
        names = self._evaluator.names
        self._torch.manual_seed(self.lesson.seed)
        ran = self._scratch.run(self.lesson.setup, {})
        if ran.error is not None:
            raise LessonError(
                self.lesson.folder / "lesson.toml",
                None,
                _("the setup fails: {error}").format(error=_error_line(ran.error)),
            )
        names.update(ran.bound)
        last, self.index = self.index, 0
        self._enter()
        while self.index < last:
            self._take_solution()
            self._advance()

    def attempt(self, source: str) -> Verdict:
        """Judge one input at the step; whatever does not pass leaves the lesson as it was.

        The Enter of a `read` step, a prediction and a choice are not evaluated. After a
        verdict that passed, `step` is the next one.
        """
        step = self.step
        if not source.strip():
            nothing = Outcome(source)
            if step.kind == "read":
                return self._pass(Verdict(step, "passed", nothing))
            return Verdict(step, "aside", nothing)
        if step.kind == "predict":
            return self._predict(step, source)
        if step.kind == "choice":
            keys, texts = zip(*step.options, strict=True)
            key = read_choice(source, keys, texts)
            if key is not None:
                return self._choose(step, source, key)
            if self._is_no_code(source):
                return Verdict(step, "aside", Outcome(source), _which_letters(keys))
        return self._evaluate(step, source)

    def skip(self) -> Outcome:
        """Do the step as its solution does, and go on; gives what the solution gave.

        A choice, a prediction and a text have nothing to run: their outcome is only the
        answer as its source.
        """
        step = self.step
        if step.kind in {"read", "choice", "predict"}:
            outcome = Outcome(step.answer or step.solution)
        else:
            self._starts[self.index].restore(self._evaluator.names)
            outcome = self._evaluator.evaluate(step.solution)
            # The learner's own names may have stood in the way; the lesson's copy cannot fail so.
            self._take_solution()
        self._advance()
        return outcome

    def back(self) -> bool:
        """Go back to the step before, its names and random state as they were then.

        Gives False at the first step.
        """
        if self.index == 0:
            return False
        for index in (self.index, self.index - 1):
            if index in self._starts:
                self._starts[index].restore(self._evaluator.names)
        self.index -= 1
        self._enter()
        return True

    def show(self, code: str) -> Outcome:
        """Evaluate code of the lesson (`show`, `show_after`) before the learner's eyes.

        The lesson's names and the random state are as before afterwards.
        """
        before = self._snapshot(self.index)
        try:
            return self._evaluator.evaluate(code)
        finally:
            before.restore(self._evaluator.names)

    def wanted(self) -> Wanted:
        """Return what the step asks for, worked out once; `CheckError` where it cannot be."""
        if self._wanted is None:
            start = self._starts[self.index]
            self._wanted = work_out(
                self.step,
                self._scratch,
                self._space(),
                lambda: start.restore(self._evaluator.names),
                self._torch.get_rng_state,
            )
        return self._wanted

    # What the lesson owns.

    def _owned(self, upto: int) -> tuple[str, ...]:
        """Return the lesson's names as far as step `upto`: later ones are the learner's."""
        later = {name for step in self.lesson.steps[upto + 1 :] for name in _bound_by(step)}
        now = {name for step in self.lesson.steps[: upto + 1] for name in _bound_by(step)}
        owns = set(self.lesson.owns) - (later - now)
        return tuple(dict.fromkeys([*self._setup_names, *sorted(owns | now)]))

    def _space(self) -> dict[str, object]:
        """Return the lesson's names and values as the step begins, without the learner's own."""
        mine = set(self._setup_names)
        for step in self.lesson.steps[: self.index]:
            mine.update(_bound_by(step))
        names = self._evaluator.names
        return {name: names[name] for name in mine if name in names}

    def _snapshot(self, index: int) -> Snapshot:
        return Snapshot(self._torch, self._evaluator.names, self._owned(index), self._rebuild)

    def _rebuild(self, name: str) -> object:
        """Make a name's tensor anew by the line of the lesson that made it first."""
        recipe = self._recipes.get(name)
        if recipe is None:
            raise LookupError(name)
        state = self._torch.get_rng_state()
        ran = self._scratch.run(recipe, self._space())
        self._torch.set_rng_state(state)
        if ran.error is not None:
            raise LookupError(name)
        return ran.value

    # From step to step.

    def _enter(self) -> None:
        self._wanted = None
        if not self.finished:
            self._starts[self.index] = self._snapshot(self.index)

    def _advance(self) -> None:
        for name, expression in self.step.check.items():
            self._recipes[name] = expression
        self.index += 1
        self._enter()

    def _take_solution(self) -> None:
        """Put the step's solution into the learner's names, and its random state in place."""
        step, names = self.step, self._evaluator.names
        if step.kind in {"read", "choice", "predict"}:
            return
        self._starts[self.index].restore(names)
        ran = self._scratch.run(step.solution, self._space())
        if ran.error is not None:
            raise LessonError(
                self.lesson.folder / "lesson.toml",
                step.line,
                _("the solution of {id!r} fails: {error}").format(
                    id=step.id, error=_error_line(ran.error)
                ),
            )
        names.update(ran.bound)

    # Judging.

    def _evaluate(self, step: Step, source: str) -> Verdict:
        judged = step.kind in {"run", "value", "hand"}
        fault: Exception | None = None
        wanted: Wanted | None = None
        if judged:
            try:
                wanted = self.wanted()
            except Exception as error:
                fault = error
        before = self._snapshot(self.index)
        names = self._evaluator.names
        keep: frozenset[str] = frozenset()
        passed = False
        try:
            outcome = self._evaluator.evaluate(source)
            judgement = ASIDE
            changed = before.changed(names)
            if wanted is not None:
                try:
                    drew = before.has_drawn()
                    judgement = judge(step, Attempt(outcome, names, changed, drew), wanted)
                except Exception as error:
                    fault = error
            passed = judgement.kind == "passed" and fault is None
            keep = judgement.keep | self._rightly_imported(names)
        finally:
            if not passed:
                before.restore(names, leave=keep, random=not keep & step.check.keys())
        if fault is not None:
            return Verdict(step, "crashed", outcome, _crash_message(fault))
        if passed and wanted is not None:
            message = self._settle(step, before, wanted)
            return self._pass(
                Verdict(step, "passed", outcome, message or judgement.message, right=True)
            )
        restored = tuple(name for name in changed if name not in keep)
        message = judgement.message
        if judgement.kind == "aside" and restored and not message and outcome.error is None:
            message = _(
                "{names} belongs to the lesson and is as it was. "
                "Take another name for what is your own."
            ).format(names=listed(restored))
        return Verdict(
            step,
            judgement.kind,
            outcome,
            message,
            judgement.mistake,
            judgement.right,
            restored,
        )

    def _rightly_imported(self, names: Any) -> frozenset[str]:
        """Return the names bound to the very module they should be: never taken away again."""
        return frozenset(
            name for name, module in self._scratch.modules.items() if names.get(name) is module
        )

    def _settle(self, step: Step, before: Snapshot, wanted: Wanted) -> str:
        """Leave the state that the solution leaves; gives a sentence where that is seen."""
        names = self._evaluator.names
        mine = {*step.check, *wanted.solved}
        before.restore(names, leave=mine | self._rightly_imported(names), random=False)
        message = ""
        off = [
            name
            for name in sorted(mine & wanted.solved.keys())
            if name not in names or not _exact(names[name], wanted.solved[name])
        ]
        if off:
            seen = [name for name in off if name in names and name in step.check]
            given = {name: names[name] for name in seen}
            self._take_solution()
            if all(family(value) == "layer" for value in given.values()):
                for name, layer in given.items():
                    self._reset(name, layer)
            if seen:
                message = _(
                    "Right. {names} now holds the lesson's own numbers, "
                    "so that what follows agrees with the text."
                ).format(names=listed(seen))
        self._torch.set_rng_state(wanted.random_after)
        return message

    def _reset(self, name: str, layer: Any) -> None:
        """Put the lesson's weights into the learner's own layer, and keep that."""
        lessons: Any = self._evaluator.names[name]
        if same(layer, lessons):
            layer.load_state_dict(lessons.state_dict())
            self._evaluator.names[name] = layer

    def _predict(self, step: Step, source: str) -> Verdict:
        prediction = read_prediction(source)
        if prediction is None and source.strip() in self._evaluator.names:
            return self._evaluate(step, source)
        if prediction is None:
            return Verdict(
                step,
                "aside",
                Outcome(source),
                _(
                    "First say what you expect, before it is run: type the value itself, "
                    "or `?` if you do not know."
                ),
            )
        if not prediction.known:
            return self._pass(Verdict(step, "passed", Outcome(source)))
        outcome = Outcome(source, prediction.value, has_value=True)
        try:
            accepted = tuple(self._scratch.run(code, {}).value for code in step.accept)
            judgement = judge_prediction(step, prediction.value, self.wanted(), accepted)
        except Exception as error:
            return Verdict(step, "crashed", outcome, _crash_message(error))
        return self._pass(
            Verdict(step, "passed", outcome, judgement.message, judgement.mistake, judgement.right)
        )

    def _is_no_code(self, source: str) -> bool:
        """Whether an input at a choice is a word, a number or a sentence, and not Python to try."""
        try:
            body = ast.parse(source.strip()).body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return not set(source) & set("=()[]{}@*")
        match body:
            case [ast.Expr(value=ast.Name(id=name))]:
                return name not in self._evaluator.names and not hasattr(builtins, name)
            case [ast.Expr(value=ast.Constant())]:
                return True
        return False

    def _choose(self, step: Step, source: str, key: str) -> Verdict:
        outcome = Outcome(source, key, has_value=True)
        if key == step.answer:
            return self._pass(Verdict(step, "passed", outcome, right=True))
        return Verdict(step, "missed", outcome, step.says.get(key, ""), key, right=False)

    def _pass(self, verdict: Verdict) -> Verdict:
        self._advance()
        return verdict


def _exact(given: object, solved: object) -> bool:
    """Whether nothing that follows could tell the learner's value from the solution's."""
    return same(given, solved) and same_weights(freeze(given), solved)


def _bound_by(step: Step) -> tuple[str, ...]:
    """Return the names that a step brings into the lesson."""
    runs = step.kind in {"run", "value", "hand"}
    return (*step.check, *(bound_names(step.solution) if runs else ()))


def _recipes(setup: str) -> dict[str, str]:
    """Return the expression that each plain assignment of the setup gives to a name."""
    return {
        target.id: ast.unparse(statement.value)
        for statement in ast.parse(setup).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def _error_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _which_letters(keys: Sequence[str]) -> str:
    return _("The answer here is a letter: {letters}.").format(letters=listed(keys))


def _crash_message(error: BaseException) -> str:
    return _(
        "The check of this step failed. That is the tutor's fault, not yours, and costs you "
        "nothing. `:skip` takes you on. (`{error}`)"
    ).format(error=_error_line(error))
