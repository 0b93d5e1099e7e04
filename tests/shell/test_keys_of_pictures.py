"""What each key does to a picture that moves, without a terminal: the keys are pressed by hand."""

import io
from collections.abc import Callable, Mapping

import pytest
from rich.text import Text

import conv1d_tutor.engine as torch
from conv1d_tutor.explain import Convolution, convolution_behind
from conv1d_tutor.shell.screen import Screen
from conv1d_tutor.shell.slide_and_explore import explore, slide
from conv1d_tutor.view import Look
from tests.explain.article import article


class Keys:
    """Stands for the live picture: presses keys, a blank in the list is a tick of the clock."""

    pressed: tuple[str, ...] = ()
    shown: list[str] = []  # noqa: RUF012 - the fixture gives each test its own
    settings: dict[str, object] = {}  # noqa: RUF012

    def __init__(
        self,
        draw: Callable[[int, int], list[Text]],
        keys: Mapping[str, Callable[[], None]],
        **settings: object,
    ) -> None:
        self._draw, self._keys = draw, keys
        Keys.settings = settings

    def run(self) -> None:
        """Press the keys, and take note of what is on the screen after each."""
        tick = Keys.settings.get("tick")
        for key in Keys.pressed:
            if key == "tick" and callable(tick):
                tick()
            else:
                self._keys[key]()
            Keys.shown.append("\n".join(line.plain for line in self._draw(80, 24)))


class TerminalScreen(Screen):
    """A screen on which lines can be drawn anew."""

    redraws = True


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conv1d_tutor.shell.slide_and_explore.LivePicture", Keys)
    Keys.shown = []


def convolution(layer: str = "nn.Conv1d(2, 3, 2)") -> Convolution:
    """Return a convolution of the article's input with five output positions."""
    names = article(torch)
    exec(f"c = {layer}\nz = c(x)", names)
    found = convolution_behind(names["z"], names)
    assert found is not None
    return found


def screen() -> Screen:
    """Return a screen of 80 columns."""
    return TerminalScreen(Look(), file=io.StringIO(), width=80)


@pytest.mark.parametrize(
    ("pressed", "window", "element"),
    [
        (["right"], 2, "z[0,0,1]"),
        (["right", "left", "left"], 1, "z[0,0,0]"),
        (["end"], 5, "z[0,0,4]"),
        (["end", "right"], 5, "z[0,0,4]"),
        (["end", "home"], 1, "z[0,0,0]"),
        ([" ", " "], 3, "z[0,0,2]"),
        (["down", "down"], 1, "z[0,2,0]"),
        (["up"], 1, "z[0,2,0]"),
        (["pagedown"], 1, "z[1,0,0]"),
        (["pageup"], 1, "z[3,0,0]"),
        (["tick"], 1, "z[0,0,0]"),
        (["a", "tick", "tick"], 3, "z[0,0,2]"),
        (["a", *["tick"] * 9], 5, "z[0,0,4]"),
        (["a", "tick", "a", "tick"], 2, "z[0,0,1]"),
        (["a", "tick", "left", "tick"], 1, "z[0,0,0]"),
        (["end", "a", "tick"], 2, "z[0,0,1]"),
    ],
)
def test_the_window_slides(pressed: list[str], window: int, element: str) -> None:
    """Within the output, through filters and samples, and by itself until the end."""
    Keys.pressed = tuple(pressed)
    drawn = screen()
    slide(convolution(), drawn)
    assert f"window {window} of 5" in Keys.shown[-1]
    assert element in Keys.shown[-1]
    assert drawn.last_picture is not None
    left = "\n".join(line.plain for line in drawn.last_picture.lines(80))
    assert element in left
    assert "q back" in Keys.shown[-1]


def test_the_clock_stops_with_the_window() -> None:
    """Nothing is drawn anew where nothing moves."""
    Keys.pressed = ("a", *["tick"] * 4)
    slide(convolution(), screen())
    tick = Keys.settings["tick"]
    assert callable(tick)
    assert tick() is False


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("k", "nn.Conv1d(2, 3, 3)"),
        ("K", "nn.Conv1d(2, 3, 1)"),
        ("s", "nn.Conv1d(2, 3, 2, stride=2)"),
        ("p", "nn.Conv1d(2, 3, 2, padding=1)"),
        ("d", "nn.Conv1d(2, 3, 2, dilation=2)"),
    ],
)
def test_a_letter_changes_the_layer_and_shift_changes_it_back(key: str, code: str) -> None:
    """The line that makes it is on the screen."""
    Keys.pressed = (key, key.swapcase())
    explore(convolution(), screen())
    assert f">>> c = {code}" in Keys.shown[0]
    assert ">>> c = nn.Conv1d(2, 3, 2)\n" in Keys.shown[1]


@pytest.mark.parametrize(
    ("pressed", "element"),
    [
        (["right", "down", "pagedown"], "z[1,1,1]"),
        (["right", "left", "down", "up", "pagedown", "pageup"], "z[0,0,0]"),
    ],
)
def test_the_cell_moves(pressed: list[str], element: str) -> None:
    """And what was left is the picture that is kept."""
    Keys.pressed = tuple(pressed)
    left = explore(convolution(), screen())
    assert f"{element} = " in Keys.shown[-1]
    assert left is not None
    assert f"{element} = " in left.lines(80)[1].plain


def test_space_keeps_a_number_and_r_goes_back() -> None:
    """The pinned one stays beside the one that moves."""
    Keys.pressed = (" ", "right", "p", "r")
    explore(convolution(), screen())
    assert "pinned  z[0,0,0]" in Keys.shown[1]
    assert "padding 1*" in Keys.shown[2]
    assert "padding 0 " in Keys.shown[3]


def test_on_paper_the_frames_left_out_are_counted() -> None:
    """One that is left out is one position, two are two positions."""
    for length, said in ((26, "1 more position is left out."), (27, "2 more positions are")):
        names = article(torch)
        exec(f"c = nn.Conv1d(1, 1, 2)\nz = c(torch.rand(1, 1, {length}))", names)
        found = convolution_behind(names["z"], names)
        assert found is not None
        paper = io.StringIO()
        slide(found, Screen(Look(), file=paper, width=80))
        assert said in paper.getvalue()
        assert "window 24 of" in paper.getvalue()
        assert "window 25 of" not in paper.getvalue().replace(f"window 25 of {length}", "!")
