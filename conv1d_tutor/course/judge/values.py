"""What a value is, and whether two are the same: type, then exact shape, then closeness.

Tensors and layers are known by what they offer, so that those of the bundled engine and
those of PyTorch are alike. Nothing is ever compared by `==` on floats: a dot product by hand
differs from the convolution in its last bits.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from conv1d_tutor import closeness
from conv1d_tutor.geometry import same_padding
from conv1d_tutor.late import loaded_late
from conv1d_tutor.odd_values import is_a, name_of_class, offers, parts_of

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
class Opaque:
    """A value that is none of the kinds an answer has: it is only itself."""

    value: object


class _TooMuchError(Exception):
    """A value holds more than anybody means as an answer."""


_MOST_ITEMS = 10_000
_DEEPEST = 64  # axes that a tensor can have
_REAL = re.compile(r"(torch\.)?(b?float|u?int|bool)")  # the dtypes of numbers that have a size

_AS_THEY_ARE = frozenset({type(None), bool, int, float, str})

_PLAIN: dict[type, Callable[[Any], object]] = {
    int: int.__int__,
    float: float.__float__,
    str: str.__str__,
}
"""How each kind is had of a subclass of it, past the subclass's own methods."""


@dataclass(frozen=True, slots=True)
class FrozenLayer:
    """A layer as it was at one moment: its class and those above it, and its hyper-parameters."""

    classes: tuple[str, ...]
    settings: Mapping[str, object]
    weights: Mapping[str, FrozenTensor]


def is_layer(value: object) -> bool:
    """Whether the value is an `nn.Module`, the bundled engine's or PyTorch's."""
    return offers(value, "state_dict", "parameters", "modules")


def is_number(value: object) -> bool:
    """Whether the value is one number: Python's, a 0-d tensor, a 0-d array; no truth value."""
    if is_a(value, FrozenTensor):
        return value.shape == () and "bool" not in value.dtype
    if is_a(value, bool):
        return False
    return is_a(value, int, float) or (
        shape_of(value) == () and offers(value, "item") and "bool" not in str(_dtype(value))
    )


def family(value: object) -> Family:
    """Return what kind of thing a value is, frozen or not."""
    found: Family = "other"
    if value is None:
        found = "nothing"
    elif is_a(value, bool):
        found = "truth"
    elif is_number(value):
        found = "number"
    elif is_a(value, str):
        found = "text"
    elif is_a(value, FrozenLayer) or is_layer(value):
        found = "layer"
    elif is_a(value, list, tuple):
        items = freeze(value)
        found = "other"
        if isinstance(items, tuple) and all(is_a(item, int) for item in items):
            found = "shape"
        elif isinstance(items, tuple) and _is_all_numbers(items):
            found = "tensor"
    elif is_a(value, FrozenTensor) or shape_of(value) is not None:
        found = "truth" if shape_of(value) == () else "tensor"
    return found


def shape_of(value: object) -> tuple[int, ...] | None:
    """Return the shape of a tensor, an array or nested lists of numbers; None of anything else."""
    if is_a(value, FrozenTensor):
        return value.shape if _REAL.match(value.dtype) else None
    if is_a(value, list, tuple):
        items = freeze(value)
        return _shape_of_items(items) if isinstance(items, tuple) else None
    if not offers(value, "dtype", "shape") or offers(value, "fill_value"):
        return None  # what numpy has masked is no number
    shape = getattr(value, "shape", None) if _REAL.match(str(_dtype(value))) else None
    if not isinstance(shape, tuple) or not all(is_a(size, int) for size in shape):
        return None
    return tuple(int(size) for size in shape)


def _is_all_numbers(items: tuple[object, ...]) -> bool:
    """Return whether nested lists hold numbers and nothing else, however long each list is."""
    return all(
        _is_all_numbers(item)
        if isinstance(item, tuple)
        else isinstance(item, int | float) or shape_of(item) is not None
        for item in items
    )


