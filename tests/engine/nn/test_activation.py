"""Activations where they bend, worked out by hand."""

import math
from typing import Any

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn
from conv1d_tutor.engine.nn.functional.convolution import _Warned

from ..ops.flows import gradients

F = nn.functional


def test_corners_send_nothing_back() -> None:
    """At its bounds, as outside of them, hardtanh has the gradient 0; leaky_relu has its slope."""
    assert gradients(F.hardtanh, [-1.0, -0.5, 0.5, 1.0]) == [[0, 2, 3, 0]]
    assert gradients(F.relu6, [0.0, 3.0, 6.0, 7.0]) == [[0, 2, 0, 0]]
    assert gradients(lambda x: F.leaky_relu(x, 0.5), [-1.0, 0.0, 1.0]) == [[0.5, 1, 3]]


@pytest.mark.parametrize(
    "activation",
    [
        F.relu,
        F.leaky_relu,
        F.elu,
        F.silu,
        F.hardtanh,
        F.relu6,
        F.selu,
        F.celu,
        F.mish,
        F.hardswish,
        F.hardsigmoid,
    ],
    ids=lambda each: each.__name__,
)
def test_in_place_and_back(activation: Any) -> None:
    """`inplace=True` writes over its input and has the gradient of the plain activation."""
    plain = torch.tensor([-0.5, 0.5], requires_grad=True)
    activation(plain * 1).sum().backward()
    x = torch.tensor([-0.5, 0.5], requires_grad=True)
    doubled = x * 1
    assert activation(doubled, inplace=True) is doubled
    assert torch.equal(doubled, activation(plain))
    doubled.sum().backward()
    assert torch.equal(x.grad, plain.grad)


def test_straight_pieces() -> None:
    """Each is a line below a bound and another one above it; at the bounds nothing flows back."""
    x = torch.tensor([-4.0, -3.0, -1.5, 0.0, 0.25, 3.0, 6.0])
    sixths = [0, 0, 1.5 / 6, 3 / 6, 3.25 / 6, 1, 1]
    assert F.hardsigmoid(x).tolist() == pytest.approx(sixths)
    bent = [each * share for each, share in zip(x.tolist(), sixths, strict=True)]
    assert F.hardswish(x).tolist() == pytest.approx(bent)
    assert F.hardshrink(x, 1.5).tolist() == [-4, -3, 0, 0, 0, 3, 6]
    assert F.softshrink(x, 1.0).tolist() == [-3, -2, -0.5, 0, 0, 2, 5]
    assert F.threshold(x, 0.25, 9).tolist() == [9, 9, 9, 9, 9, 3, 6]
    assert gradients(F.hardsigmoid, [-3.0, 0.0, 3.0]) == [[0, pytest.approx(2 / 6), 0]]
    assert gradients(F.hardswish, [-3.0, 0.0, 3.0]) == [[0, 1, 3]]
    assert gradients(lambda x: F.hardshrink(x, 1), [-1.0, 0.5, 2.0]) == [[0, 0, 3]]
    assert gradients(lambda x: F.softshrink(x, 1.0), [-2.0, 0.5, 1.0]) == [[1, 0, 0]]
    assert gradients(lambda x: F.threshold(x, 1, 9), [0.0, 1.0, 2.0]) == [[0, 0, 3]]


def test_a_slope_that_is_learned() -> None:
    """Below zero each channel has its own slope, to which its negative numbers flow."""
    x = [[[-1.0, 2.0], [-3.0, -4.0]]]
    to_x, to_weight = gradients(F.prelu, x, [10.0, 100.0])
    assert F.prelu(torch.tensor(x), torch.tensor([10.0, 100.0])).tolist() == [
        [[-1 * 10, 2], [-3 * 100, -4 * 100]]
    ]
    assert to_x == [[[1 * 10, 2], [3 * 100, 4 * 100]]]
    assert to_weight == [-1 * 1, -3 * 3 + -4 * 4]
    assert nn.PReLU(init=0.5)(torch.tensor([-4.0])).tolist() == [-4 * 0.5]


def test_a_gate() -> None:
    """Of the second half, 0 lets half of the first through; both halves get a gradient."""
    assert F.glu(torch.tensor([6.0, 8.0, 0.0, 100.0])).tolist() == [6 / 2, 8]
    kept, gate = gradients(F.glu, [6.0, 8.0, 0.0, 0.0])[0][:2], gradients(F.glu, [6.0, 8.0, 0, 0])
    assert kept == [1 / 2, 2 / 2]
    assert gate[0][2:] == [6 * 1 / 4, 8 * 2 / 4]
    assert F.glu(torch.ones(4, 3), dim=0).shape == (2, 3)


def test_curves_below_zero() -> None:
    """SELU is a scaled ELU; a CELU of alpha has the slope 1 at 0; Mish is below x."""
    x = torch.tensor([-1.0, 2.0])
    below = math.exp(-1) - 1
    assert F.selu(x).tolist() == pytest.approx([1.0507010 * 1.6732632 * below, 1.0507010 * 2])
    assert F.celu(x, 2.0).tolist() == pytest.approx([2 * (math.exp(-1 / 2) - 1), 2])
    assert gradients(lambda x: F.celu(x, 2.0), [0.0])[0] == [1]
    expected = [each * math.tanh(math.log1p(math.exp(each))) for each in (-1.0, 2.0)]
    assert F.mish(x).tolist() == pytest.approx(expected)
    assert F.tanhshrink(x).tolist() == pytest.approx([-1 - math.tanh(-1), 2 - math.tanh(2)])
    assert F.softmin(torch.zeros(4), 0).tolist() == [1 / 4] * 4


