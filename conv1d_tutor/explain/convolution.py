"""One convolution as the graph remembers it, and what the learner calls its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .naming import expression_of, layer_with, named_tensors, padding_function
from .tensors import Node, Tensor, is_tensor, saved, shape_of

__all__ = ["Called", "Convolution", "Gone", "convolution_of", "recorded_convolution"]


@dataclass(frozen=True, slots=True)
class Called:
    """What to type for each part of a convolution; empty where the learner has no name for it.

    `input` is their own input, before any padding; `output` the whole output; `pad` the
    function that pads.
    """

    input: str = ""
    layer: str = ""
    weight: str = ""
    bias: str = ""
    output: str = ""
    pad: str = "torch.nn.functional.pad"


@dataclass(frozen=True, slots=True)
class Gone:
    """The history is there, but what it saved is not: why, and what the learner calls it.

    `reason` is `freed` (a `backward()` used it up) or `changed` (in place, since).
    """

    reason: str
    called: Called = Called()


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """A convolution with its operands.

    `input` is what was convolved, (N, C_in, L), an unbatched input with its batch axis added.
    `added` counts the columns that were put on left and right before the convolution, by a
    padding mode or by hand; they are part of `input` where `stored` says so. `padding` counts
    the zeros that the convolution itself puts on each side.
    `weight` is (C_out, C_in/groups, kernel_size), `bias` (C_out) or None.
    """

    input: Tensor = field(repr=False)
    weight: Tensor = field(repr=False)
    bias: Tensor | None = field(repr=False)
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    groups: int = 1
    padding_mode: str = "zeros"
    added: tuple[int, int] = (0, 0)
    unbatched: bool = False
    padded_by_hand: bool = False
    called: Called = Called()
    stored: bool = True

    @property
    def samples(self) -> int:
        """N."""
        return shape_of(self.input)[0]

    @property
    def in_channels(self) -> int:
        """C_in."""
        return shape_of(self.input)[1]

    @property
    def out_channels(self) -> int:
        """C_out."""
        return shape_of(self.weight)[0]

    @property
    def kernel_size(self) -> int:
        """How many taps a filter has in each channel."""
        return shape_of(self.weight)[2]

    @property
    def length(self) -> int:
        """L_in of the learner's own input, without any padding."""
        return shape_of(self.input)[2] - (sum(self.added) if self.stored else 0)

    @property
    def pads(self) -> tuple[int, int]:
        """How many columns of padding there are left and right, however they came about."""
        left, right = self.added
        return self.padding + left, self.padding + right

    @property
    def span(self) -> int:
        """The width of a window with its gaps: dilation * (kernel_size - 1) + 1."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def output_length(self) -> int:
        """L_out."""
        return (self.length + sum(self.pads) - self.span) // self.stride + 1

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """(N, C_out, L_out)."""
        return self.samples, self.out_channels, self.output_length

    def position(self, output_position: int, tap: int) -> int:
        """Return where in the learner's input a tap stands; below 0 or from L_in on is padding."""
        return output_position * self.stride - self.pads[0] + tap * self.dilation

    def source(self, position: int) -> int | None:
        """Return the input position whose number stands at `position`, None for a padding zero."""
        last = self.length - 1
        if 0 <= position <= last:
            return position
        if self.padding_mode == "replicate":
            return min(max(position, 0), last)
        if self.padding_mode == "reflect":
            return -position if position < 0 else 2 * last - position
        if self.padding_mode == "circular":
            return position % self.length
        return None

    def read(self, sample: int, channels: range, positions: range) -> list[list[float]]:
        """Return the numbers at these positions, upward, of each of these channels of a sample.

        Positions count in the learner's own input; those outside of it are padding.
        """
        shift = self.added[0] if self.stored else 0
        rows = slice(channels.start, channels.stop)
        inside = [p for p in positions if 0 <= p < self.length]
        if not inside:
            read: list[list[float]] = [[] for _ in channels]
        else:
            columns = slice(inside[0] + shift, inside[-1] + shift + 1, positions.step)
            read = self.input[sample, rows, columns].tolist()

        def edge(outside: list[int]) -> list[list[float]]:
            numbers = [
                [0.0] * len(channels)
                if (source := self.source(position)) is None
                else self.input[sample, rows, source + shift].tolist()
                for position in outside
            ]
            return [list(row) for row in zip(*numbers, strict=True)] or [[] for _ in channels]

        before = edge([p for p in positions if p < 0])
        after = edge([p for p in positions if p >= self.length])
        return [a + b + c for a, b, c in zip(before, read, after, strict=True)]

    def channels_of(self, filter_index: int) -> range:
        """Return the input channels that a filter sees: all of them, or those of its group."""
        width = shape_of(self.weight)[1]
        group = filter_index // (self.out_channels // self.groups)
        return range(group * width, (group + 1) * width)


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
        reason = "freed" if "second time" in str(error) else "changed"
        return Gone(reason, _called(None, weight, bias, node, names))
    layer = layer_with(weight, names)
    if bias is None and layer is not None:
        bias = getattr(layer[1], "bias", None)
    stride, padding = int(saved(node, "stride")[0]), int(saved(node, "padding")[0])
    dilation, groups = int(saved(node, "dilation")[0]), int(saved(node, "groups"))
    own = _own_input(taken, layer[1] if layer else None, names, may_be_unbatched)
    return Convolution(
        taken,
        weight,
        bias if is_tensor(bias) else None,
        stride,
        padding,
        dilation,
        groups,
        own.mode,
        own.added,
        own.unbatched,
        own.by_hand,
        _called(own.expression, weight, bias, node, names),
    )


