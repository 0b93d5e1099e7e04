"""`interpolate`: signals drawn longer or shorter."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np

from ...core.graph import record
from ...core.guard import check_shape, waited_for
from ...core.op import declared, python_function
from ...core.parameters import integer
from ...core.tensor import Array, Tensor
from ...ops.interpolation import between, nearest, nearest_gone_back, neighbours, sent_back, taken
from .pooling import adaptive_avg_pool1d

HERE = "torch.nn.functional"

Sizes = int | Sequence[int]
Factors = float | Sequence[float]

_MODES = "nearest | linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact"
_OF_IMAGES = ((4, "bicubic"), (4, "lanczos"))
_AXES_OF = {"linear": 3, "bilinear": 4, "trilinear": 5}


@python_function(HERE)
def interpolate(
    input: Tensor,
    size: Sizes | None = None,
    scale_factor: Factors | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Return the signals drawn to `size` positions, or `scale_factor` times as many: (N, C, L_out).

    `mode` is "nearest" (each output is an input), "nearest-exact" (the one under its middle),
    "linear" (what is on the line between two inputs) or "area" (the mean of those that it covers).
    With `align_corners` the ends of a linear one stay where they are.
    """
    if mode in ("nearest", "area", "nearest-exact"):
        if align_corners is not None:
            raise ValueError(
                "align_corners option can only be set with the "
                "interpolating modes: linear | bilinear | bicubic | trilinear"
            )
    elif align_corners is None:
        align_corners = False
    lengths, factors = _lengths_and_factors(input, size, scale_factor)
    if recompute_scale_factor and size is not None:
        raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
    if factors is not None and (recompute_scale_factor or mode == "area"):
        pairs = zip(input.shape[2:], factors, strict=False)
        lengths, factors = [int(length * factor) for length, factor in pairs], None
    if antialias and not (mode in ("bilinear", "bicubic", "lanczos") and input.ndim == 4):
        raise ValueError(
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires "
            "a 4-D tensor as input"
        )
    if input.ndim == 3:
        if mode in _PICKING:
            picked: Tensor = _PICKING[mode](input, lengths, factors)
            return picked
        if mode == "linear":
            drawn: Tensor = _LINEAR(input, lengths, align_corners, factors)
            return drawn
        if mode == "area":
            return adaptive_avg_pool1d(input, cast(tuple[int, ...], lengths))
    raise _refusal(input.ndim, mode)


def _lengths_and_factors(
    input: Tensor, size: Sizes | None, scale_factor: Factors | None
) -> tuple[Sequence[int] | None, Sequence[float] | None]:
    """Return the sizes of the output's last axes, or by how much they are larger; one is None."""
    axes = input.dim() - 2
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    if size is None and scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    given: Any = scale_factor if size is None else size
    if not isinstance(given, list | tuple):
        several = [given] * axes
        return (None, several) if size is None else (several, None)
    if len(given) != axes:
        names = ("scale_factor", "scale_factor of shape", "scale_factor", "s")
        if size is not None:
            names = ("output", "output size of", "output size", "o")
        one, shown, last, letter = names
        raise ValueError(
            f"Input and {one} must have the same number of spatial dimensions, but got input with "
            f"spatial dimensions of {list(input.shape[2:])} and {shown} {given}. Please provide "
            f"input tensor in (N, C, d1, d2, ...,dK) format and {last} in "
            f"({letter}1, {letter}2, ...,{letter}K) format."
        )
    if size is None:
        return None, given
    if not all(isinstance(each, bool) or integer(each) is not None for each in given):
        raise TypeError(
            "expected size to be one of int or Tuple[int] or Tuple[int, int] or "
            f"Tuple[int, int, int], but got size with types {[type(each) for each in given]}"
        )
    return cast(Sequence[int], given), None


def _refusal(ndim: int, mode: str) -> NotImplementedError:
    """Return PyTorch's error; of what it has in two and three dimensions, one that says so."""
    axes = _AXES_OF.get(mode, ndim)
    if ndim in (3, 4, 5) and axes != ndim:
        return NotImplementedError(f"Got {ndim}D input, but {mode} mode needs {axes}D input")
    if ndim in (4, 5) and (mode in (*_AXES_OF, *_PICKING, "area") or (ndim, mode) in _OF_IMAGES):
        return NotImplementedError(
            f"interpolate of a {ndim}D input is PyTorch's, but the bundled engine has it for 3D "
            "input (N, C, L) only; the real PyTorch has it: conv1d-tutor --engine torch"
        )
    return NotImplementedError(
        f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {ndim}D) for the modes: "
        f"{_MODES} (got {mode})"
    )


# --- one axis


