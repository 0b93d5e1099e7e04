"""The lessons run on PyTorch itself as they do on the bundled engine."""

from pathlib import Path

import pytest

from conv1d_tutor.course.format.loading import load_lessons
from conv1d_tutor.course.lint import check_lessons
from conv1d_tutor.course.run import LessonRun
from conv1d_tutor.shell.evaluator import LearnerEvaluator

torch = pytest.importorskip("torch", reason="compares with PyTorch live")


def make_evaluator() -> LearnerEvaluator:
    """Return a learner's namespace in which `torch` is PyTorch."""
    evaluator = LearnerEvaluator(torch)
    evaluator.quiet = True
    return evaluator


def test_the_shipped_lessons_are_sound_on_pytorch() -> None:
    """Every solution, accepted answer and foreseen mistake is judged alike on PyTorch."""
    assert [str(fault) for fault in check_lessons(None, make_evaluator)] == []


VANDALISM = [
    "x.zero_()",
    "x = x.double()",
    "x.requires_grad_()",
    "y += 1",
    "y.sum().backward()",
    "conv1d.bias = None",
    "conv1d.stride = (2,)",
    "conv1d.eval()",
    "conv1d.weight = nn.Parameter(torch.ones(3, 2, 5))",
    "conv1d.weight.data.fill_(1)",
    "conv1d.weight.data = torch.zeros(1, 2)",
    "conv1d.double()",
    "conv1d.register_buffer('mine', torch.zeros(1))",
    "torch.manual_seed(0)",
    "del conv1d, x",
    "x.t_() if x.dim() == 2 else x.unsqueeze_(0)",
    "x.resize_(1)",
    "with torch.no_grad():\n    for p in conv1d.parameters():\n        p.mul_(2)",
    "torch.optim.SGD(conv1d.parameters(), lr=1.0).step()",
    "y = None",
]


@pytest.mark.parametrize("source", VANDALISM)
def test_whatever_is_done_to_pytorchs_tensors_is_undone(source: str) -> None:
    """Contents, settings, gradients and random state of the last lesson are as before."""
    lesson = load_lessons("en")[-1]
    assert isinstance(lesson.folder, Path)
    run = LessonRun(lesson, make_evaluator())
    run.begin()
    names = run._evaluator.names
    before = repr([names[name] for name in ("conv1d", "x", "y")])
    before += repr(list(names["conv1d"].state_dict().items()))  # type: ignore[attr-defined]
    state = torch.get_rng_state()
    outcome = run.attempt(source).outcome
    assert outcome.error is None, outcome.error
    after = repr([names[name] for name in ("conv1d", "x", "y")])
    after += repr(list(names["conv1d"].state_dict().items()))  # type: ignore[attr-defined]
    assert after == before
    assert names["conv1d"].training  # type: ignore[attr-defined]
    assert all(weight.grad is None for weight in names["conv1d"].parameters())  # type: ignore[attr-defined]
    assert torch.equal(torch.get_rng_state(), state)
    while not run.finished:
        run.skip()
