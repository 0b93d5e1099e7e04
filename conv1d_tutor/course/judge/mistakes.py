"""Names a wrong answer by the mutated convolution that gives it, where exactly one does.

The catalogue of mistakes is `explain`'s; here it is found out what a step asks about: an
element of a convolution's output, the shape of an output, or its length.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from conv1d_tutor.late import loaded_late

from ..sandbox import Sandbox
from .values import family
from .verdict import Verdict, missed

with loaded_late():  # with the engine, once the first step can be read
    from conv1d_tutor import explain


@dataclass(frozen=True, slots=True)
class Subject:
    """What a step asks about, as far as it came out of a convolution.

    `element` is one number of its output; `convolution` is set where the output's `shape`,
    or with `length` only its last size, is asked for, and `output` where all its numbers are.
    """

    element: explain.Derivation | None = None
    convolution: explain.Convolution | None = None
    length: bool = False
    output: explain.Convolution | None = None


def subject_of(
    expression: str, value: object, sandbox: Sandbox, names: Mapping[str, object]
) -> Subject:
    """Return what the expression that a step asks for, and its value, are about."""
    if family(value) in {"number", "tensor"}:
        found = explain.explain_automatically(value, names, expression)
        if isinstance(found, explain.Derivation):
            return Subject(element=found)
        convolution = getattr(explain.explain(value, names, expression), "convolution", None)
        if isinstance(convolution, explain.Convolution) and _is_whole(value, convolution):
            return Subject(output=convolution)
    tree = ast.parse(expression, mode="eval").body
    length = isinstance(tree, ast.Subscript)
    shape = tree.value if isinstance(tree, ast.Subscript) else tree
    if isinstance(shape, ast.Attribute) and shape.attr == "shape":
        output = ast.unparse(shape.value)
        tensor = sandbox.run(output, names).value
        if family(tensor) == "tensor" and getattr(tensor, "grad_fn", None) is not None:
            convolution = getattr(explain.explain(tensor, names, output), "convolution", None)
            if isinstance(convolution, explain.Convolution) and _is_whole(tensor, convolution):
                return Subject(convolution=convolution, length=length and _is_last(tree, tensor))
    return Subject()


def name_mistake(given: object, subject: Subject) -> Verdict | None:
    """Return what the mistake in a wrong answer is called, with its sentence.

    None where the catalogue has no mistake that gives this answer, or several.
    """
    mistake: explain.Mistake | None = None
    if subject.element is not None and family(given) in {"number", "tensor"}:
        mistake = explain.name_mistake(given, subject.element)
    if subject.output is not None and family(given) == "tensor":
        mistake = explain.name_output_mistake(given, subject.output)
    convolution = subject.convolution
    if convolution is not None and family(given) == "number" and subject.length:
        mistake = explain.name_length_mistake(given, convolution, convolution.length)
    elif convolution is not None and family(given) == "shape":
        taken = convolution.as_typed(convolution.input_shape)
        mistake = explain.name_shape_mistake(given, convolution, taken)
    return missed(mistake.name, mistake.sentence) if mistake is not None else None


def hidden_mistakes(element: explain.Derivation, torch: Any) -> tuple[str, ...]:
    """Return the mistakes that the numbers of this element cannot tell apart, or from right.

    What no numbers of these shapes could tell apart is left out: there the author can do
    nothing. It is found out by trying other numbers.
    """
    convolution = element.convolution
    hidden = set(explain.separates(convolution, element.element))
    state = torch.get_rng_state()
    torch.manual_seed(0)
    for _attempt in range(2):
        other = replace(
            convolution,
            input=torch.randn(*convolution.input.shape),
            weight=torch.randn(*convolution.weight.shape),
            bias=None if convolution.bias is None else torch.randn(*convolution.bias.shape),
        )
        hidden -= set(explain.separates(other, element.element))
    torch.set_rng_state(state)
    return tuple(sorted(hidden))


def _is_whole(tensor: Any, convolution: explain.Convolution) -> bool:
    """Return whether the tensor is the convolution's whole output, not a part of it."""
    shape = tuple(int(size) for size in tensor.shape)
    whole = tuple(convolution.output_shape)
    return shape == (whole[1:] if convolution.unbatched else whole)


def _is_last(tree: ast.expr, tensor: Any) -> bool:
    """Return whether `….shape[i]` takes the last size."""
    if not isinstance(tree, ast.Subscript):
        return False
    try:
        index = ast.literal_eval(tree.slice)
    except ValueError:
        return False
    return index in (-1, len(tensor.shape) - 1)
