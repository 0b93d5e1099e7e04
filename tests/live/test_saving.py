"""Files of `torch.save`: what PyTorch writes opens in the engine, and the engine's in PyTorch."""

import io
import random
import warnings
from collections import Counter, OrderedDict
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor import engine  # noqa: E402

DTYPES = ("float32", "float64", "float16", "int64", "int32", "int16", "int8", "uint8", "bool")


def passed_on(writer: Any, reader: Any, value: Any, **options: Any) -> Any:
    """Return what one library reads of what the other has written."""
    file = io.BytesIO()
    writer.save(value, file)
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return reader.load(file, **options)


def told(value: Any) -> Any:
    """Return all that matters of a value, whichever library's it is."""
    if hasattr(value, "named_parameters"):
        state = {name: told(each) for name, each in value.state_dict().items()}
        return type(value).__name__, repr(value), value.training, state
    if hasattr(value, "untyped_storage"):
        shown = value.detach()
        return (
            type(value).__name__, str(value.dtype), tuple(value.shape),
            # How nothing lies in memory is not the file's affair.
            value.numel() and (value.stride(), value.storage_offset()),
            value.requires_grad, value.is_leaf,
            str(shown.double().tolist()),
        )  # fmt: skip
    if isinstance(value, dict):
        return type(value).__name__, [(key, told(each)) for key, each in value.items()]
    if type(value).__name__ in ("list", "tuple"):
        return type(value).__name__, [told(each) for each in value]
    return type(value).__qualname__, repr(value)


class Maker:
    """Makes the same random values with either library."""

    def __init__(self, face: Any, seed: int) -> None:
        self.face = face
        self.random = random.Random(seed)
        face.manual_seed(seed)

    def tensor(self) -> Any:
        """Return a tensor of some dtype, some shape and some layout."""
        chance = self.random
        shape = [chance.choice((0, 1, 2, 3, 5)) for _ in range(chance.randrange(4))]
        made = self.face.randint(0, 100, shape).to(getattr(self.face, chance.choice(DTYPES)))
        for _ in range(chance.randrange(3)):
            axes = list(range(made.ndim))
            chance.shuffle(axes)
            made = chance.choice(
                (
                    lambda t, axes=axes: t.permute(axes),
                    lambda t, _=0: t[1:] if t.ndim else t,
                    lambda t, _=0: t[..., ::2] if t.ndim else t,
                    lambda t, _=0: t.expand(2, *t.shape),
                    lambda t, _=0: t.reshape(-1),
                )
            )(made)
        if made.is_floating_point() and chance.random() < 0.3:
            made.requires_grad_()
        if made.is_floating_point() and chance.random() < 0.2:
            made = self.face.nn.Parameter(made.detach(), requires_grad=chance.random() < 0.5)
        return made

    def value(self, depth: int = 3) -> Any:
        """Return a value of the kinds that a checkpoint holds."""
        chance = self.random
        if depth == 0 or chance.random() < 0.3:
            return chance.choice(
                (
                    self.tensor, self.tensor, self.tensor, chance.random,
                    lambda: chance.randrange(-(2**70), 2**70), lambda: "wéight", lambda: None,
                    lambda: True,
                    lambda: chance.randrange(-300, 70000), lambda: b"bytes", lambda: {1, 2},
                    lambda: self.face.Size([2, 3]), lambda: self.face.float16,
                    lambda: self.face.device("cpu"), lambda: 1 + 2j, tuple, list,
                    lambda: Counter("aab"), lambda: self.face.strided, lambda: bytearray(b"x"),
                )
            )()  # fmt: skip
        inside = [self.value(depth - 1) for _ in range(chance.randrange(5))]
        kind = chance.randrange(4)
        if kind == 0:
            return inside
        if kind == 1:
            return tuple(inside)
        pairs = [(f"k{place}", each) for place, each in enumerate(inside)]
        return dict(pairs) if kind == 2 else OrderedDict(pairs)


@pytest.mark.parametrize("weights_only", [True, False])
@pytest.mark.parametrize("seed", range(150))
def test_random_values_go_both_ways(seed: int, weights_only: bool) -> None:
    """Tensors of every dtype and layout, and what holds them, arrive as they were sent."""
    theirs, ours = (Maker(face, seed).value() for face in (torch, engine))
    expected = told(passed_on(torch, torch, theirs, weights_only=weights_only))
    assert told(passed_on(torch, engine, theirs, weights_only=weights_only)) == expected
    assert told(passed_on(engine, torch, ours, weights_only=weights_only)) == expected
    assert told(passed_on(engine, engine, ours, weights_only=weights_only)) == expected


