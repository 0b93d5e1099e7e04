"""Calls that nobody should make: every operation and layer with arguments that do not fit."""

import inspect
import random
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from conv1d_tutor import engine as torch

__all__ = ["OFFERED", "Refusal", "leak_in", "refusals"]

LEFT_OUT = frozenset({"set_printoptions", "manual_seed", "seed", "set_rng_state", "save", "load"})
"""What would change the tests that come after."""


def _offered() -> dict[str, Callable[..., Any]]:
    """Return every operation and layer by its name: `x.` stands before those of a tensor."""
    found = {f"torch.{name}": call for name, call in torch.FUNCTIONS.items()}
    for name in dir(torch.Tensor):
        call = inspect.getattr_static(torch.Tensor, name)
        if callable(call) and (not name.startswith("_") or name in _OPERATORS):
            found[f"x.{name}"] = call
    for module in ("nn.functional", "linalg", "nn.init", "nn.utils", "nn", "optim"):
        face = torch
        for part in module.split("."):
            face = getattr(face, part)
        for name in dir(face):
            if callable(call := getattr(face, name)) and name != "LinAlgError":
                found[f"torch.{module}.{name}"] = call
    return {
        name: call for name, call in sorted(found.items()) if name.split(".")[-1] not in LEFT_OUT
    }


_OPERATORS = frozenset(
    f"__{name}__"
    for name in "add radd iadd sub rsub mul rmul truediv rtruediv floordiv mod pow rpow matmul and "
    "or xor lt le eq ne getitem setitem contains len int float bool index".split()
)
OFFERED = _offered()


class Refusal(NamedTuple):
    """What a wrong call raised."""

    call: str
    error: Exception
    given: tuple[Any, ...]
    """The operation's arguments, its options, and what a layer was then called with."""


_SHAPES = (
    (),
    (0,),
    (1,),
    (3,),
    (4,),
    (2, 3),
    (3, 2),
    (0, 3),
    (2, 0),
    (2, 3, 4),
    (1, 1, 5),
    (4, 2, 6),
)
_DTYPES = ("float32", "float64", "int64", "int32", "uint8", "bool", "float16")
_WORDS = ("mean", "sum", "none", "same", "zeros", "foo", "floor", "xy", "left", "ij,jk->ik", "")
_NUMBERS = (
    0,
    1,
    -1,
    2,
    3,
    5,
    -7,
    99,
    2**40,
    -(2**63),
    2**63,
    0.5,
    -2.5,
    float("nan"),
    float("inf"),
    True,
)
_OBJECTS = (
    None,
    object(),
    {},
    {"a": 1},
    [],
    (),
    [1, 2],
    (1, -1),
    (0, 0),
    [0.5],
    ["a"],
    [[1]],
    [None],
)
_NAMES = ("dim", "keepdim", "dtype", "out", "size", "stride", "padding", "reduction", "bias", "foo")


def _tensor(chance: random.Random) -> Any:
    shape, dtype = chance.choice(_SHAPES), chance.choice(_DTYPES)
    numbers = np.array([chance.randint(-3, 5) for _ in range(int(np.prod(shape)))])
    made = torch.from_numpy(numbers.reshape(shape).astype(dtype))
    if made.is_floating_point() and chance.random() < 0.3:
        made.requires_grad_(True)
    return made.mT if len(shape) > 1 and chance.random() < 0.2 else made


def _value(chance: random.Random) -> Any:
    kind = chance.random()
    if kind < 0.5:
        return _tensor(chance)
    if kind < 0.55:
        return [_tensor(chance) for _ in range(chance.randint(0, 3))]
    if kind < 0.6:
        return getattr(torch, chance.choice(_DTYPES))
    if kind < 0.62:
        return np.arange(3.0)
    return chance.choice(chance.choice((_NUMBERS, _NUMBERS, _WORDS, _OBJECTS)))


