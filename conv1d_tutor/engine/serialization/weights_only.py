"""A pickle of tensors and plain values, read without running anything of what is in it.

Python's own unpickler calls whatever a file tells it to call. This one knows the few things that
a state_dict is made of, looks every name up in a list, and imports nothing.
"""

import pickletools
import warnings
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from pickle import UnpicklingError
from typing import IO, Any

from ..core.tensor import Parameter, Tensor
from .safe_globals import safe_by_name
from .torch_names import SAFE, storage_type

_BLOCKED = ("sys", "os", "posix", "nt")

_OLD_NAMES = {"__builtin__": "builtins", "copy_reg": "copyreg", "Queue": "queue"}
"""Modules of Python 2, under whose names protocol 2 writes."""

_OLD_FUNCTIONS = {
    ("__builtin__", "xrange"): ("builtins", "range"),
    ("__builtin__", "unicode"): ("builtins", "str"),
    ("__builtin__", "long"): ("builtins", "int"),
}

_MARK = object()


def load_weights(file: IO[bytes], persistent_load: Callable[[Any], Any]) -> Any:
    """Return the object that a pickle of tensors and plain values holds.

    Raises UnpicklingError where it holds anything else, EOFError where it ends too soon.
    """
    return _Machine(persistent_load).run(file)


class _Machine:
    """The stack that a pickle works on, and what is remembered by number."""

    def __init__(self, persistent_load: Callable[[Any], Any]) -> None:
        self._persistent_load = persistent_load
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        own = safe_by_name()
        self._known: Mapping[str, Any] = {**own, **SAFE}
        self._own = list(own.values())
        self._callable = {id(each) for each in self._known.values()}

    def run(self, file: IO[bytes]) -> Any:
        """Work a pickle off."""
        while True:
            opcode, argument = _next(file)
            if opcode == "STOP":
                return self._pop()
            if opcode in _CONSTANTS:
                # A list is a new one each time.
                constant = _CONSTANTS[opcode]
                self._stack.append(constant() if callable(constant) else constant)
            elif opcode in _VALUES:
                self._stack.append(argument)
            else:
                _WORK[opcode](self, argument)

    def _pop(self) -> Any:
        if not self._stack or self._stack[-1] is _MARK:
            raise UnpicklingError("unexpected MARK found")
        return self._stack.pop()

    def _top(self) -> Any:
        if not self._stack:
            raise UnpicklingError("unpickling stack underflow")
        return self._stack[-1]

    def _since_mark(self) -> list[Any]:
        for place in range(len(self._stack) - 1, -1, -1):
            if self._stack[place] is _MARK:
                items = self._stack[place + 1 :]
                del self._stack[place:]
                return items
        raise UnpicklingError("could not find MARK")

    # --- names and what is made by them

    def name(self, argument: str) -> None:
        module, _, name = argument.partition(" ")
        module, name = _OLD_FUNCTIONS.get((module, name), (_OLD_NAMES.get(module, module), name))
        full = f"{module}.{name}"
        if module in _BLOCKED:
            raise UnpicklingError(
                f"Trying to load unsupported GLOBAL {full} whose module {module} is blocked."
            )
        if module == "torch" and name.endswith("Storage"):
            try:
                self._stack.append(storage_type(name))
            except KeyError:
                pass
            else:
                return
        if full not in self._known:
            shown = full.removeprefix("builtins.")
            raise UnpicklingError(
                f"Unsupported global: GLOBAL {shown} was not an allowed global by default. Please "
                f"use `torch.serialization.add_safe_globals([{shown}])` or the "
                f"`torch.serialization.safe_globals([{shown}])` context manager to allowlist this "
                "global if you trust this class/function."
            )
        self._stack.append(self._known[full])

    def new(self, _argument: object) -> None:
        arguments, kind = self._pop(), self._pop()
        if kind is Parameter:
            self._stack.append(Parameter(*arguments))
        elif isinstance(kind, type) and id(kind) in self._callable:
            self._stack.append(kind.__new__(kind, *arguments))
        else:
            raise UnpicklingError(
                "Can only create new object for nn.Parameter or classes allowlisted via "
                f"`add_safe_globals` but got {kind}"
            )

    def reduce(self, _argument: object) -> None:
        arguments, function = self._pop(), self._pop()
        if id(function) not in self._callable:
            more = f" which belongs to {function.__self__}" if hasattr(function, "__self__") else ""
            raise UnpicklingError(
                f"Trying to call reduce for unrecognized function {function}{more}"
            )
        self._stack.append(function(*arguments))

    def build(self, _argument: object) -> None:
        state, made = self._pop(), self._top()
        if type(made) is OrderedDict:
            made.__dict__.update(state)
        elif type(made) not in (Tensor, Parameter) and any(
            type(made) is each for each in self._own
        ):
            if hasattr(made, "__setstate__"):
                made.__setstate__(state)
                return
            slots = None
            if isinstance(state, tuple) and len(state) == 2:
                state, slots = state
            made.__dict__.update(state or {})
            for name, value in (slots or {}).items():
                setattr(made, name, value)
        else:
            raise UnpicklingError(
                "Can only build Tensor, Parameter, OrderedDict or types allowlisted via "
                f"`add_safe_globals`, but got {type(made)}"
            )

    def persistent(self, _argument: object) -> None:
        which = self._pop()
        if type(which) not in (tuple, int):
            raise UnpicklingError(f"persistent_load id must be tuple or int, but got {type(which)}")
        if isinstance(which, tuple) and which and which[0] != "storage":
            raise UnpicklingError(
                f"Only persistent_load of storage is allowed, but got {type(which[0])}"
            )
        self._stack.append(self._persistent_load(which))

    # --- containers

    def mark(self, _argument: object) -> None:
        self._stack.append(_MARK)

    def pack(self, _argument: object) -> None:
        self._stack.append(tuple(self._since_mark()))

    def pack_one(self, _argument: object) -> None:
        self._stack.append((self._pop(),))

    def pack_two(self, _argument: object) -> None:
        second, first = self._pop(), self._pop()
        self._stack.append((first, second))

    def pack_three(self, _argument: object) -> None:
        third, second, first = self._pop(), self._pop(), self._pop()
        self._stack.append((first, second, third))

    def append(self, _argument: object) -> None:
        self._extend([self._pop()], "append to")

    def appends(self, _argument: object) -> None:
        self._extend(self._since_mark(), "extend")

    def _extend(self, items: list[Any], what: str) -> None:
        target = self._top()
        if type(target) is not list:
            raise UnpicklingError(f"Can only {what} lists, but got {type(target)}")
        target.extend(items)

    def set_item(self, _argument: object) -> None:
        value, key = self._pop(), self._pop()
        self._put([key, value], "SETITEM")

    def set_items(self, _argument: object) -> None:
        self._put(self._since_mark(), "SETITEMS")

    def _put(self, items: list[Any], opcode: str) -> None:
        target = self._top()
        if type(target) not in (dict, OrderedDict, Counter):
            raise UnpicklingError(
                f"Can only {opcode} for dict, collections.OrderedDict, collections.Counter, but "
                f"got {type(target)}"
            )
        if len(items) % 2:
            raise UnpicklingError(f"odd number of items for {opcode}")
        target.update(zip(items[::2], items[1::2], strict=True))

    # --- what is remembered

    def remember(self, number: int) -> None:
        self._memo[number] = self._top()

    def recall(self, number: int) -> None:
        if number not in self._memo:
            raise UnpicklingError(f"Memo value not found at index {number}")
        self._stack.append(self._memo[number])

    def protocol(self, number: int) -> None:
        if number != 2:
            warnings.warn(
                f"Detected pickle protocol {number} in the checkpoint, which was not the default "
                "pickle protocol used by `torch.load` (2). The weights_only Unpickler might not "
                "support all instructions implemented by this protocol, please file an issue for "
                "adding support if you encounter this.",
                stacklevel=5,
            )


