"""From tensors to Python's and numpy's numbers, from one dtype to another, out of the graph."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import dtypes
from ..core.device import Device, check_device
from ..core.dims import as_real_dim
from ..core.dtypes import DType
from ..core.graph import grad_mode, record, record_laid
from ..core.guard import listed, run_apart, silently
from ..core.memory import IN_ORDER, clone
from ..core.methods import hang
from ..core.op import declared, offered_property, viewing
from ..core.promotion import check_broadcast
from ..core.size import Size
from ..core.strides import copied_as
from ..core.tensor import Array, Tensor, alias, wrap
from ..core.warned import warn_once

Number = int | float

# --- Python's numbers


@viewing("item(Tensor self)", function=False)
def item(self: Tensor) -> Number:
    """Return the one element as a Python number."""
    if self._array.size != 1:
        raise RuntimeError(
            f"a Tensor with {self._array.size} elements cannot be converted to Scalar"
        )
    number: Number = self._array.item()
    return number


@viewing("tolist(Tensor self)", function=False)
def tolist(self: Tensor) -> Any:
    """Return the elements as nested lists of Python numbers."""
    return listed(self._array)


def _one(self: Tensor) -> Number:
    if self._array.size != 1:
        raise ValueError("only one element tensors can be converted to Python scalars")
    return item(self)


def _float(self: Tensor) -> float:
    number = _one(self)
    warn_of_gradient(self)
    return float(number)


def warn_of_gradient(tensor: Tensor) -> None:
    """Warn, once in a process, where a number is taken out of what requires a gradient."""
    if grad_mode.enabled and tensor.requires_grad:
        warn_once(
            "Converting a tensor with requires_grad=True to a scalar may lead to unexpected "
            "behavior.\nConsider using tensor.detach() first."
        )


def _int(self: Tensor) -> int:
    return int(_one(self))


def _index(self: Tensor) -> int:
    if self._array.size != 1 or self._array.dtype.kind == "f":
        raise TypeError("only integer tensors of a single element can be converted to an index")
    return int(self._array.item())


@viewing("is_nonzero(Tensor input)")
def is_nonzero(input: Tensor) -> bool:
    """Return whether the one element is not zero."""
    if input._array.size != 1:
        if input._array.size == 0:
            raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
        raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
    return bool(input._array.item())


def _contains(self: Tensor, element: object) -> bool:
    if isinstance(element, Tensor):
        check_broadcast(element._array.shape, self._array.shape)
        return bool((self._array == element._array).any())
    if isinstance(element, int | float):
        return bool((self._array == element).any())
    raise RuntimeError(
        f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}."
    )


hang("__float__", _float)
hang("__int__", _int)
hang("__index__", _index)
hang("__bool__", is_nonzero)
_contains.__name__, _contains.__qualname__ = "__contains__", "Tensor.__contains__"
hang("__contains__", silently(run_apart(_contains)))


# --- numpy


@viewing("numpy(Tensor self, *, bool force=False)", function=False)
def numpy(self: Tensor, force: bool = False) -> Array:
    """Return the ndarray whose memory the tensor shares."""
    if self.requires_grad and not force:
        raise RuntimeError(
            "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
        )
    array = self._array
    # Of what is empty, numpy knows no strides.
    return array if array.size else np.empty(array.shape, array.dtype)


def _as_ndarray(self: Tensor, dtype: Any = None, copy: bool | None = None) -> Array:
    array = numpy(self)
    if copy:
        return np.array(array, dtype)
    return array if dtype is None else array.astype(dtype, copy=False)


def _from_ndarray(
    self: Tensor, array: object, context: object = None, return_scalar: bool = False
) -> Tensor:
    return wrap(np.asarray(array))


hang("__array__", _as_ndarray)
hang("__array_wrap__", _from_ndarray)


# --- dtypes


_cast = silently(copied_as)


def to_dtype(
    input: Tensor, dtype: DType, copy: bool = False, memory_format: object = None
) -> Tensor:
    """Return the tensor in a dtype; itself where it has it already."""
    own = input._array
    if own.dtype == dtype.numpy:
        if memory_format == IN_ORDER and not own.flags.c_contiguous:
            copy = True
        return clone(input, memory_format) if copy else input
    before, cast = own.dtype, _cast(own, dtype.numpy)

    def backward(grad: Array) -> tuple[Array]:
        return (grad.astype(before, copy=False),)

    if memory_format == IN_ORDER:
        return record("ToCopyBackward0", cast, (input,), backward)
    return record_laid("ToCopyBackward0", wrap(cast), (input,), backward, {})


_HOW = "bool non_blocking=False, bool copy=False, *, MemoryFormat? memory_format=None)"


@viewing(
    f"to(Tensor self, Device device=None, ScalarType dtype=None, {_HOW}",
    f"to(Tensor self, ScalarType dtype, {_HOW}",
    f"to(Tensor self, Tensor tensor, {_HOW}",
    "to(Tensor self, Scalar number)|deprecated",
    function=False,
)
def to(
    self: Tensor,
    dtype: DType | None = None,
    device: str | int | Device | None = None,
    non_blocking: bool = False,
    copy: bool = False,
    tensor: Tensor | None = None,
    number: Number | None = None,
    memory_format: object = None,
) -> Tensor:
    """Return the tensor in another dtype, or in that of a tensor; the device can only be the CPU.

    A number stands for its type, as in PyTorch.
    """
    check_device(device)
    if tensor is not None:
        dtype = tensor.dtype
    elif number is not None:
        dtype = dtypes.of_python_type(type(number))
    return to_dtype(self, dtype or self.dtype, copy, memory_format)


@viewing(
    "type(Tensor self, Any dtype=None, bool non_blocking=False, *, "
    "MemoryFormat? memory_format=None)",
    function=False,
)
def type_(
    self: Tensor, dtype: object, non_blocking: bool, memory_format: object = None
) -> str | Tensor:
    """Return the name of the tensor's type, or the tensor in another dtype."""
    if dtype is None:
        return f"torch.{self.dtype.scalar}Tensor"
    named_by = getattr(dtype, "dtype", None)  # by torch.LongTensor
    if not isinstance(dtype, DType) and isinstance(named_by, DType):
        dtype = named_by
    if not isinstance(dtype, DType):
        if not isinstance(dtype, str | type):
            raise TypeError("dtype must be a type, str, or dtype object")
        name = dtype if isinstance(dtype, str) else dtype.__name__
        named = [each for each in dtypes.BY_NAME.values() if name == f"torch.{each.scalar}Tensor"]
        if not named:
            raise ValueError(f"invalid type: '{name}'")
        dtype = named[0]
    return to_dtype(self, dtype, memory_format=memory_format)


