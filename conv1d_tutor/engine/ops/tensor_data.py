"""Tensors out of Python's numbers, nested sequences and numpy's arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import dtypes
from ..core.device import kind_of
from ..core.dtypes import DType
from ..core.guard import check_shape
from ..core.op import declared
from ..core.strides import copied_as, in_order
from ..core.tensor import Array, Tensor, wrap
from ..core.warned import warn
from .conversion import to_dtype, warn_of_gradient

_FROM_NUMPY = (
    "float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, "
    "uint16, uint8, and bool"
)


_MOST_DIMENSIONS = 128
_NUMPYS_DIMENSIONS = 64

_C_TYPES = {"uint8": "uint8", "int8": "int8", "int16": "int16", "int32": "int"}


def _shape_of(data: object) -> tuple[int, ...]:
    """Return the shape that nested sequences claim: the first element of each speaks for all."""
    shape: list[int] = []
    while isinstance(data, Sequence | np.ndarray | Tensor) and not isinstance(data, str | bytes):
        if isinstance(data, np.ndarray | Tensor):
            return (*shape, *data.shape)
        shape.append(len(data))
        if len(shape) > _MOST_DIMENSIONS:
            raise ValueError(f"too many dimensions '{type(data).__name__}'")
        if not shape[-1]:
            break
        data = data[0]
    if len(shape) > _NUMPYS_DIMENSIONS:
        raise RuntimeError(
            f"tensors of more than {_NUMPYS_DIMENSIONS} dimensions are PyTorch's, but not in the "
            "bundled engine; the real PyTorch has them: conv1d-tutor --engine torch"
        )
    # The same list may stand in itself many times over: no more is walked than can be kept.
    check_shape(shape, np.dtype(np.float32))
    return tuple(shape)


def _flattened(data: object, shape: tuple[int, ...], depth: int, into: list[Any]) -> None:
    if depth == len(shape):
        if isinstance(data, Tensor | np.ndarray):
            if data.ndim:
                raise ValueError("only one element tensors can be converted to Python scalars")
            if isinstance(data, Tensor):
                warn_of_gradient(data)
            data = data.item()
        elif isinstance(data, str):
            if into:
                raise TypeError("new(): invalid data type 'str'")
            raise ValueError("too many dimensions 'str'")
        elif isinstance(data, Sequence):
            raise TypeError(f"'{type(data).__name__}' object cannot be interpreted as an integer")
        into.append(data)
        return
    if isinstance(data, np.ndarray | Tensor):
        if tuple(data.shape) != shape[depth:]:
            raise ValueError(
                f"expected sequence of length {shape[depth]} at dim {depth} (got {len(data)})"
            )
        into.extend(np.ravel(data._array if isinstance(data, Tensor) else data).tolist())
        return
    if not isinstance(data, Sequence):
        raise TypeError(
            f"'{type(data).__name__}' object is not a sequence" if depth == 0 else "not a sequence"
        )
    if len(data) != shape[depth]:
        raise ValueError(
            f"expected sequence of length {shape[depth]} at dim {depth} (got {len(data)})"
        )
    for each in data:
        if each is data:
            raise TypeError("new(): self-referential lists are incompatible")
        if isinstance(each, Tensor) and each._array.ndim:
            raise ValueError("only one element tensors can be converted to Python scalars")
        _flattened(each, shape, depth + 1, into)


def _inferred(values: list[Any], first: object) -> DType:
    if isinstance(first, np.ndarray):
        return dtypes.of_array(first)
    kinds = {type(value) for value in values}
    for kind in kinds:
        if kind not in (bool, int, float) and not issubclass(kind, np.generic | int | float):
            if kind is complex:
                raise NotImplementedError(
                    "complex tensors are PyTorch's, but not in the bundled engine; the real "
                    "PyTorch has them: conv1d-tutor --engine torch"
                )
            raise RuntimeError(f"Could not infer dtype of {kind.__name__}")
    if not values or any(issubclass(kind, float | np.floating) for kind in kinds):
        numpy_kinds = {k for k in kinds if issubclass(k, np.floating) and k is not np.float64}
        if numpy_kinds and len(kinds) == 1:
            return dtypes.of_array(np.empty(0, numpy_kinds.pop()))
        if kinds == {np.float64}:
            return dtypes.float64
        return dtypes.default_dtype()
    if all(issubclass(kind, bool | np.bool_) for kind in kinds):
        return dtypes.bool_
    return dtypes.int64


def _in_parts(values: list[Any], dtype: np.dtype[Any]) -> Array:
    """Return an array of numbers, of very many a part at a time, so that Ctrl-C gets through."""
    if len(values) <= _PART:
        return np.array(values, dtype)
    output = np.empty(len(values), dtype)
    for start in range(0, len(values), _PART):
        output[start : start + _PART] = np.array(values[start : start + _PART], dtype)
    return output


_PART = 2**18


def _whole(value: Any, dtype: DType) -> int:
    """Return a number cut to a whole one; RuntimeError where the dtype cannot hold it."""
    if isinstance(value, float) and not -(2.0**63) <= value < 2.0**63:  # NaN neither
        raise RuntimeError(f"value cannot be converted to type {dtype.name} without overflow")
    return int(value)


def tensor_data(data: object, dtype: DType | None) -> Array:
    """Return a new ndarray of `data`: a number, nested sequences, an ndarray or a tensor."""
    if isinstance(data, Tensor):
        return copied_as(data._array, None if dtype is None else dtype.numpy)
    if isinstance(data, np.ndarray):
        _check_numpy(data)
        return np.array(data, None if dtype is None else dtype.numpy, order="C")
    if isinstance(data, str | bytes):
        raise TypeError(f"new(): invalid data type '{kind_of(data)}'")
    if isinstance(data, np.generic) and dtype is None:
        return np.array(data)
    shape = _shape_of(data)
    values: list[Any] = []
    _flattened(data, shape, 0, values)
    if dtype is None:
        first = data
        while shape and isinstance(first, Sequence) and len(first):
            first = first[0]
        dtype = first.dtype if isinstance(first, Tensor) else _inferred(values, first)
    if dtype.kind == 1 and any(
        isinstance(value, int) and not -(2**63) <= value < 2**63 for value in values
    ):
        raise ValueError("Overflow when unpacking long long")
    if dtype.kind == 1 and any(isinstance(value, float) for value in values):
        values = [_whole(value, dtype) for value in values]
    try:
        return in_order(_in_parts(values, dtype.numpy).reshape(shape))
    except (TypeError, ValueError):
        kinds = [kind_of(each) for each in values if not isinstance(each, int | float | np.generic)]
        kind = kinds[0] if kinds else kind_of(data)
        raise TypeError(
            f"must be real number, not {kind}"
            if dtype.kind == 2
            else f"'{kind}' object cannot be interpreted as an integer"
        ) from None
    except OverflowError:
        if dtype is dtypes.uint8 and all(-256 < value < 256 for value in values):
            return np.array(values, np.int64).astype(np.uint8).reshape(shape)
        raise RuntimeError(
            f"value cannot be converted to type {_C_TYPES.get(dtype.name, dtype.c_name)} without "
            "overflow"
        ) from None


@declared(
    "tensor(Any data, *, ScalarType dtype=None, Device device=None, bool pin_memory=False, "
    "bool requires_grad=False)",
    method=False,
)
def tensor(data: object, dtype: DType | None = None) -> Tensor:
    """Return a tensor of a copy of `data`: a number, nested lists of numbers, or an ndarray."""
    _warn_of_copy("torch.tensor", data)
    return wrap(tensor_data(data, dtype))


def _warn_of_copy(called: str, data: object) -> None:
    if isinstance(data, Tensor):
        warn(
            "To copy construct from a tensor, it is recommended to use "
            "sourceTensor.detach().clone() or sourceTensor.detach().clone().requires_grad_(True), "
            f"rather than {called}(sourceTensor)."
        )


@declared(
    "new_tensor(Tensor self, Any data, *, ScalarType dtype=None, Device device=None, "
    "bool requires_grad=False)",
    function=False,
)
def new_tensor(self: Tensor, data: object, dtype: DType | None) -> Tensor:
    """Return a tensor of a copy of `data` in this tensor's dtype."""
    _warn_of_copy("tensor.new_tensor", data)
    return wrap(tensor_data(data, dtype or self.dtype))


