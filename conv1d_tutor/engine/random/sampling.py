"""Random tensors: the same numbers as PyTorch's for the same seed."""

from typing import Any

import numpy as np

from ..core import dtypes, guard
from ..core.arguments import as_dtype, as_size, expect_integer, expect_tensor, integer, kind_of
from ..core.guard import filled_in_blocks
from ..core.in_place import overwrite
from ..core.surface import offered
from ..core.tensor import Array, Tensor, wrap
from ..ops.creation import empty
from .generator import Generator, default_generator
from .normal import normals, single_normals

__all__ = ["bernoulli_mask", "uniform"]


def _generator(given: Generator | None) -> Generator:
    return default_generator if given is None else given


def _floating(dtype: Any, function: str, task: str) -> dtypes.DType:
    chosen = dtypes.default_dtype() if dtype is None else as_dtype(dtype, function)
    if not chosen.is_floating_point:
        raise NotImplementedError(f"\"{task}\" not implemented for '{chosen.scalar}'")
    return chosen


def uniform(
    count: int, dtype: dtypes.DType, low: float = 0.0, high: float = 1.0,
    generator: Generator | None = None,
) -> Array:  # fmt: skip
    """Return `count` numbers of `dtype`, uniform on [low, high)."""
    source = _generator(generator)
    if dtype is dtypes.float64:
        return source.uniform64(count) * (high - low) + low
    unit = source.uniform32(count)
    if low == 0.0 and high == 1.0:
        return unit.astype(dtype.numpy, copy=False)
    # One rounding at the end, as a fused multiply-add has it.
    start, end = dtype.numpy.type(low), dtype.numpy.type(high)
    span = float(dtype.numpy.type(end - start))
    return (unit.astype(np.float64) * span + float(start)).astype(dtype.numpy)


def _made(array: Array, shape: tuple[int, ...], requires_grad: bool) -> Tensor:
    made = wrap(array.reshape(shape))
    if requires_grad:
        made.requires_grad = True
    return made


def _checked(size: tuple[Any, ...], function: str, dtype: dtypes.DType) -> tuple[int, ...]:
    shape = as_size(size, function)
    for length in shape:
        if length < 0:
            raise RuntimeError(
                f"Trying to create tensor with negative dimension {length}: {list(shape)}"
            )
    guard.check_shape(shape, dtype.numpy)
    return shape


