"""A frame of the sliding window: channels left out, and the outputs so far."""

import pytest

from conv1d_tutor.explain import convolution_behind
from conv1d_tutor.view import Look, slide

from .test_screens import names_of


def frame(channels: int, number: int, *, look: Look | None = None, length: int = 12) -> list[str]:
    """Return the lines of one frame."""
    names = names_of(f"c = nn.Conv1d({channels}, 1, 2)\nz = c(torch.ones(1, {channels}, {length}))")
    convolution = convolution_behind(names["z"], names)
    assert convolution is not None
    assert slide.frame_count(convolution) == length - 1
    return [line.plain for line in slide.frame(convolution, number, look or Look()).lines(80)]


@pytest.mark.parametrize(
    ("channels", "left_out"),
    [(8, []), (9, ["… and 1 more channel"]), (10, ["… and 2 more channels"])],
)
def test_channels_left_out_are_counted(channels: int, left_out: list[str]) -> None:
    """Eight are drawn."""
    lines = frame(channels, 0)
    assert [line.strip() for line in lines if line.startswith("  … and")] == left_out


@pytest.mark.parametrize(("number", "filled"), [(0, 1), (2, 3), (5, 6), (6, 1), (10, 5)])
def test_outputs_are_filled_in_up_to_the_window(number: int, filled: int) -> None:
    """Page by page, so that none moves; the last one ends the row."""
    row = next(line for line in frame(1, number) if line.startswith("  z[0,0,:]"))
    numbers = row.replace("[", " ").replace("]", " ").split()[2:]
    assert len([text for text in numbers if text[-1].isdigit()]) == filled
    assert row.endswith("…") is (number < 6)


def test_in_words_it_is_one_sentence() -> None:
    """Which positions, and the sum."""
    (line,) = frame(1, 3, look=Look(plain=True))
    assert line.startswith("z[0,0,3]: the window covers positions 3 to 4; sum ")
