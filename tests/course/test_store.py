"""Progress survives being killed, two tutors at once, damage, and having no place at all."""

import gc
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conv1d_tutor.course.store import HISTORY_LIMIT, Store, open_store, store_path
from conv1d_tutor.i18n import use_language


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that is not there yet, in a folder that is not there yet."""
    return tmp_path / "state" / "progress.sqlite3"


def test_progress_comes_back(path: Path) -> None:
    """What was passed, by what input and whether it was right, is there the next time."""
    with Store(path) as store:
        store.passed("create", "make-layer", "conv1d = nn.Conv1d(2, 3, 5)", True)
        store.passed("create", "hello", "", None)
        store.passed("weights", "shape", "(3, 5)", False)
        assert store.notice == ""
    with Store(path) as store:
        progress = store.progress()
    assert progress["create"]["make-layer"].source == "conv1d = nn.Conv1d(2, 3, 5)"
    assert [progress["create"][step].right for step in ("make-layer", "hello")] == [True, None]
    assert progress["weights"]["shape"].right is False
    assert progress["create"]["hello"].at.endswith("+00:00")


def test_passing_again_replaces_and_unknown_ids_are_kept(path: Path) -> None:
    """A later pass replaces the input; a step that no lesson has any more stays."""
    with Store(path) as store:
        store.passed("gone", "nobody-knows", "1", True)
        store.passed("create", "make-layer", "first", False)
        store.passed("create", "make-layer", "second", True)
        store.forget("weights")
        assert store.progress()["gone"]["nobody-knows"].right is True
        assert store.progress()["create"]["make-layer"].source == "second"
        store.forget("create")
        assert list(store.progress()) == ["gone"]
        store.forget()
        assert store.progress() == {}


def test_settings_come_back(path: Path) -> None:
    """A setting is there the next time; one never made gives the default."""
    with Store(path) as store:
        assert store.get("language") is None
        assert store.get("language", "en") == "en"
        store.set("language", "en")
        store.set("language", "zh_CN")
    with Store(path) as store:
        assert store.get("language") == "zh_CN"


def test_history_keeps_order_and_drops_repeats_and_the_oldest(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inputs come oldest first; an immediate repeat is one; beyond the limit the oldest go."""
    monkeypatch.setattr("conv1d_tutor.course.store.HISTORY_LIMIT", 5)
    assert HISTORY_LIMIT > 1000
    with Store(path) as store:
        for source in ("a", "a", "b\nc", "a", "中文（", "x\ud800y"):
            store.add_history(source)
        assert store.history() == ["a", "b\nc", "a", "中文（", "x?y"]
        store.add_history("z")
        store.add_history("z2")
        assert store.history() == ["a", "中文（", "x?y", "z", "z2"]


def test_the_file_is_the_learners_alone(path: Path) -> None:
    """File and folder are readable by nobody else."""
    with Store(path) as store:
        store.set("a", "b")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_damaged_file_is_set_aside_and_said_so(path: Path) -> None:
    """Rubbish in the file's place: kept under a dated name, a new file begun, a notice."""
    path.parent.mkdir()
    path.write_bytes(b"this was never a database, but it is long enough to be read as one" * 50)
    with Store(path) as store:
        assert "damaged" in store.notice
        store.passed("create", "hello", "", None)
        use_language("zh_CN")
        assert "进度" in store.notice
        use_language("en")
    with Store(path) as store:
        assert store.notice == ""
        assert "create" in store.progress()
    (aside,) = path.parent.glob("progress.damaged-*")
    assert aside.read_bytes().startswith(b"this was never")


def test_damage_inside_the_file_is_found(path: Path) -> None:
    """A file whose header is whole and whose pages are not is set aside as well."""
    with Store(path) as store:
        for number in range(300):
            store.passed("create", f"step-{number}", "x" * 200, True)
    content = bytearray(path.read_bytes())
    content[4096 : len(content) - 4096] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)
    with Store(path) as store:
        store.passed("create", "hello", "", None)
        assert list(store.progress()["create"]) == ["hello"]
        assert "damaged" in store.notice


