"""Gradients of `nn.functional` against finite differences, in float64 and without PyTorch."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conv1d_tutor import engine
from conv1d_tutor.engine import nn

F = nn.functional
STEP = 1e-6


def numeric_gradients(function, arrays, weights):
    """Return the slope of `(function(*tensors) * weights).sum()` by every number of `arrays`."""

    def value():
        with engine.no_grad():
            return float((function(*map(engine.from_numpy, arrays))._array * weights).sum())

    gradients = []
    for array in arrays:
        gradient = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            before = array[place]
            array[place] = before + STEP
            above = value()
            array[place] = before - STEP
            gradient[place] = (above - value()) / (2 * STEP)
            array[place] = before
        gradients.append(gradient)
    return gradients


def check_gradients(function, *arrays):
    """Hold the gradients of `function` of arrays against finite differences."""
    arrays = [np.array(array, np.float64) for array in arrays]
    tensors = [engine.from_numpy(array.copy()).requires_grad_(True) for array in arrays]
    output = function(*tensors)
    weights = np.random.default_rng(5).uniform(0.5, 1.5, output._array.shape)
    output.backward(engine.from_numpy(np.asarray(weights)))
    for tensor, expected in zip(tensors, numeric_gradients(function, arrays, weights), strict=True):
        np.testing.assert_allclose(tensor.grad.numpy(), expected, atol=1e-7, rtol=1e-6)


def numbers(*shape):
    """Return numbers from -2 to 2, none of them near 0, where some functions have a corner."""
    random = np.random.default_rng(sum(shape))
    return random.uniform(0.1, 2, shape) * random.choice([-1, 1], shape)


@settings(deadline=None, max_examples=40)
@given(
    groups=st.integers(1, 2),
    rows=st.integers(1, 2),
    made=st.integers(1, 2),
    taps=st.integers(1, 3),
    stride=st.integers(1, 3),
    padding=st.integers(0, 3),
    gap=st.integers(1, 2),
    transposed=st.booleans(),
    biased=st.booleans(),
    batched=st.booleans(),
)
def test_convolutions(groups, rows, made, taps, stride, padding, gap, transposed, biased, batched):
    """Input, weight and bias of every convolution have the gradients of its definition."""
    length = gap * (taps - 1) + 3
    if transposed and (length - 1) * stride - 2 * padding + gap * (taps - 1) + 1 < 1:
        return
    first, second = (groups * rows, made) if transposed else (groups * made, rows)
    x = numbers(*((2,) if batched else ()), groups * rows, length)
    given = [x, numbers(first, second, taps)] + ([numbers(groups * made)] if biased else [])

    def convolved(x, weight, bias=None):
        convolution = F.conv_transpose1d if transposed else F.conv1d
        return convolution(
            x, weight, bias, stride=stride, padding=padding, groups=groups, dilation=gap
        )

    check_gradients(convolved, *given)


def test_a_long_depthwise_kernel():
    """The band matrices have the gradients of the definition too."""
    check_gradients(lambda x, w: F.conv1d(x, w, groups=2), numbers(1, 2, 50), numbers(2, 1, 12))


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_padding_modes_of_a_layer(mode):
    """What stands in the padding sends its gradient to where it was taken from."""
    layer = nn.Conv1d(2, 3, 4, padding="same", padding_mode=mode, dtype=engine.float64)
    check_gradients(layer, numbers(2, 2, 7))


TARGET = engine.tensor([2, 0, 1, 1])
SHARES = engine.tensor([[0.2, 0.3, 0.5]] * 4, dtype=engine.float64)

CASES = {
    "pad": (lambda x: F.pad(x, (1, 2), value=3.0), (2, 3, 4)),
    "pad negative": (lambda x: F.pad(x, (-1, 2, 1, -1)), (2, 3, 4)),
    "pad reflect 2d": (lambda x: F.pad(x, (1, 2, 2, 0), "reflect"), (2, 3, 4)),
    "pad circular": (lambda x: F.pad(x, (3, -1), "circular"), (2, 3, 4)),
    "max_pool1d": (lambda x: F.max_pool1d(x, 3, 2, 1), (2, 3, 7)),
    "max_pool1d dilated": (lambda x: F.max_pool1d(x, 2, 1, 0, 2, ceil_mode=True), (2, 3, 7)),
    "avg_pool1d": (lambda x: F.avg_pool1d(x, 3, 2, 1), (2, 3, 7)),
    "avg_pool1d without padding": (
        lambda x: F.avg_pool1d(x, 4, 3, 2, ceil_mode=True, count_include_pad=False),
        (2, 3, 7),
    ),
    "adaptive_avg_pool1d": (lambda x: F.adaptive_avg_pool1d(x, 3), (2, 3, 7)),
    "adaptive_avg_pool1d to one": (lambda x: F.adaptive_avg_pool1d(x, 1), (2, 3, 7)),
    "adaptive_max_pool1d": (lambda x: F.adaptive_max_pool1d(x, 3), (2, 3, 7)),
    "relu": (F.relu, (3, 4)),
    "leaky_relu": (lambda x: F.leaky_relu(x, 0.2), (3, 4)),
    "elu": (lambda x: F.elu(x, 1.5), (3, 4)),
    "gelu": (F.gelu, (3, 4)),
    "gelu tanh": (lambda x: F.gelu(x, approximate="tanh"), (3, 4)),
    "silu": (F.silu, (3, 4)),
    "softplus": (lambda x: F.softplus(x, 2.0, 3.0), (3, 4)),
    "softsign": (F.softsign, (3, 4)),
    "logsigmoid": (F.logsigmoid, (3, 4)),
    "hardtanh": (F.hardtanh, (3, 4)),
    "sigmoid": (F.sigmoid, (3, 4)),
    "tanh": (F.tanh, (3, 4)),
    "softmax": (lambda x: F.softmax(x, 0), (3, 4)),
    "log_softmax": (lambda x: F.log_softmax(x, -1), (3, 4)),
    "normalize": (F.normalize, (3, 4)),
    "layer_norm": (lambda x: F.layer_norm(x, (3, 4)), (2, 3, 4)),
    "batch_norm": (lambda x: F.batch_norm(x, None, None, training=True), (4, 3, 5)),
    "cross_entropy": (lambda x: F.cross_entropy(x, TARGET), (4, 3)),
    "cross_entropy weighted": (
        lambda x: F.cross_entropy(
            x, TARGET, engine.tensor([1.0, 2.0, 0.5], dtype=engine.float64), ignore_index=0
        ),
        (4, 3),
    ),
    "cross_entropy smoothed": (lambda x: F.cross_entropy(x, TARGET, label_smoothing=0.2), (4, 3)),
    "cross_entropy of shares": (lambda x: F.cross_entropy(x, SHARES), (4, 3)),
    "cross_entropy over positions": (
        lambda x: F.cross_entropy(x, engine.zeros(2, 4, dtype=engine.int64), reduction="none"),
        (2, 3, 4),
    ),
    "nll_loss": (lambda x: F.nll_loss(x, TARGET, reduction="sum"), (4, 3)),
    "kl_div": (lambda x: F.kl_div(x, SHARES, reduction="batchmean"), (4, 3)),
}

PAIRS = {
    "mse_loss": (F.mse_loss, (3, 4), (3, 4)),
    "mse_loss broadcast": (F.mse_loss, (3, 4), (4,)),
    "mse_loss none": (lambda a, b: F.mse_loss(a, b, reduction="none"), (3, 4), (3, 4)),
    "l1_loss": (F.l1_loss, (3, 4), (3, 4)),
    "smooth_l1_loss": (lambda a, b: F.smooth_l1_loss(a, b, beta=0.7), (3, 4), (3, 4)),
    "huber_loss": (lambda a, b: F.huber_loss(a, b, delta=0.7), (3, 4), (3, 4)),
    "bce with logits": (F.binary_cross_entropy_with_logits, (3, 4), (3, 4)),
    "bce": (
        lambda a, b: F.binary_cross_entropy(a.sigmoid(), b.sigmoid(), reduction="sum"),
        (3, 4),
        (3, 4),
    ),
    "cosine_similarity": (F.cosine_similarity, (3, 4), (3, 4)),
    "linear": (F.linear, (2, 3, 4), (5, 4)),
    "linear of a vector": (F.linear, (4,), (5, 4)),
    "embedding": (lambda w, s: F.embedding(TARGET, w) * s, (4, 3), (3,)),
    "batch_norm scaled": (
        lambda x, w: F.batch_norm(x, None, None, w, w, training=True),
        (4, 3),
        (3,),
    ),
    "layer_norm scaled": (lambda x, w: F.layer_norm(x, (4,), w, w), (3, 4), (4,)),
}


@pytest.mark.parametrize("name", CASES)
def test_functions_of_one_tensor(name):
    """The gradient of every function is its slope."""
    function, shape = CASES[name]
    check_gradients(function, numbers(*shape))


@pytest.mark.parametrize("name", PAIRS)
def test_functions_of_two_tensors(name):
    """The gradients of both arguments are the slopes by them."""
    function, one, two = PAIRS[name]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Using a target size")
        check_gradients(function, numbers(*one), numbers(*two))


def test_linear_with_a_bias():
    """Input, weight and bias of a linear layer have the gradients of `x @ w.T + b`."""
    check_gradients(F.linear, numbers(2, 3, 4), numbers(5, 4), numbers(5))


def test_batch_norm_in_evaluation():
    """By running statistics it is a scale and a shift, and so is its gradient."""
    mean, variance = engine.zeros(3).double() + 0.5, engine.ones(3).double() * 2
    check_gradients(lambda x: F.batch_norm(x, mean, variance), numbers(4, 3, 2))