@viewing("type_as(Tensor self, Tensor other)", function=False)
def type_as(self: Tensor, other: Tensor) -> Tensor:
    """Return the tensor in the dtype of `other`."""
    return to_dtype(self, other.dtype)


def _as(dtype: DType) -> Callable[[Tensor], Tensor]:
    def cast(self: Tensor, memory_format: object = None) -> Tensor:
        return to_dtype(self, dtype, memory_format=memory_format)

    cast.__doc__ = f"Return the tensor as {dtype}."
    return cast


for _name, _dtype in {
    "float": dtypes.float32, "double": dtypes.float64, "half": dtypes.float16,
    "long": dtypes.int64, "int": dtypes.int32, "short": dtypes.int16, "char": dtypes.int8,
    "byte": dtypes.uint8, "bool": dtypes.bool_,
}.items():  # fmt: skip
    viewing(f"{_name}(Tensor self, *, MemoryFormat? memory_format=None)", function=False)(
        _as(_dtype)
    )


@viewing("cpu(Tensor self, *, MemoryFormat? memory_format=None)", function=False)
def cpu(self: Tensor, memory_format: object = None) -> Tensor:
    """Return the tensor itself: its numbers are on the CPU."""
    return self


@viewing(
    "cuda(Tensor self, Device? device=None, bool non_blocking=False, *, "
    "MemoryFormat? memory_format=None)",
    function=False,
)
def cuda(self: Tensor, device: object, non_blocking: bool, memory_format: object = None) -> Tensor:
    """Refuse: the bundled engine computes on the CPU only."""
    raise AssertionError("Torch not compiled with CUDA enabled")


# --- out of the graph


@viewing("detach(Tensor input)")
def detach(input: Tensor) -> Tensor:
    """Return the same memory without the history."""
    return alias(input._array, input)


@viewing("detach_(Tensor input)")
def detach_(input: Tensor) -> Tensor:
    """Forget how this tensor was made."""
    if input._base is not None:
        raise RuntimeError(
            "Can't detach views in-place. Use detach() instead. If you are using "
            "DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as "
            "True, gradients are views of DDP buckets, and hence detach_() cannot be called on "
            "these gradients. To fix this error, please refer to the Optimizer.zero_grad() "
            "function in torch/optim/optimizer.py as the solution."
        )
    input._node, input._output, input._requires_grad = None, 0, False
    return input


