"""A long convolution can be stopped, and lays out no more than it must."""

import signal
import threading
import time

import numpy as np
import pytest

from conv1d_tutor.engine.ops import convolution, pooling
from conv1d_tutor.geometry import Conv1dGeometry

SECONDS_TO_STOP = 0.2


def zeros(*shape):
    """Return an array that takes no time to make: its memory is only touched when it is read."""
    return np.zeros(shape, np.float32)


LONG = {
    "forward": lambda: convolution.forward(
        zeros(1, 256, 200_000), zeros(256, 256, 31), None, Conv1dGeometry(256, 256, 31)
    ),
    "weight": lambda: convolution.weight_gradient(
        zeros(1, 256, 199_970), zeros(1, 256, 200_000), Conv1dGeometry(256, 256, 31)
    ),
    "input": lambda: convolution.input_gradient(
        zeros(1, 256, 100_000),
        zeros(256, 128, 31),
        Conv1dGeometry(128, 256, 31, stride=2),
        200_029,
    ),
    "depthwise": lambda: [
        convolution.forward(
            zeros(1, 512, 100_000),
            zeros(512, 1, 101),
            None,
            Conv1dGeometry(512, 512, 101, padding=50, groups=512),
        )
        for _ in range(50)
    ],
    "pool": lambda: [pooling.maximum(zeros(200, 100_000), pooling.Pool(50, 1)) for _ in range(50)],
}


@pytest.mark.timing
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


@pytest.mark.parametrize("shape", [(3, 32, 400), (1, 6, 90_000), (40, 6, 50)])
@pytest.mark.parametrize("options", [{}, {"groups": 2}, {"stride": 3, "padding": 4}])
def test_cost_is_linear(shape, options):
    """Every window is laid out once, in blocks within the budget: N * L_out * C_in * k numbers."""
    geometry = Conv1dGeometry(shape[1], 4, 7, **options)
    length = geometry.output_length(shape[2])
    sizes = [
        columns.size
        for _, columns in convolution._columns(np.ones(shape, np.float32), geometry, length)
    ]
    assert sum(sizes) == shape[0] * length * shape[1] * 7
    assert max(sizes) <= convolution._COLUMN_BUDGET
