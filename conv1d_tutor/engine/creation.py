"""Tensors out of nothing, out of Python's numbers and out of numpy's arrays."""

from collections.abc import Sequence
from math import ceil, floor
from typing import Any

import numpy as np

from . import dtypes, limits
from .arguments import as_dtype, as_size, expect_integer, expect_tensor, integer, kind_of
from .surface import offered
from .tensor import Array, Tensor, wrap

__all__ = ["as_tensor", "from_numpy", "tensor", "tensor_data"]

_FROM_NUMPY = (
    "float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, "
    "uint16, uint8, and bool"
)


def _dtype(dtype: Any, function: str, otherwise: dtypes.DType | None = None) -> dtypes.DType:
    if dtype is None:
        return dtypes.default_dtype() if otherwise is None else otherwise
    return as_dtype(dtype, function)


def _leaf(array: Array, requires_grad: bool) -> Tensor:
    made = wrap(array)
    if requires_grad:
        if array.dtype.kind != "f":
            raise RuntimeError(
                "Only Tensors of floating point and complex dtype can require gradients"
            )
        made._requires_grad = True
    return made


# --- from data

_C_TYPES = {"uint8": "uint8", "int8": "int8", "int16": "int16", "int32": "int"}


def _shape_of(data: Any) -> tuple[int, ...]:
    """Give the shape that nested sequences claim: the first element of each speaks for all."""
    shape: list[int] = []
    while isinstance(data, Sequence | np.ndarray | Tensor) and not isinstance(data, str | bytes):
        if isinstance(data, np.ndarray | Tensor):
            return (*shape, *data.shape)
        shape.append(len(data))
        if not shape[-1]:
            break
        data = data[0]
    return tuple(shape)


def _flattened(data: Any, shape: tuple[int, ...], depth: int, into: list[Any]) -> None:
    if depth == len(shape):
        if isinstance(data, Tensor | np.ndarray):
            if data.ndim:
                raise ValueError("only one element tensors can be converted to Python scalars")
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
        raise TypeError(f"'{type(data).__name__}' object is not a sequence"
                        if depth == 0 else "not a sequence")  # fmt: skip
    if len(data) != shape[depth]:
        raise ValueError(
            f"expected sequence of length {shape[depth]} at dim {depth} (got {len(data)})"
        )
    for each in data:
        if isinstance(each, Tensor) and each._array.ndim:
            raise ValueError("only one element tensors can be converted to Python scalars")
        _flattened(each, shape, depth + 1, into)


def _inferred(values: list[Any], first: Any) -> dtypes.DType:
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


def tensor_data(data: Any, dtype: dtypes.DType | None) -> Array:
    """Give a new ndarray of `data`: a number, nested sequences, an ndarray or a tensor."""
    if isinstance(data, Tensor):
        return np.array(data._array, None if dtype is None else dtype.numpy)
    if isinstance(data, np.ndarray):
        _check_numpy(data)
        return np.array(data, None if dtype is None else dtype.numpy, order="C")
    if isinstance(data, str):
        raise TypeError("new(): invalid data type 'str'")
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
    if dtype.kind == 1 and any(isinstance(value, int) and not -(2**63) <= value < 2**63
                               for value in values):  # fmt: skip
        raise ValueError("Overflow when unpacking long long")
    if dtype.kind == 1 and any(isinstance(value, float) for value in values):
        values = [int(value) for value in values]
    try:
        return np.array(values, dtype.numpy).reshape(shape)
    except OverflowError:
        if dtype is dtypes.uint8 and all(-256 < value < 256 for value in values):
            return np.array(values, np.int64).astype(np.uint8).reshape(shape)
        raise RuntimeError(
            f"value cannot be converted to type {_C_TYPES.get(dtype.name, dtype.c_name)} without "
            "overflow"
        ) from None


@offered("tensor", method=False)
def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:  # fmt: skip
    """Give a tensor of a copy of `data`."""
    chosen = None if dtype is None else as_dtype(dtype, "tensor")
    return _leaf(tensor_data(data, chosen), requires_grad)


@offered("as_tensor", "asarray", method=False)
def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """Give a tensor of `data`, sharing memory with an ndarray or tensor where the dtype fits."""
    chosen = None if dtype is None else as_dtype(dtype, "as_tensor")
    if isinstance(data, Tensor):
        return data if chosen is None or chosen is data.dtype else data.to(chosen)
    if isinstance(data, np.ndarray):
        shared = from_numpy(data)
        return shared if chosen is None else shared.to(chosen)
    return wrap(tensor_data(data, chosen))


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


