"""How long an output is, and the way of a shape through layers, with the parameters counted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from ..geometry import Conv1dGeometry, receptive_field
from ..odd_values import parts_of
from .convolution import geometry_of
from .origin.layers import is_conv1d
from .origin.naming import named_tensors
from .tensors import is_tensor, shape_of

Size = int | str
"""The size of an axis: a number, or its name (N, L) where nothing is known of it."""

Counts = tuple[tuple[str, tuple[int, ...]], ...]
"""Parameters by name, with the sizes that multiply to how many numbers each is."""


@dataclass(frozen=True, slots=True)
class LengthDerivation:
    """The output length worked out.

    An input shorter than the dilated kernel gives no output: `fits` is False. `unread` are the
    input positions that no window reaches.
    """

    input_length: int
    geometry: Conv1dGeometry

    @property
    def padded_length(self) -> int:
        """The length that the windows slide over."""
        return self.geometry.padded_length(self.input_length)

    @property
    def room(self) -> int:
        """How far the window can move: what is divided by the stride."""
        return self.geometry.room(self.input_length)

    @property
    def fits(self) -> bool:
        """Whether one window fits at all."""
        return self.geometry.fits(self.input_length)

    @property
    def output_length(self) -> int:
        """L_out; 0 where no window fits."""
        return self.geometry.windows(self.input_length)

    @property
    def unread(self) -> tuple[int, ...]:
        """The input positions that no window reaches, in order."""
        return self.geometry.unread_positions(self.input_length)


def explain_length(layer: Any, input_length: int) -> LengthDerivation:
    """Work out L_out of a convolution, a layer with windows, or a geometry.

    TypeError for anything else, and for a layer that PyTorch would not run.
    """
    return LengthDerivation(input_length, geometry_of(layer))


@dataclass(frozen=True, slots=True)
class LayerShape:
    """One layer of the way: what comes out of it, and what its parameters are.

    `counts` are its parameters, such as `("weight", (3, 2, 5))`. `shape` is None where it cannot
    be told without running the layer; `axes` names its axes. `length` works the length out, for
    a convolution. `problem` says what does not fit.
    """

    name: str
    kind: str
    counts: Counts
    shape: tuple[Size, ...] | None
    axes: tuple[str, ...]
    length: LengthDerivation | None = None
    problem: str = ""

    @property
    def parameters(self) -> int:
        """How many numbers the layer learns."""
        return sum(prod(sizes) for _name, sizes in self.counts)


@dataclass(frozen=True, slots=True)
class ShapeWalk:
    """A shape's way through a layer or a Sequential.

    `given` is the input's shape, with names for unknown sizes; `receptive` the
    receptive field of one position after the last window, where that can be told.
    """

    name: str
    text: str
    input_name: str
    given: tuple[Size, ...]
    axes: tuple[str, ...]
    layers: tuple[LayerShape, ...]
    receptive: int | None = None

    @property
    def parameters(self) -> int:
        """How many numbers all layers learn together."""
        return sum(layer.parameters for layer in self.layers)


_ELEMENTWISE = frozenset(
    """
    ReLU Tanh Sigmoid GELU LeakyReLU ELU SiLU Dropout Identity Softmax LogSoftmax
    BatchNorm1d LayerNorm GroupNorm Dropout1d Softplus PReLU SELU CELU Mish Hardswish Hardsigmoid
    Hardtanh ReLU6 LogSigmoid Softsign Tanhshrink Softshrink Hardshrink Threshold Softmin
    InstanceNorm1d
    """.split()
)


_POOLS = frozenset(("MaxPool1d", "AvgPool1d"))


def explain_shapes(
    layer: Any,
    names: Mapping[str, object],
    expression: str = "",
    input_shape: tuple[int, ...] | None = None,
    input_name: str = "",
) -> ShapeWalk:
    """Follow a shape through a layer or model, axes named and parameters counted.

    Without `input_shape`, that of a named input that fits the first layer is taken, else N and
    L stay letters. Nothing is run.
    """
    steps = _steps(layer, expression)
    first = next((module for _name, module in steps if _channels_in(module) is not None), None)
    name = input_name
    if input_shape is None and first is not None:
        name, input_shape = _fitting(names, first)
    channels = _channels_in(first) if first is not None else None
    given: tuple[Size, ...] = input_shape or ("N", channels or "C", "L")
    if _kind_of(first) == "Conv2d" and input_shape is None:
        given = ("N", channels or "C", "H", "W")
    if _kind_of(first) == "Linear" and input_shape is None:
        given = ("N", channels or "C")
    shape: tuple[Size, ...] | None = given
    axes = _axes(given)
    layers = []
    for step_name, module in steps:
        step = _through(module, step_name, shape, axes)
        layers.append(step)
        shape, axes = step.shape, step.axes
    text = " ".join(repr(layer).split()) if len(steps) == 1 else type(layer).__name__
    receptive = _receptive([module for _name, module in steps])
    return ShapeWalk(expression, text, name, given, _axes(given), tuple(layers), receptive)


def _receptive(modules: list[Any]) -> int | None:
    """Return the receptive field of the windows in a stack, None where it cannot be told."""
    geometries = []
    for module in modules:
        if is_conv1d(module) or _kind_of(module) in _POOLS:
            try:
                geometries.append(geometry_of(module))
            except TypeError:
                return None
        elif _kind_of(module) not in _ELEMENTWISE | {"Flatten", "Linear"}:
            return None
    return receptive_field(geometries) if geometries else None


_AXES: Mapping[int, tuple[str, ...]] = {
    1: ("L",),
    2: ("C", "L"),
    3: ("N", "C", "L"),
    4: ("N", "C", "H", "W"),
}


def _axes(shape: tuple[Size, ...]) -> tuple[str, ...]:
    return {1: ("L",), 2: ("C", "L"), 3: ("N", "C", "L"), 4: ("N", "C", "H", "W")}.get(
        len(shape), ()
    )


def _steps(layer: Any, expression: str) -> list[tuple[str, Any]]:
    """Return the layers that an input goes through one after the other."""
    # A layer made on the spot is called by its class: the line that made it is no name.
    if not re.fullmatch(r"[\w.\[\]]+", expression):
        expression = type(layer).__name__
    if type(layer).__name__ != "Sequential":
        return [(expression, layer)]
    steps = []
    for name, module in parts_of(layer, "named_children"):
        inner = f"{expression}[{name}]" if name.isdigit() else f"{expression}.{name}"
        steps += _steps(module, inner)
    return steps


def _kind_of(module: Any) -> str:
    """Return the name of a layer's class; that of a parametrized one is what it was before."""
    name = type(module).__name__
    return name.removeprefix("Parametrized") if hasattr(module, "parametrizations") else name


