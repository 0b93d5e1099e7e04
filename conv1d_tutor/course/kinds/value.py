"""`value`: the input's value must be the one asked for."""

import re
from collections.abc import Mapping

from conv1d_tutor.i18n import _

from ..evaluation import Outcome
from ..judge.expected import Expected
from ..judge.given import Attempt, few_numbers, given_value, is_read_from_layer
from ..judge.values import (
    Family,
    FrozenLayer,
    FrozenTensor,
    family,
    is_close,
    numbers,
    same,
    same_but_for_dtype,
    shape_of,
)
from ..judge.verdict import ASIDE, PASSED, Verdict, missed
from ..lesson import Step
from .kind import CodeKind


class Value(CodeKind):
    """The input's value must equal the expression `value`.

    With `from = "layer"` it must come out of a convolution.
    """

    name = "value"
    needs = ("value", "solution")
    may = ("from", "accept", "reject")
    asks_for_parts = True

    def judge_code(self, step: Step, attempt: Attempt, expected: Expected) -> Verdict:
        """Return whether the input's value, or what it printed, is the value asked for."""
        given = given_value(attempt)
        if given is None or attempt.outcome.error is not None:
            if attempt.outcome.printed.strip() and _prints(attempt.outcome, expected.value):
                return PASSED
            return ASIDE
        if same(given, expected.value) and not same_but_for_dtype(given, expected.value):
            if step.source == "layer" and not is_read_from_layer(given, attempt):
                message = _(
                    "The right number, but not read from the layer: here it should come out of "
                    "the layer's own output."
                )
                return missed("not-from-layer", message)
            return PASSED
        if not _is_attempt(given, expected.value, attempt):
            return ASIDE
        return expected.difference(given, step)


_NEAR: Mapping[Family, tuple[Family, ...]] = {
    "shape": ("shape", "number"),
    "number": ("number",),
    "tensor": ("tensor",),
    "truth": ("truth",),
    "text": ("text",),
    "layer": ("layer",),
    "nothing": (),
    "other": (),
}


def _is_attempt(given: object, asked: object, attempt: Attempt) -> bool:
    """Return whether a value was meant as the answer, and the learner not just looking around."""
    if attempt.is_lookup or not attempt.outcome.has_value:
        return False
    if family(given) in _NEAR[family(asked)]:
        return family(given) != "tensor" or (
            shape_of(given) == shape_of(asked) or attempt.typed.uses_data(attempt.names)
        )
    if family(asked) == "number" and family(given) == "tensor":
        many, target = few_numbers(given), numbers(asked)[0]
        return any(is_close(one, target) for one in many) or is_close(sum(many), target)
    return (
        family(asked) == "number"
        and family(given) == "shape"
        and isinstance(given, list | tuple)
        and any(same(one, asked) for one in given)
    )


def _prints(outcome: Outcome, asked: object) -> bool:
    """Return whether what was printed is what printing the value asked for would give."""
    value = asked.data if isinstance(asked, FrozenTensor) else asked
    if isinstance(value, FrozenLayer):
        return False
    texts = {str(value), f"torch.Size({list(value)})" if isinstance(value, tuple) else str(value)}
    return _without_layout(outcome.printed) in {_without_layout(text) for text in texts}


def _without_layout(printed: str) -> str:
    """Return printed text without blanks, and without what PyTorch notes around numbers."""
    without = re.sub(r"^\s*Parameter containing:|,\s*(?:grad_fn|requires_grad)=[^,)]*", "", printed)
    return "".join(without.split())
