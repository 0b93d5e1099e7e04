"""The parameters of a signature: their types, as PyTorch names them, and what is read as each.

`_TYPES` has the types; `int[]` is a list of ints, `int[1]` may also be given as one int, and `?`
behind a type, or the default None, allows None.
"""

import ast
import keyword
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from . import dtypes
from .device import Device
from .tensor import Layout, Tensor

REQUIRED: Final = object()
"""Stands for the default of a parameter that has none."""

_LIMIT: Final = 2**63
"""What an int64 has to be below."""

REFUSED: Final = object()
"""Stands for a value that a parameter does not take."""


# --- types


def integer(value: object) -> int | None:
    """Return the int that PyTorch takes `value` for (an int, a 0-d integer tensor), else None."""
    if type(value) is int:
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, Tensor) and value._array.size == 1 and value._array.dtype.kind in "iu":
        return int(value._array.item())
    return None


def is_number(value: object) -> bool:
    """Return whether `value` is a number of Python's or numpy's, a truth value included."""
    return isinstance(value, int | float | np.number | np.bool_)


def as_int(value: object) -> object:
    """Return the int that a value is read as, `REFUSED` where it is none."""
    number = integer(value)
    if number is None:
        return REFUSED
    if not -_LIMIT <= number < _LIMIT:
        raise ValueError("Overflow when unpacking long long")
    return number


def _as_scalar(value: object) -> object:
    if isinstance(value, Tensor):
        fits = value._array.ndim == 0 and not value.requires_grad
        return value._array.item() if fits else REFUSED
    if isinstance(value, int) and not -_LIMIT <= value < 2 * _LIMIT:
        sign = "int too big to convert" if value > 0 else "can't convert negative int to unsigned"
        raise OverflowError(sign)
    return value if is_number(value) else REFUSED


def _as_float(value: object) -> object:
    number: Any = _as_scalar(value)
    return number if number is REFUSED else float(number)


def _as_dtype(value: object) -> object:
    if isinstance(value, dtypes.DType):
        return value
    meant = dtypes.of_python_type(value) if isinstance(value, type) else None
    return REFUSED if meant is None else meant


def _as_device(value: object) -> object:
    fits = isinstance(value, Device | str | int) and not isinstance(value, bool)
    return value if fits else REFUSED


def _as_generator(value: object) -> object:
    # By name: the generator's room stands above this one.
    return value if type(value).__name__ == "Generator" else REFUSED


def _of(*kinds: type) -> Callable[[object], object]:
    return lambda value: value if isinstance(value, kinds) else REFUSED


_TYPES: Final[Mapping[str, tuple[str, Callable[[object], object]]]] = {
    "Tensor": ("Tensor", _of(Tensor)),
    "Scalar": ("Number", _as_scalar),
    "int": ("int", as_int),
    "float": ("float", _as_float),
    "bool": ("bool", _of(bool, np.bool_)),
    "str": ("str", _of(str)),
    "ScalarType": ("torch.dtype", _as_dtype),
    "Layout": ("torch.layout", _of(Layout)),
    "Device": ("torch.device", _as_device),
    "MemoryFormat": ("torch.memory_format", _of(object)),
    "Generator": ("torch.Generator", _as_generator),
    "Any": ("object", _of(object)),
}
"""Each type: how error texts name it, and what reads a value as one."""

_LISTS: Final = {
    "int": "tuple of ints",
    "float": "tuple of floats",
    "bool": "tuple of bools",
    "Tensor": "tuple of Tensors",
}

NUMPYS: Final = {
    "dim": ("axis",),
    "keepdim": ("keepdims",),
    "input": ("x", "a", "x1"),
    "other": ("x2",),
}
"""PyTorch's names of parameters, and numpy's, which it takes as well."""


_PLAIN: Final[Mapping[str, frozenset[object]]] = {
    "Tensor": frozenset({Tensor}),
    "Scalar": frozenset({float}),
    "float": frozenset({float}),
    "bool": frozenset({bool}),
    "str": frozenset({str}),
    "ScalarType": frozenset({dtypes.DType}),
}
"""The types whose values need no reading: they are taken as they are."""


_TENSOR, _INT = frozenset({Tensor}), frozenset({int})


