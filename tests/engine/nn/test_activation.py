"""Activations where they bend, worked out by hand."""

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
    [F.relu, F.leaky_relu, F.elu, F.silu, F.hardtanh, F.relu6],
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
