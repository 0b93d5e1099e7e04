"""The convolution that a graph recorded, and the learner's own input under what it convolved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ...geometry import Conv1dGeometry
from ..convolution import Called, Convolution, geometry_of
from ..tensors import Node, Tensor, is_tensor, saved, shape_of
from .naming import expression_of, layer_with, named_tensors, padding_function


@dataclass(frozen=True, slots=True)
class Gone:
    """The history is there, but what it saved is not: why, and what the learner calls it.

    `reason` is `freed` (a `backward()` used it up) or `changed` (in place, since).
    """

    reason: Literal["freed", "changed"]
    called: Called


def recorded_convolution(
    node: Node, names: Mapping[str, object], *, may_be_unbatched: bool = False
) -> Convolution | Gone:
    """Return the convolution that a `ConvolutionBackward0` recorded, or why it cannot be had.

    `may_be_unbatched` says that the axis of samples was taken off again right afterwards.
    """
    weight_node, bias_node = node.next_functions[1][0], node.next_functions[2][0]
    weight = getattr(weight_node, "variable", None)
    bias = getattr(bias_node, "variable", None)
    try:
        weight = saved(node, "weight")
        taken = saved(node, "input")
    except RuntimeError as error:
        reason: Literal["freed", "changed"] = "changed"
        if "second time" in str(error):
            reason = "freed"
        return Gone(reason, _called("", weight, bias, node, names))
    found = layer_with(weight, names)
    layer = found[1] if found else None
    if bias is None and layer is not None:
        bias = getattr(layer, "bias", None)
    own = _own_input(taken, layer, names, may_be_unbatched)
    padding = int(saved(node, "padding")[0])
    out_channels, _channels, kernel_size = shape_of(weight)[:3]
    _samples, in_channels, columns = shape_of(taken)[:3]
    geometry = Conv1dGeometry(
        in_channels,
        out_channels,
        kernel_size,
        int(saved(node, "stride")[0]),
        (padding + own.left, padding + own.right),
        int(saved(node, "dilation")[0]),
        int(saved(node, "groups")),
        own.mode,
    )
    return Convolution(
        taken,
        weight,
        bias if is_tensor(bias) else None,
        geometry,
        columns - own.left - own.right,
        own.left,
        own.unbatched,
        _called(own.expression, weight, bias, node, names),
    )


@dataclass(frozen=True, slots=True)
class _Own:
    """The learner's own input: what to type for it, and the columns put on at its ends."""

    expression: str
    left: int = 0
    right: int = 0
    mode: str = "zeros"
    unbatched: bool = False


def _called(
    expression: str, weight: Any, bias: Any, node: Node, names: Mapping[str, object]
) -> Called:
    found = layer_with(weight, names) if is_tensor(weight) else None
    layer = found[0] if found else ""
    output = next((name for name, t in named_tensors(names) if _made_by(t, node)), "")
    if not output and layer and expression:
        output = f"{layer}({expression})"

    def parameter(attribute: str, tensor: Any) -> str:
        if layer:
            return f"{layer}.{attribute}"
        return expression_of(tensor, names) if tensor is not None else ""

    return Called(
        expression,
        layer,
        parameter("weight", weight),
        parameter("bias", bias),
        output,
        padding_function(names),
    )


def _made_by(tensor: Tensor, node: Node) -> bool:
    """Return whether a tensor is the whole output of this node, unbatched or not."""
    last = tensor.grad_fn
    if last is None or last is node:
        return last is not None
    return (
        last.name() == "SqueezeBackward1"
        and len(tensor.shape) == 2
        and last.next_functions[0][0] is node
    )


def _own_input(
    taken: Tensor, layer: Any, names: Mapping[str, object], may_be_unbatched: bool
) -> _Own:
    """Find the learner's own input under what was convolved."""
    if may_be_unbatched and shape_of(taken)[0] == 1:
        sample = expression_of(taken[0], names)
        whole = next((n for n, t in named_tensors(names) if t is taken), "")
        if sample and not whole:
            return _Own(sample, unbatched=True)
    expression = expression_of(taken, names)
    if expression:
        return _Own(expression)
    mode, left, right = _padded_beforehand(layer)
    if mode != "zeros" or left or right:
        inner = _named_inside(taken, left, right, names)
        if inner is not None:
            return _Own(inner[0], left, right, mode, inner[1] == 2)
        return _Own("", left, right, mode, may_be_unbatched)
    by_hand = _padded_by_hand(taken, names)
    return by_hand or _Own("", unbatched=may_be_unbatched)


def _padded_beforehand(layer: Any) -> tuple[str, int, int]:
    """Return the mode in which a layer pads before it convolves, and the columns left and right.

    A convolution itself puts zeros on both sides alike, so of `same` the odd one comes before.
    """
    try:
        geometry = geometry_of(layer)
    except TypeError:
        return "zeros", 0, 0
    left, right = geometry.padding_pair
    if geometry.padding_mode == "zeros":
        return "zeros", 0, right - left
    return geometry.padding_mode, left, right


def _first_row(tensor: Tensor) -> list[float]:
    row: list[float] = tensor[(0,) * (len(tensor.shape) - 1)].tolist()
    return row


def _inputs_like(taken: Tensor, names: Mapping[str, object]) -> list[tuple[str, Tensor]]:
    samples, channels, _ = shape_of(taken)
    shapes = ((samples, channels), (channels,)) if samples == 1 else ((samples, channels),)
    return [(name, t) for name, t in named_tensors(names) if shape_of(t)[:-1] in shapes]


def _named_inside(
    taken: Tensor, left: int, right: int, names: Mapping[str, object]
) -> tuple[str, int] | None:
    """Find the named tensor whose rows stand between the added columns: its name and axes."""
    row = _first_row(taken)
    inside = row[left : len(row) - right]
    for name, candidate in _inputs_like(taken, names):
        if shape_of(candidate)[-1] == len(inside) and _first_row(candidate) == inside:
            return name, len(candidate.shape)
    return None


def _padded_by_hand(taken: Tensor, names: Mapping[str, object]) -> _Own | None:
    """Recognise `F.pad(x, (left, right))` before the layer: a named input amid zeros."""
    row = _first_row(taken)
    for name, candidate in _inputs_like(taken, names):
        extra = len(row) - shape_of(candidate)[-1]
        if extra <= 0 or not any(inner := _first_row(candidate)):
            continue
        for left in range(extra + 1):
            if (
                row[left : left + len(inner)] == inner
                and not any(row[:left])
                and not any(row[left + len(inner) :])
            ):
                unbatched = len(candidate.shape) == 2
                return _Own(name, left, extra - left, "zeros", unbatched)
    return None
