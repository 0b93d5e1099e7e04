"""The learner's progress, settings and input history, in one sqlite file.

sqlite survives being killed while it writes, and two tutors at once. Whatever happens to
the file, the learner goes on: a damaged one is set aside, and where nothing can be written
things are kept in memory and `notice` says so.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar

from conv1d_tutor.i18n import _
from conv1d_tutor.late import loaded_late

with loaded_late():
    import platformdirs

HISTORY_LIMIT = 5_000
"""So many inputs are kept; the oldest go first."""

_VERSION = 1
_TIMEOUT = 5.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS progress (
    lesson TEXT NOT NULL,
    step TEXT NOT NULL,
    source TEXT NOT NULL,
    answered_right INTEGER,
    passed_at TEXT NOT NULL,
    PRIMARY KEY (lesson, step)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS history (number INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL);
"""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Passed:
    """How a step was passed: the input, and when (UTC, ISO 8601).

    `right` is None where it was not about right or wrong: a text read, a prediction not
    made, a step skipped.
    """

    source: str
    right: bool | None
    at: str


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
    """Progress, settings and history of one learner; every change is on disk when it returns.

    `path` is the file, made with its folder where they are missing; None keeps everything
    in memory. No trouble with the file is ever raised: see `notice`.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._trouble: Callable[[], str] | None = None
        self._connection = self._open()

    @classmethod
    def in_memory(cls) -> Self:
        """Return a store that keeps nothing beyond this process, and means to."""
        return cls(None)

    @property
    def notice(self) -> str:
        """What the learner should know of the file; empty where all is well."""
        return self._trouble() if self._trouble else ""

    def warn_of_no_place(self) -> None:
        """Have `notice` say that there is no folder to keep anything in."""
        self._trouble = lambda: _(
            "There is no home folder to save progress in: it is kept only until you leave. "
            "Set CONV1D_TUTOR_HOME to a folder that can be written to."
        )

    # Progress.

    def passed(self, lesson_id: str, step_id: str, source: str, right: bool | None) -> None:
        """Keep that a step has passed, by what input; a later pass replaces an earlier one."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        row = (lesson_id, step_id, _storable(source), right, at)
        self._write("INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?, ?)", row)

    def progress(self) -> dict[str, dict[str, Passed]]:
        """Return every passed step by lesson id and step id, of lessons no longer there too."""
        query = "SELECT lesson, step, source, answered_right, passed_at FROM progress"
        found: dict[str, dict[str, Passed]] = {}
        for lesson, step, source, right, at in self._read(query):
            known = None if right is None else bool(right)
            found.setdefault(str(lesson), {})[str(step)] = Passed(str(source), known, str(at))
        return found

    def forget(self, lesson_id: str | None = None) -> None:
        """Forget the progress of one lesson, or of all."""
        if lesson_id is None:
            self._write("DELETE FROM progress", ())
        else:
            self._write("DELETE FROM progress WHERE lesson = ?", (lesson_id,))

    # Settings.

    def set(self, key: str, value: str) -> None:
        """Keep a setting, such as the language."""
        self._write("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))

    def get(self, key: str, default: str | None = None) -> str | None:
        """Return a setting, or `default` where it was never made."""
        rows = self._read("SELECT value FROM settings WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else default

    # History.

    def add_history(self, source: str) -> None:
        """Keep an input; one equal to the last is not kept again."""
        source = _storable(source)

        def add(connection: sqlite3.Connection) -> None:
            last = connection.execute(
                "SELECT source FROM history ORDER BY number DESC LIMIT 1"
            ).fetchone()
            if last == (source,):
                return
            number = connection.execute(
                "INSERT INTO history (source) VALUES (?)", (source,)
            ).lastrowid
            connection.execute(
                "DELETE FROM history WHERE number <= ?", ((number or 0) - HISTORY_LIMIT,)
            )

        self._do(add)

    def history(self) -> list[str]:
        """Return the inputs kept, the oldest first."""
        return [str(row[0]) for row in self._read("SELECT source FROM history ORDER BY number")]

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __del__(self) -> None:
        # Nobody's forgetting leaves the file open; where opening it failed there is none to close.
        with suppress(AttributeError, sqlite3.Error):
            self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    # The file.

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        self._do(lambda connection: connection.execute(statement, values))

    def _read(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        return self._do(lambda connection: connection.execute(query, values).fetchall())

    def _do(self, action: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do something in one short transaction, on a fresh file if this one gives out."""
        for _attempt in range(2):
            try:
                return self._transact(action)
            except sqlite3.OperationalError as error:
                self._connection = self._memory(error, self._connection)
            except sqlite3.DatabaseError as error:
                if type(error) is not sqlite3.DatabaseError:
                    raise  # a fault of ours, such as a closed store: the file is not to blame
                self._connection.close()
                self._connection = self._begin_anew()
        return self._transact(action)

    def _transact(self, action: Callable[[sqlite3.Connection], _T]) -> _T:
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            return action(self._connection)

    def _open(self) -> sqlite3.Connection:
        if self.path is None:
            return self._memory(None)
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            return self._connect(self.path)
        except (OSError, sqlite3.OperationalError, _NewerError) as error:
            return self._memory(error)
        except sqlite3.DatabaseError:
            return self._begin_anew()

    def _connect(self, place: Path | str) -> sqlite3.Connection:
        connection = sqlite3.connect(place, timeout=_TIMEOUT, isolation_level=None)
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > _VERSION:
                raise _NewerError
            sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if sound != "ok":
                raise sqlite3.DatabaseError(sound)
            if version < _VERSION:
                connection.executescript(
                    f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;"
                )
        except BaseException:
            connection.close()
            raise
        return connection

    def _begin_anew(self) -> sqlite3.Connection:
        """Set the damaged file aside under a dated name and begin another."""
        assert self.path is not None
        stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        aside = self.path.with_name(f"{self.path.stem}.damaged-{stamp}{self.path.suffix}")
        count = 1
        while aside.exists():
            count += 1
            aside = aside.with_name(f"{self.path.stem}.damaged-{stamp}-{count}{self.path.suffix}")
        try:
            # A journal left beside it belongs to the damaged file; the new one must not take it.
            with suppress(FileNotFoundError):
                Path(f"{self.path}-journal").rename(f"{aside}-journal")
            with suppress(FileNotFoundError):  # another tutor may have been quicker
                self.path.rename(aside)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            connection = self._connect(self.path)
        except (OSError, sqlite3.Error) as error:
            return self._memory(error)
        self._trouble = lambda: _(
            "The progress file was damaged. It is set aside as {aside}, and a new one begun."
        ).format(aside=aside)
        return connection

    def _memory(
        self, error: Exception | None, former: sqlite3.Connection | None = None
    ) -> sqlite3.Connection:
        """Go on in memory, with what can still be read of the file."""
        connection = self._connect(":memory:")
        if former is not None:
            with suppress(sqlite3.Error):
                former.backup(connection)
            former.close()
        path = self.path
        if isinstance(error, _NewerError):
            self._trouble = lambda: _(
                "{path} was written by a newer conv1d-tutor and is left alone: progress is kept "
                "only until you leave. Update conv1d-tutor."
            ).format(path=path)
        elif error is not None:
            reason = getattr(error, "strerror", None) or str(error)
            self._trouble = lambda: _(
                "Progress cannot be saved in {path} ({reason}): it is kept only until you leave. "
                "Set CONV1D_TUTOR_HOME to a folder that can be written to."
            ).format(path=path, reason=reason)
        elif path is None:
            self._trouble = None
        return connection


class _NewerError(Exception):
    """The file is of a version that this tutor does not know."""


def _storable(text: str) -> str:
    """Return the text as UTF-8 can hold it: what was not decoded is a surrogate."""
    return text.encode("utf-8", "replace").decode("utf-8")
