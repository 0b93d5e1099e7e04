"""`batch_norm`, `layer_norm` and `normalize`."""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from ...core.dtypes import float16, float32
from ...core.graph import record, record_laid
from ...core.in_place import write_into
from ...core.op import declared, python_function
from ...core.promotion import NOTHING, floats_only
from ...core.strides import as_images, laid_as
from ...core.tensor import Array, Tensor, wrap

HERE = "torch.nn.functional"


@python_function(HERE)
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
    """Return (x - mean) / sqrt(variance + eps) * weight + bias of every channel: (N, C, ...).

    In training by the batch's own mean and variance, which the running ones follow by `momentum`;
    otherwise by the running ones.
    """
    if training and isinstance(input, Tensor):
        sizes = input._array.shape
        if prod((*sizes[:1], *sizes[2:])) == 1:
            raise ValueError(
                "Expected more than 1 value per channel when training, "
                f"got input size {input.shape}"
            )
    if training and eps <= 0:
        raise ValueError(f"batch_norm eps must be positive during training, but got {eps}")
    if eps < 0:
        raise ValueError(f"batch_norm eps must be non-negative, but got {eps}")
    return _batch_norm(
        input, weight, bias, running_mean, running_var, training, momentum, eps, False
    )


@declared(
    "batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, "
    "Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled)",
    method=False,
    returns_face=True,
)  # fmt: skip
def _batch_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    """Return (x - mean) / sqrt(variance + eps) * weight + bias of every channel: (N, C, ...)."""
    x = input._array
    if not x.size:
        return _of_nothing(input, weight, bias)
    _check_channels(
        x, training, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias
    )
    floats_only("batch_norm")(input)
    _check_dtypes(input, weight, bias, running_mean, running_var)
    axes = (0, *range(2, x.ndim))
    if training or running_mean is None or running_var is None:
        # The samples of a channel, side by side.
        mean = x.mean(axis=axes, dtype=np.float64)
        variance = x.var(axis=axes, dtype=np.float64)
        count = x.size // x.shape[1]
        _follow(running_mean, mean, momentum)
        _follow(running_var, variance * (count / (count - 1)), momentum)
    else:
        mean, variance = running_mean._array, running_var._array
    along = (1, -1) + (1,) * (x.ndim - 2)
    inverse = 1 / np.sqrt(variance.astype(np.float64) + eps)
    output, backward = _normalized(
        x,
        mean.reshape(along),
        inverse.reshape(along),
        axes if training else (),
        axes,
        None if weight is None else weight._array.reshape(along),
        None if bias is None else bias._array.reshape(along),
    )
    kept = (mean, inverse) if training else (np.empty(0), np.empty(0))
    laid = laid_as(output, x) if not x.size and weight is None else as_images(output, [x])
    return record_laid(
        "NativeBatchNormBackward0",
        wrap(laid),
        _sources(input, weight, bias),
        backward,
        {
            "eps": eps,
            "input": input,
            "result1": wrap(kept[0].astype(x.dtype)),
            "result2": wrap(kept[1].astype(x.dtype)),
            "running_mean": running_mean,
            "running_var": running_var,
            "training": training,
            "weight": weight,
        },
    )