_CONSTANTS: dict[str, Any] = {
    "NONE": None,
    "NEWTRUE": True,
    "NEWFALSE": False,
    "EMPTY_TUPLE": (),
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
    "EMPTY_SET": set,
}

_VALUES = {
    "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE", "SHORT_BINSTRING",
}  # fmt: skip

_WORK: dict[str, Callable[[_Machine, Any], None]] = {
    "PROTO": _Machine.protocol,
    "GLOBAL": _Machine.name,
    "NEWOBJ": _Machine.new,
    "REDUCE": _Machine.reduce,
    "BUILD": _Machine.build,
    "BINPERSID": _Machine.persistent,
    "MARK": _Machine.mark,
    "TUPLE": _Machine.pack,
    "TUPLE1": _Machine.pack_one,
    "TUPLE2": _Machine.pack_two,
    "TUPLE3": _Machine.pack_three,
    "APPEND": _Machine.append,
    "APPENDS": _Machine.appends,
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_items,
    "BINPUT": _Machine.remember,
    "LONG_BINPUT": _Machine.remember,
    "BINGET": _Machine.recall,
    "LONG_BINGET": _Machine.recall,
}
"""What each instruction of a pickle does; the others are refused."""

_INSTRUCTIONS = {each.code.encode("latin-1"): each for each in pickletools.opcodes}
_KNOWN = {"STOP", *_CONSTANTS, *_VALUES, *_WORK}


def _next(file: IO[bytes]) -> tuple[str, Any]:
    """Return the next instruction of a pickle and its argument."""
    code = file.read(1)
    if not code:
        raise EOFError("Ran out of input")
    if not isinstance(code, bytes):
        raise AssertionError(f"Expected bytes, got {type(code).__name__}")
    instruction = _INSTRUCTIONS.get(code)
    if instruction is None or instruction.name not in _KNOWN:
        raise UnpicklingError(f"Unsupported operand {code[0]}")
    if instruction.arg is None:
        return instruction.name, None
    try:
        return instruction.name, instruction.arg.reader(file)
    except UnicodeDecodeError:
        raise
    except (ValueError, EOFError):
        raise EOFError("Ran out of input") from None
