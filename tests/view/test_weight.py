"""What a weight and a bias are for: rows left out, and where they are used."""

import pytest

from .drawing import drawn


@pytest.mark.parametrize(
    ("filters", "left_out"), [(6, []), (7, ["… and 2 more rows"]), (8, ["… and 4 more rows"])]
)
def test_rows_of_the_weight_left_out_are_counted(filters: int, left_out: list[str]) -> None:
    """Twelve rows are drawn, one for a filter and a channel."""
    lines = drawn("c.weight", f"c = nn.Conv1d(2, {filters}, 3)").splitlines()
    assert len([line for line in lines if line.startswith("  filter ")]) == 12
    assert [line.strip() for line in lines if "…" in line] == left_out


def test_one_row_left_out_is_one_row() -> None:
    """Not one rows."""
    assert "… and 1 more row\n" in drawn("c.weight", "c = nn.Conv1d(1, 13, 3)")


@pytest.mark.parametrize(("filters", "cut"), [(12, False), (13, True)])
def test_a_long_bias_is_said_to_be_cut(filters: int, cut: bool) -> None:
    """After twelve numbers."""
    lines = drawn("c.bias", f"c = nn.Conv1d(1, {filters}, 3)").splitlines()
    assert len([line for line in lines if line.startswith("  filter ")]) == 12
    assert ("  …" in lines) is cut


def test_a_row_wider_than_the_screen_is_said_to_be_cut() -> None:
    """By three dots at its end."""
    lines = drawn("c.weight", "c = nn.Conv1d(1, 1, 40)").splitlines()
    assert next(line for line in lines if line.startswith("  filter 0")).endswith("  …")


def test_a_tap_meets_the_inputs_of_each_window() -> None:
    """Padding and copies are told apart."""
    layer = "c = nn.Conv1d(2, 1, 3, padding=1{})\nz = c(x)"
    assert "0→pad, 1→0, 2→1, 3→2, …" in drawn("c.weight[0,0,0]", layer.format(""))
    copied = drawn("c.weight[0,0,0]", layer.format(", padding_mode='circular'"))
    assert "0→=5, 1→0, 2→1, 3→2, …" in copied


def test_four_windows_are_all_there_are() -> None:
    """Nothing is said to follow the last of them; a fifth is left out."""
    layer = "c = nn.Conv1d(2, 1, 3, padding={})\nz = c(x[:, :, :{}])"
    assert "0→0, 1→1, 2→2, 3→3." in drawn("c.weight[0,0,0]", layer.format(0, 6))
    assert "0→pad, 1→0, 2→1, 3→2, …." in drawn("c.weight[0,0,0]", layer.format(1, 5))


def test_a_filter_of_a_group_is_for_the_channels_it_sees() -> None:
    """The rows of filter 1 are for channels 2 and 3."""
    shown = drawn("c.weight", "c = nn.Conv1d(4, 2, 1, groups=2)")
    rows = [line.split("  ")[1] for line in shown.splitlines() if line.startswith("  filter ")]
    assert rows == [f"filter {f} · channel {c}" for f, c in ((0, 0), (0, 1), (1, 2), (1, 3))]