@pytest.mark.parametrize(("shape", "dim"), [((2,), 0), ((2, 2), 1), ((2, 2, 2), 0)])
def test_a_softmax_that_chooses_its_dim(shape: tuple[int, ...], dim: int) -> None:
    """Without `dim` it warns, and takes 0 of one or three dims, else 1."""
    x = torch.arange(float(torch.zeros(shape).numel())).reshape(shape)
    with pytest.warns(UserWarning, match="Implicit dimension choice for softmax"):
        shares = F.softmax(x)
    assert torch.equal(shares, F.softmax(x, dim))
    assert torch.allclose(F.log_softmax(x, dim).exp(), shares)


def test_softplus_is_straight_above_its_threshold() -> None:
    """Where beta * x is over the threshold it is x itself, with the gradient 1."""
    x = torch.tensor([1.0, 3.0])
    assert F.softplus(x, 2, 5)[1].item() == 3
    assert F.softplus(x, 2, 5)[0].item() == pytest.approx(1.0634640)
    assert gradients(lambda x: F.softplus(x, 2, 5), [3.0]) == [[1]]


@pytest.mark.parametrize(
    ("layer", "shown"),
    [
        (nn.ReLU(True), "ReLU(inplace=True)"),
        (nn.ReLU6(), "ReLU6()"),
        (nn.Hardtanh(0, 2, True), "Hardtanh(min_val=0, max_val=2, inplace=True)"),
        (nn.LeakyReLU(0.1), "LeakyReLU(negative_slope=0.1)"),
        (nn.ELU(2.0, inplace=True), "ELU(alpha=2.0, inplace=True)"),
        (nn.GELU("tanh"), "GELU(approximate='tanh')"),
        (nn.Softplus(2.0), "Softplus(beta=2.0, threshold=20.0)"),
        (nn.LogSoftmax(1), "LogSoftmax(dim=1)"),
        (nn.PReLU(3), "PReLU(num_parameters=3)"),
        (nn.GLU(), "GLU(dim=-1)"),
        (nn.SELU(True), "SELU(inplace=True)"),
        (nn.CELU(2.0, True), "CELU(alpha=2.0, inplace=True)"),
        (nn.Mish(), "Mish()"),
        (nn.Hardswish(True), "Hardswish()"),
        (nn.Threshold(0.1, 20, True), "Threshold(threshold=0.1, value=20, inplace=True)"),
        (nn.Softshrink(), "Softshrink(0.5)"),
        (nn.GroupNorm(2, 4), "GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)"),
        (
            nn.InstanceNorm1d(4),
            "InstanceNorm1d(4, eps=1e-05, momentum=0.1, affine=False, "
            "bias=False, track_running_stats=False)",
        ),
        (nn.Upsample(scale_factor=2), "Upsample(scale_factor=2.0, mode='nearest')"),
        (
            nn.Conv2d(1, 2, (3, 5), padding=(0, 2)),
            "Conv2d(1, 2, kernel_size=(3, 5), stride=(1, 1), padding=(0, 2))",
        ),
        (nn.Dropout(0.25), "Dropout(p=0.25, inplace=False)"),
        (nn.Unflatten(1, (2, 3)), "Unflatten(dim=1, unflattened_size=(2, 3))"),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, nn.Module) else None,
)
def test_how_layers_print(layer: Any, shown: str) -> None:
    """What a layer was made with stands in its repr; its class is where PyTorch has it."""
    assert repr(layer) == shown
    assert type(layer).__module__.startswith("torch.nn.modules.")


def test_a_layer_lives_where_pytorch_has_it() -> None:
    """Classes tell PyTorch's module, those of a learner their own."""
    assert repr(nn.Conv1d) == "<class 'torch.nn.modules.conv.Conv1d'>"
    assert repr(nn.Embedding) == "<class 'torch.nn.modules.sparse.Embedding'>"
    assert repr(nn.BatchNorm1d) == "<class 'torch.nn.modules.batchnorm.BatchNorm1d'>"
    assert repr(nn.Sequential) == "<class 'torch.nn.modules.container.Sequential'>"
    assert repr(nn.Module) == "<class 'torch.nn.modules.module.Module'>"
    assert type("Net", (nn.Module,), {"__module__": "mine"}).__module__ == "mine"
    assert F.relu.__module__ == F.pad.__module__ == "torch.nn.functional"


@pytest.mark.parametrize(
    "warn",
    [
        lambda: F.softmax(torch.ones(2)),
        lambda: F.mse_loss(torch.ones(2), torch.ones(1)),
        lambda: F.l1_loss(torch.ones(2), torch.ones(2), size_average=True),
        lambda: F.kl_div(torch.ones(2), torch.ones(2)),
        lambda: F.conv1d(torch.ones(1, 1, 4), torch.ones(1, 1, 2), padding="same"),
        lambda: nn.MSELoss(size_average=True),
        lambda: nn.init.kaiming_normal_(torch.empty(0, 2)),
        lambda: nn.init.trunc_normal_(torch.empty(1), a=2.1, b=9.0),
    ],
)
def test_a_warning_names_the_learners_line(warn: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It points at who called the function, not into the engine."""
    monkeypatch.setattr(_Warned, "uneven_same", False)
    with pytest.warns(UserWarning) as caught:  # noqa: PT030 - where, not what
        warn()
    assert [each.filename for each in caught] == [__file__]
