"""The lessons playing by themselves: a reader that types each step's solution."""

import sys

from conv1d_tutor import interrupts
from conv1d_tutor.course.lesson import Step

from .guide import Guide
from .keyboard import Keyboard
from .screen import Screen

_SECONDS_A_LINE = 0.55
_SECONDS_A_KEY = 0.03
_SECONDS_A_SCREEN = 6.0
_SHORTEST, _LONGEST = 1.5, 12.0
_ENDING = frozenset("qQ\x03\x04")


class TourReader:
    """Answers each step of `guide` with its solution, at the `pace` of a person who reads.

    A pace of 0 does not wait at all. It ends with the last step, or when `keyboard` says so:
    q, Ctrl-C, Ctrl-D.
    """

    def __init__(self, guide: Guide, screen: Screen, keyboard: Keyboard, pace: float) -> None:
        self._guide = guide
        self._screen = screen
        self._keyboard = keyboard
        self._pace = pace
        self._answered: Step | None = None
        self.left = False
        self.interrupted = False

    def read(self, default: str = "") -> str | None:
        """Return the solution of the step that waits, shown as if typed; None at the end."""
        del default
        try:
            with interrupts.allowed():
                return self._read()
        except KeyboardInterrupt:
            self.interrupted = self.left = True
            return None

    def _read(self) -> str | None:
        step, kind = self._guide.step, self._guide.kind
        if step is None or kind is None:
            return None
        # A step that its own solution did not bring on was interrupted: it is not played again.
        self.interrupted = self.interrupted or step is self._answered
        self.left = self.left or self.interrupted
        lines = len(step.prose) / 70 + step.prose.count("\n\n")
        self._wait(min(max(lines * _SECONDS_A_LINE, _SHORTEST), _LONGEST))
        answer = kind.answer(step)
        if not self.left:
            self._type(answer)
        self._answered = step
        return None if self.left else answer

    def rest(self) -> None:
        """Wait until what stands there can have been read, before more pushes it away."""
        self._wait(_SECONDS_A_SCREEN)

    def _type(self, answer: str) -> None:
        if self._pace <= 0:
            self._screen.code(answer)
            return
        for number, line in enumerate(answer.rstrip("\n").split("\n")):
            self._screen.begin_line("... " if number else ">>> ", "prompt")
            for character in line:
                if self.left:
                    break
                sys.stdout.write(character)
                sys.stdout.flush()
                self._wait(_SECONDS_A_KEY)
            sys.stdout.write("\n")

    def _wait(self, seconds: float) -> None:
        """Wait as long as the pace asks for, or until a key is pressed: it may end the tour."""
        keys = "" if self.left else self._keyboard.pressed(seconds * max(self._pace, 0))
        self.interrupted = self.interrupted or self._keyboard.interrupted
        self.left = self.left or self.interrupted or bool(_ENDING & set(keys))
