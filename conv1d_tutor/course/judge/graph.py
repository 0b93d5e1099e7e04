"""What a value's graph says of where it came from, in PyTorch's own words only."""

import ast
from collections.abc import Mapping

from .values import is_layer, is_tensor

__all__ = ["has_graph", "is_from_layer", "reads_layer"]

_CONVOLUTION = "ConvolutionBackward0"


def has_graph(value: object) -> bool:
    """Whether the value is a tensor that knows what it was computed from."""
    return is_tensor(value) and getattr(value, "grad_fn", None) is not None


def is_from_layer(value: object) -> bool:
    """Whether a convolution stands anywhere in the graph that led to the value."""
    if not has_graph(value):
        return False
    waiting, seen = [getattr(value, "grad_fn", None)], []
    known: set[int] = set()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in known:
            continue
        known.add(id(node))
        seen.append(node)  # alive, so that no other node can come to have its id
        if node.name() == _CONVOLUTION:
            return True
        waiting.extend(following[0] for following in node.next_functions)
    return False


def reads_layer(source: str, names: Mapping[str, object]) -> bool:
    """Whether code that left no graph behind (`.item()`, `.detach()`) read a layer's output.

    It did if it calls a layer, or names a tensor that came from one.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if is_layer(names.get(node.func.id)):
                return True
        elif isinstance(node, ast.Name) and is_from_layer(names.get(node.id)):
            return True
    return False
