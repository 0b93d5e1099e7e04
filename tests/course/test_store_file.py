"""Whatever stands in the file's place, the tutor starts, loses nothing, and says what it did."""

import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conv1d_tutor.course.store import Store
from conv1d_tutor.i18n import use_language


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file with a step passed, settings and inputs."""
    path = tmp_path_factory.mktemp("made") / "progress.sqlite3"
    with Store(path) as store:
        store.passed("create", "hello", "print()", True)
        store.set("language", "zh_CN")
        store.set("theme", "dark")
        store.move(("create", "layer"))
        store.add_history("1 + 1")
        store.add_history("2 + 2")
        assert store.notice == ""
    return path.read_bytes()


@pytest.fixture
def path(content: bytes) -> Iterator[Path]:
    """That file, in a folder that anyone may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    path = folder / "progress.sqlite3"
    path.write_bytes(content)
    path.chmod(0o600)
    yield path
    folder.chmod(0o777)
    shutil.rmtree(folder)


def sql(path: Path, *statements: str) -> None:
    """Do what somebody might with the database."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def statements(*wanted: str) -> Callable[[Path], None]:
    """Return what does the statements to a file."""
    return lambda path: sql(path, *wanted)


def other_columns(table: str, columns: str, copied: str) -> Callable[[Path], None]:
    """Return what gives a table other columns, with what it held as far as that fits."""
    return statements(
        f"ALTER TABLE {table} RENAME TO old",
        f"CREATE TABLE {table} ({columns})",
        f"INSERT INTO {table} SELECT {copied} FROM old",
        "DROP TABLE old",
    )


def overwrite(content: bytes) -> Callable[[Path], None]:
    """Return what puts other bytes in the place of a file."""
    return lambda path: path.write_bytes(content) and None


def _folder_in_its_place(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "something").write_text("here")


def _pipe_in_its_place(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/nowhere/at/all")


def _link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _damaged_header(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:140] = b"\xff" * 40
    path.write_bytes(content)


def _name_that_is_no_text(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b"TABLE settings", b"TABL\xca settings"))


def _format_of_no_version(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[18] = 77
    path.write_bytes(content)


def _cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


PROGRESS = "lesson TEXT NOT NULL, step TEXT NOT NULL, source TEXT NOT NULL"
KEY = "PRIMARY KEY (lesson, step)"
VIEW = ("ALTER TABLE settings RENAME TO old", "CREATE VIEW settings AS SELECT key, value FROM old")
ENDLESS = (
    "DROP TABLE history",
    "CREATE VIEW history AS WITH RECURSIVE n(number, source) AS "
    "(SELECT 1, 'x' UNION ALL SELECT number + 1, source FROM n) SELECT * FROM n",
)

# What is done to the file, and what of it survives beside the new one: p(rogress), s(ettings),
# h(istory).
SET_ASIDE: dict[str, tuple[Callable[[Path], None], str]] = {
    "no settings": (statements("DROP TABLE settings"), "ph"),
    "no progress": (statements("DROP TABLE progress"), "sh"),
    "no history": (statements("DROP TABLE history"), "ps"),
    "only settings": (statements("DROP TABLE history", "DROP TABLE progress"), "s"),
    "a column less": (
        other_columns("progress", f"{PROGRESS}, passed_at TEXT, {KEY}", "lesson, step, source, ''"),
        "psh",
    ),
    "other columns": (other_columns("progress", "a, b", "lesson, step"), "sh"),
    "columns that want a value": (
        other_columns(
            "progress",
            f"{PROGRESS}, answered_right INTEGER, passed_at TEXT, extra NOT NULL, {KEY}",
            "*, 1",
        ),
        "psh",
    ),
    "other types": (
        other_columns("settings", "key INTEGER PRIMARY KEY, value INTEGER", "min(1), 2"),
        "ph",
    ),
    "no key": (other_columns("settings", "key TEXT, value TEXT NOT NULL", "*"), "psh"),
    "a view": (statements(*VIEW), "psh"),
    "an endless view": (statements(*ENDLESS), "ps"),
    "a trigger that raises": (
        statements(
            "CREATE TRIGGER t BEFORE INSERT ON progress BEGIN SELECT RAISE(FAIL, 'no'); END"
        ),
        "psh",
    ),
    "a trigger that ignores": (
        statements("CREATE TRIGGER t BEFORE INSERT ON settings BEGIN SELECT RAISE(IGNORE); END"),
        "psh",
    ),
    "no database": (overwrite(b"this was never a database, " * 500), ""),
    "a line of text": (overwrite(b"{}"), ""),
    "half a header": (overwrite(b"SQLite format 3\x00"), ""),
    "a damaged header": (_damaged_header, ""),
    "a name that is no text": (_name_that_is_no_text, ""),
    "a format of no version": (_format_of_no_version, "psh"),
    "cut off": (_cut_off, ""),
    "a folder": (_folder_in_its_place, ""),
    "a link to nowhere": (_dangling_link, ""),
    "a link to itself": (_link_to_itself, ""),
}
if os.name == "posix":
    SET_ASIDE["a pipe"] = (_pipe_in_its_place, "")


def survives(store: Store) -> str:
    """Return which of the three still hold what the file held."""
    return "".join(
        letter
        for letter, there in (
            ("p", "hello" in store.progress().get("create", {})),
            ("s", (store.get("language"), store.get("theme")) == ("zh_CN", "dark")),
            ("h", store.history()[:2] == ["1 + 1", "2 + 2"]),
        )
        if there
    )


@pytest.mark.parametrize("case", SET_ASIDE)
def test_what_cannot_be_used_is_set_aside_and_named(path: Path, case: str) -> None:
    """The original keeps all under a dated name; what could be read of it is in the new file."""
    spoil, kept = SET_ASIDE[case]
    spoil(path)
    was = path.read_bytes() if path.is_file() else b""
    with Store(path) as store:
        assert survives(store) == kept
        (aside,) = path.parent.glob("progress.damaged-2*")
        assert str(aside) in store.news()
        assert store.news() == ""
        use_language("zh_CN")
        assert f"另存为 {aside}" in store.notice
        store.passed("create", "again", "x", None)
        assert store.loss() == ""
    if was and "view" not in case:
        assert aside.read_bytes() == was
    with Store(path) as store:
        assert (store.notice, survives(store)) == ("", kept)
        assert "again" in store.progress()["create"]
    assert path.is_file()
    assert not path.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


ODD_ROWS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a language that is none": (statements("UPDATE settings SET value = 'xx'"), "ph"),
    "a setting that is no text": (
        statements("UPDATE settings SET value = CAST(x'ff' AS TEXT) WHERE key = 'language'"),
        "ph",
    ),
    "a setting that is a blob": (statements("UPDATE settings SET value = zeroblob(1000)"), "ph"),
    "a setting with a blob for its key": (
        statements("INSERT INTO settings VALUES (x'00ff', 'a')"),
        "psh",
    ),
    "an input that is no text": (
        statements("INSERT INTO history (source) VALUES (CAST(x'c328ff' AS TEXT))"),
        "psh",
    ),
    "an input that is a blob": (
        statements("INSERT INTO history (source) VALUES (zeroblob(30000000))"),
        "psh",
    ),
    "an input of an absurd number": (
        statements("INSERT INTO history VALUES (9223372036854775806, 'last')"),
        "psh",
    ),
    "a step that is no text": (
        statements("INSERT INTO progress VALUES ('create', CAST(x'ff' AS TEXT), 'x', 1, 'now')"),
        "psh",
    ),
    "a step with nothing that makes sense": (
        statements("INSERT INTO progress VALUES ('create', 'odd', x'ff', 'maybe', -7)"),
        "psh",
    ),
    "right is a number": (
        statements("UPDATE progress SET answered_right = -12345678901234567"),
        "psh",
    ),
    "a lesson that is a number": (
        statements("INSERT INTO progress VALUES (-1, 2.5, 3, 4, 5)"),
        "psh",
    ),
    "lessons that do not exist": (
        statements("INSERT INTO progress VALUES ('', '', '', NULL, '')"),
        "psh",
    ),
    "a place that does not exist": (
        statements("UPDATE settings SET value = '-5' WHERE key IN ('lesson', 'step')"),
        "psh",
    ),
    "steps beyond number": (
        statements(
            "INSERT INTO progress WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
            "SELECT i + 1 FROM n WHERE i < 200000) SELECT 'z', i, '', NULL, '' FROM n"
        ),
        "psh",
    ),
    "a column more": (statements("ALTER TABLE progress ADD COLUMN mood TEXT"), "psh"),
    "a column more with a default": (
        statements("ALTER TABLE settings ADD COLUMN mood TEXT NOT NULL DEFAULT ''"),
        "psh",
    ),
    "a table more": (statements("CREATE TABLE notes (text)"), "psh"),
    "an index": (statements("CREATE INDEX i ON progress (passed_at)", "ANALYZE"), "psh"),
    "a version that is nonsense": (statements("PRAGMA user_version = -77"), "psh"),
    "no version": (statements("PRAGMA user_version = 0"), "psh"),
    "no mark of ours": (statements("PRAGMA application_id = 0"), "psh"),
    "a log instead of a journal": (statements("PRAGMA journal_mode = WAL"), "psh"),
    "a log left over": (
        lambda path: Path(f"{path}-wal").write_bytes(b"rubbish" * 9000) and None,
        "psh",
    ),
    "a journal left over": (
        lambda path: Path(f"{path}-journal").write_bytes(b"rubbish" * 9000) and None,
        "psh",
    ),
    "an empty file": (overwrite(b""), ""),
    "an empty database": (
        lambda path: (path.unlink(), sql(path, "VACUUM"), None)[-1],
        "",
    ),
    "a link": (
        lambda path: path.symlink_to(path.rename(path.with_name("elsewhere"))),
        "psh",
    ),
}


@pytest.mark.parametrize("case", ODD_ROWS)
def test_a_row_or_a_setting_that_is_odd_is_passed_over(path: Path, case: str) -> None:
    """Nothing is set aside, everything else is kept, and saving goes on in the same file."""
    spoil, kept = ODD_ROWS[case]
    spoil(path)
    with Store(path) as store:
        assert (store.notice, survives(store)) == ("", kept)
        assert all(isinstance(source, str) for source in store.history())
        store.passed("create", "again", "x", None)
        store.set("language", "en")
        store.add_history("3 + 3")
    with Store(path) as store:
        assert "again" in store.progress()["create"]
        assert store.get("language") == "en"
        assert store.history()[-1] == "3 + 3"
        assert store.notice == ""
    assert not list(path.parent.glob("*damaged*"))


def test_a_further_column_keeps_what_it_holds(path: Path) -> None:
    """What a step is passed with anew replaces our columns, and no other."""
    sql(path, "ALTER TABLE progress ADD COLUMN mood TEXT", "UPDATE progress SET mood = 'merry'")
    with Store(path) as store:
        store.passed("create", "hello", "print(2)", True)
    with closing(sqlite3.connect(path)) as connection:
        (row,) = connection.execute("SELECT source, mood FROM progress")
    assert row == ("print(2)", "merry")


def _spoilt(content: bytes, chance: random.Random) -> bytes:
    """Return a file with bytes overwritten, swapped or cut off at random."""
    spoilt = bytearray(content)
    start = chance.randrange(len(spoilt))
    match chance.randrange(5):
        case 0:
            for _count in range(chance.choice([1, 3, 20, 400])):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        case 1:
            # The header ends with what says whose database it is: that is another matter.
            for _count in range(chance.choice([1, 2, 5])):
                spoilt[chance.randrange(60)] = chance.randrange(256)
        case 2:
            del spoilt[start:]
        case 3:
            length = min(chance.choice([10, 512, 4096, 9000]), len(spoilt) - start)
            spoilt[start : start + length] = chance.randbytes(length)
        case _:
            page = start // 4096 * 4096
            spoilt[:4096], spoilt[page : page + 4096] = spoilt[page : page + 4096], spoilt[:4096]
    return bytes(spoilt)


@pytest.mark.parametrize("seed", range(40))
def test_random_damage_costs_nothing_that_a_running_tutor_knew(
    path: Path, content: bytes, seed: int
) -> None:
    """The save after it lands in a sound file, with all there was; a new start never stumbles."""
    chance = random.Random(seed)
    with Store(path) as store:
        store.history()
        path.write_bytes(_spoilt(content, chance))
        store.passed("create", "again", "x", None)
        assert store.loss() == ""
    with Store(path) as store:
        assert (store.notice, sorted(store.progress()["create"])) == ("", ["again", "hello"])
    path.write_bytes(_spoilt(content, chance))
    with Store(path) as store:
        store.passed("create", "again", "x", None)
        assert "again" in store.progress()["create"]
        assert store.loss() == ""


@pytest.mark.timed
@pytest.mark.parametrize("case", [*SET_ASIDE, *ODD_ROWS])
def test_nothing_odd_takes_a_second(path: Path, case: str) -> None:
    """However the file is spoilt, the store is open and read within a second."""
    (SET_ASIDE.get(case) or ODD_ROWS[case])[0](path)
    began = time.monotonic()
    with Store(path) as store:
        store.history()
    assert time.monotonic() - began < 1


def _in_a_log(path: Path) -> None:
    """Leave a database whose tables are all still in the log beside it."""
    source = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA journal_mode = WAL'); c.execute('CREATE TABLE users (name)');"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", source, str(path)], check=True)
    assert Path(f"{path}-wal").stat().st_size


FOREIGN: dict[str, Callable[[Path], None]] = {
    "other tables": statements("CREATE TABLE users (name)", "INSERT INTO users VALUES ('a')"),
    "a settings table of its own": statements(
        "CREATE TABLE settings (id INTEGER PRIMARY KEY, name, value)", "CREATE TABLE users (name)"
    ),
    "a progress table of its own": statements(
        "CREATE TABLE progress (file, bytes)", "CREATE TABLE downloads (file)"
    ),
    "another mark": statements("PRAGMA application_id = 252006673"),
    "another mark and our names": statements(
        "PRAGMA application_id = 252006673", "CREATE TABLE settings (key TEXT PRIMARY KEY, value)"
    ),
    "a version": statements("CREATE TABLE users (name)", "PRAGMA user_version = 55"),
    "a log": statements("PRAGMA journal_mode = WAL", "CREATE TABLE users (name)"),
    "all in a log": _in_a_log,
    "a view": statements("CREATE VIEW users AS SELECT 1 AS name"),
}


def everything(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with its bytes."""
    return {found.name: found.read_bytes() for found in folder.iterdir()}


