"""PyTorch's names for what stands in a file, and what the engine has for them."""

from codecs import encode
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from ..core import dtypes, guard
from ..core.device import Device
from ..core.dtypes import Array, DType
from ..core.missing import missing
from ..core.op import FUNCTIONS
from ..core.pickling import class_named, rebuilt
from ..core.size import Size
from ..core.tensor import STRIDED, Layout, Parameter, Tensor
from ..nn import functional
from ..ops.sorting import RETURN_TYPES


class StorageType:
    """PyTorch's class for the storages of one dtype, such as `torch.FloatStorage`."""

    __module__ = "torch"

    def __init__(self, dtype: DType) -> None:
        self.dtype = dtype
        self.__qualname__: str = f"{_OWN_NAMES.get(dtype.name, dtype.scalar)}Storage"


_OWN_NAMES = {"bool": "Bool", "uint8": "Byte", "int8": "Char", "int16": "Short", "int32": "Int"}

STORAGE_TYPES = {dtype.name: StorageType(dtype) for dtype in dtypes.BY_NAME.values()}
"""The class of each dtype, by its name."""

_STORAGES = {each.__qualname__: each for each in STORAGE_TYPES.values()}

_LACKING = {
    "BFloat16Storage": "bfloat16",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "ComplexHalfStorage": "complex32",
    "QInt8Storage": "qint8",
    "QInt32Storage": "qint32",
    "QUInt8Storage": "quint8",
    "QUInt4x2Storage": "quint4x2",
    "QUInt2x4Storage": "quint2x4",
}
"""Storages of dtypes that the engine does not have."""

UNTYPED = type("UntypedStorage", (), {"__module__": "torch.storage"})
"""Stands for the class of storages that have bytes only."""


class Storage:
    """The numbers of one storage, as a file refers to them."""

    __slots__ = ("dtype", "key", "memory")

    def __init__(self, memory: Array, dtype: DType, key: tuple[int, int] = (0, 0)) -> None:
        self.memory = memory
        self.dtype = dtype
        self.key = key


def storage_type(name: str) -> StorageType:
    """Return the class of storages of this name; AttributeError where there is none."""
    if name in _LACKING:
        dtype = _LACKING[name]
        raise missing("torch", dtype, (), f"module 'torch' has no attribute '{dtype}'")
    return _STORAGES[name]


# --- the functions by which PyTorch's files make tensors


def _rebuild_tensor(
    storage: Storage, storage_offset: int, size: tuple[int, ...], stride: tuple[int, ...]
) -> Tensor:
    return _rebuild_tensor_v2(storage, storage_offset, size, stride, False, None)


def _rebuild_tensor_v2(
    storage: Storage,
    storage_offset: int,
    size: tuple[int, ...],
    stride: tuple[int, ...],
    requires_grad: bool,
    backward_hooks: object,
    metadata: object = None,
) -> Tensor:
    """Return the tensor that lies so in a storage."""
    del backward_hooks, metadata
    numbers = (storage_offset, *size, *stride)
    if not isinstance(storage, Storage) or not all(type(each) is int for each in numbers):
        raise TypeError("_rebuild_tensor_v2(): a storage and whole numbers are expected")
    guard.check_shape(size, storage.memory.dtype)
    return rebuilt(storage.memory, storage_offset, tuple(size), tuple(stride), bool(requires_grad))


def _rebuild_tensor_v3(
    storage: Storage,
    storage_offset: int,
    size: tuple[int, ...],
    stride: tuple[int, ...],
    requires_grad: bool,
    backward_hooks: object,
    dtype: DType,
    metadata: object = None,
) -> Tensor:
    """Return the tensor of a dtype that lies so in a storage of bytes."""
    typed = Storage(storage.memory.view(dtype.numpy), dtype)
    return _rebuild_tensor_v2(
        typed, storage_offset, size, stride, requires_grad, backward_hooks, metadata
    )


def _rebuild_parameter(data: Tensor, requires_grad: bool, backward_hooks: object) -> Parameter:
    """Return a parameter with these numbers."""
    del backward_hooks
    return Parameter(data, bool(requires_grad))


