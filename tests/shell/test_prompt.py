"""The prompt on a terminal of our own: keys, history, continuation, the bottom line."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from conv1d_tutor.shell.terminal import KeptHistory, TerminalReader, _continuation

UP = "\x1b[A"


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    """What types into the reader that is made while this is in use."""
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield keys


def layer(size: int, stride: int = 1) -> None:
    """Stand for something that can be called."""


def reader(**settings: object) -> TerminalReader:
    """Return a reader with two names and two commands."""
    given: dict[str, object] = {
        "names": lambda: {"layer": layer},
        "commands": ["hint", "zoom"],
        "status": lambda: " where we are",
        "history": InMemoryHistory(),
        "when_drawn": lambda: None,
    }
    return TerminalReader(**(given | settings))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("keys", "source"),
    [
        ("x = 1\r", "x = 1"),
        ("f(1,\r2)\r", "f(1,\n2)"),
        ("for i in r:\ri\r\r", "for i in r:\n    i\n    "),
        ("for i in r: i\r", "for i in r: i"),
        ("if a:\rif b:\rc\r\r", "if a:\n    if b:\n        c\n        "),
        (":explain (\r", ":explain ("),
        (
            ":why Traceback (most recent call last):\r  File x\rOSError: y\r",
            ":why Traceback (most recent call last):\n  File x\nOSError: y",
        ),
        (
            ":why Traceback (most recent call last):\r  File x\r\r",
            ":why Traceback (most recent call last):\n  File x\n",
        ),
        ("？\r", "？"),
        ("a\x1b\rb\r", "a\nb"),
        ("f(\r\tx)\r", "f(\n    x)"),
        ("\r", ""),
    ],
)
def test_enter_runs_what_is_complete(keyboard: PipeInput, keys: str, source: str) -> None:
    """Otherwise it opens a line, as deep as the one before and deeper after a colon."""
    keyboard.send_text(keys)
    assert reader().read() == source


def test_an_offered_line_is_there_to_edit(keyboard: PipeInput) -> None:
    """Enter alone runs it."""
    keyboard.send_text("\r")
    assert reader().read("print(1)") == "print(1)"


def test_ctrl_d_ends_the_input(keyboard: PipeInput) -> None:
    """And nothing is raised."""
    keyboard.send_text("\x04")
    assert reader().read() is None


def test_ctrl_c_gives_the_line_up(keyboard: PipeInput) -> None:
    """Whoever reads decides what that means."""
    keyboard.send_text("half\x03")
    with pytest.raises(KeyboardInterrupt):
        reader().read()


@pytest.mark.parametrize(("times", "found"), [(1, "newest"), (2, "older"), (3, "oldest")])
def test_the_arrow_goes_back_through_what_was_kept(
    keyboard: PipeInput, times: int, found: str
) -> None:
    """The newest first; what is typed is kept in its turn."""
    kept = ["oldest", "older", "newest"]
    history = KeptHistory(lambda: list(kept), kept.append)
    assert list(history.load_history_strings()) == ["newest", "older", "oldest"]
    # History is read in the background: the first prompt waits for a key.
    prompt = reader(history=history)
    keyboard.send_text("first\r")
    prompt.read()
    keyboard.send_text(UP * (times + 1) + "\r")
    assert prompt.read() == found
    assert kept[3] == "first"


@pytest.mark.parametrize(
    ("typed", "bottom"),
    [
        ("", " where we are"),
        ("layer(", " layer(size, stride=1)"),
        ("layer(2)", " where we are"),
        ("nothing(", " where we are"),
    ],
)
def test_the_bottom_line_shows_the_call_that_is_typed(typed: str, bottom: str) -> None:
    """Its parameters; elsewhere where the learner is."""
    prompt = reader()
    typed_into = SimpleNamespace(default_buffer=SimpleNamespace(document=Document(typed)))
    prompt._session = typed_into  # type: ignore[assignment]
    assert prompt._bottom_line() == bottom


def test_it_is_told_once_that_the_prompt_stands(keyboard: PipeInput) -> None:
    """What loads then loads once."""
    drawn: list[int] = []
    when_drawn: Callable[[], None] = lambda: drawn.append(1)  # noqa: E731
    prompt = reader(when_drawn=when_drawn)
    for _turn in range(2):
        keyboard.send_text("1\r")
        prompt.read()
    assert drawn == [1]


def test_a_further_line_has_dots_and_a_wrapped_one_has_blanks() -> None:
    """As wide as the prompt."""
    assert _continuation(4, 1, 0) == [("class:continuation", "... ")]
    assert _continuation(4, 1, 1) == "    "


@pytest.mark.parametrize("key", ["\r", " ", "q", "\x1b", "\x03"])
def test_a_pause_goes_on_with_a_key_that_types_nothing(keyboard: PipeInput, key: str) -> None:
    """The key is not found at the next prompt."""
    prompt = reader()
    keyboard.send_text(key)
    prompt.pause()
    keyboard.send_text("1\r")
    assert prompt.read() == "1"


@pytest.mark.parametrize("typed", ["y\r", "\x1b[200~y\x1b[201~\r", "y[0]\r"])
def test_what_is_typed_at_a_pause_is_not_lost(keyboard: PipeInput, typed: str) -> None:
    """It stands at the next prompt; further pauses do not wait for more."""
    prompt = reader()
    keyboard.send_text(typed)
    prompt.pause()
    prompt.pause()
    assert prompt.read() == typed.replace("\x1b[200~", "").replace("\x1b[201~", "").rstrip("\r")


def test_ctrl_d_at_a_pause_leaves_at_the_next_prompt(keyboard: PipeInput) -> None:
    """And no other pause is made on the way there."""
    prompt = reader()
    keyboard.send_text("\x04")
    prompt.pause()
    prompt.pause()
    assert prompt.read() is None


def test_history_in_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt after ten thousand inputs reads no more of them than are kept."""
    monkeypatch.setattr("conv1d_tutor.shell.terminal.HISTORY_LIMIT", 3)
    history = KeptHistory(list, lambda _text: None)
    for number in range(9):
        history.append_string(str(number))
    assert history.get_strings() == ["6", "7", "8"]
