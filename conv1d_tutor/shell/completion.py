"""What Tab offers: commands after a colon, live names and attributes elsewhere."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from conv1d_tutor.late import loaded_late
from conv1d_tutor.odd_values import named

with loaded_late():
    import rlcompleter

_COMMAND = re.compile(r"^\s*[:：](\w*)$")
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.\w*)*$")

# What a learner of Conv1d looks for, in the order in which it comes up.
_TENSOR = (
    "shape dtype permute reshape unsqueeze squeeze transpose flatten float sum mean dot"
    " item tolist detach numpy grad requires_grad"
).split()
_LAYER = (
    "weight bias in_channels out_channels kernel_size stride padding dilation groups"
    " padding_mode in_features out_features parameters named_parameters state_dict"
    " load_state_dict train eval zero_grad modules to"
).split()
_MODULES = {  # by something that only this module has: PyTorch's and the bundled one are alike
    "get_rng_state": (
        "tensor rand randn zeros ones arange linspace stack cat dot allclose nn manual_seed"
        " no_grad float32 float64 from_numpy optim"
    ).split(),
    "Conv1d": (
        "Conv1d ConvTranspose1d Conv2d Linear Sequential ReLU MaxPool1d AvgPool1d BatchNorm1d"
        " Flatten Dropout Embedding Module Parameter MSELoss CrossEntropyLoss functional"
    ).split(),
    "max_pool1d": (
        "conv1d pad relu max_pool1d avg_pool1d linear conv_transpose1d one_hot softmax"
        " log_softmax cross_entropy mse_loss dropout interpolate unfold"
    ).split(),
    "ndarray": "array arange linspace zeros ones convolve random float32 sin pi mean sum".split(),
}


class LearnerCompleter(Completer):
    """Completes from `names`, asked for anew each time, and from the command names."""

    def __init__(self, names: Callable[[], Mapping[str, object]], commands: Iterable[str]) -> None:
        self._names = names
        self._commands = tuple(commands)

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """Return what could stand in place of the word before the cursor.

        What is wanted most comes first, and has the style `class:wanted`.
        """
        del complete_event
        line = document.current_line_before_cursor
        if command := _COMMAND.match(line):
            start = command[1]
            for name in self._commands:
                if name.startswith(start):
                    yield Completion(name, start_position=-len(start))
            return
        if dotted := _DOTTED.search(line):
            word = dotted[0]
            try:
                matches = {_last_name(match): match for match in self._matches(word)}
                first = [name for name in self._wanted(word) if name in matches]
            except BaseException:
                return  # it ran code of the learner's, which raised
            for name in dict.fromkeys([*first, *matches]):
                yield Completion(
                    matches[name],
                    start_position=-len(word),
                    display=name,
                    style="class:wanted" if name in first else "",
                )

    def _matches(self, word: str) -> list[str]:
        completer = rlcompleter.Completer(named(dict(self._names())))
        found: list[str] = []
        while (match := completer.complete(word, len(found))) is not None:
            found.append(match)
        return found

    def _wanted(self, word: str) -> list[str]:
        """Return the names that are looked for first in what stands before the last dot."""
        first, *parts = word.split(".")[:-1] or [""]
        value = self._names().get(first)
        try:
            for part in parts:
                value = getattr(value, part)
            return _wanted_of(value)
        except Exception:
            return []  # what stands there is the learner's own, and may raise anything


def _wanted_of(value: object) -> list[str]:
    if isinstance(value, ModuleType):
        return next((names for mark, names in _MODULES.items() if hasattr(value, mark)), [])
    if isinstance(value, type):
        return []
    if hasattr(value, "named_parameters"):
        inside = vars(value)
        own = [*inside.get("_modules", ()), *inside.get("_parameters", ())]
        return [*own, *_LAYER]
    return _TENSOR if hasattr(value, "requires_grad") and hasattr(value, "shape") else []


def _last_name(match: str) -> str:
    return match.rstrip("() ").rpartition(".")[2] or match
