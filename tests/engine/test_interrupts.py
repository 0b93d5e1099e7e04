"""Ctrl-C gets through a long computation, and what a thread computes is right."""

import _thread
import signal
import threading

import numpy as np
import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.core.guard import BLOCK, waited_for


def test_one_long_call_of_numpy_can_be_interrupted() -> None:
    """What cannot be done in blocks is left where it is as soon as Ctrl-C is pressed."""
    begun, heard, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(array: np.ndarray) -> None:  # type: ignore[type-arg]
        begun.set()
        heard.wait(30)  # it goes on for longer than anybody waits, unless Ctrl-C is heard
        ended.set()

    def interrupt() -> None:
        begun.wait()
        _thread.interrupt_main()

    # Where tests run in the background, Ctrl-C is not listened to at first.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            waited_for(slow, np.zeros(BLOCK + 1, np.int8))
    finally:
        signal.signal(signal.SIGINT, before)
    assert not ended.is_set()
    heard.set()


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
