"""PyTorch's error texts about Conv1d and shapes, decoded; older wordings and pasted text too.

Each room has a table of patterns, and what explains an error whose text one of them is found in.
"""

from collections.abc import Mapping

from ...odd_values import name_of_class, text_of
from . import arguments, convolution, names, tensors, words
from .fault import Fault
from .repair import Evaluate, Repair, find_site
from .report import Report

__all__ = ["decode_error"]

# What knows the learner's layer and tensors comes before what is said in words alone.
_TABLES = (convolution.FAULTS, arguments.FAULTS, tensors.FAULTS, words.FAULTS, names.FAULTS)


def decode_error(
    error: BaseException | str,
    source: str,
    learner_names: Mapping[str, object],
    evaluate: Evaluate | None = None,
) -> Fault | None:
    """Return what an error means: what was given, what was needed, why, and a line that works.

    `error` may be a text pasted from elsewhere. `source` is what the learner typed,
    `learner_names` their namespace. `evaluate` tries a line without leaving a trace; without it,
    only lines that cannot leave one are tried. None for an error that is not known here.
    """
    text = error if isinstance(error, str) else f"{name_of_class(type(error))}: {text_of(error)}"
    text = " ".join(text.split())
    site = find_site(source, learner_names)
    report = Report(text, source, Repair(learner_names, evaluate), site, error)
    for table in _TABLES:
        fault = table.decode(report)
        if fault is not None:
            return fault
    return None
