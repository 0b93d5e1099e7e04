"""Modules held against PyTorch: how they print, what they hold, how they train."""

import random
from collections import OrderedDict
from functools import partial

import numpy as np
import pytest

from conv1d_tutor import engine
from conv1d_tutor.engine import optim as engine_optim

from .closeness import array_of

torch = pytest.importorskip("torch", reason="compares with PyTorch live")


def random_layer(nn, draw):
    """Make a layer with random hyper-parameters, many of them not the default."""
    i, o = draw.choice([2, 4, 6]), draw.choice([2, 4, 6])
    taps = draw.choice([1, 2, 3, (5,)])
    kind = draw.randrange(21)
    if kind < 6:
        options = {}
        if draw.random() < 0.4:
            options["padding"] = draw.choice([0, 1, (2,), "same", "valid"])
        if draw.random() < 0.4 and options.get("padding") != "same":
            options["stride"] = draw.choice([1, 2, (3,)])
        if draw.random() < 0.4:
            options["dilation"] = draw.choice([1, 2, (3,)])
        if draw.random() < 0.4:
            options["groups"] = draw.choice([1, 2])
        if draw.random() < 0.4:
            options["bias"] = draw.choice([True, False])
        if draw.random() < 0.4:
            options["padding_mode"] = draw.choice(["zeros", "reflect", "replicate", "circular"])
        return nn.Conv1d(i, o, taps, **options)
    if kind == 6:
        return nn.ConvTranspose1d(
            i, o, taps, draw.choice([1, 2]), draw.choice([0, 1]), draw.choice([0, 1])
        )
    makers = [
        lambda: nn.Linear(i, o, bias=draw.random() < 0.5),
        lambda: nn.MaxPool1d(taps, draw.choice([None, 1]), ceil_mode=draw.random() < 0.5),
        lambda: nn.AvgPool1d(taps, draw.choice([None, 2])),
        partial(nn.AdaptiveAvgPool1d, o),
        lambda: nn.BatchNorm1d(i, affine=draw.random() < 0.5, momentum=draw.choice([0.1, None])),
        lambda: nn.LayerNorm(draw.choice([i, (i, o)]), elementwise_affine=draw.random() < 0.5),
        lambda: nn.Embedding(i, o, padding_idx=draw.choice([None, 0, -1])),
        lambda: nn.Dropout(draw.choice([0.1, 0.5]), draw.random() < 0.3),
        lambda: draw.choice([nn.ReLU, nn.SiLU])(inplace=draw.random() < 0.5),
        lambda: draw.choice([nn.Tanh, nn.Sigmoid, nn.GELU, nn.Identity, nn.ELU, nn.LeakyReLU])(),  # noqa: PLW0108 - drawn when called
        lambda: nn.Softmax(dim=draw.choice([None, 0, 1, -1])),
        lambda: draw.choice([nn.Flatten, nn.Softplus, nn.Hardtanh, nn.ReLU6])(),  # noqa: PLW0108
        lambda: draw.choice([nn.ZeroPad1d, nn.ReflectionPad1d, nn.CircularPad1d])((i, o)),
        lambda: draw.choice([nn.MSELoss, nn.CrossEntropyLoss, nn.L1Loss])(reduction="sum"),
    ]
    return makers[kind - 7]()


def random_module(nn, draw, depth=3):
    """Make a layer, or a container of random modules."""
    if depth == 0 or draw.random() < 0.5:
        return random_layer(nn, draw)
    inside = [random_module(nn, draw, depth - 1) for _ in range(draw.randrange(4))]
    if draw.random() < 0.3:
        inside = inside * draw.choice([1, 2, 3])
    named = {f"layer{place}": module for place, module in enumerate(inside)}
    kind = draw.randrange(5)
    if kind == 0:
        return nn.ModuleList(inside)
    if kind == 1:
        return nn.ModuleDict(named)
    if kind == 2:
        return nn.Sequential(OrderedDict(named))
    if kind == 3:
        return nn.ParameterList([p for module in inside for p in module.parameters()])
    return nn.Sequential(*inside)


@pytest.mark.parametrize("block", range(20))
def test_modules_print_alike(block):
    """Random modules, nested up to three deep, print alike, character by character."""
    for seed in range(block * 100, block * 100 + 100):
        shown, states = [], []
        for face in (engine, torch):
            face.manual_seed(seed)
            module = random_module(face.nn, random.Random(seed))
            shown.append(repr(module))
            states.append([(name, tuple(p.shape)) for name, p in module.named_parameters()])
            states[-1] += [*module.state_dict(), *(name for name, _ in module.named_modules())]
            states[-1] += [name for name, _ in module.named_children()]
        assert shown[0] == shown[1]
        assert states[0] == states[1]


