"""What is explained, asked for or not: zoom levels, lengths, plots, silent mistakes."""

import pytest

from .conftest import Transcript
from .test_session import ARTICLE

MARKS = {"formula": "channel 0   channel 1", "channels": "cut the window", "taps": "so far"}


@pytest.mark.parametrize(
    ("commands", "levels"),
    [
        ([":zoom 1", ":zoom 2", ":zoom 3"], ["formula", "channels", "taps"]),
        ([":zoom", ":zoom", ":zoom", ":zoom"], ["taps", "taps", "formula", "channels"]),
        ([":zoom 4", ":zoom"], ["taps", "formula"]),
    ],
)
def test_zoom_goes_to_the_next_level_or_the_one_named(
    transcript: Transcript, commands: list[str], levels: list[str]
) -> None:
    """From channels to taps to everything, and round to the formula."""
    pictures = transcript(*ARTICLE, "y[0,0,0]", *commands).split(">>> :zoom")[1:]
    found = [[level for level, mark in MARKS.items() if mark in shown] for shown in pictures]
    assert found == [[level] for level in levels]


def test_the_zoom_is_kept_for_the_next_number(transcript: Transcript) -> None:
    """It may be chosen before anything is drawn."""
    said = transcript(*ARTICLE, ":zoom 3", "y[0,0,0]")
    assert "From now on numbers are explained at this zoom." in said
    assert "so far" in said


def test_a_silent_mistake_is_said_once(transcript: Transcript) -> None:
    """Whoever means it is not told again."""
    said = transcript(*ARTICLE, "z = x.reshape(4, 6, 2)", "z = x.reshape(4, 6, 2)")
    assert said.count("reshape gives the shape you want") == 1


def test_the_last_name_bound_is_looked_at(transcript: Transcript) -> None:
    """For a silent mistake, where an input binds several."""
    said = transcript(*ARTICLE, "k = 1; z = x.reshape(4, 6, 2)")
    assert "reshape gives the shape you want" in said


def test_a_length_is_worked_out_for_an_output_and_for_a_layer(transcript: Transcript) -> None:
    """`:length` alone takes the last output; with a layer and a number, that input."""
    assert "floor(1 / 1) + 1 = 2" in transcript(*ARTICLE, ":length")
    assert "floor(95 / 1) + 1 = 96" in transcript(*ARTICLE, ":length conv1d, 100")
    assert "x is no Conv1d." in transcript(*ARTICLE, ":length x 100")
    assert "No convolution has been run yet" in transcript(":length")


def test_what_leads_to_no_convolution_is_said(transcript: Transcript) -> None:
    """By the name that was typed."""
    said = transcript(*ARTICLE, ":plot torch.zeros(2)", ":slide nope", ":plot")
    assert "torch.zeros(2) does not lead to a convolution." in said
    assert "NameError: name 'nope' is not defined" in said
    assert "│" in said


def test_why_explains_the_last_error_or_a_text(transcript: Transcript) -> None:
    """There may have been none, or one that has no more to it."""
    assert "there was none" in " ".join(transcript(":why").split())
    assert "nothing more to say" in " ".join(transcript("raise ValueError(1)", ":why").split())
    assert "not one that :why knows" in " ".join(transcript(":why all is lost").split())
    assert transcript(*ARTICLE, "conv1d(torch.rand(4, 6, 2))", ":why").count("you gave") == 2


def test_explain_takes_the_last_value(transcript: Transcript) -> None:
    """As `_` does; shown again even though it has just been drawn."""
    assert transcript(*ARTICLE, "y[0,0,0]", ":explain").count("sum the channels") == 2


def test_shapes_take_the_layer_last_made(transcript: Transcript) -> None:
    """None is said where there is none."""
    assert "33 parameters" in transcript(*ARTICLE, ":shapes")
    assert "There is no layer yet." in transcript(":shapes")