LAYERS = {
    "AdaptiveAvgPool1d": "3", "AdaptiveMaxPool1d": "3", "AvgPool1d": "2", "BatchNorm1d": "3",
    "CircularPad1d": "1", "ConstantPad1d": "1, 2.0", "Conv1d": "2, 3, 5, padding='same'",
    "ConvTranspose1d": "2, 3, 5", "Embedding": "4, 3, padding_idx=1", "LayerNorm": "3",
    "Linear": "2, 3", "MaxPool1d": "2", "ReflectionPad1d": "1", "ReplicationPad1d": "1",
    "Unflatten": "1, (2, 3)", "ZeroPad1d": "1", "GroupNorm": "1, 2", "InstanceNorm1d": "2",
    "Conv2d": "2, 3, 3", "Upsample": "4", "ModuleDict": "{'a': nn.ReLU()}",
    "ModuleList": "[nn.ReLU()]", "Sequential": "nn.Linear(1, 2), nn.ReLU()",
    "ParameterList": "[torch.ones(2)]", "ParameterDict": "{'a': torch.ones(2)}",
    "ConstantPad2d": "1, 2.0", "RMSNorm": "3", "Threshold": "0.1, 0.2",
}  # fmt: skip
"""What the layers are made with that need something."""

NO_LAYERS = {"Module", "Parameter", "Buffer"}


@pytest.mark.parametrize("name", [n for n in engine.nn.__all__ if n[0].isupper()])
def test_every_layer_goes_both_ways(name: str) -> None:
    """A whole module is read by the other library, which computes the same with it."""
    if name in NO_LAYERS:
        return
    made = []
    for face in (torch, engine):
        face.manual_seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made.append(eval(f"nn.{name}({LAYERS.get(name, '')})", {"nn": face.nn, "torch": face}))
    theirs, ours = made
    expected = told(theirs)
    assert told(passed_on(torch, engine, theirs, weights_only=False)) == expected
    assert told(passed_on(engine, torch, ours, weights_only=False)) == expected
    read = passed_on(torch, engine, theirs, weights_only=False)
    assert vars(read).keys() == vars(theirs).keys()
    assert vars(ours).keys() == vars(theirs).keys()


def net(face: Any) -> Any:
    """Return a small model with a buffer, shared weights and a frozen layer."""
    face.manual_seed(3)
    nn = face.nn
    made = nn.Sequential(
        nn.Conv1d(2, 4, 3, padding=1), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.2),
        nn.Flatten(), nn.Linear(24, 24), nn.Linear(24, 24),
    )  # fmt: skip
    made[6].weight = made[5].weight
    made[0].requires_grad_(False)
    return made


@pytest.mark.parametrize(("writer", "reader"), [(torch, engine), (engine, torch)])
def test_a_model_answers_alike_after_the_passage(writer: Any, reader: Any) -> None:
    """Its state loads, its shared weights are shared, and it computes the same."""
    sent = net(writer).eval()
    whole = passed_on(writer, reader, sent, weights_only=False)
    state = passed_on(writer, reader, sent.state_dict())
    assert state._metadata == sent.state_dict()._metadata
    assert state["5.weight"].data_ptr() == state["6.weight"].data_ptr()
    assert whole[5].weight is whole[6].weight
    assert [p.requires_grad for p in whole.parameters()] == [
        p.requires_grad for p in sent.parameters()
    ]
    fresh = net(reader).eval()
    assert str(fresh.load_state_dict(state)) == "<All keys matched successfully>"
    writer.manual_seed(1)
    reader.manual_seed(1)
    expected = sent(writer.rand(2, 2, 6)).flatten().tolist()
    given = reader.rand(2, 2, 6)
    for model in (whole, fresh):
        assert model(given).flatten().tolist() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("weights_only", [True, False])
@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_a_checkpoint_of_an_optimizer_goes_both_ways(name: str, weights_only: bool) -> None:
    """Training goes on in the other library where it stopped in this one."""
    for writer, reader in ((torch, engine), (engine, torch)):
        models, optimizers = [], []
        for face in (writer, reader):
            face.manual_seed(0)
            model = face.nn.Linear(3, 1)
            options = {"momentum": 0.9} if name == "SGD" else {}
            models.append(model)
            optimizers.append(getattr(face.optim, name)(model.parameters(), lr=0.1, **options))
        step(writer, models[0], optimizers[0])
        checkpoint = {
            "epoch": 3, "model": models[0].state_dict(), "optimizer": optimizers[0].state_dict(),
        }  # fmt: skip
        read = passed_on(writer, reader, checkpoint, weights_only=weights_only)
        models[1].load_state_dict(read["model"])
        optimizers[1].load_state_dict(read["optimizer"])
        for model, optimizer, face in zip(models, optimizers, (writer, reader), strict=True):
            step(face, model, optimizer)
        assert models[1].weight.tolist()[0] == pytest.approx(models[0].weight.tolist()[0])


def step(face: Any, model: Any, optimizer: Any) -> None:
    """Train by one step."""
    face.manual_seed(5)
    optimizer.zero_grad()
    (model(face.rand(4, 3)) ** 2).sum().backward()
    optimizer.step()


def test_functions_of_pytorchs_go_both_ways() -> None:
    """A function or a class that is kept in an attribute is the other library's own then."""
    for writer, reader in ((torch, engine), (engine, torch)):
        sent = [writer.relu, writer.nn.functional.relu, writer.nn.ReLU, writer.nn.functional.conv1d]
        got = passed_on(writer, reader, sent, weights_only=False)
        x = reader.tensor([[-1.0, 2.0]])
        assert [got[0](x).tolist(), got[1](x).tolist(), got[2]()(x).tolist()] == [[[0.0, 2.0]]] * 3
        assert got[3](x, reader.ones(1, 1, 2)).tolist() == [[1.0]]


