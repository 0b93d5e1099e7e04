"""How PyTorch reads the arguments of an operation, and what it says of those it does not take.

An operation declares its signature in the text in which PyTorch declares its own:

    add(Tensor input, Tensor other, *, Scalar alpha=1, Tensor out=None)

A type is one of `_TYPES` below. `int[]` is a list of ints; `int[1]` may also be given as one int,
and a list that is the only argument may be given as several ints, as in `x.permute(0, 2, 1)`.
`?` behind a type, or the default None, allows None. What stands behind `*` is given by name. A text
that ends in `|deprecated` is an old spelling that is still taken, but named in no error.

Several texts are several ways to call one operation; the first that fits the arguments is taken.
What says where a new tensor is made (`layout`, `device`, `pin_memory`, `memory_format`) is checked
and not handed on: here that is always the CPU's memory. A parameter whose name Python keeps for
itself is handed on with a `_` behind it: `from_`.
Source of the rules and of the texts: PyTorch's own `python_arg_parser.cpp` and
`invalid_arguments.cpp`.
"""

import ast
import keyword
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import numpy as np

from . import dtypes
from .device import Device, check_device, kind_of
from .tensor import Layout, Tensor

REQUIRED: Final = object()
"""Stands for the default of a parameter that has none."""

_LIMIT: Final = 2**63
"""What an int64 has to be below."""

_REFUSED: Final = object()
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


def _as_int(value: object) -> object:
    number = integer(value)
    if number is None:
        return _REFUSED
    if not -_LIMIT <= number < _LIMIT:
        raise ValueError("Overflow when unpacking long long")
    return number


def _as_scalar(value: object) -> object:
    if isinstance(value, Tensor):
        fits = value._array.ndim == 0 and not value.requires_grad
        return value._array.item() if fits else _REFUSED
    return value if is_number(value) else _REFUSED


def _as_float(value: object) -> object:
    number: Any = _as_scalar(value)
    return number if number is _REFUSED else float(number)


def _as_dtype(value: object) -> object:
    if isinstance(value, dtypes.DType):
        return value
    meant = dtypes.of_python_type(value) if isinstance(value, type) else None
    return _REFUSED if meant is None else meant


def _as_device(value: object) -> object:
    fits = isinstance(value, Device | str | int) and not isinstance(value, bool)
    return value if fits else _REFUSED


def _as_generator(value: object) -> object:
    # By name: the generator's room stands above this one.
    return value if type(value).__name__ == "Generator" else _REFUSED


def _of(*kinds: type) -> Callable[[object], object]:
    return lambda value: value if isinstance(value, kinds) else _REFUSED


