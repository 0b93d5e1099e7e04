"""The tensor: an ndarray with a memory of how it was made.

This module holds only what a tensor *is*: its numbers, shape, element type, memory and place in
the graph. What can be done with it is declared in the modules of operations (see op.py).
"""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from . import dtypes
from .builtin import Builtin
from .device import CPU, Device, kind_of
from .guard import write_over
from .methods import Methods
from .missing import missing
from .size import Size
from .warned import warn

Array = dtypes.Array


class Layout(metaclass=Builtin):
    """A `torch.layout`: how numbers lie in memory.

    Here that is always `torch.strided`: along each dim, neighbours are equally far apart.
    """

    __slots__ = ()
    __module__ = "torch"

    def __repr__(self) -> str:
        return "torch.strided"

    def __reduce__(self) -> tuple[object, ...]:
        return _strided, ()


Layout.called("torch.layout")
STRIDED = Layout()


def _strided() -> Layout:
    return STRIDED


class Tensor(Methods):
    """A tensor: numbers of one dtype in a grid of any number of dims.

    `torch.tensor([1.0, 2.0])` makes one of numbers, `torch.zeros(2, 3)` one of a shape. It knows
    its `shape` and `dtype`; where gradients flow, its `grad_fn` tells what made it.
    """

    # Views share the ndarray's memory. `Tensor([1, 2])` and `Tensor(2, 3)` are PyTorch's old
    # constructor; the engine itself makes tensors by `wrap`, which does nothing else.

    __module__ = "torch"
    __array_priority__ = 1000

    # Class-level defaults keep making a tensor as cheap as setting one attribute.
    _array: Array
    _node: Any = None  # the autograd node that made it; None for a leaf
    _output = 0  # which output of that node it is
    _requires_grad = False  # set on leaves only
    _grad: "Tensor | None" = None
    _storage: Array | None = None  # the array whose memory it shares; None: its own
    _counter: list[int] | None = None  # in-place changes of that memory; None: none, and unshared
    _base: "Tensor | None" = None  # the tensor it is a differentiable view of
    _base_version = 0  # the state of the base that `_node` describes
    _retains_grad = False
    _hooks: "list[Callable[[Tensor], Tensor | None]] | None" = None

    _made_of: ClassVar[Callable[[tuple[object, ...]], Array]]
    """What the old constructor makes of sizes or data; legacy_types.py sets it."""
    _describe_anew: ClassVar[Callable[["Tensor"], None]]
    """What describes a view after its base was changed in place; in_place.py sets it."""

    def __init__(self, *sizes_or_data: object, data: object = None, **_place: object) -> None:
        given = sizes_or_data if data is None else (data,)
        if len(given) == 1 and isinstance(given[0], Tensor):
            self._array = given[0]._array
        else:
            self._array = Tensor._made_of(given)

    def __getattr__(self, name: str) -> Any:
        # Only what the class lacks comes here.
        plain = f"'{type(self).__name__}' object has no attribute '{name}'"
        own_names = () if name.startswith("_") else dir(type(self))
        raise missing("Tensor", name, own_names, plain)

    # --- what it is

    @property
    def shape(self) -> Size:
        """The length of every dimension."""
        return tuple.__new__(Size, self._array.shape)  # known to be whole numbers

    @property
    def dtype(self) -> dtypes.DType:
        """The element type."""
        return dtypes.of_array(self._array)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self._array.ndim

    @property
    def device(self) -> Device:
        """Where its numbers are: the CPU."""
        return CPU

    @property
    def layout(self) -> Layout:
        """How its numbers lie in memory: strided."""
        return STRIDED

    @property
    def is_leaf(self) -> bool:
        """Whether nothing recorded made it."""
        return self.grad_fn is None

    @property
    def grad_fn(self) -> Any:
        """The node of the graph that made it, None for a leaf."""
        base = self._base
        if base is not None:
            counter = self._counter
            if (self._node is None and base._requires_grad) or self._base_version != (
                0 if counter is None else counter[0]
            ):
                Tensor._describe_anew(self)
        return self._node

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to it."""
        if self._base is None:  # asked at every operation
            return self._requires_grad or self._node is not None
        return self._requires_grad or self.grad_fn is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if self.grad_fn is not None:
            if value:
                return
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a "
                "computed variable in a subgraph that doesn't require differentiation use "
                "var_no_grad = var.detach()."
            )
        if value and self._array.dtype.kind != "f":
            raise RuntimeError(
                "only Tensors of floating point and complex dtype can require gradients"
            )
        self._requires_grad = bool(value)

    @property
    def data(self) -> "Tensor":
        """The same numbers outside the graph, whose changes autograd does not see."""
        outside = wrap(self._array)
        outside._storage = self._array if self._storage is None else self._storage
        return outside

    @data.setter
    def data(self, source: "Tensor") -> None:
        if not isinstance(source, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {kind_of(source)}")
        if self.requires_grad and source._array.dtype.kind != "f":
            raise RuntimeError(
                "data set to a tensor that requires gradients must be floating point or complex "
                "dtype"
            )
        self._array = source._array
        self._storage = source._storage

    @property
    def grad(self) -> "Tensor | None":
        """The gradient that `backward` has added up here; None before any."""
        if self._grad is None and not self._retains_grad and self.grad_fn is not None:
            warn(
                "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its "
                ".grad attribute won't be populated during autograd.backward(). If you indeed "
                "want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() "
                "on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure "
                "you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 "
                "for more information."
            )
        return self._grad

    @grad.setter
    def grad(self, value: "Tensor | None") -> None:
        if value is not None:
            if not isinstance(value, Tensor):
                raise TypeError(
                    "assigned grad expected to be a Tensor or None but got grad of type "
                    f"{kind_of(value)}"
                )
            if value is self:
                raise RuntimeError("can't assign Variable as its own grad")
            if value._array.dtype != self._array.dtype:
                raise RuntimeError(
                    f"attempting to assign a gradient with dtype '{value.dtype.c_name}' to a "
                    f"tensor with grad_dtype '{self.dtype.scalar}'. The gradient must match the "
                    "tensor's grad_dtype (defaults to the tensor's dtype). You can set the "
                    "tensor's grad_dtype attribute with a specific dtype, or None to allow any "
                    "dtype. Set grad_dtype with caution. Diverging the dtypes of a tensor and its "
                    "gradient may break downstream systems that assume they match."
                )
            if value._array.shape != self._array.shape:
                raise RuntimeError(
                    f"attempting to assign a gradient of size '{list(value.shape)}' to a tensor of "
                    f"size '{list(self.shape)}'. Please ensure that the gradient and the tensor "
                    "are the same size"
                )
        self._grad = value

    @grad.deleter
    def grad(self) -> None:
        self._grad = None

    @property
    def _version(self) -> int:
        return version(self)

    def __hash__(self) -> int:
        return id(self)

    def __delitem__(self, index: object) -> None:
        raise TypeError("Tensor does not support deleting items")

    def __len__(self) -> int:
        if self._array.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return int(self._array.shape[0])

    def __iter__(self) -> Iterator["Tensor"]:
        if self._array.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        rows: tuple[Tensor, ...] = self.unbind(0)
        return iter(rows)


class Parameter(Tensor):
    """A tensor that a module learns: it requires grad, and `parameters()` of the module has it."""

    __module__ = "torch.nn.parameter"

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        if data is None:
            self._array = np.empty(0, dtypes.default_dtype().numpy)
        else:
            source = data.detach()
            self._array, self._storage, self._counter = (
                source._array,
                source._storage,
                source._counter,
            )
        if requires_grad and self._array.dtype.kind != "f":
            raise RuntimeError(
                "Only Tensors of floating point and complex dtype can require gradients"
            )
        self._requires_grad = requires_grad


def wrap(array: object) -> Tensor:
    """Return the tensor of an ndarray (or numpy scalar), which it shares; no graph, no checks."""
    tensor = object.__new__(Tensor)
    tensor._array = array if type(array) is np.ndarray else np.asarray(array)
    return tensor


def alias(array: Array, of: Tensor) -> Tensor:
    """Return the tensor of `array`, a view of the memory of `of`, outside the graph.

    They share the count of in-place changes, so that a change through one is seen by both.
    """
    tensor = object.__new__(Tensor)
    tensor._array = array
    storage = of._storage
    tensor._storage = of._array if storage is None else storage
    counter = of._counter
    if counter is None:
        counter = of._counter = [0]
    tensor._counter = counter
    return tensor


def version(tensor: Tensor) -> int:
    """Return how often the memory of `tensor` was changed in place."""
    return 0 if tensor._counter is None else tensor._counter[0]


def write(tensor: Tensor, values: object) -> None:
    """Write numbers over the memory that `tensor` sees, and count the change: it is counted here.

    What was saved for a gradient is known by the count to be changed since.
    """
    try:
        write_over(tensor._array, values)
    finally:  # after Ctrl-C a part of it is written
        count_change(tensor)


def count_change(tensor: Tensor) -> None:
    """Count a change of a tensor's memory, or of how the tensor sees it."""
    if tensor._counter is None:
        tensor._counter = [0]
    tensor._counter[0] += 1


def address(array: Array) -> int:
    """Return where an array's first element is in memory."""
    place: int = array.__array_interface__["data"][0]
    return place