def nets(face):
    """Make a net of one's own in one library, and data for it."""

    class Net(face.nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = face.nn.Embedding(12, 4)
            # A bias before a norm has no gradient but rounding, which Adam would blow up.
            self.conv1 = face.nn.Conv1d(4, 6, 3, padding="same", bias=False)
            self.norm = face.nn.BatchNorm1d(6)
            self.pool = face.nn.MaxPool1d(2)
            self.conv2 = face.nn.Conv1d(6, 6, 3, padding=2, dilation=2, groups=3)
            self.drop = face.nn.Dropout(0.25)
            self.head = face.nn.Linear(6 * 5, 3)
            self.scale = face.nn.Parameter(face.ones(1))
            self.register_buffer("seen", face.zeros(1))

        def forward(self, words):
            x = self.embed(words).permute(0, 2, 1)
            x = self.pool(face.relu(self.norm(self.conv1(x))))
            x = self.drop(face.nn.functional.gelu(self.conv2(x)))
            return self.head(x.flatten(1)) * self.scale

    face.manual_seed(7)
    net = Net()
    return net, face.randint(0, 12, (8, 10)), face.randint(0, 3, (8,))


OPTIMIZERS = {
    "sgd": lambda optim, p: optim.SGD(p, lr=0.1),
    "momentum": lambda optim, p: optim.SGD(
        p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01
    ),
    "dampened": lambda optim, p: optim.SGD(p, lr=0.05, momentum=0.9, dampening=0.5),
    "up": lambda optim, p: optim.SGD(p, lr=0.001, maximize=True),
    "adam": lambda optim, p: optim.Adam(p, lr=0.01),
    "adam decayed": lambda optim, p: optim.Adam(p, lr=0.01, weight_decay=0.1, amsgrad=True),
    "adamw": lambda optim, p: optim.AdamW(p, lr=0.01, betas=(0.8, 0.9)),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_takes_the_same_way(name):
    """Ten steps of a net with most layers in it: losses, state and repr stay PyTorch's."""
    ways, shown, states = [], [], []
    for face, optim in ((engine, engine_optim), (torch, torch.optim)):
        net, words, classes = nets(face)
        optimizer = OPTIMIZERS[name](optim, net.parameters())
        schedule = optim.lr_scheduler.StepLR(optimizer, step_size=4, gamma=0.5)
        losses = []
        for _ in range(10):
            optimizer.zero_grad()
            loss = face.nn.functional.cross_entropy(net(words), classes)
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append([loss.item(), *schedule.get_last_lr()])
        net.eval()
        losses.append([net(words).sum().item(), net.norm.running_var.sum().item()])
        ways.append(losses)
        shown.append([repr(net), repr(optimizer), repr(list(net.state_dict()))])
        kept = optimizer.state_dict()
        states.append((kept["param_groups"], {k: list(v) for k, v in kept["state"].items()}))
    assert shown[0] == shown[1]
    assert states[0] == states[1]
    for ours, theirs in zip(*ways, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("shape", [(5,), (3, 7), (2, 3, 40)])
def test_dropout_leaves_out_the_same(p, shape):
    """The same seed leaves out the same numbers, bit for bit."""
    kept = []
    for face in (engine, torch):
        face.manual_seed(3)
        kept.append(array_of(face.nn.Dropout(p)(face.ones(shape))))
    np.testing.assert_array_equal(*kept)


INITIALISERS = [
    ("uniform_", {"a": -2.0, "b": 3.0}),
    ("kaiming_uniform_", {"nonlinearity": "relu"}),
    ("kaiming_uniform_", {"a": 0.3, "mode": "fan_out"}),
    ("xavier_uniform_", {"gain": 2.0}),
    ("constant_", {"val": 0.5}),
    ("zeros_", {}),
    ("ones_", {}),
    ("dirac_", {}),
    ("dirac_", {"groups": 2}),
]


@pytest.mark.parametrize(("name", "options"), INITIALISERS)
def test_initialisers_bit_for_bit(name, options):
    """What is drawn uniformly, or not drawn, is the same to the last bit."""
    made = []
    for face in (engine, torch):
        face.manual_seed(11)
        made.append(array_of(getattr(face.nn.init, name)(face.empty(6, 4, 5), **options)))
    np.testing.assert_array_equal(*made)


@pytest.mark.parametrize("name", ["normal_", "kaiming_normal_", "xavier_normal_", "trunc_normal_"])
def test_normal_initialisers(name):
    """What is drawn normally is the same within the last place."""
    made = []
    for face in (engine, torch):
        face.manual_seed(11)
        made.append(array_of(getattr(face.nn.init, name)(face.empty(6, 4, 5))))
    if name == "trunc_normal_":
        # PyTorch draws these another way; the engine promises the distribution only.
        assert np.abs(made[0]).max() <= 2
        return
    np.testing.assert_allclose(*made, rtol=3e-7, atol=3e-7)


def test_clipping():
    """`clip_grad_norm_` scales the gradients as PyTorch does, and gives the same norm."""
    results = []
    for face in (engine, torch):
        net, words, classes = nets(face)
        (face.nn.functional.cross_entropy(net(words), classes) * 50).backward()
        norm = face.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        results.append([norm.item(), *(p.grad.sum().item() for p in net.parameters())])
        vector = face.nn.utils.parameters_to_vector(net.parameters())
        results[-1] += [vector.shape[0], vector.grad_fn.name()]
    assert results[0][-2:] == results[1][-2:]
    np.testing.assert_allclose(results[0][:-2], results[1][:-2], rtol=1e-4, atol=1e-5)


def test_a_state_goes_across():
    """A state saved from PyTorch loads into the engine's net, which then computes the same."""
    theirs, words, _ = nets(torch)
    ours, our_words, _ = nets(engine)
    state = {name: engine.from_numpy(array_of(t)) for name, t in theirs.state_dict().items()}
    assert repr(ours.load_state_dict(state)) == "<All keys matched successfully>"
    one, two = ours.eval()(our_words), theirs.eval()(words)
    np.testing.assert_allclose(array_of(one), array_of(two), rtol=1e-4, atol=1e-6)
