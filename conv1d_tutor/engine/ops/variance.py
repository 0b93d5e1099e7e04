"""Variance and standard deviation, alone or beside the mean."""

import warnings
from math import prod

import numpy as np

from ..core.dims import Dims, axes_of, saved_dims, with_reduced_dims
from ..core.graph import RESULT, record, record_many
from ..core.guard import waited_for
from ..core.op import declared
from ..core.tensor import Array, Tensor

_Number = int | float


def _deviation(x: Array, axes: tuple[int, ...], keepdim: bool) -> tuple[Array, Array, Array]:
    """Return the means, how far each element is from its mean, and the sums of the squares."""
    wide = x.astype(np.float64, copy=False)
    count = prod(x.shape[axis] for axis in axes)
    mean = np.asarray(np.divide(wide.sum(axis=axes, keepdims=True), count))
    deviation = wide - mean
    squares = (deviation * deviation).sum(axis=axes, keepdims=keepdim)
    return (mean if keepdim else mean.squeeze(axes)), deviation, squares


def _warn_of_freedom(name: str) -> None:
    warnings.warn(
        f"{name}(): degrees of freedom is <= 0. Correction should be strictly less than the "
        "reduction factor (input numel divided by output numel).",
        stacklevel=5,
    )


def _variance(
    name: str,
    input: Tensor,
    dim: Dims | None,
    unbiased: bool | None,
    keepdim: bool,
    correction: _Number | None,
) -> tuple[Tensor, ...]:
    """Return what `name` asks for: the variance or its root, and the mean where that is in it."""
    x = input._array
    is_root, with_mean = name.startswith("std"), name.endswith("_mean")
    if x.dtype.kind != "f":
        which = name if with_mean else "std and var"
        raise RuntimeError(f"{which} only support floating point and complex dtypes")
    if unbiased is not None:
        correction = int(unbiased)
    axes = axes_of(dim, x.ndim)
    count = prod(x.shape[axis] for axis in axes)
    freedom = max(count - (1 if correction is None else correction), 0)
    if freedom == 0:
        _warn_of_freedom(name)
    mean, deviation, squares = waited_for(_deviation, x, axes, keepdim)
    output = np.asarray(np.divide(squares, freedom), np.float64)
    if is_root:
        output = np.sqrt(output)

    def backward(grads: tuple[Array, Array]) -> tuple[Array]:
        grad, towards_mean = (with_reduced_dims(each, axes, keepdim) for each in grads)
        if is_root:
            root = with_reduced_dims(output, axes, keepdim)
            grad = np.where(root == 0, 0, grad / (2 * root))
        towards = grad * (2.0 / freedom if freedom else np.nan) * deviation + towards_mean / count
        return (towards.astype(x.dtype),)

    saved: dict[str, object] = {"self": input, "correction": correction, "keepdim": keepdim}
    saved["dim"] = None if dim is None else saved_dims(dim)
    if is_root:
        saved["result0" if with_mean else "result"] = RESULT
    node = f"{'Std' if is_root else 'Var'}{'Mean' * with_mean}Backward0"
    if with_mean:
        parts = [part.astype(x.dtype) for part in (output, mean)]
        return record_many(node, parts, (input,), backward, **saved)
    return (
        record(
            node,
            output.astype(x.dtype),
            (input,),
            lambda grad: backward((grad, np.zeros_like(grad))),
            **saved,
        ),
    )


def _alone(name: str, doc: str) -> None:
    """Offer `var` or `std`, under PyTorch's three ways to call it."""

    def operation(
        input: Tensor,
        dim: Dims | None = None,
        unbiased: bool | None = None,
        keepdim: bool = False,
        correction: _Number | None = None,
    ) -> Tensor:
        return _variance(name, input, dim, unbiased, keepdim, correction)[0]

    operation.__doc__ = doc
    declared(
        f"{name}(Tensor input, int[1]? dim, bool unbiased=True, bool keepdim=False, *, "
        "Tensor out=None)",
        f"{name}(Tensor input, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False, "
        "Tensor out=None)",
        f"{name}(Tensor input, bool unbiased=True)",
    )(operation)


_alone("var", "Return the variance of all elements, or along `dim`: the sum of the squares of "
       "their distances from the mean, over their count less 1.")  # fmt: skip
_alone("std", "Return the standard deviation of all elements, or along `dim`: the root of the "
       "variance.")  # fmt: skip


def _beside_the_mean(name: str, doc: str) -> None:
    """Offer `var_mean` or `std_mean`, under PyTorch's three ways to call it."""

    def operation(
        input: Tensor,
        dim: Dims | None = None,
        unbiased: bool | None = None,
        keepdim: bool = False,
        correction: _Number | None = None,
    ) -> tuple[Tensor, ...]:
        return _variance(name, input, dim, unbiased, keepdim, correction)

    operation.__doc__ = doc
    declared(
        f"{name}(Tensor input, int[1]? dim, bool unbiased=True, bool keepdim=False)",
        f"{name}(Tensor input, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False)",
        f"{name}(Tensor input, bool unbiased=True)",
        method=False,
    )(operation)


_beside_the_mean("var_mean", "Return the variance and the mean.")
_beside_the_mean("std_mean", "Return the standard deviation and the mean.")