@offered("rand", method=False)
def rand(
    *size: Any, generator: Generator | None = None, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Return a tensor of `size`, uniform on [0, 1)."""
    chosen = _floating(dtype, "rand", "check_uniform_bounds")
    shape = _checked(size, "rand", chosen)
    count = int(np.prod(shape, dtype=np.int64))
    return _made(uniform(count, chosen, generator=generator), shape, requires_grad)


@offered("randn", method=False)
def randn(
    *size: Any, generator: Generator | None = None, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Return a tensor of `size` from the standard normal distribution."""
    chosen = _floating(dtype, "randn", "normal_kernel_cpu")
    shape = _checked(size, "randn", chosen)
    count = int(np.prod(shape, dtype=np.int64))
    return _made(normals(count, chosen, _generator(generator)), shape, requires_grad)


def _integers(count: int, low: int, high: int, source: Generator) -> Array:
    """Return `count` integers on [low, high): a word modulo the range, a long one from 2**28."""
    span = high - low

    def draw(part: int) -> Array:
        long = span >= 2**28
        words = source.long_words(part) if long else source.words(part).astype(np.uint64)
        return (words % np.uint64(span) + np.uint64(low % 2**64)).astype(np.int64)

    return filled_in_blocks(draw, count)


@offered("randint", method=False)
def randint(
    low: Any = None, high: Any = None, size: Any = None, *, generator: Generator | None = None,
    dtype: Any = None, device: Any = None, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Return integers on [low, high) as `randint(low, high, size)` or `randint(high, size)`."""
    given = [each for each in (low, high, size) if each is not None]
    if low is None:
        low = 0
    elif isinstance(high, tuple | list) and size is None:
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    if size is None and len(given) == 2:
        raise TypeError("randint(): argument 'size' (position 2) must be tuple of ints, not int")
    if not isinstance(size, tuple | list) or integer(high) is None or integer(low) is None:
        got = ", ".join(kind_of(each) for each in given)
        raise TypeError(
            f"randint() received an invalid combination of arguments - got ({got}), but expected "
            "one of:\n * (int high, tuple of ints size, *, torch.dtype dtype = None)\n"
            " * (int low, int high, tuple of ints size, *, torch.dtype dtype = None)\n"
        )
    start, end = int(low), int(high)
    if start >= end:
        raise RuntimeError(
            f"random_ expects 'from' to be less than 'to', but got from={start} >= to={end}"
        )
    chosen = dtypes.int64 if dtype is None else as_dtype(dtype, "randint")
    shape = _checked((size,), "randint", chosen)
    count = int(np.prod(shape, dtype=np.int64))
    drawn = _integers(count, start, end, _generator(generator)).astype(chosen.numpy)
    return _made(drawn, shape, requires_grad)


@offered("randperm", method=False)
def randperm(
    n: int, *, generator: Generator | None = None, dtype: Any = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Return the integers 0 to n - 1 in random order."""
    expect_integer(n, "randperm", "n")
    if n < 0:
        raise RuntimeError(f"Trying to create tensor with negative dimension {n}: [{n}]")
    chosen = dtypes.int64 if dtype is None else as_dtype(dtype, "randperm")
    guard.check_shape((n,), chosen.numpy)
    words = _generator(generator).words(max(n - 1, 0))
    steps = words.astype(np.int64) % np.arange(n, 1, -1, dtype=np.int64)
    order = list(range(n))
    for place, step in enumerate(steps.tolist()):
        other = place + step
        order[place], order[other] = order[other], order[place]
    return _made(np.array(order, chosen.numpy), (n,), requires_grad)


def _like(source: Tensor, dtype: Any) -> Any:
    return source.dtype if dtype is None else dtype


@offered("rand_like", method=False)
def rand_like(input: Tensor, *, dtype: Any = None, **options: Any) -> Tensor:
    """Return `rand` in the shape and dtype of `input`."""
    expect_tensor(input, "rand_like")
    return rand(input.shape, dtype=_like(input, dtype), **options)


@offered("randn_like", method=False)
def randn_like(input: Tensor, *, dtype: Any = None, **options: Any) -> Tensor:
    """Return `randn` in the shape and dtype of `input`."""
    expect_tensor(input, "randn_like")
    return randn(input.shape, dtype=_like(input, dtype), **options)


@offered("randint_like", method=False)
def randint_like(
    input: Tensor,
    low: int,
    high: int | None = None,
    *,
    dtype: Any = None,
    **options: Any,
) -> Tensor:
    """Return `randint` in the shape and dtype of `input`."""
    start, end = (0, low) if high is None else (low, high)
    return randint(start, end, input.shape, dtype=_like(input, dtype), **options)


@offered("uniform_", function=False)
def uniform_(
    self: Tensor, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None
) -> Tensor:
    """Fill with numbers uniform on [from, to)."""
    if from_ > to:
        raise RuntimeError(
            f"uniform_ expects to return a [from, to) range, but found from={from_} > to={to}"
        )
    dtype = _floating(self.dtype, "uniform_", "check_uniform_bounds")
    drawn = uniform(self._array.size, dtype, from_, to, generator)
    return overwrite(self, _as_it_lies(drawn, self._array))


def _as_it_lies(drawn: Array, target: Array) -> Array:
    """Return drawn numbers in the shape of `target`, in the order in which it lies in memory."""
    if target.flags.c_contiguous:
        return drawn.reshape(target.shape)
    order = sorted(range(target.ndim), key=lambda axis: -target.strides[axis])
    laid = drawn.reshape([target.shape[axis] for axis in order])
    return laid.transpose([order.index(axis) for axis in range(target.ndim)])


@offered("normal_", function=False)
def normal_(
    self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None
) -> Tensor:
    """Fill with normal numbers of `mean` and `std`."""
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")
    dtype = _floating(self.dtype, "normal_", "normal_kernel_cpu")
    draw = normals if self._array.flags.c_contiguous else single_normals
    drawn = draw(self._array.size, dtype, _generator(generator), mean, std)
    return overwrite(self, _as_it_lies(drawn, self._array))


@offered("random_", function=False)
def random_(
    self: Tensor, from_: int | None = None, to: int | None = None, *,
    generator: Generator | None = None,
) -> Tensor:  # fmt: skip
    """Fill with integers on [from, to)."""
    source = _generator(generator)
    count = self._array.size
    if from_ is None:
        drawn = _any_integers(count, self._array.dtype, source)
    else:
        low, high = (0, from_) if to is None else (from_, to)
        drawn = _integers(count, low, high, source)
    return overwrite(self, drawn.astype(self._array.dtype).reshape(self._array.shape))


def _any_integers(count: int, dtype: np.dtype[Any], source: Generator) -> Array:
    """Return integers over the whole range that a dtype can hold without gaps."""
    if dtype.kind == "f":
        span = 2 ** {2: 11, 4: 24, 8: 53}[dtype.itemsize] + 1
    else:
        span = 2 if dtype.kind == "b" else int(np.iinfo(dtype).max) + 1
    long = dtype.itemsize == 8
    words = source.long_words(count) if long else source.words(count).astype(np.uint64)
    return words % np.uint64(span)


@offered("normal", method=False)
def normal(
    mean: Any, std: Any = 1.0, size: Any = None, *, generator: Generator | None = None,
    dtype: Any = None, **options: Any,
) -> Tensor:  # fmt: skip
    """Return normal numbers; `mean` and `std` are numbers with a `size`, or tensors."""
    if size is not None:
        return normal_(empty(size, dtype=dtype, **options), mean, std,
                       generator=generator)  # fmt: skip
    parts = [each._array if isinstance(each, Tensor) else np.float32(each) for each in (mean, std)]
    shape = np.broadcast_shapes(*(part.shape for part in parts))
    whole = next(each.dtype for each in (mean, std) if isinstance(each, Tensor))
    drawn = normals(int(np.prod(shape, dtype=np.int64)), whole, _generator(generator))
    return wrap((drawn.reshape(shape) * parts[1] + parts[0]).astype(whole.numpy))


def bernoulli_mask(
    shape: tuple[int, ...], probability: float, generator: Generator | None = None
) -> Array:
    """Return booleans that are true with `probability`, as `dropout` and `bernoulli_` draw them."""
    if not 0.0 <= probability <= 1.0:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={probability}")
    count = int(np.prod(shape, dtype=np.int64))
    return (_generator(generator).uniform64(count) < probability).reshape(shape)


@offered("bernoulli")
def bernoulli(
    input: Tensor,
    p: float | None = None,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Return 0s and 1s; `input` holds the probability of each 1."""
    array = input._array
    if p is not None:
        return wrap(bernoulli_mask(array.shape, p, generator).astype(array.dtype))
    if array.dtype.kind != "f":
        raise NotImplementedError(
            f"\"bernoulli_tensor_cpu_p_\" not implemented for '{input.dtype.scalar}'"
        )
    if array.size and not ((array >= 0) & (array <= 1)).all():
        raise RuntimeError("Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could "
                           "this error message be improved?  If so, please report an enhancement "
                           "request to PyTorch.)")  # fmt: skip
    drawn = uniform(array.size, input.dtype, generator=generator).reshape(array.shape)
    return wrap((drawn < array).astype(array.dtype))


@offered("bernoulli_", function=False)
def bernoulli_(
    self: Tensor, p: float | Tensor = 0.5, *, generator: Generator | None = None
) -> Tensor:
    """Fill with 0s and 1s, each 1 with probability `p`."""
    if isinstance(p, Tensor):
        return overwrite(self, bernoulli(p, generator=generator)._array)
    return overwrite(self, bernoulli_mask(self._array.shape, p, generator))


# --- the stream itself


@offered("manual_seed", method=False, plain=True)
def manual_seed(seed: int) -> Generator:
    """Start the stream of `seed`; give its generator."""
    return default_generator.manual_seed(seed)


@offered("seed", method=False, plain=True)
def seed() -> int:
    """Start the stream of a seed that nobody chose, and give it."""
    return default_generator.seed()


@offered("initial_seed", method=False, plain=True)
def initial_seed() -> int:
    """Return the seed that the stream began from."""
    return default_generator.initial_seed()


@offered("get_rng_state", method=False, plain=True)
def get_rng_state() -> Tensor:
    """Return the place in the stream, to come back to."""
    return wrap(default_generator.get_state())


@offered("set_rng_state", method=False, plain=True)
def set_rng_state(new_state: Tensor) -> None:
    """Come back to a place in the stream."""
    default_generator.set_state(new_state._array)


# --- other distributions


@offered("exponential_", function=False)
def exponential_(self: Tensor, lambd: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fill with exponentially distributed numbers of rate `lambd`."""
    if lambd <= 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd}")
    drawn = -np.log1p(-_generator(generator).uniform64(self._array.size)) / lambd
    return overwrite(self, _as_it_lies(drawn.astype(self._array.dtype), self._array))


@offered("multinomial")
def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *,
    generator: Generator | None = None,
) -> Tensor:  # fmt: skip
    """Draw places with probabilities in proportion to `input`, in each row."""
    weights = np.atleast_2d(input._array)
    if (weights < 0).any() or not np.isfinite(weights).all():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if not replacement and num_samples > weights.shape[-1]:
        raise RuntimeError(
            "cannot sample n_sample > prob_dist.size(-1) samples without replacement"
        )
    source = _generator(generator)
    if not replacement or num_samples == 1:
        waits = -np.log1p(-source.uniform64(weights.size)).reshape(weights.shape)
        order = np.argsort(-(weights / waits.astype(weights.dtype)), axis=-1, kind="stable")
        drawn = order[:, :num_samples]
    else:
        drawn = np.stack([_places(row, num_samples, source) for row in weights])
    return wrap(np.ascontiguousarray(drawn.reshape((*input._array.shape[:-1], num_samples))))


def _places(weights: Array, count: int, source: Generator) -> Array:
    heights = np.cumsum(weights)
    heights = heights / heights[-1]
    found = np.searchsorted(heights, source.uniform64(count))
    return np.minimum(found, weights.size - 1)
