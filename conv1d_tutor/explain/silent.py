"""Legal, but likely not what was meant: mistakes that nothing refuses."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import UNPARSABLE
from ..i18n import _
from .convolution import geometry_of
from .faults.repair import Evaluate, Repair, resolve
from .origin.naming import is_module
from .origin.operations import convolves_a_signal
from .tensors import Tensor, is_tensor, saved, shape_of


@dataclass(frozen=True, slots=True)
class SilentMistake:
    """Something that PyTorch accepts and a person seldom means.

    `sentence` says what was accepted and what it does; `reason` what was likelier meant;
    `fix` is a line that does that, `gives` the shape it was seen to give.
    """

    name: str
    sentence: str
    reason: str = ""
    fix: str = ""
    gives: str = ""


def silent_mistake(
    value: object,
    names: Mapping[str, object],
    source: str,
    evaluate: Evaluate | None = None,
) -> SilentMistake | None:
    """Name what is legal but likely not meant in what was just typed; None if nothing is.

    `value` is what it gave, or the value of the name that it bound.
    """
    repair = Repair(names, evaluate)
    if is_tensor(value):
        return _reshaped(source, repair) or _convolved(value)
    if is_module(value):
        return _layer(value, source)
    return None


def _layer(layer: Any, source: str) -> SilentMistake | None:
    kernel = getattr(layer, "kernel_size", None)
    if type(layer).__name__ != "Conv1d" or not isinstance(kernel, tuple):
        return None
    if len(kernel) != 1:
        return SilentMistake(
            "kernel_tuple",
            _("kernel_size={kernel} was accepted, but calling the layer will fail.").format(
                kernel=kernel
            ),
            _("A Conv1d slides along one axis: its kernel_size is one number."),
            _with_kernel(source, int(kernel[0])) if kernel else "",
        )
    try:
        geometry = geometry_of(layer)
    except TypeError:
        return None
    left, right = geometry.padding_pair
    if layer.padding == "same" and left != right:
        return SilentMistake(
            "same_even",
            _("With an even kernel 'same' cannot pad both sides alike."),
            _("The extra zero goes to the right."),
        )
    plain = geometry.stride == geometry.dilation == 1
    if plain and left == right and left + right == geometry.kernel_size:
        return SilentMistake(
            "even_kernel",
            _("padding = kernel_size // 2 with an even kernel makes the output one longer."),
            _("To keep the length, take an odd kernel, or padding='same'."),
        )
    return None


def _with_kernel(source: str, size: int) -> str:
    try:
        tree = ast.parse(source)
    except UNPARSABLE:
        return ""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        given = [*node.args[2:3], *(k.value for k in node.keywords if k.arg == "kernel_size")]
        for kernel in given:
            text = ast.get_source_segment(source, kernel)
            if isinstance(kernel, ast.Tuple) and text and source.count(text) == 1:
                return source.strip().replace(text, str(size))
    return ""


def _reshaped(source: str, repair: Repair) -> SilentMistake | None:
    """Recognise `reshape` or `view` whose result has the old sizes in another order."""
    try:
        tree = ast.parse(source)
    except UNPARSABLE:
        return None
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="reshape" | "view" as how)):
                before = resolve(owner, repair.names)
                if not is_tensor(before):
                    continue
                order = _order(shape_of(before), _target(node, before))
                if order is None:
                    continue
                whole = ast.get_source_segment(source, node) or ""
                inner = ast.get_source_segment(source, owner) or ""
                swapped = f"{inner}.permute({', '.join(map(str, order))})"
                fix = source.strip().replace(whole, swapped) if "\n" not in source.strip() else ""
                gives = repair.shape_of(swapped)
                return SilentMistake(
                    "reshape_for_permute",
                    _(
                        "{how} gives the shape you want, but not the data: it re-cuts the row of"
                        " numbers, and mixes channels with positions."
                    ).format(how=how),
                    _("To swap axes, so that each number keeps its meaning, use permute:"),
                    fix if gives else "",
                    gives or "",
                )
    return None


def _target(call: ast.Call, before: Tensor) -> tuple[int, ...]:
    """Return the shape that a call of reshape asks for; () where it is not plain numbers."""
    arguments = call.args
    if len(arguments) == 1 and isinstance(arguments[0], (ast.Tuple, ast.List)):
        arguments = arguments[0].elts
    sizes = []
    for argument in arguments:
        try:
            size = ast.literal_eval(argument)
        except ValueError:
            return ()
        if not isinstance(size, int):
            return ()
        sizes.append(size)
    if sizes.count(-1) == 1:
        total = known = 1
        for size in shape_of(before):
            total *= size
        for size in sizes:
            known *= size if size != -1 else 1
        sizes[sizes.index(-1)] = total // known if known else 0
    return tuple(sizes)


def _order(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the order of axes that leads from one shape to the other, None if it is none."""
    if before == after or sorted(before) != sorted(after) or len(before) < 2:
        return None
    if len([size for size in before if size > 1]) < 2:
        return None
    moved = [a for a, b in zip(before, after, strict=True) if a != b]
    if 1 in moved and len(moved) == 2:
        return None
    left = list(enumerate(before))
    order = []
    for size in after:
        axis = next(entry for entry in left if entry[1] == size)
        left.remove(axis)
        order.append(axis[0])
    return tuple(order)


def _convolved(value: Tensor) -> SilentMistake | None:
    """Look at a convolution's whole output: whether its input was read as it was meant."""
    node = value.grad_fn
    if node is None:
        return None
    unbatched = node.name() == "SqueezeBackward1" and len(value.shape) == 2
    inner = node.next_functions[0][0] if unbatched else node
    if inner is None or not convolves_a_signal(inner) or saved(inner, "transposed"):
        return None
    try:
        shape = shape_of(saved(inner, "input"))
    except RuntimeError:
        return None
    before = inner.next_functions[0][0]
    if before is not None and before.name() == "EmbeddingBackward0":
        return SilentMistake(
            "words_as_channels",
            _(
                "The embedding's axes are (N, words, values), so {words} words were read as the"
                " channels and the window slid over the values."
            ).format(words=shape[1]),
            _("The window should slide over the words: swap the last two axes before the layer."),
        )
    if unbatched:
        return _one_sample(shape)
    if shape[1] == shape[2] and shape[1] > 1:
        return SilentMistake(
            "both_ways",
            _(
                "Axis 1 and axis 2 are both {size} long, so a swapped input would fit as well."
            ).format(size=shape[1]),
            _("Make sure that axis 1 is the channels and axis 2 the positions."),
        )
    return None


def _one_sample(shape: tuple[int, ...]) -> SilentMistake:
    sentence = _("The 2-D input was read as one sample: {channels} channels, {length} positions.")
    return SilentMistake(
        "unbatched",
        sentence.format(channels=shape[1], length=shape[2]),
        _("If the first axis counts samples, the channel axis is missing; one sample is (C, L)."),
    )
