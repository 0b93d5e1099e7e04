"""The learner's progress, settings and input history: kept in one file, whatever befalls it.

Every change is made twice, by the same statements: in memory, which is what is read, and in
the file. While the file cannot be written the changes wait, each later save tries them all
again, and `news` says so. A damaged or odd file is set aside; one that was deleted is begun
again with all that was known of it.
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self

from conv1d_tutor.i18n import _
from conv1d_tutor.late import loaded_late

from . import store_notices, store_tables
from .store_file import DAMAGED, ForeignFileError, StoreFile, UnavailableError, UnusableError
from .store_tables import Content, Row

with loaded_late():
    import platformdirs

HISTORY_LIMIT = 5_000
"""So many inputs are kept; the oldest go first."""

_PATIENCE = 0.6
"""So many seconds a locked file is waited for: with a few saves, a start waits one at most."""
_LATER_PATIENCE = 2.0
"""The same for a file that was free at the start: who holds it is likely another tutor."""
_IMPATIENCE = 0.05
"""The same where it could not be written the last time."""
_PLACE = ("lesson", "step")
_FORGOTTEN = "forgotten"
"""The setting that says when progress was last forgotten: what is gone since is not lost."""
_ATTEMPTS = 3

_SET = (
    "INSERT INTO settings (key, value) VALUES (?, ?)"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
_PASS = (
    "INSERT INTO progress (lesson, step, source, answered_right, passed_at)"
    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (lesson, step) DO UPDATE SET source = excluded.source,"
    " answered_right = excluded.answered_right, passed_at = excluded.passed_at"
)
_ADD = (
    "INSERT INTO history (source) SELECT ?1"
    " WHERE ?1 IS NOT (SELECT source FROM history ORDER BY number DESC LIMIT 1)"
)
_TRIM = "DELETE FROM history WHERE number <= (SELECT max(number) FROM history) - ?"

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Passed:
    """How a step was passed: the input, and when (UTC, ISO 8601).

    `right` is None where it was not about right or wrong: a text read, a prediction not
    made, a step skipped.
    """

    source: str
    right: bool | None
    at: str


@dataclass(frozen=True, slots=True)
class _Change:
    """Statements that make one change, each with its values, and what kinds of thing it keeps."""

    kinds: tuple[str, ...]
    statements: tuple[tuple[str, Row], ...]

    def make(self, connection: sqlite3.Connection) -> None:
        for statement, values in self.statements:
            connection.execute(statement, values)


def store_path() -> Path | None:
    """Return the file of the learner's state; None where there is no place for one.

    It is in `$CONV1D_TUTOR_HOME`, else in the system's folder for the state of programs.
    """
    chosen = os.environ.get("CONV1D_TUTOR_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute() / "progress.sqlite3"
    folder = platformdirs.user_state_path("conv1d-tutor", appauthor=False)
    return folder / "progress.sqlite3" if folder.is_absolute() else None


def open_store() -> "Store":
    """Open the learner's own store; without a place for it, one in memory that says so."""
    path = store_path()
    store = Store(path)
    if path is None:
        store.warn_of_no_place()
    return store


