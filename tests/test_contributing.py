"""The recipes for contributors are true: the first is followed, the others name what there is."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import conv1d_tutor

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
CONTRIBUTING = (GITHUB / "CONTRIBUTING.md").read_text(encoding="utf-8")
CONSOLE = """
import code, sys
from conv1d_tutor import engine
console = code.InteractiveConsole({"torch": engine})
for line in sys.stdin:
    print(">>> " + line, end="", flush=True)
    console.push(line.rstrip("\\n"))
"""


def recipe(name: str) -> str:
    """Return the block of code behind the mark of that name."""
    found = re.search(rf"<!-- recipe: {re.escape(name)} -->\n```\w+\n(.*?)```", CONTRIBUTING, re.S)
    assert found is not None
    return found[1]


def test_following_the_first_recipe_adds_the_operation(tmp_path: Path) -> None:
    """The declaration, put where the recipe says, is all that it takes to type the lines."""
    package = tmp_path / "conv1d_tutor"
    shutil.copytree(Path(conv1d_tutor.__file__).parent, package)
    place = "conv1d_tutor/engine/ops/pointwise.py"
    with (tmp_path / place).open("a", encoding="utf-8") as module:
        module.write("\n\n" + recipe(place))
    session = recipe("typed")
    typed = "".join(line[4:] for line in session.splitlines(True) if line.startswith(">>> "))
    run = subprocess.run(
        [sys.executable, "-c", CONSOLE],
        cwd=tmp_path, input=typed, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        check=True,
    )  # fmt: skip
    # Of a traceback the document shows the last line.
    shown = re.sub(r"Traceback .*:\n(?:  .*\n)+", "", run.stdout)
    assert shown == session


def test_files_that_are_named_are_there() -> None:
    """A recipe that names a file names one that exists; NAME, CODE and * stand for yours."""
    named = re.findall(r"`((?:conv1d_tutor|tests|lessons)/[\w/.-]+)`", CONTRIBUTING)
    theirs = [path for path in named if "NAME" not in path and "CODE" not in path]
    assert len(theirs) > 15
    assert [path for path in theirs if not (ROOT / path).exists()] == []
    folders = [Path(path).parent for path in named if "NAME" in path]
    assert folders
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []


def test_every_kind_of_addition_has_a_recipe() -> None:
    """Each begins with a heading of its own."""
    headings = re.findall(r"^## (.*)$", CONTRIBUTING, re.M)
    assert headings == [
        "An operation", "A kind of step", "A picture", "An explanation", "A lesson", "A language",
    ]  # fmt: skip


def test_the_changelog_has_this_version() -> None:
    """A learner who asks for the version finds what it brought."""
    changelog = (GITHUB / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {conv1d_tutor.__version__}\n" in changelog
