"""The file of a learner's state: opened anew for every use, checked, set aside where it must be.

Nobody holds it open between uses, so whatever was done to it meanwhile is seen: deleted,
replaced, damaged, locked, made read-only. sqlite survives being killed while it writes, and
two tutors at once.
"""

import errno
import os
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from conv1d_tutor.i18n import N_
from conv1d_tutor.late import loaded_late

from . import store_tables
from .store_tables import Content

with loaded_late():  # hardly ever needed
    import shutil
    import tempfile

_MAGIC = b"SQLite format 3\x00"
_LARGEST_CHECKED = 64 * 2**20
_FOR_READERS = 0.05

_T = TypeVar("_T")
Identity = tuple[int, int]

DAMAGED = N_("it is damaged")
_ODD = N_("its tables are not those that conv1d-tutor makes")
_FOLDER = N_("a folder stands in its place")
_NO_FILE = N_("what stands in its place is not a file")
_UNREADABLE = N_("it may not be read")
_DANGLING = N_("it is a link to something that is not there")
_LOCKED = N_("another program holds it locked")
_FULL = N_("the disk is full")
_READ_ONLY = N_("it may not be written to")
_OUT_OF_ORDER = N_("the disk reports an error")
_NO_FOLDER = N_("its folder cannot be made")

_REASONS_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    # What could not be opened is the journal beside it, without which nothing is written.
    sqlite3.SQLITE_CANTOPEN: _READ_ONLY,
    sqlite3.SQLITE_IOERR: _OUT_OF_ORDER,
    sqlite3.SQLITE_NOMEM: N_("there is not enough memory"),
}
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_REASONS_OF_SYSTEM = {
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EROFS: _READ_ONLY,
    errno.ENOSPC: _FULL,
    errno.EFBIG: _FULL,
    errno.EIO: _OUT_OF_ORDER,
    errno.ENOTDIR: _NO_FOLDER,
    errno.EEXIST: _NO_FOLDER,
}


class UnavailableError(Exception):
    """Nothing can be written now, though perhaps later; `reason` is a message to translate."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NewerFileError(UnavailableError):
    """The file is of a version that this tutor does not know; it is left alone."""

    def __init__(self) -> None:
        super().__init__(N_("a newer conv1d-tutor wrote it"))


class ForeignFileError(UnavailableError):
    """The file is another program's database; it is left exactly as it is."""

    def __init__(self) -> None:
        super().__init__(N_("it is another program's database"))


