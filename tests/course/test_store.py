"""Progress survives being killed, two tutors at once, damage, and having no place at all."""

import gc
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

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


def test_a_full_disk_moves_what_was_there_into_memory(path: Path) -> None:
    """A write that fails keeps the earlier progress at hand for the session."""
    with Store(path) as store:
        store.passed("create", "hello", "", None)
        # A database that may not grow behaves as one on a full disk.
        store._connection.execute("PRAGMA max_page_count = 1")
        store.passed("create", "make-layer", "y" * 100_000, True)
        assert list(store.progress()["create"]) == ["hello", "make-layer"]
        assert "full" in store.notice


def test_the_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    """Going back to an older tutor never harms the newer one's progress."""
    with Store(path) as store:
        store.passed("create", "hello", "", None)
        store._connection.execute("PRAGMA user_version = 99")
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


def test_a_store_that_nobody_closed_closes_its_file(path: Path) -> None:
    """What is dropped without a word leaves no file open, which Python 3.13 would warn of."""
    store = Store(path)
    connection = store._connection
    del store
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


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
