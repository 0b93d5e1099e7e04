"""The way of a shape through a layer or a stack of them, with the parameters counted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .layers import is_conv1d
from .length import LengthDerivation, explain_length
from .naming import named_tensors
from .reach import receptive_field
from .tensors import is_tensor, shape_of

__all__ = ["LayerShape", "ShapeWalk", "explain_shapes"]

Size = int | str
"""The size of an axis: a number, or its name (N, L) where nothing is known of it."""


@dataclass(frozen=True, slots=True)
class LayerShape:
    """One layer of the way: what comes out of it, and what its parameters are.

    `counts` are the parameters with the sizes that multiply to their number, such as
    `("weight", (3, 2, 5))`. `shape` is None where it cannot be told without running the layer;
    `axes` names its axes. `length` works the length out, for a convolution. `problem` says
    what does not fit.
    """

    name: str
    kind: str
    counts: tuple[tuple[str, tuple[int, ...]], ...]
    shape: tuple[Size, ...] | None
    axes: tuple[str, ...]
    length: LengthDerivation | None = None
    problem: str = ""

    @property
    def parameters(self) -> int:
        """How many numbers the layer learns."""
        total = 0
        for _name, sizes in self.counts:
            count = 1
            for size in sizes:
                count *= size
            total += count
        return total


@dataclass(frozen=True, slots=True)
class ShapeWalk:
    """A shape's way through a layer or a Sequential.

    `given` is the input's shape, with names for unknown sizes; `receptive` how many input
    positions one output position of the last convolution sees, where that can be told.
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
    (
        "ReLU", "Tanh", "Sigmoid", "GELU", "LeakyReLU", "ELU", "SiLU", "Dropout", "Identity",
        "Softmax", "LogSoftmax", "BatchNorm1d", "LayerNorm", "GroupNorm", "Dropout1d", "Softplus",
    )
)  # fmt: skip


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
    if type(first).__name__ == "Linear" and input_shape is None:
        given = ("N", channels or "C")
    shape: tuple[Size, ...] | None = given
    axes = _axes(given)
    first_axes = axes
    layers, stack, seen = [], [], True
    for step_name, module in steps:
        step = _through(module, step_name, shape, axes)
        layers.append(step)
        shape, axes = step.shape, step.axes
        if is_conv1d(module):
            stack.append((module.kernel_size[0], module.stride[0], module.dilation[0]))
        elif _pool(module) is not None:
            kernel, stride, _padding = _pool(module) or (1, 1, 0)
            stack.append((kernel, stride, 1))
        elif type(module).__name__ not in _ELEMENTWISE:
            seen = seen and type(module).__name__ in ("Flatten", "Linear")
    text = " ".join(repr(layer).split()) if len(steps) == 1 else type(layer).__name__
    receptive = receptive_field(stack) if stack and seen else None
    return ShapeWalk(expression, text, name, given, first_axes, tuple(layers), receptive)


def _axes(shape: tuple[Size, ...]) -> tuple[str, ...]:
    return {1: ("L",), 2: ("C", "L"), 3: ("N", "C", "L")}.get(len(shape), ())


def _steps(layer: Any, expression: str) -> list[tuple[str, Any]]:
    """Return the layers that an input goes through one after the other."""
    # A layer made on the spot is called by its class: the line that made it is no name.
    if not re.fullmatch(r"[\w.\[\]]+", expression):
        expression = type(layer).__name__
    if type(layer).__name__ != "Sequential":
        return [(expression, layer)]
    steps = []
    for name, module in layer.named_children():
        inner = f"{expression}[{name}]" if name.isdigit() else f"{expression}.{name}"
        steps += _steps(module, inner)
    return steps


def _channels_in(module: Any) -> int | None:
    for name in ("in_channels", "in_features"):
        value = getattr(module, name, None)
        if isinstance(value, int):
            return value
    return None


def _fitting(names: Mapping[str, object], first: Any) -> tuple[str, tuple[int, ...] | None]:
    wanted = _channels_in(first)
    conv = is_conv1d(first)
    for name, tensor in named_tensors(names):
        shape = shape_of(tensor)
        if tensor.requires_grad:
            continue
        if conv and len(shape) == 3 and shape[1] == wanted:
            return name, shape
        if not conv and len(shape) >= 2 and shape[-1] == wanted:
            return name, shape
    return "", None


