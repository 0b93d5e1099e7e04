"""The random stream: bit for bit PyTorch's."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor import engine  # noqa: E402

SEEDS = (0, 1, 42, 1115395720, 2**32 + 5, 2**63)

DRAWS = (
    "T.rand(3, 4)", "T.rand(0)", "T.rand(5, dtype=T.float64)", "T.rand(5, dtype=T.float16)",
    "T.randn(5)", "T.randn(15)", "T.randn(16)", "T.randn(17)", "T.randn(1000)", "T.randn(40, 41)",
    "T.randn(5, dtype=T.float64)", "T.randn(300, dtype=T.float64)",
    "T.randint(0, 10, (7,))", "T.randint(-5, 2**40, (7,))", "T.randint(0, 2**28, (7,))",
    "T.randint(0, 2**28 - 1, (7,))", "T.randint(0, 2**33, (5,))", "T.randint(-3, 3, (4,))",
    "T.randint(5, (2, 2), dtype=T.int32)", "T.randint(high=3, size=(2,))",
    "T.randint(-(2**63), 2**63 - 1, (5,))",
    "T.randperm(1)", "T.randperm(20)", "T.randperm(30000)",
    "T.bernoulli(T.tensor([0.1, 0.5, 0.9] * 5))", "T.zeros(20).bernoulli_(0.3)",
    "T.bernoulli(T.zeros(9), 0.5)",
    "T.empty(4, 6).uniform_(-0.3, 0.7)", "T.empty(5, dtype=T.float64).uniform_(-1, 1)",
    "T.empty(8, 4).T.uniform_()", "T.empty(3, 4).T.normal_()", "T.empty(40, 4)[:, 1].normal_()",
    "T.empty(17).normal_(2, 3)", "T.empty(3).normal_(-1, 0.5)",
    "T.zeros(40).random_(10)", "T.zeros(5).random_()", "T.zeros(5, dtype=T.long).random_()",
    "T.zeros(5, dtype=T.int32).random_()", "T.zeros(5, dtype=T.float64).random_()",
    "T.zeros(5, dtype=T.int8).random_()", "T.zeros(5).random_(2, 9)",
    "T.normal(1.0, 2.0, (3,))", "T.normal(1.0, 2.0, (20,))", "T.normal(T.ones(20), T.ones(20))",
    "T.normal(T.ones(5), 2.0)", "T.normal(0.0, T.ones(5))",
    "T.empty(5).exponential_()", "T.multinomial(T.tensor([0.1, 0.2, 0.3, 0.4]), 2)",
    "T.multinomial(T.tensor([0.1, 0.2, 0.3, 0.4]), 9, True)",
    "T.rand_like(T.zeros(3))", "T.randn_like(T.zeros(3))", "T.randint_like(T.zeros(3), 5)",
    "T.rand(3, generator=T.Generator().manual_seed(3))",
    "T.randn(3, generator=T.Generator().manual_seed(3))",
)  # fmt: skip


def _drawn(namespace: Any, seed: int, draw: str) -> list[np.ndarray[Any, Any]]:
    """Return what a draw gives, and what the next ones give after it."""
    namespace.manual_seed(seed)
    names = {"T": namespace}
    draws = (draw, "T.randn(3)", "T.rand(2)", "T.randn(2)")
    return [eval(each, names).numpy() for each in draws]


@pytest.mark.parametrize("draw", DRAWS)
def test_every_draw_is_bit_for_bit(draw: str) -> None:
    """A draw gives PyTorch's bits, and leaves the stream where PyTorch leaves it."""
    for seed in SEEDS:
        for theirs, ours in zip(_drawn(torch, seed, draw), _drawn(engine, seed, draw), strict=True):
            assert ours.dtype == theirs.dtype
            assert ours.tobytes() == theirs.tobytes(), (seed, draw)


def test_a_hundred_thousand_normals_are_bit_for_bit() -> None:
    """A large `randn` agrees with PyTorch's vector code to the last bit."""
    torch.manual_seed(7)
    engine.manual_seed(7)
    assert engine.randn(100_000).numpy().tobytes() == torch.randn(100_000).numpy().tobytes()


def test_seeds_are_read_alike() -> None:
    """Negative, huge and textual seeds give the same initial seed, or the same refusal."""
    for seed in (0, -1, 2**64 - 1, "12", 3.7):
        torch.manual_seed(seed)
        engine.manual_seed(seed)
        assert engine.initial_seed() == torch.initial_seed()
        assert engine.rand(1).item() == torch.rand(1).item()
