"""What was given: the value that an input is about, and whether it came out of a layer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from conv1d_tutor.late import loaded_late

from ..evaluation import Outcome
from ..source import Source
from .values import freeze, is_layer, numbers, shape_of

with loaded_late():
    from conv1d_tutor import explain

_FEW = 10_000
"""So many numbers are looked at one by one; nobody means more as an answer."""

_CONVOLUTION = "ConvolutionBackward0"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One input as the judge sees it, right after it ran.

    `names` is the learner's namespace, `changed` the lesson's names that the input bound or
    changed in place, `drew` whether it used up random numbers.
    """

    outcome: Outcome
    names: Mapping[str, object]
    changed: Collection[str]
    drew: bool

    @property
    def typed(self) -> Source:
        """The code that ran."""
        return self.outcome.typed

    @property
    def is_lookup(self) -> bool:
        """Whether the input only looks at something that was there."""
        return self.typed.is_lookup(self.names)


def given_value(attempt: Attempt) -> object:
    """Return the value that the input is about: its last expression's, or what that was kept as."""
    outcome = attempt.outcome
    if outcome.has_value:
        return outcome.value
    return attempt.names.get(attempt.typed.kept_as) if outcome.error is None else None


def few_numbers(value: object) -> list[float]:
    """Return the numbers of a number or tensor; none where there are too many to mean an answer."""
    value = freeze(value)
    count = 1
    for size in shape_of(value) or ():
        count *= size
    return numbers(value) if count <= _FEW else []


def has_graph(value: object) -> bool:
    """Return whether the value is a tensor that knows what it was computed from."""
    return explain.is_tensor(value) and getattr(value, "grad_fn", None) is not None


def is_read_from_layer(given: object, attempt: Attempt) -> bool:
    """Return whether the value came out of a convolution, by its graph or else by its source.

    Code that leaves no graph behind (`.item()`, `.detach()`) read a layer's output if it
    calls a layer, or names a tensor that came from one.
    """
    if has_graph(given):
        return _came_from_convolution(given)
    names = attempt.names
    return any(is_layer(names.get(name)) for name in attempt.typed.calls) or any(
        _came_from_convolution(names.get(name)) for name in attempt.typed.reads
    )


def _came_from_convolution(value: object) -> bool:
    """Return whether a convolution stands anywhere in the graph that led to the value."""
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
