"""A module loads when it is first asked for something, and not before."""

import sys
from pathlib import Path

import pytest

from conv1d_tutor.late import is_loaded, loaded_late


def test_a_module_runs_when_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The import alone does not run it, its first attribute does, and only once."""
    (tmp_path / "planted_late.py").write_text("print('run')\nvalue = 6 * 7\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with loaded_late():
        import planted_late  # type: ignore[import-not-found]
    assert not is_loaded(planted_late)
    assert capsys.readouterr().out == ""
    assert planted_late.value == 42
    assert is_loaded(planted_late)
    assert planted_late.value == 42
    assert capsys.readouterr().out == "run\n"
    del sys.modules["planted_late"]


def test_what_is_not_there_is_missed_at_once() -> None:
    """Not when it is first used."""
    with pytest.raises(ModuleNotFoundError), loaded_late():
        import conv1d_tutor.nowhere  # type: ignore[import-not-found]  # noqa: F401


def test_other_imports_are_as_ever() -> None:
    """Nothing stays behind that would put off an import elsewhere, even after an error."""
    before = list(sys.meta_path)
    with pytest.raises(ZeroDivisionError), loaded_late():
        raise ZeroDivisionError
    assert sys.meta_path == before
