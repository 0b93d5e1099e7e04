"""The output length worked out, and the way of a shape through layers, as running them gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import conv1d_tutor.engine as torch
from conv1d_tutor.explain import LengthDerivation, explain_length, explain_shapes
from conv1d_tutor.geometry import Conv1dGeometry


def test_the_articles_length() -> None:
    """Length 6 under a kernel of 5: two places."""
    length = explain_length(torch.nn.Conv1d(2, 3, 5), 6)
    assert length.room == 6 - 5
    assert length.output_length == 1 // 1 + 1
    assert [tuple(length.geometry.window(t)) for t in range(2)] == [
        (0, 1, 2, 3, 4),
        (1, 2, 3, 4, 5),
    ]
    assert length.unread == ()


def test_columns_that_no_window_reaches() -> None:
    """A stride of 3 over 8 with a kernel of 2 leaves 2 and 5 out."""
    length = LengthDerivation(8, Conv1dGeometry(1, 1, 2, stride=3))
    assert length.output_length == (8 - 2) // 3 + 1
    assert length.unread == (2, 5)


@given(
    st.integers(1, 40),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(0, 4),
    st.integers(1, 4),
)
def test_as_long_as_the_layer_says(
    length: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    """The length is the layer's own; windows stay inside; too short an input gives none."""
    layer = torch.nn.Conv1d(1, 1, kernel, stride=stride, padding=padding, dilation=dilation)
    worked = explain_length(layer, length)
    if not worked.fits:
        assert worked.output_length == 0
        with pytest.raises(RuntimeError, match="Kernel size can't be greater"):
            layer(torch.zeros(1, 1, length))
        return
    assert layer(torch.zeros(1, 1, length)).shape[-1] == worked.output_length
    last = worked.geometry.window(worked.output_length - 1)
    assert worked.geometry.window(0)[0] == -padding
    assert last[-1] < length + padding
    assert last[-1] + stride >= length + padding or stride > 1


def test_what_is_no_layer_is_refused() -> None:
    """Anything without a kernel is a TypeError that names it."""
    with pytest.raises(TypeError, match="not str"):
        explain_length("conv1d", 6)
    with pytest.raises(TypeError, match="not Conv1d"):
        explain_length(torch.nn.Conv1d(2, 3, (5, 5)), 6)


def test_an_input_that_only_padding_repeats_is_read() -> None:
    """Circular padding shows input 3 in front of the first, where a window stands."""
    worked = explain_length(torch.nn.Conv1d(1, 1, 1, stride=3, padding=1), 4)
    assert worked.unread == (0, 1, 3)
    circular = torch.nn.Conv1d(1, 1, 1, stride=3, padding=1, padding_mode="circular")
    assert explain_length(circular, 4).unread == (0, 1)


def test_pooling_has_a_length_too() -> None:
    """A pool of 3 steps 3 at a time; its padding counts on both sides."""
    assert (
        explain_length(torch.nn.MaxPool1d(3, padding=1), 10).output_length == (10 + 2 - 3) // 3 + 1
    )
    assert explain_length(torch.nn.AvgPool1d(3, stride=2), 10).output_length == (10 - 3) // 2 + 1


NN = torch.nn
MODELS = [
    NN.Sequential(NN.Conv1d(2, 4, 3), NN.Flatten(-2), NN.Linear(4 * 10, 5)),
    NN.Sequential(NN.Conv1d(2, 4, 3, stride=2), NN.Flatten(0)),
    NN.Sequential(NN.Conv1d(2, 4, 3), NN.ConvTranspose1d(4, 2, 4, stride=3, padding=1)),
    NN.ConvTranspose1d(2, 6, 4, stride=3, padding=2, output_padding=1, dilation=2, groups=2),
    NN.Sequential(NN.Conv1d(2, 4, 3), NN.MaxPool1d(3, padding=1), NN.AvgPool1d(2, stride=1)),
    NN.Sequential(NN.Conv1d(2, 4, 3), NN.AdaptiveAvgPool1d(3), NN.ReLU(), NN.Linear(3, 7)),
    NN.Sequential(NN.Sequential(NN.Conv1d(2, 2, 3, padding="same"), NN.Tanh()), NN.BatchNorm1d(2)),
    NN.Sequential(NN.Conv1d(2, 4, 3), NN.GroupNorm(2, 4), NN.PReLU(4), NN.GLU(1), NN.Mish()),
    NN.Sequential(NN.GLU(), NN.InstanceNorm1d(2, affine=True), NN.SELU(), NN.CELU()),
    NN.Sequential(NN.Upsample(scale_factor=1.7), NN.Upsample(7), NN.Upsample((9,)), NN.GLU(-2)),
    NN.utils.parametrizations.weight_norm(NN.Conv1d(2, 4, 3, stride=2)),
    NN.utils.parametrizations.weight_norm(NN.Linear(12, 4)),
]


@pytest.mark.parametrize("model", MODELS)
def test_a_shape_is_followed_as_running_gives_it(model: torch.nn.Module) -> None:
    """Every layer's shape and parameters are those of the layer itself."""
    shape = (3, 2, 12)
    walk = explain_shapes(model, {}, "net", shape, "x")
    assert walk.layers[-1].shape == tuple(model(torch.zeros(*shape)).shape)
    assert walk.parameters == sum(parameter.numel() for parameter in model.parameters())
    assert not any(layer.problem for layer in walk.layers)