def _shown(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        return f"{str(value.dtype)[6:]}{list(value.shape)}"
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return repr(value)[:60]


def refusals(name: str, count: int, seed: int = 0) -> Iterator[Refusal]:
    """Call one operation `count` times with whatever comes; yield what it raises."""
    chance = random.Random(f"{name} {seed}")
    call = OFFERED[name]
    for _ in range(count):
        given = [_value(chance) for _ in range(chance.choice((0, 1, 1, 2, 2, 2, 3, 3, 4, 5)))]
        if name.startswith("x."):
            given = [_tensor(chance), *given]
        options = {}
        if chance.random() < 0.3:
            options[chance.choice((*_NAMES, *_parameters(call)))] = _value(chance)
        shown = ", ".join([*map(_shown, given), *(f"{n}={_shown(v)}" for n, v in options.items())])
        taken = None
        torch.manual_seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                result = call(*given, **options)
                if isinstance(result, torch.nn.Module):
                    shown = f"{shown})({_shown(taken := _tensor(chance))}"
                    result = result(taken)
                if isinstance(result, torch.Tensor):
                    repr(result)
                    if result.requires_grad and result.grad_fn is not None:
                        result.sum().backward()
            except Exception as error:
                yield Refusal(f"{name}({shown})", error, (given, options, taken))


def _parameters(call: Callable[..., Any]) -> list[str]:
    """Return the names that a call's docstring or signature tells of its parameters."""
    first = (call.__doc__ or "").partition("\n")[0]
    if isinstance(call, type):
        return [name for name in inspect.signature(call).parameters if name != "kwargs"]
    return re.findall(r"(\w+)[=,)]", first) or ["input"]


_PHRASES = re.compile(
    r"conv1d_tutor|numpy|ndarray|ufunc|\bnp\.|\barray|\baxis \d|broadcast together|"
    r"<lambda>|operands could|casting rule|could not be broadcast|setting an|"
    r"(?<!\.)\b_[a-z]\w+\(\)|\.<locals>|has no attribute '_[a-z]|zero-size|"
    r"object is not subscriptable|"
    r"not enough values|too many values|argument of type"
)
"""What numpy and Python say of arrays and of our own functions, and PyTorch never does."""

_PYTORCHS = re.compile(
    r"numpy\(\)|numpy\.ndarray|can't convert np\.ndarray|TensorBase|_LinAlgError|numpy\.array"
    r"|only integer tensors of a single element|expected np\.ndarray|not numpy\.|got numpy\."
    r"|from_numpy\(\)|_unique2\(\)|_max_pool1d\(\)|_threshold\(\)|_weight_norm\(\)|params is numpy"
    r"|'_forward_pre_hooks'"
)


def leak_in(refusal: Refusal) -> str:
    """Return what of an error is not PyTorch's: numpy's words, or an exception of Python's own.

    An error that an operation means to raise is raised by a line that says `raise`. What PyTorch
    itself has written in Python (layers, optimizers) may fail as Python does.
    """
    error = refusal.error
    found = _PHRASES.search(_PYTORCHS.sub("", str(error)))
    if found and not _has_arrays(refusal.given):  # of the learner's own array, numpy may speak
        return f"{type(error).__name__}: {error} [{found.group()}]"
    last = inspect.getinnerframes(error.__traceback__)[-1]
    line = "".join(last.code_context or [])
    if _IN_OPERATIONS.search(last.filename) and "raise" not in line and not _meant(error):
        place = f"{last.filename[-30:]}:{last.lineno} {line.strip()}"
        return f"{type(error).__name__}: {error} [{place}]"
    return ""


_IN_OPERATIONS = re.compile(r"engine/(ops|core|random)/|site-packages/numpy")


def _has_arrays(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_has_arrays, value))
    if isinstance(value, dict):
        return _has_arrays(list(value.values()))
    return isinstance(value, np.ndarray)


def _meant(error: Exception) -> bool:
    """Return whether an error that Python raised by itself is the one that PyTorch raises too."""
    return isinstance(error, TypeError | AttributeError) and bool(
        re.search(
            r"unexpected keyword argument|required positional argument|positional arguments? but|"
            r"multiple values for argument|not iterable|not supported between|bad operand type|"
            r"unsupported operand|not callable|has no attribute '[a-z]|must be a string or a real",
            str(error),
        )
    )