def _rebuild_parameter_with_state(
    data: Tensor, requires_grad: bool, backward_hooks: object, state: object
) -> Parameter:
    """Return a parameter with these numbers, and what was set on it."""
    made = _rebuild_parameter(data, requires_grad, backward_hooks)
    _set_attributes(made, state)
    return made


def _rebuild_from_type_v2(
    func: Callable[..., Tensor], new_type: type, args: tuple[Any, ...], state: object
) -> Tensor:
    """Return the tensor that `func` makes, with what was set on it."""
    made = func(*args)
    if not isinstance(made, Tensor):
        raise TypeError(f"_rebuild_from_type_v2(): a tensor is expected, not {type(made)}")
    if isinstance(new_type, type) and issubclass(new_type, Tensor):
        made.__class__ = new_type
    _set_attributes(made, state)
    return made


def _set_attributes(made: Tensor, state: object) -> None:
    """Set on a tensor what a learner had set; what the engine keeps there is left alone."""
    if isinstance(state, tuple):
        state = state[0]
    for name, value in (state or {}).items() if isinstance(state, dict) else ():
        if not name.startswith("_"):
            setattr(made, name, value)


def _get_layout(name: str) -> Layout:
    if name != "torch.strided":
        layout = name.removeprefix("torch.")
        raise missing("torch", layout, (), f"module 'torch' has no attribute '{layout}'")
    return STRIDED


def _bytearray(source: Any = b"", *encoding: str) -> bytearray:
    """Return bytes that can change, unless so many are asked for that no tensor may have them."""
    if isinstance(source, int):
        guard.check_bytes(source, (source,))
    return bytearray(source, *encoding)


for _function in (
    _rebuild_tensor,
    _rebuild_tensor_v2,
    _rebuild_tensor_v3,
    _rebuild_parameter,
    _rebuild_parameter_with_state,
):
    _function.__module__ = "torch._utils"
_rebuild_from_type_v2.__module__ = "torch._tensor"
_get_layout.__module__ = "torch.serialization"

_REBUILDING: dict[str, Any] = {
    f"{each.__module__}.{each.__name__}": each
    for each in (
        _rebuild_tensor,
        _rebuild_tensor_v2,
        _rebuild_tensor_v3,
        _rebuild_parameter,
        _rebuild_parameter_with_state,
        _rebuild_from_type_v2,
        _get_layout,
    )
}

SAFE: Mapping[str, Any] = {
    **_REBUILDING,
    "collections.OrderedDict": OrderedDict,
    "collections.Counter": Counter,
    "torch.nn.parameter.Parameter": Parameter,
    "torch.Size": Size,
    "torch.Tensor": Tensor,
    "torch.device": Device,
    "_codecs.encode": encode,
    "builtins.bytearray": _bytearray,
    "builtins.set": set,
    "builtins.complex": complex,
    "torch.storage.UntypedStorage": UNTYPED,
    **{f"torch.{dtype.name}": dtype for dtype in dtypes.BY_NAME.values()},
}
"""What may be made of a file that nobody vouches for, by its dotted name there."""


_HOMES = {"torch": SimpleNamespace(**FUNCTIONS), "torch.nn.functional": functional}
"""Where functions are found, by PyTorch's name of the module."""

_OWNERS = ("torch.nn", "torch.optim", "torch.optim.lr_scheduler", "torch")


def find_named(module: str, name: str) -> Any:
    """Return what the engine has for something of PyTorch's; AttributeError where it has nothing.

    In a file, functions that PyTorch has in C are attributes of `_VariableFunctionsClass`.
    """
    full = f"{module}.{name}"
    if module == "torch" and (name in _STORAGES or name in _LACKING):
        return storage_type(name)
    if full in SAFE:
        return SAFE[full]
    if module == "torch.return_types" and name in RETURN_TYPES:
        return RETURN_TYPES[name]
    if full == "torch._C._VariableFunctionsClass":
        return _HOMES["torch"]
    found = class_named(full) or getattr(_HOMES.get(module), name, None)
    if found is not None:
        return found
    plain = f"module '{module}' has no attribute '{name}'"
    refusals = (missing(owner, name, (), plain) for owner in _OWNERS)
    raise next((each for each in refusals if str(each) != plain), AttributeError(plain))
