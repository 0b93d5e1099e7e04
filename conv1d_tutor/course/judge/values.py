"""What a value is, and whether two are the same: type, then exact shape, then closeness.

Tensors and layers are known by what they offer, so that those of the bundled engine and
those of PyTorch are alike. Nothing is ever compared by `==` on floats: a dot product by hand
differs from the convolution in its last bits.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

from conv1d_tutor import closeness
from conv1d_tutor.geometry import same_padding
from conv1d_tutor.late import loaded_late

with loaded_late():
    from conv1d_tutor import explain

Family = Literal["nothing", "truth", "number", "shape", "tensor", "layer", "text", "other"]

_CONVOLUTION = (
    "in_channels",
    "out_channels",
    "kernel_size",
    "stride",
    "padding",
    "dilation",
    "groups",
    "padding_mode",
)


@dataclass(frozen=True, slots=True)
class FrozenTensor:
    """A tensor as it was at one moment: no later change in place reaches it.

    `data` is a detached copy, None above a size that no lesson needs compared.
    """

    shape: tuple[int, ...]
    dtype: str
    data: Any
    has_graph: bool
    requires_grad: bool = False


@dataclass(frozen=True, slots=True)
class FrozenLayer:
    """A layer as it was at one moment: its class and those above it, and its hyper-parameters."""

    classes: tuple[str, ...]
    settings: Mapping[str, object]
    weights: Mapping[str, FrozenTensor]


def is_layer(value: object) -> bool:
    """Whether the value is an `nn.Module`, the bundled engine's or PyTorch's."""
    return not isinstance(value, type) and all(
        hasattr(value, name) for name in ("state_dict", "parameters", "modules")
    )


def is_number(value: object) -> bool:
    """Whether the value is one number: Python's, a 0-d tensor, a 0-d array; no truth value."""
    if isinstance(value, FrozenTensor):
        return value.shape == () and "bool" not in value.dtype
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) or (
        shape_of(value) == () and hasattr(value, "item") and "bool" not in str(_dtype(value))
    )


def family(value: object) -> Family:
    """Return what kind of thing a value is, frozen or not."""
    found: Family = "other"
    if value is None:
        found = "nothing"
    elif isinstance(value, bool):
        found = "truth"
    elif is_number(value):
        found = "number"
    elif isinstance(value, str):
        found = "text"
    elif isinstance(value, FrozenLayer) or is_layer(value):
        found = "layer"
    elif isinstance(value, list | tuple):
        found = "shape" if all(isinstance(item, int) for item in value) else "tensor"
    elif isinstance(value, FrozenTensor) or shape_of(value) is not None:
        found = "truth" if shape_of(value) == () else "tensor"
    return found


def shape_of(value: object) -> tuple[int, ...] | None:
    """Return the shape of a tensor, an array or nested lists of numbers; None of anything else."""
    if isinstance(value, FrozenTensor):
        return value.shape
    if isinstance(value, list | tuple):
        if not value:
            return (0,)
        inner = {shape_of(item) if not isinstance(item, int | float) else () for item in value}
        below = inner.pop()
        return None if inner or below is None else (len(value), *below)
    if isinstance(value, type | ModuleType) or not hasattr(value, "dtype"):
        return None
    shape = getattr(value, "shape", None)
    return tuple(int(size) for size in shape) if isinstance(shape, tuple) else None


def freeze(value: object) -> object:
    """Return the value as it is now; what can change in place is copied."""
    frozen: object = value
    if isinstance(value, FrozenTensor | FrozenLayer):
        pass
    elif explain.is_tensor(value):
        frozen = _freeze_tensor(value)
    elif is_layer(value):
        frozen = _freeze_layer(value)
    elif isinstance(value, list | tuple):
        frozen = tuple(freeze(item) for item in value)
    elif isinstance(value, dict):
        frozen = {key: freeze(item) for key, item in value.items()}
    elif shape_of(value) is not None and hasattr(value, "copy"):
        frozen = value.copy()
    return frozen


def is_close(given: float, expected: float, *, typed: bool = False) -> bool:
    """Whether two numbers are the same but for rounding.

    With `typed`, rounding to the four decimals that PyTorch prints is allowed too, as long
    as a number that is not zero does not vanish by it.
    """
    if math.isnan(given) or math.isnan(expected):
        return math.isnan(given) and math.isnan(expected)
    if closeness.recomputed(given, expected):
        return True
    return typed and abs(given - expected) <= closeness.PRINTED and abs(expected) >= 1e-4


def same(given: object, expected: object, *, strict: bool = False) -> bool:
    """Whether two values, frozen or not, are the same in what they say.

    A `torch.Size`, a tuple and a list are alike; so are a number and a 0-d tensor, and a
    tensor and nested lists. Layers are the same by class and hyper-parameters. A value that
    has no graph may have been typed, and may be rounded as PyTorch prints it. With `strict`,
    a tensor must be a tensor, of the same dtype: what a name of the lesson has to be.
    """
    given, expected = freeze(given), freeze(expected)
    if isinstance(expected, FrozenLayer) or isinstance(given, FrozenLayer):
        return (
            isinstance(expected, FrozenLayer)
            and isinstance(given, FrozenLayer)
            and expected.classes[0] in given.classes
            and expected.settings == given.settings
        )
    if (
        strict
        and isinstance(expected, FrozenTensor)
        and (not isinstance(given, FrozenTensor) or given.dtype != expected.dtype)
    ):
        return False
    return _same_numbers(given, expected)


