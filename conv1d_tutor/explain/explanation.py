"""Any value → what there is to say about it: the one place that decides which explanation fits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice, product
from math import isnan, prod
from typing import Literal

from ..closeness import recomputed, within_terms, written_out
from .convolution import FIRST, Called, Convolution, Element
from .derivation import Derivation, derive, total_of
from .faults.fault import Fault
from .hand.hand_sum import HandSum, check_hand_sum
from .origin.history import Origin, find_convolution, origin_through
from .origin.layers import calls_at_hand, is_conv1d, layers_at_hand, outputs_at_hand
from .origin.naming import is_module, named_tensors
from .origin.operations import Step, convolves_a_signal, kind_of
from .origin.recorded import Gone
from .shapes import LengthDerivation, ShapeWalk, explain_shapes
from .silent import SilentMistake
from .tensors import Node, Tensor, address_of, flat, is_tensor, locate, number_in, saved, shape_of
from .uses import BiasUse, InputReach, WeightUse, explain_input, explain_parameter

_SEARCHED = 20_000
"""An output of more numbers is not searched for a plain number."""

_CALLS_TRIED = 8
"""So many of the learner's own calls are tried where the history is gone."""

Reason = Literal[
    "detached",
    "no_grad",
    "freed",
    "changed",
    "number",
    "no_convolution",
    "no_history",
    "transposed",
    "image",
    "not_a_tensor",
]


@dataclass(frozen=True, slots=True)
class Overview:
    """A value that shows several output elements, or was made of several.

    `elements` are those that it shows in its own order, with their numbers in `numbers`; both
    hold the first of them only where there are very many (`cut`). They are empty where a
    `reduction` made one number of many.
    """

    expression: str
    shape: tuple[int, ...]
    elements: tuple[Element, ...]
    numbers: tuple[float, ...]
    steps: tuple[Step, ...]
    cut: bool
    convolution: Convolution = field(repr=False, compare=False)

    @property
    def whole(self) -> bool:
        """Whether this is the whole output as the convolution gave it."""
        return not self.steps or (self.convolution.unbatched and len(self.steps) == 1)


@dataclass(frozen=True, slots=True)
class NoOrigin:
    """A value whose origin the history does not tell: why, and what to type instead.

    `line` is empty where nothing of the learner's would show it.
    """

    expression: str
    reason: Reason
    line: str = ""
    name: str = ""


Explanation = (
    Derivation
    | Overview
    | HandSum
    | InputReach
    | WeightUse
    | BiasUse
    | ShapeWalk
    | LengthDerivation
    | NoOrigin
    | Fault
    | SilentMistake
)
"""Everything that can be said about a value or an error; `view.picture` draws each of them."""


def explain(value: object, names: Mapping[str, object], expression: str = "") -> Explanation:
    """Return where any value came from, or what it is for.

    `names` is the learner's namespace, so that the answer speaks of their own tensors;
    `expression` is what they typed. Never raises for a value it does not know.
    """
    if is_module(value):
        return explain_shapes(value, names, expression)
    if is_tensor(value):
        return (
            _element_picked(value, names, expression)
            or explain_parameter(value, names, expression)
            or explain_input(value, names, expression)
            or _whole_input(value, names)
            or check_hand_sum(value, names, expression)
            or _explain_tensor(value, names, expression)
        )
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _explain_number(float(value), names, expression)
    return NoOrigin(expression, "not_a_tensor")


def explain_automatically(
    value: object, names: Mapping[str, object], expression: str
) -> Explanation | None:
    """Return what is worth saying unasked, else None.

    That is a single output element reached by indexing, and a sum typed by hand that is such
    an element or aims at one. Cheap enough to be called after every input.
    """
    return _element_picked(value, names, expression) or check_hand_sum(value, names, expression)


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
    if not convolves_a_signal(path[0][0]) or _is_transposed(path[0][0]):
        return None
    origin = origin_through(path, value, names, 0)
    if isinstance(origin, Origin):
        return origin.convolution
    return next((c for c in calls_at_hand(names) if c.called.layer == origin.called.layer), None)


