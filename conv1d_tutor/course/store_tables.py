"""The tables of a learner's state: made, told from others, read leniently, filled."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields

SCHEMA = (
    """CREATE TABLE progress (
    lesson TEXT NOT NULL,
    step TEXT NOT NULL,
    source TEXT NOT NULL,
    answered_right INTEGER,
    passed_at TEXT NOT NULL,
    PRIMARY KEY (lesson, step)
) WITHOUT ROWID""",
    "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE history (number INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL)",
)

APPLICATION = int.from_bytes(b"C1d1")
"""What sqlite calls the application id, of the files that this program makes."""

_VERSION = 1
_LATER_VERSIONS = range(_VERSION + 1, 1000)
"""The versions that a later conv1d-tutor might write; any other number says nothing."""

_COLUMNS = {
    "progress": {
        "lesson": ("TEXT", 1),
        "step": ("TEXT", 2),
        "source": ("TEXT", 0),
        "answered_right": ("INTEGER", 0),
        "passed_at": ("TEXT", 0),
    },
    "settings": {"key": ("TEXT", 1), "value": ("TEXT", 0)},
    "history": {"number": ("INTEGER", 1), "source": ("TEXT", 0)},
}
"""Of each column its type, and its place in the primary key."""

_NEEDED = {"progress": {"lesson", "step"}, "settings": {"key", "value"}, "history": {"source"}}
_MOST = 10_000
"""So many steps and settings are looked at: no course has as many."""
_LONGEST_RESCUE = 0.3

FAULTS = (sqlite3.Error, UnicodeDecodeError)
"""What reading a database may raise; the second where its error quotes a name that is damaged."""

Row = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """The rows of each table that can be used, in the order of the columns of `SCHEMA`."""

    progress: tuple[Row, ...] = ()
    settings: tuple[Row, ...] = ()
    history: tuple[Row, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.progress or self.settings or self.history)

    def setting(self, key: str) -> str | None:
        """Return the value of a setting, None where there is none."""
        return next((str(row[1]) for row in self.settings if row[0] == key), None)


class NewerTablesError(Exception):
    """The tables are of a version that this tutor does not know."""


class OddTablesError(Exception):
    """The tables are not those that this program makes."""


def make(connection: sqlite3.Connection) -> None:
    """Make the tables in a database that has none."""
    for statement in SCHEMA:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")


def are_foreign(connection: sqlite3.Connection) -> bool:
    """Return whether the tables are another program's."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application:
        return bool(application != APPLICATION)
    objects = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    names = {str(row[0]) for row in objects if not str(row[0]).startswith("sqlite_")}
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    ours = _NEEDED["progress"] <= _columns(connection, "progress").keys()
    if ours or not names:
        return False
    if not names <= _COLUMNS.keys():
        return True
    # A table of settings or of a history many programs have; with other columns it is theirs.
    like_ours = any(needed <= _columns(connection, name).keys() for name, needed in _NEEDED.items())
    return version == 0 and not like_ours


def check(connection: sqlite3.Connection) -> bool:
    """Return whether there are tables, and they are ours.

    False is an empty database. Raises `NewerTablesError` and `OddTablesError`.
    """
    if connection.execute("PRAGMA user_version").fetchone()[0] in _LATER_VERSIONS:
        raise NewerTablesError
    kinds = dict(connection.execute("SELECT name, type FROM sqlite_master").fetchall())
    if not kinds:
        return False
    triggers = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (?, ?, ?)",
        tuple(_COLUMNS),
    )
    if triggers.fetchone() is not None:
        raise OddTablesError
    if not all(kinds.get(table) == "table" and _fits(connection, table) for table in _COLUMNS):
        raise OddTablesError
    return True


def read(connection: sqlite3.Connection, *, history: bool = False) -> Content:
    """Return the rows that can be used; one that makes no sense is passed over."""
    return Content(
        tuple(_rows(connection, "progress")),
        tuple(_rows(connection, "settings")),
        tuple(_rows(connection, "history")) if history else (),
    )


def rescue(connection: sqlite3.Connection) -> Content:
    """Return what can be read of tables that are damaged or odd, in a third of a second."""
    found: dict[str, list[Row]] = {field.name: [] for field in fields(Content)}
    deadline = time.monotonic() + _LONGEST_RESCUE
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 1000)
    for table, rows in found.items():
        with suppress(*FAULTS):
            for row in _rows(connection, table):
                rows.append(row)
    return Content(**{table: tuple(rows) for table, rows in found.items()})


def write(connection: sqlite3.Connection, content: Content) -> None:
    """Add the rows that are not there yet."""
    for table, rows in (("progress", content.progress), ("settings", content.settings)):
        columns = _COLUMNS[table]
        blanks = ", ".join("?" * len(columns))
        connection.executemany(
            f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({blanks})", rows
        )
    if content.history:
        there = {source for _number, source in _rows(connection, "history")}
        connection.executemany(
            "INSERT INTO history (source) VALUES (?)",
            ((source,) for _number, source in content.history if source not in there),
        )


def decoded(raw: bytes) -> str | None:
    """Return text of a database; None for bytes that are not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, Row]:
    """Return of each column of a table or view: type, NOT NULL, default, place in the key."""
    rows = connection.execute(f"PRAGMA table_info({table})")
    return {str(row[1]): tuple(row[2:]) for row in rows}


def _fits(connection: sqlite3.Connection, table: str) -> bool:
    """Return whether a table has our columns; further ones must do without a value of ours."""
    there = _columns(connection, table)
    ours = _COLUMNS[table]
    for name, (kind, not_null, default, key) in there.items():
        if name in ours:
            if (str(kind).upper(), key) != ours[name]:
                return False
        elif key or (not_null and default is None):
            return False
    return ours.keys() <= there.keys()


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[Row]:
    """Return the rows of a table, without those that lack what they need.

    What is not of the kind that its column holds is None; a blob is not even loaded.
    """
    there = _columns(connection, table)
    if not _NEEDED[table] <= there.keys():
        return
    chosen = [
        f"CASE WHEN typeof({column}) = '{kind.lower()}' THEN {column} END"
        if column in there
        else "NULL"
        for column, (kind, _key) in _COLUMNS[table].items()
    ]
    order = f"LIMIT {_MOST}"
    if table == "history":
        order = "ORDER BY number" if "number" in there else ""
    for row in connection.execute(f"SELECT {', '.join(chosen)} FROM {table} {order}"):
        match table, row:
            case "progress", (str(lesson), str(step), source, right, at):
                yield lesson, step, source or "", right if right in {0, 1} else None, at or ""
            case ("settings", (str(), str())) | ("history", (_, str())):
                yield row
            case _:
                pass
