"""Ctrl-C gets through a long computation."""

import _thread
import threading

import numpy as np
import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.core.interruptible import BLOCK, waited_for


def test_one_long_call_of_numpy_can_be_interrupted() -> None:
    """What cannot be done in blocks is waited for in short steps."""
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(array: np.ndarray) -> None:  # type: ignore[type-arg]
        begun.set()
        go_on.wait(10)
        ended.set()

    def interrupt() -> None:
        begun.wait()
        _thread.interrupt_main()

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        waited_for(slow, np.zeros(BLOCK + 1, np.int8))
    assert not ended.is_set()
    go_on.set()


def test_what_goes_wrong_in_the_thread_is_raised_here() -> None:
    """An error of a long computation reaches the one who asked for it."""

    def fails(array: np.ndarray) -> None:  # type: ignore[type-arg]
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        waited_for(fails, np.zeros(BLOCK + 1, np.int8))


def test_large_and_small_give_the_same() -> None:
    """Sums, maxima, orders and shares of more elements than a block holds are right."""
    x = torch.arange(BLOCK + 3) % 7
    assert x.sum().item() == int(x.numpy().sum())
    assert x.max().item() == 6
    assert x.to(torch.float32).softmax(0).sum().item() == pytest.approx(1, rel=1e-4)
    # The learner's own settings hold in the thread as well.
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        waited_for(np.log, np.zeros(BLOCK + 1, np.float32))
