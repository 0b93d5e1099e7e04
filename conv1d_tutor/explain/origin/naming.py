"""What the learner calls things: a tensor, a layer or a view, as an expression they can type."""

from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Any

from ...odd_values import offers, parts_of
from ..tensors import Tensor, is_tensor, locate, shape_of


def named_tensors(names: Mapping[str, object]) -> Iterator[tuple[str, Tensor]]:
    """Return the learner's own tensors with their names, in the order they were made."""
    for name, value in list(names.items()):
        if not name.startswith("_") and is_tensor(value):
            yield name, value


def is_module(value: object) -> bool:
    """Return whether `value` is a layer or a model, not the class of one."""
    return offers(value, "named_modules")


def attribute_path(owner: str, path: str) -> str:
    """Return the expression for a dotted path: of `net` and `0.weight`, `net[0].weight`."""
    expression = owner
    for part in path.split(".") if path else ():
        expression += f"[{part}]" if part.isdigit() else f".{part}"
    return expression


def modules_in(names: Mapping[str, object]) -> Iterator[tuple[str, Any]]:
    """Return every layer that the learner's names reach, with the expression that reaches it."""
    for name, value in list(names.items()):
        if name.startswith("_") or not is_module(value):
            continue
        for path, module in parts_of(value, "named_modules"):
            yield attribute_path(name, path), module


def layer_with(weight: Tensor, names: Mapping[str, object]) -> tuple[str, Any] | None:
    """Return the layer whose weight this is, and what the learner calls it; None if unnamed."""
    for expression, module in modules_in(names):
        own = getattr(module, "weight", None)
        if is_tensor(own) and (own is weight or same_memory(own, weight)):
            return expression, module
    return _layer_that_computes(weight, names)


def _layer_that_computes(weight: Tensor, names: Mapping[str, object]) -> tuple[str, Any] | None:
    """Return the layer that computes such a weight anew at every call, as with weight_norm."""
    learned = _learned_behind(weight)
    if not learned:
        return None
    for expression, module in modules_in(names):
        own = getattr(module, "weight", None)
        if is_tensor(own) and own.grad_fn is not None and _learned_behind(own) == learned:
            return expression, module
    return None


_MOST_STEPS = 64


def _learned_behind(tensor: Tensor) -> frozenset[int]:
    """Return the identities of the parameters that a tensor was computed from."""
    queue, seen, found = [tensor.grad_fn], set[int](), set[int]()
    while queue and len(seen) < _MOST_STEPS:
        node = queue.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        parameter = getattr(node, "variable", None)
        if parameter is not None:
            found.add(id(parameter))
        queue += [operand for operand, _ in node.next_functions]
    return frozenset(found)


def same_memory(one: Tensor, other: Tensor) -> bool:
    """Return whether both show the same numbers in the same order, as a detached twin does."""
    return (
        one.data_ptr() == other.data_ptr()
        and shape_of(one) == shape_of(other)
        and tuple(one.stride()) == tuple(other.stride())
    )


def expression_of(tensor: Tensor, names: Mapping[str, object]) -> str:
    """Return what to type to get this tensor, or a view that shows it; empty if nothing does."""
    twin = ""
    for name, named in named_tensors(names):
        if named is tensor:
            return name
        if not twin and same_memory(named, tensor):
            twin = name
    if twin:
        return twin
    for owner, module in modules_in(names):
        for path, parameter in parts_of(module, "named_parameters"):
            if "." not in path and (parameter is tensor or same_memory(parameter, tensor)):
                return attribute_path(owner, path)
    for name, named in named_tensors(names):
        view = _view(tensor, named)
        if view is not None:
            return name + view
    return ""


def _view(tensor: Tensor, base: Tensor) -> str | None:
    """Return what stands behind the name of `base` to show `tensor`, None if nothing does."""
    start = locate(tensor.data_ptr(), base)
    if start is None or tensor.element_size() != base.element_size():
        return None
    shape, steps = shape_of(base), tuple(base.stride())
    shown = tuple(zip(shape_of(tensor), tensor.stride(), strict=True))
    for order in permutations(range(len(shape))):
        axes = iter(order)
        taken = dict.fromkeys(range(len(shape)), 1)
        kept: list[int] = []
        for size, step in shown:
            axis = next((a for a in axes if shape[a] >= size and steps[a] == step), None)
            if axis is None and size == 1:
                kept.append(-1)
                continue
            if axis is None or start[axis] + size > shape[axis]:
                break
            taken[axis] = size
            kept.append(axis)
        else:
            return _spell(start, taken, kept, shape)
    return None


def _spell(
    start: tuple[int, ...], taken: dict[int, int], kept: list[int], shape: tuple[int, ...]
) -> str:
    own = [axis for axis in kept if axis >= 0]
    parts = [
        (":" if taken[axis] == shape[axis] else f"{start[axis]}:{start[axis] + taken[axis]}")
        if axis in own
        else str(start[axis])
        for axis in range(len(shape))
    ]
    while parts and parts[-1] == ":":
        parts.pop()
    text = f"[{','.join(parts)}]" if parts else ""
    ranks = sorted(own)
    if own != ranks:
        text += f".permute({', '.join(str(ranks.index(axis)) for axis in own)})"
    for place, axis in enumerate(kept):
        if axis < 0:
            text += f".unsqueeze({place})"
    return text


def padding_function(names: Mapping[str, object]) -> str:
    """Return the learner's own way to write `F.pad`; the full path where nothing is imported."""
    found = {getattr(v, "__name__", ""): k for k, v in names.items() if not k.startswith("_")}
    for tail, rest in (("nn.functional", ""), ("nn", ".functional"), ("torch", ".nn.functional")):
        for module, name in found.items():
            if module == tail or module.endswith("." + tail):
                return f"{name}{rest}.pad"
    return "torch.nn.functional.pad"
