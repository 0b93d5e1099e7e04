"""The layers and inputs that the learner has at hand, and what each pair of them would give."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..convolution import Called, Convolution, geometry_of
from ..tensors import Tensor, is_tensor, shape_of
from .naming import is_module, modules_in, named_tensors, padding_function
from .operations import convolves_a_signal
from .recorded import recorded_convolution


def is_conv1d(layer: object) -> bool:
    """Return whether a layer is a one-dimensional convolution, by its attributes."""
    kernel = getattr(layer, "kernel_size", None) if is_module(layer) else None
    return (
        isinstance(kernel, tuple)
        and len(kernel) == 1
        and is_tensor(getattr(layer, "weight", None))
        and len(shape_of(layer.weight)) == 3  # type: ignore[attr-defined]
        and not getattr(layer, "transposed", False)
    )


def layers_at_hand(names: Mapping[str, object]) -> Iterator[tuple[str, Any]]:
    """Return every Conv1d that the learner's names reach."""
    for expression, module in modules_in(names):
        if is_conv1d(module):
            yield expression, module


def calls_at_hand(
    names: Mapping[str, object], *, layer: Any = None, tensor: Tensor | None = None
) -> Iterator[Convolution]:
    """Return what each Conv1d of the learner's would do to each named input that fits it.

    `layer` and `tensor` ask for this layer only, or this input only. What has a history of
    its own counts as an input last, and a layer's own parameters never.
    """
    inputs = sorted(
        (entry for entry in named_tensors(names) if tensor is None or entry[1] is tensor),
        key=lambda entry: entry[1].grad_fn is not None,
    )
    for expression, module in layers_at_hand(names):
        if layer is not None and module is not layer:
            continue
        for name, given in inputs:
            if given.requires_grad and given.grad_fn is None:
                continue
            output = _output_named(names, module, given) or f"{expression}({name})"
            called = Called(
                name,
                expression,
                f"{expression}.weight",
                f"{expression}.bias",
                output,
                padding_function(names),
            )
            convolution = _call(module, given, called)
            if convolution is not None:
                yield convolution


def outputs_at_hand(names: Mapping[str, object]) -> Iterator[tuple[str, Tensor]]:
    """Return the named tensors that are the whole output of a convolution, by their history."""
    for name, tensor in named_tensors(names):
        node = tensor.grad_fn
        if node is None:
            continue
        if node.name() == "SqueezeBackward1" and node.next_functions[0][0] is not None:
            node = node.next_functions[0][0]
        if convolves_a_signal(node):
            yield name, tensor


def _output_named(names: Mapping[str, object], layer: Any, tensor: Tensor) -> str:
    """Return the name of the output that this layer made of this input, empty if it has none."""
    for name, output in outputs_at_hand(names):
        node = output.grad_fn
        if node.name() != "ConvolutionBackward0":
            node = node.next_functions[0][0]
        if getattr(node.next_functions[1][0], "variable", None) is not layer.weight:
            continue
        made = recorded_convolution(node, names, may_be_unbatched=node is not output.grad_fn)
        if isinstance(made, Convolution) and names.get(made.called.input) is tensor:
            return name
    return ""


def _call(layer: Any, tensor: Tensor, called: Called) -> Convolution | None:
    """Return what a Conv1d would do to an input, without running it; None if it does not fit."""
    if len(tensor.shape) not in (2, 3):
        return None
    try:
        geometry = geometry_of(layer)
    except TypeError:
        return None
    channels, length = shape_of(tensor)[-2:]
    if channels != geometry.in_channels or not geometry.fits(length):
        return None
    unbatched = len(tensor.shape) == 2
    taken = tensor[None] if unbatched else tensor
    return Convolution(taken, layer.weight, layer.bias, geometry, length, 0, unbatched, called)
