"""Values and gradients of the core operations, within 4 units of float32's last place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor import engine  # noqa: E402

from .closeness import assert_within_ulps, in_both  # noqa: E402

# Each computes one result of x and y; `scale` bounds the terms that its sums are made of.
OPERATIONS = {
    "add": "x + y",
    "sub": "x - 2.5 * y",
    "mul": "x * y",
    "div": "x / (y.abs() + 1)",
    "pow": "x**3",
    "exp": "(x - 4).exp()",
    "log": "(x.abs() + 1).log()",
    "sqrt": "(x.abs() + 1).sqrt()",
    "sin": "x.sin()",
    "tanh": "x.tanh()",
    "sigmoid": "x.sigmoid()",
    "relu": "x.relu()",
    "abs": "x.abs()",
    "sum": "x.sum()",
    "sum of rows": "x.sum(0)",
    "sum of columns": "x.sum(-1, keepdim=True)",
    "mean": "x.mean(0)",
    "var": "x.var(0, unbiased=False)",
    "max": "x.max(1)[0]",
    "cumsum": "x.cumsum(1)",
    "softmax": "x.softmax(1)",
    "log_softmax": "x.log_softmax(1)",
    "logsumexp": "x.logsumexp(1)",
    "matmul": "x @ y.T",
    "dot": "x[0] @ y[0]",
    "einsum": "t.einsum('ij,kj->ik', x, y)",
    "maximum": "t.maximum(x, y)",
    "clamp": "x.clamp(-1, 1)",
    "where": "t.where(x > 0, x, y)",
    "cat": "t.cat([x, y], 1)",
    "stack": "t.stack([x, y], 1)",
    "index": "x[[0, 0]]",
    "slice": "x[:, ::2]",
    "permute": "x.permute(1, 0)",
    "unfold": "x.unfold(1, 2, 1)",
    "norm": "x.norm()",
    "lerp": "x.lerp(y, 0.3)",
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
@given(rows=st.integers(1, 5), columns=st.integers(2, 70), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_within_four_units(name: str, rows: int, columns: int, seed: int) -> None:
    """The result and both gradients differ by 4 units of the terms' last place at most."""
    numbers = np.random.default_rng(seed)
    x, y = (numbers.uniform(-4, 4, (rows, columns)).astype(np.float32) for _ in range(2))
    results, gradients = [], []
    for face, index in ((engine, 0), (torch, 1)):
        one = in_both(x, engine, torch, requires_grad=True)[index]
        two = in_both(y, engine, torch, requires_grad=True)[index]
        result = eval(OPERATIONS[name], {"t": face, "x": one, "y": two})
        weight = np.random.default_rng(seed).uniform(-1, 1, tuple(result.shape))
        (result * face.from_numpy(np.asarray(weight, np.float32))).sum().backward()
        results.append(result)
        gradients.append([each.grad for each in (one, two) if each.grad is not None])
    sums = "sum matmul dot einsum norm mean var".split()
    terms = columns * 16.0 if name.split(maxsplit=1)[0] in sums else 1.0
    if name == "cumsum":
        terms = columns * 4.0
    size = float(np.abs(results[1].detach().numpy()).max(initial=1))
    assert_within_ulps(results[0], results[1], max(size, terms))
    assert len(gradients[0]) == len(gradients[1])
    for ours, theirs in zip(*gradients, strict=True):
        size = float(np.abs(theirs.numpy()).max(initial=1))
        assert_within_ulps(ours, theirs, max(size, terms, columns if name == "cumsum" else 0))
