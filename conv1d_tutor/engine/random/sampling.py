"""Random tensors: the same numbers as PyTorch's for the same seed."""

from collections.abc import Iterator
from math import prod
from typing import Any, NoReturn

import numpy as np

from ..core import dtypes
from ..core.dtypes import DType
from ..core.graph import made, record
from ..core.guard import check_shape, filled_in_blocks
from ..core.in_place import overwrite
from ..core.memory import IN_ORDER
from ..core.op import declared, viewing
from ..core.promotion import check_all_broadcast
from ..core.strides import dims_in_memory, empty_as, in_order, is_plain, laid_as
from ..core.tensor import Array, Tensor
from ..ops.creation import checked_size, empty, lying_as
from .generator import Generator, default_generator
from .normal import normals, single_normals

Size = tuple[int, ...]


def _floating(dtype: DType, task: str) -> DType:
    if not dtype.is_floating_point:
        raise NotImplementedError(f"\"{task}\" not implemented for '{dtype.scalar}'")
    return dtype


def texts_drawn(*texts: str) -> Iterator[str]:
    """Yield each signature as PyTorch has it twice: with a generator, and without one."""
    for text in texts:
        yield text.replace("*, ", "*, Generator? generator, ", 1)
        yield text


def uniform(
    count: int,
    dtype: DType,
    low: float = 0.0,
    high: float = 1.0,
    generator: Generator | None = None,
) -> Array:
    """Return `count` numbers of `dtype`, uniform on [low, high)."""
    source = generator or default_generator
    if dtype is dtypes.float64:
        return source.uniform64(count) * (high - low) + low
    unit = source.uniform32(count)
    if low == 0.0 and high == 1.0:
        return unit.astype(dtype.numpy, copy=False)
    # One rounding at the end, as a fused multiply-add has it.
    start, end = dtype.numpy.type(low), dtype.numpy.type(high)
    span = float(dtype.numpy.type(end - start))
    return (unit.astype(np.float64) * span + float(start)).astype(dtype.numpy)


# --- new tensors


@declared(*texts_drawn("rand(int[] size, *, Tensor out=None, TensorOptions options)"), method=False)
def rand(size: Size, dtype: DType | None = None, generator: Generator | None = None) -> Tensor:
    """Return a tensor of `size`, uniform on [0, 1)."""
    chosen = _floating(dtype or dtypes.default_dtype(), "check_uniform_bounds")
    checked_size(size, chosen)
    return made(uniform(prod(size), chosen, generator=generator).reshape(size))


@declared(
    *texts_drawn("randn(int[] size, *, Tensor out=None, TensorOptions options)"), method=False
)
def randn(size: Size, dtype: DType | None = None, generator: Generator | None = None) -> Tensor:
    """Return a tensor of `size` from the standard normal distribution."""
    chosen = _floating(dtype or dtypes.default_dtype(), "normal_kernel_cpu")
    checked_size(size, chosen)
    return made(normals(prod(size), chosen, generator or default_generator).reshape(size))


def _integers(count: int, low: int, high: int, source: Generator) -> Array:
    """Return `count` integers on [low, high): a word modulo the range, a long one from 2**28."""
    span = high - low

    def draw(part: int) -> Array:
        long = span >= 2**28
        words = source.long_words(part) if long else source.words(part).astype(np.uint64)
        return (words % np.uint64(span) + np.uint64(low % 2**64)).astype(np.int64)

    return filled_in_blocks(draw, count)


@declared(
    *texts_drawn(
        "randint(int high, int[] size, *, Tensor out=None, TensorOptions options)",
        "randint(int low, int high, int[] size, *, Tensor out=None, TensorOptions options)",
    ),
    method=False,
)
def randint(
    high: int,
    size: Size,
    low: int = 0,
    dtype: DType | None = None,
    generator: Generator | None = None,
) -> Tensor:
    """Return integers on [low, high) as `randint(low, high, size)` or `randint(high, size)`."""
    if low >= high:
        raise RuntimeError(
            f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}"
        )
    chosen = dtype or dtypes.int64
    checked_size(size, chosen)
    drawn = _integers(prod(size), low, high, generator or default_generator)
    return made(drawn.astype(chosen.numpy).reshape(size))


_LIKE = "*, MemoryFormat? memory_format=None, TensorOptions options)"