@pytest.mark.parametrize(
    ("model", "receptive"),
    [
        (NN.Sequential(NN.Conv1d(2, 4, 3), NN.MaxPool1d(2), NN.Conv1d(4, 4, 3)), 1 + 2 + 1 + 2 * 2),
        (NN.Sequential(NN.Conv1d(2, 4, 3, dilation=4), NN.Flatten(), NN.Linear(16, 2)), 1 + 2 * 4),
        (NN.Sequential(NN.Conv1d(2, 4, 3), NN.AvgPool1d(3, stride=1)), 1 + 2 + 2),
        (NN.Sequential(NN.Conv1d(2, 4, 3), NN.ConvTranspose1d(4, 2, 3)), None),
        (NN.Sequential(NN.Conv1d(2, 4, 3), NN.AdaptiveAvgPool1d(2)), None),
        (NN.Linear(12, 2), None),
    ],
)
def test_the_receptive_field_of_a_model(model: torch.nn.Module, receptive: int | None) -> None:
    """Through windows that can be told; not through a layer that spreads or adapts."""
    assert explain_shapes(model, {}, "net", (3, 2, 12), "x").receptive == receptive


@pytest.mark.parametrize(
    ("model", "problem"),
    [
        (NN.Conv1d(2, 4, 9, padding=1), "L=6 < 7"),
        (NN.Conv1d(3, 4, 2), "in_channels=3"),
        (NN.Linear(7, 2), "in_features=7"),
        (NN.Conv1d(2, 4, 2, padding=-1), "negative padding is not supported"),
        (NN.GLU(3), "dim=3"),
        (NN.Sequential(NN.GLU(0)), "3 % 2 = 1"),
        (NN.Conv2d(4, 2, 3), "in_channels=4"),
    ],
)
def test_what_does_not_fit_is_said_with_the_argument(model: torch.nn.Module, problem: str) -> None:
    """The length that is needed at least, or the size that the layer was made for."""
    walk = explain_shapes(model, {}, "net", (3, 2, 6), "x")
    assert (walk.layers[0].problem, walk.layers[0].shape) == (problem, None)


def test_same_keeps_an_unknown_length() -> None:
    """L stays L; another layer's length is only called L_out."""
    same = explain_shapes(NN.Conv1d(2, 4, 3, padding="same"), {}, "net")
    assert same.layers[0].shape == ("N", 4, "L")
    stack = explain_shapes(
        NN.Sequential(NN.Conv1d(2, 4, 3), NN.MaxPool1d(2), NN.Flatten()), {}, "net"
    )
    assert [layer.shape for layer in stack.layers] == [
        ("N", 4, "L_out"),
        ("N", 4, "L_out"),
        ("N", "4·L_out"),
    ]


def test_an_image_is_followed_along_both_axes() -> None:
    """Each axis of a Conv2d goes by the rule of a Conv1d; letters stay letters."""
    model = NN.Sequential(
        NN.Conv2d(3, 4, (2, 3), stride=(2, 1), padding=(0, 1), dilation=(1, 2)), NN.ReLU(),
        NN.Conv2d(4, 2, 3, padding="same"), NN.Flatten(), NN.Linear(2 * 4 * 7, 5),
    )  # fmt: skip
    x = torch.zeros(2, 3, 8, 9)
    walk = explain_shapes(model, {"x": x}, "net")
    assert (walk.input_name, walk.given, walk.axes) == ("x", (2, 3, 8, 9), ("N", "C", "H", "W"))
    assert walk.layers[0].shape == tuple(model[0](x).shape)
    assert walk.layers[-1].shape == tuple(model(x).shape)
    unknown = explain_shapes(model, {}, "net")
    assert unknown.layers[0].shape == ("N", 4, "H_out", "W_out")
    assert explain_shapes(model[2], {}, "same").layers[0].shape == ("N", 2, "H", "W")


@pytest.mark.parametrize(
    ("model", "shape", "problem"),
    [
        (NN.Conv2d(3, 4, (5, 2)), (2, 3, 4, 9), "H=4 < 5"),
        (NN.Conv2d(3, 4, (2, 5), padding=1), (3, 4, 2), "W=2 < 3"),
        (NN.Conv2d(3, 4, 2), (4, 9), "(N, C, H, W)"),
        (NN.Conv2d(3, 4, (3,)), (2, 3, 4, 9), "kernel_size=(3,)"),
    ],
)
def test_an_image_that_does_not_fit(
    model: torch.nn.Module, shape: tuple[int, ...], problem: str
) -> None:
    """The side that is too short is named, or what the layer wants."""
    step = explain_shapes(model, {}, "net", shape, "x").layers[0]
    assert (step.problem, step.shape) == (problem, None)


def test_longer_signals_of_unknown_length() -> None:
    """A factor stands before the letter; without size and factor nothing is told."""
    longer = explain_shapes(NN.Sequential(NN.Upsample(scale_factor=2), NN.GLU()), {}, "net")
    assert [step.shape for step in longer.layers] == [("N", "C", "2·L"), ("N", "C", "2·L/2")]
    assert explain_shapes(NN.Upsample(), {}, "net").layers[0].shape is None
