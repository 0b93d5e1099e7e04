"""PyTorch's recorded operations: which element each took from where, and what shape it gave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from struct import pack, unpack
from typing import Literal

from ..tensors import Node, own_index, saved, shape_of, signed

Kind = Literal["shape", "copy", "activation", "arithmetic", "reduction", "unknown"]
Index = tuple[int, ...]
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step between the convolution and a value, in PyTorch's own name for it.

    `operation` is that name without `Backward0`: `Select`, `Permute`, `Relu`. `before` and
    `after` are the shapes. A `shape` or `copy` step hands numbers on unchanged; `activation`
    and `arithmetic` change each number by itself; a `reduction` makes one number of many.
    """

    operation: str
    kind: Kind
    before: Shape
    after: Shape

    @property
    def moves_only(self) -> bool:
        """Whether it hands numbers on unchanged."""
        return self.kind in ("shape", "copy")


_ACTIVATIONS = """
    Relu Tanh Sigmoid Gelu LeakyRelu Elu Silu Softplus Mish Hardtanh HardTanh Hardswish Selu Celu
    Prelu PreluKernel LogSigmoid Threshold Hardsigmoid Hardshrink Softshrink
"""
_ARITHMETIC = """
    Add Sub Mul Div Neg Abs Exp Log Log1P Sqrt Pow Clamp Clip Rsub Reciprocal Round Floor Square
    Where MaskedFill NativeBatchNorm NativeGroupNorm NativeDropout Cumsum Maximum Minimum
"""
_REDUCTIONS = """
    Sum Mean Max Min Amax Amin Prod Logsumexp Softmax LogSoftmax Var Std Norm LinalgVectorNorm
    MaxPool2DWithIndices AvgPool2D AdaptiveAvgPool2D AdaptiveAvgPool1D MaxPool1D AvgPool1D
    MseLoss L1Loss NllLoss NllLossNd Dot Mv Mm Bmm Addmm Addmv Median Sort Topk
"""
_COPIES = "Clone ToCopy Alias Contiguous Detach"
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(_REDUCTIONS.split(), "reduction"),
    **dict.fromkeys(_ARITHMETIC.split(), "arithmetic"),
    **dict.fromkeys(_ACTIVATIONS.split(), "activation"),
    **dict.fromkeys(_COPIES.split(), "copy"),
}


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A recorded operation with the shapes around it, and which of its results is followed."""

    node: Node
    before: Shape
    after: Shape
    result: int = 0


@dataclass(frozen=True, slots=True)
class _Move:
    """How an operation moves numbers.

    `source` tells where in the operand the number at an index stood; `shape` what shape comes
    out, and `operand` what shape went in, where the operation itself can tell.
    """

    source: Callable[[_Recorded, Index], Index | None]
    shape: Callable[[_Recorded], Shape] | None = None
    operand: Callable[[_Recorded], Shape] | None = None


def operation_of(node: Node) -> str:
    """Return PyTorch's name of the step without its ending: `Select` of `SelectBackward0`."""
    return node.name().partition("Backward")[0]


def convolves_a_signal(node: Node) -> bool:
    """Return whether this is a convolution of one axis, transposed or not; of images it is not."""
    if node.name() != "ConvolutionBackward0":
        return False
    if any(len(saved(node, name)) > 1 for name in ("stride", "padding", "dilation")):
        return False
    try:
        return len(saved(node, "weight").shape) == 3
    except RuntimeError:  # used up, or changed since
        return True


def kind_of(node: Node) -> Kind:
    """Return what sort of step this is."""
    operation = operation_of(node)
    return "shape" if operation in _MOVES else _KINDS.get(operation, "unknown")


def _each_by_itself(node: Node) -> bool:
    """Return whether each number of the result comes of the one at its own place."""
    return kind_of(node) in ("copy", "activation", "arithmetic")


def forward_shape(node: Node, before: Shape, result: int = 0) -> Shape | None:
    """Return the shape after a step that only moves numbers; None where the step does not tell.

    `result` says which of the results of a `split` or an `unbind` is meant.
    """
    move = _MOVES.get(operation_of(node))
    if move is not None:
        return move.shape(_Recorded(node, before, (), result)) if move.shape else None
    return before if _each_by_itself(node) else None


def operand_shape(node: Node, after: Shape) -> Shape | None:
    """Return the shape before a step from the shape after it; None where that is not known."""
    sizes = saved(node, "self_sym_sizes")
    if sizes is not None:
        return tuple(int(size) for size in sizes)
    move = _MOVES.get(operation_of(node))
    if move is not None:
        return move.operand(_Recorded(node, (), after)) if move.operand else None
    return after if _each_by_itself(node) else None