def _channels_in(module: Any) -> int | None:
    for name in ("in_channels", "in_features"):
        value = getattr(module, name, None)
        if isinstance(value, int):
            return value
    return None


def _fitting(names: Mapping[str, object], first: Any) -> tuple[str, tuple[int, ...] | None]:
    expected = _channels_in(first)
    conv = is_conv1d(first)
    for name, tensor in named_tensors(names):
        shape = shape_of(tensor)
        if tensor.requires_grad:
            continue
        if conv and len(shape) == 3 and shape[1] == expected:
            return name, shape
        if _kind_of(first) == "Conv2d":
            if len(shape) == 4 and shape[1] == expected:
                return name, shape
            continue
        if not conv and len(shape) >= 2 and shape[-1] == expected:
            return name, shape
    return "", None


def _through(
    module: Any, name: str, shape: tuple[Size, ...] | None, axes: tuple[str, ...]
) -> LayerShape:
    counts = tuple(
        (path, shape_of(parameter))
        for path, parameter in parts_of(module, "named_parameters")
        if is_tensor(parameter)
    )
    kind = _kind_of(module)
    if shape is None:
        return LayerShape(name, kind, counts, None, ())
    if kind == "Conv2d":
        return _convolved_image(module, name, counts, shape)
    if is_conv1d(module) or kind in _POOLS or kind == "ConvTranspose1d":
        try:
            geometry = geometry_of(module)
        except TypeError as refused:
            return LayerShape(name, kind, counts, None, axes, None, str(refused))
        if kind in _POOLS:
            return _pooled(geometry, name, kind, shape, axes)
        if kind == "ConvTranspose1d":
            return _transposed(module, geometry, name, counts, shape, axes)
        return _convolved(module, geometry, name, counts, shape)
    if kind in _ELEMENTWISE:
        return LayerShape(name, kind, counts, shape, axes)
    if kind == "Linear":
        fits = shape[-1] == module.in_features or isinstance(shape[-1], str)
        problem = "" if fits else f"in_features={module.in_features}"
        after = (*shape[:-1], int(module.out_features))
        return LayerShape(name, kind, counts, after if fits else None, axes, None, problem)
    if kind == "GLU":
        return _gated(module, name, shape, axes)
    if kind == "Upsample":
        return LayerShape(name, kind, counts, _upsampled(module, shape), axes)
    if kind == "Flatten":
        return _flattened(module, name, shape)
    if kind == "AdaptiveAvgPool1d":
        size = module.output_size
        size = size[0] if isinstance(size, tuple) else size
        return LayerShape(name, kind, counts, (*shape[:-1], int(size)), axes)
    return LayerShape(name, kind, counts, None, ())


def _convolved(
    module: Any, geometry: Conv1dGeometry, name: str, counts: Counts, shape: tuple[Size, ...]
) -> LayerShape:
    axes = _axes(shape)
    channel, length = shape[-2], shape[-1]
    if len(shape) not in (2, 3) or (isinstance(channel, int) and channel != geometry.in_channels):
        problem = f"in_channels={geometry.in_channels}"
        return LayerShape(name, "Conv1d", counts, None, axes, None, problem)
    before = (*shape[:-2], geometry.out_channels)
    if isinstance(length, str):
        after = length if module.padding == "same" else "L_out"
        return LayerShape(name, "Conv1d", counts, (*before, after), axes)
    worked = LengthDerivation(length, geometry)
    if not worked.fits:
        problem = f"L={length} < {geometry.shortest_input}"
        return LayerShape(name, "Conv1d", counts, None, axes, worked, problem)
    return LayerShape(name, "Conv1d", counts, (*before, worked.output_length), axes, worked)


