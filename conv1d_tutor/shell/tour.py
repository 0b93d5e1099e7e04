"""The lessons playing by themselves: a reader that types each step's solution."""

import sys
import time

from .guide import Guide
from .screen import Screen

_SECONDS_A_LINE = 0.55
_SECONDS_A_KEY = 0.03
_SHORTEST, _LONGEST = 1.5, 12.0


class TourReader:
    """Answers each step of `guide` with its solution, at the `pace` of a person who reads.

    A pace of 0 does not wait at all. It ends with the last step.
    """

    def __init__(self, guide: Guide, screen: Screen, pace: float) -> None:
        self._guide = guide
        self._screen = screen
        self._pace = pace

    def read(self, default: str = "") -> str | None:
        """Return the solution of the step that waits, shown as if typed; None after the last."""
        del default
        step, kind = self._guide.step, self._guide.kind
        if step is None or kind is None:
            return None
        lines = len(step.prose) / 70 + step.prose.count("\n\n")
        self._wait(min(max(lines * _SECONDS_A_LINE, _SHORTEST), _LONGEST))
        answer = kind.answer(step)
        self._type(answer)
        return answer

    def _type(self, answer: str) -> None:
        if self._pace <= 0:
            self._screen.code(answer)
            return
        for number, line in enumerate(answer.rstrip("\n").split("\n")):
            self._screen.begin_line("... " if number else ">>> ", "prompt")
            for character in line:
                sys.stdout.write(character)
                sys.stdout.flush()
                self._wait(_SECONDS_A_KEY)
            sys.stdout.write("\n")

    def _wait(self, seconds: float) -> None:
        if self._pace > 0:
            time.sleep(seconds * self._pace)
