"""Any value → what there is to say about it: the one place that decides which explanation fits."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice, product
from math import isclose

from .convolution import Called, Convolution, Gone
from .derivation import Derivation, derive, total_of
from .layers import calls_at_hand, is_conv1d, layers_at_hand, outputs_at_hand
from .naming import named_tensors
from .overview import NoOrigin, Overview, Reason
from .passage import kind_of
from .provenance import Origin, find_convolution, origin_through
from .shapes import ShapeWalk, explain_shapes
from .tensors import Node, Tensor, address_of, is_tensor, locate, saved, shape_of

__all__ = [
    "convolution_behind",
    "element_reached_by_indexing",
    "explain_input_whole",
    "explain_number",
    "explain_tensor",
]

_SEARCHED = 20_000


def element_reached_by_indexing(
    value: object, names: Mapping[str, object], expression: str
) -> Derivation | NoOrigin | None:
    """Return the derivation of a single output element that was only picked and moved, else None.

    Says None without walking further than the first step that computes something. Where what
    the history needs is gone, it says so.
    """
    if not is_tensor(value) or value.grad_fn is None or len(value.shape) != 0:
        return None
    node = value.grad_fn
    while node is not None and kind_of(node) in ("shape", "copy"):
        node = node.next_functions[0][0]
    if node is None or node.name() != "ConvolutionBackward0" or _transposed(node):
        return None
    found = explain_tensor(value, names, expression)
    return None if isinstance(found, Overview) else found


def _transposed(node: Node) -> bool:
    try:
        return bool(saved(node, "transposed"))
    except RuntimeError:
        return False


def explain_tensor(
    value: Tensor, names: Mapping[str, object], expression: str
) -> Derivation | Overview | NoOrigin:
    """Explain a tensor by the convolution that its history leads to."""
    path = find_convolution(value.grad_fn)
    if path is None:
        return nothing_recorded(value, names, expression)
    if _transposed(path[0][0]):
        return NoOrigin(expression, "transposed")
    try:
        origin = origin_through(path, value, names)
    except RuntimeError:
        return NoOrigin(expression, "freed")
    if isinstance(origin, Gone):
        return _explain_without_saved(value, names, expression, origin)
    if len(origin.elements) == 1 and origin.shape in ((), (1,), (1, 1), (1, 1, 1)):
        number = value.tolist()
        while isinstance(number, list):
            number = number[0]
        element = derive(
            origin.convolution, origin.elements[0], float(number), expression, origin.passages
        )
        if origin.unchanged and not _agrees(element):
            return _compute_anew(expression, "changed", origin.convolution.called)
        return element
    return Overview(
        expression,
        origin.shape,
        origin.elements,
        tuple(_numbers(value, len(origin.elements))),
        origin.passages,
        origin.cut,
        origin.convolution,
    )


def convolution_behind(value: object, names: Mapping[str, object]) -> Convolution | None:
    """Return the convolution to slide or explore: behind an output, or a layer over an input.

    `value` is a tensor that came out of a convolution, an input that fits a layer at hand, or a
    layer; None where nothing fits.
    """
    if is_conv1d(value):
        return next(iter(calls_at_hand(names, layer=value)), None)
    if not is_tensor(value):
        return None
    path = find_convolution(value.grad_fn)
    if path is None:
        return next(iter(calls_at_hand(names, tensor=value)), None)
    if _transposed(path[0][0]):
        return None
    origin = origin_through(path, value, names, 0)
    if isinstance(origin, Origin):
        return origin.convolution
    return next((c for c in calls_at_hand(names) if c.called.layer == origin.called.layer), None)


def nothing_recorded(value: Tensor, names: Mapping[str, object], expression: str) -> NoOrigin:
    """Say why a value has no origin, and find the line that shows the same number with one."""
    index = next(iter(product(*(range(size) for size in shape_of(value)))), None)
    if index is not None:
        address = address_of(value, index)
        for name, output in outputs_at_hand(names):
            found = locate(address, output)
            if found is not None and shape_of(value) == ():
                return NoOrigin(expression, "detached", _element(name, found), name)
            if found is not None:
                return NoOrigin(expression, "detached", name, name)
        for convolution in calls_at_hand(names):
            line = _same_output(value, index, convolution, names)
            if line:
                return NoOrigin(expression, "no_grad", line, convolution.called.output)
    reason: Reason = "no_history" if value.grad_fn is None else "no_convolution"
    return NoOrigin(expression, reason)


def explain_input_whole(value: Tensor, names: Mapping[str, object]) -> ShapeWalk | None:
    """Return the way of a whole input's shape through the layer it fits; None if it is no input."""
    if value.grad_fn is not None:
        return None
    for convolution in calls_at_hand(names, tensor=value):
        for name, layer in layers_at_hand(names):
            if name == convolution.called.layer:
                return explain_shapes(layer, names, name, shape_of(value), convolution.called.input)
    return None