def _in_range(values: Sequence[int]) -> bool:
    return not values or (min(values) >= -_LIMIT and max(values) < _LIMIT)


class WrongItem(Exception):  # noqa: N818 - never leaves this module
    """An item of a list is no such thing as the list is of; tells its place (and why)."""


@dataclass(frozen=True, slots=True)
class FunctionParameter:
    """One parameter of a signature."""

    name: str
    type: str
    """`Tensor`, `int` …; of a list, the type of its items."""
    default: object = REQUIRED
    keyword_only: bool = False
    allows_none: bool = False
    is_list: bool = False
    takes_one: bool = False
    """Whether one int may stand for the list (`int[1]`)."""
    python_name: str = field(init=False)
    """The name of the parameter of the Python function that does it."""
    plain: frozenset[object] = field(init=False)
    """The types whose values it takes as they are."""

    def __post_init__(self) -> None:
        name = f"{self.name}_" if keyword.iskeyword(self.name) else self.name
        if name == "self" and self.type == "Scalar":
            name = "input"  # a number in the place of the tensor
        own = _PLAIN.get(self.type, frozenset()) if not self.is_list else frozenset[object]()
        object.__setattr__(self, "python_name", name)
        object.__setattr__(self, "plain", own | {type(None)} if self.allows_none else own)

    @property
    def type_name(self) -> str:
        """The name of its type in error texts."""
        return _LISTS[self.type] if self.is_list else _TYPES[self.type][0]

    def read(self, value: object) -> object:
        """Return the value as the parameter's type, `REFUSED` where it is no such thing.

        Raise `WrongItem` where it is a list of which only the first item is right.
        """
        if value is None and self.allows_none:
            return None
        read = _TYPES[self.type][1]
        if not self.is_list:
            return read(value)
        if isinstance(value, tuple | list):
            if self.type == "Tensor" and _TENSOR.issuperset(map(type, value)):
                return value
            if self.type == "int" and _INT.issuperset(map(type, value)) and _in_range(value):
                return tuple(value)
            if value and self.type == "int" and isinstance(value[0], bool):
                return REFUSED  # True passes as an int, but not in the first place
            read_items = tuple([self._item(each, place) for place, each in enumerate(value)])
            for place, each in enumerate(read_items):
                if each is REFUSED:
                    if place == 0 and self.type != "Tensor":
                        return REFUSED
                    raise WrongItem(place)
            return read_items
        return read(value) if self.takes_one else REFUSED

    def _item(self, value: object, place: int) -> object:
        inside = int(value) if isinstance(value, bool) and self.type == "int" else value
        try:
            return _TYPES[self.type][1](inside)
        except ValueError as error:
            raise WrongItem(place, str(error)) from None

    def __str__(self) -> str:
        text = f"{self.type_name} {self.name}"
        if self.default is REQUIRED:
            return text
        shown = f'"{self.default}"' if isinstance(self.default, str) else self.default
        return f"{text} = {shown}"


_PARAMETER = re.compile(r"(\w+)(\[(\d*)\])?(\?)? (\w+)(?:=(.*))?")
OPTIONS = (
    "ScalarType dtype=None, Layout layout=None, Device device=None, bool pin_memory=False, "
    "bool requires_grad=False"
)
"""What PyTorch calls `TensorOptions`: where and as what a new tensor is made."""

_PLACE: Final = frozenset({"layout", "device", "pin_memory"})


def is_place(parameter: FunctionParameter) -> bool:
    """Return whether a parameter says where a new tensor is made: here always on the CPU."""
    return parameter.keyword_only and parameter.name in _PLACE


def parameters_of(text: str) -> Iterator[FunctionParameter]:
    """Yield the parameters that a signature's text names."""
    keyword_only = False
    for part in re.split(r", (?![^(\[]*[)\]])", text.replace("TensorOptions options", OPTIONS)):
        if part == "*":
            keyword_only = True
            continue
        found = _PARAMETER.fullmatch(part)
        assert found is not None, f"not a parameter: {part!r}"
        type_, is_list, size, optional, name, default = found.groups()
        value = REQUIRED if default is None else ast.literal_eval(default)
        yield FunctionParameter(
            name,
            type_,
            value,
            keyword_only,
            optional is not None or value is None,
            is_list is not None,
            bool(size),
        )
