"""The convolution on ndarrays, held against its definition."""

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conv1d_tutor.engine.ops import convolution, convolution_blocks, depthwise
from conv1d_tutor.geometry import Conv1dGeometry


def by_definition(x, weight, bias, geometry):
    """Compute the convolution element by element in float64, straight from its definition."""
    length = geometry.output_length(x.shape[2])
    y = np.zeros((len(x), geometry.out_channels, length))
    for n, o, t in itertools.product(*map(range, y.shape)):
        y[n, o, t] = bias[o]
        for c, channel in enumerate(geometry.input_channels_of(o)):
            for tap, position in enumerate(geometry.window(t)):
                if 0 <= position < x.shape[2]:
                    y[n, o, t] += float(x[n, channel, position]) * float(weight[o, c, tap])
    return y


@st.composite
def cases(draw):
    """Draw a small convolution: arrays and geometry."""
    groups = draw(st.integers(1, 3))
    stride = draw(st.integers(1, 3))
    geometry = Conv1dGeometry(
        groups * draw(st.integers(1, 3)),
        groups * draw(st.integers(1, 3)),
        draw(st.integers(1, 4)),
        stride,
        draw(st.integers(0, 5)) if stride > 1 or draw(st.booleans()) else "same",
        draw(st.integers(1, 3)),
        groups,
    )
    shortest = geometry.effective_kernel_size - geometry.padded_length(0)
    length = max(1, shortest) + draw(st.integers(0, 6))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = random.normal(size=(draw(st.integers(1, 3)), geometry.in_channels, length))
    weight = random.normal(size=geometry.weight_shape)
    return x, weight, random.normal(size=geometry.out_channels), geometry


@pytest.fixture(
    scope="module", params=["plain", "of any size", "in parts", "in parts of two positions"]
)
def ops(request):
    """Return the plain functions, then those for any size: as they are, and cutting all they can.

    Within 40 numbers of columns a part has some samples or some groups; within 1, positions.
    """
    with pytest.MonkeyPatch.context() as patch:
        if request.param.startswith("in parts"):
            patch.setattr(convolution_blocks, "_SMALL", 0)
            patch.setattr(convolution_blocks, "_BUDGET", 40 if request.param == "in parts" else 1)
            patch.setattr(convolution_blocks, "_LEAST_POSITIONS", 2)
        yield convolution if request.param == "plain" else convolution_blocks


def test_a_dot_product_a_window(ops):
    """Each output is window times filter, summed over channels, plus the bias."""
    x = np.array([[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]])
    weight = np.array([[[1.0, 2.0], [3.0, -1.0]]])
    y = ops.forward(x, weight, np.array([10.0]), Conv1dGeometry(2, 1, 2))
    assert y[0, 0, 0] == 0 * 1 + 1 * 2 + 3 * 3 + 4 * -1 + 10
    assert y[0, 0, 1] == 1 * 1 + 2 * 2 + 4 * 3 + 5 * -1 + 10


