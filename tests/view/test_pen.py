"""Lines are as wide as the screen, and what just fits stays beside what it belongs to."""

import pytest

from conv1d_tutor.view.pen import Look, Pen

BESIDE, BELOW = ["  name    beside"], ["  name", "  beside"]


@pytest.mark.parametrize(("width", "lines"), [(17, BESIDE), (16, BESIDE), (15, BELOW)])
@pytest.mark.parametrize("clipped", [False, True])
def test_a_title_has_beside_it_what_fits(width: int, lines: list[str], clipped: bool) -> None:
    """Sixteen cells take a name of four and six beside it; on fewer it goes below."""
    drawn = Pen(Look(), width).title(("name", "heading"), beside="beside", clipped=clipped)
    assert [line.plain for line in drawn] == lines


@pytest.mark.parametrize(
    ("room", "lines"), [(11, ["  aaa   bbb", "  ccc"]), (10, ["  aaa", "  bbb", "  ccc"])]
)
def test_pieces_flow_over_lines(room: int, lines: list[str]) -> None:
    """Each stays whole; two of three cells and the gap between them take eleven."""
    pieces = [[("aaa", "")], [("b", ""), ("bb", "")], [("ccc", "")]]
    assert [line.plain for line in Pen(Look(), 40).flow(pieces, room)] == lines


def test_a_line_that_is_cut_says_so() -> None:
    """In the characters of the look."""
    assert Pen(Look(), 5).line("abcdefg").plain == "abcd…"
    assert Pen(Look(ascii=True), 5).line("abcdefg").plain == "ab..."
    assert Pen(Look(), 7).line("abcdefg").plain == "abcdefg"
