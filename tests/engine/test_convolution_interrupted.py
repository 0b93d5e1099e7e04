"""A long convolution can be stopped, and costs as much as it is large."""

import signal
import threading
import time

import numpy as np
import pytest

from conv1d_tutor.engine import convolution
from conv1d_tutor.engine.geometry import Conv1dGeometry

SECONDS_TO_STOP = 0.2

LONG = {
    "forward": lambda: convolution.forward(
        np.ones((1, 256, 200_000), np.float32),
        np.ones((256, 256, 31), np.float32),
        None,
        Conv1dGeometry(256, 256, 31),
    ),
    "weight": lambda: convolution.weight_gradient(
        np.ones((1, 256, 200_000), np.float32),
        np.ones((1, 256, 200_030), np.float32),
        Conv1dGeometry(256, 256, 31),
    ),
    "input": lambda: convolution.input_gradient(
        np.ones((1, 256, 100_000), np.float32),
        np.ones((256, 128, 31), np.float32),
        Conv1dGeometry(128, 256, 31, stride=2),
        200_029,
    ),
    "depthwise": lambda: [
        convolution.forward(
            np.ones((1, 512, 100_000), np.float32),
            np.ones((512, 1, 101), np.float32),
            None,
            Conv1dGeometry(512, 512, 101, groups=512),
        )
        for _ in range(50)
    ],
}


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs a signal to itself")
@pytest.mark.parametrize("name", LONG)
def test_ctrl_c_is_heard(name):
    """A computation of seconds stops within a fifth of one."""
    main = threading.get_ident()
    sent = []

    def interrupt():
        sent.append(time.perf_counter())
        signal.pthread_kill(main, signal.SIGINT)

    timer = threading.Timer(0.4, interrupt)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            LONG[name]()
        late = time.perf_counter() - sent[0]
    finally:
        timer.cancel()
    assert late < SECONDS_TO_STOP


def seconds(samples, length, channels, taps):
    """Give the best of some times that a forward pass takes."""
    x = np.ones((samples, channels, length), np.float32)
    weight = np.ones((channels, channels, taps), np.float32)
    geometry = Conv1dGeometry(channels, channels, taps)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        convolution.forward(x, weight, None, geometry)
        times.append(time.perf_counter() - started)
    return min(times)


@pytest.mark.parametrize(
    ("small", "large", "ratio"),
    [
        ((16, 4000, 32, 5), (64, 4000, 32, 5), 4),
        ((4, 16000, 32, 5), (4, 64000, 32, 5), 4),
        ((4, 4000, 32, 20), (4, 4000, 32, 80), 4),
        ((4, 4000, 64, 9), (4, 4000, 192, 9), 9),
    ],
    ids=["samples", "length", "taps", "channels"],
)
def test_cost_is_linear(small, large, ratio):
    """So many times the work takes at most twice as many times as long."""
    assert seconds(*large) < 2 * ratio * seconds(*small)