@declared(*texts_drawn(f"rand_like(Tensor input, {_LIKE}"), method=False)
def rand_like(
    input: Tensor,
    dtype: DType | None = None,
    generator: Generator | None = None,
    memory_format: object = None,
) -> Tensor:
    """Return `rand` in the shape and dtype of `input`."""
    if memory_format == IN_ORDER or is_plain(input._array):
        return rand(input._array.shape, dtype or input.dtype, generator)
    return uniform_(lying_as(input, 0, dtype), generator=generator)


@declared(*texts_drawn(f"randn_like(Tensor input, {_LIKE}"), method=False)
def randn_like(
    input: Tensor,
    dtype: DType | None = None,
    generator: Generator | None = None,
    memory_format: object = None,
) -> Tensor:
    """Return `randn` in the shape and dtype of `input`."""
    if memory_format == IN_ORDER or is_plain(input._array):
        return randn(input._array.shape, dtype or input.dtype, generator)
    return normal_(lying_as(input, 0, dtype), generator=generator)


@declared(
    *texts_drawn(
        f"randint_like(Tensor input, int low, int high, {_LIKE}",
        f"randint_like(Tensor input, Tensor high, {_LIKE}",
        f"randint_like(Tensor input, int high, {_LIKE}",
    ),
    method=False,
)
def randint_like(
    input: Tensor,
    high: int | Tensor,
    low: int = 0,
    dtype: DType | None = None,
    generator: Generator | None = None,
    memory_format: object = None,
) -> Tensor:
    """Return `randint` in the shape and dtype of `input`."""
    if isinstance(high, Tensor) and high._array.ndim:
        raise RuntimeError("high must be a scalar tensor and on CPU")
    end = int(high._array.item()) if isinstance(high, Tensor) else high
    return random_(lying_as(input, 0, dtype, memory_format), low, end, generator)


@declared(
    "normal(Tensor mean, Tensor std, *, Generator? generator=None, Tensor out=None)",
    "normal(Tensor mean, float std=1, *, Generator? generator=None, Tensor out=None)",
    "normal(float mean, Tensor std, *, Generator? generator=None, Tensor out=None)",
    "normal(float mean, float std, int[] size, *, Generator? generator=None, Tensor out=None, "
    "TensorOptions options)",
    method=False,
)
def normal(
    mean: Tensor | float,
    std: Tensor | float,
    size: Size | None = None,
    dtype: DType | None = None,
    generator: Generator | None = None,
) -> Tensor:
    """Return normal numbers; `mean` and `std` are numbers with a `size`, or tensors."""
    if not isinstance(mean, Tensor) and not isinstance(std, Tensor):
        return normal_(empty(size or (), dtype), mean, std, generator)
    whole = next(each.dtype for each in (mean, std) if isinstance(each, Tensor))
    if not isinstance(std, Tensor):
        _check_std(std)
    parts = [
        np.asarray(each._array if isinstance(each, Tensor) else each, whole.numpy)
        for each in (mean, std)
    ]
    check_all_broadcast(parts)
    shape = np.broadcast_shapes(*(part.shape for part in parts))
    drawn = normals(prod(shape), whole, generator or default_generator)
    output = (drawn.reshape(shape) * parts[1] + parts[0]).astype(whole.numpy)
    number = (1 if isinstance(mean, Tensor) else 0) + (2 if isinstance(std, Tensor) else 0)
    given = {"mean": mean, "std": std}
    sources = {name: each for name, each in given.items() if isinstance(each, Tensor)}

    def backward(grad: Array) -> tuple[Array, ...]:
        return tuple(np.zeros_like(each._array) for each in sources.values())

    shapes = {f"{name}_sym_sizes": each._array.shape for name, each in sources.items()}
    return record(f"NormalBackward{number}", output, tuple(sources.values()), backward, **shapes)


def _check_std(std: float) -> None:
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")


def bernoulli_mask(like: Array, probability: float, generator: Generator | None = None) -> Array:
    """Return booleans that are true with `probability`, as `dropout` and `bernoulli_` draw them.

    They are drawn in the order in which `like`, whose shape they have, lies in memory.
    """
    if not 0.0 <= probability <= 1.0:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={probability:g}")
    drawn = (generator or default_generator).uniform64(like.size)
    return _as_it_lies(drawn < probability, like)


@declared(
    "bernoulli(Tensor input, *, Generator? generator=None, Tensor out=None)",
    "bernoulli(Tensor input, float p, *, Generator? generator=None)",
)
def bernoulli(input: Tensor, p: float | None = None, generator: Generator | None = None) -> Tensor:
    """Return 0s and 1s; `input` holds the probability of each 1."""
    array = input._array
    if p is not None:
        drawn = bernoulli_mask(in_order(array), p, generator).astype(array.dtype)
        return record("NotImplemented", drawn, (input,), _no_gradient)
    drawn = _by_each(in_order(array), generator)
    return record("BernoulliBackward0", drawn, (input,), lambda grad: (np.zeros_like(grad),))