def _convolved_image(module: Any, name: str, counts: Counts, shape: tuple[Size, ...]) -> LayerShape:
    """Return what comes out of a Conv2d: of each of its axes, what a Conv1d would make of it."""
    images = ("N", "C", "H", "W")[-len(shape) :]
    if len(shape) not in (3, 4):
        problem = "(N, C, H, W)"
        return LayerShape(name, "Conv2d", counts, None, _axes(shape), None, problem)
    channel, *sides = shape[-3:]
    if isinstance(channel, int) and channel != module.in_channels:
        problem = f"in_channels={module.in_channels}"
        return LayerShape(name, "Conv2d", counts, None, images, None, problem)
    if len(module.kernel_size) != 2:
        problem = f"kernel_size={module.kernel_size}"
        return LayerShape(name, "Conv2d", counts, None, images, None, problem)
    after: list[Size] = []
    for axis, (side, letter) in enumerate(zip(sides, "HW", strict=True)):
        padding = module.padding if isinstance(module.padding, str) else module.padding[axis]
        try:
            geometry = Conv1dGeometry(
                1, 1, module.kernel_size[axis], module.stride[axis], padding, module.dilation[axis]
            ).in_numbers()
        except (RuntimeError, ValueError, IndexError) as refused:
            return LayerShape(name, "Conv2d", counts, None, images, None, str(refused))
        if isinstance(side, str):
            after.append(side if padding == "same" else f"{letter}_out")
        elif not geometry.fits(side):
            problem = f"{letter}={side} < {geometry.shortest_input}"
            return LayerShape(name, "Conv2d", counts, None, images, None, problem)
        else:
            after.append(geometry.windows(side))
    made = (*shape[:-3], int(module.out_channels), *after)
    return LayerShape(name, "Conv2d", counts, made, images)


def _gated(module: Any, name: str, shape: tuple[Size, ...], axes: tuple[str, ...]) -> LayerShape:
    """Return what comes out of a GLU: half of an axis."""
    if not -len(shape) <= module.dim < len(shape):
        return LayerShape(name, "GLU", (), None, axes, None, f"dim={module.dim}")
    axis = module.dim % len(shape)
    size = shape[axis]
    if isinstance(size, int) and size % 2:
        return LayerShape(name, "GLU", (), None, axes, None, f"{size} % 2 = 1")
    half: Size = size // 2 if isinstance(size, int) else f"{size}/2"
    return LayerShape(name, "GLU", (), (*shape[:axis], half, *shape[axis + 1 :]), axes)


def _upsampled(module: Any, shape: tuple[Size, ...]) -> tuple[Size, ...] | None:
    """Return the shape of longer signals; None where the layer does not say how long they get."""
    if len(shape) != 3:
        return None
    size, factor = module.size, module.scale_factor
    chosen = size[0] if isinstance(size, tuple | list) else size
    by = factor[0] if isinstance(factor, tuple) else factor
    length = shape[-1]
    if chosen is not None:
        return (*shape[:-1], int(chosen))
    if by is None:
        return None
    return (*shape[:-1], f"{by:g}·{length}" if isinstance(length, str) else int(length * by))


def _flattened(module: Any, name: str, shape: tuple[Size, ...]) -> LayerShape:
    start = int(module.start_dim) % len(shape)
    inner = shape[start:]
    if any(isinstance(size, str) for size in inner):
        size: Size = "·".join(map(str, inner))
    else:
        size = prod(map(int, inner))
    return LayerShape(name, "Flatten", (), (*shape[:start], size), ("N", "C·L"))


def _pooled(
    geometry: Conv1dGeometry, name: str, kind: str, shape: tuple[Size, ...], axes: tuple[str, ...]
) -> LayerShape:
    length = shape[-1]
    if isinstance(length, str):
        return LayerShape(name, kind, (), (*shape[:-1], "L_out"), axes)
    worked = LengthDerivation(length, geometry)
    return LayerShape(name, kind, (), (*shape[:-1], worked.output_length), axes, worked)


def _transposed(
    module: Any,
    geometry: Conv1dGeometry,
    name: str,
    counts: Counts,
    shape: tuple[Size, ...],
    axes: tuple[str, ...],
) -> LayerShape:
    length = shape[-1]
    after: Size = "L_out"
    if isinstance(length, int):
        after = geometry.transposed_length(length, int(module.output_padding[0]))
    return LayerShape(
        name, "ConvTranspose1d", counts, (*shape[:-2], geometry.out_channels, after), axes
    )
