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
from .format.toml_file import Table, read_lesson_file
from .judge.expected import CheckError
from .judge.verdict import Verdict, error_line
from .kinds import kind_of
from .lesson import Lesson, Step
from .run import LessonRun


def check_lessons(
    folder: Path | None, make_evaluator: Callable[[], Evaluator]
) -> list[LessonError]:
    """Return every fault found in the lessons of `folder` (None: those that come with the tutor).

    `make_evaluator` gives a fresh namespace of a learner. Each lesson must be whole in every
    language that any of the lessons is written in.
    """
    try:
        folders = lesson_folders(folder)
    except LessonError as fault:
        return [fault]
    languages = sorted({path.stem for found in folders for path in _prose_files(found)}) or ["en"]
    faults: list[LessonError] = []
    first: dict[str, Path] = {}
    for path in folders:
        lesson = _load(path, languages, faults)
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

    def faults(self) -> list[LessonError]:
        """Return the faults of the lesson, in the order of its steps."""
        found: list[LessonError] = []
        try:
            for number, step in enumerate(self._lesson.steps):
                found += self._faults_of_step(number, step)
            if not found:
                self._skip_everything()
        except LessonError as fault:
            found.append(fault)
        return found

    def _start(self, number: int) -> LessonRun:
        """Begin the lesson at a step, as a learner does who resumes there."""
        run = LessonRun(self._lesson, self._make_evaluator(), number)
        try:
            run.begin()
        except LessonError as fault:
            steps = enumerate(self._lesson.steps)
            at = next((number for number, step in steps if step.line == fault.line), -1)
            key = "setup" if at < 0 else "solution"
            raise self._file.step(at).fault(key, fault.problem) from None
        return run

    def _faults_of_step(self, number: int, step: Step) -> Iterator[LessonError]:
        run, table, kind = self._start(number), self._file.step(number), kind_of(step)
        try:
            expected = run.expected()
        except CheckError as error:
            yield _failure(table, error.key, error.code, error.error, error.item)
            return
        yield from _faults_of_mistakes(table, step, run)
        # Doing nothing, or something that has nothing to do with it, must not pass.
        if any(_try(run, idle).passed for idle in kind.idle):
            yield table.fault(
                "check" if step.check else "value",
                _("the step passes although nothing was done; ask for what is not there yet"),
            )
        for item, code in enumerate(step.accept):
            verdict = _try(run, code)
            if not _is_right(verdict):
                problem = _("this should pass and does not: {why}")
                yield table.fault("accept", problem, item, why=_why(verdict))
        yield from self._faults_of_what_is_shown(number, step, run)
        for key, problem in kind.faults(step, expected, self._torch):
            yield table.fault(key, problem)
        verdict = _try(run, kind.answer(step))
        if not _is_right(verdict):
            problem = _("the solution does not pass: {why}")
            yield table.fault(kind.answer_key, problem, why=_why(verdict))

    def _faults_of_what_is_shown(
        self, number: int, step: Step, run: LessonRun
    ) -> Iterator[LessonError]:
        """Return what fails of the code that the tutor shows and explains."""
        shown = [("show", step.show, run)]
        if step.show_after or step.explain:
            after = self._start(number)
            after.skip()
            shown += [("show_after", step.show_after, after), ("explain", step.explain, after)]
        for key, code, where in shown:
            error = where.show(code).error if code else None
            if error is not None:
                yield _failure(self._file.step(number), key, code, error)

    def _skip_everything(self) -> None:
        """Raise where skipping does not reach the end, from whichever step it begins."""
        for number in range(len(self._lesson.steps)):
            run = self._start(number)
            while not run.finished:
                table = self._file.step(run.index)
                error = run.skip().error
                if error is not None:
                    problem = _("skipped from step {number}, it fails: {error}")
                    error_text = error_line(error)
                    raise table.fault("solution", problem, number=number + 1, error=error_text)


def _faults_of_mistakes(table: Table, step: Step, run: LessonRun) -> Iterator[LessonError]:
    """Return which of the mistakes the author foresaw are not answered by their own words."""
    for key, mistakes in (("reject", step.reject), ("misses", step.misses)):
        for item, known in enumerate(mistakes):
            verdict = _try(run, known.code)
            if verdict.right is not False:
                problem = _("this should be answered as a mistake, and was: {why}")
                yield table.fault(key, problem, item, why=_why(verdict))
            elif verdict.mistake != known.says:
                problem = _(
                    "this should be answered by {says!r}, and was by {mistake!r}: another "
                    "mistake of the list gives the same; join the two, or put it first"
                )
                yield table.fault(key, problem, item, says=known.says, mistake=verdict.mistake)


def _failure(
    table: Table, key: str, code: str, error: BaseException, item: int = -1
) -> LessonError:
    problem = _("{code} fails: {error}")
    return table.fault(key, problem, item, code=code.strip(), error=error_line(error))


def _try(run: LessonRun, source: str) -> Verdict:
    """Return the verdict on an input, and stand at the step again afterwards."""
    index = run.index
    verdict = run.attempt(source)
    if run.index != index:
        run.back()
    return verdict


def _is_right(verdict: Verdict) -> bool:
    return verdict.passed and verdict.right is not False


def _why(verdict: Verdict) -> str:
    """Return in one line what became of an input."""
    if verdict.outcome.error is not None:
        return error_line(verdict.outcome.error)
    return " ".join(verdict.message.split()) or verdict.kind
