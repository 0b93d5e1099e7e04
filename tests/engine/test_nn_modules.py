"""`nn.Module` and its containers: registering, going through, state, modes, hooks, printing."""

from collections import OrderedDict

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn


class Net(nn.Module):
    """A small net of one's own."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(2, 3, 5)
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(6, 2))
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("seen", torch.zeros(2))
        self.register_buffer("hidden", torch.zeros(2), persistent=False)

    def forward(self, x):  # noqa: D102 - PyTorch's own
        return self.head(self.conv(x)) * self.scale


def raised(action):
    """Return the type and text of what an action raises."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the type is compared below
        action()
    # str of a KeyError is the repr of its text.
    return type(caught.value), caught.value.args[0]


def test_names():
    """Own parameters come before those of inner modules, in the order of registering."""
    net = Net()
    names = ["scale", "conv.weight", "conv.bias", "head.1.weight", "head.1.bias"]
    assert [name for name, _ in net.named_parameters()] == names
    assert [name for name, _ in net.named_buffers()] == ["seen", "hidden"]
    assert list(net.state_dict()) == ["scale", "seen", *names[1:]]
    assert [name for name, _ in net.named_modules()] == ["", "conv", "head", "head.0", "head.1"]
    assert [name for name, _ in net.named_children()] == ["conv", "head"]
    assert sum(p.numel() for p in net.parameters()) == 1 + (3 * 2 * 5 + 3) + (2 * 6 + 2)


def test_repr():
    """Inner modules stand indented, each under its name."""
    assert repr(Net()) == (
        "Net(\n"
        "  (conv): Conv1d(2, 3, kernel_size=(5,), stride=(1,))\n"
        "  (head): Sequential(\n"
        "    (0): Flatten(start_dim=1, end_dim=-1)\n"
        "    (1): Linear(in_features=6, out_features=2, bias=True)\n"
        "  )\n"
        ")"
    )


def test_a_module_list_prints_runs():
    """Equal neighbours of a ModuleList print once, with their number."""
    layers = nn.ModuleList([nn.ReLU(), nn.ReLU(), nn.Linear(1, 2)])
    assert repr(layers) == (
        "ModuleList(\n"
        "  (0-1): 2 x ReLU()\n"
        "  (2): Linear(in_features=1, out_features=2, bias=True)\n"
        ")"
    )


def test_a_shared_parameter_counts_once():
    """A layer that stands twice has its parameters once, but twice in the state."""
    layer = nn.Linear(2, 2)
    both = nn.Sequential(layer, layer)
    assert len(list(both.parameters())) == 2
    assert len(both.state_dict()) == 4
    assert len(list(both.modules())) == 2


def test_assigning_before_init():
    """Forgetting `super().__init__()` is named as PyTorch names it."""

    class Forgetful(nn.Module):
        def __init__(self):
            self.layer = nn.ReLU()

    class ForgetfulToo(nn.Module):
        def __init__(self):
            self.weight = nn.Parameter(torch.ones(1))

    assert raised(Forgetful) == (
        AttributeError,
        "cannot assign module before Module.__init__() call",
    )
    assert raised(ForgetfulToo) == (
        AttributeError,
        "cannot assign parameters before Module.__init__() call",
    )


def test_no_forward():
    """A module without `forward` says so by its own name."""

    class Empty(nn.Module):
        pass

    assert raised(lambda: Empty()(1)) == (
        NotImplementedError,
        'Module [Empty] is missing the required "forward" function',
    )


def test_what_cannot_be_assigned():
    """A registered name takes only its own kind, or None."""
    net = Net()
    assert raised(lambda: setattr(net, "scale", 3)) == (
        TypeError,
        "cannot assign 'int' as parameter 'scale' (torch.nn.Parameter or None expected)",
    )
    assert raised(lambda: setattr(net, "scale", torch.ones(1)))[1].startswith(
        "cannot assign 'torch.FloatTensor' as parameter 'scale'"
    )
    assert raised(lambda: setattr(net, "conv", 3)) == (
        TypeError,
        "cannot assign 'int' as child module 'conv' (torch.nn.Module or None expected)",
    )
    assert raised(lambda: setattr(net, "seen", 3))[0] is TypeError
    assert raised(lambda: net.register_buffer("conv", None)) == (
        KeyError,
        "attribute 'conv' already exists",
    )
    assert raised(lambda: net.register_parameter("a.b", None)) == (
        KeyError,
        'parameter name can\'t contain "."',
    )
    assert raised(lambda: net.nothing) == (
        AttributeError,
        "'Net' object has no attribute 'nothing'",
    )


def test_taking_away():
    """A deleted layer is gone from everything; None keeps the name without a parameter."""
    net = Net()
    del net.head
    net.conv.bias = None
    assert [name for name, _ in net.named_parameters()] == ["scale", "conv.weight"]
    assert repr(net.conv).endswith("bias=False)")
    net.scale = None
    assert "scale" in net._parameters
    net.conv = nn.Identity()
    assert list(net.parameters()) == []


def test_state_goes_across():
    """`load_state_dict` copies values into the parameters that are there."""
    one, two = Net(), Net()
    weight = two.conv.weight
    assert str(two.load_state_dict(one.state_dict())) == "<All keys matched successfully>"
    assert two.conv.weight is weight
    x = torch.rand(4, 2, 6)
    assert torch.equal(one(x), two(x))


