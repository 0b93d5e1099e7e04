"""Gradients: against finite differences, against hand arithmetic, and PyTorch's rules."""

import gc
import weakref
from typing import Any

import numpy as np
import pytest

from conv1d_tutor import engine as torch

EXPRESSIONS = {
    "add": "x + y",
    "sub": "2 - x - y",
    "mul": "x * y",
    "div": "x / y + 1 / y",
    "pow": "x**y + x**3 + 2**x",
    "broadcast": "x[:, :1] * y[0] + x.mean()",
    "exp": "x.exp().log1p()",
    "trigonometry": "x.sin() * y.cos() + x.tanh()",
    "sqrt": "x.sqrt() + y.rsqrt()",
    "sigmoid": "x.sigmoid() * y.erf()",
    "softmax": "x.softmax(1) * y",
    "log_softmax": "x.log_softmax(0) * y",
    "logsumexp": "x.logsumexp(1) * y[:, 0]",
    "sum": "x.sum(0, keepdim=True) * y",
    "mean": "x.mean((0, 1)) * y",
    "var": "x.var(1) + y.std()",
    "prod": "x.prod(1) + y.prod()",
    "norm": "x.norm(dim=1) + y.norm(p=3)",
    "max": "x.max(1).values + y.min()",
    "cumsum": "x.cumsum(1) * y",
    "cumprod": "x.cumprod(1) * y",
    "matmul": "x @ y.T",
    "mv": "x @ y[0]",
    "dot": "x[0] @ y[1]",
    "batched": "x.expand(2, 3, 4) @ y.T",
    "einsum": "torch.einsum('ij,kj->ik', x, y)",
    "outer": "torch.outer(x[0], y[0])",
    "permute": "x.permute(1, 0) @ y",
    "reshape": "x.T.reshape(3, 4) * y",
    "cat": "torch.cat([x, y * 2], 1) ** 2",
    "stack": "torch.stack([x, y]).prod(0)",
    "split": "x.split(2, 1)[1] * y[:, :2]",
    "unbind": "x.unbind(0)[1] * y.unbind(0)[2]",
    "flip": "x.flip(1) * y",
    "roll": "x.roll(1, 0) * y",
    "repeat": "x.repeat(2, 1)[1:4] * y",
    "unfold": "x.unfold(1, 2, 1) * y[:, :3, None]",
    "index": "x[[0, 0, 2]] * y",
    "mask": "x[x > 1] * 3",
    "gather": "x.gather(1, torch.tensor([[3], [0], [0]])) * y",
    "where": "torch.where(x > y, x * x, y)",
    "clamp": "x.clamp(0.8, 1.4) * y",
    "maximum": "torch.maximum(x, y)",
    "sort": "x.sort(1).values * y",
    "diff": "x.diff() * y[:, 1:]",
    "lerp": "x.lerp(y, 0.3)",
    "triu": "x.triu() * y",
    "diagonal": "x.diagonal() * y.diagonal(1)",
    "inverse": "torch.linalg.inv(x[:, :3] + 3 * torch.eye(3, dtype=torch.float64)) @ y",
}


@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS.keys())
def test_gradients_agree_with_finite_differences(expression: str) -> None:
    """Moving each input a little changes a weighted sum of the output as its gradient says."""

    def function(x: Any, y: Any) -> Any:
        return eval(expression, {"torch": torch, "x": x, "y": y})

    torch.manual_seed(3)
    inputs = [torch.rand(3, 4, dtype=torch.float64) + 0.5 for _ in range(2)]
    weights = torch.rand(function(*inputs).shape, dtype=torch.float64)

    def total(*tensors: Any) -> Any:
        return (function(*tensors) * weights).sum()

    leaves = [tensor.clone().requires_grad_() for tensor in inputs]
    total(*leaves).backward()
    step = 1e-6
    for which, leaf in enumerate(leaves):
        measured = np.zeros((3, 4))
        for place in np.ndindex(3, 4):
            moved = [[tensor.clone() for tensor in inputs] for _ in range(2)]
            moved[0][which][place] += step
            moved[1][which][place] -= step
            measured[place] = (total(*moved[0]) - total(*moved[1])).item() / (2 * step)
        gradient = np.zeros((3, 4)) if leaf.grad is None else leaf.grad.numpy()
        np.testing.assert_allclose(gradient, measured, rtol=1e-5, atol=1e-6)


