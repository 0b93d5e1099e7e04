"""A lesson written to a folder, and a learner's namespace to run it in."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from conv1d_tutor import engine
from conv1d_tutor.course.format.loading import load_lesson
from conv1d_tutor.course.run import LessonRun
from conv1d_tutor.i18n import use_language
from conv1d_tutor.shell.evaluator import LearnerEvaluator

SETUP = """
import torch
from torch import nn
conv1d = nn.Conv1d(2, 3, 5)
x = torch.rand(4, 2, 6)
y = conv1d(x)
"""


@pytest.fixture(autouse=True)
def _english() -> None:
    use_language("en")


@pytest.fixture
def torch_module() -> ModuleType:
    """The module that the learner's `import torch` finds."""
    return engine


@pytest.fixture
def write_lesson(tmp_path: Path) -> Callable[..., Path]:
    """Write a lesson of the steps given, each a pair of TOML keys and Markdown."""

    def write(
        *steps: tuple[str, str], setup: str = SETUP, head: str = "", name: str = "01-lesson"
    ) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        toml = [f"format = 1\nid = {name!r}\nseed = 1115395720\nsetup = '''{setup}'''\n{head}"]
        prose = ["# A lesson"]
        for number, (keys, words) in enumerate(steps):
            toml.append(f"[[step]]\nid = 'step-{number}'\n{keys}\n")
            prose.append(f"## step-{number}\nSome prose.\n\nThe task.\n\n{words}")
        folder.joinpath("lesson.toml").write_text("\n".join(toml), encoding="utf-8")
        folder.joinpath("en.md").write_text("\n\n".join(prose), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def begin(
    write_lesson: Callable[..., Path], torch_module: ModuleType
) -> Callable[..., tuple[LessonRun, LearnerEvaluator]]:
    """Begin a lesson of the steps given; gives the run and the learner's evaluator."""

    def start(
        *steps: tuple[str, str], at: int = 0, **keywords: str
    ) -> tuple[LessonRun, LearnerEvaluator]:
        evaluator = LearnerEvaluator(torch_module)
        evaluator.quiet = True
        run = LessonRun(load_lesson(write_lesson(*steps, **keywords), "en"), evaluator, at)
        run.begin()
        return run, evaluator

    return start
