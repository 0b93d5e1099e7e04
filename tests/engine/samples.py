"""Questions to PyTorch as JSON, and what either library answers to them.

A question calls an operation, a layer or an optimizer; an answer holds the values, dtypes and
shapes, the first node of the graph, and the gradients. published/*.jsonl has a pair of them a line.
A tensor is written {"float32": [[1.0, 2.0]]}, with "shape" where the list does not tell it.
"""

import json
import warnings
from collections.abc import Iterator
from functools import reduce
from itertools import cycle, islice
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from .consoles import told

__all__ = ["FAMILIES", "answer", "assert_same_answer", "leaves", "read", "read_family", "written"]

PUBLISHED = Path(__file__).with_name("published")
FAMILIES = ("operators", "functions", "layers", "optimizers", "errors")

Json = dict[str, Any]

_DTYPES = "float16 float32 float64 uint8 int8 int16 int32 int64 bool".split()
_PATTERN = (1.0, -2.0, 0.5, 3.0, -1.5)
"""What backward begins with, over and over: no two neighbours alike."""


def read_family(name: str) -> Iterator[tuple[Json, Json]]:
    """Return the questions of one family, each with PyTorch's answer."""
    for line in (PUBLISHED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        yield pair["asked"], pair["answered"]


def written(value: Any) -> Any:
    """Return a value of either library as JSON; raises TypeError where it has no form there."""
    kind = type(value).__name__
    if hasattr(value, "requires_grad"):
        return _tensor_written(value)
    if kind in ("dtype", "DType"):
        return {"dtype": str(value).removeprefix("torch.")}
    if kind == "Size":
        return {"size": list(value)}
    if isinstance(value, tuple):
        return {"tuple": [written(each) for each in value]}
    if isinstance(value, list):
        return [written(each) for each in value]
    if isinstance(value, slice):
        return {"slice": [value.start, value.stop, value.step]}
    if value is Ellipsis:
        return {"ellipsis": True}
    if value is None or type(value) in (bool, int, float, str):
        return value
    raise TypeError(f"{kind} has no form in JSON")


def _tensor_written(tensor: Any) -> Json:
    array = tensor.detach().numpy()
    name = array.dtype.name
    if name not in _DTYPES:
        raise TypeError(f"{name} has no form in JSON")
    if array.dtype.kind == "f":
        array = array.astype(str).astype(np.float64)  # the shortest decimals that give it again
    numbers = array.tolist()
    made: Json = {name: numbers}
    if np.shape(numbers) != array.shape:
        made["shape"] = list(array.shape)
    if tensor.grad_fn is not None:
        made["node"] = tensor.grad_fn.name()
    elif tensor.requires_grad:
        made["grad"] = True
    return made


def read(torch: ModuleType, value: Any) -> Any:
    """Return what was written as JSON, as a value of one library."""
    if isinstance(value, list):
        return [read(torch, each) for each in value]
    if not isinstance(value, dict):
        return value
    match next(iter(value)):
        case "dtype":
            return getattr(torch, value["dtype"])
        case "size":
            return torch.Size(value["size"])
        case "tuple":
            return tuple(read(torch, each) for each in value["tuple"])
        case "slice":
            return slice(*value["slice"])
        case "ellipsis":
            return Ellipsis
        case dtype:
            array = np.array(value[dtype], dtype)
            tensor = torch.from_numpy(array.reshape(value.get("shape", array.shape)))
            return tensor.requires_grad_() if value.get("grad") else tensor


def leaves(value: Any) -> list[Any]:
    """Return the tensors in a value that a gradient can be asked for, in order."""
    if isinstance(value, list | tuple):
        return [leaf for each in value for leaf in leaves(each)]
    if isinstance(value, dict):
        return leaves(list(value.values()))
    return [value] if getattr(value, "requires_grad", False) else []


def answer(torch: ModuleType, asked: Json) -> Json:
    """Return what a library answers to a question."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if "layer" in asked:
                return _answer_of_layer(torch, asked)
            if "optimizer" in asked:
                return _answer_of_optimizer(torch, asked)
            return _answer_of_call(torch, asked)
        except Exception as error:
            return {"raises": told(error)}


def _arguments(torch: ModuleType, asked: Json) -> tuple[list[Any], dict[str, Any]]:
    options = {name: read(torch, each) for name, each in asked.get("options", {}).items()}
    return read(torch, asked["given"]), options


def _named(torch: ModuleType, path: str) -> Any:
    return reduce(getattr, path.split("."), torch)


def _answer_of_call(torch: ModuleType, asked: Json) -> Json:
    """Return a call's results and gradients, and what "forms" asks for besides.

    "saved" is what the node keeps; the others are the operation as a method, as `name_`, and with
    `out=`: those two with the version of the tensor that they changed.
    """
    torch.manual_seed(0)
    given, options = _arguments(torch, asked)
    result = _named(torch, asked["call"])(*given, **options)
    found = {"gives": written(result)} | _gradients(torch, result, leaves([given, options]))
    name = asked["call"].rpartition(".")[2]
    for form in asked.get("forms", ()):
        given, options = _arguments(torch, asked)
        first, *others = [each.detach() if hasattr(each, "detach") else each for each in given]
        if form == "saved":
            found[form] = _saved(result)
        elif form == "method":
            found[form] = written(getattr(given[0], name)(*given[1:], **options))
        elif form == "in place":
            changed = getattr(given[0].clone(), f"{name}_")(*given[1:], **options)
            found[form] = [written(changed), changed._version]
        else:
            out = torch.empty(0, dtype=result.dtype)
            before = out._version
            _named(torch, asked["call"])(first, *others, **options, out=out)
            found[form] = [written(out), out._version > before]
    return found


def _saved(result: Any) -> Json:
    """Return what the first node has saved, tensors aside."""
    for output in leaves(result)[:1]:
        names = [name for name in dir(output.grad_fn) if name.startswith("_saved_")]
        fields = {name[7:]: getattr(output.grad_fn, name) for name in sorted(names)}
        return {n: written(v) for n, v in fields.items() if not hasattr(v, "grad_fn")}
    return {}


def _gradients(torch: ModuleType, result: Any, asked_for: list[Any]) -> Json:
    outputs = leaves(result)
    if not outputs or not asked_for:
        return {}
    seeds = []
    for each in outputs:
        numbers = list(islice(cycle(_PATTERN), each.numel()))
        seeds.append(torch.tensor(numbers, dtype=each.dtype).reshape(tuple(each.shape)))
    found = torch.autograd.grad(outputs, asked_for, seeds, allow_unused=True)
    return {"gradients": [written(each) for each in found]}


def _answer_of_layer(torch: ModuleType, asked: Json) -> Json:
    """Return what a layer made after `manual_seed(0)` gives, and how it shows itself."""
    torch.manual_seed(0)
    made = read(torch, asked["made with"])
    options = {name: read(torch, each) for name, each in asked["made by"].items()}
    layer = getattr(torch.nn, asked["layer"])(*made, **options).train(asked["training"])
    given, options = _arguments(torch, asked)
    result = layer(*given, **options)
    gradients = _gradients(torch, result, [*leaves([given, options]), *layer.parameters()])
    return {"shows": repr(layer), "gives": written(result)} | gradients


def _answer_of_optimizer(torch: ModuleType, asked: Json) -> Json:
    """Return a parameter after each of five steps."""
    options = {name: read(torch, each) for name, each in asked["options"].items()}
    parameter = torch.nn.Parameter(torch.tensor([1.0, -2.0, 0.5]))
    optimizer = getattr(torch.optim, asked["optimizer"])([parameter], **options)
    after = []
    for step in range(5):
        optimizer.zero_grad()
        ((parameter - step) * parameter * torch.tensor([1.0, -0.5, 2.0])).sum().backward()
        optimizer.step()
        after.append(written(parameter.detach()))
    return {"after": after}


def assert_same_answer(ours: Any, theirs: Any, place: str = "") -> None:
    """Hold two answers against each other: numbers closely, all else exactly."""
    if isinstance(theirs, dict):
        assert isinstance(ours, dict), f"{place}: {ours}, PyTorch {theirs}"
        assert ours.keys() == theirs.keys(), f"{place}: {ours}, PyTorch {theirs}"
        for key, each in theirs.items():
            exactly = key in ("float16", "float32", "float64")
            if exactly and np.size(each):
                assert np.shape(ours[key]) == np.shape(each), place
                np.testing.assert_allclose(ours[key], each, rtol=2e-5, atol=2e-5, err_msg=place)
            else:
                assert_same_answer(ours[key], each, f"{place} {key}")
    elif isinstance(theirs, list):
        assert len(ours) == len(theirs), f"{place}: {ours}, PyTorch {theirs}"
        for number, pair in enumerate(zip(ours, theirs, strict=True)):
            assert_same_answer(*pair, f"{place}[{number}]")
    elif isinstance(theirs, float) and isinstance(ours, float):
        np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-5, err_msg=place)
    else:
        assert type(ours) is type(theirs), f"{place}: {ours}, PyTorch {theirs}"
        assert ours == theirs, f"{place}: {ours}, PyTorch {theirs}"