@offered("from_numpy", method=False)
def from_numpy(ndarray: Any) -> Tensor:
    """Give the tensor that shares the memory of an ndarray."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    _check_numpy(ndarray)
    return wrap(ndarray)


# --- of one value


def _filled(
    function: str, sizes: tuple[Any, ...], value: Any, dtype: Any, requires_grad: bool
) -> Tensor:
    shape = as_size(sizes, function)
    chosen = _dtype(dtype, function)
    if any(length < 0 for length in shape):
        if function == "zeros":
            raise RuntimeError("zeros: Dimension size must be non-negative.")
        bad = next(length for length in shape if length < 0)
        raise RuntimeError(f"Trying to create tensor with negative dimension {bad}: {list(shape)}")
    limits.check_shape(shape, chosen.numpy)
    if value == 0:
        return _leaf(np.zeros(shape, chosen.numpy), requires_grad)
    return _leaf(np.full(shape, value, chosen.numpy), requires_grad)


@offered("zeros", method=False)
def zeros(
    *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    layout: Any = None, out: Any = None,
) -> Tensor:  # fmt: skip
    """Give a tensor of zeros."""
    if not size:
        raise TypeError('zeros() missing 1 required positional arguments: "size"')
    return _filled("zeros", size, 0, dtype, requires_grad)


@offered("ones", method=False)
def ones(
    *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    layout: Any = None, out: Any = None,
) -> Tensor:  # fmt: skip
    """Give a tensor of ones."""
    if not size:
        raise TypeError('ones() missing 1 required positional arguments: "size"')
    return _filled("ones", size, 1, dtype, requires_grad)


@offered("empty", method=False)
def empty(
    *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    layout: Any = None, out: Any = None, memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """Give a tensor whose numbers nobody has chosen; here they are zeros."""
    return _filled("empty", size, 0, dtype, requires_grad)


@offered("full", method=False)
def full(
    size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Give a tensor of one value."""
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    if isinstance(size, int):
        raise TypeError("full(): argument 'size' (position 1) must be tuple of ints, not int")
    chosen = dtypes.of_value(value) if dtype is None else dtype
    return _filled("full", (size,), value, chosen, requires_grad)


def _like(input: Any, function: str, value: Any, dtype: Any, requires_grad: bool) -> Tensor:
    expect_tensor(input, function)
    chosen = input.dtype if dtype is None else dtype
    return _filled(function, (input.shape,), value, chosen, requires_grad)


@offered("zeros_like", method=False)
def zeros_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """Give zeros in the shape and dtype of `input`."""
    return _like(input, "zeros_like", 0, dtype, requires_grad)


@offered("ones_like", method=False)
def ones_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """Give ones in the shape and dtype of `input`."""
    return _like(input, "ones_like", 1, dtype, requires_grad)


@offered("empty_like", method=False)
def empty_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """Give a tensor in the shape and dtype of `input` whose numbers nobody has chosen."""
    return _like(input, "empty_like", 0, dtype, requires_grad)


@offered("full_like", method=False)
def full_like(
    input: Tensor, fill_value: Any, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Give one value in the shape and dtype of `input`."""
    return _like(input, "full_like", fill_value, dtype, requires_grad)


@offered("new_zeros", function=False)
def new_zeros(self: Tensor, *size: Any, dtype: Any = None, **options: Any) -> Tensor:
    """Give zeros of `size` in this tensor's dtype."""
    if not size:
        raise TypeError('new_zeros() missing 1 required positional arguments: "size"')
    return zeros(*size, dtype=dtype or self.dtype, **options)


@offered("new_ones", function=False)
def new_ones(self: Tensor, *size: Any, dtype: Any = None, **options: Any) -> Tensor:
    """Give ones of `size` in this tensor's dtype."""
    return ones(*size, dtype=dtype or self.dtype, **options)


@offered("new_empty", function=False)
def new_empty(self: Tensor, *size: Any, dtype: Any = None, **options: Any) -> Tensor:
    """Give a tensor of `size` in this tensor's dtype whose numbers nobody has chosen."""
    return empty(*size, dtype=dtype or self.dtype, **options)


@offered("new_full", function=False)
def new_full(
    self: Tensor, size: Any, fill_value: Any, *, dtype: Any = None, **options: Any
) -> Tensor:
    """Give one value in `size` and this tensor's dtype."""
    return full(size, fill_value, dtype=dtype or self.dtype, **options)


@offered("new_tensor", function=False)
def new_tensor(
    self: Tensor, data: Any, *, dtype: Any = None, requires_grad: bool = False
) -> Tensor:
    """Give a tensor of a copy of `data` in this tensor's dtype."""
    return tensor(data, dtype=dtype or self.dtype, requires_grad=requires_grad)


# --- of a rule


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, Tensor) else value


