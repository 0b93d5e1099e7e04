"""`dropout`: leave numbers out at random while training."""

import numpy as np

from ...core.op import declared, python_function
from ...core.strides import laid_as
from ...core.tensor import Array, Tensor, wrap
from ...ops.arithmetic import mul
from ...random.sampling import bernoulli_mask

HERE = "torch.nn.functional"


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
    like = np.empty((*input.shape[:-1], 1))
    return _dropped(input, like, p, training, inplace)


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
        if dtype.kind != "f":
            raise RuntimeError(
                f"result type Float can't be cast to the desired output type {input.dtype.scalar}"
            )
        kept = bernoulli_mask(like, 1 - p).astype(dtype)
        noise = wrap(laid_as(kept / dtype.type(1 - p), like))
    return input.mul_(noise) if inplace else mul(input, noise)
