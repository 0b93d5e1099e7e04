"""Tensors out of a size, of one value: zeros, ones; and out of a rule: ranges, the identity."""

from math import ceil, floor, isfinite

import numpy as np

from ..core import dtypes, guard
from ..core.dtypes import DType
from ..core.graph import made
from ..core.memory import IN_ORDER
from ..core.op import declared, viewing
from ..core.strides import empty_as
from ..core.tensor import Array, Tensor, wrap
from ..core.warned import warn

Number = int | float


def checked_size(size: tuple[int, ...], dtype: DType) -> tuple[int, ...]:
    """Return the size; raise PyTorch's RuntimeError where it is negative or too large."""
    for length in size:
        if length < 0:
            raise RuntimeError(
                f"Trying to create tensor with negative dimension {length}: {list(size)}"
            )
    guard.check_shape(size, dtype.numpy)
    return size


def check_whole(number: Number) -> None:
    """Raise PyTorch's RuntimeError for a number that no whole number of 64 bits is."""
    if not -(2**63) <= number < 2**63:
        raise RuntimeError("value cannot be converted to type int64_t without overflow")


# --- of one value


def lying_as(
    input: Tensor, value: Number, dtype: DType | None = None, memory_format: object = None
) -> Tensor:
    """Return one value in the shape of `input`, lying in memory as it does unless told to."""
    chosen = dtype or input.dtype
    checked_size(input._array.shape, chosen)
    if memory_format == IN_ORDER:
        return _filled(input._array.shape, value, chosen)
    array = empty_as(input._array, chosen.numpy)
    array[...] = dtypes.as_number_of(chosen, value)
    return wrap(array)


def _filled(size: tuple[int, ...], value: Number, dtype: DType | None) -> Tensor:
    chosen = dtype or dtypes.default_dtype()
    checked_size(size, chosen)
    if value == 0:
        return made(np.zeros(size, chosen.numpy))
    return made(np.full(size, dtypes.as_number_of(chosen, value), chosen.numpy))


@viewing("zeros(int[] size, *, Tensor out=None, TensorOptions options)", method=False)
def zeros(size: tuple[int, ...], dtype: DType | None = None) -> Tensor:
    """Return a tensor of zeros."""
    if any(length < 0 for length in size):
        raise RuntimeError("zeros: Dimension size must be non-negative.")
    return _filled(size, 0, dtype)


@viewing("ones(int[] size, *, Tensor out=None, TensorOptions options)", method=False)
def ones(size: tuple[int, ...], dtype: DType | None = None) -> Tensor:
    """Return a tensor of ones."""
    return _filled(size, 1, dtype)


@viewing(
    "empty(int[] size, *, MemoryFormat? memory_format=None, Tensor out=None, "
    "TensorOptions options)",
    method=False,
)
def empty(
    size: tuple[int, ...], dtype: DType | None = None, memory_format: object = None
) -> Tensor:
    """Return a tensor whose numbers nobody has chosen; here they are zeros."""
    return _filled(size, 0, dtype)


@declared(
    "full(int[] size, Scalar fill_value, *, Tensor out=None, TensorOptions options)", method=False
)
def full(size: tuple[int, ...], fill_value: Number, dtype: DType | None = None) -> Tensor:
    """Return a tensor of one value."""
    chosen = dtype or dtypes.of_value(fill_value)
    return _filled(size, fill_value, chosen)


_LIKE = "*, MemoryFormat? memory_format=None, TensorOptions options)"


@viewing(f"zeros_like(Tensor input, {_LIKE}", method=False)
def zeros_like(input: Tensor, dtype: DType | None = None, memory_format: object = None) -> Tensor:
    """Return zeros in the shape and dtype of `input`."""
    return lying_as(input, 0, dtype, memory_format)


@viewing(f"ones_like(Tensor input, {_LIKE}", method=False)
def ones_like(input: Tensor, dtype: DType | None = None, memory_format: object = None) -> Tensor:
    """Return ones in the shape and dtype of `input`."""
    return lying_as(input, 1, dtype, memory_format)


