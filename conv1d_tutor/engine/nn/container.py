"""Modules that hold others, or parameters: `Sequential`, lists and dictionaries of both."""

import operator
from collections import OrderedDict
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from itertools import chain
from typing import Any, NoReturn, Self, SupportsIndex

from ..core.tensor import Parameter, Tensor
from .module import Module, typename


def _place(index: SupportsIndex, size: int) -> int:
    """Return an index counted from the front; IndexError where nothing stands there."""
    number = operator.index(index)
    if not -size <= number < size:
        raise IndexError(f"index {number} is out of range")
    return number % size


# --- numbered


class _Numbered(Module):
    """Modules under the names "0", "1", ..., reached by their number."""

    def _key(self, index: SupportsIndex) -> str:
        return list(self._modules)[_place(index, len(self))]

    def __setitem__(self, idx: int, module: Module) -> None:
        setattr(self, self._key(idx), module)

    def __delitem__(self, idx: int | slice) -> None:
        keys = list(self._modules)[idx] if isinstance(idx, slice) else [self._key(idx)]
        for key in keys:
            delattr(self, key)
        kept = list(self._modules.values())
        self._modules.clear()
        self._modules.update((str(place), module) for place, module in enumerate(kept))

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def pop(self, key: int | slice) -> Any:
        """Take a module out and return it."""
        taken = self[key]  # type: ignore[index]
        del self[key]
        return taken

    def _make_room(self, index: int, module: Module) -> None:
        for place in range(len(self._modules), index, -1):
            self._modules[str(place)] = self._modules[str(place - 1)]
        self._modules[str(index)] = module

    def append(self, module: Module) -> Self:
        """Put a module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Put several modules at the end."""
        for module in modules:
            self.append(module)
        return self


class Sequential(_Numbered):
    """Hand the input through several modules, one after the other.

    `nn.Sequential(nn.Conv1d(2, 3, 5), nn.ReLU())` is a convolution whose outputs go through ReLU.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for key, module in args[0].items():
                self.add_module(key, module)
        else:
            for place, module in enumerate(args):
                self.add_module(str(place), module)

    def __getitem__(self, idx: int | slice) -> Any:
        if isinstance(idx, slice):
            return type(self)(OrderedDict(list(self._modules.items())[idx]))
        return self._modules[self._key(idx)]

    def forward(self, input: Any) -> Any:
        for module in self._modules.values():
            input = module(input)
        return input

    def insert(self, index: int, module: Module) -> Self:
        """Put a module before the one at `index`."""
        if not isinstance(module, Module):
            raise AssertionError(f"module should be of type: {Module}")
        size = len(self._modules)
        if not -size <= index <= size:
            raise IndexError(f"Index out of range: {index}")
        self._make_room(index + size if index < 0 else index, module)
        return self

    def __add__(self, other: "Sequential") -> "Sequential":
        _expect_sequential(other)
        return Sequential(*self, *other)

    def __iadd__(self, other: "Sequential") -> Self:
        _expect_sequential(other)
        return self.extend(list(other))

    def __mul__(self, other: int) -> "Sequential":
        _expect_times(self, other)
        return Sequential(*list(self) * other)

    __rmul__ = __mul__

    def __imul__(self, other: int) -> Self:
        _expect_times(self, other)
        return self.extend(list(self) * (other - 1))


def _expect_sequential(other: object) -> None:
    if not isinstance(other, Sequential):
        raise ValueError(
            f"add operator supports only objects of Sequential class, but {type(other)} is given."
        )


def _expect_times(modules: Sequential, times: object) -> None:
    if not isinstance(times, int):
        raise TypeError(f"unsupported operand type(s) for *: {type(modules)} and {type(times)}")
    if times <= 0:
        raise ValueError(f"Non-positive multiplication factor {times} for {type(modules)}")


class ModuleList(_Numbered):
    """A list of modules; what is called when is up to the module that holds it."""

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def __getitem__(self, idx: int | slice) -> Any:
        if isinstance(idx, slice):
            return type(self)(list(self._modules.values())[idx])
        return self._modules[self._key(idx)]

    def insert(self, index: int, module: Module) -> None:
        """Put a module before the one at `index`."""
        self._make_room(index, module)

    def extend(self, modules: Iterable[Module]) -> Self:
        """Put several modules at the end."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                "ModuleList.extend should be called with an iterable, "
                f"but got {type(modules).__name__}"
            )
        return super().extend(list(modules))

    def __add__(self, other: Iterable[Module]) -> "ModuleList":
        return ModuleList(chain(self, other))

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def __repr__(self) -> str:
        """Return the modules, equal neighbours as one: `(0-2): 3 x Linear(...)`."""
        runs: list[tuple[int, int, str]] = []
        for place, module in enumerate(self):
            shown = repr(module)
            if runs and runs[-1][2] == shown:
                runs[-1] = (runs[-1][0], place, shown)
            else:
                runs.append((place, place, shown))
        if not runs:
            return f"{self._get_name()}()"
        lines = [
            f"({first}): {shown}"
            if first == last
            else f"({first}-{last}): {last - first + 1} x {shown}"
            for first, last, shown in runs
        ]
        inside = "\n".join(lines).replace("\n", "\n  ")
        return f"{self._get_name()}(\n  {inside}\n)"


