"""A sum typed by hand as what it is: which input number was multiplied with which weight.

The recorded history is walked backward as `backward()` walks it, only that what is carried are
not numbers but where the numbers lie. So any spelling of the sum comes out the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..origin.operations import backward_index, kind_of, operand_shape, operation_of
from ..tensors import Node, Tensor, saved, shape_of, signed
from .rules import MOST_ENTRIES, RULES, Carried, Coefficient, Operand, TooMuchError, result_shape

_MOST_NODES = 16_000

Index = tuple[int, ...]
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One product of the sum: an element of a leaf (a weight or a bias) times a coefficient."""

    leaf: Any
    index: Index
    coefficient: Coefficient


def terms_of(value: Tensor) -> list[Term] | None:
    """Return the terms of a sum of products, None for a history that is something else.

    `value` is a single number. Raises nothing: what was freed or changed since gives None too.
    """
    if value.grad_fn is None or not _is_a_sum(value.grad_fn):
        return None
    try:
        return _walk(value.grad_fn, shape_of(value))
    except (TooMuchError, RuntimeError, LookupError, ArithmeticError, ValueError, TypeError):
        return None


def _key(node: Node) -> int:
    """Tell steps apart; the step at a leaf may be made anew each time it is asked for."""
    leaf = getattr(node, "variable", None)
    return id(node) if leaf is None else id(leaf)


def _is_a_sum(node: Node) -> bool:
    """Return quickly whether every step is one of those that a sum of products is made of."""
    seen: set[int] = set()
    stack = [node]
    while stack:
        step = stack.pop()
        if _key(step) in seen:
            continue
        seen.add(_key(step))
        if len(seen) > _MOST_NODES:
            return False
        if getattr(step, "variable", None) is None and not _known(step):
            return False
        stack += [operand for operand, _number in step.next_functions if operand is not None]
    return True


def _known(node: Node) -> bool:
    return operation_of(node) in RULES or kind_of(node) in ("shape", "copy")


def _walk(root: Node, shape: Shape) -> list[Term]:
    index: Index = (0,) * len(shape)
    order = _in_order(root)
    carried: dict[int, dict[int, tuple[Carried, Shape]]] = {
        _key(root): {0: ({index: [Coefficient()]}, shape)}
    }
    terms: list[Term] = []
    entries = 0
    for node in order:
        for result, (cotangent, after) in carried.pop(_key(node), {}).items():
            leaf = getattr(node, "variable", None)
            if leaf is not None:
                terms += _leaf_terms(leaf, cotangent)
                continue
            for slot, passed, before in _operands(node, cotangent, after, result):
                operand, number = node.next_functions[slot]
                if operand is None:
                    continue
                entries += sum(map(len, passed.values()))
                if entries > MOST_ENTRIES * 10:
                    raise TooMuchError
                own = carried.setdefault(_key(operand), {}).setdefault(number, ({}, before))[0]
                for at, coefficients in passed.items():
                    own.setdefault(at, []).extend(coefficients)
    return terms


def _leaf_terms(leaf: Any, cotangent: Carried) -> Iterator[Term]:
    rank = len(shape_of(leaf))
    for at, coefficients in cotangent.items():
        if len(at) != rank:
            raise TooMuchError
        for coefficient in coefficients:
            yield Term(leaf, at, coefficient)


def _in_order(root: Node) -> list[Node]:
    """Return every step after all the steps that use it."""
    uses: dict[int, int] = {_key(root): 0}
    nodes: dict[int, Node] = {_key(root): root}
    stack = [root]
    while stack:
        step = stack.pop()
        for operand, _number in step.next_functions:
            if operand is None:
                continue
            if _key(operand) not in nodes:
                nodes[_key(operand)] = operand
                uses[_key(operand)] = 0
                stack.append(operand)
            uses[_key(operand)] += 1
    ready, order = [root], []
    while ready:
        step = ready.pop()
        order.append(step)
        for operand, _number in step.next_functions:
            if operand is not None:
                uses[_key(operand)] -= 1
                if not uses[_key(operand)]:
                    ready.append(nodes[_key(operand)])
    return order


def _operands(node: Node, carried: Carried, after: Shape, result: int) -> Iterator[Operand]:
    rule = RULES.get(operation_of(node))
    if rule is not None:
        yield from rule(node, carried, after)
        return
    before = operand_shape(node, after)
    if before is None and operation_of(node) == "Unbind":
        before = _before_unbind(node, after, result)
    if before is None:
        raise TooMuchError
    moved: Carried = {}
    for index, coefficients in carried.items():
        source = backward_index(node, index, before, after, result)
        if source is None:
            raise TooMuchError
        moved.setdefault(source, []).extend(coefficients)
    yield 0, moved, before


def _before_unbind(node: Node, after: Shape, result: int) -> Shape:
    """Return the operand's shape; only the operand may tell how many pieces there were."""
    known = result_shape(node.next_functions[0][0], ())
    if known:
        return known
    axis = signed(int(saved(node, "dim"))) % (len(after) + 1)
    return (*after[:axis], result + 1, *after[axis:])