def _element_picked(
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
    if node is None or not convolves_a_signal(node) or _is_transposed(node):
        return None
    found = _explain_tensor(value, names, expression)
    return None if isinstance(found, Overview) else found


def _is_transposed(node: Node) -> bool:
    try:
        return bool(saved(node, "transposed"))
    except RuntimeError:
        return False


def _explain_tensor(
    value: Tensor, names: Mapping[str, object], expression: str
) -> Derivation | Overview | NoOrigin:
    """Explain a tensor by the convolution that its history leads to."""
    path = find_convolution(value.grad_fn)
    if path is None:
        return _nothing_recorded(value, names, expression)
    if not convolves_a_signal(path[0][0]):
        return NoOrigin(expression, "image")
    if _is_transposed(path[0][0]):
        return NoOrigin(expression, "transposed")
    try:
        origin = origin_through(path, value, names)
    except RuntimeError:
        return NoOrigin(expression, "freed")
    if isinstance(origin, Gone):
        return _explain_without_saved(value, names, expression, origin)
    convolution = origin.convolution
    if len(origin.elements) == 1 and len(origin.shape) <= 3 and prod(origin.shape) == 1:
        element = derive(
            convolution, origin.elements[0], number_in(value), expression, origin.steps
        )
        if origin.unchanged and not _agrees(element):
            return _compute_anew(expression, "changed", convolution.called)
        return element
    numbers = islice(_numbers(value), len(origin.elements))
    return Overview(
        expression,
        origin.shape,
        origin.elements,
        tuple(numbers),
        origin.steps,
        origin.cut,
        convolution,
    )


def _agrees(element: Derivation) -> bool:
    """Return whether the parts still make the number, as they do until something is changed."""
    scale = max(element.size_of_terms, abs(element.value), 1e-6)
    gone = isnan(element.total - element.value)
    return gone or within_terms(element.total, element.value, scale)


def _whole_input(value: Tensor, names: Mapping[str, object]) -> ShapeWalk | None:
    """Return the way of a whole input's shape through the layer it fits; None if it is no input."""
    if value.grad_fn is not None:
        return None
    for convolution in calls_at_hand(names, tensor=value):
        for name, layer in layers_at_hand(names):
            if name == convolution.called.layer:
                return explain_shapes(layer, names, name, shape_of(value), convolution.called.input)
    return None


def _explain_number(value: float, names: Mapping[str, object], expression: str) -> NoOrigin:
    """Say that a plain number carries no history, and which output element it equals, if one."""
    found = []
    for name, output in outputs_at_hand(names):
        shape = shape_of(output)
        if prod(shape) > _SEARCHED:
            continue
        indices = product(*(range(axis) for axis in shape))
        for index, number in zip(indices, _numbers(output), strict=True):
            if written_out(number, value):
                found.append((name, index))
    line = _indexed(*found[0]) if len(found) == 1 else ""
    return NoOrigin(expression, "number", line, line)


def _indexed(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{','.join(map(str, index))}]"


def _numbers(tensor: Tensor) -> Iterator[float]:
    """Return the numbers of a tensor, flat, row by row: no more of it is read than is asked for."""
    for index in product(*(range(size) for size in shape_of(tensor)[:-1])):
        yield from flat(tensor[index].tolist() if index else tensor.tolist())


# --- where the history does not tell


def _nothing_recorded(value: Tensor, names: Mapping[str, object], expression: str) -> NoOrigin:
    """Say why a value has no origin, and find the line that shows the same number with one."""
    index = next(iter(product(*(range(size) for size in shape_of(value)))), None)
    if index is not None:
        address = address_of(value, index)
        for name, output in outputs_at_hand(names):
            found = locate(address, output)
            if found is not None and shape_of(value) == ():
                return NoOrigin(expression, "detached", _indexed(name, found), name)
            if found is not None:
                return NoOrigin(expression, "detached", name, name)
        for convolution in calls_at_hand(names):
            line = _same_output(value, index, convolution, names)
            if line:
                return NoOrigin(expression, "no_grad", line, convolution.called.output)
    reason: Reason = "no_history" if value.grad_fn is None else "no_convolution"
    return NoOrigin(expression, reason)


def _same_output(
    value: Tensor,
    index: tuple[int, ...],
    convolution: Convolution,
    names: Mapping[str, object],
) -> str:
    """Return the line that computes a value again with its history, as after no_grad."""
    shape = convolution.as_typed(convolution.output_shape)
    call = f"{convolution.called.layer}({convolution.called.input})"
    address = address_of(value, index)
    for _name, tensor in named_tensors(names):
        found = locate(address, tensor) if shape_of(tensor) == shape else None
        if found is None:
            continue
        element = Element(*((0, *found) if convolution.unbatched else found))
        if recomputed(number_in(tensor[found]), total_of(convolution, element)):
            return _indexed(call, found) if shape_of(value) == () else call
    if shape_of(value) == shape:
        first = number_in(value[index])
        if recomputed(first, total_of(convolution, FIRST)):
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
        for convolution in candidates[:_CALLS_TRIED]:
            origin = origin_through(path, value, names, convolution=convolution)
            if isinstance(origin, Origin) and origin.elements:
                number = number_in(value)
                derivation = derive(
                    convolution, origin.elements[0], number, expression, origin.steps
                )
                if recomputed(derivation.total, number):
                    return derivation
    called = gone.called
    if candidates:
        called = replace(candidates[0].called, output=called.output)
    return _compute_anew(expression, gone.reason, called)


def _compute_anew(expression: str, reason: Reason, called: Called) -> NoOrigin:
    """Say that the history cannot be used any more, and how to compute the output again."""
    line = ""
    if called.layer and called.input:
        call = f"{called.layer}({called.input})"
        line = f"{called.output} = {call}" if called.output.isidentifier() else call
    return NoOrigin(expression, reason, line, called.output)
