"""Conv1d and its kin, held against PyTorch: values, gradients and graphs."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conv1d_tutor import engine

from .closeness import array_of, assert_within_ulps, in_both

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

MODES = ["zeros", "reflect", "replicate", "circular"]


@st.composite
def layers(draw):
    """Draw the arguments of a Conv1d and the shape of an input that it takes."""
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    stride = draw(st.integers(1, 3))
    taps, gap = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    mode = draw(st.sampled_from(MODES))
    padding = draw(st.one_of(st.integers(0, 5), st.sampled_from(["same", "valid"])))
    if padding == "same":
        stride = 1
    arguments = {
        "in_channels": groups * draw(st.integers(1, 4)),
        "out_channels": groups * draw(st.integers(1, 4)),
        "kernel_size": taps,
        "stride": stride,
        "padding": padding,
        "dilation": gap,
        "groups": groups,
        "bias": draw(st.booleans()),
        "padding_mode": mode,
    }
    widest = {"same": gap * (taps - 1), "valid": 0}.get(padding, padding)
    shortest = max(gap * (taps - 1) + 1, widest + 1)
    length = shortest + draw(st.integers(0, 20))
    batch = draw(st.sampled_from([(), (1,), (3,)]))
    return arguments, (*batch, arguments["in_channels"], length), draw(st.integers(0, 2**32 - 1))


def scales_of(layer, x, grad):
    """Return a layer's output and gradients for absolute values: how much was summed in each.

    `layer` is used up: its own parameters are made positive.
    """
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.abs_()
            parameter.grad = None
    positive = torch.from_numpy(np.abs(x)).requires_grad_(True)
    y = layer(positive)
    y.backward(torch.from_numpy(np.abs(grad)))
    return [y, positive.grad, *(parameter.grad for parameter in layer.parameters())]


@settings(deadline=None, max_examples=300)
@given(drawn=layers(), double=st.booleans())
def test_values_and_gradients(drawn, double):
    """Output and every gradient agree within 4 units of the last place of what was summed."""
    arguments, shape, seed = drawn
    random = np.random.default_rng(seed)
    dtype = np.float64 if double else np.float32
    x = random.uniform(-1, 1, shape).astype(dtype)
    results = []
    grad = None
    for face in (engine, torch):
        face.manual_seed(seed % 1000)
        layer = face.nn.Conv1d(**arguments)
        layer = layer.double() if double else layer
        (tensor,) = in_both(x, face, requires_grad=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            y = layer(tensor)
        if grad is None:
            grad = random.uniform(-1, 1, tuple(y.shape)).astype(dtype)
        y.backward(face.from_numpy(grad))
        results.append([y, tensor.grad, *(each.grad.detach() for each in layer.parameters())])
        assert str(y.dtype) == ("torch.float64" if double else "torch.float32")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scales = scales_of(layer, x, grad)
    for ours, theirs, scale in zip(*results, scales, strict=True):
        assert_within_ulps(ours, theirs, array_of(scale))


@settings(deadline=None, max_examples=150)
@given(
    groups=st.sampled_from([1, 2]),
    rows=st.integers(1, 3),
    made=st.integers(1, 3),
    taps=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    gap=st.integers(1, 3),
    extra=st.integers(0, 2),
    batched=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_transposed(groups, rows, made, taps, stride, padding, gap, extra, batched, seed):
    """ConvTranspose1d agrees in values and gradients."""
    extra = min(extra, max(stride, gap) - 1)
    length = 6
    if (length - 1) * stride - 2 * padding + gap * (taps - 1) + extra + 1 < 1:
        return
    random = np.random.default_rng(seed)
    shape = (3, groups * rows, length) if batched else (groups * rows, length)
    x = random.uniform(-1, 1, shape).astype(np.float32)
    results = []
    for face in (engine, torch):
        face.manual_seed(seed)
        layer = face.nn.ConvTranspose1d(
            groups * rows, groups * made, taps, stride, padding, extra, groups, dilation=gap
        )
        (tensor,) = in_both(x, face, requires_grad=True)
        y = layer(tensor)
        grad = np.random.default_rng(seed + 1).uniform(-1, 1, tuple(y.shape)).astype(np.float32)
        y.backward(face.from_numpy(grad))
        results.append([y, tensor.grad, layer.weight.grad, layer.bias.grad])
    for ours, theirs, scale in zip(*results, scales_of(layer, x, grad), strict=True):
        assert_within_ulps(ours, theirs, array_of(scale))


def node_tree(node, depth=4):
    """Return a node with what stands above it, as nested lists of names and saved values."""
    if node is None:
        return None
    saved = {
        name: tuple(value.shape) if hasattr(value, "detach") else value
        for name in ("_saved_stride", "_saved_padding", "_saved_dilation", "_saved_groups",
                     "_saved_transposed", "_saved_output_padding", "_saved_bias_sym_sizes_opt",
                     "_saved_input", "_saved_weight", "_saved_pad", "_saved_dim")
        if (value := getattr(node, name, "none")) != "none" or name == "_saved_pad"
        if value != "none"
    }  # fmt: skip
    above = [node_tree(each, depth - 1) for each, _ in node.next_functions] if depth else []
    return [node.name(), saved, above]


@pytest.mark.parametrize("unbatched", [False, True])
@pytest.mark.parametrize("input_learned", [False, True])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bias": False},
        {"stride": 2, "padding": 1, "dilation": 2},
        {"padding": "same"},
        {"padding": "valid"},
        {"kernel_size": 4, "padding": "same"},
        {"kernel_size": 4, "padding": "same", "dilation": 2},
        {"padding": 1, "padding_mode": "reflect"},
        {"padding": 2, "padding_mode": "replicate", "stride": 2},
        {"kernel_size": 4, "padding": "same", "padding_mode": "reflect"},
    ],
)
def test_the_graph(options, input_learned, unbatched):
    """Nodes, their order and what they saved are PyTorch's."""
    trees = []
    for face in (engine, torch):
        layer = face.nn.Conv1d(
            **({"in_channels": 2, "out_channels": 3, "kernel_size": 3} | options)
        )
        x = face.ones(*((2, 9) if unbatched else (4, 2, 9)), requires_grad=input_learned)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trees.append(node_tree(layer(x).grad_fn))
    assert trees[0] == trees[1]


