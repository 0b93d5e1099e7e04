"""The outputs that an input number touches."""

import pytest

from .drawing import drawn


@pytest.mark.parametrize(
    ("layer", "outputs"),
    [
        ("nn.Conv1d(2, 3, 3)", "z[0,:,0]"),
        ("nn.Conv1d(2, 6, 3, groups=2)", "z[0,3:6,0]"),
        ("nn.Conv1d(2, 2, 3, groups=2)", "z[0,1,0]"),
    ],
)
def test_the_filters_that_see_it_are_an_index(layer: str, outputs: str) -> None:
    """All, some or one of them: what is written can be typed."""
    shown = drawn("v[0,1,2]", f"v = torch.rand(1, 2, 6)\nc = {layer}\nz = c(v)")
    assert outputs in shown


def test_many_touches_are_counted() -> None:
    """Twelve are drawn."""
    shown = drawn("v[0,0,20]", "c = nn.Conv1d(1, 1, 15)\nv = torch.rand(1, 1, 40)\nz = c(v)")
    assert "It touches 15 output numbers: 15 positions of 1 filters." in shown
    assert "  … and 3 more\n" in shown
    assert shown.count("c.weight[") == 12


def test_an_input_that_no_window_reads_says_so() -> None:
    """And nothing is drawn of it."""
    shown = drawn("v[0,0,5]", "v = torch.rand(1, 2, 6)\nc = nn.Conv1d(2, 1, 2, stride=3)\nz = c(v)")
    assert shown.strip().endswith("No window reaches it: it touches no output at all.")


def test_copies_by_the_padding_are_told() -> None:
    """Where the padding repeats a number, it is met there as well."""
    layer = "c = nn.Conv1d(2, 1, 3, padding=1, padding_mode='circular')\n"
    assert "(repeated at 6)" in drawn("v[0,0,0]", f"v = torch.rand(1, 2, 6)\n{layer}z = c(v)")