_TYPES: Final[Mapping[str, tuple[str, Callable[[object], object]]]] = {
    "Tensor": ("Tensor", _of(Tensor)),
    "Scalar": ("Number", _as_scalar),
    "int": ("int", _as_int),
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

_NUMPYS: Final = {
    "dim": ("axis",),
    "keepdim": ("keepdims",),
    "input": ("x", "a", "x1"),
    "other": ("x2",),
}
"""PyTorch's names of parameters, and numpy's, which it takes as well."""


_PLAIN: Final[Mapping[str, frozenset[object]]] = {
    "Tensor": frozenset({Tensor}),
    "Scalar": frozenset({int, float}),
    "float": frozenset({float}),
    "bool": frozenset({bool}),
    "str": frozenset({str}),
    "ScalarType": frozenset({dtypes.DType}),
}
"""The types whose values need no reading: they are taken as they are."""


_TENSOR, _INT = frozenset({Tensor}), frozenset({int})


def _in_range(values: Sequence[int]) -> bool:
    return not values or (min(values) >= -_LIMIT and max(values) < _LIMIT)


class _WrongItem(Exception):  # noqa: N818 - never leaves this module
    """An item of a list is no such thing as the list is of; tells its place."""


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
        """Return the value as the parameter's type, `_REFUSED` where it is no such thing.

        Raise `_WrongItem` where it is a list of which only the first item is right.
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
                return _REFUSED  # True passes as an int, but not in the first place
            read_items = tuple([self._item(each) for each in value])
            for place, each in enumerate(read_items):
                if each is _REFUSED:
                    if place == 0 and self.type != "Tensor":
                        return _REFUSED
                    raise _WrongItem(place)
            return read_items
        return read(value) if self.takes_one else _REFUSED

    def _item(self, value: object) -> object:
        inside = int(value) if isinstance(value, bool) and self.type == "int" else value
        return _TYPES[self.type][1](inside)

    def __str__(self) -> str:
        text = f"{self.type_name} {self.name}"
        if self.default is REQUIRED:
            return text
        shown = f'"{self.default}"' if isinstance(self.default, str) else self.default
        return f"{text} = {shown}"


_PARAMETER = re.compile(r"(\w+)(\[(\d*)\])?(\?)? (\w+)(?:=(.*))?")
_OPTIONS = (
    "ScalarType dtype=None, Layout layout=None, Device device=None, bool pin_memory=False, "
    "bool requires_grad=False"
)
"""What PyTorch calls `TensorOptions`: where and as what a new tensor is made."""

_PLACE: Final = frozenset({"layout", "device", "pin_memory", "memory_format"})


def _is_place(parameter: FunctionParameter) -> bool:
    return parameter.keyword_only and parameter.name in _PLACE


def _parameters(text: str) -> Iterator[FunctionParameter]:
    """Yield the parameters that a signature's text names."""
    keyword_only = False
    for part in re.split(r", (?![^(\[]*[)\]])", text.replace("TensorOptions options", _OPTIONS)):
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


class FunctionSignature:
    """One way to call an operation."""

    def __init__(self, text: str, method: bool, numbers: bool) -> None:
        text, _, mark = text.partition("|")
        self.is_deprecated = mark == "deprecated"
        name, _, rest = text.partition("(")
        self.name = name
        self.parameters = tuple(_parameters(rest.removesuffix(")"))) if rest != ")" else ()
        self.method = method
        """Whether it is called as `x.name(...)`, whose own tensor counts as no argument."""
        self.numbers = numbers
        """Whether a number may stand for a tensor."""
        if method:
            self.parameters = tuple(each for each in self.parameters if each.name != "out")
        called = self.parameters[1:] if method else self.parameters
        self.most_positional = sum(not each.keyword_only for each in called)
        self.fewest = sum(each.default is REQUIRED for each in called)
        self.most = len(called)
        self._called = called
        self.takes_several = (
            self.most_positional == 1 and called[0].is_list and called[0].type == "int"
        )
        """Whether the ints of its only list may be given one by one."""
        self.makes = any(each.name == "requires_grad" and each.keyword_only for each in called)
        """Whether it makes a tensor that can be told to require grad."""
        self._positional = tuple(each for each in self.parameters if not each.keyword_only)
        self._required = sum(each.default is REQUIRED for each in self.parameters)
        self._defaults = {
            each.python_name: each.default for each in self.parameters if not _is_place(each)
        }
        self._place_of = {
            name: place for place, each in enumerate(self.parameters)
            for name in (each.name, *_NUMPYS.get(each.name, ())) if each in called
        }  # fmt: skip

    def __str__(self) -> str:
        parts = [str(each) for each in self._called]
        if len(parts) > self.most_positional:
            parts.insert(self.most_positional, "*")
        return f"({', '.join(parts)})"

    @property
    def takes_nothing(self) -> bool:
        """Whether it takes no arguments at all, beside its tensor."""
        return not self._called

    def read(self, arguments: Sequence[Any], options: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the values by name, defaults included; None where the arguments do not fit.

        Of a method, the first argument is the tensor itself.
        """
        count, first = len(arguments), int(self.method)
        if self.takes_several and count > first and _as_int(arguments[first]) is not _REFUSED:
            arguments, count = (*arguments[:first], arguments[first:]), first + 1
        if count > len(self._positional):
            return None
        values = self._defaults.copy()
        missing = self._required
        for parameter, value in zip(self._positional, arguments, strict=False):
            read = value if type(value) in parameter.plain else self._value_of(parameter, value)
            if read is _REFUSED:
                return None
            values[parameter.python_name] = read
            missing -= parameter.default is REQUIRED
        given = set()
        for name, value in options.items():
            place = self._place_of.get(name, -1)
            if place < count or place in given:
                return None
            given.add(place)
            parameter = self.parameters[place]
            read = value if type(value) in parameter.plain else self._value_of(parameter, value)
            if read is _REFUSED:
                return None
            if not _is_place(parameter):
                values[parameter.python_name] = read
            elif name == "device":
                check_device(read)
            missing -= parameter.default is REQUIRED
        return None if missing else values

    def _value_of(self, parameter: FunctionParameter, value: Any) -> object:
        """Return the value as the parameter's type, `_REFUSED` where it is no such thing."""
        if self.numbers and parameter.type == "Tensor" and is_number(value):
            return value
        try:
            return parameter.read(value)
        except _WrongItem as wrong:
            # Said at once, whatever other signatures there are.
            at, place = wrong.args[0], self._called.index(parameter)
            kind = kind_of(value[at])
            if parameter.type == "Tensor":
                text = f"expected Tensor as element {at} in argument {place}, but got {kind}"
            else:
                text = (
                    f"{self.name}(): argument '{parameter.name}' failed to unpack the object at "
                    f'pos {at + 1} with error "type must be {parameter.type_name},but got {kind}"'
                )
            raise TypeError(text) from None

    # --- refusals

    def refuse(self, arguments: Sequence[Any], options: Mapping[str, Any]) -> NoReturn:
        """Raise TypeError for arguments that `read` gives None for: what PyTorch sees first."""
        raise TypeError(self._fault(arguments[1:] if self.method else arguments, options))

    def _fault(self, arguments: Sequence[Any], options: Mapping[str, Any]) -> str:
        count = len(arguments)
        if self.takes_several and count and _as_int(arguments[0]) is not _REFUSED:
            arguments, count = (arguments,), 1
        if count > self.most_positional and not self.takes_several:
            return self._too_many(count)
        for place, parameter in enumerate(self._called):
            if place < count:
                if parameter.keyword_only:
                    return self._too_many(count)
                name, value = None, arguments[place]
            else:
                name = self._name_given(parameter, options)
                if name is None:
                    if parameter.default is REQUIRED:
                        return self._missing(place)
                    continue
                value = options[name]
            if self._value_of(parameter, value) is _REFUSED:
                if count > self.most_positional and name is None:
                    return self._too_many(count)
                return self._wrong_type(parameter, value, place, name)
        return self._too_many(count) if count > self.most else self._unexpected(options, count)

    def _name_given(self, parameter: FunctionParameter, options: Mapping[str, Any]) -> str | None:
        if not options:
            return None
        names = (parameter.name, *_NUMPYS.get(parameter.name, ()))
        return next((name for name in names if name in options), None)

    def _too_many(self, count: int) -> str:
        most, name = self.most_positional, self.name
        required = self.fewest
        given = f"{count} {'was' if count == 1 else 'were'} given"
        if required != most:
            return f"{name}() takes from {required} to {most} positional arguments but {given}"
        return f"{name}() takes {most} positional argument{'s' * (most != 1)} but {given}"

    def _missing(self, first: int) -> str:
        names = [f'"{each.name}"' for each in self._called[first:] if each.default is REQUIRED]
        plural = "s" if len(names) == 1 else ""  # as PyTorch has it
        return (
            f"{self.name}() missing {len(names)} required positional argument{plural}: "
            + ", ".join(names)
        )

    def _wrong_type(
        self, parameter: FunctionParameter, value: object, at: int, name: str | None
    ) -> str:
        where = f" (position {at + 1})" if name is None else ""
        given = f"not {kind_of(value)}"
        if parameter.is_list and isinstance(value, tuple | list):
            given = f"but found element of type {kind_of(value[0])} at pos 0"
        return (
            f"{self.name}(): argument '{parameter.name}'{where} must be {parameter.type_name}, "
            f"{given}"
        )

    def _unexpected(self, options: Mapping[str, Any], count: int) -> str:
        places = {each.name: place for place, each in enumerate(self._called)}
        for given in options:
            if given not in places:
                return f"{self.name}() got an unexpected keyword argument '{given}'"
            if places[given] < count:
                return f"{self.name}() got multiple values for argument '{given}'"
        raise AssertionError("every argument was expected")


class Signatures:
    """Every way to call an operation, as a function (`method` False) or as a method."""

    def __init__(self, texts: Sequence[str], method: bool, numbers: bool) -> None:
        every = [FunctionSignature(text, method, numbers) for text in texts]
        # A method's first parameter is its tensor; where it is a number, there is no method.
        self._all = [each for each in every if not method or each.parameters[0].type == "Tensor"]
        self.only = self._all[0] if len(self._all) == 1 else None
        self.makes = any(each.makes for each in self._all)

    def read(self, arguments: Sequence[Any], options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values by name; a TypeError in PyTorch's words where no signature fits."""
        for signature in self._all:
            read = signature.read(arguments, options)
            if read is not None:
                return read
        if self.only is not None and not self.only.takes_nothing:
            self.only.refuse(arguments, options)
        raise TypeError(self._refusal(arguments, options))

    def _refusal(self, arguments: Sequence[Any], options: Mapping[str, Any]) -> str:
        first = self._all[0]
        arguments = arguments[1:] if first.method else arguments
        if self.only is not None:
            name = f"{'TensorBase' if first.method else 'torch'}.{first.name}()"
            if options:
                return f"{name} takes no keyword arguments"
            return f"{name} takes no arguments ({len(arguments)} given)"
        count = len(arguments) + len(options)
        shown = [each for each in self._all if not each.is_deprecated]
        plausible = [each for each in shown if each.fewest <= count <= each.most]
        if len(plausible) == 1:
            own = (None, *arguments) if first.method else arguments
            plausible[0].refuse(own, options)
        got = ", ".join(map(kind_of, arguments))
        backwards = list(reversed(list(options)))  # the order of PyTorch's hash table
        if options:
            named = "".join(f"{name}={kind_of(options[name])}, " for name in backwards)
            got = f"{got}, {named.removesuffix(', ')}" if got else named
        text = f"{first.name}() received an invalid combination of arguments - got ({got}), but "
        if len(shown) == 1:
            return f"{text}expected {shown[0]}"
        lines = [f"{text}expected one of:"]
        for each in shown:
            lines.append(f" * {each}")
            if str(each).count(", ") + 1 != count:
                continue
            if options:
                lines.append(
                    "      didn't match because some of the keywords were incorrect: "
                    + ", ".join(backwards)
                )
            else:
                described = ", ".join(_described(value, each, at)
                                      for at, value in enumerate(arguments))  # fmt: skip
                lines.append(
                    "      didn't match because some of the arguments have invalid types: "
                    f"({described})"
                )
        return "\n".join(lines) + "\n"


def _described(value: object, signature: FunctionSignature, at: int) -> str:
    """Return the type of a value, between `!` where PyTorch sees another one in the signature.

    It looks at what stands before the last space, and so finds no type where there is a default.
    """
    parts = str(signature).strip("()").split(", ")
    kind = kind_of(value)
    expected = parts[at].rpartition(" ")[0] if at < len(parts) else ""
    if kind == expected or (kind, expected) == ("int", "float"):
        return kind
    if isinstance(value, tuple):
        kind = f"tuple of ({', '.join(map(kind_of, value))}{',' if len(value) == 1 else ''})"
    elif isinstance(value, list):
        kind = f"list of [{', '.join(map(kind_of, value))}]"
    return f"!{kind}!"


_TYPE_BEFORE_NAME = re.compile(r"(?<=[(, ])\w+(?:\[\d*\])?\?? (?=\w)")


def displayed(text: str) -> str:
    """Return a signature without its types, as the first line of a docstring has it."""
    plain = text.partition("|")[0].replace("TensorOptions options", _OPTIONS)
    return _TYPE_BEFORE_NAME.sub("", plain)


def default_values(text: str) -> dict[str, Any]:
    """Return the defaults of a signature's parameters, by name."""
    parameters = FunctionSignature(text, method=False, numbers=False).parameters
    return {each.name: each.default for each in parameters if each.default is not REQUIRED}
