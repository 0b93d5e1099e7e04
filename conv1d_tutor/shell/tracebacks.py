"""An exception as the learner should see it: their own frames, and the error's own text."""

import traceback
from types import TracebackType

from conv1d_tutor.i18n import ngettext

_OURS = "<input "
_MOST_LINES = 24


def learner_traceback(error: BaseException) -> str:
    """Return the text of `error` as Python's console prints it, with the learner's frames only.

    The last line is the error itself, as the engine or Python worded it. Of a deep
    recursion only the ends are kept, and it says how much is not. Ends without a newline.
    """
    report = traceback.TracebackException(
        type(error), error, _first_of_ours(error.__traceback__), limit=None, compact=True
    )
    _keep_ours(report)
    lines = "".join(report.format()).rstrip("\n").split("\n")
    if len(lines) > _MOST_LINES:
        half = _MOST_LINES // 2
        left = len(lines) - 2 * half
        told = ngettext("  … {count} line left out …", "  … {count} lines left out …", left)
        lines[half:-half] = [told.format(count=left)]
    return "\n".join(lines)


def _keep_ours(report: traceback.TracebackException) -> None:
    seen: traceback.TracebackException | None = report
    while seen is not None:
        seen.stack[:] = [frame for frame in seen.stack if frame.filename.startswith(_OURS)]
        if seen.__context__ is not None and not seen.__context__.stack:
            seen.__context__ = None
        seen = seen.__cause__ or seen.__context__


def _first_of_ours(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith(_OURS):
        trace = trace.tb_next
    return trace