class Store:
    """Progress, settings and history of one learner.

    `path` is the file, made with its folder where they are missing; None keeps everything
    in memory. A change is on disk when it returns, or else waits to be. No trouble with the
    file is ever raised: see `news`.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.readable = True
        """Whether what the file holds is known here."""
        self._file = None if path is None else StoreFile(path)
        self._memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        store_tables.make(self._memory)
        self._closed = False
        self._placeless = False
        self._waiting: list[_Change] = []
        self._trouble: UnavailableError | None = None
        self._words: Callable[[], str] | None = None
        self._lacked: Callable[[Path], str] | None = None
        self._events: list[Callable[[], str]] = []
        self._news: list[Callable[[], str]] = []
        self._met = False
        self._known: set[Row] = set()
        self._kept_place: Place | None = None
        self._forgotten: str | None = None
        self._has_history = path is None
        self._synchronize(_PATIENCE)
        if self._trouble is not None:
            self._look()

    @classmethod
    def in_memory(cls) -> Self:
        """Return a store that keeps nothing beyond this process, and means to."""
        return cls(None)

    # What the learner is told.

    @property
    def notice(self) -> str:
        """All that the learner should know of the file; empty where all is well."""
        now = [] if self._words is None else [self._words]
        return " ".join(tell() for tell in (*self._events, *now))

    @property
    def cannot_save(self) -> bool:
        """Whether the file could not be written when it was last tried."""
        return self._words is not None

    def news(self) -> str:
        """Return what happened to the file that has not been told yet; empty where nothing did."""
        untold, self._news = self._news, []
        return " ".join(tell() for tell in untold)

    @property
    def trouble(self) -> str:
        """Why nothing can be written now; empty where it can."""
        return "" if self._trouble is None else _(self._trouble.reason)

    def loss(self) -> str:
        """Return what is lost if this process ends now, and why; empty where all is kept."""
        if self._placeless:
            return store_notices.kept_nothing()
        if self.path is None or self._trouble is None or not self._waiting:
            return ""
        lost = Counter(kind for change in self._waiting for kind in change.kinds)
        if self.place() == self._kept_place:
            del lost["place"]
        if not lost:
            return ""
        left_alone = type(self._trouble) is not UnavailableError
        kept = bool(self._known) and not left_alone and os.path.exists(self.path)
        return store_notices.not_kept(self.path, self._trouble.reason, lost, kept=kept)

    def warn_of_no_place(self) -> None:
        """Have the learner told that there is no folder to keep anything in."""
        self._placeless = True
        self._happened(store_notices.no_place)

    # Progress.

    def passed(
        self,
        lesson_id: str,
        step_id: str,
        source: str,
        right: bool | None,
        then: Place | None = None,
    ) -> None:
        """Keep that a step has passed, by what input; a later pass replaces an earlier one.

        `then` is the place that the learner has come to by it.
        """
        at = datetime.now(UTC).isoformat(timespec="seconds")
        row = (lesson_id, step_id, source, None if right is None else int(right), at)
        moved = () if then is None else _moves(then)
        self._save("step", (_PASS, row), *moved, also=("place",) if moved else ())

    def progress(self) -> dict[str, dict[str, Passed]]:
        """Return every passed step by lesson id and step id, of lessons no longer there too."""
        found: dict[str, dict[str, Passed]] = {}
        for lesson, step, source, right, at in store_tables.read(self._memory).progress:
            known = None if right is None else bool(right)
            found.setdefault(str(lesson), {})[str(step)] = Passed(str(source), known, str(at))
        return found

    def forget(self, lesson_id: str | None = None) -> None:
        """Forget the progress of one lesson, or of all, and the place if it is there."""
        now = (_SET, (_FORGOTTEN, datetime.now(UTC).isoformat()))
        if lesson_id is None:
            gone: list[tuple[str, Row]] = [("DELETE FROM progress", ())]
        else:
            gone = [("DELETE FROM progress WHERE lesson = ?", (lesson_id,))]
        place = self.place()
        if place is not None and lesson_id in {None, place[0]}:
            gone += [("DELETE FROM settings WHERE key IN (?, ?)", _PLACE)]
        self._save("forgetting", *gone, now)

    # The place.

    def move(self, place: Place) -> None:
        """Keep where the learner is: ids of the lesson and of the step that waits.

        An empty step id is the end of the lesson.
        """
        self._save("place", *_moves(place))

    def place(self) -> Place | None:
        """Return where the learner is, or None where that was never kept."""
        lesson, step = (self.get(key) for key in _PLACE)
        return None if lesson is None or step is None else (lesson, step)

    # Settings.

    def set(self, key: str, value: str) -> None:
        """Keep a setting, such as the language."""
        self._save("setting", (_SET, (key, value)))

    def get(self, key: str, default: str | None = None) -> str | None:
        """Return a setting, or `default` where it was never made."""
        found = self._memory.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return default if found is None else str(found[0])

    # History.

    def add_history(self, source: str) -> None:
        """Keep an input; one equal to the last is not kept again."""
        self._save("input", (_ADD, (source,)), (_TRIM, (HISTORY_LIMIT,)))

    def history(self) -> list[str]:
        """Return the inputs kept, the oldest first."""
        if self._file is not None and not self._has_history:
            with suppress(UnavailableError):
                self._take_history(self._file.look())
        there = store_tables.read(self._memory, history=True).history
        return [str(source) for _number, source in there]

    def flush(self) -> None:
        """Try once more, patiently, to save what waits."""
        if self._waiting:
            self._synchronize(_PATIENCE)

    def close(self) -> None:
        """Save what waits, if that can be, and take no more."""
        if not self._closed:
            self.flush()
        self._closed = True

    def __del__(self) -> None:
        # Where opening it failed there is none to close.
        with suppress(AttributeError, sqlite3.Error):
            self._memory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    # Saving.

    def _save(self, kind: str, *statements: tuple[str, Row], also: tuple[str, ...] = ()) -> None:
        if self._closed:
            raise sqlite3.ProgrammingError("Cannot operate on a closed store.")
        stored = tuple((text, tuple(map(_storable, values))) for text, values in statements)
        change = _Change((kind, *also), stored)
        try:
            change.make(self._memory)
        except (sqlite3.DataError, OverflowError):
            return  # an input of a thousand million characters: no database takes that
        if self._file is not None:
            self._waiting.append(change)
            self._synchronize(_LATER_PATIENCE if self._trouble is None else _IMPATIENCE)

    def _synchronize(self, patience: float) -> None:
        """Write what waits and learn what the file holds, or take note of what is in the way."""
        if self._file is None:
            return
        begun_anew = False
        for _attempt in range(_ATTEMPTS):
            try:
                there = self._file.exchange(partial(self._exchange, begun_anew), patience)
            except UnavailableError as error:
                self._fail(error)
                return
            except UnusableError as found:
                self._take(found.content)
                try:
                    aside = self._file.set_aside(found)
                except UnavailableError as error:
                    self._fail(error)
                    return
                if aside is not None:
                    begun_anew = True
                    kept = bool(self._known)
                    words = store_notices.set_aside
                    self._happened(partial(words, aside, found.reason, kept=kept))
            else:
                self._succeed(there)
                return
        self._fail(UnavailableError(DAMAGED))

    def _exchange(self, begun_anew: bool, connection: sqlite3.Connection, made: bool) -> Content:
        """Write what waits; where the file lacks what it once had, write that before."""
        assert self.path is not None
        lacks = not begun_anew and self._is_lacking(store_tables.read(connection), made)
        if lacks or begun_anew:
            store_tables.write(connection, store_tables.read(self._memory, history=True))
        for change in self._waiting:
            # The history that was just written ends with the inputs that wait.
            if change.kinds != ("input",) or not (lacks or begun_anew):
                change.make(connection)
        told = store_notices.begun_again if made else store_notices.completed
        self._lacked = told if lacks else None
        return store_tables.read(connection)

    def _is_lacking(self, there: Content, made: bool) -> bool:
        """Return whether the file no longer has what it had, though nobody asked to forget."""
        if made:
            return self._met
        forgotten = there.setting(_FORGOTTEN) != self._forgotten
        return not forgotten and not self._known <= _keys(there)

    def _succeed(self, there: Content) -> None:
        """Take what the file holds for what is so: another tutor may have written to it."""
        assert self.path is not None
        self._waiting.clear()
        self._memory.execute("DELETE FROM progress")
        self._memory.execute("DELETE FROM settings")
        store_tables.write(self._memory, there)
        self._known = set()
        self._know(there)
        self._met = True
        lacked, self._lacked = self._lacked, None
        if lacked is not None:
            self._happened(partial(lacked, self.path))
        trouble, self._trouble, self._words = self._words, None, None
        if trouble in self._news:
            self._news.remove(trouble)  # it was over before it could be told
        elif trouble is not None:
            self._news.append(partial(store_notices.works_again, self.path))

    def _fail(self, error: UnavailableError) -> None:
        """Take note that nothing can be written; it is told once, until it works again."""
        assert self.path is not None
        self._lacked = None
        if type(self._trouble) is not type(error):
            if self._words in self._news:
                self._news.remove(self._words)
            self._words = partial(store_notices.unavailable, self.path, error)
            self._news.append(self._words)
        self._trouble = error

    def _happened(self, words: Callable[[], str]) -> None:
        self._events.append(words)
        self._news.append(words)

    def _look(self) -> None:
        """Learn what can be read of a file that cannot be written."""
        if self._file is None or isinstance(self._trouble, ForeignFileError):
            return
        try:
            there = self._file.look()
        except UnavailableError:
            self.readable = bool(self._known) or not self._file.may_be_there()
        else:
            self._take(there)

    def _take(self, there: Content) -> None:
        """Add to memory what is not in it; the inputs come before those of this session."""
        store_tables.write(self._memory, Content(there.progress, there.settings))
        self._know(there)
        self._take_history(there)

    def _take_history(self, there: Content) -> None:
        if there.history and not self._has_history:
            own = store_tables.read(self._memory, history=True).history
            self._memory.execute("DELETE FROM history")
            store_tables.write(self._memory, Content(history=there.history))
            store_tables.write(self._memory, Content(history=own))
            self._has_history = True

    def _know(self, there: Content) -> None:
        self._known |= _keys(there)
        lesson, step = (there.setting(key) for key in _PLACE)
        self._kept_place = None if lesson is None or step is None else (lesson, step)
        self._forgotten = there.setting(_FORGOTTEN)
        self.readable = True


def _moves(place: Place) -> tuple[tuple[str, Row], ...]:
    return tuple((_SET, pair) for pair in zip(_PLACE, place, strict=True))


def _keys(content: Content) -> set[Row]:
    """Return what is in a file, by key; the place comes and goes."""
    settings = {row[:1] for row in content.settings} - {(key,) for key in _PLACE}
    return settings | {row[:2] for row in content.progress}


def _storable(value: str | int | None) -> str | int | None:
    """Return text as UTF-8 can hold it: what was not decoded is a surrogate."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value
