"""How each recorded step of a sum of products hands on what its operands were multiplied with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from ..origin.operations import forward_shape, kind_of, operation_of
from ..tensors import Node, is_tensor, own_index, saved, shape_of, signed

MOST_ENTRIES = 20_000
"""How many products a sum may have to be followed."""

Index = tuple[int, ...]
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """What a parameter's element was multiplied with: a factor, and numbers read from memory.

    `sources` are those numbers, each with the address at which it lies.
    """

    factor: float = 1.0
    sources: tuple[tuple[float, int], ...] = ()

    @property
    def product(self) -> float:
        """The factor and all numbers multiplied."""
        product = self.factor
        for value, _address in self.sources:
            product *= value
        return product

    def times(self, value: float, address: int | None) -> "Coefficient":
        """Return the coefficient multiplied with one more number."""
        if address is None:
            return self.scaled(value)
        return Coefficient(self.factor, (*self.sources, (value, address)))

    def scaled(self, factor: float) -> "Coefficient":
        """Return the coefficient times a plain factor."""
        return Coefficient(self.factor * factor, self.sources)

    def without(self, chosen: int) -> float:
        """Return the factor with every number multiplied in, except the chosen source."""
        factor = self.factor
        for place, (value, _address) in enumerate(self.sources):
            factor *= value if place != chosen else 1.0
        return factor


class TooMuchError(Exception):
    """The history is not a sum of products, or a larger one than is followed."""


Carried = dict[Index, list[Coefficient]]
Operand = tuple[int, Carried, Shape]


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers of a saved operand, with where each of them lies."""

    shape: Shape
    nested: Any
    start: int
    strides: Shape
    size: int

    @classmethod
    def of(cls, operand: Any) -> "_Numbers":
        """Read a saved tensor, or a plain number."""
        if not is_tensor(operand):
            return cls((), float(operand), 0, (), 0)
        return cls(
            shape_of(operand),
            operand.tolist(),
            operand.data_ptr(),
            tuple(operand.stride()),
            operand.element_size(),
        )

    def at(self, index: Index) -> tuple[float, int | None]:
        """Return one number and its address; a broadcast index is cut to the operand's own axes."""
        value = self.nested
        offset = 0
        for i, stride in zip(own_index(index, self.shape), self.strides, strict=True):
            value = value[i]
            offset += i * stride
        return float(value), (self.start + offset * self.size if self.size else None)


def result_shape(node: Node | None, otherwise: Shape) -> Shape:
    """Return the shape of a step's result where it can be told without its operands."""
    if node is None:
        return otherwise
    leaf = getattr(node, "variable", None)
    if leaf is not None:
        return shape_of(leaf)
    operation = operation_of(node)
    if operation == "Dot":
        return ()
    if operation == "Mul":
        operands = [saved(node, "self"), saved(node, "other")]
        shapes = [shape_of(one) for one in operands if is_tensor(one)]
        return max(shapes, key=lambda shape: (len(shape), shape)) if shapes else otherwise
    if operation in ("Sum", "Mean") and saved(node, "dim") is None:
        return ()
    if kind_of(node) != "shape":
        return otherwise
    sizes = saved(node, "self_sym_sizes")
    if sizes is None:
        inner = node.next_functions[0][0] if node.next_functions else None
        sizes = result_shape(inner, ()) if inner is not None else ()
    known = forward_shape(node, tuple(int(size) for size in sizes)) if sizes else None
    return known if known is not None else otherwise


def _same(carried: Carried, shape: Shape, after: Shape, factor: float = 1.0) -> Carried:
    passed: Carried = {}
    for index, coefficients in carried.items():
        at = own_index(index, shape) if shape != after else index
        scaled = coefficients if factor == 1.0 else [c.scaled(factor) for c in coefficients]
        passed.setdefault(at, []).extend(scaled)
    return passed


def _add(node: Node, carried: Carried, after: Shape) -> Iterator[Operand]:
    alpha = saved(node, "alpha")
    factor = float(alpha) if alpha is not None else 1.0
    signs = (1.0, -factor if operation_of(node) == "Sub" else factor)
    for slot, (operand, _number) in enumerate(node.next_functions):
        if operand is not None:
            shape = result_shape(operand, after) if after else after
            yield slot, _same(carried, shape, after, signs[slot]), shape


def _negate(_node: Node, carried: Carried, after: Shape) -> Iterator[Operand]:
    yield 0, _same(carried, after, after, -1.0), after


def _multiply(node: Node, carried: Carried, after: Shape) -> Iterator[Operand]:
    for slot, name in ((0, "other"), (1, "self")):
        if slot >= len(node.next_functions) or node.next_functions[slot][0] is None:
            continue
        other = saved(node, name)
        if other is None:
            raise TooMuchError
        numbers = _Numbers.of(other)
        mine = saved(node, "self" if slot == 0 else "other")
        known = shape_of(mine) if is_tensor(mine) else after
        shape = result_shape(node.next_functions[slot][0], known)
        passed: Carried = {}
        for index, coefficients in carried.items():
            value, address = numbers.at(index)
            passed.setdefault(own_index(index, shape), []).extend(
                c.times(value, address) for c in coefficients
            )
        yield slot, passed, shape


def _divide(node: Node, carried: Carried, after: Shape) -> Iterator[Operand]:
    if len(node.next_functions) > 1 and node.next_functions[1][0] is not None:
        raise TooMuchError
    numbers = _Numbers.of(saved(node, "other"))
    passed = {
        index: [c.scaled(1.0 / numbers.at(index)[0]) for c in coefficients]
        for index, coefficients in carried.items()
    }
    yield 0, passed, after


