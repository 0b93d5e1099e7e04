"""A learner's namespace as it is after the article's five steps, and a little more."""

from types import ModuleType
from typing import Any

import numpy as np

__all__ = ["article", "evaluate", "number", "run"]


def article(torch: ModuleType) -> dict[str, Any]:
    """Return the names that a learner has then: the article's numbers, and other layers."""
    names: dict[str, Any] = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional, "np": np}
    run(
        names,
        """
torch.manual_seed(1115395720)
conv1d = nn.Conv1d(2, 3, 5)
x = torch.rand(4, 2, 6)
y = conv1d(x)
w = conv1d.weight
b = conv1d.bias
mono = nn.Conv1d(1, 3, 5)
dilated = nn.Conv1d(2, 3, 5, dilation=2)
plain = nn.Conv1d(2, 3, 5, bias=False)
last = torch.rand(4, 6, 2)
first = torch.rand(2, 4, 6)
four = torch.rand(1, 4, 2, 6)
signals = torch.rand(4, 100)
row = torch.rand(100)
array = np.random.rand(4, 2, 6)
whole = torch.arange(48).reshape(4, 2, 6)
nested = [[[1.0] * 6] * 2] * 4
short = torch.rand(4, 2, 3)
square = nn.Conv1d(2, 3, (5, 5))
""",
    )
    return names


def run(names: dict[str, Any], source: str) -> None:
    """Run a learner's statements."""
    exec(compile(source, "<learner>", "exec"), names)


def number(value: Any) -> float:
    """Return the one number of a tensor, or a number itself."""
    return float(value.detach().reshape(-1)[0]) if hasattr(value, "detach") else float(value)


def evaluate(names: dict[str, Any], source: str) -> Any:
    """Return the value of a learner's expression."""
    return eval(compile(source, "<learner>", "eval"), names)
