"""From a value back to the convolution it came from, along the history that `grad_fn` records."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice, product

from .convolution import Convolution, Gone, recorded_convolution
from .passage import (
    Passage,
    backward_index,
    forward_shape,
    kind_of,
    operand_shape,
    operation_of,
)
from .tensors import Node, Tensor, saved, shape_of

__all__ = ["MOST_STEPS", "Origin", "find_convolution", "find_origin", "origin_through"]

MOST_STEPS = 2_000
"""How many recorded steps are searched before a history counts as not leading anywhere."""

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from.

    `elements` are the output elements (sample, filter, position) that the value shows, in its
    own order, as far as each of its numbers is one of them; empty where a step on the way
    made one number of many. `passages` are the steps on the way, the convolution's side first.
    `cut` says that a large value had more elements than were followed.
    """

    convolution: Convolution
    elements: tuple[tuple[int, int, int], ...]
    shape: tuple[int, ...]
    passages: tuple[Passage, ...]
    cut: bool = False

    @property
    def unchanged(self) -> bool:
        """Whether the numbers are the convolution's own, only picked and moved."""
        return all(passage.kind in ("shape", "copy") for passage in self.passages)


Path = tuple[tuple[Node, int], ...]


def find_convolution(node: Node | None) -> Path | None:
    """Return the steps from the nearest convolution (first) to `node` (last), None without one.

    Each with the number of the result that was used, which only `split` and `unbind` have
    several of.
    """
    if node is None:
        return None
    start = (node, 0)
    came_from: dict[int, tuple[tuple[Node, int], int | None]] = {id(node): (start, None)}
    keep = [node]
    queue = deque([start])
    while queue and len(came_from) <= MOST_STEPS:
        step, number = queue.popleft()
        if step.name() == "ConvolutionBackward0":
            path = [(step, number)]
            after = came_from[id(step)][1]
            while after is not None:
                entry, after = came_from[after]
                path.append(entry)
            return tuple(path)
        for operand, result in step.next_functions:
            if operand is not None and id(operand) not in came_from:
                came_from[id(operand)] = ((operand, result), id(step))
                keep.append(operand)
                queue.append((operand, result))
    return None


def find_origin(
    value: Tensor, names: Mapping[str, object], most: int = 4096
) -> Origin | Gone | None:
    """Walk from `value` back to a convolution; None where its history does not hold one.

    At most `most` of the value's elements are followed, from its first on.
    """
    path = find_convolution(value.grad_fn)
    return origin_through(path, value, names, most) if path else None


def origin_through(
    path: Path,
    value: Tensor,
    names: Mapping[str, object],
    most: int = 4096,
    convolution: Convolution | Gone | None = None,
) -> Origin | Gone:
    """Return the origin of `value` along a path that `find_convolution` gave.

    `convolution` stands in for what the graph no longer holds.
    """
    node, steps = path[0][0], path[1:]
    squeezed = bool(steps) and steps[0][0].name() == "SqueezeBackward1"
    squeezed = squeezed and int(saved(steps[0][0], "dim")) == 0
    if convolution is None:
        convolution = recorded_convolution(node, names, may_be_unbatched=squeezed)
    if isinstance(convolution, Gone):
        return convolution
    shapes = _shapes(steps, convolution.output_shape, shape_of(value))
    passages = tuple(
        Passage(operation_of(step), kind_of(step), shapes[i], shapes[i + 1])
        for i, (step, _) in enumerate(steps)
    )
    elements: list[tuple[int, int, int]] = []
    indices: Iterable[Index] = product(*(range(size) for size in shape_of(value)))
    for index in islice(indices, most + 1):
        element = _follow(steps, shapes, index)
        if element is None:
            elements = []
            break
        elements.append(element)
    return Origin(
        convolution, tuple(elements[:most]), shape_of(value), passages, len(elements) > most
    )


def _follow(
    steps: Path, shapes: list[tuple[int, ...]], index: Index
) -> tuple[int, int, int] | None:
    at = index
    for i in range(len(steps) - 1, -1, -1):
        step, number = steps[i]
        before = backward_index(step, at, shapes[i], shapes[i + 1], number)
        if before is None:
            return None
        at = before
    if len(at) != 3 or any(not 0 <= i < s for i, s in zip(at, shapes[0], strict=True)):
        return None
    return at[0], at[1], at[2]


def _shapes(steps: Path, first: tuple[int, ...], last: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the shape before the first step, between the steps and after the last one.

    What a step does not tell of its result, its successor saved of its operand.
    """
    from_above: list[tuple[int, ...] | None] = [None] * len(steps) + [last]
    for i in range(len(steps) - 1, 0, -1):
        after = from_above[i + 1]
        from_above[i] = operand_shape(steps[i][0], after) if after is not None else None
    shapes = [first]
    for i, (step, number) in enumerate(steps):
        after = from_above[i + 1] if i == len(steps) - 1 else None
        after = after if after is not None else forward_shape(step, shapes[-1], number)
        shapes.append(after if after is not None else from_above[i + 1] or shapes[-1])
    return shapes