def _dot(node: Node, carried: Carried, after: Shape) -> Iterator[Operand]:
    coefficients = carried[after]
    for slot, name in ((0, "tensor"), (1, "self")):
        if node.next_functions[slot][0] is None:
            continue
        numbers = _Numbers.of(saved(node, name))
        passed: Carried = {
            (i,): [c.times(*numbers.at((i,))) for c in coefficients]
            for i in range(numbers.shape[0])
        }
        yield slot, passed, numbers.shape


def _matrix(names: tuple[str, str], first: int = 0) -> Callable[..., Iterator[Operand]]:
    """Make the rule of a product of two operands, saved under these names, of 1 to 3 axes."""

    def rule(node: Node, carried: Carried, after: Shape) -> Iterator[Operand]:
        passed: Carried = {}
        one, other = saved(node, names[0]), saved(node, names[1])
        slots = node.next_functions[first : first + 2]
        if slots[0][0] is not None and other is not None:
            numbers = _Numbers.of(other)
            inner = numbers.shape[-2] if len(numbers.shape) > 1 else numbers.shape[0]
            vector = len(numbers.shape) == 1
            passed = {}
            for index, coefficients in carried.items():
                head = index if vector else index[:-1]
                for j in range(inner):
                    place = (j,) if vector else (*index[:-2], j, index[-1])
                    passed.setdefault((*head, j), []).extend(
                        c.times(*numbers.at(place)) for c in coefficients
                    )
            yield first, passed, (*(after if vector else after[:-1]), inner)
        if slots[1][0] is not None and one is not None:
            numbers = _Numbers.of(one)
            inner = numbers.shape[-1]
            vector = len(after) < len(numbers.shape)
            passed = {}
            for index, coefficients in carried.items():
                for j in range(inner):
                    place = (*index, j) if vector else (*index[:-1], j)
                    at = (j,) if vector else (*index[:-2], j, index[-1])
                    passed.setdefault(at, []).extend(
                        c.times(*numbers.at(place)) for c in coefficients
                    )
            yield first + 1, passed, ((inner,) if vector else (*after[:-2], inner, after[-1]))

    return rule


def _add_matrix(names: tuple[str, str]) -> Callable[..., Iterator[Operand]]:
    """Make the rule of `bias + a @ b` in one step, as `nn.Linear` records it."""
    inner = _matrix(names, 1)

    def rule(node: Node, carried: Carried, after: Shape) -> Iterator[Operand]:
        if node.next_functions[0][0] is not None:
            shape = result_shape(node.next_functions[0][0], after)
            yield 0, _same(carried, shape, after), shape
        yield from inner(node, carried, after)

    return rule


def _sum(node: Node, carried: Carried, _after: Shape) -> Iterator[Operand]:
    before = tuple(int(size) for size in saved(node, "self_sym_sizes"))
    dims = saved(node, "dim")
    axes = set(range(len(before)))
    if dims is not None:
        given = list(dims) if not isinstance(dims, int) else [dims]
        axes = {signed(int(axis)) % len(before) for axis in given} or axes
    keep = bool(saved(node, "keepdim"))
    count = prod(before[axis] for axis in axes)
    factor = 1.0 / count if operation_of(node) == "Mean" else 1.0
    if count * len(carried) > MOST_ENTRIES:
        raise TooMuchError
    spread = [range(size) if axis in axes else None for axis, size in enumerate(before)]
    passed: Carried = {}
    for index, coefficients in carried.items():
        scaled = [c.scaled(factor) for c in coefficients] if factor != 1.0 else coefficients
        rest = iter(index)
        choices: list[Any] = []
        for places in spread:
            if places is None:
                choices.append((next(rest),))
            else:
                if keep:
                    next(rest)
                choices.append(places)
        for at in product(*choices):
            passed.setdefault(at, []).extend(scaled)
    yield 0, passed, before


def _stack(node: Node, carried: Carried, after: Shape) -> Iterator[Operand]:
    axis = signed(int(saved(node, "dim"))) % len(after)
    shape = (*after[:axis], *after[axis + 1 :])
    for slot in range(len(node.next_functions)):
        passed = {
            (*index[:axis], *index[axis + 1 :]): coefficients
            for index, coefficients in carried.items()
            if index[axis] == slot
        }
        yield slot, passed, shape


def _cat(node: Node, carried: Carried, after: Shape) -> Iterator[Operand]:
    axis = signed(int(saved(node, "dim"))) % len(after)
    start = 0
    for slot, (operand, _number) in enumerate(node.next_functions):
        shape = result_shape(operand, ())
        if len(shape) != len(after):
            raise TooMuchError
        passed = {
            (*index[:axis], index[axis] - start, *index[axis + 1 :]): coefficients
            for index, coefficients in carried.items()
            if start <= index[axis] < start + shape[axis]
        }
        start += shape[axis]
        yield slot, passed, shape


RULES: dict[str, Callable[[Node, Carried, Shape], Iterator[Operand]]] = {
    "Add": _add,
    "Sub": _add,
    "Neg": _negate,
    "Mul": _multiply,
    "Div": _divide,
    "Dot": _dot,
    "Mv": _matrix(("self", "vec")),
    "Mm": _matrix(("self", "mat2")),
    "Bmm": _matrix(("self", "mat2")),
    "Addmm": _add_matrix(("mat1", "mat2")),
    "Addmv": _add_matrix(("mat", "vec")),
    "Sum": _sum,
    "Mean": _sum,
    "Stack": _stack,
    "Cat": _cat,
}
