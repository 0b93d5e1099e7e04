"""What every test begins with: fresh catalogues, English, and a home of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

import conv1d_tutor
from conv1d_tutor.i18n import use_language

# A busy machine is no failure: what is timed has a test that says so.
hypothesis.settings.register_profile("unhurried", deadline=None)
if not os.environ.get("CI"):
    hypothesis.settings.load_profile("unhurried")

LOCALE = Path(conv1d_tutor.__file__).parent / "locale"


def pytest_configure(config: pytest.Config) -> None:
    """Compile catalogues that were edited since they were compiled, before any test reads them."""
    if hasattr(config, "workerinput"):
        return
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in LOCALE.rglob("*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as text, compiled.open("wb") as binary:
                write_mo(binary, read_po(text))


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep every test away from the progress of whoever runs it, and speaking English first."""
    monkeypatch.setenv("CONV1D_TUTOR_HOME", str(tmp_path / "home"))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    use_language("en")
    yield
    use_language("en")
