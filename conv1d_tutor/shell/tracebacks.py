"""An exception as the learner should see it: their own frames, and the error's own text."""

import traceback
from types import TracebackType

__all__ = ["learner_traceback"]

_OURS = "<input "
_MOST_FRAMES = 8


def learner_traceback(error: BaseException) -> str:
    """Give the text of `error` as Python's console prints it, with the learner's frames only.

    The last line is the error itself, as the engine or Python worded it. Of a deep
    recursion only the ends are kept. Ends without a newline.
    """
    report = traceback.TracebackException(
        type(error), error, _first_of_ours(error.__traceback__), limit=None, compact=True
    )
    _keep_ours(report)
    return "".join(report.format()).rstrip("\n")


def _keep_ours(report: traceback.TracebackException) -> None:
    seen: traceback.TracebackException | None = report
    while seen is not None:
        frames = [frame for frame in seen.stack if frame.filename.startswith(_OURS)]
        if len(frames) > _MOST_FRAMES:
            half = _MOST_FRAMES // 2
            frames = frames[:half] + frames[-half:]
        seen.stack[:] = frames
        if seen.__context__ is not None and not seen.__context__.stack:
            seen.__context__ = None
        seen = seen.__cause__ or seen.__context__


def _first_of_ours(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith(_OURS):
        trace = trace.tb_next
    return trace