@viewing(f"empty_like(Tensor input, {_LIKE}", method=False)
def empty_like(input: Tensor, dtype: DType | None = None, memory_format: object = None) -> Tensor:
    """Return a tensor in the shape and dtype of `input` whose numbers nobody has chosen."""
    return lying_as(input, 0, dtype, memory_format)


@declared(f"full_like(Tensor input, Scalar fill_value, {_LIKE}", method=False)
def full_like(
    input: Tensor, fill_value: Number, dtype: DType | None = None, memory_format: object = None
) -> Tensor:
    """Return one value in the shape and dtype of `input`."""
    return lying_as(input, fill_value, dtype, memory_format)


@viewing("new_zeros(Tensor self, int[] size, *, TensorOptions options)", function=False)
def new_zeros(self: Tensor, size: tuple[int, ...], dtype: DType | None) -> Tensor:
    """Return zeros of `size` in this tensor's dtype."""
    return zeros(size, dtype or self.dtype)


@viewing("new_ones(Tensor self, int[] size, *, TensorOptions options)", function=False)
def new_ones(self: Tensor, size: tuple[int, ...], dtype: DType | None) -> Tensor:
    """Return ones of `size` in this tensor's dtype."""
    return ones(size, dtype or self.dtype)


@viewing("new_empty(Tensor self, int[] size, *, TensorOptions options)", function=False)
def new_empty(self: Tensor, size: tuple[int, ...], dtype: DType | None) -> Tensor:
    """Return a tensor of `size` in this tensor's dtype whose numbers nobody has chosen."""
    return empty(size, dtype or self.dtype)


@declared(
    "new_full(Tensor self, int[] size, Scalar fill_value, *, TensorOptions options)",
    function=False,
)
def new_full(
    self: Tensor, size: tuple[int, ...], fill_value: Number, dtype: DType | None
) -> Tensor:
    """Return one value in `size` and this tensor's dtype."""
    return full(size, fill_value, dtype or self.dtype)


@declared("scalar_tensor(Scalar s, *, TensorOptions options)", method=False)
def scalar_tensor(s: Number, dtype: DType | None) -> Tensor:
    """Return a 0-d tensor of one number."""
    return full((), s, dtype or dtypes.default_dtype())


# --- of a rule