# --- named


def _put_pairs(holder: "ModuleDict | ParameterDict", name: str, pairs: Iterable[object]) -> None:
    """Put pairs (name, thing) into a holder, which is called `name` in errors."""
    for place, pair in enumerate(pairs):
        if not isinstance(pair, Iterable):
            raise TypeError(
                f"{name} update sequence element #{place} should be Iterable; "
                f"is{type(pair).__name__}"
            )
        items = list(pair)
        if len(items) != 2:
            raise ValueError(
                f"{name} update sequence element #{place} has length {len(items)}; 2 is required"
            )
        holder[items[0]] = items[1]


class _Named(Module):
    """Things under names of their own, in the order in which they came."""

    def _table(self) -> Mapping[str, object]:
        """Return the table whose keys are the names."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self._table())

    def __iter__(self) -> Iterator[str]:
        return iter(self._table())

    def __contains__(self, key: object) -> bool:
        return key in self._table()

    def keys(self) -> KeysView[str]:
        """Return the names."""
        return self._table().keys()

    def pop(self, key: str) -> Any:
        """Take out what stands under a name and return it."""
        own: Any = self
        taken = own[key]
        del own[key]
        return taken

    def clear(self) -> None:
        """Take everything out."""
        for key in list(self):
            self.pop(key)


class ModuleDict(_Named):
    """Modules by name; what is called when is up to the module that holds it."""

    def __init__(self, modules: object = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def _table(self) -> Mapping[str, object]:
        return self._modules

    def __getitem__(self, key: str) -> Any:
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def items(self) -> ItemsView[str, Module]:
        """Return the names with their modules."""
        return self._modules.items()

    def values(self) -> ValuesView[Module]:
        """Return the modules."""
        return self._modules.values()

    def update(self, modules: object) -> None:
        """Put in the modules of a mapping, or of pairs (name, module)."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                "ModuleDict.update should be called with an iterable of key/value pairs, "
                f"but got {type(modules).__name__}"
            )
        pairs: Iterable[object] = (
            modules.items() if isinstance(modules, Mapping | ModuleDict) else modules
        )
        _put_pairs(self, "ModuleDict", pairs)


# --- parameters


def _as_parameter(value: object) -> object:
    if isinstance(value, Tensor) and not isinstance(value, Parameter):
        return Parameter(value, requires_grad=value.dtype.is_floating_point)
    return value


