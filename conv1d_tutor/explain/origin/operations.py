"""PyTorch's recorded operations: which element each took from where, and what shape it gave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

from ..tensors import Node, own_index, saved, shape_of, signed

__all__ = [
    "Step",
    "backward_index",
    "forward_shape",
    "kind_of",
    "operand_shape",
    "operation_of",
]

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


_ACTIVATIONS = frozenset(
    (
        "Relu", "Tanh", "Sigmoid", "Gelu", "LeakyRelu", "Elu", "Silu", "Softplus", "Mish",
        "Hardtanh", "HardTanh", "Hardswish", "Selu", "Celu", "Prelu", "LogSigmoid",
        "Threshold", "Hardsigmoid",
    )
)  # fmt: skip
_ARITHMETIC = frozenset(
    (
        "Add", "Sub", "Mul", "Div", "Neg", "Abs", "Exp", "Log", "Log1P", "Sqrt", "Pow",
        "Clamp", "Clip", "Rsub", "Reciprocal", "Round", "Floor", "Square", "Where",
        "MaskedFill", "NativeBatchNorm", "NativeDropout", "Cumsum", "Maximum", "Minimum",
    )
)  # fmt: skip
_REDUCTIONS = frozenset(
    (
        "Sum", "Mean", "Max", "Min", "Amax", "Amin", "Prod", "Logsumexp", "Softmax",
        "LogSoftmax", "Var", "Std", "Norm", "LinalgVectorNorm", "MaxPool2DWithIndices",
        "AvgPool2D", "AdaptiveAvgPool2D", "AdaptiveAvgPool1D", "MaxPool1D", "AvgPool1D",
        "MseLoss", "L1Loss", "NllLoss", "NllLossNd", "Dot", "Mv", "Mm", "Bmm", "Addmm",
        "Addmv", "Median", "Sort", "Topk",
    )
)  # fmt: skip
_COPIES = frozenset(
    (
        "Clone", "ToCopy", "Alias", "Contiguous", "Detach",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A step with the shapes around it, and which of its results is followed."""

    node: Node
    before: Shape
    after: Shape
    output: int


def operation_of(node: Node) -> str:
    """Return PyTorch's name of the step without its ending: `Select` of `SelectBackward0`."""
    return node.name().partition("Backward")[0]


def kind_of(node: Node) -> Kind:
    """Tell what sort of step this is."""
    operation = operation_of(node)
    if operation in _BACK:
        return "shape"
    if operation in _COPIES:
        return "copy"
    if operation in _ACTIVATIONS:
        return "activation"
    if operation in _ARITHMETIC:
        return "arithmetic"
    return "reduction" if operation in _REDUCTIONS else "unknown"


def forward_shape(node: Node, before: Shape, output: int = 0) -> Shape | None:
    """Return the shape after a step that only moves numbers; None where the step does not tell.

    `output` says which of the results of a `split` or an `unbind` is meant.
    """
    operation = operation_of(node)
    rule = _FORWARD.get(operation)
    if rule is not None:
        return rule(_Recorded(node, before, (), output))
    return before if kind_of(node) in ("copy", "activation", "arithmetic") else None


def operand_shape(node: Node, after: Shape) -> Shape | None:
    """Return the shape before a step from the shape after it; None where that is not known."""
    sizes = saved(node, "self_sym_sizes")
    if sizes is not None:
        return tuple(int(size) for size in sizes)
    operation = operation_of(node)
    if operation in ("Permute", "Transpose", "T"):
        source = [0] * len(after)
        for place, axis in enumerate(_order(node, len(after))):
            source[axis] = after[place]
        return tuple(source)
    if operation == "Unsqueeze":
        axis = _axis(node, "dim", len(after))
        return (*after[:axis], *after[axis + 1 :])
    if operation in ("Flip", "Roll") or kind_of(node) in ("copy", "activation", "arithmetic"):
        return after
    return None


def backward_index(
    node: Node, index: Index, before: Shape, after: Shape, output: int = 0
) -> Index | None:
    """Return which element of the operand (shape `before`) became the element at `index`.

    None where no single element did. Shapes are of the step's operand and of its result.
    """
    rule = _BACK.get(operation_of(node))
    if rule is not None:
        return rule(_Recorded(node, before, after, output), index)
    if kind_of(node) in ("copy", "activation", "arithmetic"):
        return own_index(index, before)
    return None


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
    operation = operation_of(node)
    order = list(range(rank))
    if operation == "Permute":
        return tuple(signed(int(axis)) % rank for axis in saved(node, "dims"))
    one, other = (
        (0, 1)
        if operation == "T"
        else (
            _axis(node, "dim0", rank),
            _axis(node, "dim1", rank),
        )
    )
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
        start = sum(sizes[: step.output])
    else:
        start = step.output * int(size)
    return (*index[:axis], index[axis] + start, *index[axis + 1 :])


def _back_unbind(step: _Recorded, index: Index) -> Index:
    axis = _axis(step.node, "dim", len(step.before))
    return (*index[:axis], step.output, *index[axis:])


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


_Back = Callable[[_Recorded, Index], Index | None]
_BACK: dict[str, _Back] = {
    "Select": _back_select,
    "Slice": _back_slice,
    "Permute": _back_order,
    "Transpose": _back_order,
    "T": _back_order,
    "View": _back_view,
    "UnsafeView": _back_view,
    "ReshapeAlias": _back_view,
    "Squeeze": _back_view,
    "Unsqueeze": _back_unsqueeze,
    "Flip": _back_flip,
    "Roll": _back_roll,
    "Expand": _back_expand,
    "Split": _back_split,
    "SplitWithSizes": _back_split,
    "Unbind": _back_unbind,
    "Index": _back_index,
}


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


def _same(step: _Recorded) -> Shape:
    return step.before


_FORWARD: dict[str, Callable[[_Recorded], Shape]] = {
    "Select": _after_select,
    "Slice": _after_slice,
    "Permute": _after_order,
    "Transpose": _after_order,
    "T": _after_order,
    "Squeeze": _after_squeeze,
    "Unsqueeze": _after_unsqueeze,
    "Flip": _same,
    "Roll": _same,
    "Unbind": _after_select,
}
