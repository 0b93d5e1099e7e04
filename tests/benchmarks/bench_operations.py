"""How long every operation that a lesson or a pasted model uses takes, beside PyTorch.

    pytest tests/benchmarks/bench_operations.py -n0

Both run in this process, on one thread each, on the same numbers, in turns, so that what else the
machine does falls on both. Prints a table, the largest ratios first.
"""

import time

import numpy as np
import pytest

from conv1d_tutor import engine

from .operations import CASES, FEATURES, LESSON

torch = pytest.importorskip("torch", exc_type=ImportError)
torch.set_num_threads(1)

SECONDS = 0.15
"""How long each case is measured."""


def inputs(face, shape):
    """Return two tensors of normal numbers, the same in both libraries."""
    random = np.random.default_rng(0)
    return [face.from_numpy(random.standard_normal(shape).astype(np.float32)) for _ in range(2)]


def timed(call, times):
    """Return the seconds that one of several calls takes on this thread's processor."""
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times


def measured(case, shape):
    """Return the median times of a case, the engine's and PyTorch's."""
    calls = [case(face, *inputs(face, shape)) for face in (engine, torch)]
    for call in calls:
        call()
    times = [max(1, int(3e-4 / max(1e-7, timed(call, 2)))) for call in calls]
    samples = [], []
    end = time.perf_counter() + SECONDS
    while len(samples[0]) < 5 or time.perf_counter() < end:
        for call, count, sample in zip(calls, times, samples, strict=True):
            sample.append(timed(call, count))
    return [float(np.median(sample)) for sample in samples]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("shape", [FEATURES, LESSON], ids=["features", "lesson"])
def test_operations(shape, capsys):
    """Time every case."""
    rows = {name: measured(case, shape) for name, case in CASES.items()}
    with capsys.disabled():
        print(f"\n{shape!s:64} {'bundled':>10} {'PyTorch':>10}  ratio   (µs, medians)")
        for name, (own, other) in sorted(rows.items(), key=lambda row: row[1][1] / row[1][0]):
            print(f"{name:64} {own * 1e6:10.1f} {other * 1e6:10.1f}  {own / other:5.2f}")
    assert rows
