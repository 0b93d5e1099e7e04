"""Many output elements at once, or none to be found: what to look at next."""

from dataclasses import dataclass, field
from typing import Literal

from .convolution import Convolution
from .passage import Passage

__all__ = ["NoOrigin", "Overview", "Reason"]

Reason = Literal[
    "detached",
    "no_grad",
    "freed",
    "changed",
    "number",
    "no_convolution",
    "no_history",
    "transposed",
    "not_a_tensor",
]


@dataclass(frozen=True, slots=True)
class Overview:
    """A value that shows several output elements, or was made of several.

    `elements` are the (sample, filter, position) that it shows in its own order, with their
    numbers in `numbers`; both hold the first of them only where there are very many
    (`cut`). They are empty where a `reduction` made one number of many.
    """

    expression: str
    shape: tuple[int, ...]
    elements: tuple[tuple[int, int, int], ...]
    numbers: tuple[float, ...]
    passages: tuple[Passage, ...]
    cut: bool
    convolution: Convolution = field(repr=False, compare=False)

    @property
    def whole(self) -> bool:
        """Whether this is the whole output as the convolution gave it."""
        return not self.passages or (self.convolution.unbatched and len(self.passages) == 1)


@dataclass(frozen=True, slots=True)
class NoOrigin:
    """A value whose origin the history does not tell: why, and what to type instead.

    `line` is empty where nothing of the learner's would show it.
    """

    expression: str
    reason: Reason
    line: str = ""
    name: str = ""
