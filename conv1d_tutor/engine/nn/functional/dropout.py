"""`dropout` and its fellows: leave numbers out at random while training."""

from math import sqrt

import numpy as np

from ...core.op import declared, python_function
from ...core.strides import laid_as
from ...core.tensor import Array, Tensor, wrap
from ...ops.arithmetic import mul
from ...random.sampling import bernoulli_mask

HERE = "torch.nn.functional"


def _check_floating(input: Tensor) -> None:
    """Raise where numbers cannot be scaled; by then PyTorch has drawn which ones to keep."""
    if input._array.dtype.kind != "f":
        raise RuntimeError(
            f"result type Float can't be cast to the desired output type {input.dtype.scalar}"
        )


def _check_probability(p: float) -> None:
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


@python_function(HERE)
def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Set each number to 0 with probability `p` and scale the rest by 1 / (1 - p).

    Outside training it gives the input itself.
    """
    _check_probability(p)
    return (_dropout_ if inplace else _dropout)(input, p, training)


@python_function(HERE)
def dropout1d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Set whole channels of (N, C, L) or (C, L) to 0 with probability `p`.

    The rest is scaled by 1 / (1 - p). Outside training it gives the input itself.
    """
    _check_probability(p)
    if input.dim() not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {input.ndim}D input. Note that "
            "dropout1d exists to provide channel-wise dropout on inputs with 1 spatial dimension, "
            "a channel dimension, and an optional batch dimension (i.e. 2D or 3D inputs)."
        )
    unbatched = input.ndim == 2
    if unbatched:
        input = input.unsqueeze_(0) if inplace else input.unsqueeze(0)
    output = _dropped(input, np.empty((*input.shape[:2], 1)), p, training, inplace)
    if not unbatched:
        return output
    return output.squeeze_(0) if inplace else output.squeeze(0)


@python_function(HERE)
def alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """Set each number to the least that SELU gives with probability `p`, and scale and shift all.

    So inputs with a mean of 0 and a variance of 1 keep them. Outside training it gives the input.
    """
    _check_probability(p)
    return (_alpha_dropout_ if inplace else _alpha_dropout)(input, p, training)


@python_function(HERE)
def feature_alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """Do with whole channels of (N, C, ...) what `alpha_dropout` does with each number."""
    _check_probability(p)
    return (_feature_alpha_ if inplace else _feature_alpha)(input, p, training)


@declared("alpha_dropout(Tensor input, float p, bool train)", module=HERE)
def _alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    return _alpha_dropped(input, input._array, p, train, False)


@declared("alpha_dropout_(Tensor input, float p, bool train)", module=HERE)
def _alpha_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    return _alpha_dropped(input, input._array, p, train, True)


@declared("feature_alpha_dropout(Tensor input, float p, bool train)", module=HERE)
def _feature_alpha(input: Tensor, p: float, train: bool) -> Tensor:
    return _alpha_dropped(input, _one_a_channel(input, p, train), p, train, False)


@declared("feature_alpha_dropout_(Tensor input, float p, bool train)", module=HERE)
def _feature_alpha_(input: Tensor, p: float, train: bool) -> Tensor:
    return _alpha_dropped(input, _one_a_channel(input, p, train), p, train, True)


def _one_a_channel(input: Tensor, p: float, train: bool) -> Array:
    """Return an array with one place for each channel of each sample."""
    if p in (0, 1) or not train or not input._array.size:
        return input._array  # nothing is drawn
    if input.ndim < 2:
        raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
    return np.empty((*input.shape[:2], *(1,) * (input.ndim - 2)))


_LEAST_OF_SELU = 1.7580993408473766
"""What SELU comes near to for very small numbers, without its sign."""


def _alpha_dropped(input: Tensor, like: Array, p: float, training: bool, inplace: bool) -> Tensor:
    if p in (0, 1) or not training or not input._array.size:
        return _dropped(input, like, p, training, inplace)
    dtype = input._array.dtype
    kept = bernoulli_mask(like, 1 - p)
    _check_floating(input)
    scale = 1 / sqrt((_LEAST_OF_SELU * _LEAST_OF_SELU * p + 1) * (1 - p))
    kept = laid_as(kept.astype(dtype), like)
    number = dtype.type
    shift = (kept - number(1)) * number(_LEAST_OF_SELU * scale) + number(_LEAST_OF_SELU * scale * p)
    noise = wrap(kept * number(scale))
    scaled = input.mul_(noise) if inplace else mul(input, noise)
    return scaled.add_(wrap(shift))


@declared("dropout(Tensor input, float p, bool train)", module=HERE)
def _dropout(input: Tensor, p: float, train: bool) -> Tensor:
    return _dropped(input, input._array, p, train, False)


@declared("dropout_(Tensor input, float p, bool train)", module=HERE)
def _dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    return _dropped(input, input._array, p, train, True)


def _dropped(input: Tensor, like: Array, p: float, training: bool, inplace: bool) -> Tensor:
    if p == 0 or not training or input._array.size == 0:
        return input
    dtype = input._array.dtype
    if p == 1:
        noise = wrap(np.zeros((), np.float32 if dtype.kind != "f" else dtype))
    else:
        mask = bernoulli_mask(like, 1 - p)
        _check_floating(input)
        noise = wrap(laid_as(mask.astype(dtype) / dtype.type(1 - p), like))
    return input.mul_(noise) if inplace else mul(input, noise)