@offered("arange", method=False)
def arange(
    *bounds: Any, start: Any = None, end: Any = None, step: Any = None, dtype: Any = None,
    device: Any = None, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Give the numbers from `start` up to `end`, `step` apart; `end` is not among them."""
    given = [_number(value) for value in bounds]
    if len(given) == 1:
        given = [0 if start is None else start, given[0]]
    if end is not None:
        given = (
            [*(given[:1] or [0 if start is None else start]), _number(end)]
            if len(given) < 2
            else [given[0], _number(end)]
        )
    if len(bounds) == 1 and isinstance(bounds[0], str):
        raise TypeError("arange(): argument 'end' (position 1) must be Number, not str")
    if len(given) < 2 or any(
        isinstance(each, str | list | tuple | None.__class__) for each in given
    ):
        got = ", ".join(kind_of(each) for each in bounds)
        raise TypeError(
            f"arange() received an invalid combination of arguments - got ({got}), but expected "
            "one of:\n * (Number end, *, torch.dtype dtype = None)\n"
            " * (Number start, Number end, Number step = 1, *, torch.dtype dtype = None)\n"
        )
    first, last = given[:2]
    apart = given[2] if len(given) > 2 else 1 if step is None else _number(step)
    if apart == 0:
        raise RuntimeError("step must be nonzero")
    if (last - first) * apart < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    whole = all(isinstance(each, int | np.integer) for each in (first, last, apart))
    chosen = _dtype(dtype, "arange", dtypes.int64 if whole else dtypes.default_dtype())
    if whole:
        count = max(0, -((first - last) // apart))
        limits.check_shape((count,), chosen.numpy)
        values = first + np.arange(count, dtype=np.int64) * apart
    else:
        count = max(0, ceil((last - first) / apart))
        limits.check_shape((count,), chosen.numpy)
        values = first + np.arange(count, dtype=np.float64) * apart
    return _leaf(values.astype(chosen.numpy), requires_grad)


@offered("range", method=False)
def range_(start: Any, end: Any, step: Any = 1, *, dtype: Any = None) -> Tensor:
    """Give the numbers from `start` to `end`, `end` among them."""
    chosen = _dtype(dtype, "range")
    count = floor((end - start) / step) + 1
    limits.check_shape((count,), chosen.numpy)
    return wrap((start + np.arange(count) * step).astype(chosen.numpy))


@offered("linspace", method=False)
def linspace(
    start: Any, end: Any, steps: Any = None, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Give `steps` numbers evenly from `start` to `end`, both among them."""
    count = integer(steps)
    if count is None:
        got = ", ".join(kind_of(each) for each in (start, end, steps) if each is not None)
        raise TypeError(
            f"linspace() received an invalid combination of arguments - got ({got}), but expected "
            "one of:\n * (Number start, Number end, int steps, *, torch.dtype dtype = None)\n"
        )
    if count < 0:
        raise RuntimeError("number of steps must be non-negative")
    chosen = _dtype(dtype, "linspace")
    limits.check_shape((count,), chosen.numpy)
    return _leaf(_even(_number(start), _number(end), count, chosen), requires_grad)


def _even(start: Any, end: Any, count: int, dtype: dtypes.DType) -> Array:
    """Step forwards in the first half and backwards in the second, so that both ends are exact."""
    if count == 1:
        return np.full(1, start, dtype.numpy)
    if dtype.kind != 2:
        step = (end - start) / max(count - 1, 1)
        places = np.arange(count)
        values = np.where(
            places < count // 2, start + step * places, end - step * (count - 1 - places)
        )
        return np.asarray(values, np.float64).astype(dtype.numpy)
    kind = dtype.numpy.type
    first, last = kind(start), kind(end)
    step = kind((last - first) / kind(max(count - 1, 1)))
    places = np.arange(count)
    halves = np.where(
        places < count // 2,
        np.float64(first) + np.float64(step) * places,
        np.float64(last) - np.float64(step) * (count - 1 - places),
    )
    return np.asarray(halves, dtype.numpy)


@offered("logspace", method=False)
def logspace(start: Any, end: Any, steps: int, base: float = 10.0, *, dtype: Any = None) -> Tensor:
    """Give `steps` powers of `base`, their exponents evenly from `start` to `end`."""
    chosen = _dtype(dtype, "logspace")
    limits.check_shape((steps,), chosen.numpy)
    exponents = _even(float(start), float(end), steps, dtypes.float64)
    return wrap((base**exponents).astype(chosen.numpy))


@offered("eye", method=False)
def eye(
    n: int, m: int | None = None, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Give ones on the diagonal of an n × m matrix of zeros."""
    chosen = _dtype(dtype, "eye")
    expect_integer(n, "eye", "n")
    if n < 0:
        raise RuntimeError(f"n must be greater or equal to 0, got {n}")
    limits.check_shape((n, n if m is None else m), chosen.numpy)
    return _leaf(np.eye(n, m, dtype=chosen.numpy), requires_grad)


@offered("scalar_tensor", method=False)
def scalar_tensor(s: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Give a 0-d tensor of one number."""
    return _leaf(np.array(s, _dtype(dtype, "scalar_tensor").numpy), requires_grad)
