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
    """Give the part of the package that a module belongs to."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(module: Path) -> Iterator[str]:
    """Give the parts of the package that a module imports, wherever in it the import stands."""
    depth = len(module.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = list(module.relative_to(PACKAGE).parts[: depth - node.level])
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


def test_explain_reads_only_the_engines_geometry() -> None:
    """What explains numbers takes from the engine index arithmetic alone, so PyTorch fits too."""
    for folder in ("explain", "view", "course"):
        for module in (PACKAGE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and "engine" in (node.module or ""):
                    assert (node.module or "").endswith("engine.geometry"), module.name


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