def backward_index(
    node: Node, index: Index, before: Shape, after: Shape, result: int = 0
) -> Index | None:
    """Return which element of the operand (shape `before`) became the element at `index`.

    None where no single element did. Shapes are of the step's operand and of its result.
    """
    move = _MOVES.get(operation_of(node))
    if move is not None:
        return move.source(_Recorded(node, before, after, result), index)
    return own_index(index, before) if _each_by_itself(node) else None


def _axis(node: Node, name: str, rank: int) -> int:
    axis = signed(int(saved(node, name)))
    return axis + rank if axis < 0 else axis


def _ravel(index: Index, shape: Shape) -> int:
    flat = 0
    for i, size in zip(index, shape, strict=True):
        flat = flat * size + i
    return flat


def _unravel(flat: int, shape: Shape) -> Index:
    index = []
    for size in reversed(shape):
        flat, i = divmod(flat, size)
        index.append(i)
    return tuple(reversed(index))


def _order(node: Node, rank: int) -> tuple[int, ...]:
    """Return which axis of the operand each axis of the result was."""
    operation = operation_of(node)
    if operation == "Permute":
        return tuple(signed(int(axis)) % rank for axis in saved(node, "dims"))
    one, other = 0, 1
    if operation != "T":
        one, other = _axis(node, "dim0", rank), _axis(node, "dim1", rank)
    order = list(range(rank))
    order[one], order[other] = order[other], order[one]
    return tuple(order)


def _squeezed(node: Node, before: Shape) -> tuple[int, ...]:
    dim = saved(node, "dim")
    axes = range(len(before)) if dim is None else dim if isinstance(dim, Sequence) else [dim]
    return tuple(a for a in (signed(int(axis)) % len(before) for axis in axes) if before[a] == 1)


def _back_select(step: _Recorded, index: Index) -> Index:
    axis = _axis(step.node, "dim", len(step.before))
    chosen = signed(int(saved(step.node, "index"))) % step.before[axis]
    return (*index[:axis], chosen, *index[axis:])


def _slice_start(node: Node, size: int) -> int:
    start = signed(int(saved(node, "start") or 0))
    return min(max(start + size, 0) if start < 0 else start, size)


def _back_slice(step: _Recorded, index: Index) -> Index:
    axis = _axis(step.node, "dim", len(step.before))
    start = _slice_start(step.node, step.before[axis])
    return (*index[:axis], start + index[axis] * int(saved(step.node, "step")), *index[axis + 1 :])


def _back_order(step: _Recorded, index: Index) -> Index:
    source = [0] * len(step.before)
    for place, axis in enumerate(_order(step.node, len(step.before))):
        source[axis] = index[place]
    return tuple(source)


def _back_view(step: _Recorded, index: Index) -> Index:
    return _unravel(_ravel(index, step.after), step.before)


def _back_unsqueeze(step: _Recorded, index: Index) -> Index:
    axis = _axis(step.node, "dim", len(step.after))
    return (*index[:axis], *index[axis + 1 :])


def _back_flip(step: _Recorded, index: Index) -> Index:
    axes = {signed(int(axis)) % len(step.before) for axis in saved(step.node, "dims")}
    return tuple(step.before[axis] - 1 - i if axis in axes else i for axis, i in enumerate(index))


def _back_roll(step: _Recorded, index: Index) -> Index | None:
    source = list(index)
    dims = [signed(int(axis)) % len(step.before) for axis in saved(step.node, "dims")]
    if not dims:
        flat = (_ravel(index, step.before) - int(saved(step.node, "shifts")[0])) % prod(step.before)
        return _unravel(flat, step.before)
    for axis, shift in zip(dims, saved(step.node, "shifts"), strict=True):
        source[axis] = (source[axis] - signed(int(shift))) % step.before[axis]
    return tuple(source)


def _back_expand(step: _Recorded, index: Index) -> Index:
    return own_index(index, step.before)


def _back_split(step: _Recorded, index: Index) -> Index:
    axis = _axis(step.node, "dim", len(step.before))
    size = saved(step.node, "split_size")
    if size is None:
        sizes = [int(part) for part in saved(step.node, "split_sizes")]
        start = sum(sizes[: step.result])
    else:
        start = step.result * int(size)
    return (*index[:axis], index[axis] + start, *index[axis + 1 :])