def _shape_of_item(item: object) -> tuple[int, ...] | None:
    if isinstance(item, int | float):
        return ()
    return _shape_of_items(item) if isinstance(item, tuple) else shape_of(item)


def _shape_of_items(items: tuple[object, ...]) -> tuple[int, ...] | None:
    if not items:
        return (0,)
    inner = {_shape_of_item(item) for item in items}
    below = inner.pop()
    return None if inner or below is None else (len(items), *below)


def freeze(value: object) -> object:
    """Return the value as it is now; what can change in place is copied.

    Numbers, texts, lists, tuples and dicts become plain ones, whatever class of the learner's
    they are of. Lists nested deeper than any tensor, or with more in them than anybody means
    as an answer, become `Opaque`, as does all that is none of these.
    """
    try:
        return _freeze(value, 0, [_MOST_ITEMS])
    except _TooMuchError:
        return Opaque(value)


def _freeze(value: object, depth: int, room: list[int]) -> object:
    frozen: object = value
    kind = type(value)  # most are of these very classes
    if kind in _AS_THEY_ARE or is_a(value, FrozenTensor, FrozenLayer, Opaque, bool):
        pass
    elif kind is list or kind is tuple:
        frozen = _freeze_items(value, depth + 1, room)
    elif explain.is_tensor(value):
        frozen = _freeze_tensor(value)
    elif is_layer(value):
        frozen = _freeze_layer(value)
    elif is_a(value, *_PLAIN):
        frozen = next(plain(value) for kind, plain in _PLAIN.items() if is_a(value, kind))
    elif is_a(value, list, tuple, dict):
        frozen = _freeze_items(value, depth + 1, room)
    elif shape_of(value) is not None and offers(value, "copy"):
        frozen = value.copy()  # type: ignore[attr-defined]
    else:
        frozen = Opaque(value)
    return frozen


def _freeze_items(value: Any, depth: int, room: list[int]) -> object:
    """Return the tuple or dict of what a list, tuple or dict holds, within `room` items in all."""
    kind: Any = type(value)
    if kind is not list and kind is not tuple:
        kind = next(kind for kind in (list, tuple, dict) if is_a(value, kind))
    room[0] -= kind.__len__(value)
    if depth > _DEEPEST or room[0] < 0:
        raise _TooMuchError
    if kind is dict:
        return {key: _freeze(item, depth, room) for key, item in dict.items(value)}
    return tuple(_freeze(item, depth, room) for item in kind.__iter__(value))


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
        settings = {"repr": _repr(layer)}
    return FrozenLayer(
        classes=tuple(cls.__name__ for cls in type(layer).__mro__),
        settings=settings,
        weights={name: _freeze_tensor(weight) for name, weight in _weights(layer)},
    )


def _weights(layer: object) -> list[tuple[str, Any]]:
    held = parts_of(layer, "named_parameters") + parts_of(layer, "named_buffers")
    return [(name, tensor) for name, tensor in held if explain.is_tensor(tensor)]


def _repr(layer: object) -> str:
    try:
        return repr(layer)
    except Exception:
        return name_of_class(type(layer))  # it was tampered with


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
    return _as_float(value.item() if hasattr(value, "item") else value)


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
        return numbers(value.reshape(-1).tolist())
    return [_as_float(value)]


def _as_float(value: Any) -> float:
    """Return a number as a float: infinite where it is too large for one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _equal(given: object, expected: object) -> bool:
    if isinstance(given, tuple) and isinstance(expected, tuple):
        return len(given) == len(expected) and all(
            same(one, other) for one, other in zip(given, expected, strict=True)
        )
    if isinstance(given, dict) and isinstance(expected, dict):
        return given.keys() == expected.keys() and all(
            same(item, expected[key]) for key, item in given.items()
        )
    if isinstance(given, Opaque) and isinstance(expected, Opaque):
        given, expected = given.value, expected.value
    try:
        return given is expected or bool(given == expected)
    except Exception:
        return False  # a type that cannot say so is not the same
