"""From a value back to the convolution it came from, along the history that `grad_fn` records."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice, product

from ..convolution import Convolution, Element
from ..tensors import Node, Tensor, saved, shape_of
from .operations import Step, backward_index, forward_shape, kind_of, operand_shape, operation_of
from .recorded import Gone, recorded_convolution

_MOST_STEPS = 2_000
"""How many recorded steps are searched before a history counts as not leading anywhere."""

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from.

    `elements` are the output elements that the value shows, in its own order, as far as each of
    its numbers is one of them; empty where a step on the way made one number of many. `steps`
    are those on the way, the convolution's side first. `cut` says that a large value had more
    elements than were followed.
    """

    convolution: Convolution
    elements: tuple[Element, ...]
    shape: tuple[int, ...]
    steps: tuple[Step, ...]
    cut: bool = False

    @property
    def unchanged(self) -> bool:
        """Whether the numbers are the convolution's own, only picked and moved."""
        return all(step.moves_only for step in self.steps)


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
    while queue and len(came_from) <= _MOST_STEPS:
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


def origin_through(
    path: Path,
    value: Tensor,
    names: Mapping[str, object],
    most: int = 4096,
    convolution: Convolution | Gone | None = None,
) -> Origin | Gone:
    """Return the origin of `value` along a path that `find_convolution` gave.

    At most `most` of the value's elements are followed, from its first on. `convolution` stands
    in for what the graph no longer holds.
    """
    node, after = path[0][0], path[1:]
    squeezed = bool(after) and after[0][0].name() == "SqueezeBackward1"
    squeezed = squeezed and int(saved(after[0][0], "dim")) == 0
    if convolution is None:
        convolution = recorded_convolution(node, names, may_be_unbatched=squeezed)
    if isinstance(convolution, Gone):
        return convolution
    shapes = _shapes(after, convolution.output_shape, shape_of(value))
    steps = tuple(
        Step(operation_of(node), kind_of(node), shapes[i], shapes[i + 1])
        for i, (node, _) in enumerate(after)
    )
    elements: list[Element] = []
    indices: Iterable[Index] = product(*(range(size) for size in shape_of(value)))
    for index in islice(indices, most + 1):
        element = _follow(after, shapes, index)
        if element is None:
            elements = []
            break
        elements.append(element)
    return Origin(convolution, tuple(elements[:most]), shape_of(value), steps, len(elements) > most)


def _follow(path: Path, shapes: list[tuple[int, ...]], index: Index) -> Element | None:
    """Return the output element that the value's element at `index` was."""
    at = index
    for i in range(len(path) - 1, -1, -1):
        node, number = path[i]
        before = backward_index(node, at, shapes[i], shapes[i + 1], number)
        if before is None:
            return None
        at = before
    if len(at) != 3 or any(not 0 <= i < s for i, s in zip(at, shapes[0], strict=True)):
        return None
    return Element(*at)


def _shapes(path: Path, first: tuple[int, ...], last: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the shape before the first step, between the steps and after the last one.

    What a step does not tell of its result, its successor saved of its operand.
    """
    from_above: list[tuple[int, ...] | None] = [None] * len(path) + [last]
    for i in range(len(path) - 1, 0, -1):
        after = from_above[i + 1]
        from_above[i] = operand_shape(path[i][0], after) if after is not None else None
    shapes = [first]
    for i, (node, number) in enumerate(path):
        after = from_above[i + 1] if i == len(path) - 1 else None
        after = after if after is not None else forward_shape(node, shapes[-1], number)
        after = after if after is not None else from_above[i + 1]
        # () is a shape too: that of one number.
        shapes.append(after if after is not None else shapes[-1])
    return shapes
