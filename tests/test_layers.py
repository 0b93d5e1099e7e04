"""The house's floors: imports go down only, and what is heavy stays off the start path."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import conv1d_tutor

PACKAGE = Path(conv1d_tutor.__file__).parent
FLOORS = {
    "closeness": 0,
    "errors": 0,
    "geometry": 0,
    "i18n": 0,
    "interrupts": -1,
    "late": 0,
    "odd_values": 0,
    "printable": 0,
    "engine": 1,
    "explain": 1,
    "view": 2,
    "course": 2,
    "settings": 2,
    "shell": 3,
    "arguments": 4,
    "app": 4,
    "command": 5,
    "cli": 6,
    "__main__": 7,
}
"""The rooms of the house. None knows another on its own floor: `explain` does not know `engine`."""

STRANGERS = {
    ("view", "engine"),
    ("course", "engine"),
    ("app", "engine"),
    ("command", "engine"),
    ("cli", "engine"),
}
"""Rooms that must not use one below them: PyTorch can stand in the engine's place."""

NAMED = re.compile(r"conv1d_tutor(\.\w+)+")
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def room(module: Path) -> str:
    """Return the room of the house that a module (its path in the package) belongs to."""
    return module.parts[0].removesuffix(".py")


def imported(module: Path, source: str) -> Iterator[str]:
    """Return all that a module imports, as dotted names, wherever in it the import stands.

    A module's dotted name in a string is an import too: it is what `import_module` takes.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ["conv1d_tutor", *module.parts[: -node.level]] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (found[0] for found in [NAMED.fullmatch(node.value)] if found)


def imported_rooms(module: Path, source: str) -> set[str]:
    """Return the other rooms that a module knows."""
    names = [name.split(".") for name in imported(module, source)]
    rooms = {name[1] for name in names if name[0] == "conv1d_tutor" and len(name) > 1}
    return (rooms & FLOORS.keys()) - {room(module)}


def faults(module: Path, source: str) -> list[str]:
    """Return the rooms that a module knows and must not know."""
    here = room(module)
    return sorted(
        other
        for other in imported_rooms(module, source)
        if FLOORS[other] >= FLOORS[here] or (here, other) in STRANGERS
    )


def text(module: Path) -> str:
    """Return what is written in a module."""
    return (PACKAGE / module).read_text(encoding="utf-8")


def test_every_module_has_a_floor() -> None:
    """A new room must be given its place in the order."""
    assert {room(module) for module in MODULES} - {"__init__", "locale"} == FLOORS.keys()


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_go_down_only(module: Path) -> None:
    """No module imports from a floor above its own, nor another room on the same floor."""
    if room(module) not in {"__init__", "locale"}:
        assert faults(module, text(module)) == []


def test_the_package_itself_imports_nothing() -> None:
    """`import conv1d_tutor` loads no room."""
    assert list(imported(Path("__init__.py"), text(Path("__init__.py")))) == []


def test_the_shell_knows_the_engine_in_one_place() -> None:
    """Everything else takes the engine as it takes PyTorch: as the module that it is given."""
    knowing = [module for module in MODULES if "engine" in imported_rooms(module, text(module))]
    assert knowing == [Path("shell/imports.py")]


@pytest.mark.parametrize("here", FLOORS)
@pytest.mark.parametrize("there", FLOORS)
def test_a_planted_import_is_found(here: str, there: str) -> None:
    """In each room an import of one that it must not know is a fault, however it is written."""
    if here == there:
        return
    allowed = FLOORS[there] < FLOORS[here] and (here, there) not in STRANGERS
    for deep in (False, True):
        module = Path(here, "inner", "planted.py") if deep else Path(here, "planted.py")
        up = "..." if deep else ".."
        for line in (
            f"import conv1d_tutor.{there}.inner",
            f"from conv1d_tutor import {there}",
            f"from conv1d_tutor.{there} import name",
            f"from {up} import {there}",
            f"from {up}{there} import name",
            f"from {up}{there}.inner import name as other",
            f"def late():\n    from {up} import {there}",
            f"with loaded_late():\n    from {up} import {there}",
            f"import_module('conv1d_tutor.{there}')",
        ):
            assert faults(module, line) == ([] if allowed else [there]), line


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


def test_a_lesson_is_on_the_screen_before_what_is_heavy_is_loaded() -> None:
    """At the first prompt neither the engine nor what explains, draws and colours is loaded."""
    code = (
        "import sys\n"
        "from conv1d_tutor.shell import sessions, terminal\n"
        "class Reader:\n"
        "    def __init__(self, **settings): pass\n"
        "    def read(self, default=''): print('LOADED', *sys.modules)\n"
        "terminal.TerminalReader = Reader\n"
        "sessions.on_terminal = lambda *streams: True\n"
        "from conv1d_tutor.cli import main\n"
        "main(['learn', '1'])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], input="", capture_output=True, text=True, check=True
    )
    shown, _mark, rest = ran.stdout.partition("LOADED")
    loaded = set(rest.splitlines()[0].split())
    assert "step 1/" in shown
    assert {"rich.console", "prompt_toolkit", "conv1d_tutor.view.prose"} <= loaded
    heavy = {"numpy", "conv1d_tutor.engine.core", "conv1d_tutor.explain.derivation", "pygments"}
    assert heavy & loaded == set()
