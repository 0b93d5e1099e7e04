"""The modules as a learner meets them: PyTorch's names, present and missing."""

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.course.evaluation import TorchImport
from conv1d_tutor.engine.core.face import Face
from conv1d_tutor.engine.core.missing import _names_of_pytorch

OURS = "conv1d_tutor."
HELP = "here: it is PyTorch's, but the bundled engine does not have it."


def faces(face: ModuleType = torch, seen: frozenset[int] = frozenset()) -> Iterator[ModuleType]:
    """Return a module and all the modules in it."""
    yield face
    for value in list(vars(face).values()):
        if isinstance(value, Face) and value is not torch:
            yield from faces(value)


FACES = {face.__name__: face for face in faces()}


def imported(line: str) -> object:
    """Return what an import at the prompt makes of a line."""
    scope: dict[str, object] = {
        "__builtins__": {**vars(sys.modules["builtins"]), "__import__": TorchImport(torch)}
    }
    exec(line, scope)
    return scope


def test_there_are_the_modules_that_pytorch_documents() -> None:
    """Also those in which PyTorch says that its classes are at home."""
    assert {
        "torch", "torch.nn", "torch.nn.functional", "torch.nn.init", "torch.nn.utils",
        "torch.optim", "torch.optim.lr_scheduler", "torch.linalg", "torch.autograd", "torch.cuda",
        "torch.random", "torch.nn.modules.conv", "torch.nn.parameter", "torch.optim.sgd",
    } <= FACES.keys()  # fmt: skip
    assert torch.nn.modules.conv.Conv1d is torch.nn.Conv1d
    assert torch.nn.modules.Conv1d is torch.nn.Conv1d


@pytest.mark.parametrize("name", FACES)
def test_no_module_knows_itself_by_a_name_of_ours(name: str) -> None:
    """Neither its own name nor its repr nor the home of anything in it is ours."""
    face = FACES[name]
    assert repr(face) == f"<module '{name}' (conv1d-tutor's bundled engine)>"
    for each in dir(face):
        value = getattr(face, each)
        home = str(getattr(value, "__module__", ""))
        assert not home.startswith(OURS), f"{name}.{each} is at home in {home}"
        if isinstance(value, type):
            assert OURS not in repr(value)


@pytest.mark.parametrize("name", FACES)
def test_every_module_offers_only_names_of_pytorchs(name: str) -> None:
    """What a module is made with (`np`, `wrap`) is not to be had from it."""
    own = _names_of_pytorch()[name]
    assert {each for each in dir(FACES[name]) if each not in own and each[0] != "_"} == set()


@pytest.mark.parametrize("name", FACES)
def test_every_name_that_is_pytorchs_alone_is_said_to_be(name: str) -> None:
    """By attribute, by getattr and by import; other names get PyTorch's own text."""
    face = FACES[name]
    lacking = [each for each in _names_of_pytorch()[name] if each not in vars(face)]
    for each in lacking:
        with pytest.raises(AttributeError) as missing:
            getattr(face, each)
        text = str(missing.value)
        assert text.startswith(f"module '{name}' has no attribute '{each}' {HELP}")
        assert text.endswith("--engine torch")
        assert OURS not in text
    for each in lacking[:5]:
        with pytest.raises(ImportError, match=HELP) as refused:
            imported(f"from {name} import {each}")
        assert str(refused.value).startswith(f"cannot import name '{each}' from '{name}'")
        with pytest.raises(ModuleNotFoundError, match=f"'{name}.{each}' {HELP}"):
            imported(f"import {name}.{each}")
    with pytest.raises(AttributeError) as missing:
        _ = face.no_such_name
    assert str(missing.value) == f"module '{name}' has no attribute 'no_such_name'"
    with pytest.raises(ImportError) as refused:
        imported(f"from {name} import no_such_name")
    assert str(refused.value) == f"cannot import name 'no_such_name' from '{name}'"
    with pytest.raises(ModuleNotFoundError) as unknown:
        imported(f"import {name}.no_such_name")
    assert str(unknown.value) == f"No module named '{name}.no_such_name'"


