"""Ctrl-C gets through a long computation, and what a thread computes is right."""

import _thread
import copy
import signal
import threading

import numpy as np
import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.core import guard
from conv1d_tutor.engine.core.guard import BLOCK, in_thread, waited_for, write_over
from conv1d_tutor.engine.core.pieces import _ADDED, add_at


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


def test_nothing_is_written_over_a_tensor_after_ctrl_c() -> None:
    """The thread that is left behind ends before it would write what it computed."""
    x, begun, heard = torch.zeros(BLOCK + 1), threading.Event(), threading.Event()

    def slow(tensor: torch.Tensor) -> None:
        begun.set()
        heard.wait(30)
        tensor.add_(1)

    def interrupt() -> None:
        begun.wait()
        _thread.interrupt_main()

    others = set(threading.enumerate())
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            in_thread(slow, x)
    finally:
        signal.signal(signal.SIGINT, before)
    heard.set()
    for each in set(threading.enumerate()) - others:
        each.join()
    assert (x == 0).all()


@pytest.mark.parametrize("line", [
    "x + 1", "x.exp()", "torch.sum(x)", "x.roll(1)", "x.mul_(2)", "x.__setitem__(0, 1)",
    "torch.cat([x, x])", "torch.nn.functional.relu(x)", "x.clone()", "x @ x",
    "torch.outer(x[:3000], x[:3000])", "torch.zeros(len(x))",
    "torch.linspace(0, 1, len(x))", "torch.arange(0.0, len(x))", "copy.deepcopy(x)",
    "x ** 2.5", "2 ** x", "x.repeat(2)",
    "y.sum().backward()", "y.exp().backward(x)",
])  # fmt: skip
def test_long_operations_run_apart_and_short_ones_here(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether they are operators, methods, functions, in place or the way back."""
    started: list[object] = []

    class Counted(threading.Thread):
        def start(self) -> None:
            started.append(self)
            super().start()

    monkeypatch.setattr(guard, "Thread", Counted)
    for size in (3, BLOCK + 1):
        x = torch.zeros(size)
        names = {"torch": torch, "copy": copy, "x": x, "y": torch.zeros(size, requires_grad=True)}
        started.clear()
        eval(line, names)
        assert bool(started) == (size > BLOCK)


def test_write_over_is_assignment() -> None:
    """Of rows, of few long ones, of a number, and of the array's own memory."""
    size = 2 * BLOCK + 6
    for shape in ((size,), (2, size // 2), (size // 2, 2), (1, 2, size // 2)):
        for values in (7, np.arange(shape[-1], dtype=np.int32)):
            target = np.zeros(shape, np.int32)
            write_over(target, values)
            assert (target == values).all()
    target = np.arange(size, dtype=np.int32)
    write_over(target[1:], target[:-1])
    assert (target[1:] == np.arange(size - 1)).all()
    assert target[0] == 0


def test_adding_at_places_in_parts() -> None:
    """Places that come again, in another part too, are added to every time."""
    places = np.arange(2 * _ADDED + 5) % 7
    total = np.zeros(7)
    add_at(total, places, places * 1.0)
    assert (total == np.bincount(places, places)).all()


def test_long_classes_and_gradients_of_looking_up_are_right() -> None:
    """What is marked in a thread; what is added in parts."""
    at = torch.arange(BLOCK // 64 + 1) % 64
    assert (torch.nn.functional.one_hot(at, 65).argmax(-1) == at).all()
    x = torch.zeros(7, requires_grad=True)
    places = torch.arange(_ADDED + 5) % 7
    x[places].sum().backward()
    assert (x.grad == places.bincount()).all()


def test_a_long_list_and_a_repeated_tensor_are_numpys() -> None:
    """One is made in parts, the other by a copy of what is seen several times."""
    numbers = [each % 1000 for each in range(2**18 + 9)]
    assert (torch.tensor(numbers).numpy() == np.array(numbers)).all()
    x = np.arange(6).reshape(2, 3)
    for repeats in ((2, 2), (3, 1), (2, 1, 3), (0, 2), (2, 3, 4, 1)):
        assert np.array_equal(torch.from_numpy(x).repeat(repeats).numpy(), np.tile(x, repeats))
    assert torch.tensor(5).repeat(3).tolist() == [5, 5, 5]
    assert torch.zeros(0, 2).repeat(2, 2).shape == (0, 4)