def test_a_state_that_does_not_fit():
    """Every key that is missing, unexpected or of another shape is named at once."""
    state = nn.Linear(2, 3).state_dict()
    del state["weight"]
    state["bias"] = torch.zeros(4)
    state["other"] = torch.zeros(1)
    assert raised(lambda: nn.Linear(2, 3).load_state_dict(state)) == (
        RuntimeError,
        "Error(s) in loading state_dict for Linear:\n"
        '\tMissing key(s) in state_dict: "weight". \n'
        '\tUnexpected key(s) in state_dict: "other". \n'
        "\tsize mismatch for bias: copying a param with shape torch.Size([4]) from checkpoint, "
        "the shape in current model is torch.Size([3]).",
    )
    found = nn.Linear(2, 3).load_state_dict({"other": torch.zeros(1)}, strict=False)
    assert found.missing_keys == ["weight", "bias"]
    assert found.unexpected_keys == ["other"]


def test_modes():
    """`train` and `eval` reach every module inside."""
    net = Net()
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    net.train()
    assert all(module.training for module in net.modules())
    with pytest.raises(ValueError, match="training mode is expected to be boolean"):
        net.train(1)


def test_gradients_of_all():
    """`requires_grad_` and `zero_grad` reach every parameter."""
    net = Net()
    net(torch.rand(4, 2, 6)).sum().backward()
    assert all(parameter.grad is not None for parameter in net.parameters())
    net.zero_grad()
    assert all(parameter.grad is None for parameter in net.parameters())
    net.requires_grad_(False)
    assert not net(torch.rand(4, 2, 6)).requires_grad


def test_dtypes():
    """`double` and `to` convert parameters in place, gradients too, and leave integers."""
    layer = nn.BatchNorm1d(2)
    weight = layer.weight
    assert layer.double() is layer
    assert layer.weight is weight
    assert layer.running_mean.dtype is torch.float64
    assert layer.num_batches_tracked.dtype is torch.int64
    assert layer.to(torch.float32, "cpu").weight.dtype is torch.float32
    with pytest.raises(TypeError, match=r"only accepts floating point .* got desired dtype=torch"):
        layer.to(torch.int64)


def test_apply_goes_inside_out():
    """`apply` calls inner modules first."""
    called = []
    Net().apply(lambda module: called.append(type(module).__name__))
    assert called == ["Conv1d", "Flatten", "Linear", "Sequential", "Net"]


def test_hooks():
    """Hooks see, and may replace, what goes in and out, until they are removed."""
    layer = nn.Identity()
    seen = []
    before = layer.register_forward_pre_hook(lambda _, args: (args[0] + 1,))
    after = layer.register_forward_hook(lambda _, args, output: seen.append((args, output)))
    assert layer(1) == 2
    assert seen == [((2,), 2)]
    before.remove()
    after.remove()
    assert layer(1) == 1
    assert len(seen) == 1


def test_sequential():
    """Indexing, slicing, adding and inserting keep the numbering."""
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    assert isinstance(net[-1], nn.Linear)
    assert [name for name, _ in net[1:].named_children()] == ["1", "2"]
    net.insert(1, nn.Tanh())
    net.append(nn.Sigmoid())
    assert [type(module).__name__ for module in net] == [
        "Linear", "Tanh", "ReLU", "Linear", "Sigmoid",
    ]  # fmt: skip
    assert [name for name, _ in net.named_children()] == list("01234")
    del net[0]
    assert [name for name, _ in net.named_children()] == list("0123")
    assert len(net + nn.Sequential(nn.ReLU())) == 5
    assert raised(lambda: net[9]) == (IndexError, "index 9 is out of range")
    named = nn.Sequential(OrderedDict(first=nn.ReLU(), second=nn.Tanh()))
    assert list(named._modules) == ["first", "second"]
    assert raised(lambda: nn.Sequential(3)) == (TypeError, "int is not a Module subclass")


def test_lists_and_dictionaries_register():
    """What stands in a container counts as the holder's."""
    layers = nn.ModuleList(nn.Linear(1, 1) for _ in range(3))
    layers += [nn.Linear(1, 1)]
    table = nn.ModuleDict({"a": nn.Linear(1, 1)})
    table.update([("b", nn.ReLU())])
    values = nn.ParameterList([torch.ones(2), nn.Parameter(torch.ones(1))])
    named = nn.ParameterDict({"w": torch.ones(3)})
    assert len(list(layers.parameters())) == 8
    assert list(table) == ["a", "b"]
    assert [name for name, _ in values.named_parameters()] == ["0", "1"]
    assert named["w"].requires_grad
    assert repr(values) == (
        "ParameterList(\n"
        "    (0): Parameter containing: [torch.float32 of size 2]\n"
        "    (1): Parameter containing: [torch.float32 of size 1]\n"
        ")"
    )


def test_missing_layers_are_told_apart():
    """A layer of PyTorch's that is not here says so; a name of nobody's does not."""
    kind, text = raised(lambda: nn.Conv3d)
    assert kind is AttributeError
    assert "--engine torch" in text
    assert raised(lambda: nn.Konv1d)[1] == "module 'torch.nn' has no attribute 'Konv1d'"
    # A module of the engine is no name of PyTorch's.
    assert not hasattr(nn, "conv")
    assert not hasattr(nn.functional, "convolution")


def test_classes_name_pytorchs_modules():
    """A class says that it is from where PyTorch has it."""
    assert repr(nn.Conv1d) == "<class 'torch.nn.modules.conv.Conv1d'>"
    assert repr(nn.Parameter) == "<class 'torch.nn.parameter.Parameter'>"
    assert repr(nn.BatchNorm1d) == "<class 'torch.nn.modules.batchnorm.BatchNorm1d'>"