@pytest.mark.parametrize("case", FOREIGN)
def test_another_programs_database_is_left_as_it_is(path: Path, case: str) -> None:
    """Byte for byte, whatever is saved; the learner is told, and goes on in memory."""
    path.unlink()
    FOREIGN[case](path)
    before = everything(path.parent)
    with Store(path) as store:
        assert "another program's database" in store.news()
        store.passed("create", "hello", "x", True)
        store.add_history("1")
        assert store.news() == ""
        assert "hello" in store.progress()["create"]
        assert "1 step, 1 input" in store.loss()
    assert everything(path.parent) == before


def test_the_file_of_a_newer_version_is_read_and_left_alone(path: Path) -> None:
    """Going back to an older tutor harms nothing, and it knows how far one is."""
    sql(path, "PRAGMA user_version = 2", "ALTER TABLE progress ADD COLUMN mood TEXT")
    before = everything(path.parent)
    with Store(path) as store:
        assert "newer" in store.news()
        assert survives(store) == "psh"
        store.passed("create", "again", "x", True)
        assert "1 step" in store.loss()
    assert everything(path.parent) == before


@pytest.fixture
def mere_user(path: Path) -> Iterator[None]:
    """Let permissions count, which they do not for root."""
    if os.name != "posix":
        pytest.skip("permissions are another matter there")
    if os.geteuid() != 0:
        yield
        return
    for found in (path.parent, path):
        os.chown(found, 65534, 65534)
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.mark.usefixtures("mere_user")
def test_a_file_that_may_not_be_read_is_set_aside(path: Path) -> None:
    """Its folder may be written to, so a new one is begun; the old one is as it was."""
    path.chmod(0)
    with Store(path) as store:
        assert "may not be read" in store.news()
        store.passed("create", "again", "x", None)
    with Store(path) as store:
        assert (store.notice, list(store.progress()["create"])) == ("", ["again"])
    (aside,) = path.parent.glob("progress.damaged-2*")
    assert stat.S_IMODE(aside.stat().st_mode) == 0


