"""An element with many channels or taps: what is drawn, what is summed up, what is said."""

import pytest

from conv1d_tutor.view import Look
from conv1d_tutor.view.theme import band

from .drawing import drawn

MANY = (
    "c = nn.Conv1d(8, 1, 2)\nv = torch.arange(24.).reshape(1, 8, 3)\n"
    "with torch.no_grad():\n    c.weight.fill_(1)\n    c.bias.fill_(0.5)\nz = c(v)"
)
"""Channel n gives 3 * n + (3 * n + 1) = 6 * n + 1 at position 0; all together 176."""


def test_many_channels_are_summed_up() -> None:
    """The three that contribute most are drawn, 7, 6 and 5; the others give 65 together."""
    lines = [" ".join(line.split()) for line in drawn("z[0,0,0]", MANY).splitlines()]
    assert [line for line in lines if line.startswith("channel ")] == [
        f"channel {n} v[0,{n}] with c.weight[0,{n}]" for n in (5, 6, 7)
    ]
    assert "5 more channels, not drawn 65.0" in lines
    assert "sum the channels 176.0" in lines
    assert "add the bias c.bias[0] 0.5" in lines
    assert "z[0,0,0] 176.5" in lines


def test_many_channels_are_summed_up_in_words() -> None:
    """The sum says that it goes on; with nothing left out it has every term."""
    said = drawn("z[0,0,0]", MANY, look=Look(plain=True))
    assert "5 more channels give 65.0 together." in said
    assert "sum the channels: 31.0 + 37.0 + 43.0 + … = 176.0" in said
    whole = drawn("z[0,0,0]", MANY, look=Look(plain=True), zoom="everything", width=200)
    assert "sum the channels: 1.0 + 7.0 + 13.0 + 19.0 + 25.0 + 31.0 + 37.0 + 43.0 = 176.0" in whole


def test_the_zoom_decides_what_is_said() -> None:
    """The formula has no taps; every other level has them."""
    formula = drawn("y[0,0,0]", look=Look(plain=True), zoom="formula")
    assert "times" not in formula
    assert "sum the channels" in formula
    assert drawn("y[0,0,0]", look=Look(plain=True), zoom="taps").count("times") == 10


@pytest.mark.parametrize(("position", "said"), [(0, False), (1, True)])
def test_a_stride_is_explained_where_it_shows(position: int, said: bool) -> None:
    """The first window starts where it would without one."""
    layer = "c = nn.Conv1d(2, 1, 2, stride=3, padding=1)\nz = c(x)"
    shown = drawn(f"z[0,0,{position}]", layer)
    assert ("stride 3: output position 1 starts at 1 × 3 − 1." in shown) is said
    assert ("stride" in shown) is said


@pytest.mark.parametrize(("taps", "said"), [(40, True), (9, False)])
def test_taps_that_are_folded_are_counted(taps: int, said: bool) -> None:
    """Their products are in the sums."""
    layer = f"c = nn.Conv1d(1, 1, {taps})\nv = torch.rand(1, 1, {taps})\nz = c(v)"
    shown = " ".join(drawn("z[0,0,0]", layer).split())
    assert ("taps are not drawn here; their products are in the sums." in shown) is said


def test_groups_say_what_is_left_out() -> None:
    """Runs of channels are written shortly."""
    layer = "c = nn.Conv1d(8, 2, 1, groups=2)\nz = c(torch.rand(1, 8, 2))"
    shown = " ".join(drawn("z[0,1,0]", layer).split())
    assert "groups 2: filter 1 sees channels 4–7 only; 0–3 left out." in shown


@pytest.mark.parametrize(("size", "seen", "left_out"), [(2, "2, 3", "0, 1"), (3, "3–5", "0–2")])
def test_three_channels_in_a_row_are_a_run(size: int, seen: str, left_out: str) -> None:
    """Two are written one by one."""
    layer = f"c = nn.Conv1d({2 * size}, 2, 1, groups=2)\nz = c(torch.rand(1, {2 * size}, 2))"
    shown = " ".join(drawn("z[0,1,0]", layer).split())
    assert f"filter 1 sees channels {seen} only; {left_out} left out." in shown


def test_rounding_is_said_only_where_there_was_any() -> None:
    """Whole numbers work out as they stand."""
    assert "Rounded" not in drawn("z[0,0,0]", MANY.replace("0.5", "1"))
    assert "Rounded to be read" in drawn("y[0,0,0]")


@pytest.mark.parametrize(("channels", "said"), [(5, False), (6, True)])
def test_a_formula_of_six_terms_can_be_exact(channels: int, said: bool) -> None:
    """Five channels and the bias; beyond that nobody adds them up."""
    whole = MANY.replace("8", str(channels)).replace("24.", f"{3 * channels}.").replace("0.5", "1")
    assert ("Rounded" in drawn("z[0,0,0]", whole, zoom="formula")) is said


def test_after_six_channels_the_bands_begin_anew() -> None:
    """Numbers beside them tell them apart."""
    assert [band(channel) for channel in (0, 5, 6, 13)] == [
        "channel.0",
        "channel.5",
        "channel.0",
        "channel.1",
    ]
