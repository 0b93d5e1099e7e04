"""From a folder of lessons to `Lesson`s; every fault is a `LessonError` with file and line."""

from collections.abc import Iterable
from pathlib import Path

from conv1d_tutor.errors import LessonError
from conv1d_tutor.i18n import _
from conv1d_tutor.late import loaded_late

from ..lesson import KnownMistake, Lesson, LessonTitle, Step
from .allowlist import find_fault
from .prose import Prose, Section, read_prose, read_title
from .schema import check_lesson_table, check_step_table
from .toml_file import Table, read_lesson_file, skim_ids

with loaded_late():  # a list of lessons needs no kinds of step
    from .. import kinds


def lessons_folder() -> Path:
    """Return the folder of the lessons that come with the tutor.

    In an installed wheel that is `conv1d_tutor/lessons`, in a checkout the top-level `lessons`.
    """
    package = Path(__file__).parents[2]
    installed = package / "lessons"
    return installed if installed.is_dir() else package.parent / "lessons"


def lesson_folders(folder: Path | None = None) -> tuple[Path, ...]:
    """Return the folder of each lesson in `folder`, in the order they are learnt: by name.

    `folder` may itself be one lesson. Hidden folders and `_private` ones are left out.
    """
    folder = folder or lessons_folder()
    if (folder / "lesson.toml").is_file():
        return (folder,)
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise LessonError(folder, None, error.strerror or str(error)) from None
    found = tuple(path for path in inside if path.is_dir() and path.name[0] not in "._")
    if not found:
        raise LessonError(
            folder, None, _("there is no lesson here; a lesson is a folder with a lesson.toml")
        )
    return found


def list_lessons(language: str, folder: Path | None = None) -> tuple[LessonTitle, ...]:
    """Return id, title and step ids of every lesson, without reading them whole.

    This is for the first paint: it looks at the files only as far as it must, and leaves
    finding their faults to `load_lesson`.
    """
    titles = []
    for path in lesson_folders(folder):
        lesson_id, step_ids = skim_ids(path)
        title = read_title(_prose_path(path, language)[0])
        titles.append(LessonTitle(lesson_id, title, path, step_ids))
    return tuple(titles)


def load_lessons(language: str, folder: Path | None = None) -> tuple[Lesson, ...]:
    """Load every lesson of `folder` (default: those that come with the tutor), in order.

    Raises `LessonError` for the first fault found.
    """
    lessons: list[Lesson] = []
    for path in lesson_folders(folder):
        lesson = load_lesson(path, language)
        twin = next((other for other in lessons if other.id == lesson.id), None)
        if twin is not None:
            raise twin_fault(lesson, twin.folder)
        lessons.append(lesson)
    return tuple(lessons)


def twin_fault(lesson: Lesson, other: Path) -> LessonError:
    """Return the error that the lesson in folder `other` has the same id."""
    problem = _("the lesson in {folder} has the id {id!r} too; every lesson needs its own")
    table = read_lesson_file(lesson.folder).lesson
    return table.fault("id", problem, folder=other.name, id=lesson.id)


def load_lesson(folder: Path, language: str) -> Lesson:
    """Load one lesson from its folder, in `language` where it has that, else in one it has.

    Raises `LessonError` with file and line for anything that is not as the format says.
    """
    file = read_lesson_file(folder)
    check_lesson_table(file.lesson)
    prose_path, found_language = _prose_path(folder, language)
    prose = read_prose(prose_path)
    table = file.values
    loader = _Loader(prose)
    steps = tuple(loader.step(file.step(number)) for number in range(len(table["step"])))
    loader.compare_sections(steps)
    setup = table.get("setup", "")
    if setup:
        _check_code(file.lesson, "setup", setup)
    return Lesson(
        id=table["id"],
        title=prose.title,
        folder=folder,
        seed=table["seed"],
        setup=setup,
        owns=tuple(table.get("owns", ())),
        steps=steps,
        language=found_language,
    )


def _prose_path(folder: Path, language: str) -> tuple[Path, str]:
    """Return the file of the lesson's words and its language: `language`, English, or any."""
    for code in (language, "en"):
        if (folder / f"{code}.md").is_file():
            return folder / f"{code}.md", code
    for path in sorted(folder.glob("*.md")):
        if path.stem != "README":
            return path, path.stem
    return folder / f"{language}.md", language


