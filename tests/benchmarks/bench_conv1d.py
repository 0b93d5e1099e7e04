"""How long a convolution takes, beside PyTorch where it is installed.

    pytest tests/benchmarks/bench_conv1d.py -n0

Both run in this process, on one thread each, on the same numbers, through the public face: a layer
that is called, its graph recorded. Beside them stands numpy's matrix product alone, of the filters
with columns that are laid out already: below it no convolution by products comes. What is timed is
the processor's time, of which other programs take none. `conftest.py` beside this file prints the
ratios.
"""

import importlib.util
import time

import numpy as np
import pytest

from conv1d_tutor import engine
from conv1d_tutor.engine.ops import convolution
from conv1d_tutor.geometry import Conv1dGeometry

try:
    import torch
except ImportError:
    torch = None
else:
    torch.set_num_threads(1)

HAS_TORCH = importlib.util.find_spec("torch") is not None

pytestmark = pytest.mark.benchmark(timer=time.process_time)

LIBRARIES = [
    pytest.param("bundled"),
    pytest.param("torch", marks=pytest.mark.skipif(not HAS_TORCH, reason="needs PyTorch")),
]

SIZES = {
    "lesson (4,2,6) -> 3, k5": ((4, 2, 6), 3, 5, {}),
    "batch (32,3,100) -> 16, k5": ((32, 3, 100), 16, 5, {}),
    "words (64,300,50) -> 100, k3": ((64, 300, 50), 100, 3, {}),
    "audio (1,1,16000) -> 16, k25": ((1, 1, 16000), 16, 25, {}),
    "audio (1,1,16000) -> 64, k400, stride 160": ((1, 1, 16000), 64, 400, {"stride": 160}),
    "audio (1,1,480000) -> 64, k25": ((1, 1, 480000), 64, 25, {}),
    "features (8,64,1000) -> 64, k1": ((8, 64, 1000), 64, 1, {}),
    "features (8,64,1000) -> 64, k3": ((8, 64, 1000), 64, 3, {}),
    "features (8,64,1000) -> 64, k3, stride 2": ((8, 64, 1000), 64, 3, {"stride": 2}),
    "features (8,64,1000) -> 64, k4, 4 groups": ((8, 64, 1000), 64, 4, {"groups": 4}),
    "features (8,80,800) -> 512, k5": ((8, 80, 800), 512, 5, {}),
    "features (1,512,4000) -> 512, k3": ((1, 512, 4000), 512, 3, {}),
    "features (16,256,500) -> 256, k7": ((16, 256, 500), 256, 7, {}),
    "depthwise (8,512,400), k31": ((8, 512, 400), 512, 31, {"groups": 512}),
    "depthwise (8,512,400), k31, same": (
        (8, 512, 400),
        512,
        31,
        {"groups": 512, "padding": "same"},
    ),
    "depthwise (1,512,4000), k31": ((1, 512, 4000), 512, 31, {"groups": 512}),
    "depthwise (8,64,1000), k3": ((8, 64, 1000), 64, 3, {"groups": 64}),
} | {
    f"dilation {gap} (4,64,2000) -> 64, k3": ((4, 64, 2000), 64, 3, {"dilation": gap})
    for gap in (1, 8, 64, 512)
}


def made(library, size, requires_grad=False):
    """Return a layer of `library` and an input for it, with the same numbers in both libraries."""
    shape, out_channels, kernel_size, options = size
    face = engine if library == "bundled" else torch
    random = np.random.default_rng(0)
    layer = face.nn.Conv1d(shape[1], out_channels, kernel_size, **options)
    weight = random.uniform(-1, 1, tuple(layer.weight.shape)).astype(np.float32)
    with face.no_grad():
        layer.weight.copy_(face.from_numpy(weight))
    x = face.from_numpy(random.uniform(-1, 1, shape).astype(np.float32))
    return layer, x.requires_grad_(requires_grad)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", SIZES)
def test_forward(benchmark, name, library):
    """Time a call of the layer."""
    layer, x = made(library, SIZES[name])
    benchmark.group = name
    y = benchmark(layer, x)
    assert y.requires_grad


def depthwise(size):
    """Return whether each channel is on its own, of which `ops/depthwise.py` lays no columns."""
    shape, _, _, options = size
    return options.get("groups", 1) == shape[1] > 1


@pytest.mark.parametrize("library", ["product"])
@pytest.mark.parametrize("name", [name for name, size in SIZES.items() if not depthwise(size)])
def test_product_alone(benchmark, name, library):
    """Time the matrix product of the filters with the columns, written to where it may stay."""
    layer, x = made("bundled", SIZES[name])
    geometry = Conv1dGeometry.of(layer)
    length = geometry.output_length(x.shape[2])
    filters = convolution.filters_of(layer.weight.detach().numpy(), geometry)
    columns = convolution.columns_of(x.numpy(), geometry, length)
    product = filters @ columns
    benchmark.group = name
    benchmark(np.matmul, filters, columns, out=product)
    assert product.size == len(x) * geometry.out_channels * length


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    "name",
    [
        "lesson (4,2,6) -> 3, k5",
        "audio (1,1,16000) -> 16, k25",
        "features (8,64,1000) -> 64, k3",
        "features (8,80,800) -> 512, k5",
        "depthwise (8,512,400), k31",
    ],
)
def test_forward_and_backward(benchmark, name, library):
    """Time a call of the layer and the gradients of its input, weight and bias."""
    layer, x = made(library, SIZES[name], requires_grad=True)

    def there_and_back():
        layer(x).sum().backward()

    benchmark.group = "+ gradients, " + name
    benchmark(there_and_back)
    assert x.grad is not None