@declared("as_tensor(Any data, *, ScalarType dtype=None, Device device=None)", method=False)
def as_tensor(data: object, dtype: DType | None = None) -> Tensor:
    """Return a tensor of `data`, sharing memory with an ndarray or tensor where the dtype fits."""
    if isinstance(data, Tensor | np.ndarray):
        shared = data if isinstance(data, Tensor) else from_numpy(data)
        return shared if dtype is None else to_dtype(shared, dtype)
    return tensor(data, dtype)


@declared(
    "asarray(Any obj, *, ScalarType? dtype=None, Device? device=None, bool? copy=None, "
    "bool? requires_grad=None)",
    method=False,
)
def asarray(obj: object, dtype: DType | None, copy: bool | None) -> Tensor:
    """Return a tensor of `obj`: sharing its memory where that is possible, or (`copy`) a copy."""
    return wrap(tensor_data(obj, dtype)) if copy else as_tensor(obj, dtype)


def _check_numpy(array: Array) -> None:
    if array.dtype.kind not in "biuf" or array.dtype not in {
        each.numpy for each in dtypes.BY_NAME.values()
    } | {dtypes.bool_.numpy}:
        raise TypeError(
            f"can't convert np.ndarray of type {kind_of(array.dtype.type(0))}. The only supported "
            f"types are: {_FROM_NUMPY}."
        )
    if any(stride < 0 for stride in array.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative "
            "strides are not currently supported. (You can probably work around this by making a "
            "copy of your array  with array.copy().) "
        )


@declared("from_numpy(Any ndarray)", method=False)
def from_numpy(ndarray: object) -> Tensor:
    """Return the tensor that shares the memory of an ndarray."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {kind_of(ndarray)})")
    _check_numpy(ndarray)
    return wrap(ndarray)
