"""The colours of every picture: what is good is green and what is bad is red, in each of them."""

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from rich.text import Text

from conv1d_tutor.explain import (
    Explorer,
    convolution_behind,
    decode_error,
    explain,
    explain_length,
    series_of,
    silent_mistake,
)
from conv1d_tutor.view import Look, explorer, slide, theme
from conv1d_tutor.view.pictures import picture, plot_picture
from conv1d_tutor.view.prose import prose
from tests.explain.article import evaluate, run

from .conftest import LETTERS, compare
from .test_screens import ERRORS, MARKDOWN, PICTURES, names_of

Coloured = Callable[[str, list[Text]], None]
PADDED = "torch.manual_seed(3)\nc = nn.Conv1d(2, 2, 3, padding=2, dilation=2)\n"


@pytest.mark.parametrize(
    "name",
    ["element", "overview", "weight", "bias", "reach", "layer", "hand-sum-window", "detached"],
)
def test_an_explanation(coloured: Coloured, name: str) -> None:
    """The article's own values."""
    names = names_of()
    found = explain(evaluate(names, PICTURES[name]), names, PICTURES[name])
    coloured(name, picture(found, Look()).lines(80))


@pytest.mark.parametrize("zoom", ["formula", "taps"])
def test_the_other_zoom_levels(coloured: Coloured, zoom: Any) -> None:
    """One element as a line, and tap by tap."""
    names = names_of()
    found = explain(names["y"][0, 0, 0], names, "y[0,0,0]")
    coloured(f"element-{zoom}", picture(found, Look(), zoom).lines(80))


def test_padding_and_gaps(coloured: Coloured) -> None:
    """Padding and the inputs between the taps are quiet."""
    names = names_of(PADDED + "v = torch.randn(1, 2, 9)\nz = c(v)")
    found = explain(evaluate(names, "z[0,1,0]"), names, "z[0,1,0]")
    coloured("padding-dilation", picture(found, Look()).lines(80))


def test_an_error(coloured: Coloured) -> None:
    """What was given wrong is bad, what is needed in its place is good."""
    names = names_of()
    with pytest.raises(Exception) as error:  # noqa: PT011 - which one it is, is PyTorch's affair
        run(names, ERRORS["error-channels-last"])
    fault = decode_error(error.value, ERRORS["error-channels-last"], names)
    assert fault is not None
    coloured("error", picture(fault, Look()).lines(80))


def test_a_silent_mistake(coloured: Coloured) -> None:
    """It is drawn as an error is."""
    names = names_of()
    made = evaluate(names, "x.reshape(4, 6, 2)")
    mistake = silent_mistake(made, names, "z = x.reshape(4, 6, 2)")
    assert mistake is not None
    coloured("silent", picture(mistake, Look()).lines(80))


@pytest.mark.parametrize(("name", "length"), [("length", 14), ("length-too-short", 2)])
def test_a_length(coloured: Coloured, name: str, length: int) -> None:
    """Inputs that no window reads, and a kernel that does not fit, are bad."""
    made = evaluate(names_of(), "nn.Conv1d(2, 3, 3, stride=3, padding=1, dilation=2)")
    coloured(name, picture(explain_length(made, length), Look()).lines(80))


def test_shapes(coloured: Coloured) -> None:
    """A layer that the shape does not fit is bad."""
    names = names_of("net = nn.Sequential(nn.Conv1d(2, 4, 3), nn.Linear(5, 2))")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        coloured("shapes", picture(explain(names["net"], names, "net"), Look()).lines(80))


def test_the_sliding_window(coloured: Coloured) -> None:
    """A frame with padding in it."""
    names = names_of(PADDED + "v = torch.rand(1, 2, 9)\nz = c(v)")
    convolution = convolution_behind(names["z"], names)
    assert convolution is not None
    coloured("slide", slide.frame(convolution, 1, Look()).lines(80))


def test_the_explorer(coloured: Coloured) -> None:
    """What was changed is marked."""
    names = names_of()
    convolution = convolution_behind(names["y"], names)
    assert convolution is not None
    state = Explorer.of(convolution).pin().moved(position=1).adjusted("padding", 1)
    coloured("explorer", explorer.screen(state, Look(), 80, 24))


def test_a_plot(coloured: Coloured) -> None:
    """Each channel in its band, the output apart."""
    names = names_of()
    convolution = convolution_behind(names["y"], names)
    assert convolution is not None
    coloured("plot", plot_picture(series_of(convolution), Look()).lines(60))


def test_prose(coloured: Coloured) -> None:
    """Code, emphasis and headings stand out."""
    coloured("prose", prose(MARKDOWN, Look()).lines(60))


def test_the_theme() -> None:
    """Every style, on the terminal's own colours, on dark and on light."""
    themes = [theme(background).styles for background in ("ansi", "dark", "light")]
    lines = [
        f"{name}: {' | '.join(str(styles[name]) for styles in themes)}" for name in sorted(LETTERS)
    ]
    compare("colours", "theme", "\n".join([*lines, ""]))
