"""What modules hold: containers, buffers, hooks and states, where it is easily got wrong."""

from collections import OrderedDict
from typing import Any

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn


def test_inserting() -> None:
    """What stands behind moves on; a negative index counts from the end."""
    layers = nn.ModuleList([nn.ReLU(), nn.Tanh()])
    layers.insert(0, nn.ELU())
    assert [type(each).__name__ for each in layers] == ["ELU", "ReLU", "Tanh"]
    net = nn.Sequential(nn.ReLU(), nn.Tanh())
    net.insert(-1, nn.ELU())
    assert [type(each).__name__ for each in net] == ["ReLU", "ELU", "Tanh"]
    assert list(net._modules) == ["0", "1", "2"]
    assert type(net.pop(1)).__name__ == "ELU"
    assert list(net._modules) == ["0", "1"]
    assert len(net * 2) == 4
    assert type(layers[-1]).__name__ == "Tanh"
    with pytest.raises(IndexError, match="index -4 is out of range"):
        layers[-4]


def test_a_parameter_dict_is_in_order() -> None:
    """A plain dictionary comes by its sorted names, an ordered one and pairs as they are."""
    one, two = torch.ones(1), torch.zeros(1)
    assert list(nn.ParameterDict({"b": one, "a": two})) == ["a", "b"]
    assert list(nn.ParameterDict(OrderedDict(b=one, a=two))) == ["b", "a"]
    holder = nn.ParameterDict([("b", one), ("a", two)])
    assert list(holder.keys()) == ["b", "a"]
    assert [name for name, _ in holder.named_parameters()] == ["b", "a"]
    assert holder.get("c", 7) == 7
    assert holder.pop("b").item() == 1
    assert [(name, each.item()) for name, each in holder.items()] == [("a", 0)]
    holder.clear()
    assert len(holder) == 0
    with pytest.raises(ValueError, match="element #0 has length 3; 2 is required"):
        holder.update([("a", one, two)])


def test_a_module_dict() -> None:
    """Modules by name, in the order in which they came."""
    table = nn.ModuleDict({"b": nn.ReLU(), "a": nn.Tanh()})
    assert list(table) == ["b", "a"]
    assert "b" in table
    assert [type(each).__name__ for each in table.values()] == ["ReLU", "Tanh"]
    assert type(table.pop("b")).__name__ == "ReLU"
    table.clear()
    assert len(table) == 0


def test_a_parameter_list() -> None:
    """A tensor becomes a parameter; slices are lists too."""
    values = nn.ParameterList([torch.ones(1), torch.zeros(2)])
    values[-1] = torch.full((3,), 2.0)
    assert values[1].tolist() == [2, 2, 2]
    assert values[1].requires_grad
    assert len(values[1:]) == 1
    with pytest.raises(IndexError, match="index 2 is out of range"):
        values[2]


def test_a_layer_that_stands_twice() -> None:
    """It is gone through once, or with `remove_duplicate=False` wherever it stands."""
    layer = nn.Linear(1, 1)
    both = nn.Sequential(layer, nn.Sequential(layer))
    assert [name for name, _ in both.named_modules()] == ["", "0", "1"]
    everywhere = [name for name, _ in both.named_modules(remove_duplicate=False)]
    assert everywhere == ["", "0", "1", "1.0"]
    parameters = [name for name, _ in both.named_parameters(remove_duplicate=False)]
    assert parameters == ["0.weight", "0.bias", "1.0.weight", "1.0.bias"]
    assert both.get_submodule("1.0") is layer
    assert both.get_parameter("1.0.bias") is layer.bias


def test_buffers_come_and_go() -> None:
    """One that was not persistent belongs to the state when it is registered anew."""
    module = nn.Module()
    module.register_buffer("seen", torch.zeros(1), persistent=False)
    assert list(module.state_dict()) == []
    module.register_buffer("seen", torch.ones(1))
    assert list(module.state_dict()) == ["seen"]
    module.seen = None
    assert list(module.state_dict()) == []
    assert module.seen is None


def test_a_hook_replaces_the_output_or_does_not() -> None:
    """What a forward hook returns stands in place of the output, unless it is None."""
    layer = nn.Identity()
    layer.register_forward_hook(lambda _, args, output: None)
    assert layer(3) == 3
    with layer.register_forward_hook(lambda _, args, output: output + args[0]):
        assert layer(3) == 6
    assert layer(3) == 3


def test_assigned_states() -> None:
    """`assign=True` puts the tensors themselves in place, frozen ones as frozen parameters."""
    layer = nn.Linear(1, 1)
    layer.weight.requires_grad = False
    given: dict[str, Any] = {"weight": torch.ones(1, 1), "bias": torch.zeros(1)}
    layer.load_state_dict(given, assign=True)
    assert isinstance(layer.weight, nn.Parameter)
    assert not layer.weight.requires_grad
    assert layer.bias.requires_grad
    with torch.no_grad():
        given["weight"].fill_(5)
    assert layer.weight.item() == 5
    assert layer.state_dict(keep_vars=True)["bias"] is layer.bias
    assert layer.state_dict(prefix="a.")["a.bias"].grad_fn is None
