"""A lesson's code says what lessons say, and nothing that could do harm."""

import pytest

from conv1d_tutor.course.format.allowlist import find_fault

GOOD = [
    "import torch\nfrom torch import nn\nimport torch.nn.functional as F",
    "conv1d = nn.Conv1d(2, 3, 5, padding='same')",
    "x[0, 0, 0:5] @ conv1d.weight[0, 0] + conv1d.bias[0]",
    "sum((x[0, c, 0:5] * conv1d.weight[0, c]).sum() for c in range(2))",
    "with torch.no_grad():\n    conv1d.weight.copy_(torch.zeros(3, 2, 5))",
    "[round(v, 4) for v in y.flatten().tolist()]",
    "class Net(nn.Module):\n"
    "    def __init__(self):\n"
    "        super().__init__()\n"
    "        self.conv = nn.Conv1d(2, 3, 5)\n"
    "    def forward(self, x):\n"
    "        return F.relu(self.conv(x))",
    "import nn",
    "lambda t: t * 2",
    "f'{x.shape} and {y.sum():.4f}'",
    "torch.__version__",
    "for i, (a, b) in enumerate(zip(x, y)):\n    print(i, a.shape, b.shape)",
]

BAD = [
    "import os",
    "import torch.hub",
    "from torch import load",
    "from torch import *",
    "from . import secrets",
    "import torch, os",
    "__import__('os')",
    "open('/etc/passwd')",
    "eval('1')",
    "exec('1')",
    "getattr(x, 'a')",
    "globals()",
    "breakpoint()",
    "input()",
    "exit()",
    "quit",
    "type(x)",
    "object",
    "().__class__.__bases__",
    "x.__dict__",
    "conv1d.forward.__globals__",
    "torch.load('f')",
    "torch.save(x, 'f')",
    "torch.ops",
    "x.numpy().tofile('f')",
    "x.numpy().dump('f')",
    "numpy.lib",
    "'{0.x}'.format(x)",
    "x._saved_input",
    "while True:\n    pass",
    "async def f():\n    pass",
    "def f():\n    yield 1",
    "global x",
    "raise SystemExit",
    "lambda eval: 1",
    "def open():\n    pass",
    "import math as eval",
    "for __builtins__ in []:\n    pass",
    "try:\n    x\nexcept ValueError as eval:\n    pass",
    "class type:\n    pass",
    "class Net(nn.Module):\n    def __getattr__(self, name):\n        return 1",
    "conv1d.register_forward_hook(print)",
    "f'{x.__class__}'",
    "match x:\n    case 1:\n        pass",
]


@pytest.mark.parametrize("code", GOOD)
def test_what_lessons_say_is_allowed(code: str) -> None:
    """The code that the article and its lessons need is on the list."""
    assert find_fault(code) is None


@pytest.mark.parametrize("code", BAD)
def test_what_no_lesson_needs_is_refused(code: str) -> None:
    """Files, other modules, introspection and endless loops are not on the list."""
    assert find_fault(code) is not None


def test_a_fault_has_its_line_and_says_what_it_met() -> None:
    """The author sees which line of the code it is, and the word that is not allowed."""
    fault = find_fault("x = 1\ny = open('f')\n")
    assert fault is not None
    assert fault.line == 2
    assert "`open`" in fault.problem


def test_an_expression_is_an_expression() -> None:
    """A statement where an expression belongs is a fault, and so is code that does not parse."""
    assert find_fault("x = 1", expression=True) is not None
    assert find_fault("x + 1", expression=True) is None
    fault = find_fault("x = (1")
    assert fault is not None
    assert "x = (1" in fault.problem


def test_code_nested_beyond_the_parser_is_a_fault_not_a_crash() -> None:
    """Absurd nesting from a stranger's lesson is refused like anything else."""
    assert find_fault("(" * 500 + ")" * 500) is not None
    assert find_fault("-" * 100_000 + "1") is not None