def test_stride_padding_and_dilation(ops):
    """Windows are `stride` apart, taps `dilation`, and zeros stand before and behind."""
    x = np.array([[[1.0, 2.0, 3.0, 4.0, 5.0]]])
    weight = np.array([[[10.0, 20.0]]])
    y = ops.forward(x, weight, None, Conv1dGeometry(1, 1, 2, stride=3, padding=1, dilation=2))
    assert y[0, 0, 0] == 0 * 10 + 2 * 20
    assert y[0, 0, 1] == 3 * 10 + 5 * 20
    assert y.shape == (1, 1, (5 + 2 * 1 - 2 * (2 - 1) - 1) // 3 + 1)


def test_groups(ops):
    """The first half of the filters reads the first half of the channels, the second the second."""
    x = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    weight = np.array([[[1.0, 10.0]], [[2.0, 20.0]], [[3.0, 30.0]], [[4.0, 40.0]]])
    y = ops.forward(x, weight, np.array([0.1, 0.2, 0.3, 0.4]), Conv1dGeometry(2, 4, 2, groups=2))
    assert y[0, 0, 0] == 1 * 1 + 2 * 10 + 0.1
    assert y[0, 1, 0] == 1 * 2 + 2 * 20 + 0.2
    assert y[0, 2, 0] == 3 * 3 + 4 * 30 + 0.3
    assert y[0, 3, 0] == 3 * 4 + 4 * 40 + 0.4


def test_one_tap(ops):
    """A kernel of size 1 mixes the channels at every position, or at every second."""
    x = np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    weight, bias = np.array([[[10.0], [100.0]]]), np.array([0.5])
    y = ops.forward(x, weight, bias, Conv1dGeometry(2, 1, 1))
    assert y.tolist() == [[[410.5, 520.5, 630.5]]]
    y = ops.forward(x, weight, bias, Conv1dGeometry(2, 1, 1, stride=2, padding=1))
    assert y.tolist() == [[[0 * 10 + 0 * 100 + 0.5, 2 * 10 + 5 * 100 + 0.5, 0.5]]]


def test_the_filter_is_not_flipped(ops):
    """An impulse comes out as the filter read backwards: this is cross-correlation."""
    x = np.array([[[0.0, 0.0, 1.0, 0.0, 0.0]]])
    y = ops.forward(x, np.array([[[1.0, 2.0, 3.0]]]), None, Conv1dGeometry(1, 1, 3))
    assert y.tolist() == [[[3.0, 2.0, 1.0]]]


def test_same_with_an_even_kernel(ops):
    """ones(2) over 1..4 sums neighbours; the last meets the zero on the right."""
    x = np.array([[[1.0, 2.0, 3.0, 4.0]]])
    geometry = Conv1dGeometry(1, 1, 2, padding="same")
    assert ops.forward(x, np.ones((1, 1, 2)), None, geometry).tolist() == [[[3, 5, 7, 4]]]


def test_gradients_by_hand(ops):
    """Every product of the forward sum gives its output's gradient to both of its factors."""
    x = np.array([[[1.0, 2.0, 3.0, 4.0]], [[5.0, 6.0, 7.0, 8.0]]])
    weight = np.array([[[10.0, 20.0]]])
    geometry = Conv1dGeometry(1, 1, 2, stride=2, padding=1)
    # The windows are 0 1, 2 3 and 4 0; of the other sample 0 5, 6 7 and 8 0.
    grad = np.array([[[0.1, 0.2, 0.3]], [[0.4, 0.5, 0.6]]])
    to_weight = ops.weight_gradient(grad, x, geometry)
    first = 0.2 * 2 + 0.3 * 4 + 0.5 * 6 + 0.6 * 8
    second = 0.1 * 1 + 0.2 * 3 + 0.4 * 5 + 0.5 * 7
    np.testing.assert_allclose(to_weight, [[[first, second]]])
    to_input = ops.input_gradient(grad, weight, geometry, 4)
    expected = [
        [[0.1 * 20, 0.2 * 10, 0.2 * 20, 0.3 * 10]],
        [[0.4 * 20, 0.5 * 10, 0.5 * 20, 0.6 * 10]],
    ]
    np.testing.assert_allclose(to_input, expected)
    np.testing.assert_allclose(ops.bias_gradient(grad), [0.1 + 0.2 + 0.3 + 0.4 + 0.5 + 0.6])


def test_windows_that_share_an_input_add_to_it(ops):
    """An input under two windows, and under two filters, gets what all of them send back."""
    grad = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    weight = np.array([[[10.0, 20.0]], [[0.1, 0.2]]])
    to_input = ops.input_gradient(grad, weight, Conv1dGeometry(1, 2, 2), 4)
    middle = 1 * 20 + 2 * 10 + 3 * 0.2 + 4 * 0.1
    last = 2 * 20 + 4 * 0.2
    # No window read the fourth input.
    np.testing.assert_allclose(to_input, [[[1 * 10 + 3 * 0.1, middle, last, 0]]])


@given(case=cases())
def test_forward_is_the_definition(ops, case):
    """Every hyper-parameter gives what the definition gives."""
    x, weight, bias, geometry = case
    for offset in (bias, None):
        np.testing.assert_allclose(
            ops.forward(x, weight, offset, geometry),
            by_definition(x, weight, np.zeros(len(bias)) if offset is None else bias, geometry),
            rtol=1e-12,
            atol=1e-12,
        )


@given(case=cases())
def test_gradients_are_the_adjoint(ops, case):
    """The convolution is linear in input and in weight: <grad, forward> is <gradient, change>."""
    x, weight, bias, geometry = case
    y = by_definition(x, weight, bias, geometry)
    grad = np.random.default_rng(0).normal(size=y.shape)
    to_input = ops.input_gradient(grad, weight, geometry, x.shape[2])
    to_weight = ops.weight_gradient(grad, x, geometry)
    assert to_input.flags.c_contiguous
    none = np.zeros(len(bias))
    for unit in range(3):
        dx = np.random.default_rng(unit).normal(size=x.shape)
        dw = np.random.default_rng(unit + 9).normal(size=weight.shape)
        moved = by_definition(dx, weight, none, geometry)
        np.testing.assert_allclose((to_input * dx).sum(), (grad * moved).sum(), atol=1e-10)
        moved = by_definition(x, dw, none, geometry)
        np.testing.assert_allclose((to_weight * dw).sum(), (grad * moved).sum(), atol=1e-10)
    to_bias = ops.bias_gradient(grad)
    np.testing.assert_allclose(to_bias, grad.sum((0, 2)))
    assert bias.shape == to_bias.shape


@pytest.mark.parametrize(
    ("kernel_size", "dilation"),
    [(3, 1), (31, 1), (3, 7), (1, 1)],
    ids=["3", "31", "dilated", "1"],
)
@pytest.mark.parametrize("stride", [1, 3])
def test_depthwise(kernel_size, dilation, stride):
    """A channel to itself, for short and long kernels, is the definition still."""
    geometry = Conv1dGeometry(
        6, 6, kernel_size, stride, padding=kernel_size // 2, dilation=dilation, groups=6
    )
    random = np.random.default_rng(1)
    x = random.normal(size=(2, 6, 70))
    weight, bias = random.normal(size=geometry.weight_shape), random.normal(size=6)
    np.testing.assert_allclose(
        convolution_blocks.forward(x, weight, bias, geometry),
        by_definition(x, weight, bias, geometry),
    )


@pytest.fixture(scope="module", params=["whole", "in blocks"])
def _depthwise_budget(request):
    """Let a depthwise convolution be done whole, then in blocks of about 100 numbers."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "in blocks":
            patch.setattr(depthwise, "_BUDGET", 100)
        yield


@pytest.mark.usefixtures("_depthwise_budget")
@settings(max_examples=60)
@given(
    channels=st.integers(1, 9),
    samples=st.integers(1, 5),
    kernel_size=st.integers(2, 40),
    outputs=st.integers(32, 140),
    padding=st.integers(0, 20),
    transposed=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_depthwise_of_any_size(channels, samples, kernel_size, outputs, padding, transposed, seed):
    """However a long input is cut into stretches, each channel meets its own filter."""
    geometry = Conv1dGeometry(channels, channels, kernel_size, padding=padding, groups=channels)
    length = max(1, outputs + kernel_size - 1 - 2 * padding)
    random = np.random.default_rng(seed)
    x = random.normal(size=(samples, length, channels)).transpose(0, 2, 1)
    x = x if transposed else np.ascontiguousarray(x)
    weight, bias = random.normal(size=geometry.weight_shape), random.normal(size=channels)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel_size, axis=2)
    expected = np.einsum("nctk,ck->nct", windows, weight[:, 0]) + bias[:, None]
    np.testing.assert_allclose(
        convolution_blocks.forward(x, weight, bias, geometry), expected, rtol=1e-11, atol=1e-11
    )
    grad = random.normal(size=expected.shape)
    np.testing.assert_allclose(
        convolution_blocks.weight_gradient(grad, x, geometry)[:, 0],
        np.einsum("nctk,nct->ck", windows, grad),
        rtol=1e-11,
        atol=1e-11,
    )


@pytest.mark.parametrize("kernel_size", [2, 3, 20])
@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_stays_under_its_windows(number, kernel_size):
    """An infinite input makes only the outputs infinite whose window holds it, by any way."""
    geometry = Conv1dGeometry(3, 3, kernel_size, padding=1, groups=3)
    x = np.ones((2, 3, 90))
    x[1, 2, 40] = number
    weight, bias = np.ones(geometry.weight_shape), np.ones(3)
    with np.errstate(all="ignore"):
        expected = convolution.forward(x, weight, bias, geometry)
        computed = convolution_blocks.forward(x, weight, bias, geometry)
        gradients = [
            ops.weight_gradient(np.ones(expected.shape), x, geometry)
            for ops in (convolution, convolution_blocks)
        ]
    assert np.isfinite(expected).sum() == expected.size - kernel_size
    np.testing.assert_array_equal(computed, expected)
    np.testing.assert_array_equal(*gradients)


@pytest.mark.parametrize("options", [{}, {"groups": 2}, {"stride": 2, "padding": 3}])
@pytest.mark.parametrize("kernel_size", [1, 3])
@pytest.mark.parametrize("quick", [20_000, 10**6])
def test_products_in_stretches(monkeypatch, quick, kernel_size, options):
    """However many positions are multiplied at a time, the output and the gradients are the same.

    Of 4 filters with up to 13 numbers each 20,000 multiplications make some hundred positions.
    """
    monkeypatch.setattr(convolution_blocks, "_QUICK", quick)
    geometry = Conv1dGeometry(4, 4, kernel_size, **options)
    random = np.random.default_rng(3)
    x, weight = random.normal(size=(3, 4, 4001)), random.normal(size=geometry.weight_shape)
    bias = random.normal(size=4)
    expected = convolution.forward(x, weight, bias, geometry)
    np.testing.assert_allclose(convolution_blocks.forward(x, weight, bias, geometry), expected)
    grad = random.normal(size=expected.shape)
    np.testing.assert_allclose(
        convolution_blocks.weight_gradient(grad, x, geometry),
        convolution.weight_gradient(grad, x, geometry),
    )


def test_an_input_that_is_not_contiguous(ops):
    """A transposed or reversed view computes as its copy does."""
    random = np.random.default_rng(2)
    stored = random.normal(size=(2, 9, 4))
    geometry = Conv1dGeometry(4, 3, 3, stride=2, padding=1)
    weight = random.normal(size=(3, 4, 3))
    for view in (stored.transpose(0, 2, 1), stored.transpose(0, 2, 1)[:, ::-1, ::-1]):
        copied = ops.forward(view.copy(), weight, None, geometry)
        np.testing.assert_array_equal(ops.forward(view, weight, None, geometry), copied)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_the_dtype_stays(ops, dtype):
    """The output and the gradients have the dtype of what went in."""
    geometry = Conv1dGeometry(2, 3, 2)
    x, weight = np.ones((1, 2, 4), dtype), np.ones((3, 2, 2), dtype)
    y = ops.forward(x, weight, np.ones(3, dtype), geometry)
    assert y.dtype == dtype
    assert y.tolist() == np.full((1, 3, 3), 5).tolist()
    assert ops.input_gradient(y, weight, geometry, 4).dtype == dtype
    assert ops.weight_gradient(y, x, geometry).dtype == dtype


def test_no_samples(ops):
    """An empty batch gives an empty output of the right shape."""
    y = ops.forward(np.ones((0, 2, 6)), np.ones((3, 2, 5)), np.ones(3), Conv1dGeometry(2, 3, 5))
    assert y.shape == (0, 3, 2)


def test_memory_is_bounded():
    """Ten seconds of audio through 64 filters need little more than their output."""
    x = np.ones((1, 1, 480_000), np.float32)
    weight = np.ones((64, 1, 25), np.float32)
    tracemalloc.start()
    y = convolution_blocks.forward(x, weight, None, Conv1dGeometry(1, 64, 25))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < y.nbytes + 10 * 2**20


def test_absurd_sizes_are_refused_at_once():
    """An output that no machine holds is refused before anything is allocated."""
    geometry = Conv1dGeometry(1, 10**6, 1, padding=10**9)
    x, weight = np.ones((1, 1, 5)), np.ones((10**6, 1, 1))
    tracemalloc.start()
    try:
        with pytest.raises(RuntimeError, match=r"\[1, 1000000, 2000000005\]"):
            convolution_blocks.forward(x, weight, None, geometry)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
