"""Graphs and gradients: PyTorch's node names, saved fields, edges and numbers."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor import engine  # noqa: E402

from .graphs import EXPRESSIONS  # noqa: E402


def _plain(value: Any, namespace: Any) -> Any:
    """Return a saved field as something that compares across the two."""
    if isinstance(value, namespace.Tensor):
        return "tensor", tuple(value.shape)
    if isinstance(value, tuple | list):
        return tuple(_plain(each, namespace) for each in value)
    return value


def _graph(node: Any, namespace: Any, depth: int = 0) -> Any:
    """Return a node with its saved fields and, below it, the nodes it came from."""
    if node is None or depth > 12:
        return None
    fields = {
        name: _plain(getattr(node, name), namespace)
        for name in dir(node)
        if name.startswith("_saved_")
    }
    below = [(_graph(each, namespace, depth + 1), output) for each, output in node.next_functions]
    return type(node).__name__.replace("CppFunction", "NotImplemented"), fields, below


def _run(namespace: Any, expression: str) -> tuple[Any, Any, Any]:
    """Return the graph of an expression, its value, and the gradient that reaches the leaf."""
    namespace.manual_seed(0)
    x = namespace.rand(4, 2, 6, requires_grad=True)
    names = {"torch": namespace, "x": x, "y": x * 2}
    value = eval(expression, names)
    first = value[0] if isinstance(value, tuple) else value
    graph = _graph(first.grad_fn, namespace)
    weights = namespace.arange(first.numel()).reshape(first.shape).to(first.dtype) + 1
    try:
        (first * weights / max(first.numel(), 1)).sum().backward()
    except RuntimeError as error:
        return graph, np.array(first.tolist()), str(error)
    return graph, np.array(first.tolist()), None if x.grad is None else np.array(x.grad.tolist())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_graph_value_and_gradient_agree(expression: str) -> None:
    """The graph has PyTorch's names, fields and edges; values and gradients are as close."""
    graph, value, gradient = _run(torch, expression)
    our_graph, our_value, our_gradient = _run(engine, expression)
    assert our_graph == graph
    np.testing.assert_allclose(our_value, value, rtol=1e-5, atol=1e-6)
    if gradient is None or isinstance(gradient, str):
        assert our_gradient == gradient
    else:
        np.testing.assert_allclose(our_gradient, gradient, rtol=1e-4, atol=1e-5)


