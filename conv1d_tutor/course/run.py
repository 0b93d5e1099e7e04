"""One learner's way through one lesson: each input judged, and the lesson's state kept true.

Whatever the learner does, a step always begins with the lesson's names and the random state
that the solutions of the steps before it would have left. So the article's numbers follow,
however the steps were passed.
"""

import ast
from dataclasses import replace
from types import ModuleType
from typing import Any

from conv1d_tutor import interrupts
from conv1d_tutor.errors import LessonError
from conv1d_tutor.i18n import _

from .evaluation import Evaluator, Outcome, raised_by_learner
from .judge.expected import Expected, work_out
from .judge.given import Attempt
from .judge.values import FrozenTensor, family, freeze, same, same_weights
from .judge.verdict import ASIDE, Verdict, crashed, error_line, incomparable, listed
from .kinds import kind_of
from .lesson import Lesson, Step
from .sandbox import Sandbox
from .snapshot import Snapshot
from .source import Source


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
        self._sandbox = Sandbox(self._torch)
        setup = Source.parse(lesson.setup)
        self._setup_names = setup.names
        self._step_names = [_bound_by(step) for step in lesson.steps]
        self._recipes = _recipes(setup)
        self._starts: dict[int, Snapshot] = {}
        self._expected: Expected | None = None

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
        ran = self._sandbox.run(self.lesson.setup, {})
        if ran.error is not None:
            raise self._fault(None, _("the setup fails: {error}"), ran.error)
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
        typed = Source.parse(source)
        kind, names = kind_of(self.step), self._evaluator.names
        verdict: Verdict | None = kind.on_enter
        if not typed.blank:
            verdict = kind.read(self.step, typed, names, self.expected)
        if verdict is None:
            verdict = self._evaluate(typed)
        elif not verdict.outcome.has_value:
            verdict = replace(verdict, outcome=Outcome(typed))
        if verdict.passed:
            self._advance()
        return verdict

    def skip(self) -> Outcome:
        """Do the step as its solution does, and go on; return what the solution gave.

        A choice, a prediction and a text have nothing to run: their outcome is only the
        answer as its source.
        """
        kind, step = kind_of(self.step), self.step
        if kind.is_code:
            self._starts[self.index].restore(self._evaluator.names)
            outcome = self._evaluator.evaluate(step.solution)
            # The learner's own names may have stood in the way; the lesson's copy cannot fail so.
            self._take_solution()
        else:
            outcome = Outcome(Source.parse(kind.answer(step)))
        self._advance()
        return outcome

    def back(self) -> bool:
        """Go back to the step before, its names and random state as they were then.

        Returns False at the first step.
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

    def expected(self) -> Expected:
        """Return what the step asks for, worked out once; `CheckError` where it cannot be."""
        if self._expected is None:
            start, kind = self._starts[self.index], kind_of(self.step)
            self._expected = work_out(
                self.step,
                kind.code(self.step),
                self.step.accept if kind.has_literal_answers else (),
                self._sandbox,
                self._space(),
                lambda: start.restore(self._evaluator.names),
                self._torch.get_rng_state,
            )
        return self._expected

    # What the lesson owns.

    def _owned(self, upto: int) -> tuple[str, ...]:
        """Return the lesson's names as far as step `upto`: later ones are the learner's."""
        now = set().union(*self._step_names[: upto + 1])
        later = set().union(*self._step_names[upto + 1 :])
        owns = set(self.lesson.owns) - (later - now)
        return tuple(dict.fromkeys([*self._setup_names, *sorted(owns | now)]))

    def _space(self) -> dict[str, object]:
        """Return the lesson's names and values as the step begins, without the learner's own."""
        mine = set(self._setup_names).union(*self._step_names[: self.index])
        names = self._evaluator.names
        return {name: names[name] for name in mine if name in names}

    def _snapshot(self, index: int) -> Snapshot:
        return Snapshot(self._torch, self._evaluator.names, self._owned(index), self._rebuild)

    def _rebuild(self, name: str) -> object:
        """Return a name's tensor made anew by the line of the lesson that made it first."""
        recipe = self._recipes.get(name)
        if recipe is None:
            raise LookupError(name)
        state = self._torch.get_rng_state()
        ran = self._sandbox.run(recipe, self._space())
        self._torch.set_rng_state(state)
        if ran.error is not None:
            raise LookupError(name)
        return ran.value

    def kept(self) -> frozenset[str]:
        """Return the names that are as before after an input, whatever it binds them to."""
        if self.finished:
            return frozenset()
        return frozenset(self._owned(self.index)) - self.step.check.keys()

    # From step to step.

    def _enter(self) -> None:
        self._expected = None
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
        code = kind_of(step).code(step)
        if not code:
            return
        self._starts[self.index].restore(names)
        ran = self._sandbox.run(code, self._space())
        if ran.error is not None:
            problem = _("the solution of {id!r} fails: {error}")
            raise self._fault(step.line, problem, ran.error, id=step.id)
        names.update(ran.bound)

    def _fault(
        self, line: int | None, problem: str, error: BaseException, **values: object
    ) -> LessonError:
        path = self.lesson.folder / "lesson.toml"
        return LessonError(path, line, problem, error=error_line(error), **values)

    # Judging.

    def _evaluate(self, typed: Source) -> Verdict:
        """Run an input and judge it; what does not pass is undone, but for what it may keep."""
        step, kind, names = self.step, kind_of(self.step), self._evaluator.names
        fault: Exception | None = None
        expected: Expected | None = None
        if kind.is_code:
            try:
                expected = self.expected()
            except Exception as error:
                fault = error
        before = self._snapshot(self.index)
        verdict = ASIDE
        keep: frozenset[str] = frozenset()
        try:
            with interrupts.allowed():
                outcome = self._evaluator.evaluate(typed)
            changed = before.changed(names)
            if expected is not None:
                try:
                    attempt = Attempt(outcome, names, changed, before.has_drawn())
                    with interrupts.allowed():
                        verdict = kind.judge(step, attempt, expected)
                except Exception as error:
                    if raised_by_learner(error):
                        verdict = incomparable(error)
                    else:
                        fault = error
                except (SystemExit, GeneratorExit) as error:  # nobody else's than the learner's
                    verdict = incomparable(error)
            if fault is not None:
                verdict = crashed(fault)
            keep = verdict.keep | self._rightly_imported(names)
        finally:
            if not verdict.passed:
                before.restore(names, leave=keep, random=not keep & step.check.keys())
        if verdict.passed and expected is not None:
            message = self._settle(before, expected) or verdict.message
            return replace(verdict, outcome=outcome, message=message)
        restored = tuple(name for name in changed if name not in keep)
        message = verdict.message
        if verdict.kind == "aside" and restored and not message and outcome.error is None:
            message = _(
                "{names} belongs to the lesson and is as it was. "
                "Take another name for what is your own."
            ).format(names=listed(restored))
        return replace(verdict, outcome=outcome, message=message, restored=restored)

    def _rightly_imported(self, names: Any) -> frozenset[str]:
        """Return the names bound to the very module they should be: never taken away again."""
        return frozenset(
            name for name, module in self._sandbox.modules.items() if names.get(name) is module
        )

    def _settle(self, before: Snapshot, expected: Expected) -> str:
        """Leave the state that the solution leaves; return a sentence where that is seen."""
        step, names = self.step, self._evaluator.names
        mine = {*step.check, *expected.solved}
        before.restore(names, leave=mine | self._rightly_imported(names), random=False)
        message = ""
        off = [
            name
            for name in sorted(mine & expected.solved.keys())
            if name not in names or not _exact(names[name], expected.solved[name])
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
        self._torch.set_rng_state(expected.random_after)
        return message

    def _reset(self, name: str, layer: Any) -> None:
        """Put the lesson's weights into the learner's own layer, and keep that."""
        lessons: Any = self._evaluator.names[name]
        if same(layer, lessons):
            layer.load_state_dict(lessons.state_dict())
            self._evaluator.names[name] = layer


def _exact(given: object, solved: object) -> bool:
    """Return whether nothing that follows could tell the learner's value from the solution's."""
    frozen = freeze(given)
    if isinstance(frozen, FrozenTensor) and isinstance(solved, FrozenTensor):
        tracked = frozen.requires_grad == solved.requires_grad
    else:
        tracked = True
    return tracked and same(frozen, solved, strict=True) and same_weights(frozen, solved)


def _bound_by(step: Step) -> tuple[str, ...]:
    """Return the names that a step brings into the lesson."""
    return (*step.check, *Source.parse(kind_of(step).code(step)).names)


def _recipes(setup: Source) -> dict[str, str]:
    """Return the expression that each plain assignment of the setup gives to a name."""
    return {
        target.id: ast.unparse(statement.value)
        for statement in setup.tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