def _no_gradient(_grad: Array) -> NoReturn:
    raise RuntimeError("derivative for aten::bernoulli is not implemented")


def _by_each(array: Array, generator: Generator | None) -> Array:
    """Return 0s and 1s, drawn in the order of memory; the array holds the probability of each."""
    if array.dtype.kind != "f":
        raise NotImplementedError(
            f"\"bernoulli_tensor_cpu_p_\" not implemented for '{dtypes.of_array(array).scalar}'"
        )
    if array.size and not ((array >= 0) & (array <= 1)).all():
        raise RuntimeError(
            "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could "
            "this error message be improved?  If so, please report an enhancement "
            "request to PyTorch.)"
        )
    drawn = uniform(array.size, dtypes.of_array(array), generator=generator)
    return np.asarray((_as_it_lies(drawn, array) < array).astype(array.dtype))


@declared(
    "multinomial(Tensor input, int num_samples, bool replacement=False, *, "
    "Generator? generator=None, Tensor out=None)"
)
def multinomial(
    input: Tensor, num_samples: int, replacement: bool, generator: Generator | None
) -> Tensor:
    """Return places drawn with probabilities in proportion to `input`, in each row."""
    if not input.dtype.is_floating_point:
        raise RuntimeError(
            f"multinomial only supports floating-point dtypes for input, got: {input.dtype.scalar}"
        )
    if input._array.ndim not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    weights = np.atleast_2d(input._array)
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > weights.shape[-1]:
        raise RuntimeError(
            "cannot sample n_sample > prob_dist.size(-1) samples without replacement"
        )
    if weights.shape[-1] > 2**24:
        raise RuntimeError("number of categories cannot exceed 2^24")
    if replacement and num_samples > 1:
        _check_distribution(weights)
    if (weights < 0).any() or not np.isfinite(weights).all():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if (weights.sum(axis=-1) == 0).any():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
    check_shape((*weights.shape[:-1], num_samples), np.dtype(np.int64))
    source = generator or default_generator
    if not replacement or num_samples == 1:
        drawn = -np.log1p(-source.uniform64(weights.size))
        waits = _as_it_lies(drawn, empty_as(weights))
        order = np.argsort(-(weights / waits.astype(weights.dtype)), axis=-1, kind="stable")
        drawn = order[:, :num_samples]
    else:
        drawn = _places(weights, num_samples, source)
    return made(drawn.reshape((*input._array.shape[:-1], num_samples)))


def _check_distribution(weights: Array) -> None:
    """Raise PyTorch's RuntimeError for the first weight, in order, that can be none."""
    for wrong in weights[~(np.isfinite(weights) & (weights >= 0))][:1]:
        what = "< 0" if wrong < 0 else "= infinity or NaN"
        raise RuntimeError(
            f"invalid multinomial distribution (encountering probability entry {what})"
        )


def _places(weights: Array, count: int, source: Generator) -> Array:
    """Return `count` places in each row of weights, drawn in proportion to them."""
    heights = np.cumsum(weights, axis=-1)
    heights /= heights[:, -1:]
    drawn = source.uniform64(len(weights) * count).reshape(-1, count)
    heights = heights.astype(np.float64)
    found = [row.searchsorted(own) for row, own in zip(heights, drawn, strict=True)]
    return np.asarray(np.minimum(np.stack(found), weights.shape[-1] - 1))


# --- numbers drawn over a tensor


def _as_it_lies(drawn: Array, target: Array) -> Array:
    """Return drawn numbers in the shape of `target`, in the order in which it lies in memory."""
    if target.flags.c_contiguous:
        return drawn.reshape(target.shape)
    order = dims_in_memory(target)
    laid = drawn.reshape([target.shape[axis] for axis in order])
    return laid.transpose([order.index(axis) for axis in range(target.ndim)])