def _of_nothing(input: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """Return an empty output that is connected with all it would be made from."""
    output = input.clone()
    if weight is not None:
        output = output * weight.select(0, 0)
    return output if bias is None else output + bias.select(0, 0)


def _normalized(
    x: Array,
    mean: Array,
    inverse: Array,
    over: tuple[int, ...],
    others: tuple[int, ...],
    weight: Array | None,
    bias: Array | None,
) -> tuple[Array, Callable[[Array], tuple[Array | None, ...]]]:
    """Return `(x - mean) * inverse * weight + bias`, and what turns its gradient into theirs.

    `over` are the axes that the mean and the variance were taken over (none where they are from
    elsewhere), `others` those along which one weight serves.
    """
    wide = _precision(x)

    def standardized() -> Array:
        centred = np.subtract(x, mean.astype(wide), dtype=wide)
        centred *= inverse.astype(wide)
        return np.asarray(centred)

    scale = wide.type(1) if weight is None else weight
    if weight is None or weight.shape == mean.shape:
        # One factor and one summand for all that have a mean in common.
        factor = inverse * scale
        output = np.multiply(x, factor.astype(wide), dtype=wide)
        output += ((0 if bias is None else bias) - mean * factor).astype(wide)
    else:
        output = standardized()
        output *= scale
        if bias is not None:
            output += bias

    def backward(grad: Array) -> tuple[Array | None, ...]:
        inner, standard = grad * scale, standardized()
        if over:
            # The mean and the variance depend on x too.
            inner = (
                inner
                - inner.mean(axis=over, keepdims=True, dtype=np.float64).astype(wide)
                - standard * (inner * standard).mean(axis=over, keepdims=True)
            )
        return (
            (inner * inverse.astype(wide)).astype(x.dtype, copy=False),
            None if weight is None else (grad * standard).sum(axis=others).astype(weight.dtype),
            None if bias is None else grad.sum(axis=others, dtype=np.float64).astype(bias.dtype),
        )

    return output.astype(x.dtype, copy=False), backward


_EXACT_UP_TO = 2**12
"""Numbers that are normalized in double precision: what a learner reads."""


def _precision(x: Array) -> np.dtype[Any]:
    """Return the dtype to normalize in; means and variances are always added up in float64."""
    few = x.size <= _EXACT_UP_TO or x.dtype == np.float64
    return np.dtype(np.float64 if few else np.float32)


def _moments(x: Array, axes: tuple[int, ...]) -> tuple[Array, Array]:
    """Return the mean and the variance over the last axes, which stay, with length 1.

    They are nan where there is nothing to take them over.
    """
    if not x.size:
        lengths = [1 if axis in axes else length for axis, length in enumerate(x.shape)]
        nothing = np.full(lengths, np.nan)
        return nothing, nothing
    wide, count = _precision(x), prod(x.shape[axis] for axis in axes)
    mean = x.mean(axis=axes, keepdims=True, dtype=np.float64)
    rows = np.subtract(x, mean.astype(wide), dtype=wide).reshape(*mean.shape[: -len(axes)], count)
    variance = np.vecdot(rows, rows).reshape(mean.shape).astype(np.float64) / count
    return mean, variance


def _check_channels(x: Array, training: bool, **given: Tensor | None) -> None:
    channels = x.shape[1] if x.ndim > 1 else 0
    for name, each in given.items():
        if each is None and not training and name.startswith("running"):
            raise RuntimeError(f"{name} must be defined in evaluation mode")
    for name, each in given.items():
        if each is not None and each._array.size != channels:
            raise RuntimeError(f"{name} should contain {channels} elements not {each._array.size}")


def _check_dtypes(input: Tensor, *parameters: Tensor | None) -> None:
    """Raise PyTorch's errors: parameters have the input's dtype, or float32 beside float16."""
    kinds = [each.dtype for each in parameters if each is not None]
    if not kinds or {*kinds} == {input.dtype}:
        return
    if kinds[0] is input.dtype:
        other = next(kind for kind in kinds if kind is not input.dtype)
        raise RuntimeError(f"expected scalar type {input.dtype.scalar} but found {other.scalar}")
    if {*kinds} != {float32}:
        raise RuntimeError("mixed dtype (CPU): expect parameter to have scalar type of Float")
    if input.dtype is not float16:
        raise RuntimeError("mixed dtype (CPU): all inputs must share same datatype.")


def _sources(*tensors: Tensor | None) -> tuple[Tensor, ...]:
    return tuple(NOTHING if each is None else each for each in tensors)


def _follow(running: Tensor | None, seen: Array, momentum: float) -> None:
    if running is not None:
        held = running._array
        held[...] = (1 - momentum) * held + momentum * seen


@python_function(HERE)
def layer_norm(
    input: Tensor,
    normalized_shape: list[int] | tuple[int, ...],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Return (x - mean) / sqrt(variance + eps) * weight + bias: (*, normalized_shape).

    Mean and variance are those of each sample's last axes, which `normalized_shape` names.
    """
    return _layer_norm(input, normalized_shape, weight, bias, eps, False)


@declared(
    "layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, "
    "float eps=1e-05, bool cudnn_enable=True)",
    module=HERE,
)  # fmt: skip
def _layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None,
    bias: Tensor | None,
    eps: float,
    cudnn_enable: bool,
) -> Tensor:
    x, shape = input._array, tuple(normalized_shape)
    _check_layer(x, shape, weight=weight, bias=bias)
    _check_dtypes(input, weight, bias)
    floats_only("LayerNormKernelImpl")(input)
    others = tuple(range(x.ndim - len(shape)))
    axes = tuple(range(len(others), x.ndim))
    mean, variance = _moments(x, axes)
    inverse = 1 / np.sqrt(variance + eps)
    output, backward = _normalized(
        x,
        mean,
        inverse,
        axes,
        others,
        None if weight is None else weight._array,
        None if bias is None else bias._array,
    )
    return record(
        "NativeLayerNormBackward0",
        output,
        _sources(input, weight, bias),
        backward,
        bias=bias,
        input=input,
        normalized_shape=shape,
        result1=wrap(mean.astype(x.dtype)),
        result2=wrap(inverse.astype(x.dtype)),
        weight=weight,
    )


def _check_layer(x: Array, shape: tuple[int, ...], **given: Tensor | None) -> None:
    if not shape:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one "
            "element, but got normalized_shape = []"
        )
    for name, each in given.items():
        if each is not None and each._array.shape != shape:
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape "
                f"{list(each.shape)} and normalized_shape = {list(shape)}"
            )
    if x.shape[x.ndim - len(shape) :] != shape or x.ndim < len(shape):
        expected = ", ".join(map(str, shape))
        raise RuntimeError(
            f"Given normalized_shape=[{expected}], expected input with shape [*, {expected}], but "
            f"got input of size{list(x.shape)}"
        )


@python_function(HERE)
def normalize(
    input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, out: Tensor | None = None
) -> Tensor:
    """Return the input divided by its p-norm along `dim`."""
    length = input.norm(p, dim, keepdim=True).clamp_min(eps).expand_as(input)
    return (
        input / length if out is None else write_into(out, input / length, "div", (input, length))
    )
