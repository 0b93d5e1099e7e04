"""From tensors to Python's and numpy's numbers, from one dtype to another, out of the graph."""

from typing import Any

import numpy as np

from ..core import dtypes
from ..core.arguments import as_dtype, as_real_dim, expect_integer, expect_tensor
from ..core.device import check_device
from ..core.graph import record
from ..core.memory import clone
from ..core.size import Size
from ..core.surface import offered, offered_property
from ..core.tensor import Array, Tensor, alias, wrap

__all__ = ["detach", "to_dtype"]

# --- Python's numbers


@offered("item", function=False)
def item(self: Tensor) -> Any:
    """Return the one element as a Python number."""
    if self._array.size != 1:
        raise RuntimeError(
            f"a Tensor with {self._array.size} elements cannot be converted to Scalar"
        )
    return self._array.item()


@offered("tolist", function=False)
def tolist(self: Tensor) -> Any:
    """Return the elements as nested lists of Python numbers."""
    return self._array.tolist()


def _one(self: Tensor) -> Any:
    if self._array.size != 1:
        raise ValueError("only one element tensors can be converted to Python scalars")
    return self._array.item()


@offered("__float__", function=False)
def _float(self: Tensor) -> float:
    return float(_one(self))


@offered("__int__", function=False)
def _int(self: Tensor) -> int:
    return int(_one(self))


@offered("__index__", function=False)
def _index(self: Tensor) -> int:
    if self._array.size != 1 or self._array.dtype.kind == "f":
        raise TypeError("only integer tensors of a single element can be converted to an index")
    return int(self._array.item())


@offered("__bool__", function=False)
def _bool(self: Tensor) -> bool:
    if self._array.size != 1:
        if self._array.size == 0:
            raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
        raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
    return bool(self._array.item())


@offered("__contains__", function=False)
def _contains(self: Tensor, element: Any) -> bool:
    if isinstance(element, Tensor):
        return bool((self._array == element._array).any())
    if isinstance(element, int | float):
        return bool((self._array == element).any())
    raise RuntimeError(
        f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}."
    )


@offered("is_nonzero")
def is_nonzero(input: Tensor) -> bool:
    """Return whether the one element is not zero."""
    return _bool(input)


# --- numpy


@offered("numpy", function=False)
def numpy(self: Tensor, *unwanted: Any, force: bool = False) -> Array:
    """Return the ndarray whose memory the tensor shares."""
    if unwanted:
        given = len(unwanted)
        raise TypeError(
            f"numpy() takes 0 positional arguments but {given} {'was' if given == 1 else 'were'} "
            "given"
        )
    if force:
        return self._array
    if self.requires_grad:
        raise RuntimeError(
            "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
        )
    return self._array


@offered("__array__", function=False)
def _as_ndarray(self: Tensor, dtype: Any = None, copy: Any = None) -> Array:
    array = numpy(self)
    if copy:
        return np.array(array, dtype)
    return array if dtype is None else array.astype(dtype, copy=False)


@offered("__array_wrap__", function=False)
def _from_ndarray(
    self: Tensor, array: Any, context: Any = None, return_scalar: bool = False
) -> Tensor:
    return wrap(np.asarray(array))


# --- dtypes


def to_dtype(input: Tensor, dtype: dtypes.DType, copy: bool = False) -> Tensor:
    """Return the tensor in a dtype; itself where it has it already."""
    own = input._array
    if own.dtype == dtype.numpy:
        return clone(input) if copy else input
    before = own.dtype
    return record(
        "ToCopyBackward0", own.astype(dtype.numpy), (input,),
        lambda grad: (grad.astype(before, copy=False),),
    )  # fmt: skip


@offered("to", function=False)
def to(self: Tensor, *arguments: Any, dtype: Any = None, device: Any = None, copy: bool = False,
       non_blocking: bool = False, memory_format: Any = None) -> Tensor:  # fmt: skip
    """Return the tensor in another dtype; the device can only be the CPU."""
    for argument in (*arguments, device):
        if isinstance(argument, Tensor):
            dtype = argument.dtype
        elif isinstance(argument, dtypes.DType | type):
            dtype = argument
        elif isinstance(argument, float):
            dtype = dtypes.float64  # PyTorch reads the number's type
        elif not isinstance(argument, bool):
            check_device(argument)
    chosen = self.dtype if dtype is None else as_dtype(dtype, "to")
    return to_dtype(self, chosen, copy)


@offered("type", function=False)
def type_(self: Tensor, dtype: Any = None, non_blocking: bool = False) -> Any:
    """Return the name of the tensor's type, or the tensor in another dtype."""
    if dtype is None:
        return f"torch.{self.dtype.scalar}Tensor"
    if isinstance(getattr(dtype, "dtype", None), dtypes.DType):
        dtype = dtype.dtype  # torch.LongTensor
    if isinstance(dtype, str):
        for each in dtypes.BY_NAME.values():
            if dtype == f"torch.{each.scalar}Tensor":
                return to_dtype(self, each)
        raise ValueError(f"invalid type: '{dtype}'")
    return to_dtype(self, as_dtype(dtype, "type"))


@offered("type_as", function=False)
def type_as(self: Tensor, other: Tensor) -> Tensor:
    """Return the tensor in the dtype of `other`."""
    return to_dtype(self, other.dtype)


