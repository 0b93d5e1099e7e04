"""Copies of tensors and of what is made of them: in memory (`copy.deepcopy`) and as a pickle.

What has PyTorch's names is pickled by a name of the engine's: there may be no PyTorch to import
it from. `torch.save` writes PyTorch's own format (see serialization.py).
"""

import copyreg
import sys
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np

from .guard import check_shape, waited_for
from .methods import hang
from .tensor import Array, Parameter, Tensor, address, wrap

# --- a tensor as its memory, and how it lies there


class Stored(NamedTuple):
    """The memory of a tensor in one dim, and how the tensor lies in it, in elements."""

    memory: Array
    offset: int
    sizes: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def key(self) -> tuple[int, int]:
        """What is the same for two tensors that share their memory."""
        size = self.memory.nbytes
        return (address(self.memory), size) if size else (id(self.memory), 0)


def stored(tensor: Tensor) -> Stored:
    """Return the memory that a tensor sees, and how it lies there."""
    array = tensor._array
    memory = _in_one_dim(array if tensor._storage is None else tensor._storage)
    if memory is None or memory.dtype != array.dtype:  # numpy's own, with gaps
        check_shape(array.shape, array.dtype)
        array = np.ascontiguousarray(array).reshape(array.shape)
        memory = array.reshape(-1)
    offset = 0
    if memory.size:
        offset = (address(array) - address(memory)) // array.itemsize
    strides = tuple(step // array.itemsize for step in array.strides)
    return Stored(memory, offset, array.shape, strides)


def _in_one_dim(home: Array) -> Array | None:
    """Return an array as a view in the order of its memory; None where that has gaps."""
    order = sorted(range(home.ndim), key=lambda axis: (-home.strides[axis], axis))
    in_order = home.transpose(order)
    return in_order.reshape(-1) if in_order.flags.c_contiguous else None


def rebuilt(
    memory: Array,
    offset: int,
    sizes: tuple[int, ...],
    strides: tuple[int, ...],
    requires_grad: bool = False,
) -> Tensor:
    """Return the tensor that lies in `memory` so; RuntimeError where it would reach beyond it."""
    reach = offset + sum((size - 1) * step for size, step in zip(sizes, strides, strict=True)) + 1
    if offset < 0 or min(strides, default=0) < 0 or (0 not in sizes and reach > memory.size):
        raise RuntimeError(
            f"setStorage: sizes {list(sizes)}, strides {list(strides)}, storage offset {offset}, "
            f"and itemsize {memory.itemsize} requiring a storage size of {reach * memory.itemsize} "
            f"are out of bounds for storage of size {memory.nbytes}"
        )
    itemsize = memory.itemsize
    array: Array = np.ndarray(
        sizes,
        memory.dtype,
        # numpy wants a place even for nothing.
        buffer=memory if memory.size else np.empty(1, memory.dtype),
        offset=min(offset, memory.size) * itemsize,
        strides=tuple(step * itemsize for step in strides),
    )
    tensor = wrap(array)
    tensor._storage = memory if memory.size else None
    tensor._requires_grad = requires_grad
    return tensor


def rebuilt_parameter(data: Tensor, requires_grad: bool) -> Parameter:
    """Return a parameter with these numbers."""
    return Parameter(data, requires_grad)


_OWN = frozenset(Tensor.__annotations__) | frozenset(vars(Tensor))
"""What the engine itself keeps on a tensor."""


def attributes_of(tensor: Tensor) -> dict[str, Any]:
    """Return what a learner has set on a tensor, such as `x.name = "signal"`."""
    held = vars(tensor)
    return {name: held[name] for name in held if name not in _OWN} if len(held) > 1 else {}


def _reduce_ex(self: Tensor, _protocol: object) -> tuple[object, ...]:
    state = attributes_of(self) or None
    if isinstance(self, Parameter):
        return rebuilt_parameter, (self.data, self.requires_grad), state
    return rebuilt, (*stored(self), self.requires_grad), state


def _deepcopy(self: Tensor, memo: dict[Any, Any]) -> Tensor:
    if self.grad_fn is not None:
        raise RuntimeError(
            "Only Tensors created explicitly by the user (graph leaves) support the deepcopy "
            "protocol at the moment.  If you were attempting to deepcopy a module, this may "
            "be because of a torch.nn.utils.weight_norm usage, see "
            "https://github.com/pytorch/pytorch/pull/103001"
        )
    if id(self) in memo:
        known: Tensor = memo[id(self)]
        return known
    if isinstance(self, Parameter):
        copied: Tensor = type(self)(wrap(waited_for(np.copy, self._array)), self._requires_grad)
    else:
        memory, offset, sizes, strides = own = stored(self)
        key = ("torch.storage", *own.key)
        if key not in memo:
            memo[key] = waited_for(np.copy, memory)
        copied = rebuilt(memo[key], offset, sizes, strides, self._requires_grad)
        copied.__class__ = type(self)
        if self._grad is not None:
            copied._grad = _deepcopy(self._grad, memo)
        vars(copied).update(deepcopy(attributes_of(self), memo))
    memo[id(self)] = copied
    return copied


hang("__reduce_ex__", _reduce_ex)
hang("__deepcopy__", _deepcopy)


# --- objects of PyTorch's classes

_CLASSES: dict[str, type] = {}


def class_named(name: str) -> type | None:
    """Return the class that PyTorch has at a dotted name, where the engine has it."""
    return _CLASSES.get(name)


def is_named(kind: type) -> bool:
    """Return whether a class stands for one of PyTorch's."""
    return _CLASSES.get(f"{kind.__module__}.{kind.__qualname__}") is kind


class Pickles:
    """The base of PyTorch's classes whose objects are pickled."""

    def __init_subclass__(cls, **options: object) -> None:
        """Remember the classes that stand for PyTorch's own."""
        super().__init_subclass__(**options)
        if cls.__module__.partition(".")[0] == "torch":
            _CLASSES.setdefault(f"{cls.__module__}.{cls.__qualname__}", cls)

    def __reduce_ex__(self, protocol: Any) -> Any:
        made: Any = super().__reduce_ex__(max(protocol, 2))
        if not isinstance(made, tuple) or made[0] is not copyreg.__newobj__:  # type: ignore[attr-defined]
            return made
        function, (kind, *arguments), state, *rest = made
        if isinstance(state, dict):
            state = {name: _by_name(value) for name, value in state.items()}
        if is_named(type(self)):
            function, kind = _new, f"{kind.__module__}.{kind.__qualname__}"
        return function, (kind, *arguments), state, *rest


def _new(name: str, *arguments: Any) -> object:
    kind = _CLASSES[name]
    return kind.__new__(kind, *arguments)


# --- functions and classes that an object keeps, such as `self.act = F.relu`


class _Named:
    """Stands in a pickle for a function or class of PyTorch's, which is read by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> tuple[object, ...]:
        return _found, (self.name,)


def _by_name(value: Any) -> Any:
    """Return what stands in a pickle for a value; all but PyTorch's functions stand themselves."""
    module = getattr(value, "__module__", None)
    if not callable(value) or not isinstance(module, str) or module.partition(".")[0] != "torch":
        return value
    name = f"{module}.{getattr(value, '__qualname__', '')}"
    return _Named(name) if _found(name) is value else value


def _found(name: str) -> Any:
    """Return the function or class of a dotted name of PyTorch's; None where there is none."""
    if name in _CLASSES:
        return _CLASSES[name]
    found: Any = sys.modules[_ENGINE]
    for part in name.split(".")[1:]:
        found = vars(found).get(part) if hasattr(found, "__dict__") else None
    return found


_ENGINE = __name__.removesuffix(".core.pickling")
