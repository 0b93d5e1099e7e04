"""Ctrl-C is raised where it may be, kept elsewhere, and never falls into a destructor."""

import os
import signal
import subprocess
import sys
import warnings

import pytest

from conv1d_tutor import interrupts

if sys.platform == "win32":
    pytest.skip("a signal to oneself ends a process there", allow_module_level=True)


def press() -> None:
    """Press Ctrl-C."""
    os.kill(os.getpid(), signal.SIGINT)


def test_it_is_raised_where_it_may_be() -> None:
    """At once."""
    with interrupts.listened_to(), pytest.raises(KeyboardInterrupt), interrupts.allowed():
        press()


def test_it_waits_for_where_it_may_be_raised() -> None:
    """Nothing is interrupted between; what comes next is."""
    done = []
    with interrupts.listened_to():
        press()
        done.append("between")
        with pytest.raises(KeyboardInterrupt), interrupts.allowed():
            done.append("never")
        with interrupts.allowed():
            done.append("after")
    assert done == ["between", "after"]


def test_what_must_be_whole_is_done_first() -> None:
    """However often it is pressed in the midst of it."""
    done = []

    def work() -> None:
        with interrupts.allowed():
            with interrupts.held():
                press()
                press()
                done.append("whole")
            done.append("never")

    with interrupts.listened_to(), pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["whole"]


def test_who_answers_it_is_told_and_nothing_is_raised() -> None:
    """As while a prompt is on the screen; afterwards it is forgotten."""
    told = []
    with interrupts.listened_to(), interrupts.allowed():
        with interrupts.answered_by(lambda: told.append(interrupts.was_pressed())):
            press()
        assert told == [True]
        assert not interrupts.was_pressed()


def test_in_a_destructor_it_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    """There Python cannot raise it, and would print a traceback."""

    class Falling:
        def __del__(self) -> None:
            press()

    with interrupts.listened_to():
        with interrupts.allowed():
            Falling()
        with pytest.raises(KeyboardInterrupt), interrupts.allowed():
            pass
    assert capfd.readouterr().err == ""


def test_handlers_are_put_back() -> None:
    """Those that were there before, and within a session its own."""
    before = signal.getsignal(signal.SIGINT)
    with interrupts.listened_to():
        known = interrupts.handlers()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        interrupts.hear_again(known)
        with pytest.raises(KeyboardInterrupt), interrupts.allowed():
            press()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_being_ended_is_silent(name: str) -> None:
    """With the status that shells know, and without a traceback."""
    code = (
        "import os, signal; from conv1d_tutor import interrupts\n"
        "with interrupts.listened_to(): os.kill(os.getpid(), signal." + name + ")"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (128 + getattr(signal, name), b"")


def test_before_a_session_it_ends_the_process() -> None:
    """Silently, though it falls into an import or a destructor."""
    code = (
        "import os, signal; from conv1d_tutor import interrupts; interrupts.end_at_once()\n"
        "class T:\n  def __del__(self): os.kill(os.getpid(), signal.SIGINT)\nT()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (interrupts.INTERRUPTED, b"")


def test_a_module_is_loaded_whole(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the midst of a late import is raised after it."""
    from pathlib import Path

    from conv1d_tutor.late import loaded_late

    source = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nvalue = 42\n"
    (Path(str(tmp_path)) / "planted_slow.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with loaded_late():
        import planted_slow  # type: ignore[import-not-found]
    with warnings.catch_warnings(), interrupts.listened_to():
        with pytest.raises(KeyboardInterrupt), interrupts.allowed():
            _ = planted_slow.value
        assert planted_slow.value == 42
    del sys.modules["planted_slow"]
