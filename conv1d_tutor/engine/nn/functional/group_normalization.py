"""`group_norm` and `instance_norm`: by the mean and variance of parts of one sample."""

from math import prod
from typing import Any, cast

import numpy as np

from ...core.graph import record
from ...core.guard import waited_for
from ...core.op import FUNCTIONS, declared, python_function
from ...core.promotion import floats_only
from ...core.tensor import Array, Tensor, wrap
from .normalization import HERE, _batch_norm, _check_dtypes, _sources

# --- groups of channels


@python_function(HERE)
def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Return (x - mean) / sqrt(variance + eps) * weight + bias: (N, C, ...).

    Mean and variance are those of each of `num_groups` groups of a sample's channels.
    """
    if input.dim() < 2:
        raise RuntimeError(
            f"Expected at least 2 dimensions for input tensor but received {input.dim()}"
        )
    samples, channels, *others = input.shape
    size = [samples * channels // num_groups, num_groups, *others]
    if prod((size[0], *size[2:])) == 1:
        raise ValueError(
            f"Expected more than 1 value per channel when training, got input size {size}"
        )
    return cast(Tensor, FUNCTIONS["group_norm"](input, num_groups, weight, bias, eps, True))


@declared(
    "group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, "
    "float eps=1e-05, bool cudnn_enabled=True)",
    method=False,
)  # fmt: skip
def _group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn_enabled: bool = True,
) -> Tensor:
    """Return each group of channels with a mean of 0 and a variance of 1, times weight, plus bias.

    Input and output are (N, C, ...), weight and bias (C,).
    """
    x = input._array
    _check_groups(x, num_groups, weight, bias)
    _check_dtypes(input, weight, bias)
    floats_only("GroupNormKernelImpl")(input)
    input = input.contiguous()
    x = input._array
    samples, channels = x.shape[:2]
    own, positions = channels // num_groups, prod(x.shape[2:])
    grouped = x.reshape(samples, num_groups, own, positions)
    mean, inverse = waited_for(_moments, grouped, eps)
    by_channel = (1, num_groups, own, 1)
    scale = np.ones(by_channel) if weight is None else weight._array.reshape(by_channel)
    factor = inverse * scale.astype(np.float64)
    shift = (0 if bias is None else bias._array.reshape(by_channel)) - mean * factor
    wide = _precision(x)
    output = waited_for(_scaled, grouped, factor.astype(wide), shift.astype(wide))

    def backward(grad: Array) -> tuple[Array | None, ...]:
        if not grad.size:
            # Of a sample without positions there is no variance.
            slope = np.nan if samples else 0.0
            return (
                np.zeros_like(x),
                None if weight is None else np.full_like(weight._array, slope),
                None if bias is None else np.zeros_like(bias._array),
            )
        arriving = grad.reshape(grouped.shape)
        # What flows to each channel's shift, and to its factor.
        shifts = arriving.sum(axis=3, keepdims=True, dtype=np.float64)
        factors = _dots(arriving, grouped)
        to_weight = (factors - shifts * mean) * inverse
        # The mean and the variance depend on x too.
        along, all_shifts = (
            (each * scale).sum(axis=2, keepdims=True) / (own * positions)
            for each in (to_weight, shifts)
        )
        back = arriving * factor.astype(wide)
        back -= grouped * (along * inverse * inverse).astype(wide)
        back += ((along * inverse * mean - all_shifts) * inverse).astype(wide)
        return (
            back.reshape(x.shape).astype(x.dtype, copy=False),
            _of_channels(weight, to_weight),
            _of_channels(bias, shifts),
        )

    kept = x.dtype if weight is None else weight._array.dtype
    return record(
        "NativeGroupNormBackward0",
        output.reshape(x.shape).astype(x.dtype, copy=False),
        _sources(input, weight, bias),
        backward,
        C=channels,
        HxW=positions,
        N=samples,
        eps=eps,
        group=num_groups,
        input=input,
        result1=wrap(mean.astype(kept).reshape(samples, num_groups)),
        result2=wrap(inverse.astype(kept).reshape(samples, num_groups)),
        weight=weight,
    )


def _of_channels(parameter: Tensor | None, of_samples: Array) -> Array | None:
    """Return the gradient of a weight or bias: the sum of those of the samples."""
    if parameter is None:
        return None
    held = parameter._array
    return np.asarray(of_samples.sum(axis=0).reshape(held.shape).astype(held.dtype, copy=False))


_EXACT_UP_TO = 2**12
"""Numbers that are normalized in double precision: what a learner reads."""


def _precision(x: Array) -> np.dtype[Any]:
    """Return the dtype to scale and shift in; what is added up is so in float64."""
    few = x.size <= _EXACT_UP_TO or x.dtype == np.float64
    return np.dtype(np.float64 if few else np.float32)


def _scaled(grouped: Array, factor: Array, shift: Array) -> Array:
    output = grouped * factor
    output += shift
    return np.asarray(output)


def _moments(grouped: Array, eps: float) -> tuple[Array, Array]:
    """Return the mean and 1 / the standard deviation of each group: (N, groups, 1, 1)."""
    count = np.float64(prod(grouped.shape[2:]))
    mean = grouped.sum(axis=(2, 3), keepdims=True, dtype=np.float64) / max(count, 1)
    centred = grouped - mean.astype(_precision(grouped))
    variance = _dots(centred, centred).sum(axis=2, keepdims=True) / count
    return mean, 1 / np.sqrt(variance + eps)


def _dots(one: Array, other: Array) -> Array:
    """Return the dot product of the rows of each channel, in float64: (N, groups, own, 1)."""
    wide = _precision(one)
    rows, columns = one.astype(wide, copy=False), other.astype(wide, copy=False)
    products = rows[..., None, :] @ columns[..., :, None]
    return np.asarray(products[..., 0].astype(np.float64))


def _check_groups(x: Array, groups: int, weight: Tensor | None, bias: Tensor | None) -> None:
    if groups <= 0:
        raise RuntimeError(f"Expected num groups to be greater than 0, got {groups}")
    if x.shape[1] % groups:
        raise RuntimeError(
            "Expected number of channels in input to be divisible by num_groups, but got input "
            f"of shape {list(x.shape)} and num_groups={groups}"
        )
    for name, each in (("weight", weight), ("bias", bias)):
        if each is not None and each._array.shape != (x.shape[1],):
            # PyTorch shows the weight's shape in the bias' text, too.
            shown = (0,) if weight is None else weight._array.shape
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of channels in "
                f"input, but got {name} of shape {list(shown)} and input of shape "
                f"{list(x.shape)}"
            )


# --- every channel by itself


@python_function(HERE)
def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Return (x - mean) / sqrt(variance + eps) * weight + bias: (N, C, ...).

    By the mean and variance of each channel of each sample, which the running ones follow by
    `momentum`; without `use_input_stats` by the running ones.
    """
    if use_input_stats:
        size = input.size()
        if prod(size[2:]) == 1:
            raise ValueError(
                f"Expected more than 1 spatial element when training, got input size {size}"
            )
    made = FUNCTIONS["instance_norm"](
        input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps, True
    )
    return cast(Tensor, made)


@declared(
    "instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, "
    "Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled)",
    method=False,
)  # fmt: skip
def _instance_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    use_input_stats: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    """Return each channel of each sample with a mean of 0 and a variance of 1, scaled, shifted."""
    if not use_input_stats and (running_mean is None or running_var is None):
        raise RuntimeError(
            "Expected running_mean and running_var to be defined when use_input_stats is false"
        )
    # The samples side by side are one sample of so many channels.
    samples, channels, *others = input.shape
    flat = input.contiguous().view(1, samples * channels, *others)
    scale, shift, mean, variance = (
        None if each is None else each.repeat(samples)
        for each in (weight, bias, running_mean, running_var)
    )
    output = _batch_norm(
        flat, scale, shift, mean, variance, use_input_stats, momentum, eps, cudnn_enabled
    )
    if use_input_stats:
        for running, seen in ((running_mean, mean), (running_var, variance)):
            if running is not None and seen is not None:
                running._array[...] = _mean_of_samples(seen._array, samples, channels)
    return output.view(input.shape)


def _mean_of_samples(seen: Array, samples: int, channels: int) -> Array:
    return np.asarray(seen.reshape(samples, channels).sum(axis=0) / np.float64(samples))