def _signatures(name: str, more: str = "") -> tuple[str, str]:
    return (
        f"{name}(Tensor input, int[]? output_size, {more}float[]? scale_factors)",
        f"{name}(Tensor input, int[] output_size, {more}float? scales=None, *, Tensor out=None)",
    )


def _checked(
    input: Tensor, lengths: Sequence[int] | None, factors: Any, kernel: str
) -> tuple[int, float | None]:
    """Return the output's length and its factor, if one was given; raise what PyTorch raises."""
    shape = input._array.shape
    factor = factors[0] if isinstance(factors, tuple | list) else factors
    length = lengths[0] if lengths is not None else int(shape[-1] * factor)
    if input.ndim != 3:
        raise RuntimeError(f"It is expected input_size equals to 3, but got size {input.ndim}")
    if shape[-1] <= 0 or length <= 0:
        raise RuntimeError(
            "Input and output sizes should be greater than 0, but got "
            f"input (W: {shape[-1]}) and output (W: {length})"
        )
    if shape[1] == 0:
        raise RuntimeError(
            f"Non-empty 3D data tensor expected but got a tensor with sizes {list(shape)}"
        )
    check_shape((*shape[:2], length), input._array.dtype)
    check_shape((length,), np.dtype(np.int64))  # where each is from, also of an empty batch
    if input._array.dtype.kind != "f" and input._array.dtype != np.uint8:
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{input.dtype.scalar}'")
    return length, factor


def _picked(
    node: str, exact: bool, input: Tensor, lengths: Sequence[int] | None, factors: Any
) -> Tensor:
    """Return outputs that are each one of the inputs."""
    length, factor = _checked(input, lengths, factors, "compute_indices_weights_nearest")
    array = input._array
    inputs = array.shape[-1]
    at = nearest(inputs, length, factor, exact, array.dtype)

    def backward(grad: Array) -> tuple[Array]:
        return (sent_back(grad, nearest_gone_back(inputs, length, factor, exact), inputs),)

    return record(
        node,
        waited_for(lambda _: taken(array, at), np.broadcast_to(at, (*array.shape[:-1], length))),
        (input,),
        backward,
        output_size=(length,),
        scales=factor,
        self_sym_sizes=array.shape,
    )


@declared(*_signatures("upsample_nearest1d"), module="torch._C._nn")
def _nearest(
    input: Tensor,
    output_size: Sequence[int] | None,
    scale_factors: Sequence[float] | None = None,
    scales: float | None = None,
) -> Tensor:
    return _picked("UpsampleNearest1DBackward0", False, input, output_size, scale_factors or scales)


@declared(*_signatures("_upsample_nearest_exact1d"), module="torch._C._nn")
def _nearest_exact(
    input: Tensor,
    output_size: Sequence[int] | None,
    scale_factors: Sequence[float] | None = None,
    scales: float | None = None,
) -> Tensor:
    return _picked(
        "UpsampleNearestExact1DBackward0", True, input, output_size, scale_factors or scales
    )


@declared(*_signatures("upsample_linear1d", "bool align_corners, "), module="torch._C._nn")
def _linear(
    input: Tensor,
    output_size: Sequence[int] | None,
    align_corners: bool,
    scale_factors: Sequence[float] | None = None,
    scales: float | None = None,
) -> Tensor:
    kernel = "compute_indices_weights_linear"
    length, factor = _checked(input, output_size, scale_factors or scales, kernel)
    array = input._array
    inputs = array.shape[-1]
    left, right, share = neighbours(inputs, length, factor, align_corners, array.dtype)

    def backward(grad: Array) -> tuple[Array]:
        to_left = sent_back((grad * (1 - share)).astype(array.dtype), left, inputs)
        return (to_left + sent_back((grad * share).astype(array.dtype), right, inputs),)

    return record(
        "UpsampleLinear1DBackward0",
        waited_for(
            lambda _: between(array, left, right, share),
            np.broadcast_to(share, (*array.shape[:-1], length)),
        ),
        (input,),
        backward,
        align_corners=align_corners,
        output_size=(length,),
        scales=factor,
        self_sym_sizes=array.shape,
    )


_PICKING: Mapping[str, Callable[..., Tensor]] = {
    "nearest": _nearest,
    "nearest-exact": _nearest_exact,
}
_LINEAR: Callable[..., Tensor] = _linear


@python_function(HERE)
def upsample(
    input: Tensor,
    size: Sizes | None = None,
    scale_factor: Factors | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """Return `interpolate` of the same arguments: its old name."""
    warnings.warn(
        "`nn.functional.upsample` is deprecated. Use `nn.functional.interpolate` instead.",
        stacklevel=3,  # what keeps numpy silent stands between
    )
    return interpolate(input, size, scale_factor, mode, align_corners)