@viewing("requires_grad_(Tensor self, bool requires_grad=True)", function=False)
def requires_grad_(self: Tensor, requires_grad: bool = True) -> Tensor:
    """Set whether gradients are to flow to this leaf."""
    if requires_grad and self._array.dtype.kind != "f":
        raise RuntimeError("only Tensors of floating point dtype can require gradients")
    self.requires_grad = requires_grad
    return self


# --- what it is


@viewing("size(Tensor self, int? dim=None)", function=False)
def size(self: Tensor, dim: int | None) -> Size | int:
    """Return the length of every dim, or of `dim`."""
    if dim is None:
        return self.shape
    length: int = self._array.shape[as_real_dim(dim, self._array.ndim)]
    return length


@viewing("dim(Tensor self)", aliases="ndimension", function=False)
def dim(self: Tensor) -> int:
    """Return the number of dims."""
    return self._array.ndim


@viewing("numel(Tensor input)")
@viewing("nelement(Tensor input)", function=False)
def numel(input: Tensor) -> int:
    """Return the number of elements."""
    return int(input._array.size)


@viewing("element_size(Tensor self)", function=False)
def element_size(self: Tensor) -> int:
    """Return the bytes of one element."""
    return self._array.itemsize


@offered_property("nbytes")
def _nbytes(self: Tensor) -> int:
    return self._array.size * self._array.itemsize


@offered_property("output_nr")
def _output_nr(self: Tensor) -> int:
    return self._output


def _never(self: Tensor) -> bool:
    return False


offered_property("itemsize")(element_size)
for _name in ("is_cuda", "is_sparse", "is_quantized"):
    offered_property(_name)(_never)


@viewing("is_floating_point(Tensor input)")
def is_floating_point(input: Tensor) -> bool:
    """Return whether the dtype holds fractions."""
    return input.dtype.is_floating_point


@viewing("is_complex(Tensor input)")
def is_complex(input: Tensor) -> bool:
    """Return whether the dtype is complex; here none is."""
    return False


@viewing("is_signed(Tensor input)")
def is_signed(input: Tensor) -> bool:
    """Return whether the dtype can hold a negative number."""
    return input.dtype.is_signed


@viewing("is_same_size(Tensor input, Tensor other)")
def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Return whether two tensors have the same shape."""
    return input._array.shape == other._array.shape


@viewing("_is_view(Tensor self)", function=False)
def _is_view(self: Tensor) -> bool:
    """Return whether it is a view that gradients flow through."""
    return self._base is not None


# --- Python functions element by element; PyTorch does not count them as changes


@declared("apply_(Tensor self, Any callable)", function=False)
def apply_(self: Tensor, callable: Callable[[Number], Number]) -> Tensor:
    """Call a Python function on every element and keep what it gives."""
    if self.requires_grad:
        raise RuntimeError("Can't call apply_() on Tensor that requires grad. Use var.detach()...")
    return _fill(self, [callable(value) for value in self._array.ravel().tolist()])


@declared("map_(Tensor self, Tensor other, Any callable)", function=False)
def map_(self: Tensor, other: Tensor, callable: Callable[[Number, Number], Number]) -> Tensor:
    """Call a Python function on every pair of elements and keep what it gives."""
    if self.requires_grad or other.requires_grad:
        raise RuntimeError("Can't call map_() on Variable that requires grad. Use var.detach()...")
    wide = np.broadcast_to(other._array, self._array.shape)
    pairs = zip(self._array.ravel().tolist(), wide.ravel().tolist(), strict=True)
    return _fill(self, [callable(*pair) for pair in pairs])


def _fill(target: Tensor, values: list[Number]) -> Tensor:
    array = target._array
    array[...] = np.array(values, array.dtype).reshape(array.shape)
    return target


# --- complex numbers, of which every tensor here is only the real part


@viewing("real(Tensor input)", method=False)
def real(input: Tensor) -> Tensor:
    """Return the real part, which here is all of it."""
    return input


@viewing("imag(Tensor input)", method=False)
def imag(input: Tensor) -> Tensor:
    """Refuse: only complex tensors have an imaginary part."""
    raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")


@viewing("conj(Tensor input)")
def conj(input: Tensor) -> Tensor:
    """Return the conjugate, which of a real tensor is itself."""
    return input


@viewing("is_conj(Tensor input)", aliases="is_neg is_inference")
def is_conj(input: Tensor) -> bool:
    """Return whether a sign is still to be changed; here never."""
    return False


offered_property("real")(real)
offered_property("imag")(imag)