def _line(key: object, value: object, type_shown: Callable[[Tensor], object]) -> str:
    if not isinstance(value, Tensor):
        return f"  ({key}): Object of type: {type(value).__name__}"
    kind = "Parameter" if isinstance(value, Parameter) else "Tensor"
    size = "x".join(map(str, value.shape))
    return f"  ({key}): {kind} containing: [{type_shown(value)} of size {size}]"


class ParameterList(Module):
    """A list of parameters, which count as this module's own."""

    def __init__(self, values: Iterable[object] | None = None) -> None:
        super().__init__()
        self._size = 0
        if values is not None:
            self.extend(values)

    def __getitem__(self, idx: int | slice) -> Any:
        if isinstance(idx, slice):
            return type(self)([self[place] for place in range(*idx.indices(self._size))])
        return getattr(self, str(_place(idx, self._size)))

    def __setitem__(self, idx: int, param: object) -> None:
        setattr(self, str(_place(idx, self._size)), _as_parameter(param))

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[object]:
        return iter([self[place] for place in range(self._size)])

    def __iadd__(self, parameters: Iterable[object]) -> Self:
        return self.extend(parameters)

    def append(self, value: object) -> Self:
        """Put a parameter at the end; a tensor becomes one."""
        self._size += 1
        self[self._size - 1] = value
        return self

    def extend(self, values: Iterable[object]) -> Self:
        """Put several at the end."""
        if not isinstance(values, Iterable) or isinstance(values, Tensor):
            raise TypeError(
                "ParameterList.extend should be called with an iterable, "
                f"but got {type(values).__name__}"
            )
        for value in list(values):
            self.append(value)
        return self

    def extra_repr(self) -> str:
        return "\n".join(
            _line(place, value, lambda tensor: tensor.dtype) for place, value in enumerate(self)
        )

    def __call__(self, *args: object, **kwargs: object) -> NoReturn:  # noqa: ARG002
        raise RuntimeError("ParameterList should not be called.")


class ParameterDict(_Named):
    """Parameters by name, which count as this module's own."""

    def __init__(self, parameters: object = None) -> None:
        super().__init__()
        self._keys: dict[str, None] = {}
        if parameters is not None:
            self.update(parameters)

    def _table(self) -> Mapping[str, object]:
        return self._keys

    def __getitem__(self, key: str) -> object:
        return getattr(self, key)

    def __setitem__(self, key: str, value: object) -> None:
        if not isinstance(key, str):
            raise TypeError(
                "Index given to ParameterDict cannot be used as a key as it is not a string (type "
                f"is '{type(key).__name__}'). Open an issue on github if you need non-string keys."
            )
        self._keys[key] = None
        setattr(self, key, _as_parameter(value))

    def __delitem__(self, key: str) -> None:
        del self._keys[key]
        delattr(self, key)

    def items(self) -> Iterable[tuple[str, object]]:
        """Return the names with their parameters."""
        return ((key, self[key]) for key in self._keys)

    def values(self) -> Iterable[object]:
        """Return the parameters."""
        return (self[key] for key in self._keys)

    def get(self, key: str, default: object = None) -> object:
        """Return the parameter under `key`, else `default`."""
        return getattr(self, key) if key in self._keys else default

    def update(self, parameters: object) -> None:
        """Put in the parameters of a mapping, a plain one by its sorted names, or of pairs."""
        if not isinstance(parameters, Iterable):
            raise TypeError(
                "ParametersDict.update should be called with an iterable of key/value pairs, "
                f"but got {type(parameters).__name__}"
            )
        pairs: Iterable[object] = parameters
        if isinstance(parameters, OrderedDict | ParameterDict):
            pairs = parameters.items()
        elif isinstance(parameters, Mapping):
            pairs = sorted(parameters.items())
        _put_pairs(self, "ParameterDict", pairs)

    def extra_repr(self) -> str:
        return "\n".join(_line(key, value, typename) for key, value in self.items())

    def __call__(self, input: object) -> NoReturn:  # noqa: ARG002
        raise RuntimeError("ParameterDict should not be called.")
