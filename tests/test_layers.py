"""The house's floors: imports go down only, and what is heavy stays off the start path."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import conv1d_tutor

PACKAGE = Path(conv1d_tutor.__file__).parent
FLOORS = {
    "errors": 0,
    "geometry": 0,
    "i18n": 0,
    "engine": 1,
    "explain": 2,
    "view": 3,
    "course": 3,
    "settings": 3,
    "shell": 4,
    "arguments": 5,
    "cli": 6,
    "__main__": 7,
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room(module: Path) -> str:
    """Return the part of the package that a module belongs to."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(module: Path, package: Path = PACKAGE) -> Iterator[str]:
    """Return the parts of the package that a module imports, wherever in it the import stands."""
    depth = len(module.relative_to(package).parts)
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = list(module.relative_to(package).parts[: depth - node.level])
            base = ".".join(["conv1d_tutor", *above, *(node.module or "").split(".")]).rstrip(".")
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "conv1d_tutor" and len(parts) > 1 and parts[1] in FLOORS:
                yield parts[1]


def test_every_module_has_a_floor() -> None:
    """A new part of the package must be given its place in the order."""
    assert {room(module) for module in MODULES} - {"__init__", "locale"} == FLOORS.keys()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down_only(module: Path) -> None:
    """No module imports from a floor above its own, nor another room on the same floor."""
    if room(module) in {"__init__", "locale"}:
        return
    here = room(module)
    for other in imported_rooms(module):
        if other == here:
            continue
        below = FLOORS[other] < FLOORS[here]
        assert below, f"{module.relative_to(PACKAGE)} ({here}) imports {other}"


STRANGERS = [("engine", "explain"), ("explain", "engine"), ("view", "engine"), ("course", "engine"),
             ("view", "course"), ("course", "view")]  # fmt: skip
"""Parts that do not know each other: PyTorch can stand in the engine's place."""


@pytest.mark.parametrize(("here", "there"), STRANGERS)
def test_strangers_do_not_import_each_other(here: str, there: str) -> None:
    """What explains, draws and judges numbers uses only what PyTorch offers too."""
    known = {
        str(module.relative_to(PACKAGE))
        for module in MODULES
        if room(module) == here and there in imported_rooms(module)
    }
    assert known == set()


def test_an_import_is_seen_however_it_is_written(tmp_path: Path) -> None:
    """The reader of imports sees absolute, relative and `from package import name` forms."""
    lines = {
        "import conv1d_tutor.engine.core": "engine",
        "from conv1d_tutor import engine": "engine",
        "from conv1d_tutor.engine import nn": "engine",
        "from .. import engine": "engine",
        "from ..engine import nn": "engine",
        "from ..engine.core.tensor import Tensor": "engine",
        "def late():\n    from .. import engine": "engine",
    }
    for line, expected in lines.items():
        module = tmp_path / "explain" / "planted.py"
        module.parent.mkdir(exist_ok=True)
        module.write_text(line, encoding="utf-8")
        assert list(imported_rooms(module, tmp_path)) == [expected], line


@pytest.mark.parametrize(
    "arguments",
    ["-c 'import conv1d_tutor'", "-m conv1d_tutor --version", "-m conv1d_tutor --help"],
)
def test_nothing_heavy_is_imported_to_say_the_version(arguments: str) -> None:
    """Importing the package, `--version` and `--help` need none of the three libraries."""
    import shlex

    ran = subprocess.run(
        [sys.executable, "-X", "importtime", *shlex.split(arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert imported & {"numpy", "rich", "prompt_toolkit"} == set()