class _Loader:
    """Puts the steps of one lesson together and holds the two files against each other."""

    def __init__(self, prose: Prose) -> None:
        self.prose = prose
        self.lines: dict[str, int | None] = {}

    def step(self, table: Table) -> Step:
        """Return one step; raise for any fault in its table, its code or its section."""
        check_step_table(table)
        values = table.values
        step_id = values["id"]
        if step_id in self.lines:
            problem = _("two steps have the id {id!r}, first in line {first}; rename one")
            raise table.fault("id", problem, id=step_id, first=self.lines[step_id])
        self.lines[step_id] = table.line("id")
        section = self.prose.sections.get(step_id)
        if section is None:
            problem = _("{file} has no section for this step; write one under `## {id}`")
            raise table.fault("id", problem, id=step_id, file=self.prose.path.name)
        if not section.prose:
            problem = _("`## {id}` says nothing; write what the step is about, the task last")
            raise LessonError(self.prose.path, section.line, problem, id=step_id)
        step = Step(
            id=step_id,
            kind=values["kind"],
            prose=section.prose,
            hints=tuple(section.hints),
            says=section.says,
            options=tuple(section.options.items()),
            after=section.after,
            check=values.get("check", {}),
            value=values.get("value", ""),
            source=values.get("from", ""),
            answer=values.get("answer", ""),
            show=values.get("show", ""),
            show_after=values.get("show_after", ""),
            explain=values.get("explain", ""),
            solution=values.get("solution", ""),
            accept=tuple(values.get("accept", ())),
            reject=_mistakes(values.get("reject", ())),
            misses=_mistakes(values.get("misses", ())),
            line=table.line() or 1,
        )
        _check_step_code(table, step)
        self._compare_words(table, step, section)
        return step

    def compare_sections(self, steps: Iterable[Step]) -> None:
        """Raise for a section that no step asks for."""
        known = {step.id for step in steps}
        for section in self.prose.sections.values():
            if section.id not in known:
                problem = _(
                    "`## {id}` has no step in lesson.toml; add a [[step]] with that id, "
                    "or rename the section to one of: {known}"
                )
                names = ", ".join(sorted(known))
                raise LessonError(
                    self.prose.path, section.line, problem, id=section.id, known=names
                )

    def _compare_words(self, table: Table, step: Step, section: Section) -> None:
        """Raise where the step asks for words that are not there, or the other way round."""

        def fault(problem: str, line: int = section.line, **values: object) -> LessonError:
            return LessonError(self.prose.path, line, problem, **values)

        kind = kinds.kind_of(step)
        kind.check_prose(step, table, fault)
        wrong = kind.wrong_answers(step)
        for key in wrong:
            if key not in step.says:
                problem = _("`## {id}` has no words for a wrong answer; add `### says: {key}`")
                raise fault(problem, id=step.id, key=key)
        for (word, key), line in section.lines.items():
            if (word == "says" and key not in wrong) or (word == "option" and not kind.has_options):
                problem = _("nothing in the step asks for `### {word}: {key}`; it may say: {known}")
                known = ", ".join(wrong) or "–"
                raise fault(problem, line, word=word, key=key, known=known)


def _check_step_code(table: Table, step: Step) -> None:
    """Raise if any of a step's code does not parse or says what lessons may not say."""
    kind = kinds.kind_of(step)
    for item, expression in enumerate(step.check.values()):
        _check_code(table, "check", expression, item, expression=True)
    for key, expression in (("value", step.value), ("explain", step.explain)):
        if key in table.values:
            _check_code(table, key, expression, expression=True)
    literal = kind.has_literal_answers
    if "solution" in table.values and kind.answer_key == "solution":
        _check_code(table, "solution", step.solution, expression=literal)
    for key, code in (("show", step.show), ("show_after", step.show_after)):
        if key in table.values:
            _check_code(table, key, code)
    for item, code in enumerate(step.accept):
        _check_code(table, "accept", code, item, expression=literal)
    for item, mistake in enumerate(step.reject):
        _check_code(table, "reject", mistake.code, item)
    for item, mistake in enumerate(step.misses):
        _check_code(table, "misses", mistake.code, item, expression=True)


def _check_code(
    table: Table, key: str, code: str, item: int = -1, *, expression: bool = False
) -> None:
    """Raise if a piece of code does not parse or says what lessons may not say."""
    fault = find_fault(code, expression=expression)
    if fault is not None:
        raise table.fault(key, f"{key}: {fault.problem}", item, within=fault.line)


def _mistakes(entries: Iterable[dict[str, str]]) -> tuple[KnownMistake, ...]:
    return tuple(KnownMistake(entry["code"], entry["says"]) for entry in entries)