def convolution_of(layer: Any, tensor: Tensor, called: Called = Called()) -> Convolution | None:
    """Return what a Conv1d layer would do to an input, without running it; None if unfit."""
    kernel: tuple[int, ...] = getattr(layer, "kernel_size", ())
    weight = getattr(layer, "weight", None)
    if not is_tensor(weight) or len(shape_of(weight)) != 3 or len(kernel) != 1:
        return None
    taps = int(kernel[0])
    if getattr(layer, "transposed", False) or len(tensor.shape) not in (2, 3):
        return None
    unbatched = len(tensor.shape) == 2
    mode, added = _layer_padding(layer)
    if layer.padding == "same":
        total = int(layer.dilation[0]) * (taps - 1)
        padding, added = 0, (total // 2, total - total // 2)
    else:
        padding = int(layer.padding[0]) if mode == "zeros" and layer.padding != "valid" else 0
    convolution = Convolution(
        tensor[None] if unbatched else tensor,
        weight,
        layer.bias,
        int(layer.stride[0]),
        padding,
        int(layer.dilation[0]),
        int(layer.groups),
        mode,
        added,
        unbatched,
        False,
        called,
        stored=False,
    )
    fits = convolution.in_channels == int(layer.in_channels) and convolution.output_length > 0
    return convolution if fits else None


@dataclass(frozen=True, slots=True)
class _Own:
    expression: str
    added: tuple[int, int] = (0, 0)
    mode: str = "zeros"
    unbatched: bool = False
    by_hand: bool = False


def _called(
    expression: str | None, weight: Any, bias: Any, node: Node, names: Mapping[str, object]
) -> Called:
    found = layer_with(weight, names) if is_tensor(weight) else None
    layer = found[0] if found else ""
    output = next((name for name, t in named_tensors(names) if _made_by(t, node)), "")
    if not output and layer and expression:
        output = f"{layer}({expression})"
    spoken = (
        f"{layer}.weight" if layer else expression_of(weight, names) if weight is not None else ""
    )
    of_bias = f"{layer}.bias" if layer else expression_of(bias, names) if bias is not None else ""
    return Called(expression or "", layer, spoken, of_bias, output, padding_function(names))


def _made_by(tensor: Tensor, node: Node) -> bool:
    """Tell whether a tensor is the whole output of this node, unbatched or not."""
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
    mode, added = _layer_padding(layer)
    if mode != "zeros" or any(added):
        inner = _named_inside(taken, added, names)
        if inner is not None:
            return _Own(inner[0], added, mode, inner[1] == 2)
        return _Own("", added, mode, may_be_unbatched)
    by_hand = _padded_by_hand(taken, names)
    if by_hand is not None:
        return by_hand
    return _Own("", unbatched=may_be_unbatched)


def _layer_padding(layer: Any) -> tuple[str, tuple[int, int]]:
    """Return the columns that a layer puts on before it convolves, by its `padding_mode`."""
    if layer is None or not hasattr(layer, "padding_mode"):
        return "zeros", (0, 0)
    mode, padding = str(layer.padding_mode), layer.padding
    total = int(layer.dilation[0]) * (int(layer.kernel_size[0]) - 1)
    if padding == "same":
        left, right = total // 2, total - total // 2
        return mode, (left, right) if mode != "zeros" else (0, right - left)
    if padding == "valid" or mode == "zeros":
        return mode, (0, 0)
    return mode, (int(padding[0]), int(padding[0]))


def _first_row(tensor: Tensor) -> list[float]:
    row: list[float] = tensor[(0,) * (len(tensor.shape) - 1)].tolist()
    return row


def _inputs_like(taken: Tensor, names: Mapping[str, object]) -> list[tuple[str, Tensor]]:
    samples, channels, _ = shape_of(taken)
    shapes = ((samples, channels), (channels,)) if samples == 1 else ((samples, channels),)
    return [(name, t) for name, t in named_tensors(names) if shape_of(t)[:-1] in shapes]


def _named_inside(
    taken: Tensor, added: tuple[int, int], names: Mapping[str, object]
) -> tuple[str, int] | None:
    """Find the named tensor whose rows stand between the added columns."""
    row = _first_row(taken)
    inside = row[added[0] : len(row) - added[1]]
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
                added = (left, extra - left)
                return _Own(name, added, "zeros", len(candidate.shape) == 2, by_hand=True)
    return None
