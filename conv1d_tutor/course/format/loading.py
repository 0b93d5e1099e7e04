"""From a folder of lessons to `Lesson`s; every fault is a `LessonError` with file and line."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from conv1d_tutor.errors import LessonError
from conv1d_tutor.i18n import _

from ..lesson import FORMAT, KnownMistake, Lesson, LessonTitle, Step
from .allowlist import find_fault
from .prose import Prose, Section, read_prose, read_text, read_title
from .schema import check_lesson_table, check_step_table
from .toml_file import TomlPlaces, toml_places

__all__ = ["lesson_folders", "lessons_folder", "list_lessons", "load_lesson", "load_lessons"]

_STEP_ID = re.compile(r"^\[\[\s*step\s*\]\]|^id\s*=\s*[\"']([^\"'\n]+)[\"']", re.MULTILINE)


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
        ids = [match[1] for match in _STEP_ID.finditer(read_text(path / "lesson.toml"))]
        first = ids.index(None) if None in ids else len(ids)
        lesson_id = next((found for found in ids[:first] if found), path.name)
        titles.append(
            LessonTitle(
                lesson_id,
                read_title(_prose_path(path, language)[0]),
                path,
                tuple(found for found in ids[first:] if found),
            )
        )
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
            raise LessonError(
                path / "lesson.toml",
                toml_places(read_text(path / "lesson.toml")).line(key="id"),
                _(
                    "the lesson in {folder} has the id {id!r} too; every lesson needs its own"
                ).format(folder=twin.folder.name, id=lesson.id),
            )
        lessons.append(lesson)
    return tuple(lessons)


def load_lesson(folder: Path, language: str) -> Lesson:
    """Load one lesson from its folder, in `language` where it has that, else in one it has.

    Raises `LessonError` with file and line for anything that is not as the format says.
    """
    path = folder / "lesson.toml"
    text = read_text(path)
    table = _parse(path, text)
    places = toml_places(text)
    check_lesson_table(path, places, table)
    prose_path, found_language = _prose_path(folder, language)
    prose = read_prose(prose_path)
    loader = _Loader(path, places, prose)
    steps = tuple(loader.step(number, entry) for number, entry in enumerate(table["step"]))
    loader.compare_sections(steps)
    setup = table.get("setup", "")
    loader.code(setup, -1, "setup")
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


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise LessonError(path, line, _("this is not TOML: {error}").format(error=error)) from None
    version = table.get("format")
    if isinstance(version, int) and not isinstance(version, bool) and version > FORMAT:
        raise LessonError(
            path,
            toml_places(text).line(key="format"),
            _(
                "the lesson is in format {format}, and this version reads up to {known}: "
                "update conv1d-tutor"
            ).format(format=version, known=FORMAT),
        )
    return table


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

    def __init__(self, path: Path, places: TomlPlaces, prose: Prose) -> None:
        self.path = path
        self.places = places
        self.prose = prose
        self.numbers: dict[str, int] = {}

    def step(self, number: int, table: dict[str, Any]) -> Step:
        check_step_table(self.path, self.places, number, table)
        step_id = table["id"]
        if step_id in self.numbers:
            raise self.fault(
                number,
                "id",
                _("two steps have the id {id!r}, first in line {first}; rename one").format(
                    id=step_id, first=self.places.line(self.numbers[step_id], "id")
                ),
            )
        self.numbers[step_id] = number
        section = self.prose.sections.get(step_id)
        if section is None:
            raise self.fault(
                number,
                "id",
                _("{file} has no section for this step; write one under `## {id}`").format(
                    file=self.prose.path.name, id=step_id
                ),
            )
        if not section.prose:
            raise LessonError(
                self.prose.path,
                section.line,
                _("`## {id}` says nothing; write what the step is about, the task last").format(
                    id=step_id
                ),
            )
        self._check_code(number, table)
        step = Step(
            id=step_id,
            kind=table["kind"],
            prose=section.prose,
            hints=tuple(section.hints),
            says=section.says,
            options=tuple(section.options.items()),
            after=section.after,
            check=table.get("check", {}),
            value=table.get("value", ""),
            source=table.get("from", ""),
            answer=table.get("answer", ""),
            show=table.get("show", ""),
            show_after=table.get("show_after", ""),
            explain=table.get("explain", ""),
            solution=table.get("solution", ""),
            accept=tuple(table.get("accept", ())),
            reject=_mistakes(table.get("reject", ())),
            misses=_mistakes(table.get("misses", ())),
            line=self.places.line(number) or 1,
        )
        self._compare_words(number, step, section)
        return step

    def compare_sections(self, steps: Iterable[Step]) -> None:
        """Raise for a section that no step asks for."""
        known = {step.id for step in steps}
        for section in self.prose.sections.values():
            if section.id not in known:
                raise LessonError(
                    self.prose.path,
                    section.line,
                    _(
                        "`## {id}` has no step in lesson.toml; add a [[step]] with that id, "
                        "or rename the section to one of: {known}"
                    ).format(id=section.id, known=", ".join(sorted(known))),
                )

    def code(
        self, code: str, number: int, key: str, item: int = -1, *, expression: bool = False
    ) -> None:
        """Raise if a piece of code does not parse or says what lessons may not say."""
        if not code and not expression:
            return
        fault = find_fault(code, expression=expression)
        if fault is not None:
            line = self.places.line(number, key, item, within=fault.line)
            raise LessonError(self.path, line, f"{key}: {fault.problem}")

    def fault(self, number: int, key: str, problem: str, item: int = -1) -> LessonError:
        return LessonError(self.path, self.places.line(number, key, item), problem)

    def _check_code(self, number: int, table: dict[str, Any]) -> None:
        for item, expression in enumerate(table.get("check", {}).values()):
            self.code(expression, number, "check", item, expression=True)
        for key in ("value", "explain"):
            if key in table:
                self.code(table[key], number, key, expression=True)
        literal = table["kind"] == "predict"
        if "solution" in table and table["kind"] != "choice":
            self.code(table["solution"], number, "solution", expression=literal)
        for key in ("show", "show_after"):
            self.code(table.get(key, ""), number, key)
        for item, code in enumerate(table.get("accept", ())):
            self.code(code, number, "accept", item, expression=literal)
        for key in ("reject", "misses"):
            for item, entry in enumerate(table.get(key, ())):
                self.code(entry["code"], number, key, item, expression=key == "misses")

    def _compare_words(self, number: int, step: Step, section: Section) -> None:
        """Raise where the step asks for words that are not there, or the other way round."""
        options = dict(step.options)
        if step.kind == "choice":
            if len(options) < 2:
                raise LessonError(
                    self.prose.path,
                    section.line,
                    _(
                        "a choice needs two options or more; write each under `### option: a`, "
                        "`### option: b`"
                    ),
                )
            if step.answer not in options:
                raise self.fault(
                    number,
                    "answer",
                    _("the answer {answer!r} is none of the options: {options}").format(
                        answer=step.answer, options=", ".join(options)
                    ),
                )
            wanted = [key for key in options if key != step.answer]
        else:
            wanted = list(dict.fromkeys(known.says for known in step.reject + step.misses))
        for key in wanted:
            if key not in step.says:
                raise LessonError(
                    self.prose.path,
                    section.line,
                    _("`## {id}` has no words for a wrong answer; add `### says: {key}`").format(
                        id=step.id, key=key
                    ),
                )
        for word, key in section.lines:
            if (word == "says" and key not in wanted) or (
                word == "option" and step.kind != "choice"
            ):
                raise LessonError(
                    self.prose.path,
                    section.lines[(word, key)],
                    _(
                        "nothing in the step asks for `### {word}: {key}`; it may say: {known}"
                    ).format(word=word, key=key, known=", ".join(wanted) or "–"),
                )


def _mistakes(entries: Iterable[dict[str, str]]) -> tuple[KnownMistake, ...]:
    return tuple(KnownMistake(entry["code"], entry["says"]) for entry in entries)
