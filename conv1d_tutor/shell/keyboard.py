"""Single keys from the terminal while no line is read: what ends the tour."""

import os
import select
import signal
import sys
import time
from types import FrameType, TracebackType
from typing import Self

from conv1d_tutor import interrupts

if sys.platform == "win32":
    import msvcrt
else:
    import termios

_GLANCE = 0.05


class Keyboard:
    """In its block keys are not echoed and need no Enter, and Ctrl-C is a key that was pressed.

    Where standard input is no terminal there are no keys but Ctrl-C. A second Ctrl-C raises
    `KeyboardInterrupt`: the first may have come in the middle of something long.
    """

    def __init__(self) -> None:
        self._interrupted = False
        self._reads = sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()

    def __enter__(self) -> Self:
        self._handler = signal.signal(signal.SIGINT, self._interrupt)
        if self._reads and sys.platform != "win32":
            self._modes = termios.tcgetattr(sys.stdin)
            modes = termios.tcgetattr(sys.stdin)
            modes[3] &= ~(termios.ICANON | termios.ECHO)
            modes[6][termios.VMIN], modes[6][termios.VTIME] = 1, 0
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, modes)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._reads and sys.platform != "win32":
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._modes)
        signal.signal(signal.SIGINT, self._handler)

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed; a session hears it itself where it listens."""
        self._interrupted = self._interrupted or interrupts.was_pressed()
        return self._interrupted

    def pressed(self, seconds: float = 0.0) -> str:
        """Return the keys that are pressed within `seconds`, as soon as there are any."""
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            keys = self._read(min(max(left, 0.0), _GLANCE))
            if keys or self.interrupted or left <= 0:
                return keys

    def _read(self, seconds: float) -> str:
        if not self._reads:
            time.sleep(seconds)
            return ""
        if sys.platform == "win32":
            if msvcrt.kbhit():
                return msvcrt.getwch()
            time.sleep(seconds)
            return ""
        if not select.select([sys.stdin], [], [], seconds)[0]:
            return ""
        typed = os.read(sys.stdin.fileno(), 1024)
        # A terminal that is gone is readable for ever, and nothing comes of it.
        self._reads = bool(typed)
        return typed.decode(errors="replace")

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._interrupted:
            signal.default_int_handler(number, frame)
        self._interrupted = True
