"""Absurd sizes are refused at once, by name; long computations let Ctrl-C through."""

import os
import signal
import threading
import time
import tracemalloc

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.core.guard import LARGEST_TENSOR

ABSURD = (
    "torch.ones(10**10)", "torch.zeros(10**12)", "torch.empty(10**11)", "torch.rand(10**10)",
    "torch.randn(10**6, 10**6)", "torch.randint(5, (10**10,))", "torch.randperm(10**10)",
    "torch.arange(10**12)", "torch.linspace(0, 1, 10**11)", "torch.eye(10**6)",
    "torch.full((10**6, 10**6), 1)", "torch.ones(10**9, 10**9, 10**9)",
    "x[:, None] + x", "x[:, None] * x[None]", "x[:, None] == x", "x[:, None] @ x[None]",
    "torch.where(x[:, None] > x, 1, 0)", "x.maximum(x[:, None])", "torch.outer(x, x)",
    "torch.einsum('i,j->ij', x, x)", "torch.kron(x[None], x[None])", "torch.diag(x)",
    "x.expand(10**6, 10**5).contiguous()", "x.expand(10**6, 10**5).sum(0)", "x.repeat(10**6)",
    "x.tile(10**6)", "x.repeat_interleave(10**6)", "torch.meshgrid(x, x)[0].clone()",
    "torch.cat([x.expand(5000, 10**5)] * 2)", "torch.stack([x.expand(5000, 10**5)] * 2)",
    "x.unfold(0, 50000, 1) * 2", "torch.tril_indices(10**6, 10**6)", "x.new_zeros(10**11)",
    "torch.cartesian_prod(x, x)", "torch.tensordot(x, x, 0)", "i[i[:, None], i]",
    "torch.bincount(torch.tensor([10**12]))", "torch.zeros(10**5, 10**5, dtype=torch.bool)",
)  # fmt: skip


def refusal(line: str) -> BaseException:
    """Return the error with which a line over a few tensors is refused."""
    names = {"torch": torch, "x": torch.ones(10**5), "i": torch.zeros(10**5, dtype=torch.long)}
    with pytest.raises((RuntimeError, IndexError)) as refused:
        eval(line, names)
    return refused.value


@pytest.mark.parametrize("line", ABSURD)
def test_an_absurd_size_is_refused(line: str) -> None:
    """A RuntimeError names the limit before anything of that size is allocated."""
    tracemalloc.start()
    try:
        error = refusal(line)
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()
    if isinstance(error, RuntimeError):
        assert f"at most {LARGEST_TENSOR} bytes" in str(error)


@pytest.mark.timed
@pytest.mark.parametrize("line", ABSURD)
def test_an_absurd_size_is_refused_within_50_ms(line: str) -> None:
    """Nobody waits for what cannot be."""
    start = time.perf_counter()
    refusal(line)
    assert time.perf_counter() - start < 0.05


def test_a_refusal_names_what_was_asked_for() -> None:
    """The bytes and the size asked for are in the text."""
    with pytest.raises(RuntimeError, match=r"allocate 40000000000 bytes .* size \[10000000000\]"):
        torch.ones(10**10)


@pytest.mark.timed
@pytest.mark.parametrize(
    "line",
    ["torch.rand(3 * 10**8)", "torch.randn(10**8)", "torch.randperm(10**7)", "x.exp()", "x + x",
     "torch.rand(4000, 4000) @ torch.rand(4000, 4000)"],
)  # fmt: skip
def test_a_long_computation_is_interrupted_within_200_ms(line: str) -> None:
    """A signal in the middle of a computation ends it soon."""
    names = {"torch": torch, "x": torch.zeros(10**8)}
    sent = []

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    def send() -> None:
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, interrupt)
    timer = threading.Timer(0.03, send)
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            # A string that Ctrl-C stops would make Python itself end as if by Ctrl-C later on.
            eval(compile(line, "<line>", "eval"), names)
        assert time.perf_counter() - sent[0] < 0.2
    finally:
        timer.cancel()
        timer.join()
        signal.signal(signal.SIGINT, before)