def test_damage_while_it_is_open_loses_no_input(path: Path) -> None:
    """The file is overwritten under a running tutor: the next save lands in a new file."""
    with Store(path) as store:
        store.passed("create", "hello", "", None)
        path.write_bytes(b"overwritten by something else" * 500)
        store.passed("create", "make-layer", "x", True)
        assert "make-layer" in store.progress()["create"]
        assert store.notice


def test_where_nothing_can_be_written_things_stay_in_memory(tmp_path: Path) -> None:
    """A folder that cannot be made: everything works until the end, and the notice says so."""
    (tmp_path / "file").write_text("in the way")
    with Store(tmp_path / "file" / "state" / "progress.sqlite3") as store:
        store.passed("create", "hello", "", None)
        store.set("language", "en")
        store.add_history("1 + 1")
        assert "hello" in store.progress()["create"]
        assert store.history() == ["1 + 1"]
        assert "CONV1D_TUTOR_HOME" in store.notice


def test_the_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    """Going back to an older tutor never harms the newer one's progress."""
    with Store(path) as store:
        store.passed("create", "hello", "", None)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with Store(path) as store:
        store.passed("create", "make-layer", "x", True)
        assert "newer" in store.notice
    assert path.read_bytes() == before


def test_a_closed_store_is_a_fault_and_not_damage(path: Path) -> None:
    """Using a store after closing it raises, and does not set a sound file aside."""
    store = Store(path)
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.set("a", "b")
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_store_that_nobody_closed_leaves_nothing_open(path: Path) -> None:
    """What is dropped without a word leaves no database open, which Python 3.13 would warn of."""
    store = Store(path)
    store.set("a", "b")
    connection = store._memory
    del store
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs a list of open files")
def test_the_file_is_not_held_open_between_saves(path: Path) -> None:
    """So a file that is deleted is gone, and nothing is written where nobody can find it."""
    store = Store(path)
    store.set("a", "b")
    store.history()
    held = {os.path.realpath(found) for found in Path("/proc/self/fd").iterdir()}
    assert not [name for name in held if name.startswith(str(path.parent))]


def test_the_place_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`$CONV1D_TUTOR_HOME` decides; else the system's folder; without a home there is none."""
    monkeypatch.setenv("CONV1D_TUTOR_HOME", str(tmp_path / "mine"))
    assert store_path() == tmp_path / "mine" / "progress.sqlite3"
    monkeypatch.delenv("CONV1D_TUTOR_HOME")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    if sys.platform == "linux":
        assert store_path() == tmp_path / "xdg" / "conv1d-tutor" / "progress.sqlite3"
    monkeypatch.setattr("platformdirs.user_state_path", lambda *_a, **_k: Path("~/state"))
    assert store_path() is None
    with open_store() as store:
        store.set("a", "b")
        assert store.get("a") == "b"
        assert "no home folder" in store.notice


# What stops a store that is at work. Each takes the file, and gives what ends the trouble.


def _locked(path: Path) -> Callable[[], object]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other.close


def _read_by_another(path: Path) -> Callable[[], object]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM settings").fetchall()
    return other.close


def _without_a_journal(path: Path) -> Callable[[], object]:
    """Have something in the place of the journal, so that none can be made."""
    journal = Path(f"{path}-journal")
    journal.mkdir()
    return journal.rmdir