@pytest.mark.parametrize("seed", range(30))
def test_a_place_in_the_random_stream_goes_both_ways(seed: int) -> None:
    """The state of a generator is PyTorch's byte for byte, wherever it is in its stream."""
    chance = random.Random(seed)
    for face in (torch, engine):
        face.manual_seed(seed * 7919 + 2**35)
    for _ in range(chance.randrange(5)):
        draw, count = chance.choice(("rand", "randn")), chance.choice((1, 3, 20, 312, 624, 700))
        for face in (torch, engine):
            getattr(face, draw)(count)
    assert torch.get_rng_state().tolist() == engine.get_rng_state().tolist()
    for writer, reader in ((torch, engine), (engine, torch)):
        sent = [writer.get_rng_state(), writer.default_generator]
        state, generator = passed_on(writer, reader, sent, weights_only=False)
        reader.manual_seed(1)
        reader.set_rng_state(state)
        assert reader.get_rng_state().tolist() == generator.get_state().tolist() == state.tolist()


ODD = {
    "what was set on a tensor": "t = torch.ones(2)\nt.label = 'signal'\nsent = [t, t]",
    "what was set on a parameter": "sent = nn.Parameter(torch.ones(2))\nsent.label = 'w'",
    "several results with names": "sent = torch.arange(6.0).reshape(2, 3).max(1)",
    "weight_norm": "sent = nn.utils.weight_norm(nn.Linear(2, 3))",
    "a state of parametrizations": (
        "sent = nn.utils.parametrizations.weight_norm(nn.Linear(2, 3)).state_dict()"
    ),
    "a function in an attribute": "sent = nn.Linear(1, 1)\nsent.act = torch.relu",
    "another function": "sent = nn.Linear(1, 1)\nsent.act = nn.functional.relu",
    "a class in an attribute": "sent = nn.Linear(1, 1)\nsent.kind = nn.BatchNorm1d",
    "a buffer": "sent = nn.Module()\nsent.b = nn.Buffer(torch.ones(2), persistent=False)",
    "a hook": "sent = nn.Linear(1, 1)\nsent.register_forward_hook(print)",
    "an optimizer": "sent = torch.optim.Adam([nn.Parameter(torch.ones(2))])",
    "a schedule": (
        "o = torch.optim.SGD([nn.Parameter(torch.ones(2))], lr=0.1)\n"
        "sent = torch.optim.lr_scheduler.CosineAnnealingLR(o, 5).state_dict()"
    ),
    "a dataset": "sent = torch.utils.data.TensorDataset(torch.arange(4))",
    "a part of a dataset": (
        "sent = torch.utils.data.Subset(torch.utils.data.TensorDataset(torch.arange(4)), [1, 2])"
    ),
    "a cyclic list": "sent = [1]\nsent.append(sent)\nsent = len(sent)",
}


def looked_at(value: Any) -> Any:
    """Return what tells one of the odd values from others."""
    if isinstance(value, dict):
        return told(value)
    if isinstance(value, list):
        return [looked_at(each) for each in value]
    names = ("label", "b") if hasattr(value, "untyped_storage") else ("values", "b")
    more = [str(getattr(value, name, None)) for name in names]
    kinds = [getattr(getattr(value, name, None), "__name__", "") for name in ("act", "kind")]
    hooks = len(getattr(value, "_forward_hooks", ()))
    items = [str(value[place]) for place in range(2)] if type(value).__name__ == "Subset" else []
    if type(value).__name__ == "TensorDataset":
        items = [str(value[2])]
    return more, kinds, hooks, items, str(value) if not items else len(value)


@pytest.mark.parametrize("source", ODD.values(), ids=ODD)
def test_odd_values_go_both_ways(source: str) -> None:
    """What stands in an object besides numbers arrives as well."""
    sent = []
    for face in (torch, engine):
        names: dict[str, Any] = {"torch": face, "nn": face.nn}
        face.manual_seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(source, names)
        sent.append(names["sent"])
    theirs, ours = sent
    expected = looked_at(theirs)
    assert looked_at(passed_on(torch, engine, theirs, weights_only=False)) == expected
    assert looked_at(passed_on(engine, torch, ours, weights_only=False)) == expected
    assert looked_at(passed_on(engine, engine, ours, weights_only=False)) == expected


@pytest.mark.parametrize("line", ["encoding='utf-8'", "encoding='latin1'"])
def test_the_warning_of_options(line: str) -> None:
    """Options for pickle are for a load that is not restricted."""
    told_of = []
    for face in (torch, engine):
        file = io.BytesIO()
        face.save(face.ones(1), file)
        file.seek(0)
        with warnings.catch_warnings(record=True) as given:
            warnings.simplefilter("always")
            eval(f"face.load(file, {line})", {"face": face, "file": file})
        told_of.append([(each.category, str(each.message)) for each in given])
    assert told_of[0] == told_of[1] != []
