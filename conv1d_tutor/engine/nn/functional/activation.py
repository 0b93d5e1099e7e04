"""Activations: a bend in every number."""

import warnings
from math import pi, sqrt
from typing import Any, Literal

import numpy as np

from ...autograd import RESULT, record
from ...core.arguments import expect_tensor
from ...core.guard import in_blocks
from ...core.in_place import replace
from ...core.tensor import Array, Tensor
from ...ops.pointwise import erf_array

__all__ = [
    "elu",
    "gelu",
    "hardtanh",
    "leaky_relu",
    "log_softmax",
    "logsigmoid",
    "relu",
    "relu6",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
]


def _finished(input: Tensor, output: Tensor, inplace: bool) -> Tensor:
    return replace(input, output) if inplace else output


def _floating(input: Tensor, function: str, kernel: str | None = None) -> Array:
    expect_tensor(input, function)
    if input._array.dtype.kind != "f":
        raise NotImplementedError(
            f"\"{kernel or function}\" not implemented for '{input.dtype.scalar}'"
        )
    return input._array


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return every element, 0 for a negative one."""
    expect_tensor(input, "relu")
    result: Tensor = input.relu_() if inplace else input.relu()
    return result


def tanh(input: Tensor) -> Tensor:
    """Return the hyperbolic tangent of every element."""
    result: Tensor = input.tanh()
    return result


def sigmoid(input: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-x)) of every element."""
    result: Tensor = input.sigmoid()
    return result


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """Return every element, a negative one times `negative_slope`."""
    x = _floating(input, "leaky_relu", "leaky_relu_cpu")
    slope = x.dtype.type(negative_slope)

    def backward(grad: Array) -> tuple[Array]:
        return (np.where(x > 0, grad, grad * slope),)

    output = record(
        "LeakyReluBackward0",
        np.where(x > 0, x, x * slope),
        (input,),
        backward,
        negative_slope=negative_slope,
        self=input,
    )
    return _finished(input, output, inplace)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return every element, alpha * (exp(x) - 1) for a negative one."""
    x = _floating(input, "elu", "elu_cpu")
    below = x.dtype.type(alpha) * np.expm1(np.minimum(x, 0))

    def backward(grad: Array) -> tuple[Array]:
        return (np.where(x > 0, grad, grad * (below + x.dtype.type(alpha))),)

    output = record(
        "EluBackward0",
        np.where(x > 0, x, below),
        (input,),
        backward,
        alpha=float(alpha),
        input_scale=1,
        scale=1,
        self=input,
    )
    return _finished(input, output, inplace)


def hardtanh(
    input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Tensor:
    """Return every element, at least `min_val` and at most `max_val`."""
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    expect_tensor(input, "hardtanh")
    x = input._array

    def backward(grad: Array) -> tuple[Array]:
        return (np.where((x > min_val) & (x < max_val), grad, grad.dtype.type(0)),)

    output = record(
        "HardtanhBackward0",
        np.clip(x, x.dtype.type(min_val), x.dtype.type(max_val)),
        (input,),
        backward,
        max_val=float(max_val),
        min_val=float(min_val),
        self=input,
    )
    return _finished(input, output, inplace)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """Return every element, at least 0 and at most 6."""
    return hardtanh(input, 0.0, 6.0, inplace)


def gelu(input: Tensor, approximate: Literal["none", "tanh"] = "none") -> Tensor:
    """Return x times the share of a normal distribution that lies below x."""
    x = _floating(input, "gelu", "GeluKernelImpl")
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")

    def below(values: Array) -> Array:
        """Return the share of the distribution below each value, in float64."""
        wide = values.astype(np.float64)
        if approximate == "none":
            bent = erf_array(wide / sqrt(2))
        else:
            bent = np.tanh(sqrt(2 / pi) * (wide + 0.044715 * wide**3))
        return np.asarray(0.5 * (1 + bent))

    def slope(values: Array) -> Array:
        wide, share = values.astype(np.float64), below(values)
        if approximate == "none":
            return np.asarray(share + wide * np.exp(-0.5 * wide * wide) / sqrt(2 * pi))
        inner = sqrt(2 / pi) * (1 + 3 * 0.044715 * wide**2)
        return np.asarray(share + 2 * wide * share * (1 - share) * inner)

    def backward(grad: Array) -> tuple[Array]:
        return ((grad * in_blocks(slope, x)).astype(x.dtype),)

    output = (x * in_blocks(below, x)).astype(x.dtype)
    return record("GeluBackward0", output, (input,), backward, approximate=approximate, self=input)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return x times the sigmoid of x."""
    x = _floating(input, "silu", "silu_cpu")
    share = 1 / (1 + np.exp(-x))

    def backward(grad: Array) -> tuple[Array]:
        return (grad * share * (1 + x * (1 - share)),)

    output = record("SiluBackward0", x * share, (input,), backward, self=input)
    return _finished(input, output, inplace)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """Return log(1 + exp(beta * x)) / beta; x itself where beta * x is over `threshold`."""
    x = _floating(input, "softplus", "softplus_cpu")
    scaled = x * x.dtype.type(beta)
    curved = np.log1p(np.exp(np.minimum(scaled, threshold))) / x.dtype.type(beta)

    def backward(grad: Array) -> tuple[Array]:
        return (np.where(scaled > threshold, grad, grad / (1 + np.exp(-scaled))),)

    return record(
        "SoftplusBackward0",
        np.where(scaled > threshold, x, curved).astype(x.dtype),
        (input,),
        backward,
        beta=float(beta),
        self=input,
        threshold=float(threshold),
    )


def softsign(input: Tensor) -> Tensor:
    """Return x / (1 + |x|)."""
    result: Tensor = input / (input.abs() + 1)
    return result


def logsigmoid(input: Tensor) -> Tensor:
    """Return the logarithm of the sigmoid of every element."""
    x = _floating(input, "log_sigmoid", "log_sigmoid_cpu")
    small = np.exp(-np.abs(x))

    def backward(grad: Array) -> tuple[Array]:
        return (grad * np.where(x < 0, 1 / (1 + small), small / (1 + small)),)

    output = np.minimum(x, 0) - np.log1p(small)
    return record("LogSigmoidBackward0", output, (input,), backward, self=input, buffer=RESULT)


def softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """Return exp(x) divided by its sum along `dim`: shares that add up to 1."""
    axis = _implicit_dim("softmax", input.ndim, _stacklevel) if dim is None else dim
    shares: Tensor = input.softmax(axis, dtype)
    return shares


def log_softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """Return the logarithm of `softmax`."""
    axis = _implicit_dim("log_softmax", input.ndim, _stacklevel) if dim is None else dim
    logarithms: Tensor = input.log_softmax(axis, dtype)
    return logarithms


def _implicit_dim(name: str, ndim: int, stacklevel: int) -> int:
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include "
        "dim=X as an argument.",
        stacklevel=stacklevel,
    )
    return 0 if ndim in (0, 1, 3) else 1
