"""An exception as the learner should see it: their own frames, and the error's own text."""

import traceback
from types import TracebackType

from conv1d_tutor.course.evaluation import INPUT
from conv1d_tutor.i18n import ngettext
from conv1d_tutor.odd_values import name_of_class, text_of

_MOST_LINES = 24
_LONGEST = 20_000


def learner_traceback(error: BaseException) -> str:
    """Return the text of `error` as Python's console prints it, with the learner's frames only.

    The last line is the error itself, as the engine or Python worded it. Of a deep
    recursion only the ends are kept, and it says how much is not. Ends without a newline.
    """
    try:
        report = traceback.TracebackException(
            type(error), error, _first_of_ours(_trace_of(error)), limit=None, compact=True
        )
        _keep_ours(report)
        text = "".join(report.format()).rstrip("\n")
    except BaseException:  # the error is of a class of the learner's, and cannot tell of itself
        return error_line(error)
    lines = _cut(text).split("\n")
    if len(lines) > _MOST_LINES:
        half = _MOST_LINES // 2
        left = len(lines) - 2 * half
        told = ngettext("  … {count} line left out …", "  … {count} lines left out …", left)
        lines[half:-half] = [told.format(count=left)]
    return "\n".join(lines)


def left_debugger(error: BaseException) -> bool:
    """Return whether an input ended because its debugger was quit."""
    return name_of_class(type(error)) == "BdbQuit"


def error_line(error: BaseException) -> str:
    """Return an error's class and text, as the last line of its traceback has them."""
    text = _cut(text_of(error))
    return name_of_class(type(error)) + (f": {text}" if text else "")


def _cut(text: str) -> str:
    """Return a text no longer than anybody reads, its middle left out."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} … {text[-half:]}"


def _keep_ours(report: traceback.TracebackException) -> None:
    seen: traceback.TracebackException | None = report
    while seen is not None:
        seen.stack[:] = [frame for frame in seen.stack if frame.filename.startswith(INPUT)]
        if seen.__context__ is not None and not seen.__context__.stack:
            seen.__context__ = None
        seen = seen.__cause__ or seen.__context__


def _trace_of(error: BaseException) -> TracebackType | None:
    trace: TracebackType | None = BaseException.__dict__["__traceback__"].__get__(error)
    return trace


def _first_of_ours(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith(INPUT):
        trace = trace.tb_next
    return trace