def _back_unbind(step: _Recorded, index: Index) -> Index:
    axis = _axis(step.node, "dim", len(step.before))
    return (*index[:axis], step.result, *index[axis:])


def _back_index(step: _Recorded, index: Index) -> Index | None:
    indices = list(saved(step.node, "indices"))
    given = [place for place, one in enumerate(indices) if one is not None]
    if given != list(range(given[0], given[-1] + 1)):
        return None
    chosen = [indices[place] for place in given]
    if any("bool" in str(one.dtype) for one in chosen):
        return None
    rank = max(len(one.shape) for one in chosen)
    first = given[0]
    place = index[first : first + rank]
    picked = []
    for axis, one in zip(given, chosen, strict=True):
        at = own_index(place, shape_of(one))
        picked.append(int(one[at].tolist()) % step.before[axis])
    return (*index[:first], *picked, *index[first + rank :])


def _back_upsampled(step: _Recorded, index: Index) -> Index:
    """Return which input a longer signal's output is: counted in float32, as PyTorch does."""
    inputs, (outputs,) = step.before[-1], saved(step.node, "output_size")
    factor = saved(step.node, "scales")
    scale = _single(1 / float(factor) if factor else inputs / int(outputs))
    return (*index[:-1], min(int(_single(index[-1] * scale)), inputs - 1))


def _single(number: float) -> float:
    """Return the float32 that is next to a number."""
    nearest: float = unpack("f", pack("f", number))[0]
    return nearest


def _after_upsampled(step: _Recorded) -> Shape:
    return (*step.before[:-1], *map(int, saved(step.node, "output_size")))


def _after_select(step: _Recorded) -> Shape:
    axis = _axis(step.node, "dim", len(step.before))
    return (*step.before[:axis], *step.before[axis + 1 :])


def _after_slice(step: _Recorded) -> Shape:
    axis = _axis(step.node, "dim", len(step.before))
    end = signed(int(saved(step.node, "end")))
    end = min(max(end + step.before[axis], 0) if end < 0 else end, step.before[axis])
    start, by = _slice_start(step.node, step.before[axis]), int(saved(step.node, "step"))
    return (*step.before[:axis], len(range(start, end, by)), *step.before[axis + 1 :])


def _after_order(step: _Recorded) -> Shape:
    return tuple(step.before[axis] for axis in _order(step.node, len(step.before)))


def _after_squeeze(step: _Recorded) -> Shape:
    gone = _squeezed(step.node, step.before)
    return tuple(size for axis, size in enumerate(step.before) if axis not in gone)


def _after_unsqueeze(step: _Recorded) -> Shape:
    axis = _axis(step.node, "dim", len(step.before) + 1)
    return (*step.before[:axis], 1, *step.before[axis:])


def _unchanged(step: _Recorded) -> Shape:
    return step.before or step.after


def _before_order(step: _Recorded) -> Shape:
    source = [0] * len(step.after)
    for place, axis in enumerate(_order(step.node, len(step.after))):
        source[axis] = step.after[place]
    return tuple(source)


def _before_unsqueeze(step: _Recorded) -> Shape:
    axis = _axis(step.node, "dim", len(step.after))
    return (*step.after[:axis], *step.after[axis + 1 :])


_IN_ORDER = _Move(_back_order, _after_order, _before_order)
_VIEW = _Move(_back_view)
_SPLIT = _Move(_back_split)
_MOVES: dict[str, _Move] = {
    "Select": _Move(_back_select, _after_select),
    "Slice": _Move(_back_slice, _after_slice),
    "Permute": _IN_ORDER,
    "Transpose": _IN_ORDER,
    "T": _IN_ORDER,
    "View": _VIEW,
    "UnsafeView": _VIEW,
    "ReshapeAlias": _VIEW,
    "Squeeze": _Move(_back_view, _after_squeeze),
    "Unsqueeze": _Move(_back_unsqueeze, _after_unsqueeze, _before_unsqueeze),
    "Flip": _Move(_back_flip, _unchanged, _unchanged),
    "Roll": _Move(_back_roll, _unchanged, _unchanged),
    "Expand": _Move(_back_expand),
    "Split": _SPLIT,
    "SplitWithSizes": _SPLIT,
    "Unbind": _Move(_back_unbind, _after_select),
    "Index": _Move(_back_index),
    "UpsampleNearest1D": _Move(_back_upsampled, _after_upsampled),
}