@pytest.mark.usefixtures("mere_user")
@pytest.mark.parametrize(("folder", "file"), [(0o777, 0o400), (0o555, 0o400), (0o555, 0o600)])
def test_what_may_only_be_read_is_read(path: Path, folder: int, file: int) -> None:
    """The progress is known, and what comes is kept for the session, and said to be at risk."""
    path.chmod(file)
    path.parent.chmod(folder)
    before = path.read_bytes()
    with Store(path) as store:
        assert survives(store) == "psh"
        assert store.readable
        store.passed("create", "again", "x", None)
        assert "may not be written to" in store.news()
        assert list(store.progress()["create"]) == ["again", "hello"]
        assert "What was saved before is kept" in store.loss()
    path.parent.chmod(0o777)
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.iterdir()] == [path.name]


@pytest.mark.usefixtures("mere_user")
@pytest.mark.parametrize("mode", [0o555, 0])
def test_what_cannot_be_set_aside_is_left(path: Path, mode: int) -> None:
    """A damaged file in a folder that may not be written to, or not even entered."""
    path.write_bytes(b"rubbish" * 1000)
    path.parent.chmod(mode)
    with Store(path) as store:
        assert "Progress cannot be saved" in store.news()
        store.passed("create", "again", "x", None)
        assert "again" in store.progress()["create"]
        assert "1 step" in store.loss()