def _through(
    module: Any, name: str, shape: tuple[Size, ...] | None, axes: tuple[str, ...]
) -> LayerShape:
    counts = tuple(
        (path, shape_of(parameter))
        for path, parameter in module.named_parameters()
        if is_tensor(parameter)
    )
    kind = type(module).__name__
    if shape is None:
        return LayerShape(name, kind, counts, None, ())
    if is_conv1d(module):
        return _convolved(module, name, counts, shape)
    if kind in _ELEMENTWISE:
        return LayerShape(name, kind, counts, shape, axes)
    if kind == "Linear":
        fits = shape[-1] == module.in_features or isinstance(shape[-1], str)
        problem = "" if fits else f"in_features={module.in_features}"
        after = (*shape[:-1], int(module.out_features))
        return LayerShape(name, kind, counts, after if fits else None, axes, None, problem)
    if kind == "Flatten":
        return _flattened(module, name, shape)
    pooled = _pool(module)
    if pooled is not None:
        return _pooled(name, kind, pooled, shape, axes)
    if kind == "AdaptiveAvgPool1d":
        size = module.output_size
        size = size[0] if isinstance(size, tuple) else size
        return LayerShape(name, kind, counts, (*shape[:-1], int(size)), axes)
    if kind == "ConvTranspose1d":
        return _transposed(module, name, counts, shape, axes)
    return LayerShape(name, kind, counts, None, ())


def _convolved(
    module: Any,
    name: str,
    counts: tuple[tuple[str, tuple[int, ...]], ...],
    shape: tuple[Size, ...],
) -> LayerShape:
    axes = _axes(shape)
    channel, length = shape[-2], shape[-1]
    if len(shape) not in (2, 3) or (
        isinstance(channel, int) and channel != int(module.in_channels)
    ):
        problem = f"in_channels={module.in_channels}"
        return LayerShape(name, "Conv1d", counts, None, axes, None, problem)
    if isinstance(length, str):
        same = module.padding == "same"
        after: tuple[Size, ...] = (
            *shape[:-2],
            int(module.out_channels),
            length if same else "L_out",
        )
        return LayerShape(name, "Conv1d", counts, after, axes)
    worked = explain_length(module, length)
    after = (*shape[:-2], int(module.out_channels), worked.output_length)
    if not worked.fits:
        problem = f"L={length} < {worked.span - sum(worked.padding)}"
        return LayerShape(name, "Conv1d", counts, None, axes, worked, problem)
    return LayerShape(name, "Conv1d", counts, after, axes, worked)


def _flattened(module: Any, name: str, shape: tuple[Size, ...]) -> LayerShape:
    start = int(module.start_dim) % len(shape)
    inner = shape[start:]
    if any(isinstance(size, str) for size in inner):
        words = "·".join(str(size) for size in inner)
        return LayerShape(name, "Flatten", (), (*shape[:start], words), ("N", "C·L"))
    product = 1
    for size in inner:
        product *= int(size)
    return LayerShape(name, "Flatten", (), (*shape[:start], product), ("N", "C·L"))


def _pool(module: Any) -> tuple[int, int, int] | None:
    if type(module).__name__ not in ("MaxPool1d", "AvgPool1d"):
        return None

    def number(value: Any) -> int:
        return int(value[0] if isinstance(value, tuple) else value)

    return number(module.kernel_size), number(module.stride), number(module.padding)


def _pooled(
    name: str,
    kind: str,
    pooled: tuple[int, int, int],
    shape: tuple[Size, ...],
    axes: tuple[str, ...],
) -> LayerShape:
    kernel, stride, padding = pooled
    length = shape[-1]
    if isinstance(length, str):
        return LayerShape(name, kind, (), (*shape[:-1], "L_out"), axes)
    worked = LengthDerivation(length, kernel, stride, (padding, padding))
    return LayerShape(name, kind, (), (*shape[:-1], worked.output_length), axes, worked)


def _transposed(
    module: Any,
    name: str,
    counts: tuple[tuple[str, tuple[int, ...]], ...],
    shape: tuple[Size, ...],
    axes: tuple[str, ...],
) -> LayerShape:
    length = shape[-1]
    if isinstance(length, str):
        after: tuple[Size, ...] = (*shape[:-2], int(module.out_channels), "L_out")
        return LayerShape(name, "ConvTranspose1d", counts, after, axes)
    grown = (
        (length - 1) * module.stride[0]
        - 2 * module.padding[0]
        + module.dilation[0] * (module.kernel_size[0] - 1)
        + module.output_padding[0]
        + 1
    )
    after = (*shape[:-2], int(module.out_channels), int(grown))
    return LayerShape(name, "ConvTranspose1d", counts, after, axes)