def test_a_sum_by_hand_leaves_its_history() -> None:
    """`x @ w + b` is an AddBackward0 above a DotBackward0 that keeps the very window."""
    x, w, b = torch.rand(8), torch.rand(3, requires_grad=True), torch.rand(1, requires_grad=True)
    total = x[2:5] @ w + b[0]
    dot = total.grad_fn.next_functions[0][0]
    assert (total.grad_fn.name(), dot.name()) == ("AddBackward0", "DotBackward0")
    assert dot._saved_self.storage_offset() == 2
    assert dot._saved_tensor is None  # x needs no gradient, so w need not be kept
    assert total.grad_fn.next_functions[1][0].next_functions[0][0].variable is b


def test_gradients_accumulate_until_they_are_zeroed() -> None:
    """d(x * x)/dx = 2 * x, and a second backward adds another 2 * x."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (x * x).sum().backward()
    assert x.grad.tolist() == [2 * 1, 2 * 2]
    (x * x).sum().backward()
    assert x.grad.tolist() == [2 * 2 * 1, 2 * 2 * 2]


def test_a_gradient_that_is_kept_twice_is_counted_once() -> None:
    """d(y * y)/dy = 2 * y, however often y was asked to keep it."""
    y = torch.tensor([2.0], requires_grad=True) * 3
    y.retain_grad()
    y.retain_grad()
    (y * y).sum().backward()
    assert y.grad.tolist() == [2 * 6]


def test_a_graph_is_freed_with_its_tensor() -> None:
    """No circle of references keeps a computation alive after its result is gone."""
    x = torch.rand(3, requires_grad=True)
    y = (x.exp() * 2).tanh()
    watched = weakref.ref(y.grad_fn)
    gc.disable()
    try:
        del y
        assert watched() is None
    finally:
        gc.enable()


def test_second_order_gradients_are_refused_with_the_way_out() -> None:
    """`create_graph=True` names PyTorch itself as what has it."""
    x = torch.rand(3, requires_grad=True)
    with pytest.raises(NotImplementedError, match="--engine torch"):
        torch.autograd.grad((x * x).sum(), x, create_graph=True)


def test_what_a_node_saved_is_guarded_as_in_pytorch() -> None:
    """After `backward` only tensors are gone; a tensor changed in place is not handed out."""
    p = torch.ones(2, 2, requires_grad=True)
    weight = torch.nn.Conv1d(1, 1, 2)
    output = weight(torch.ones(1, 1, 3))
    output.sum().backward()
    assert output.grad_fn._saved_stride == (1,)
    with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
        _ = output.grad_fn._saved_weight
    q = p * 2
    squared = q * q
    q.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        _ = squared.grad_fn._saved_self


@pytest.mark.parametrize("name", ["autograd.Function", "linalg.svd"])
def test_a_missing_name_says_where_it_is(name: str) -> None:
    """What is PyTorch's but not the engine's is named as such, in the parts of torch as well."""
    module, _, attribute = name.partition(".")
    with pytest.raises(AttributeError, match="it is PyTorch's"):
        getattr(getattr(torch, module), attribute)


@pytest.mark.parametrize("mode", [True, False])
def test_inference_mode_can_be_told_not_to_be_one(mode: bool) -> None:
    """By name, as a block and above a function; `mode=False` records, whatever is set outside."""
    x = torch.ones(1, requires_grad=True)
    doubled = torch.inference_mode(mode)(lambda: (x * 2).requires_grad)
    with torch.no_grad():
        with torch.inference_mode(mode=mode):
            assert (x * 2).requires_grad is not mode
        assert doubled() is not mode