PROGRAMS = {
    "accumulation": "x.sum().backward(); (x * 2).sum().backward(); answer = x.grad",
    "zeroing": "x.sum().backward(); x.grad.zero_(); (x * 3).sum().backward(); answer = x.grad",
    "grad to none": "x.sum().backward(); x.grad = None; (x * 3).sum().backward(); answer = x.grad",
    "retained": "y = (x * x).sum(); y.backward(retain_graph=True); y.backward(); answer = x.grad",
    "twice": "y = (x * x).sum(); y.backward(); y.backward()",
    "twice without saved": "y = (x + 1).sum(); y.backward(); y.backward(); answer = x.grad",
    "freed field": "y = x * x; y.sum().backward(); y.grad_fn._saved_self",
    "given gradient": "(x * 2).backward(torch.arange(3.0)); answer = x.grad",
    "wrong gradient shape": "(x * 2).backward(torch.ones(2))",
    "non-scalar": "(x * 2).backward()",
    "no grad": "with torch.no_grad():\n    y = x * 2\nanswer = y",
    "no grad backward": "with torch.no_grad():\n    y = (x * 2).sum()\ny.backward()",
    "decorated": "@torch.no_grad()\ndef f(v):\n    return v * 2\nanswer = f(x)",
    "set off": "torch.set_grad_enabled(False); y = x * 2; torch.set_grad_enabled(True); answer = y",
    "detached": "y = (x * 2).detach(); y.requires_grad_(); (y * 3).sum().backward(); "
                "answer = (x.grad, y.grad)",
    "leaf in place": "x += 1",
    "view of leaf in place": "x[0] = 1",
    "leaf in place, no grad": "with torch.no_grad():\n    x -= 0.1\nanswer = x",
    "data in place": "x.data -= 0.1; answer = x",
    "saved then changed": "y = x * 2; z = y * y; y += 1; z.sum().backward()",
    "result then changed": "y = x.exp(); y += 1; y.sum().backward()",
    "saved view changed": "y = x * 2; z = y ** 2; y[0] = 5; z.sum().backward()",
    "detached then changed": "y = x * 2; z = y * y; y.detach().zero_(); z.sum().backward()",
    "change that hurts nothing": "y = x * 2; z = y + 1; y += 1; z.sum().backward(); "
    "answer = x.grad",
    "in place non-leaf": "y = x * 2; y.mul_(3); y.sum().backward(); answer = (x.grad, y)",
    "in place on view": "y = x * 2; y[0].mul_(3); y.sum().backward(); answer = (x.grad, y)",
    "assignment": "y = x * 2; y[1] = x[0] * 10; y.sum().backward(); answer = (x.grad, y)",
    "masked assignment": "y = x * 2; y[y > 1] = 0; y.sum().backward(); answer = (x.grad, y)",
    "index assignment": "y = x * 2; y[[0, 2]] = x[:2] * 5; y.sum().backward(); "
    "answer = (x.grad, y)",
    "filling zeros": "o = torch.zeros(3)\nfor k in range(3):\n    o[k] = x[k] * k\n"
                     "o.sum().backward(); answer = (x.grad, o)",
    "view sees base": "y = x * 2; v = y[0:2]; y.mul_(3); v.sum().backward(); answer = (x.grad, v)",
    "zeroed": "y = x * 2; y.zero_(); answer = y",
    "copied": "y = torch.zeros(3); y.copy_(x * 2); y.sum().backward(); answer = (x.grad, y)",
    "retain_grad": "y = x * 2; y.retain_grad(); y.sum().backward(); answer = y.grad",
    "hook": "h = []; y = x * 2; y.register_hook(h.append); y.sum().backward(); answer = h",
    "hook on leaf": "x.register_hook(lambda g: g * 10); x.sum().backward(); answer = x.grad",
    "autograd.grad": "answer = torch.autograd.grad((x ** 2).sum(), x)",
    "autograd.grad of inner": "y = x * 2; answer = torch.autograd.grad((y ** 2).sum(), [x, y])",
    "autograd.grad leaves .grad": "torch.autograd.grad(x.sum(), x); answer = x.grad",
    "unused": "w = torch.ones(2, requires_grad=True); torch.autograd.grad(x.sum(), [x, w])",
    "unused allowed": "w = torch.ones(2, requires_grad=True); "
                      "answer = torch.autograd.grad(x.sum(), [x, w], allow_unused=True)",
    "diamond": "y = x * 2; (y * y + y).sum().backward(); answer = x.grad",
    "mixed dtypes": "(x * torch.ones(3, dtype=torch.float64)).sum().backward(); answer = x.grad",
    "to double": "x.double().sum().backward(); answer = x.grad",
    "integers": "x.requires_grad_(); answer = (x > 0.5, x.argmax(), x.long())",
    "broadcast": "(x + torch.ones(4, 3)).sum().backward(); answer = x.grad",
    "zero-d": "w = torch.tensor(2.0, requires_grad=True); (x * w).sum().backward(); "
    "answer = w.grad",
    "items": "sum(v * k for k, v in enumerate(x)).backward(); answer = x.grad",
    "training": "w = torch.zeros(3, requires_grad=True)\nfor _ in range(5):\n"
                "    loss = ((w - torch.arange(3.0)) ** 2).mean()\n    loss.backward()\n"
                "    with torch.no_grad():\n        w -= 0.1 * w.grad\n    w.grad.zero_()\n"
    "answer = w",
    "leaf flags": "y = x * 2; answer = (x.is_leaf, y.is_leaf, y.detach().is_leaf, x.grad_fn)",
    "same accumulator": "a = (x * 2).grad_fn; b = (x + 1).grad_fn; "
                        "answer = a.next_functions[0][0] == b.next_functions[0][0]",
    "variable": "answer = (x * 2).grad_fn.next_functions[0][0].variable is x",
    "turn off non-leaf": "y = x * 2; y.requires_grad_(False)",
    "numpy of tracked": "(x * 2).numpy()",
    "deepcopy": "import copy; answer = copy.deepcopy(x)",
    "deepcopy of result": "import copy; copy.deepcopy(x * 2)",
}  # fmt: skip


def _outcome(namespace: Any, program: str) -> str:
    namespace.manual_seed(0)
    names = {"torch": namespace, "x": namespace.rand(3, requires_grad=True)}
    try:
        exec(program, names)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return repr(names.get("answer"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_rules_of_autograd_agree(program: str) -> None:
    """Accumulation, retention, modes, in-place changes and their errors are as PyTorch's."""
    assert _outcome(engine, program) == _outcome(torch, program)