def test_the_graph_of_circular_padding():
    """The wrapped ends are copied in place, which the names of the nodes tell."""
    names = []
    for face in (engine, torch):
        layer = face.nn.Conv1d(2, 3, 3, padding=1, padding_mode="circular")
        node = layer(face.ones(4, 2, 9, requires_grad=True)).grad_fn
        above = node.next_functions[0][0]
        names.append([node.name(), above.name(), [n.name() for n, _ in above.next_functions if n]])
    assert names[0] == names[1]


def test_the_uneven_padding_warning():
    """`padding="same"` with an even kernel warns once, in PyTorch's words."""
    from conv1d_tutor.engine.nn.functional.convolution import _Warned

    _Warned.uneven_same = False
    # PyTorch may have given its own already; a fresh interpreter would be needed to see it.
    x, weight = engine.ones(1, 1, 6), engine.ones(1, 1, 4)
    with pytest.warns(UserWarning, match="padding='same' with even kernel lengths and odd dil"):
        engine.nn.functional.conv1d(x, weight, padding="same")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        engine.nn.functional.conv1d(x, weight, padding="same")


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "sizes", [(2, 3, 5, 1), (64, 128, 7, 1), (512, 512, 31, 512), (12, 8, 4, 4)]
)
def test_initialisation_bit_for_bit(sizes, dtype, transposed):
    """The same seed gives the same weight, bias, and random stream afterwards."""
    in_channels, out_channels, taps, groups = sizes
    drawn = []
    for face in (engine, torch):
        face.manual_seed(1115395720)
        kind = face.nn.ConvTranspose1d if transposed else face.nn.Conv1d
        layer = kind(in_channels, out_channels, taps, groups=groups, dtype=getattr(face, dtype))
        drawn.append([array_of(layer.weight), array_of(layer.bias), array_of(face.rand(5))])
    # PyTorch rounds u * (b - a) + a once in float64 too, where the engine rounds twice.
    ulps = 0 if dtype == "float32" else 1
    for ours, theirs in zip(*drawn, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=ulps * 2.0**-53)
