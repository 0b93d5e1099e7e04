"""`breakpoint()` in the learner's code: Python's debugger, which stops in their lines only."""

import os
import pdb
import sys
from types import FrameType, TracebackType
from typing import Any

from conv1d_tutor.course.evaluation import INPUT


class _Debugger(pdb.Pdb):
    """Steps over what is not the learner's: the engine, and the console around their code."""

    def stop_here(self, frame: FrameType) -> bool:
        """Return whether to stop in a frame."""
        return _is_learners(frame) and super().stop_here(frame)

    def get_stack(
        self, f: FrameType | None, t: TracebackType | None
    ) -> tuple[list[tuple[FrameType, int]], int]:
        """Return the frames that `where`, `up` and `down` know: the learner's."""
        stack, index = super().get_stack(f, t)
        theirs = [entry for entry in stack if _is_learners(entry[0])]
        if not theirs:
            return stack, index
        return theirs, sum(_is_learners(frame) for frame, _line in stack[: index + 1]) - 1


def _is_learners(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(INPUT)


def stop(frame: FrameType | None, *given: Any, **options: Any) -> object:
    """Stop in the frame of whoever called `breakpoint`, or as their environment asks for."""
    if os.environ.get("PYTHONBREAKPOINT"):
        return sys.__breakpointhook__(*given, **options)
    debugger = _Debugger()
    if header := options.get("header"):
        debugger.message(header)
    debugger.set_trace(frame)
    return None


def set_trace(**options: Any) -> None:
    """Stop in the caller's line: for `pdb.set_trace`, as it is written instead of `breakpoint`."""
    stop(sys._getframe().f_back, **options)
