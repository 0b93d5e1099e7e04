"""Tensors out of a size: zeros, ones, ranges."""

from math import ceil, floor
from typing import Any

import numpy as np

from ..core import dtypes, guard
from ..core.arguments import as_dtype, as_size, expect_integer, expect_tensor, integer, kind_of
from ..core.promotion import NUMBERS
from ..core.surface import offered
from ..core.tensor import Array, Tensor, wrap
from .tensor_data import leaf, tensor

__all__ = ["empty", "full", "ones", "zeros"]


def _dtype(dtype: Any, function: str, otherwise: dtypes.DType | None = None) -> dtypes.DType:
    if dtype is None:
        return dtypes.default_dtype() if otherwise is None else otherwise
    return as_dtype(dtype, function)


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
    guard.check_shape(shape, chosen.numpy)
    if value == 0:
        return leaf(np.zeros(shape, chosen.numpy), requires_grad)
    return leaf(np.full(shape, value, chosen.numpy), requires_grad)


@offered("zeros", method=False)
def zeros(
    *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Return a tensor of zeros."""
    if not size:
        raise TypeError('zeros() missing 1 required positional arguments: "size"')
    return _filled("zeros", size, 0, dtype, requires_grad)


@offered("ones", method=False)
def ones(
    *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Return a tensor of ones."""
    if not size:
        raise TypeError('ones() missing 1 required positional arguments: "size"')
    return _filled("ones", size, 1, dtype, requires_grad)


@offered("empty", method=False)
def empty(
    *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """Return a tensor whose numbers nobody has chosen; here they are zeros."""
    return _filled("empty", size, 0, dtype, requires_grad)


@offered("full", method=False)
def full(
    size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Return a tensor of one value."""
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    if not isinstance(value, NUMBERS):
        raise TypeError(
            f"full(): argument 'fill_value' (position 2) must be Number, not {kind_of(value)}"
        )
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
    """Return zeros in the shape and dtype of `input`."""
    return _like(input, "zeros_like", 0, dtype, requires_grad)


@offered("ones_like", method=False)
def ones_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """Return ones in the shape and dtype of `input`."""
    return _like(input, "ones_like", 1, dtype, requires_grad)


@offered("empty_like", method=False)
def empty_like(
    input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:  # fmt: skip
    """Return a tensor in the shape and dtype of `input` whose numbers nobody has chosen."""
    return _like(input, "empty_like", 0, dtype, requires_grad)


@offered("full_like", method=False)
def full_like(
    input: Tensor, fill_value: Any, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Return one value in the shape and dtype of `input`."""
    return _like(input, "full_like", fill_value, dtype, requires_grad)


@offered("new_zeros", function=False)
def new_zeros(self: Tensor, *size: Any, dtype: Any = None, **options: Any) -> Tensor:
    """Return zeros of `size` in this tensor's dtype."""
    if not size:
        raise TypeError('new_zeros() missing 1 required positional arguments: "size"')
    return zeros(*size, dtype=dtype or self.dtype, **options)


@offered("new_ones", function=False)
def new_ones(self: Tensor, *size: Any, dtype: Any = None, **options: Any) -> Tensor:
    """Return ones of `size` in this tensor's dtype."""
    return ones(*size, dtype=dtype or self.dtype, **options)


@offered("new_empty", function=False)
def new_empty(self: Tensor, *size: Any, dtype: Any = None, **options: Any) -> Tensor:
    """Return a tensor of `size` in this tensor's dtype whose numbers nobody has chosen."""
    return empty(*size, dtype=dtype or self.dtype, **options)


@offered("new_full", function=False)
def new_full(
    self: Tensor, size: Any, fill_value: Any, *, dtype: Any = None, **options: Any
) -> Tensor:
    """Return one value in `size` and this tensor's dtype."""
    return full(size, fill_value, dtype=dtype or self.dtype, **options)


@offered("new_tensor", function=False)
def new_tensor(
    self: Tensor, data: Any, *, dtype: Any = None, requires_grad: bool = False
) -> Tensor:
    """Return a tensor of a copy of `data` in this tensor's dtype."""
    return tensor(data, dtype=dtype or self.dtype, requires_grad=requires_grad)


# --- of a rule


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, Tensor) else value


@offered("arange", method=False)
def arange(
    *bounds: Any, start: Any = None, end: Any = None, step: Any = None, dtype: Any = None,
    device: Any = None, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Return the numbers from `start` up to `end`, `step` apart; `end` is not among them."""
    given = [_number(value) for value in bounds]
    if end is not None:
        given = [*(given[:1] or [0 if start is None else _number(start)]), _number(end)]
    elif len(given) == 1:
        given = [0 if start is None else _number(start), given[0]]
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
    if chosen.kind == 1:
        # PyTorch cuts the fractions off before it counts.
        whole, first, last, apart = True, int(first), int(last), int(apart)
        if apart == 0:
            raise RuntimeError("step must be nonzero")
    if whole:
        count = max(0, -((first - last) // apart))
        guard.check_shape((count,), chosen.numpy)
        values = first + np.arange(count, dtype=np.int64) * apart
    else:
        count = max(0, ceil((last - first) / apart))
        guard.check_shape((count,), chosen.numpy)
        values = first + np.arange(count, dtype=np.float64) * apart
    return leaf(values.astype(chosen.numpy), requires_grad)


@offered("range", method=False)
def range_(start: Any, end: Any, step: Any = 1, *, dtype: Any = None) -> Tensor:
    """Return the numbers from `start` to `end`, `end` among them."""
    chosen = _dtype(dtype, "range")
    count = floor((end - start) / step) + 1
    guard.check_shape((count,), chosen.numpy)
    return wrap((start + np.arange(count) * step).astype(chosen.numpy))


@offered("linspace", method=False)
def linspace(
    start: Any, end: Any, steps: Any = None, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Return `steps` numbers evenly from `start` to `end`, both among them."""
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
    guard.check_shape((count,), chosen.numpy)
    return leaf(_even(_number(start), _number(end), count, chosen), requires_grad)


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
    """Return `steps` powers of `base`, their exponents evenly from `start` to `end`."""
    chosen = _dtype(dtype, "logspace")
    guard.check_shape((steps,), chosen.numpy)
    exponents = _even(float(start), float(end), steps, dtypes.float64)
    return wrap((base**exponents).astype(chosen.numpy))


@offered("eye", method=False)
def eye(
    n: int, m: int | None = None, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Return ones on the diagonal of an n × m matrix of zeros."""
    chosen = _dtype(dtype, "eye")
    expect_integer(n, "eye", "n")
    if n < 0:
        raise RuntimeError(f"n must be greater or equal to 0, got {n}")
    guard.check_shape((n, n if m is None else m), chosen.numpy)
    return leaf(np.eye(n, m, dtype=chosen.numpy), requires_grad)


@offered("scalar_tensor", method=False)
def scalar_tensor(s: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Return a 0-d tensor of one number."""
    return leaf(np.array(s, _dtype(dtype, "scalar_tensor").numpy), requires_grad)