def _no_room(path: Path) -> Callable[[], object]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _full(path: Path) -> Callable[[], object]:
    """A database that may not grow behaves as one on a full disk."""
    connect = sqlite3.connect
    pages = path.stat().st_size // 4096

    def limited(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    patch = pytest.MonkeyPatch()
    patch.setattr("conv1d_tutor.course.store_file.sqlite3.connect", limited)
    return patch.undo


def _file_where_the_folder_was(path: Path) -> Callable[[], object]:
    moved = path.parent.rename(path.parent.with_name("moved"))
    path.parent.write_text("in the way")

    def put_back() -> None:
        path.parent.unlink()
        moved.rename(path.parent)

    return put_back


def _another_program(path: Path) -> Callable[[], object]:
    ours = path.read_bytes()
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE users (name)")
    return lambda: path.write_bytes(ours)


STOPPED = {
    "locked": (_locked, "locked"),
    "read by another": (_read_by_another, "locked"),
    "no journal": (_without_a_journal, "the disk reports an error"),
    "full": (_full, "disk is full"),
    "a file where the folder was": (_file_where_the_folder_was, "folder cannot be made"),
    "another program's": (_another_program, "another program's database"),
}
if sys.platform != "win32":
    import resource

    STOPPED["no room"] = (_no_room, "the disk")


@pytest.mark.parametrize("case", STOPPED)
def test_a_store_that_stops_says_so_once_and_saves_all_as_soon_as_it_can(
    path: Path, case: str
) -> None:
    """The first failure is told, and what is at risk; then nothing, until all is saved."""
    stop, reason = STOPPED[case]
    with Store(path) as store:
        store.passed("create", "hello", "", None)
        store.set("language", "en")
        resume = stop(path)
        try:
            store.passed("create", "layer", "y" * 100_000, True, ("create", "next"))
            told = store.news()
            assert reason in told
            assert "until you leave" in told
            store.add_history("1 + 1")
            store.set("language", "zh_CN")
            store.forget("weights")
            assert store.news() == ""
            assert list(store.progress()["create"]) == ["hello", "layer"]
            assert (store.get("language"), store.place()) == ("zh_CN", ("create", "next"))
            assert "1 step, 1 input" in store.loss()
            assert str(path) in store.loss()
        finally:
            resume()
        assert store.notice == told
        store.add_history("2 + 2")
        assert "Saving works again" in store.news()
        assert (store.news(), store.notice, store.loss()) == ("", "", "")
    with Store(path) as store:
        assert list(store.progress()["create"]) == ["hello", "layer"]
        assert (store.get("language"), store.place()) == ("zh_CN", ("create", "next"))
        assert store.history() == ["1 + 1", "2 + 2"]


def test_what_waits_is_saved_at_the_end(path: Path) -> None:
    """Leaving tries once more; what is then kept is not called lost."""
    store = Store(path)
    resume = _locked(path)
    store.passed("create", "hello", "", None)
    assert "1 step" in store.loss()
    resume()
    store.close()
    assert store.loss() == ""
    with Store(path) as again:
        assert list(again.progress()["create"]) == ["hello"]


def test_what_is_in_the_file_already_is_not_called_lost(path: Path) -> None:
    """A place that is kept once more, at the end, where it was."""
    with Store(path) as store:
        store.move(("create", "layer"))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            store.move(("create", "layer"))
            assert store.loss() == ""
            store.move(("create", "next"))
            assert "Lost: the place where you are." in store.loss()


def test_a_trouble_that_is_over_before_it_could_be_told_is_not_told(path: Path) -> None:
    """Nothing was at risk that the learner could have done anything about."""
    with Store(path) as store:
        resume = _locked(path)
        store.add_history("1")
        resume()
        store.add_history("2")
        assert store.news() == ""


def test_another_reason_is_told_as_well_only_where_the_file_is_left_alone(path: Path) -> None:
    """A lock that becomes a full disk is one trouble; another program's database is a new one."""
    with Store(path) as store:
        resume = _locked(path)
        store.add_history("1")
        assert "locked" in store.news()
        resume()
        _another_program(path)
        store.add_history("2")
        assert "another program's" in store.news()


def _deleted(path: Path) -> None:
    path.unlink()


def _folder_deleted(path: Path) -> None:
    shutil.rmtree(path.parent)


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _overwritten(path: Path) -> None:
    path.write_bytes(b"overwritten by something else" * 500)


def _overwritten_within(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


def _cut_off(path: Path) -> None:
    os.truncate(path, 6000)


def _turned_into_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _replaced_by_a_new_one(path: Path) -> None:
    with Store(path.with_name("new")) as new:
        new.passed("other", "step", "", None)
    os.replace(path.with_name("new"), path)


def _overwritten_by_an_older_one(path: Path) -> None:
    replaced = path.with_name("old")
    with Store(replaced) as old:
        old.passed("create", "hello", "", None)
        old.set("language", "en")
    path.write_bytes(replaced.read_bytes())
    replaced.unlink()


def _given_a_trigger(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TRIGGER t BEFORE INSERT ON progress BEGIN SELECT RAISE(FAIL, 'no'); END"
        )


def _given_a_check(path: Path) -> None:
    """Its columns are ours, and yet it will not take what we write."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE other (key TEXT PRIMARY KEY, value TEXT NOT NULL CHECK (value <> 'look'))"
            "WITHOUT ROWID; INSERT INTO other SELECT * FROM settings;"
            "DROP TABLE settings; ALTER TABLE other RENAME TO settings"
        )


def _stripped_of_a_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE settings")


ASIDE, GONE, OTHER = "is set aside as", "was gone", "was replaced by another"
SPOILT = {
    "deleted": (_deleted, GONE),
    "folder deleted": (_folder_deleted, GONE),
    "emptied": (_emptied, GONE),
    "overwritten": (_overwritten, ASIDE),
    "overwritten within": (_overwritten_within, ASIDE),
    "cut off": (_cut_off, ASIDE),
    "a folder": (_turned_into_a_folder, ASIDE),
    "a new one": (_replaced_by_a_new_one, OTHER),
    "an older one": (_overwritten_by_an_older_one, OTHER),
    "a trigger": (_given_a_trigger, ASIDE),
    "a check": (_given_a_check, ASIDE),
    "a table less": (_stripped_of_a_table, ASIDE),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_file_spoilt_while_a_tutor_runs_costs_nothing(path: Path, case: str) -> None:
    """The next save lands in a sound file, with all that was known of the one before."""
    spoil, told = SPOILT[case]
    with Store(path) as store:
        store.passed("create", "hello", "", None)
        store.passed("create", "layer", "conv1d", True, ("create", "next"))
        store.set("language", "en")
        store.set("theme", "dark")
        store.add_history("1 + 1")
        assert store.history() == ["1 + 1"]
        store.add_history("2 + 2")
        spoil(path)
        store.passed("weights", "shape", "(3, 5)", False, ("weights", "look"))
        assert told in store.news()
        store.add_history("3 + 3")
        assert (store.news(), store.loss()) == ("", "")
    with Store(path) as store:
        assert store.notice == ""
        assert list(store.progress()["create"]) == ["hello", "layer"]
        assert store.progress()["weights"]["shape"].right is False
        assert (store.get("language"), store.get("theme")) == ("en", "dark")
        assert store.place() == ("weights", "look")
        assert store.history() == ["1 + 1", "2 + 2", "3 + 3"]


def test_what_another_tutor_writes_stays(path: Path) -> None:
    """Its steps, its settings and its inputs, also those written while ours were waiting."""
    with Store(path) as one, Store(path) as two:
        one.passed("create", "hello", "", None)
        resume = _locked(path)
        one.passed("create", "layer", "one", True)
        one.add_history("one")
        resume()
        two.passed("weights", "shape", "two", True)
        two.passed("create", "layer", "two", True)
        two.set("theme", "dark")
        two.add_history("two")
        one.set("language", "en")
        assert one.get("theme") == "dark"
        assert one.progress()["weights"]["shape"].source == "two"
    with Store(path) as store:
        assert {lesson: [*steps] for lesson, steps in store.progress().items()} == {
            "create": ["hello", "layer"],
            "weights": ["shape"],
        }
        assert (store.get("theme"), store.get("language")) == ("dark", "en")
        assert store.history() == ["two", "one"]


def test_what_another_tutor_forgets_stays_forgotten(path: Path) -> None:
    """A reset elsewhere is a wish, and no loss to be made good."""
    with Store(path) as one, Store(path) as two:
        one.passed("create", "hello", "", None)
        one.passed("weights", "shape", "", None)
        two.forget("create")
        one.add_history("1 + 1")
        assert one.news() == ""
        assert list(one.progress()) == ["weights"]
        assert list(two.progress()) == ["weights"]


def test_forgetting_a_lesson_forgets_the_place_in_it(path: Path) -> None:
    """So the lesson begins at its beginning; a place elsewhere is kept."""
    with Store(path) as store:
        store.move(("create", "layer"))
        store.forget("weights")
        assert store.place() == ("create", "layer")
        store.forget("create")
        assert store.place() is None
        store.move(("create", "layer"))
        store.forget()
        assert store.place() is None


@pytest.mark.timed
@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_locked_file_is_waited_for_a_second_at_most(path: Path, lock: str) -> None:
    """At the start, with its first saves, and after that hardly at all."""
    with Store(path) as store:
        store.passed("create", "hello", "", None)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(f"BEGIN {lock}")
        began = time.monotonic()
        store = Store(path)
        assert 0.5 < time.monotonic() - began < 1
        assert store.readable == (lock == "IMMEDIATE")
        assert ("hello" in store.progress().get("create", {})) == store.readable
        began = time.monotonic()
        for number in range(10):
            store.add_history(str(number))
        assert time.monotonic() - began < 1
    store.close()
    assert store.loss() == ""


_WRITER = """
import sys
from pathlib import Path
from conv1d_tutor.course.store import Store
store = Store(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    store.passed(sys.argv[2], f"step-{number}", "x" * 500, True)
    store.add_history(f"{sys.argv[2]} {number}")
    print(number, flush=True)
print(store.notice)
"""


def _write(path: Path, lesson: str, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path), lesson, str(count)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_tutors_at_once_lose_nothing(path: Path) -> None:
    """Two processes that write at the same time, from a fresh file on, both keep everything."""
    writers = [_write(path, name, 60) for name in ("one", "two")]
    for writer in writers:
        out, _err = writer.communicate(timeout=60)
        assert out.splitlines()[-1] == ""
    with Store(path) as store:
        progress = store.progress()
        assert [len(progress[name]) for name in ("one", "two")] == [60, 60]
        assert len(store.history()) == 120


@pytest.mark.skipif(os.name == "nt", reason="there is no kill -9 on Windows")
def test_being_killed_while_writing_loses_at_most_the_last_input(path: Path) -> None:
    """After kill -9 in the midst of writing, the file is whole and all that was said is there."""
    for round_ in range(4):
        writer = _write(path, f"round-{round_}", 100_000)
        assert writer.stdout is not None
        said = [writer.stdout.readline() for _count in range(5)]
        time.sleep(0.01 * round_)
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.readlines()
        writer.wait(timeout=10)
        writer.stdout.close()
        whole = [line for line in said if line.endswith("\n")]
        with Store(path) as store:
            assert store.notice == ""
            assert len(store.progress()[f"round-{round_}"]) >= len(whole)


@pytest.mark.parametrize(
    "table", ["settings (id INTEGER, name TEXT)", "history (url TEXT, visits INTEGER)"]
)
def test_a_table_of_our_name_with_other_columns_is_another_programs(
    tmp_path: Path, table: str
) -> None:
    """Many programs have settings and a history: the file is left as it is, byte for byte."""
    path = tmp_path / "progress.sqlite3"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute(f"CREATE TABLE {table}")
    before = path.read_bytes()
    with Store(path) as store:
        store.set("language", "en")
        assert store.cannot_save
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_first_versions_file_with_odd_tables_is_ours(tmp_path: Path) -> None:
    """The version says so, where the columns do not: it is set aside, and a new one begun."""
    path = tmp_path / "progress.sqlite3"
    with closing(sqlite3.connect(path)) as first:
        first.execute("CREATE TABLE settings (a INTEGER, b TEXT)")
        first.execute("PRAGMA user_version = 1")
    with Store(path) as store:
        store.set("language", "en")
        assert not store.cannot_save
    assert len(list(tmp_path.iterdir())) == 2
