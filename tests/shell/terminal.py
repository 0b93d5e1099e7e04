"""A real terminal for tests: the command on a pseudo-terminal, its screen kept by pyte."""

import os
import signal
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte

__all__ = ["Terminal"]

_PATIENCE = 12.0


class Terminal:
    """Runs `conv1d-tutor` with `arguments` on a terminal of `columns` by `lines`."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        columns: int = 80,
        lines: int = 24,
        environment: dict[str, str] | None = None,
    ) -> None:
        self._screen = pyte.HistoryScreen(columns, lines, history=10_000, ratio=1.0)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""
        self.echoes = True
        kept = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
        self._child = pexpect.spawn(
            sys.executable,
            ["-m", "conv1d_tutor", *arguments],
            env=kept
            | {"CONV1D_TUTOR_HOME": str(home), "TERM": "xterm-256color"}
            | (environment or {}),
            dimensions=(lines, columns),
            timeout=_PATIENCE,
        )
        self._child.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._child.close(force=True)

    @property
    def text(self) -> str:
        """The screen as it stands, without trailing blanks."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def scrollback(self) -> str:
        """All that was ever shown, the lines scrolled off the top included."""
        above = [
            "".join(line[column].data for column in range(self._screen.columns)).rstrip()
            for line in self._screen.history.top
        ]
        return "\n".join([*above, self.text])

    def send(self, keys: str) -> None:
        """Type `keys`."""
        self._child.send(keys)

    def line(self, text: str) -> None:
        """Type a line and Enter."""
        self.send(text + "\r")

    def wait_for(self, text: str, *, scrolled: bool = False, through: bool = False) -> str:
        """Read the terminal until `text` is on the screen; give the screen.

        With `scrolled`, above the screen will do too; with `through`, Enter is pressed at each
        pause. Raises `AssertionError` after a while.
        """
        deadline = time.monotonic() + _PATIENCE
        answered = ""
        while text not in (self.scrollback if scrolled else self.text):
            paused = self.text if self.text.rstrip().endswith("\n  Enter goes on") else ""
            if through and paused and paused != answered:  # once at each: the next takes Enter too
                self.send("\r")
                answered = paused
            if time.monotonic() > deadline or not self._read():
                raise AssertionError(f"{text!r} never came. The screen:\n{self.text}")
        return self.text

    def leave(self) -> int:
        """Press Ctrl-D and give the exit status.

        Pressed while nothing reads, the terminal swallows it; so it is pressed again, as a
        person would.
        """
        deadline = time.monotonic() + _PATIENCE
        while True:
            self.send("\x04")
            pressed = time.monotonic()
            while time.monotonic() < pressed + 1:
                if not self._read():
                    self._child.close()
                    status = self._child.exitstatus
                    return -1 if status is None else int(status)
            if pressed > deadline:
                raise AssertionError(f"It never ended. The screen:\n{self.text}")

    def settle(self) -> None:
        """Read the terminal until nothing more comes for a moment."""
        deadline = time.monotonic() + _PATIENCE
        seen = -1
        while seen != len(self.raw) and time.monotonic() < deadline:
            seen = len(self.raw)
            self._read()

    def ended(self) -> int:
        """Wait until the command ends by itself; give the exit status."""
        deadline = time.monotonic() + _PATIENCE
        while self._read():
            if time.monotonic() > deadline:
                raise AssertionError(f"It never ended. The screen:\n{self.text}")
        self.echoes = bool(self._child.getecho())
        self._child.close()
        status = self._child.exitstatus
        return -1 if status is None else int(status)

    def kill(self) -> None:
        """End the command as `kill -9` does."""
        self._child.kill(signal.SIGKILL)
        self._child.wait()

    def hang_up(self) -> None:
        """Close the terminal under the command, and wait until that has ended it."""
        self._child.ptyproc.fileobj.close()
        deadline = time.monotonic() + _PATIENCE
        while self._child.ptyproc.isalive():
            assert time.monotonic() < deadline, "It outlived its terminal."
            time.sleep(0.05)

    def interrupt(self) -> None:
        """Send the signal of Ctrl-C, as `kill -INT` does."""
        self._child.kill(signal.SIGINT)

    def pass_time(self, seconds: float) -> None:
        """Read what the terminal shows for a while."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._read():
            pass

    def resize(self, columns: int, lines: int) -> None:
        """Return the terminal another size, as dragging its corner does."""
        self._child.setwinsize(lines, columns)
        self._screen.resize(lines, columns)

    def _read(self) -> bool:
        try:
            data = self._child.read_nonblocking(65_536, timeout=0.25)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self._stream.feed(data)
        if b"\x1b[6n" in data:
            # A terminal answers where its cursor is when it is asked.
            cursor = self._screen.cursor
            self.send(f"\x1b[{cursor.y + 1};{cursor.x + 1}R")
        return True
