"""Weights as lengths times directions, by hand."""

import pickle

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn

from .flows import gradients


def test_lengths() -> None:
    """One for each slice along a dim, or one for all (-1)."""
    v = torch.tensor([[3.0, 4.0], [6.0, 8.0]])
    assert torch.norm_except_dim(v, 2, 0).tolist() == [[5], [10]]
    assert torch.norm_except_dim(v, 1, 0).tolist() == [[7], [14]]
    assert torch.norm_except_dim(v, 2, -1).item() == pytest.approx(125**0.5)
    middle = torch.norm_except_dim(torch.ones(2, 3, 4), 2, 1)
    assert middle.tolist() == [[[pytest.approx(8**0.5)]] * 3]


def test_a_direction_in_a_length() -> None:
    """V * g / ||v||; to g flows what lies along v, to v what lies across."""
    v, g = torch.tensor([[3.0, 4.0]]), torch.tensor([[10.0]])
    assert torch._weight_norm(v, g, 0).tolist() == [[pytest.approx(6), pytest.approx(8)]]
    to_v, to_g = gradients(torch._weight_norm, [[3.0, 4.0]], [[10.0]])
    # The gradients are 1 and 2: along (3, 4) / 5 they are (1 * 3 + 2 * 4) / 5.
    along = (1 * 3 + 2 * 4) / 5
    assert to_g == [[pytest.approx(along)]]
    across = [10 / 5 * (1 - along * 3 / 5), 10 / 5 * (2 - along * 4 / 5)]
    assert to_v == [pytest.approx(across)]


@pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm` is deprecated:FutureWarning")
def test_the_old_one_makes_the_weight_before_every_call() -> None:
    """A changed length is seen by the next call; taken off, the weight stays as it is."""
    net = nn.utils.weight_norm(nn.Linear(2, 1, bias=False))
    with torch.no_grad():
        net.weight_v.copy_(torch.tensor([[3.0, 4.0]]))
        net.weight_g.fill_(5)
    assert net(torch.ones(2)).item() == pytest.approx(3 + 4)
    assert [name for name, _ in net.named_parameters()] == ["weight_g", "weight_v"]
    nn.utils.remove_weight_norm(net)
    assert [name for name, _ in net.named_parameters()] == ["weight"]
    assert net.weight.tolist() == [[pytest.approx(3), pytest.approx(4)]]


def test_the_old_one_warns_of_itself() -> None:
    """PyTorch recommends the parametrization."""
    with pytest.warns(FutureWarning, match="in favor of `torch.nn.utils.parametrizations"):
        nn.utils.weight_norm(nn.Linear(2, 1))


def test_the_parametrization_is_computed_when_read() -> None:
    """Each reading is a new tensor, but within `cached()`; an assignment sets both originals."""
    net = nn.utils.parametrizations.weight_norm(nn.Linear(2, 1, bias=False))
    assert net.weight is not net.weight
    with nn.utils.parametrize.cached():
        assert net.weight is net.weight
    net.weight = torch.tensor([[3.0, 4.0]])
    own = net.parametrizations.weight
    assert own.original0.tolist() == [[5]]
    assert own.original1.tolist() == [[3, 4]]
    net(torch.ones(2)).backward()
    assert own.original0.grad.tolist() == [[pytest.approx((3 + 4) / 5)]]
    assert type(net).__name__ == "ParametrizedLinear"
    nn.utils.parametrize.remove_parametrizations(net, "weight")
    assert type(net) is nn.Linear
    assert isinstance(net.weight, nn.Parameter)


@pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm` is deprecated:FutureWarning")
def test_the_old_one_pickles() -> None:
    """The hook comes along, and goes on making the weight."""
    net = pickle.loads(pickle.dumps(nn.utils.weight_norm(nn.Linear(2, 1, bias=False))))
    with torch.no_grad():
        net.weight_v.copy_(torch.tensor([[3.0, 4.0]]))
        net.weight_g.fill_(5)
    assert net(torch.ones(2)).item() == pytest.approx(3 + 4)