class UnusableError(Exception):
    """What stands in the file's place can never be used, and is to be set aside.

    `reason` is a message to translate, `content` what could be read of it, `identity` tells
    which file that was.
    """

    def __init__(
        self, reason: str, identity: Identity | None, content: Content | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.identity = identity
        self.content = content or Content()


class _DamageError(sqlite3.DatabaseError):
    """A check found damage that no statement has stumbled over."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


class StoreFile:
    """The file at `path`. Every method opens it, does one thing, and lets go of it.

    They raise `UnavailableError` and `UnusableError`, and nothing else that is the file's fault.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def exchange(self, work: Callable[[sqlite3.Connection, bool], _T], patience: float) -> _T:
        """Do `work` in one transaction and return what it returns.

        It is given the connection, and whether the tables have just been made. Where the file
        is locked it is tried again, `patience` seconds long: work may be done anew after it
        was rolled back.
        """
        deadline = time.monotonic() + patience
        while True:
            try:
                return self._attempt(work)
            except UnavailableError as error:
                if error.reason != _LOCKED or time.monotonic() >= deadline:
                    raise
            # Another that writes again and again leaves it free for a moment only; and two that
            # wait for one another must not do so in step: at most 4 ms, by chance.
            time.sleep(os.urandom(1)[0] / 64_000)

    def look(self) -> Content:
        """Return what can be read where nothing can be written."""
        uri = f"{self.path.as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=_FOR_READERS)) as connection:
                connection.text_factory = store_tables.decoded
                return store_tables.read(connection, history=True)
        except (*store_tables.FAULTS, OSError) as error:
            raise UnavailableError(_reason(error)) from error

    def may_be_there(self) -> bool:
        """Return whether there is a file, as far as that can be known."""
        try:
            self.path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True
        return True

    def set_aside(self, found: UnusableError) -> Path | None:
        """Rename what cannot be used to a dated name and return that.

        None where another tutor was quicker.
        """
        if found.identity is None or _identity(self.path) != found.identity:
            return None
        stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        name = f"{self.path.stem}.damaged-{stamp}"
        aside = self.path.with_name(name + self.path.suffix)
        count = 1
        while os.path.lexists(aside):
            count += 1
            aside = self.path.with_name(f"{name}-{count}{self.path.suffix}")
        try:
            # What is left beside it belongs to it; the new one must not take it for its own.
            for kind in ("-journal", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    Path(f"{self.path}{kind}").rename(f"{aside}{kind}")
            self.path.rename(aside)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnavailableError(found.reason) from error
        return aside

    def _attempt(self, work: Callable[[sqlite3.Connection, bool], _T]) -> _T:
        path = self.path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A pipe in the file's place would be waited for.
            waiting = getattr(os, "O_NONBLOCK", 0)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | waiting, 0o600))
        except OSError as error:
            if (reason := _unusable(path)) is not None:
                raise UnusableError(reason, _identity(path)) from error
            raise UnavailableError(_reason(error)) from error
        if (reason := _unusable(path)) is not None:
            raise UnusableError(reason, _identity(path))
        identity = _identity(path)
        if self._is_foreign():
            raise ForeignFileError
        try:
            with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
                connection.text_factory = store_tables.decoded
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    # From here on only readers can be in the way, and no new ones.
                    connection.execute(f"PRAGMA busy_timeout = {_FOR_READERS * 1000:.0f}")
                    done = work(connection, self._prepare(connection))
                    connection.execute("COMMIT")
                except (*store_tables.FAULTS, store_tables.OddTablesError) as error:
                    code = _code(error)
                    if code == sqlite3.SQLITE_READONLY and self._header()[18:19] > b"\x02":
                        code = sqlite3.SQLITE_CORRUPT  # there is no such version of the format
                    if code in _REASONS_OF_SQLITE:
                        raise
                    reason = DAMAGED if code in _BROKEN else _ODD
                    content = store_tables.rescue(connection)
                    raise UnusableError(reason, identity, content) from error
        except store_tables.NewerTablesError as error:
            raise NewerFileError from error
        except (sqlite3.Error, OSError) as error:
            raise UnavailableError(_reason(error)) from error
        return done

    def _prepare(self, connection: sqlite3.Connection) -> bool:
        """Check the file, and make the tables where it is empty; return whether it was."""
        empty = not store_tables.check(connection)
        if empty:
            store_tables.make(connection)
        elif self.path.stat().st_size <= _LARGEST_CHECKED:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise _DamageError(found)
        return empty

    def _is_foreign(self) -> bool:
        """Return whether it is another program's database, without changing a byte of it.

        Opening a database in earnest may: a journal left beside it is played back, a log
        is written into it.
        """
        log = Path(f"{self.path}-wal")
        try:
            header = self._header()
            if header[:16] != _MAGIC or len(header) < 100:
                return False
            if int.from_bytes(header[68:72]) not in {0, store_tables.APPLICATION}:
                return True
            if not log.exists() or not log.stat().st_size:
                return _is_foreign(f"{self.path.as_uri()}?mode=ro&immutable=1")
            # Part of it, its tables perhaps, is still in the log: read a copy of both.
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / "copy"
                shutil.copyfile(self.path, copy)
                shutil.copyfile(log, f"{copy}-wal")
                return _is_foreign(copy.as_uri())
        except (OSError, *store_tables.FAULTS):
            return False

    def _header(self) -> bytes:
        with self.path.open("rb") as file:
            return file.read(100)


def _is_foreign(uri: str) -> bool:
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        return store_tables.are_foreign(connection)


def _unusable(path: Path) -> str | None:
    """Return why what stands in the file's place can never be one; None where it might."""
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            return _FOLDER
        if not stat.S_ISREG(path.stat().st_mode):
            return _NO_FILE
        return None if os.access(path, os.R_OK, effective_ids=_EFFECTIVE) else _UNREADABLE
    except OSError:
        return _DANGLING if os.path.islink(path) else None


_EFFECTIVE = os.access in os.supports_effective_ids


def _identity(path: Path) -> Identity | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _code(error: Exception) -> int:
    """Return sqlite's own number of what went wrong, without what it says beyond that."""
    if isinstance(error, UnicodeDecodeError):
        return sqlite3.SQLITE_CORRUPT
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return _REASONS_OF_SYSTEM.get(error.errno or 0, error.strerror or str(error))
    return _REASONS_OF_SQLITE.get(_code(error), str(error))
