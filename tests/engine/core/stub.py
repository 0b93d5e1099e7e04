"""Writes `core/methods.pyi`, what editors and type checkers know of a tensor's methods.

    python -m tests.engine.core.stub

It is made from the declarations of the operations: run it after a change of one.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from conv1d_tutor import engine
from conv1d_tutor.engine.core import methods
from conv1d_tutor.engine.core.device import Device
from conv1d_tutor.engine.core.dtypes import DType
from conv1d_tutor.engine.core.parameters import REQUIRED, FunctionParameter
from conv1d_tutor.engine.core.signature import FunctionSignature
from conv1d_tutor.engine.core.size import Size
from conv1d_tutor.engine.core.tensor import Array, Layout, Parameter, Tensor

STUB = Path(methods.__file__).with_suffix(".pyi")

HEAD = '''"""A tensor's methods with their types: made by tests/engine/core/stub.py, not by hand."""

# The names of methods, such as `float`, hide those of types; a number has many types.
# ruff: noqa
# fmt: off

import builtins
from collections.abc import Callable, Sequence
from typing import Any, overload

from .device import Device
from .dtypes import DType
from .size import Size
from .tensor import Array, Layout, Tensor

Number = builtins.int | builtins.float

def hang(name: str, thing: object) -> None: ...

class Methods:
'''

NAMES = {DType: "DType", Device: "Device", Size: "Size", Layout: "Layout", Tensor: "Tensor",
         Parameter: "Tensor", NoneType: "None"}  # fmt: skip

UNARY = {"__abs__", "__invert__", "__neg__", "__pos__"}
BINARY = (
    "__[ir]?(add|and|floordiv|lshift|matmul|mod|mul|or|pow|rshift|sub|truediv|xor)__"
    "|__rdiv__|__(eq|ge|gt|le|lt|ne)__"
)
EXACT = {
    "size": ["(self, dim: None = ...) -> Size", "(self, dim: builtins.int) -> builtins.int"],
    "stride": ["(self, dim: None = ...) -> tuple[builtins.int, ...]",
               "(self, dim: builtins.int) -> builtins.int"],
    "type": ["(self, dtype: None = ...) -> builtins.str", "(self, dtype: Any) -> Tensor"],
}  # fmt: skip
"""Methods whose result is of one type or another, as the arguments are."""

TYPES = {
    "Tensor": "Tensor", "Scalar": "Number", "int": "builtins.int", "float": "Number",
    "bool": "builtins.bool", "str": "builtins.str", "ScalarType": "DType | builtins.type",
    "Layout": "Layout", "Device": "Device | builtins.str | builtins.int",
    "MemoryFormat": "object", "Generator": "object", "Any": "Any",
}  # fmt: skip
"""The types of signatures, and what Python calls them."""


def written() -> str:
    """Return the text of the stub."""
    assert engine.Tensor is Tensor  # all operations are declared by now
    lines = [line for name, thing in sorted(vars(methods.Methods).items())
             if isinstance(thing, property | FunctionType)
             for line in _lines(name, thing)]  # fmt: skip
    return HEAD + "".join(f"    {line}\n" for line in lines)


def _lines(name: str, thing: Any) -> Iterator[str]:
    if isinstance(thing, property):
        yield "@property"
        yield f"def {name}(self) -> {_returned(thing.fget)}: ..."
        return
    hidden = inspect.getclosurevars(thing).nonlocals if thing.__closure__ else {}
    if "texts" in hidden:
        forms = _declared(hidden["texts"], hidden["numbers"], _returned(hidden["operation"]))
    else:
        forms = [_plain(inspect.unwrap(thing))]
    if name in EXACT:
        forms = EXACT[name]
    elif name in UNARY:
        forms = ["(self) -> Tensor"]
    elif re.fullmatch(BINARY, name):
        forms = ["(self, other: Any) -> Tensor"]
    forms = list(dict.fromkeys(forms))
    for form in forms:
        if len(forms) > 1:
            yield "@overload"
        # What is compared with a tensor gives a tensor, where `object` promises a bool.
        note = "  # type: ignore[override]" if name in ("__eq__", "__ne__") else ""
        yield f"def {name}{form}: ...{note}"


# --- of declarations


def _declared(texts: list[str], numbers: bool, returned: str) -> list[str]:
    """Return the parameters and the result of every way to call an operation."""
    forms = []
    for text in texts:
        signature = FunctionSignature(text, True, numbers)
        if signature.is_deprecated or signature.parameters[0].type != "Tensor":
            continue
        own = signature.parameters[1:]
        named = [each for each in own if each.keyword_only]
        options = ["*"] * bool(named) + [_parameter(each, numbers) for each in named]
        places = [_parameter(each, numbers) for each in own if not each.keyword_only]
        form = _form([*places, *options], returned)
        if form.replace(": Number", ": Tensor | Number") in forms:
            continue  # a number may stand for the tensor of a form before
        forms.append(form)
        if signature.takes_several:
            options = [_parameter(each, numbers) for each in named]
            forms.append(_form([f"*{own[0].python_name}: builtins.int", *options], returned))
    return forms


def _form(parameters: list[str], returned: str) -> str:
    return f"({', '.join(['self', *parameters])}) -> {returned}"


def _parameter(parameter: FunctionParameter, numbers: bool) -> str:
    type_ = TYPES[parameter.type]
    if numbers and parameter.type == "Tensor":
        type_ = "Tensor | Number"
    if parameter.is_list:
        type_ = f"{type_} | Sequence[{type_}]" if parameter.takes_one else f"Sequence[{type_}]"
    if parameter.allows_none and type_ not in ("Any", "object"):
        type_ += " | None"
    return f"{parameter.python_name}: {type_}{'' if parameter.default is REQUIRED else ' = ...'}"


# --- of functions


def _plain(function: Callable[..., Any]) -> str:
    """Return the parameters and the result of a function of Python's."""
    _, *parameters = inspect.signature(function).parameters.values()
    shown, starred = [], False
    for each in parameters:
        if each.kind is each.KEYWORD_ONLY and not starred:
            starred = True
            shown.append("*")
        stars = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        starred = starred or stars == "*"
        default = "" if each.default is each.empty else " = ..."
        shown.append(f"{stars}{each.name}: {_name(each.annotation)}{default}")
    return _form(shown, _returned(function))


def _returned(function: Callable[..., Any]) -> str:
    return _name(inspect.signature(function).return_annotation)


def _name(annotation: Any) -> str:
    """Return a type as the stub writes it."""
    if annotation in (Any, inspect.Parameter.empty):
        return "Any"
    if annotation == Array:
        return "Array"
    if annotation is None or isinstance(annotation, str):
        return str(annotation)
    if annotation in NAMES:
        return NAMES[annotation]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return " | ".join(map(_name, inner))
    if origin is None:
        home = annotation.__module__
        return f"builtins.{annotation.__name__}" if home == "builtins" else "Any"
    if origin.__name__ == "Callable":
        *given, result = inner
        takes = "..." if given == [...] else f"[{', '.join(map(_name, given[0]))}]"
        return f"Callable[{takes}, {_name(result)}]"
    items = ", ".join("..." if each is ... else _name(each) for each in inner)
    return f"{_name(origin) if origin.__module__ == 'builtins' else origin.__name__}[{items}]"


if __name__ == "__main__":
    STUB.write_text(written(), encoding="utf-8")
