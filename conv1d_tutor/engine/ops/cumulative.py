"""Along a dim, step by step: running sums, products and extremes, and differences of neighbours."""

from collections.abc import Callable

import numpy as np

from ..core.dims import as_dim, saved_dim
from ..core.dtypes import DType
from ..core.graph import RESULT, made, record, record_laid, record_many
from ..core.guard import waited_for
from ..core.op import declared
from ..core.pieces import PIECE
from ..core.strides import copied_as
from ..core.tensor import Array, Tensor, wrap
from .arithmetic import sub
from .indexing import slice_along
from .joining import cat
from .logical import BITWISE
from .reduction import accumulated
from .sorting import ReturnType, return_type, with_dim


def _running(x: Array, axis: int, function: Callable[..., Array]) -> Array:
    """Return the running sum or product, whose single precision has room for half precision."""
    if x.ndim == 0:
        return x.copy()
    wide = np.float32 if x.dtype == np.float16 else x.dtype
    return np.asarray(waited_for(function, x, axis=axis, dtype=wide).astype(x.dtype, copy=False))


def _summed_from_the_end(array: Array, axis: int) -> Array:
    if array.ndim == 0:
        return array
    return np.flip(np.cumsum(np.flip(array, axis), axis=axis, dtype=array.dtype), axis)


@declared("cumsum(Tensor input, int dim, *, ScalarType? dtype=None, Tensor out=None)",
          in_place=True)  # fmt: skip
def cumsum(input: Tensor, dim: int, dtype: DType | None) -> Tensor:
    """Return the running sum along `dim`."""
    x = accumulated(input, dtype)
    axis = as_dim(dim, x.ndim)

    def backward(grad: Array) -> tuple[Array]:
        return (_summed_from_the_end(grad, axis).astype(input._array.dtype, copy=False),)

    output = _running(x, axis, np.cumsum)
    return record("CumsumBackward0", output, (input,), backward, dim=saved_dim(dim))


@declared("cumprod(Tensor input, int dim, *, ScalarType? dtype=None, Tensor out=None)",
          in_place=True)  # fmt: skip
def cumprod(input: Tensor, dim: int, dtype: DType | None) -> Tensor:
    """Return the running product along `dim`."""
    x = accumulated(input, dtype)
    axis = as_dim(dim, x.ndim)
    output = _running(x, axis, np.cumprod)

    def backward(grad: Array) -> tuple[Array]:
        if x.ndim == 0:
            return (grad,)
        if np.all(x):
            return (_summed_from_the_end(grad * output, axis) / x,)
        return (_running_product_gradient(x, grad, axis),)

    return record(
        "CumprodBackward0",
        output,
        (input,),
        backward,
        dim=saved_dim(dim),
        self=input,
        result=RESULT,
    )


def _running_product_gradient(x: Array, grad: Array, axis: int) -> Array:
    """Return the gradient of a running product with zeros in it, element by element."""
    moved, arrived = np.moveaxis(x, axis, -1), np.moveaxis(grad, axis, -1)
    total = np.zeros_like(moved)
    for place in range(moved.shape[-1]):
        without = moved.copy()
        without[..., place] = 1
        total[..., place] = (np.cumprod(without, axis=-1) * arrived)[..., place:].sum(axis=-1)
    return np.moveaxis(total, -1, axis)


def _accumulated(array: Array, function: np.ufunc, axis: int) -> Array:
    """Return the running extremes along an axis.

    After the first step every element is the extreme of two, after the next of four: ten steps
    over a row of a thousand, each of which does many numbers at a time.
    """
    if array.ndim == 0 or axis != array.ndim - 1 or array.shape[axis] < _LONG:
        return np.asarray(function.accumulate(array, axis=axis))
    output = np.array(array, order="C")
    rows = output.reshape(-1, array.shape[-1])
    some = max(1, PIECE // array.shape[-1])
    for first in range(0, len(rows), some):
        part, reach = rows[first : first + some], 1
        while reach < array.shape[-1]:
            part[:, reach:] = function(part[:, reach:], part[:, :-reach])
            reach *= 2
    return output


_LONG = 2**4


def _running_extreme(name: str, doc: str, function: np.ufunc, wins: np.ufunc) -> None:
    """Offer `cummax` or `cummin`; of equal ones the last one counts."""
    kind = return_type(name, "values", "indices")

    def operation(input: Tensor, dim: int) -> ReturnType:
        array, axis = with_dim(input, dim)
        own = input._array.shape
        values = waited_for(_accumulated, array, function, axis)
        along = [1] * array.ndim
        along[axis] = array.shape[axis]
        steps = np.arange(array.shape[axis]).reshape(along)
        small = np.int16 if array.shape[axis] < 2**15 else np.int64
        where_it_wins = wins(array, values) * steps.astype(small)
        places = _accumulated(where_it_wins, np.maximum, axis).astype(np.int64)
        indices = made(places.reshape(own))

        def backward(grads: tuple[Array, ...]) -> tuple[Array]:
            total = np.zeros_like(array)
            arrived = grads[0].reshape(array.shape)
            for place in range(array.shape[axis]):
                here = np.take(places, [place], axis=axis)
                so_far = np.take_along_axis(total, here, axis)
                np.put_along_axis(total, here, so_far + np.take(arrived, [place], axis=axis), axis)
            return (total.reshape(own),)

        return kind(
            record_many(
                f"{name.title()}Backward0",
                (values.reshape(own), indices._array),
                (input,),
                backward,
                dim=saved_dim(dim),
                indices=indices,
                self=input,
            )
        )

    operation.__doc__ = doc
    declared(f"{name}(Tensor input, int dim, *, Tensor[] out=None)")(operation)


_running_extreme("cummax", "Return the running maximum along `dim`, with where it stands.",
                 np.maximum, np.greater_equal)  # fmt: skip
_running_extreme("cummin", "Return the running minimum along `dim`, with where it stands.",
                 np.minimum, np.less_equal)  # fmt: skip


@declared(
    "diff(Tensor input, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None, *, "
    "Tensor out=None)"
)
def diff(input: Tensor, n: int, dim: int, prepend: Tensor | None, append: Tensor | None) -> Tensor:
    """Return the differences between neighbours along `dim`, `n` times over."""
    ndim = input._array.ndim
    if ndim == 0:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    parts = [each for each in (prepend, input, append) if each is not None]
    if any(each._array.ndim != ndim for each in parts):
        raise RuntimeError("diff expects prepend or append to be the same dimension as input")
    axis = as_dim(dim, ndim)
    if n == 0 or (len(parts) == 1 and input._array.shape[axis] == 0):
        copied = wrap(copied_as(input._array))
        return record_laid("CopyBackwards", copied, (input,), lambda grad: (grad,), {})
    result = cat(parts, dim) if len(parts) > 1 else input
    for _ in range(min(n, sum(part._array.shape[axis] for part in parts) + 1)):
        length = result._array.shape[axis]
        if length == 0 and len(parts) == 1:
            break
        later = slice_along(result, axis, 1, length, 1, dim)
        earlier = slice_along(result, axis, 0, max(length - 1, 0), 1, dim)
        is_bool = input._array.dtype.kind == "b"
        result = BITWISE["xor"](later, earlier) if is_bool else sub(later, earlier)
    return result
