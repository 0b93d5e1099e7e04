"""A few lines of source given to both libraries: values, dtypes, graph, gradients or error."""

import copy
import warnings
from contextlib import suppress
from types import ModuleType
from typing import Any

import numpy as np
import torch

from conv1d_tutor import engine
from tests.engine.consoles import told

__all__ = ["asked", "assert_alike"]

# PyTorch says these once in a process.
_ONCE = (
    "Using padding='same' with even kernel",
    "Converting a tensor with requires_grad=True to a scalar",
    "Tensor.H is deprecated",
    "Tensor.T is deprecated",
    "Tensor.mT is deprecated",
    "This overload of ",
    "The use of `x.T` on tensors of dimension other than 2",
    "Using torch.cross without specifying the dim arg",
    "torch.meshgrid: in an upcoming release",
    "where received a uint8 condition tensor",
)
_TRIGGERED = " (Triggered internally"
_PATTERN = (1.0, -2.0, 0.5, 3.0, -1.5)


def assert_alike(setup: str, expression: str, *, digits: float = 2e-5) -> None:
    """Run `setup` in both libraries, then the expression; hold all that it tells side by side."""
    ours, theirs = asked(engine, setup, expression), asked(torch, setup, expression)
    where = f"\n{setup}\n>>> {expression}"
    _same(ours, theirs, where, digits)


def asked(face: ModuleType, setup: str, expression: str) -> dict[str, Any]:
    """Return all that is to be told of an expression's value in one library."""
    names: dict[str, Any] = {"torch": face, "nn": face.nn, "F": face.nn.functional}
    names |= {"copy": copy, "np": np}
    face.manual_seed(3)
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            exec(setup, names)
            value = eval(expression, names)
            found: dict[str, Any] = {"gives": _value(value)}
            if hasattr(value, "grad_fn"):
                found["saved"] = _saved(value)
                found |= _gradients(face, value, names)
        except Exception as error:
            found = {"raises": told(error)}
    warned = {str(each.message).partition(_TRIGGERED)[0] for each in given}
    found["warns"] = sorted(each for each in warned if not each.startswith(_ONCE))
    found["state"] = {name: _value(each) for name, each in _state(names)}
    return found


def _value(value: Any) -> Any:
    if hasattr(value, "grad_fn"):
        array = value.detach().numpy()
        sizes = value.shape if value.numel() else ()
        layout = str([step for step, size in zip(value.stride(), sizes, strict=False) if size > 1])
        return [
            np.array(array),
            str(value.dtype),
            value.requires_grad,
            _node(value.grad_fn),
            layout,
        ]
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    return repr(value)


def _node(node: Any) -> Any:
    if node is None:
        return None
    return [node.name(), [None if each is None else each.name() for each, _ in node.next_functions]]


def _saved(value: Any) -> dict[str, Any]:
    node = value.grad_fn
    fields = {name for name in dir(node) if name.startswith("_saved_")}
    found: dict[str, Any] = {}
    for name in fields:
        each = getattr(node, name)
        found[name] = [each.detach().numpy().copy()] if hasattr(each, "grad_fn") else repr(each)
    return found


def _gradients(face: ModuleType, value: Any, names: dict[str, Any]) -> dict[str, Any]:
    if not value.requires_grad:
        return {}
    count = value.numel()
    pattern = np.resize(np.array(_PATTERN), count).reshape(tuple(value.shape))
    seed = face.from_numpy(pattern.astype(value.detach().numpy().dtype))
    value.backward(seed)
    found = {}
    for name, each in names.items():
        if hasattr(each, "named_parameters") and not isinstance(each, type):
            for inner, parameter in each.named_parameters():
                found[f"{name}.{inner}"] = _value(parameter.grad)
        elif hasattr(each, "is_leaf") and each.is_leaf and each.requires_grad:
            found[name] = _value(each.grad)
    return {"gradients": found}


def _state(names: dict[str, Any]) -> list[tuple[str, Any]]:
    found = [("next", names["torch"].rand(3))]
    for name, each in names.items():
        if hasattr(each, "named_parameters") and not isinstance(each, type):
            with suppress(AttributeError):  # half made, it cannot print
                found.append((name, repr(each)))
            found += [(f"{name}.{inner}", tensor) for inner, tensor in each.state_dict().items()]
    return found


def _same(ours: Any, theirs: Any, where: str, digits: float) -> None:
    if isinstance(theirs, dict):
        told_of = f"{ours.get('raises')}\n{theirs.get('raises')}"
        assert ours.keys() == theirs.keys(), f"{[*ours]} {[*theirs]}\n{told_of}{where}"
        for key, each in theirs.items():
            _same(ours[key], each, f"\n{key}{where}", digits)
    elif isinstance(theirs, list):
        assert len(ours) == len(theirs), f"{ours}\n{theirs}{where}"
        for one, two in zip(ours, theirs, strict=True):
            _same(one, two, where, digits)
    elif isinstance(theirs, np.ndarray):
        assert isinstance(ours, np.ndarray), f"{ours}\n{theirs}{where}"
        assert ours.shape == theirs.shape, f"{ours.shape} {theirs.shape}{where}"
        assert ours.dtype == theirs.dtype, f"{ours.dtype} {theirs.dtype}{where}"
        scale = 1.0
        if theirs.size and theirs.dtype.kind == "f":
            finite = np.abs(theirs[np.isfinite(theirs)])
            scale = max(1.0, float(finite.max())) if finite.size else 1.0
        np.testing.assert_allclose(ours, theirs, digits, digits * scale, err_msg=where)
    else:
        assert ours == theirs, f"\nours   {ours}\ntheirs {theirs}{where}"
