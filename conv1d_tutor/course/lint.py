"""Proves lessons sound, for their authors: `conv1d-tutor check`.

Every step is played as a learner could play it: its solution and each `accept` must pass,
each `reject` must miss with exactly its words, doing nothing must not pass, and skipping
from anywhere must reach the end.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from conv1d_tutor.errors import LessonError
from conv1d_tutor.i18n import _

from .evaluation import Evaluator
from .format.loading import lesson_folders, load_lesson, twin_fault
from .format.toml_file import read_lesson_file
from .judge.expected import CheckError
from .judge.verdict import Verdict
from .kinds import kind_of
from .lesson import Lesson, Step
from .run import LessonRun

__all__ = ["check_lessons"]


def check_lessons(
    folder: Path | None,
    make_evaluator: Callable[[], Evaluator],
    languages: Sequence[str] | None = None,
) -> list[LessonError]:
    """Return every fault found in the lessons of `folder` (None: those that come with the tutor).

    `make_evaluator` gives a fresh namespace of a learner. Each lesson must be whole in each
    of `languages`; None means every language that any of the lessons is written in.
    """
    try:
        folders = lesson_folders(folder)
    except LessonError as fault:
        return [fault]
    if languages is None:
        languages = sorted({path.stem for found in folders for path in _prose_files(found)})
    faults: list[LessonError] = []
    first: dict[str, Path] = {}
    for path in folders:
        lesson = _load(path, languages or ("en",), faults)
        if lesson is None:
            continue
        if lesson.id in first:
            faults.append(twin_fault(lesson, first[lesson.id]))
        first.setdefault(lesson.id, path)
        faults.extend(_Player(lesson, make_evaluator).faults())
    return faults


def _prose_files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*.md") if path.stem.upper() != "README"]


def _load(folder: Path, languages: Sequence[str], faults: list[LessonError]) -> Lesson | None:
    """Load the lesson in every language; return the last that is sound."""
    lesson: Lesson | None = None
    for language in languages:
        path = folder / f"{language}.md"
        if not path.is_file():
            faults.append(
                LessonError(path, None, _("the lesson is missing in this language; write the file"))
            )
            continue
        try:
            lesson = load_lesson(folder, language)
        except LessonError as fault:
            if str(fault) not in map(str, faults):
                faults.append(fault)
    return lesson


class _Player:
    """Plays one lesson in every way its author foresaw."""

    def __init__(self, lesson: Lesson, make_evaluator: Callable[[], Evaluator]) -> None:
        self._lesson = lesson
        self._make_evaluator = make_evaluator
        self._torch = make_evaluator().torch
        self._file = read_lesson_file(lesson.folder)

    def faults(self) -> Iterator[LessonError]:
        """Return the faults of the lesson, in the order of its steps."""
        sound = True
        for number in range(len(self._lesson.steps)):
            run = self._start(number)
            if isinstance(run, LessonError):
                yield run
                return
            for fault in self._step(number, run):
                sound = False
                yield fault
        if sound:
            yield from self._skips()

    def _start(self, number: int) -> LessonRun | LessonError:
        """Begin the lesson at a step, as a learner does who resumes there."""
        run = LessonRun(self._lesson, self._make_evaluator(), number)
        try:
            run.begin()
        except LessonError as fault:
            key = "setup" if fault.line is None else "solution"
            step = -1 if fault.line is None else self._step_at(fault.line)
            return self._fault(step, key, fault.problem)
        return run

    def _step_at(self, line: int) -> int:
        return next(number for number, step in enumerate(self._lesson.steps) if step.line == line)

    def _fault(self, number: int, key: str, problem: str, item: int = -1) -> LessonError:
        return self._file.step(number).fault(key, problem, item)

    def _step(self, number: int, run: LessonRun) -> Iterator[LessonError]:
        step = self._lesson.steps[number]
        try:
            run.expected()
        except CheckError as error:
            yield self._fault(
                number,
                error.key,
                _("{code} fails: {error}").format(
                    code=error.code.strip(), error=f"{type(error.error).__name__}: {error.error}"
                ),
                error.item,
            )
            return
        yield from self._known(number, step, run)
        yield from self._nothing(number, step, run)
        yield from self._accepted(number, step, run)
        yield from self._shown(number, step, run)
        kind = kind_of(step)
        for key, problem in kind.faults(step, run.expected(), self._torch):
            yield self._fault(number, key, problem)
        verdict = self._try(run, kind.answer(step))
        if not verdict.passed or verdict.right is False:
            yield self._fault(
                number,
                kind.answer_key,
                _("the solution does not pass: {why}").format(why=_why(verdict)),
            )

    def _try(self, run: LessonRun, source: str) -> Verdict:
        """Return the verdict on an input, and stand at the step again afterwards."""
        index = run.index
        verdict = run.attempt(source)
        if run.index != index:
            run.back()
        return verdict

    def _nothing(self, number: int, step: Step, run: LessonRun) -> Iterator[LessonError]:
        """Doing nothing, or something that has nothing to do with it, must not pass."""
        for idle in kind_of(step).idle:
            if self._try(run, idle).passed:
                yield self._fault(
                    number,
                    "check" if step.check else "value",
                    _("the step passes although nothing was done; ask for what is not there yet"),
                )
                return

    def _accepted(self, number: int, step: Step, run: LessonRun) -> Iterator[LessonError]:
        for item, code in enumerate(step.accept):
            verdict = self._try(run, code)
            if not verdict.passed or verdict.right is False:
                yield self._fault(
                    number,
                    "accept",
                    _("this should pass and does not: {why}").format(why=_why(verdict)),
                    item,
                )

    def _known(self, number: int, step: Step, run: LessonRun) -> Iterator[LessonError]:
        for key, mistakes in (("reject", step.reject), ("misses", step.misses)):
            for item, mistake in enumerate(mistakes):
                verdict = self._try(run, mistake.code)
                if verdict.right is not False:
                    yield self._fault(
                        number,
                        key,
                        _("this should be answered as a mistake, and was: {why}").format(
                            why=_why(verdict)
                        ),
                        item,
                    )
                elif verdict.mistake != mistake.says:
                    yield self._fault(
                        number,
                        key,
                        _(
                            "this should be answered by {says!r}, and was by {mistake!r}: another "
                            "mistake of the list gives the same; join the two, or put it first"
                        ).format(says=mistake.says, mistake=verdict.mistake),
                        item,
                    )

    def _shown(self, number: int, step: Step, run: LessonRun) -> Iterator[LessonError]:
        """What the tutor shows and explains must run."""
        for key, code in (("show", step.show), ("show_after", ""), ("explain", "")):
            yield from self._runs(number, key, code, run)
        if step.show_after or step.explain:
            after = self._start(number)
            if isinstance(after, LessonError):
                return
            after.skip()
            yield from self._runs(number, "show_after", step.show_after, after)
            yield from self._runs(number, "explain", step.explain, after)

    def _runs(self, number: int, key: str, code: str, run: LessonRun) -> Iterator[LessonError]:
        error = run.show(code).error if code else None
        if error is not None:
            yield self._fault(
                number,
                key,
                _("{code} fails: {error}").format(
                    code=code.strip(), error=f"{type(error).__name__}: {error}"
                ),
            )

    def _skips(self) -> Iterator[LessonError]:
        """From every step, skipping must reach the end."""
        for number in range(len(self._lesson.steps)):
            run = self._start(number)
            if isinstance(run, LessonError):
                yield run
                return
            while not run.finished:
                index = run.index
                error = run.skip().error
                if error is not None:
                    yield self._fault(
                        index,
                        "solution",
                        _("skipped from step {number}, it fails: {error}").format(
                            number=number + 1, error=f"{type(error).__name__}: {error}"
                        ),
                    )
                    return


def _why(verdict: Verdict) -> str:
    """Say in one line what became of an input."""
    error = verdict.outcome.error
    if error is not None:
        return f"{type(error).__name__}: {error}"
    return " ".join(verdict.message.split()) or verdict.kind
