"""`batch_norm`, `layer_norm` and `normalize`."""

from typing import Any

import numpy as np

from ...autograd import record
from ...core.arguments import expect_tensor, kind_of
from ...core.promotion import NOTHING
from ...core.tensor import Array, Tensor, wrap

__all__ = ["batch_norm", "layer_norm", "normalize"]


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Bring every channel to mean 0 and variance 1, then scale and shift it: (N, C, ...).

    In training by the batch's own statistics, which the running ones follow by `momentum`;
    otherwise by the running ones.
    """
    expect_tensor(input, "batch_norm")
    x = input._array
    if training:
        per_channel = x.shape[0] * int(np.prod(x.shape[2:], dtype=np.int64))
        if per_channel == 1:
            raise ValueError(
                "Expected more than 1 value per channel when training, "
                f"got input size {input.shape}"
            )
    _check_channels(x, running_mean, running_var, weight, bias, training)
    if x.dtype.kind != "f":
        raise NotImplementedError(f"\"batch_norm\" not implemented for '{input.dtype.scalar}'")
    _check_dtypes(x, running_mean, running_var, weight, bias)
    axes = (0, *range(2, x.ndim))
    along = (1, -1) + (1,) * (x.ndim - 2)
    wide = x.astype(np.float64)
    if training:
        count = wide.size // wide.shape[1]
        mean, variance = wide.mean(axis=axes), wide.var(axis=axes)
        _follow(running_mean, mean, momentum)
        _follow(running_var, variance * (count / (count - 1)), momentum)
    else:
        assert running_mean is not None
        assert running_var is not None
        mean, variance = running_mean._array, running_var._array
    inverse = 1 / np.sqrt(variance.astype(np.float64) + eps)
    standard = (wide - mean.reshape(along)) * inverse.reshape(along)
    scale = 1.0 if weight is None else weight._array.reshape(along)
    output = standard * scale
    if bias is not None:
        output += bias._array.reshape(along)

    def backward(grad: Array) -> tuple[Array | None, ...]:
        to_scale = (grad * standard).sum(axis=axes)
        to_shift = grad.sum(axis=axes, dtype=np.float64)
        inner = grad * scale
        if training:
            means = inner.mean(axis=axes, keepdims=True, dtype=np.float64)
            turned = (inner * standard).mean(axis=axes, keepdims=True)
            inner = inner - means - standard * turned
        return (
            (inner * inverse.reshape(along)).astype(x.dtype),
            None if weight is None else to_scale.astype(x.dtype),
            None if bias is None else to_shift.astype(x.dtype),
        )

    kept = mean if training else np.empty(0)
    return record(
        "NativeBatchNormBackward0",
        output.astype(x.dtype),
        (input, NOTHING if weight is None else weight, NOTHING if bias is None else bias),
        backward,
        eps=eps,
        input=input,
        result1=wrap(kept.astype(x.dtype)),
        result2=wrap((inverse if training else kept).astype(x.dtype)),
        running_mean=running_mean,
        running_var=running_var,
        training=training,
        weight=weight,
    )


def _check_channels(
    x: Array,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None,
    bias: Tensor | None,
    training: bool,
) -> None:
    for name, given in (("running_mean", running_mean), ("running_var", running_var)):
        if given is None and not training:
            raise RuntimeError(f"{name} must be defined in evaluation mode")
    named = {"running_mean": running_mean, "running_var": running_var, "weight": weight,
             "bias": bias}  # fmt: skip
    for name, given in named.items():
        if given is not None and given._array.size != x.shape[1]:
            raise RuntimeError(
                f"{name} should contain {x.shape[1]} elements not {given._array.size}"
            )


def _check_dtypes(x: Array, *others: Tensor | None) -> None:
    if any(other is not None and other._array.dtype != x.dtype for other in others):
        raise RuntimeError("mixed dtype (CPU): all inputs must share same datatype.")


def _follow(running: Tensor | None, seen: Array, momentum: float) -> None:
    if running is not None:
        held = running._array
        held[...] = (1 - momentum) * held + momentum * seen


def layer_norm(
    input: Tensor,
    normalized_shape: Any,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Bring the last axes of every sample to mean 0 and variance 1, then scale and shift them."""
    expect_tensor(input, "layer_norm")
    if not isinstance(normalized_shape, list | tuple):
        raise TypeError(
            "layer_norm(): argument 'normalized_shape' (position 2) must be tuple of ints, "
            f"not {kind_of(normalized_shape)}"
        )
    shape = tuple(normalized_shape)
    x = input._array
    if not shape:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one "
            "element, but got normalized_shape = []"
        )
    for name, given in (("weight", weight), ("bias", bias)):
        if given is not None and given._array.shape != shape:
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape "
                f"{list(given.shape)} and normalized_shape = {list(shape)}"
            )
    if x.shape[x.ndim - len(shape) :] != shape or x.ndim < len(shape):
        wanted = ", ".join(map(str, shape))
        raise RuntimeError(
            f"Given normalized_shape=[{wanted}], expected input with shape [*, {wanted}], but got "
            f"input of size{list(x.shape)}"
        )
    _check_dtypes(x, weight, bias)
    if x.dtype.kind != "f":
        raise NotImplementedError(
            f"\"LayerNormKernelImpl\" not implemented for '{input.dtype.scalar}'"
        )
    axes = tuple(range(x.ndim - len(shape), x.ndim))
    others = tuple(range(x.ndim - len(shape)))
    wide = x.astype(np.float64)
    mean = wide.mean(axis=axes, keepdims=True)
    inverse = 1 / np.sqrt(wide.var(axis=axes, keepdims=True) + eps)
    standard = (wide - mean) * inverse
    scale = 1.0 if weight is None else weight._array
    output = standard * scale
    if bias is not None:
        output += bias._array

    def backward(grad: Array) -> tuple[Array | None, ...]:
        inner = grad * scale
        means = inner.mean(axis=axes, keepdims=True, dtype=np.float64)
        turned = (inner * standard).mean(axis=axes, keepdims=True)
        return (
            ((inner - means - standard * turned) * inverse).astype(x.dtype),
            None if weight is None else (grad * standard).sum(axis=others).astype(x.dtype),
            None if bias is None else grad.sum(axis=others, dtype=np.float64).astype(x.dtype),
        )

    return record(
        "NativeLayerNormBackward0",
        output.astype(x.dtype),
        (input, NOTHING if weight is None else weight, NOTHING if bias is None else bias),
        backward,
        bias=bias,
        input=input,
        normalized_shape=shape,
        result1=wrap(mean.astype(x.dtype)),
        result2=wrap(inverse.astype(x.dtype)),
        weight=weight,
    )


def normalize(input: Tensor, p: float = 2.0, dim: Any = 1, eps: float = 1e-12) -> Tensor:
    """Return the input divided by its p-norm along `dim`."""
    length = input.norm(p, dim, keepdim=True).clamp_min(eps).expand_as(input)
    result: Tensor = input / length
    return result
