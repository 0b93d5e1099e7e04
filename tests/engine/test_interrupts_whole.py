"""What is computed in parts, or in a thread, so that Ctrl-C gets through, is what it was."""

import os
import signal
import threading
import time

import numpy as np
import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.core.guard import _LISTED, BLOCK, listed


def test_integer_products_are_exact() -> None:
    """Of small integers by way of floats, of large ones by their own product, which wraps."""
    random = np.random.default_rng(0)
    for dtype, largest in ((np.int64, 100), (np.int64, 2**40), (np.int8, 127), (np.int32, 2**30)):
        a, b = (random.integers(-largest, largest, shape).astype(dtype) for shape in
                ((40, 50), (50, 30)))  # fmt: skip
        got = torch.from_numpy(a) @ torch.from_numpy(b)
        assert (got.numpy() == a @ b).all()
        assert got.numpy().dtype == dtype


def test_a_long_list_is_numpys() -> None:
    """In one dim, of many short rows and of few long ones."""
    x = np.arange(2 * _LISTED + 6)
    for shape in ((-1,), (-1, 2), (2, -1), (2, 1, -1)):
        assert listed(x.reshape(shape)) == x.reshape(shape).tolist()


def test_counts_of_a_long_tensor() -> None:
    """They are added up over its parts, weights as well."""
    x = np.arange(BLOCK + 5) % 7
    weights = (x % 2).astype(np.float64)
    assert (torch.from_numpy(x).bincount().numpy() == np.bincount(x)).all()
    heavy = torch.from_numpy(x).bincount(torch.from_numpy(weights))
    assert (heavy.numpy() == np.bincount(x, weights)).all()


@pytest.mark.timed
@pytest.mark.parametrize(
    "line",
    ["w @ w", "torch.linalg.inv(m)", "x.tolist()", "x.reshape(-1, 2).tolist()",
     "torch.randperm(10**8)", "x.long().bincount()", "x.erf()", "x[i]", "x.nonzero()",
     "sorted(x[:10**6])", "torch.multinomial(x[:10**7], 5)", "x.sort()", "x.cumsum(0)"],
)  # fmt: skip
def test_ctrl_c_is_heard_soon(line: str) -> None:
    """Within 200 ms, in what took seconds."""
    names = {
        "torch": torch,
        "x": torch.ones(5 * 10**7),
        "m": torch.rand(2000, 2000),
        "w": torch.full((1500, 1500), 2**40),
        # Far apart: that takes its time.
        "i": torch.arange(5 * 10**7) * 7919 % (5 * 10**7) if "[i]" in line else None,
    }
    sent: list[float] = []

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    def send() -> None:
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, interrupt)
    timer = threading.Timer(0.05, send)
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            eval(compile(line, "<line>", "eval"), names)
        assert time.perf_counter() - sent[0] < 0.2
    finally:
        timer.cancel()
        timer.join()
        signal.signal(signal.SIGINT, before)
