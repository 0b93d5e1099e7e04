"""What came of one input: the plain data between the evaluator and the judge."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from types import ModuleType
from typing import Protocol

__all__ = ["Evaluator", "Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What evaluating one input gave.

    `source` is the code as it ran. `value` is the value of its last statement where that is
    an expression (`has_value`), else None. `error` is the exception that ended it, if any;
    a SyntaxError too. `printed` is what it wrote to standard output. `names` are the names
    it bound or rebound, in the order of the source.
    """

    source: str
    value: object = None
    has_value: bool = False
    error: BaseException | None = None
    printed: str = ""
    names: tuple[str, ...] = ()


class Evaluator(Protocol):
    """Runs a learner's source in their own namespace."""

    @property
    def names(self) -> MutableMapping[str, object]:
        """The learner's namespace, live."""

    @property
    def torch(self) -> ModuleType:
        """What the learner's `import torch` finds: the bundled engine, or PyTorch itself."""

    def evaluate(self, source: str) -> Outcome:
        """Run `source` and say what came of it. Never raises for what the source does."""