def same_but_for_dtype(given: object, expected: object) -> bool:
    """Whether two tensors of different dtypes have one shape and the same numbers."""
    given, expected = freeze(given), freeze(expected)
    return (
        isinstance(given, FrozenTensor)
        and isinstance(expected, FrozenTensor)
        and given.dtype != expected.dtype
        and given.shape == expected.shape
        and all(
            is_close(one, other, typed=True)
            for one, other in zip(numbers(given), numbers(expected), strict=True)
        )
    )


def _same_numbers(given: object, expected: object) -> bool:
    if family(given) == "truth" or family(expected) == "truth":
        return family(given) == family(expected) and _number(given) == _number(expected)
    shapes = shape_of(given), shape_of(expected)
    if is_number(given) or is_number(expected):
        return (
            is_number(given)
            and is_number(expected)
            and is_close(_number(given), _number(expected), typed=not _has_graph(given))
        )
    if None not in shapes:
        return shapes[0] == shapes[1] and _all_close(given, expected)
    return _equal(given, expected)


def same_weights(given: object, expected: object) -> bool:
    """Whether two values are the same to the last printed digit; layers in their weights too."""
    given, expected = freeze(given), freeze(expected)
    if isinstance(given, FrozenLayer) and isinstance(expected, FrozenLayer):
        return given.weights.keys() == expected.weights.keys() and all(
            same_weights(weight, expected.weights[name]) for name, weight in given.weights.items()
        )
    if isinstance(given, FrozenTensor) and isinstance(expected, FrozenTensor):
        return given.shape == expected.shape and _tight(given.data, expected.data)
    return same(given, expected)


def _freeze_tensor(value: Any) -> FrozenTensor:
    return FrozenTensor(
        shape=tuple(int(size) for size in value.shape),
        dtype=str(value.dtype),
        data=value.detach().clone(),
        has_graph=value.grad_fn is not None,
        requires_grad=bool(value.requires_grad),
    )


def _freeze_layer(layer: Any) -> FrozenLayer:
    settings: dict[str, object]
    if all(hasattr(layer, name) for name in _CONVOLUTION):
        settings = {name: getattr(layer, name) for name in _CONVOLUTION}
        settings["bias"] = layer.bias is not None
        settings["dtype"] = layer.weight.dtype
        _spell_out_padding(settings)
    else:
        settings = {"repr": repr(layer)}
    return FrozenLayer(
        classes=tuple(cls.__name__ for cls in type(layer).__mro__),
        settings=settings,
        weights={name: _freeze_tensor(weight) for name, weight in layer.state_dict().items()},
    )


def _spell_out_padding(settings: dict[str, object]) -> None:
    """Put numbers for `"same"` and `"valid"`: what computes the same is the same."""
    padding, size, dilation = settings["padding"], settings["kernel_size"], settings["dilation"]
    if padding == "valid":
        settings["padding"] = (0,) * len(size) if isinstance(size, tuple) else (0,)
    elif padding == "same" and isinstance(size, tuple) and isinstance(dilation, tuple):
        pairs = [same_padding(taps, step) for taps, step in zip(size, dilation, strict=True)]
        if all(left == right for left, right in pairs):
            settings["padding"] = tuple(left for left, _right in pairs)
    padding = settings["padding"]
    if isinstance(padding, tuple) and not any(padding):
        settings["padding_mode"] = "zeros"


def _dtype(value: object) -> object:
    return getattr(value, "dtype", "")


def _has_graph(value: object) -> bool:
    if isinstance(value, FrozenTensor):
        return value.has_graph
    return isinstance(value, Sequence) and any(_has_graph(item) for item in value)


def _number(value: Any) -> float:
    if isinstance(value, FrozenTensor):
        value = value.data
    return float(value.item() if hasattr(value, "item") else value)


def _tight(given: Any, expected: Any) -> bool:
    difference = (given.double() - expected.double()).abs()
    allowed = closeness.TIGHT_ABSOLUTE + closeness.TIGHT_RELATIVE * expected.double().abs()
    return bool((difference <= allowed).all())


def _all_close(given: object, expected: object) -> bool:
    if isinstance(given, FrozenTensor) and isinstance(expected, FrozenTensor):
        if _tight(given.data, expected.data):
            return True
        if given.data.numel() > _MANY:
            return False
    typed = not _has_graph(given)
    return all(
        is_close(one, other, typed=typed)
        for one, other in zip(numbers(given), numbers(expected), strict=True)
    )


_MANY = 100_000
"""Above so many numbers nobody has typed them."""


def numbers(value: Any) -> list[float]:
    """Return all numbers of a tensor, an array or nested lists, in the order they are written."""
    if isinstance(value, FrozenTensor):
        return [float(number) for number in value.data.reshape(-1).tolist()]
    if isinstance(value, list | tuple):
        return [number for item in value for number in numbers(item)]
    if hasattr(value, "reshape"):
        return [float(number) for number in value.reshape(-1).tolist()]
    return [float(value)]


def _equal(given: object, expected: object) -> bool:
    if isinstance(given, tuple) and isinstance(expected, tuple):
        return len(given) == len(expected) and all(
            same(one, other) for one, other in zip(given, expected, strict=True)
        )
    if isinstance(given, dict) and isinstance(expected, dict):
        return given.keys() == expected.keys() and all(
            same(item, expected[key]) for key, item in given.items()
        )
    try:
        return given is expected or bool(given == expected)
    except Exception:
        return False  # a type that cannot say so is not the same