@declared(
    "uniform_(Tensor self, float from=0, float to=1, *, Generator? generator=None)", function=False
)
def uniform_(
    self: Tensor, from_: float = 0.0, to: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Fill with numbers uniform on [from, to)."""
    if from_ > to:
        raise RuntimeError(
            f"uniform_ expects to return a [from, to) range, but found from={from_:g} > to={to:g}"
        )
    dtype = _floating(self.dtype, "check_uniform_bounds")
    drawn = uniform(self._array.size, dtype, from_, to, generator)
    return overwrite(self, _as_it_lies(drawn, self._array), "UniformBackward0")


@declared(
    "normal_(Tensor self, float mean=0, float std=1, *, Generator? generator=None)", function=False
)
def normal_(
    self: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Fill with normal numbers of `mean` and `std`."""
    _check_std(std)
    dtype = _floating(self.dtype, "normal_kernel_cpu")
    draw = normals if self._array.flags.c_contiguous else single_normals
    drawn = draw(self._array.size, dtype, generator or default_generator, mean, std)
    return overwrite(self, _as_it_lies(drawn, self._array), "NormalBackward0")


@declared(
    "random_(Tensor self, *, Generator? generator=None)",
    "random_(Tensor self, int from, int? to, *, Generator? generator=None)",
    "random_(Tensor self, int to, *, Generator? generator=None)",
    function=False,
)
def random_(
    self: Tensor,
    from_: int | None = None,
    to: int | None = None,
    generator: Generator | None = None,
) -> Tensor:
    """Fill with integers on [from, to); without bounds, over all that the dtype can hold."""
    source = generator or default_generator
    count, dtype = self._array.size, self._array.dtype
    if to is None and from_ is None:
        drawn = _any_integers(count, dtype, source)
    else:
        low, high = from_ or 0, _span(dtype) if to is None else to
        if low >= high:
            raise RuntimeError(
                f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}"
            )
        drawn = _integers(count, low, high, source)
    number = 0 if from_ is not None else 2 if to is None else 1
    return overwrite(self, _as_it_lies(drawn.astype(dtype), self._array), f"RandomBackward{number}")


def _span(dtype: np.dtype[Any]) -> int:
    """Return how many integers from 0 on a dtype can hold without gaps."""
    if dtype.kind == "f":
        return int(2 ** {2: 11, 4: 24, 8: 53}[dtype.itemsize]) + 1
    return 2 if dtype.kind == "b" else int(np.iinfo(dtype).max) + 1


def _any_integers(count: int, dtype: np.dtype[Any], source: Generator) -> Array:
    """Return integers over the whole range that a dtype can hold without gaps."""
    long = dtype.itemsize == 8
    words = source.long_words(count) if long else source.words(count).astype(np.uint64)
    return words % np.uint64(_span(dtype))


@declared(
    "bernoulli_(Tensor self, Tensor p, *, Generator? generator=None)",
    "bernoulli_(Tensor self, float p=0.5, *, Generator? generator=None)",
    function=False,
)
def bernoulli_(self: Tensor, p: float | Tensor = 0.5, generator: Generator | None = None) -> Tensor:
    """Fill with 0s and 1s, each 1 with probability `p`."""
    if isinstance(p, Tensor):
        wide = laid_as(np.broadcast_to(p._array, self._array.shape), self._array)
        return overwrite(self, _by_each(wide, generator), "BernoulliBackward1")
    return overwrite(self, bernoulli_mask(self._array, p, generator), "BernoulliBackward2")


@declared("exponential_(Tensor self, float lambd=1, *, Generator? generator=None)", function=False)
def exponential_(self: Tensor, lambd: float, generator: Generator | None) -> Tensor:
    """Fill with exponentially distributed numbers of rate `lambd`."""
    if lambd <= 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd:g}")
    unit = (generator or default_generator).uniform64(self._array.size)
    drawn = -np.log1p(-unit) / lambd
    return overwrite(
        self, _as_it_lies(drawn.astype(self._array.dtype), self._array), "ExponentialBackward0"
    )


# --- the stream itself


@viewing("manual_seed", method=False, python=True)
def manual_seed(seed: int) -> Generator:
    """Start the stream of `seed`, and return its generator."""
    return default_generator.manual_seed(int(seed))


@viewing("seed", method=False, python=True)
def seed() -> int:
    """Start the stream of a seed that nobody chose, and return it."""
    return default_generator.seed()


@viewing("initial_seed", method=False, python=True)
def initial_seed() -> int:
    """Return the seed that the stream began from."""
    return default_generator.initial_seed()


@viewing("get_rng_state", method=False, python=True)
def get_rng_state() -> Tensor:
    """Return the place in the stream, to come back to."""
    return default_generator.get_state()


@viewing("set_rng_state", method=False, python=True)
def set_rng_state(new_state: Tensor) -> None:
    """Come back to a place in the stream."""
    default_generator.set_state(new_state)
