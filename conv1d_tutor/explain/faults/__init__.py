"""PyTorch's error texts about Conv1d and shapes, decoded; older wordings and pasted text too.

Each room has a table of patterns, and what explains an error whose text one of them is found in.
"""

import re
from collections.abc import Mapping

from ...odd_values import name_of_class, text_of
from . import arguments, convolution, names, tensors, training, words
from .fault import Fault
from .lines import unknown_error, with_line
from .repair import Evaluate, Repair, find_site
from .report import Report

__all__ = ["decode_error", "unknown_error"]

# What knows the learner's layer and tensors comes before what is said in words alone.
_TABLES = (
    convolution.FAULTS,
    arguments.FAULTS,
    tensors.FAULTS,
    training.FAULTS,
    words.FAULTS,
    names.FAULTS,
)

_ERROR = re.compile(r"(?:^|(?<=\s))(?:[A-Za-z_]\w*\.)*\w*(?:Error|Exception|Interrupt): ")


def decode_error(
    error: BaseException | str,
    source: str,
    learner_names: Mapping[str, object],
    evaluate: Evaluate | None = None,
    *,
    asked: bool = False,
) -> Fault | None:
    """Return what an error means: what was given, what was needed, why, and a line that works.

    `error` may be a text pasted from elsewhere. `source` is what the learner typed,
    `learner_names` their namespace. `evaluate` tries a line without leaving a trace; without it,
    only lines that cannot leave one are tried. Where it was `asked` what an error means, or its
    text was pasted, the answer ends with a line, a general one at least. None for an error that
    is not known here.
    """
    if isinstance(error, str):
        text = _last_error(error)
    else:
        text = f"{name_of_class(type(error))}: {text_of(error)}"
    text = " ".join(text.split())
    site = find_site(source, learner_names)
    report = Report(text, source, Repair(learner_names, evaluate), site, error)
    for table in _TABLES:
        fault = table.decode(report)
        if fault is not None:
            announced = fault.reason.endswith((":", "："))
            wanted = asked or announced or isinstance(error, str)
            return with_line(fault, report) if wanted else fault
    return None


def _last_error(pasted: str) -> str:
    """Return of a pasted text what the last error in it says: a traceback is long."""
    found = list(_ERROR.finditer(pasted))
    return pasted[found[-1].start() :] if found else pasted
