"""A lesson as plain data: what the loader makes and everything else reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FORMAT = 1
"""The newest lesson format that this version reads."""


@dataclass(frozen=True, slots=True)
class KnownMistake:
    """A wrong answer that the author foresaw: the code that gives it, and the key of its words."""

    code: str
    says: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a lesson.

    `kind` says what it asks for: see `course/kinds`, which say too what they take of `check`,
    `value`, `source` (`from` in the file), `answer`, `show`, `accept`, `reject` and `misses`.

    `prose`, `hints`, the texts of `says` and `options`, and `after` are Markdown in the
    lesson's language; the last paragraph of `prose` is the task. `says` goes from the key in
    a `KnownMistake` (or the key of a wrong option) to its words. `show_after` is run and
    shown once the step has passed; `explain` is an expression whose explanation is drawn
    then. All code is in the allow-list. `line` is where the step begins in `lesson.toml`.
    """

    id: str
    kind: str
    prose: str
    hints: tuple[str, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)
    options: tuple[tuple[str, str], ...] = ()
    after: str = ""
    check: Mapping[str, str] = field(default_factory=dict)
    value: str = ""
    source: str = ""
    answer: str = ""
    show: str = ""
    show_after: str = ""
    explain: str = ""
    solution: str = ""
    accept: tuple[str, ...] = ()
    reject: tuple[KnownMistake, ...] = ()
    misses: tuple[KnownMistake, ...] = ()
    line: int = 1

    @property
    def task(self) -> str:
        """The last paragraph of the prose: what the learner is asked to do."""
        return self.prose.rstrip().rpartition("\n\n")[2]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson in one language.

    `id` is permanent: progress is kept by it. `seed` is given to `torch.manual_seed` after
    the imports of `setup` and before anything else of it. `owns` are the names besides those
    of `setup` and of the checks that the lesson keeps as they should be. `language` is the
    one the prose is in, which is another than was asked for where a lesson lacks that.
    """

    id: str
    title: str
    folder: Path
    seed: int
    setup: str
    owns: tuple[str, ...]
    steps: tuple[Step, ...]
    language: str


@dataclass(frozen=True, slots=True)
class LessonTitle:
    """What a list of lessons needs to know of one, read without loading it whole."""

    id: str
    title: str
    folder: Path
    step_ids: tuple[str, ...]
