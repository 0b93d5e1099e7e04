"""How PyTorch reads the arguments of an operation, and what it says of those it does not take.

An operation declares its signature in the text in which PyTorch declares its own:

    add(Tensor input, Tensor other, *, Scalar alpha=1, Tensor out=None)

The types are those of `parameters.py`. A list that is the only argument may be given as several
ints, as in `x.permute(0, 2, 1)`. What stands behind `*` is given by name. A text that ends in
`|deprecated` is an old spelling that is still taken, with a warning, but named in no error. Other
names behind `|` are the only ones of an operation's that have the signature.

Several texts are several ways to call one operation; the first that fits the arguments is taken.
What says where a new tensor is made (`layout`, `device`, `pin_memory`) is checked and not handed
on: here that is always the CPU's memory. A parameter whose name Python keeps for itself is handed
on with a `_` behind it: `from_`.
Source of the rules and of the texts: PyTorch's own `python_arg_parser.cpp` and
`invalid_arguments.cpp`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from .device import check_device, kind_of
from .parameters import (
    NUMPYS,
    OPTIONS,
    REFUSED,
    REQUIRED,
    FunctionParameter,
    WrongItem,
    integer,
    is_number,
    is_place,
    parameters_of,
)
from .warned import warn_once


class FunctionSignature:
    """One way to call an operation."""

    def __init__(self, text: str, method: bool, numbers: bool) -> None:
        text, _, mark = text.partition("|")
        self.is_deprecated = mark == "deprecated"
        name, _, rest = text.partition("(")
        self.name = name
        self.parameters = tuple(parameters_of(rest.removesuffix(")"))) if rest != ")" else ()
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
            each.python_name: each.default for each in self.parameters if not is_place(each)
        }
        self._place_of = {
            name: place
            for place, each in enumerate(self.parameters)
            for name in (each.name, *NUMPYS.get(each.name, ()))
            if each in called
        }

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
        if self.takes_several and count > first and integer(arguments[first]) is not None:
            arguments, count = (*arguments[:first], arguments[first:]), first + 1
        if count > len(self._positional):
            return None
        values = self._defaults.copy()
        missing = self._required
        for parameter, value in zip(self._positional, arguments, strict=False):
            read = value if type(value) in parameter.plain else self._value_of(parameter, value)
            if read is REFUSED:
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
            if read is REFUSED:
                return None
            if not is_place(parameter):
                values[parameter.python_name] = read
            elif name == "device":
                check_device(read)
            missing -= parameter.default is REQUIRED
        return None if missing else values

    def _value_of(self, parameter: FunctionParameter, value: Any) -> object:
        """Return the value as the parameter's type, `REFUSED` where it is no such thing."""
        if self.numbers and parameter.type == "Tensor" and is_number(value):
            return value
        try:
            return parameter.read(value)
        except WrongItem as wrong:
            # Said at once, whatever other signatures there are.
            at, place = wrong.args[0], self._called.index(parameter)
            kind = kind_of(value[at])
            if parameter.type == "Tensor":
                text = f"expected Tensor as element {at} in argument {place}, but got {kind}"
            else:
                trouble = f"type must be {parameter.type_name},but got {kind}"
                text = (
                    f"{self.name}(): argument '{parameter.name}' failed to unpack the object at "
                    f'pos {at + 1} with error "{(*wrong.args, trouble)[1]}"'
                )
            raise TypeError(text) from None

    # --- refusals

    def refuse(self, arguments: Sequence[Any], options: Mapping[str, Any]) -> NoReturn:
        """Raise TypeError for arguments that `read` gives None for: what PyTorch sees first."""
        raise TypeError(self._fault(arguments[1:] if self.method else arguments, options))

    def _fault(self, arguments: Sequence[Any], options: Mapping[str, Any]) -> str:
        count = len(arguments)
        if self.takes_several and count and integer(arguments[0]) is not None:
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
            if self._value_of(parameter, value) is REFUSED:
                if count > self.most_positional and name is None:
                    return self._too_many(count)
                return self._wrong_type(parameter, value, place, name)
        return self._too_many(count) if count > self.most else self._unexpected(options, count)

    def _name_given(self, parameter: FunctionParameter, options: Mapping[str, Any]) -> str | None:
        if not options:
            return None
        names = (parameter.name, *NUMPYS.get(parameter.name, ()))
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
                if signature.is_deprecated:
                    self._warn_of(signature)
                return read
        if self.only is not None and not self.only.takes_nothing:
            self.only.refuse(arguments, options)
        raise TypeError(self._refusal(arguments, options))

    def _warn_of(self, old: FunctionSignature) -> None:
        instead = [f"\n\t{each.name}{each}" for each in self._all if not each.is_deprecated]
        warn_once(
            f"This overload of {old.name} is deprecated:\n\t{old.name}{old}\n"
            f"Consider using one of the following signatures instead:{''.join(instead)}",
            about="overload",
        )

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
                described = ", ".join(
                    _described(value, each, at) for at, value in enumerate(arguments)
                )
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


_OWN_TENSOR = re.compile(r"\(\w+(?:, )?")
_OUT = re.compile(r"(?:, \*)?, out=None(?=\))|, out=None")
_TYPE_BEFORE_NAME = re.compile(r"(?<=[(, ])\w+(?:\[\d*\])?\?? (?=\w)")


def displayed(texts: Sequence[str], method: bool) -> str:
    """Return signatures without their types, as a docstring begins in PyTorch; a line for each.

    Of a method, the tensor itself and `out` are left out.
    """
    lines = []
    for text in texts:
        if "|" in text:
            continue
        plain = _TYPE_BEFORE_NAME.sub("", text.replace("TensorOptions options", OPTIONS))
        if method:
            plain = _OWN_TENSOR.sub("(", _OUT.sub("", plain), count=1)
        lines.append(plain)
    return "\n".join(lines)


def default_values(text: str) -> dict[str, Any]:
    """Return the defaults of a signature's parameters, by name."""
    parameters = FunctionSignature(text, method=False, numbers=False).parameters
    return {each.name: each.default for each in parameters if each.default is not REQUIRED}