def test_a_module_within_a_module_that_is_missing() -> None:
    """What PyTorch has in it is PyTorch's, what it has not is nobody's."""
    with pytest.raises(ModuleNotFoundError, match=f"'torch.fft' {HELP}"):
        imported("from torch.fft import rfft")
    with pytest.raises(ModuleNotFoundError, match=f"'torch.nn.utils.rnn' {HELP}"):
        imported("from torch.nn.utils.rnn import pad_sequence")
    with pytest.raises(ModuleNotFoundError) as unknown:
        imported("import torch.fft.no_such_module")
    assert str(unknown.value) == "No module named 'torch.fft.no_such_module'"


@pytest.mark.parametrize("name", ["ReLU", "Softmax", "Hardshrink", "ReflectionPad1d", "Mish"])
def test_a_layer_that_cannot_be_made_is_called_by_its_own_name(name: str) -> None:
    """Not by that of the class which it shares its making with."""
    with pytest.raises(TypeError, match=rf"^{name}\.__init__\(\) got an unexpected keyword"):
        getattr(torch.nn, name)(foo=1)


OBJECTS = {
    "Tensor": torch.ones(1),
    "Module": torch.nn.Conv1d(1, 1, 1),
    "Optimizer": torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.1),
    "Generator": torch.Generator(),
    "dtype": torch.float32,
    "device": torch.device("cpu"),
}


CALLED = {"Generator": "torch._C.Generator", "dtype": "torch.dtype", "device": "torch.device"}
"""How Python's own errors call them."""


@pytest.mark.parametrize("name", OBJECTS)
def test_what_an_object_lacks(name: str) -> None:
    """A method of PyTorch's is said to be PyTorch's; any other name gets PyTorch's own text."""
    given = OBJECTS[name]
    kind = CALLED.get(name, type(given).__name__)
    for each in _names_of_pytorch()[name]:
        if each in dir(given):
            continue
        with pytest.raises(AttributeError) as missing:
            getattr(given, each)
        text = str(missing.value)
        assert text.startswith(f"'{kind}' object has no attribute '{each}' {HELP}")
    with pytest.raises(AttributeError) as plain:
        _ = given.no_such_name
    assert str(plain.value) == f"'{kind}' object has no attribute 'no_such_name'"


def test_what_is_near_comes_first() -> None:
    """The same layer in one dim, then what is spelled alike."""
    with pytest.raises(AttributeError, match=r"Near it: MaxPool1d\."):
        _ = torch.nn.MaxPool2d
    with pytest.raises(AttributeError) as missing:
        _ = torch.compile
    assert "Near it" not in str(missing.value)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("x.sum().grad_fn.register_hook", "SumBackward0"),
        ("x.sum().grad_fn.register_prehook", "SumBackward0"),
        ("x.untyped_storage().clone", "torch.storage.UntypedStorage"),
    ],
)
def test_nodes_and_memory_tell_what_is_pytorchs(line: str, kind: str) -> None:
    """What a node or a storage lacks here is PyTorch's, unless PyTorch lacks it too."""
    x = torch.ones(3, requires_grad=True)
    name = line.rpartition(".")[2]
    with pytest.raises(AttributeError) as caught:
        eval(line, {"x": x})
    assert str(caught.value).startswith(f"'{kind}' object has no attribute '{name}' {HELP}")
    with pytest.raises(AttributeError) as caught:
        eval(line + "ed", {"x": x})
    assert str(caught.value) == f"'{kind}' object has no attribute '{name}ed'"


def test_a_node_has_room_for_notes() -> None:
    """`metadata` is a dictionary of the node's own, as in PyTorch."""
    node = torch.ones(3, requires_grad=True).sum().grad_fn
    node.metadata["note"] = 1
    assert node.metadata == {"note": 1}
    assert torch.ones(3, requires_grad=True).sum().grad_fn.metadata == {}


def test_the_insides_of_pytorch_are_pytorchs_too() -> None:
    """`import torch._C` is told apart from a typing error."""
    with pytest.raises(ModuleNotFoundError, match=HELP):
        imported("import torch._C")
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'torch._c'$"):
        imported("import torch._c")
