"""What was just earned is seen before what follows pushes it off a low terminal."""

import contextlib
import io
import re
from collections.abc import Iterator

import pyte
import pytest

from conv1d_tutor.course.format.loading import list_lessons
from conv1d_tutor.course.kinds import kind_of
from conv1d_tutor.course.store import Store
from conv1d_tutor.i18n import use_language
from conv1d_tutor.shell.evaluator import LearnerEvaluator
from conv1d_tutor.shell.explainer import Explainer
from conv1d_tutor.shell.guide import Guide
from conv1d_tutor.shell.imports import find_torch
from conv1d_tutor.shell.screen import Screen
from conv1d_tutor.shell.session import Session
from conv1d_tutor.view import Look


class LowTerminal(io.StringIO):
    """A terminal of a size, as a stream: what is on it now, and all that ever stood there."""

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__()
        self._screen = pyte.Screen(columns, lines)
        self._screen.set_mode(pyte.modes.LNM)
        self._stream = pyte.Stream(self._screen)
        self.written: list[str] = []
        self.looked_at: list[str] = []
        self.pauses = 0

    def write(self, text: str) -> int:
        """Put a text there."""
        self.written.append(text)
        self._stream.feed(text)
        return len(text)

    @property
    def text(self) -> str:
        """Return all that was looked at."""
        return "\n".join(self.looked_at)

    def look(self) -> None:
        """Take note of what stands there while the learner reads."""
        self.looked_at.extend(line.rstrip() for line in self._screen.display)

    def pause(self) -> None:
        """Be read until a key is pressed."""
        self.pauses += 1
        self.look()


@contextlib.contextmanager
def learner(
    language: str, columns: int, lines: int
) -> Iterator[tuple[Guide, Session, LowTerminal]]:
    """Begin the lessons on a terminal of a size."""
    use_language(language)
    terminal = LowTerminal(columns, lines)
    with contextlib.redirect_stdout(terminal), Store(None) as store:
        screen = Screen(Look(), file=terminal, width=columns)
        screen._console.size = (columns, lines)  # type: ignore[assignment]
        screen.pause = terminal.pause
        evaluator = LearnerEvaluator(find_torch("numpy"))
        explainer = Explainer(evaluator, screen)
        guide = Guide(list_lessons(language), evaluator, screen, explainer, store)
        yield guide, Session(evaluator, screen, explainer, guide), terminal
    use_language("en")


def transitions(language: str, columns: int, lines: int) -> Iterator[tuple[str, list[str], int]]:
    """Answer every step; return of each what of it was never in sight, and the pauses there."""
    with learner(language, columns, lines) as (guide, session, terminal):
        guide.open(0)
        guide.present()
        while (step := guide.step) is not None:
            answer = kind_of(step).answer(step)
            typed = "\n... ".join(answer.split("\n"))
            terminal.write(f">>> {typed}\n")
            terminal.written.clear()
            terminal.looked_at.clear()
            before = terminal.pauses
            session.answer(answer)
            terminal.write(">>> \n one")  # the prompt and its bottom line
            terminal.look()
            terminal.write("\r\x1b[1A\x1b[J")
            shown = "".join(terminal.written)
            earned = HEADING.split(shown)[0]
            page = LowTerminal(columns, 99)
            page.write(earned)
            page.look()
            unseen = [line for line in page.looked_at if line and line not in terminal.looked_at]
            if page.text.count("sum the channels") or page.text.count("各通道求和"):
                # A picture says again what was echoed above it.
                unseen = [line for line in unseen if not line.startswith(("tensor(", ")"))]
            yield step.id, unseen, terminal.pauses - before


HEADING = re.compile(r"── \d ")
SIZES = [(80, 24), (40, 24), (80, 18), (120, 40)]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(("columns", "lines"), SIZES)
def test_what_was_earned_is_seen(language: str, columns: int, lines: int) -> None:
    """In all 45 transitions every line of the answer's consequences is in sight at some stop."""
    unseen = {
        step: lines for step, lines, _pauses in transitions(language, columns, lines) if lines
    }
    assert unseen == {}


def test_where_all_has_room_there_is_no_pause() -> None:
    """On a high terminal everything follows at once, and nowhere without one that can wait."""
    assert [pauses for _step, _lines, pauses in transitions("en", 80, 70)] == [0] * 50


def test_what_fits_to_the_row_is_not_waited_for() -> None:
    """Two rows are kept for the prompt and its bottom line; one row more, and it pauses."""
    for rows, pauses in ((6, 0), (7, 1)):
        terminal = LowTerminal(80, 12)
        screen = Screen(Look(), file=terminal, width=80)
        screen._console.size = (80, 12)  # type: ignore[assignment]
        screen.pause = terminal.pause
        screen.typed_into()
        screen.wrote("x", "1\n2\n3")
        with screen.block():
            for number in range(rows):
                screen.note(str(number))
        assert terminal.pauses == pauses


def test_a_long_line_counts_as_the_rows_it_takes() -> None:
    """A hundred letters are two rows of eighty."""
    terminal = LowTerminal(80, 12)
    screen = Screen(Look(), file=terminal, width=80)
    screen._console.size = (80, 12)  # type: ignore[assignment]
    screen.pause = terminal.pause
    screen.wrote("\n".join(["x" * 100] * 5))
    with screen.block():
        screen.note("one more")
    assert terminal.pauses == 1


def test_what_is_taller_than_the_terminal_is_shown_in_parts() -> None:
    """What was earned waits inside; a text that is only read does not."""
    for earned, pauses in ((True, 2), (False, 0)):
        terminal = LowTerminal(80, 12)
        screen = Screen(Look(), file=terminal, width=80)
        screen._console.size = (80, 12)  # type: ignore[assignment]
        screen.pause = terminal.pause
        with screen.block(earned=earned):
            for number in range(25):
                screen.note(str(number))
        assert terminal.pauses == pauses
        assert "".join(terminal.written).split() == [str(number) for number in range(25)]
