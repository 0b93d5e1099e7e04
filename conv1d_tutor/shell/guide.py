"""Leads through the lessons: shows a step, has an input judged, moves on, keeps progress."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence

from rich.cells import cell_len

from conv1d_tutor.course.format.loading import list_lessons, load_lesson
from conv1d_tutor.course.lesson import Lesson, LessonTitle, Step
from conv1d_tutor.course.store import Place, Store
from conv1d_tutor.i18n import N_, _, language, ngettext
from conv1d_tutor.late import loaded_late

from .commands import Command
from .evaluator import LearnerEvaluator
from .explainer import Explainer
from .lesson_list import find_lesson, lesson_table, where_left
from .screen import Screen

with loaded_late():  # judging loads with the engine, once the first step can be read
    from conv1d_tutor.course import kinds, run
    from conv1d_tutor.course.judge import verdict as verdicts

_MISSES_BEFORE_A_NUDGE = 2
_BAR_LONGEST = 12


class Guide:
    """One learner's way through the lessons, on one screen.

    A lesson is shown before anything of it is run: the engine loads while the first step
    is read. `last` is the number of the lesson to end with;
    a `tour` is only watched, and ends there.
    """

    def __init__(
        self,
        titles: Sequence[LessonTitle],
        evaluator: LearnerEvaluator,
        screen: Screen,
        explainer: Explainer,
        store: Store,
        *,
        last: int | None = None,
        tour: bool = False,
    ) -> None:
        self._titles = list(titles)
        self._evaluator = evaluator
        self._screen = screen
        self._explainer = explainer
        self._store = store
        self._tour = tour
        self._last = len(titles) - 1 if last is None else last
        self._number = 0
        self._lesson: Lesson | None = None
        self._at = 0
        self._place: Place | None = None
        self._run: run.LessonRun | None = None
        self._hints = 0
        self._misses = 0

    def commands(self) -> list[Command]:
        """Return the commands of a lesson."""
        return [
            Command("hint", "", N_("an idea; again for the next one"), self._hint),
            Command("solution", "", N_("what the step asks for, to type yourself"), self._solution),
            Command("skip", "", N_("run the solution and go on"), self._skip),
            Command("back", "", N_("to the step before"), self._back),
            Command("again", "", N_("show this step once more"), self._again),
            Command("list", N_("[LESSON]"), N_("the lessons; with a number, go there"), self._list),
        ]

    # Where we are.

    @property
    def kind(self) -> kinds.Kind | None:
        """The kind of the step that waits for an answer; None once all lessons are done."""
        return None if self.step is None else kinds.kind_of(self.step)

    @property
    def step(self) -> Step | None:
        """The step that waits for an answer."""
        return self._lesson.steps[self._at] if self._lesson is not None else None

    def status(self) -> str:
        """Return the bottom line: lesson, step, progress, and what Enter would do."""
        lesson = self._lesson
        if lesson is None or (step := self.step) is None:
            return " " + _("All lessons done · free console · :help")
        total = len(lesson.steps)
        done, left = ("#", ".") if self._screen.look.ascii else ("■", "·")
        bar = done * self._at + left * (total - self._at) if total <= _BAR_LONGEST else ""
        place = _("step {number}/{total}").format(number=self._at + 1, total=total)
        # On a narrow screen the least needed goes first.
        parts = [f"{self._number + 1} {lesson.title}", f"{place} {bar}".rstrip()]
        parts += [kinds.kind_of(step).todo, ":hint :help"]
        for shown in ((0, 1, 2, 3), (0, 1, 2), (1, 2), (2,)):
            line = self._screen.look.glyphs(" " + " · ".join(parts[at] for at in shown))
            if cell_len(line) <= self._screen.width:
                return line
        return ""

    # Opening a lesson, and showing where we are in it.

    def open(self, number: int, step: int | None = None) -> None:
        """Take up lesson `number` at `step`, both counted from 0; None is where it was left."""
        title = self._titles[number]
        self._number = number
        self._lesson = load_lesson(title.folder, language())
        at = where_left(self._store, title) if step is None else step
        self._at = max(0, min(at, len(self._lesson.steps) - 1))
        self._run = None
        self._hints = self._misses = 0
        self._place = title.id, self._lesson.steps[self._at].id
        self.keep_place()

    def keep_place(self) -> None:
        """Have the next start go on from where the learner is now."""
        if self._place is not None:
            self._store.move(self._place)

    def _place_reached(self) -> Place:
        """Return the place that the run has come to; the end of the last lesson has no step."""
        assert self._run is not None
        title, at = self._titles[self._number], self._run.index
        if at >= len(title.step_ids) and self._number < self._last:
            title, at = self._titles[self._number + 1], 0
        self._place = title.id, title.step_ids[at] if at < len(title.step_ids) else ""
        return self._place

    def prepare(self) -> None:
        """Set the lesson up in the learner's namespace, unseen; loads the engine."""
        if self._lesson is not None and self._run is None:
            lesson, self._lesson = self._lesson, None
            begun = run.LessonRun(lesson, self._evaluator, self._at)
            try:
                begun.begin()
            except KeyboardInterrupt:
                self._lesson = lesson  # it is set up when it is next needed
                raise
            # Only a lesson that could be set up is open; of any other the fault is told.
            self._lesson, self._run = lesson, begun

    def present(self) -> None:
        """Show the step that waits: how far along, its prose, its options."""
        lesson, step = self._lesson, self.step
        if lesson is None or step is None:
            return
        screen = self._screen
        with screen.block():
            screen.blank()
            screen.heading(
                f"{self._number + 1} {lesson.title}",
                _("step {number}/{total}").format(number=self._at + 1, total=len(lesson.steps)),
            )
            screen.blank()
            if body := step.prose.rstrip().removesuffix(step.task).strip():
                screen.prose(body)
                screen.blank()
            screen.task(step.task)
            if step.options:
                screen.blank()
                screen.options(step.options)
            screen.blank()
        if code := kinds.kind_of(step).code_with_prose(step):
            self._show_code(code)
            screen.blank()

    def translate(self) -> None:
        """Go on in the language now in use, at the same step."""
        folder = self._titles[0].folder.parent
        self._titles = list(list_lessons(language(), folder))
        if self._lesson is not None:
            self._lesson = load_lesson(self._lesson.folder, language())
            if self._run is not None:
                self._run.lesson = self._lesson

    # Answers.

    def judge(self, source: str) -> verdicts.Verdict:
        """Evaluate and judge one input at the step that waits; a lesson must be open.

        A pass is kept here, before anything of it is shown: nothing that happens then undoes it.
        """
        self.prepare()
        step = self.step
        assert self._run is not None
        assert step is not None
        self._explainer.kept = self._run.kept()
        verdict = self._run.attempt(source)
        if verdict.passed:
            self._store.passed(
                self._titles[self._number].id,
                step.id,
                verdict.outcome.source,
                verdict.right,
                then=self._place_reached(),
            )
        return verdict

    def respond(self, verdict: verdicts.Verdict) -> None:
        """Show what the verdict calls for, and go on after a right answer."""
        step = self.step
        assert step is not None
        if verdict.passed:
            self._passed(step, verdict)
            return
        message = self._comment(step, verdict)
        if message:
            with self._screen.block():
                self._screen.blank()
                self._screen.prose(message)
                self._screen.blank()
        elif verdict.kind == "aside" and verdict.outcome.typed.blank:
            self._screen.note(kinds.kind_of(step).todo)
        if verdict.kind == "missed":
            if verdict.restored:
                names = ", ".join(verdict.restored)
                self._screen.note(_("{names}: as before this input.").format(names=names))
            self._misses += 1
            if self._misses == _MISSES_BEFORE_A_NUDGE and self._hints < len(step.hints):
                self._screen.note(_(":hint gives an idea, :solution shows the way."))

    def _comment(self, step: Step, verdict: verdicts.Verdict) -> str:
        """Return what there is to say of an input beyond the picture of it that was just drawn."""
        aimed = self._explainer.aimed_at
        if verdict.kind != "missed" or not aimed or verdict.mistake in step.says:
            return verdict.message
        asked = step.value.replace(" ", "")
        if aimed == asked:
            return ""
        return _("That sum is put together as `{aimed}`. The step asks for `{asked}`.").format(
            aimed=aimed, asked=asked
        )

    def _passed(self, step: Step, verdict: verdicts.Verdict) -> None:
        kind = kinds.kind_of(step)
        if code := kind.code_revealed(step):
            self._show_code(code)
        if words := kind.closing_words(verdict):
            with self._screen.block(earned=True):
                self._screen.blank()
                # A prediction passes though it was wrong.
                if verdict.right is False:
                    self._screen.note(words)
                else:
                    self._screen.note(self._screen.look.glyphs("✓ ") + words, "good")
                self._screen.prose(verdict.message)
        self._finish(step)

    def _finish(self, step: Step) -> None:
        """Show what follows a step that is done, however it was done; then the next step."""
        if step.show_after:
            self._show_code(step.show_after)
        if step.after:
            with self._screen.block(earned=True):
                self._screen.blank()
                self._screen.prose(step.after)
        if step.explain:
            with self._screen.block(earned=True):
                self._explainer.show(step.explain)
        self._arrive()

    def catch_up(self) -> None:
        """Show the step that waits, where something kept it from being shown."""
        if self._run is not None and self._at != self._run.index:
            self._store.move(self._place_reached())
            self._arrive()

    def _arrive(self) -> None:
        """Show the step that the run has come to, the next lesson's first after the last."""
        self._hints = self._misses = 0
        if self._run is not None:
            self._at = self._run.index
        if self._lesson is not None and self._at >= len(self._lesson.steps):
            self._next_lesson()
        self.present()

    def _next_lesson(self) -> None:
        done = self._number + 1
        if self._number < self._last:
            with self._screen.block():
                self._screen.blank()
                self._screen.note(_("Lesson {number} is done.").format(number=done), "good")
            self.open(self._number + 1, 0)
            self.prepare()
            return
        self._lesson = self._run = None
        with self._screen.block():
            self._screen.blank()
            self._say_the_end()

    def _say_the_end(self) -> None:
        if self._tour:
            self._screen.note(
                _("The tour ends here. conv1d-tutor lets you do it yourself."), "good"
            )
            return
        self._screen.note(
            _("That was the last lesson. The console stays open, with all its names."), "good"
        )
        self._screen.note(_(":list goes back to any lesson, :quit leaves."))

    def _show_code(self, code: str) -> None:
        self.prepare()
        screen, run = self._screen, self._run
        with screen.block(earned=True) as held:
            screen.blank()
            screen.code(code)
            if run is None:
                return
            if not held:
                run.show(code)
                return
            # What is held back for a pause is held back in its order.
            with contextlib.redirect_stdout(io.StringIO()) as echoed:
                run.show(code)
            screen.echo(echoed.getvalue())

    # Commands.

    def _hint(self, argument: str) -> None:
        del argument
        step = self.step
        if step is None or not step.hints:
            self._screen.note(_("There is no hint here. :solution shows what to type."))
            return
        shown = min(self._hints, len(step.hints) - 1)
        self._screen.blank()
        self._screen.prose(step.hints[shown])
        self._hints = shown + 1
        left = len(step.hints) - self._hints
        self._screen.note(
            ngettext("{count} more hint.", "{count} more hints.", left).format(count=left)
            if left
            else _("That was the last hint. :solution shows what to type.")
        )

    def _solution(self, argument: str) -> None:
        del argument
        step = self.step
        if step is None:
            self._no_lesson()
        elif answer := kinds.kind_of(step).answer(step):
            self._screen.note(_("One way; type it yourself, or :skip to have it run:"))
            self._screen.code(answer)
        else:
            self._screen.note(kinds.kind_of(step).todo)

    def _skip(self, argument: str) -> None:
        del argument
        step = self.step
        self.prepare()
        if step is None or self._run is None:
            self._no_lesson()
            return
        kind = kinds.kind_of(step)
        if answer := kind.answer(step):
            self._screen.code(answer)
        self._run.skip()
        self._store.move(self._place_reached())
        if code := kind.code_revealed(step):
            self._show_code(code)
        self._finish(step)

    def _back(self, argument: str) -> None:
        del argument
        self.prepare()
        if self._run is not None and self._run.back():
            self._at = self._run.index
            self._hints = self._misses = 0
            self._store.move(self._place_reached())
            self.present()
        elif self._number > 0 and self._lesson is not None:
            before = self._number - 1
            self.open(before, len(self._titles[before].step_ids) - 1)
            self.present()
        else:
            self._screen.note(_("This is the very first step."))

    def _again(self, argument: str) -> None:
        del argument
        if self._lesson is None:
            self._no_lesson()
        self.present()

    def _list(self, argument: str) -> None:
        if not argument:
            here = None if self._lesson is None else self._number
            self._screen.show(
                lesson_table(self._titles, self._store, self._screen.look, self._screen.width, here)
            )
            self._screen.note(_(":list 2 goes to lesson 2."))
            return
        found = find_lesson(self._titles, argument)
        if isinstance(found, str):
            self._screen.note(found)
            return
        self.open(found)
        self.present()

    def _no_lesson(self) -> None:
        self._screen.note(_("No lesson is open. :list shows them all."))