@declared(
    "arange(Scalar end, *, Tensor out=None, TensorOptions options)",
    "arange(Scalar start, Scalar end, *, TensorOptions options)",
    "arange(Scalar start, Scalar end, Scalar step=1, *, Tensor out=None, TensorOptions options)",
    method=False,
)
def arange(end: Number, start: Number = 0, step: Number = 1, dtype: DType | None = None) -> Tensor:
    """Return the numbers from `start` up to `end`, `step` apart; `end` is not among them."""
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    _check_finite(start, end)
    whole = all(isinstance(each, int | np.integer) for each in (start, end, step))
    chosen = dtype or (dtypes.int64 if whole else dtypes.default_dtype())
    if chosen.kind == 0:
        raise NotImplementedError("\"arange_cpu\" not implemented for 'Bool'")
    if chosen is dtypes.int64:
        # PyTorch cuts the fractions off before it counts; of shorter integers, afterwards.
        whole, start, end, step = True, int(start), int(end), int(step)
        if step == 0:
            raise ValueError("step must be nonzero")
    if chosen.kind == 1:
        for each in (start, end, step):
            check_whole(each)
    count = max(0, int(-((start - end) // step)) if whole else ceil((end - start) / step))
    guard.check_shape((count,), chosen.numpy)
    if chosen.kind == 1:
        whole, start, step = True, int(start), int(step)
    places: Array = np.arange(count, dtype=np.int64 if whole else np.float64)
    return wrap((start + places * step).astype(chosen.numpy))


def _check_finite(start: Number, end: Number) -> None:
    if not (isfinite(start) and isfinite(end)):
        raise RuntimeError(f"unsupported range: {start:g} -> {end:g}")


@declared(
    "range(Scalar start, Scalar end, Scalar step=1, *, Tensor out=None, ScalarType dtype=None, "
    "Layout layout=None, Device device=None, bool requires_grad=False)",
    method=False,
)
def range_(start: Number, end: Number, step: Number, dtype: DType | None) -> Tensor:
    """Return the numbers from `start` to `end`, `step` apart, `end` among them."""
    warn(
        "torch.range is deprecated and will be removed in a future release because its behavior "
        "is inconsistent with Python's range builtin. Instead, use torch.arange, which produces "
        "values in [start, end)."
    )
    chosen = dtype or dtypes.default_dtype()
    if step == 0:
        raise RuntimeError("step must be nonzero")
    _check_finite(start, end)
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    count = floor((end - start) / step) + 1
    guard.check_shape((count,), chosen.numpy)
    return wrap((start + np.arange(count) * step).astype(chosen.numpy))


_BOUNDS = (
    "Tensor start, Tensor end", "Scalar start, Tensor end", "Tensor start, Scalar end",
    "Scalar start, Scalar end",
)  # fmt: skip


@declared(
    *(f"linspace({bounds}, int steps, *, Tensor out=None, TensorOptions options)"
      for bounds in _BOUNDS),
    method=False,
)  # fmt: skip
def linspace(
    start: Number | Tensor, end: Number | Tensor, steps: int, dtype: DType | None = None
) -> Tensor:
    """Return `steps` numbers evenly from `start` to `end`, both among them."""
    first, last = _bounds("linspace", start, end)
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    chosen = dtype or dtypes.default_dtype()
    guard.check_shape((steps,), chosen.numpy)
    if chosen.kind == 0:
        raise NotImplementedError("\"linspace_cpu\" not implemented for 'Bool'")
    if chosen.kind == 1:
        first, last = int(first), int(last)  # PyTorch cuts the fractions off
    return made(_even(first, last, steps, chosen))


@declared(
    *(f"logspace({bounds}, int steps, float base=10.0, *, Tensor out=None, TensorOptions options)"
      for bounds in _BOUNDS),
    method=False,
)  # fmt: skip
def logspace(
    start: Number | Tensor, end: Number | Tensor, steps: int, base: float, dtype: DType | None
) -> Tensor:
    """Return `steps` powers of `base`, their exponents evenly from `start` to `end`."""
    first, last = _bounds("logspace", start, end)
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    chosen = dtype or dtypes.default_dtype()
    guard.check_shape((steps,), chosen.numpy)
    if chosen.kind == 0:
        raise NotImplementedError("\"logspace_cpu\" not implemented for 'Bool'")
    if chosen.kind == 1:
        # PyTorch cuts the fractions of the exponents off, and steps in single precision.
        first, last = int(first), int(last)
        exponents = _even(first, last, steps, dtypes.float32).astype(np.float64)
    else:
        exponents = _even(first, last, steps, dtypes.float64)
    return wrap((base**exponents).astype(chosen.numpy))


def _bounds(function: str, start: Number | Tensor, end: Number | Tensor) -> tuple[Number, Number]:
    """Return the bounds as numbers; raise PyTorch's RuntimeError for a tensor of several."""
    several = [
        f"{name} with {value._array.ndim} dimension(s)"
        for name, value in (("start", start), ("end", end))
        if isinstance(value, Tensor) and (value._array.ndim or isinstance(end, Tensor))
    ]
    if any(isinstance(each, Tensor) and each._array.ndim for each in (start, end)):
        raise RuntimeError(
            f"{function} only supports 0-dimensional start and end tensors, but got "
            f"{' and '.join(several)}."
        )
    first, last = (
        each._array.item() if isinstance(each, Tensor) else each for each in (start, end)
    )
    return first, last


def _even(start: Number, end: Number, count: int, dtype: DType) -> Array:
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


@declared(
    "eye(int n, *, Tensor out=None, TensorOptions options)",
    "eye(int n, int m, *, Tensor out=None, TensorOptions options)",
    method=False,
)
def eye(n: int, m: int | None = None, dtype: DType | None = None) -> Tensor:
    """Return ones on the diagonal of an n × m matrix of zeros; without `m` it is n × n."""
    chosen = dtype or dtypes.default_dtype()
    for name, length in (("n", n), ("m", m or 0)):
        if length < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {length}")
    guard.check_shape((n, n if m is None else m), chosen.numpy)
    return made(np.eye(n, m, dtype=chosen.numpy))