def explain_number(value: float, names: Mapping[str, object], expression: str) -> NoOrigin:
    """Say that a plain number carries no history, and which output element it equals, if one."""
    found = []
    for name, output in outputs_at_hand(names):
        shape = shape_of(output)
        size = 1
        for axis in shape:
            size *= axis
        if size > _SEARCHED:
            continue
        indices = product(*(range(axis) for axis in shape))
        for index, number in zip(indices, _numbers(output, size), strict=True):
            if isclose(number, value, rel_tol=1e-6, abs_tol=1e-7):
                found.append((name, index))
    line = _element(*found[0]) if len(found) == 1 else ""
    return NoOrigin(expression, "number", line, line)


def _element(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{','.join(map(str, index))}]"


def _numbers(tensor: Tensor, most: int) -> list[float]:
    """Return the first numbers of a tensor, flat, reading no more of it than needed."""
    shape = shape_of(tensor)
    if not shape:
        return [float(tensor.tolist())][:most]
    numbers: list[float] = []
    for index in product(*(range(size) for size in shape[:-1])):
        if len(numbers) >= most:
            break
        numbers += tensor[index].tolist() if index else tensor.tolist()
    return numbers[:most]


def _same_output(
    value: Tensor,
    index: tuple[int, ...],
    convolution: Convolution,
    names: Mapping[str, object],
) -> str:
    """Return the line that computes a value again with its history, as after no_grad."""
    shape = convolution.output_shape[1:] if convolution.unbatched else convolution.output_shape
    call = f"{convolution.called.layer}({convolution.called.input})"
    address = address_of(value, index)
    for _name, tensor in named_tensors(names):
        found = locate(address, tensor) if shape_of(tensor) == shape else None
        if found is None:
            continue
        element = (0, *found) if convolution.unbatched else found
        number = float(tensor[found].tolist())
        expected = total_of(convolution, (element[0], element[1], element[2]))
        if isclose(number, expected, rel_tol=1e-4, abs_tol=1e-5):
            return _element(call, found) if shape_of(value) == () else call
    if shape_of(value) == shape:
        first = float(value[index].tolist())
        if isclose(first, total_of(convolution, (0, 0, 0)), rel_tol=1e-4, abs_tol=1e-5):
            return call
    return ""


def _explain_without_saved(
    value: Tensor, names: Mapping[str, object], expression: str, gone: Gone
) -> Derivation | NoOrigin:
    """Explain although the graph's operands are gone, by trying the learner's own inputs.

    Only a call that gives the very number counts; else the line to type anew.
    """
    layer = gone.called.layer
    candidates = [c for c in calls_at_hand(names) if c.called.layer == layer] if layer else []
    path = find_convolution(value.grad_fn)
    if path is not None and shape_of(value) == ():
        for convolution in islice(candidates, 8):
            origin = origin_through(path, value, names, convolution=convolution)
            if isinstance(origin, Origin) and origin.elements:
                number = float(value.tolist())
                derivation = derive(
                    convolution, origin.elements[0], number, expression, origin.passages
                )
                if isclose(derivation.total, number, rel_tol=1e-4, abs_tol=1e-5):
                    return derivation
    called = gone.called
    if candidates:
        called = replace(candidates[0].called, output=called.output)
    reason: Reason = "freed" if gone.reason == "freed" else "changed"
    return _compute_anew(expression, reason, called)


def _compute_anew(expression: str, reason: Reason, called: Called) -> NoOrigin:
    """Say that the history cannot be used any more, and how to compute the output again."""
    line = ""
    if called.layer and called.input:
        call = f"{called.layer}({called.input})"
        line = f"{called.output} = {call}" if called.output.isidentifier() else call
    return NoOrigin(expression, reason, line, called.output)


def _agrees(element: Derivation) -> bool:
    """Tell whether the parts still make the number, as they do until something is changed."""
    scale = sum(abs(tap.product) for part in element.channels for tap in part.taps)
    gap = abs(element.total - element.value)
    return not gap > 1e-3 * max(scale, abs(element.value), 1e-6)