def _cast(name: str, dtype: dtypes.DType) -> None:
    def cast(self: Tensor, memory_format: Any = None) -> Tensor:
        return to_dtype(self, dtype)

    cast.__doc__ = f"Return the tensor as {dtype}."
    offered(name, function=False)(cast)


for _name, _dtype in {
    "float": dtypes.float32, "double": dtypes.float64, "half": dtypes.float16,
    "long": dtypes.int64, "int": dtypes.int32, "short": dtypes.int16, "char": dtypes.int8,
    "byte": dtypes.uint8, "bool": dtypes.bool_,
}.items():  # fmt: skip
    _cast(_name, _dtype)


@offered("cpu", function=False)
def cpu(self: Tensor) -> Tensor:
    """Return the tensor itself: its numbers are on the CPU."""
    return self


@offered("cuda", function=False)
def cuda(self: Tensor, *arguments: Any, **options: Any) -> Tensor:
    """Refuse: the bundled engine computes on the CPU only."""
    raise AssertionError("Torch not compiled with CUDA enabled")


# --- out of the graph


@offered("detach")
def detach(self: Tensor) -> Tensor:
    """Return the same memory without the history."""
    return alias(self._array, self)


@offered("detach_", function=False)
def detach_(self: Tensor) -> Tensor:
    """Forget how this tensor was made."""
    self._node, self._output, self._base, self._requires_grad = None, 0, None, False
    return self


@offered("requires_grad_", function=False)
def requires_grad_(self: Tensor, requires_grad: bool = True) -> Tensor:
    """Set whether gradients are to flow to this leaf."""
    if requires_grad and self._array.dtype.kind != "f":
        raise RuntimeError("only Tensors of floating point dtype can require gradients")
    self.requires_grad = requires_grad
    return self


# --- what it is


@offered("size", function=False)
def size(self: Tensor, dim: Any = None) -> Any:
    """Return the length of every dim, or of `dim`."""
    if dim is None:
        return Size(self._array.shape)
    return self._array.shape[as_real_dim(expect_integer(dim, "size", "dim"), self._array.ndim)]


@offered("dim", "ndimension", function=False)
def dim(self: Tensor) -> int:
    """Return the number of dims."""
    return self._array.ndim


@offered("numel", "nelement")
def numel(input: Tensor) -> int:
    """Return the number of elements."""
    expect_tensor(input, "numel")
    return int(input._array.size)


@offered("element_size", function=False)
def element_size(self: Tensor) -> int:
    """Return the bytes of one element."""
    return self._array.itemsize


offered_property("itemsize")(lambda self: self._array.itemsize)
offered_property("nbytes")(lambda self: self._array.size * self._array.itemsize)
offered_property("is_cuda")(lambda self: False)
offered_property("is_sparse")(lambda self: False)
offered_property("is_quantized")(lambda self: False)
offered_property("names")(lambda self: (None,) * self._array.ndim)
offered_property("output_nr")(lambda self: self._output)


@offered("is_floating_point")
def is_floating_point(input: Tensor) -> bool:
    """Return whether the dtype holds fractions."""
    return bool(input._array.dtype.kind == "f")


@offered("is_complex")
def is_complex(input: Tensor) -> bool:
    """Return whether the dtype is complex; here none is."""
    return False


@offered("is_signed")
def is_signed(input: Tensor) -> bool:
    """Return whether the dtype can hold a negative number."""
    return input.dtype.is_signed


@offered("is_same_size")
def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Return whether two tensors have the same shape."""
    return input._array.shape == other._array.shape


@offered("apply_", function=False)
def apply_(self: Tensor, callable: Any) -> Tensor:
    """Call a Python function on every element and keep what it gives."""
    if self.requires_grad:
        raise RuntimeError("Can't call apply_() on Tensor that requires grad. Use var.detach()...")
    flat = [callable(value) for value in self._array.ravel().tolist()]
    self._array[...] = np.array(flat, self._array.dtype).reshape(self._array.shape)
    return self


@offered("map_", function=False)
def map_(self: Tensor, tensor: Tensor, callable: Any) -> Tensor:
    """Call a Python function on every pair of elements and keep what it gives."""
    if self.requires_grad or tensor.requires_grad:
        raise RuntimeError("Can't call map_() on Variable that requires grad. Use var.detach()...")
    other = np.broadcast_to(tensor._array, self._array.shape)
    pairs = zip(self._array.ravel().tolist(), other.ravel().tolist(), strict=True)
    flat = [callable(*pair) for pair in pairs]
    self._array[...] = np.array(flat, self._array.dtype).reshape(self._array.shape)
    return self


# --- complex numbers, of which every tensor here is only the real part


@offered("real", method=False)
def real(input: Tensor) -> Tensor:
    """Return the real part, which here is all of it."""
    expect_tensor(input, "real")
    return input


@offered("imag", method=False)
def imag(input: Tensor) -> Tensor:
    """Refuse: only complex tensors have an imaginary part."""
    expect_tensor(input, "imag")
    raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")


@offered("conj")
def conj(input: Tensor) -> Tensor:
    """Return the conjugate, which of a real tensor is itself."""
    return input


@offered("is_conj", "is_neg", "is_inference")
def is_conj(input: Tensor) -> bool:
    """Return whether a sign is still to be turned; here never."""
    return False


offered_property("real")(real)
offered_property("imag")(imag)


@offered("_is_view", function=False)
def _is_view(self: Tensor) -> bool:
    return self._base is not None
