"""`softmax` and its logarithm."""

from typing import Any

import numpy as np

from ..core.arguments import as_dim, expect_tensor
from ..core.graph import RESULT, record
from ..core.guard import waited_for
from ..core.surface import offered
from ..core.tensor import Array, Tensor

__all__ = ["log_softmax", "softmax"]


def _shares(x: Array, axis: int) -> Array:
    """Return the exponentials, each divided by their sum; the largest is taken off first."""
    powers = np.exp(x - x.max(axis=axis, keepdims=True, initial=-np.inf))
    powers /= powers.sum(axis=axis, keepdims=True)
    return np.asarray(powers)


def _log_shares(x: Array, axis: int) -> Array:
    shifted = x - x.max(axis=axis, keepdims=True, initial=-np.inf)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True)))


@offered("softmax")
def softmax(input: Tensor, dim: Any = None, dtype: Any = None) -> Tensor:
    """Return exp(input) divided by its sum along `dim`."""
    source, axis, saved_dim = _along(input, dim, dtype, "softmax")
    x = np.atleast_1d(source._array)
    output = waited_for(_shares, x, axis).reshape(source._array.shape)
    axis = axis if output.ndim else None

    def backward(grad: Array) -> tuple[Array]:
        return (output * (grad - (grad * output).sum(axis=axis, keepdims=True)),)

    return record("SoftmaxBackward0", output, (source,), backward, dim=saved_dim, result=RESULT)


@offered("log_softmax")
def log_softmax(input: Tensor, dim: Any = None, dtype: Any = None) -> Tensor:
    """Return the logarithm of `softmax`."""
    source, axis, saved_dim = _along(input, dim, dtype, "log_softmax")
    x = np.atleast_1d(source._array)
    output = waited_for(_log_shares, x, axis).reshape(source._array.shape)
    axis = axis if output.ndim else None

    def backward(grad: Array) -> tuple[Array]:
        return (grad - np.exp(output) * grad.sum(axis=axis, keepdims=True),)

    return record("LogSoftmaxBackward0", output, (source,), backward, dim=saved_dim, result=RESULT)


def _along(input: Tensor, dim: Any, dtype: Any, name: str) -> tuple[Tensor, Any, int]:
    expect_tensor(input, name)
    if dim is None:
        raise TypeError(f'{name}() missing 1 required positional arguments: "dim"')
    axis = as_dim(dim, input._array.ndim, name)
    if dtype is not None:
        input = input.to(dtype)
    if input._array.dtype.kind != "f":
        last = "_lastdim" if axis >= input._array.ndim - 1 else ""
        raise NotImplementedError(
            f"\"{name}{last}_kernel_impl\" not implemented for '{input.dtype.scalar}'"
        )
    return input, axis, dim % 2**64
