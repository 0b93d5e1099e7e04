"""PyTorch's error texts about Conv1d and shapes, decoded; older wordings and pasted text too."""

import re
from collections.abc import Mapping

from .fault import Fault
from .faults_of_arguments import ARGUMENTS
from .faults_of_convolution import CONVOLUTION
from .faults_of_names import NAMES
from .faults_of_tensors import TENSORS
from .repair import Evaluate, Repair, find_site
from .report import Report

__all__ = ["decode_error"]


def decode_error(
    error: BaseException | str,
    source: str,
    names: Mapping[str, object],
    evaluate: Evaluate | None = None,
) -> Fault | None:
    """Return what an error means: what was given, what was needed, why, and a line that works.

    `error` may be a text pasted from elsewhere. `source` is what the learner typed, `names`
    their namespace. `evaluate` tries a line without leaving a trace; without it, only lines
    that cannot leave one are tried. None for an error that is not known here.
    """
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    text = " ".join(text.split())
    report = Report(text, source, Repair(names, evaluate), find_site(source, names), error)
    for pattern, explain in (*CONVOLUTION, *ARGUMENTS, *TENSORS, *NAMES):
        found = re.search(pattern, text)
        if found is not None:
            fault = explain(report, found)
            if fault is not None:
                return fault
    return None
