"""Activations that always write over their input: `relu_` and its fellows."""

from ...core.op import declared
from ...core.tensor import Tensor
from .activation import _elu_, celu, relu, selu
from .piecewise import _threshold, finished, hardtanh, leaky_relu

_OF_NN = "torch._C._nn"


@declared("relu_(Tensor input)", method=False, returns_face=True)
def relu_(input: Tensor) -> Tensor:
    """Write max(x, 0) over every element x."""
    return relu(input, inplace=True)


@declared("selu_(Tensor input)", method=False, returns_face=True)
def selu_(input: Tensor) -> Tensor:
    """Write `selu` of every element over it."""
    return selu(input, inplace=True)


@declared("celu_(Tensor input, Scalar alpha=1.0)", method=False, returns_face=True)
def celu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """Write `celu` of every element over it."""
    return celu(input, alpha, inplace=True)


@declared(
    "threshold_(Tensor input, Scalar threshold, Scalar value)", method=False, returns_face=True
)
def threshold_(input: Tensor, threshold: float, value: float) -> Tensor:
    """Write `value` over every element that is not over `threshold`."""
    return _threshold(input, threshold, value, inplace=True)


@declared("elu_(Tensor input, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1)", module=_OF_NN)
def elu_(input: Tensor, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> Tensor:
    """Write `elu` of every element over it."""
    return finished(_elu_, True, input, alpha, scale, input_scale)


@declared("leaky_relu_(Tensor input, Scalar negative_slope=0.01)", module=_OF_NN)
def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """Write `leaky_relu` of every element over it."""
    return leaky_relu(input, negative_slope, inplace=True)


@declared("hardtanh_(Tensor input, Scalar min_val=-1, Scalar max_val=1)", module=_OF_NN)
def hardtanh_(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """Write every element, at least `min_val` and at most `max_val`, over it."""
    return hardtanh(input, min_val, max_val, inplace=True)
