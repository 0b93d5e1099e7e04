"""Lines end where a reader of either language expects them to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from conv1d_tutor.view import Look
from conv1d_tutor.view.prose import prose
from conv1d_tutor.view.wrapping import HELD, wrap


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("one two", 7, ["one two"]),
        ("第一次遇到 Conv1d，它用来", 11, ["第一次遇到", "Conv1d，它", "用来"]),
        ("数字就行，结果", 8, ["数字就", "行，结果"]),
        ("它叫（甲）吗", 6, ["它叫", "（甲）", "吗"]),
        ("a\n\nb", 5, ["a", "", "b"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("", 5, [""]),
    ],
)
def test_lines_end_where_they_may(text: str, width: int, lines: list[str]) -> None:
    """At blanks and beside Chinese characters, never before a closing mark."""
    assert [line.plain for line in wrap(Text(text), width)] == lines


@given(st.text(alphabet="ab 中文，。（）“” 1", max_size=60), st.integers(2, 30))
def test_nothing_is_lost_and_nothing_runs_over(text: str, width: int) -> None:
    """All characters but blanks come out again in order, on lines that fit."""
    lines = [line.plain for line in wrap(Text(text), width)]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in lines)


def test_styles_stay_on_their_words() -> None:
    """A styled word keeps its style across the break."""
    first, second = wrap(Text.assemble(("红色", "red"), "的字", ("绿", "green")), 6)
    assert [(span.start, span.end, span.style) for span in first.spans] == [(0, 2, "red")]
    assert [span.style for span in second.spans] == ["green"]


def test_held_blanks_end_no_line_and_come_out_ordinary() -> None:
    """What is held together goes to the next line as one, with blanks that Python knows."""
    lines = [line.plain for line in wrap(Text(f"形状为 (3,{HELD}2,{HELD}5) 的权重"), 14)]
    assert lines == ["形状为", "(3, 2, 5) 的权", "重"]


@pytest.mark.parametrize("width", range(30, 80))
def test_short_code_in_prose_is_not_broken(width: int) -> None:
    """`nn.Conv1d(2, 3, 5)` stands on one line, wherever the line happens to end."""
    text = "东西都齐了：用 `nn.Conv1d(2, 3, 5)` 创建的 `conv1d`，和形状为 `(4, 2, 6)` 的 `x`。"
    drawn = [line.plain for line in prose(text, Look()).lines(width)]
    assert any("nn.Conv1d(2, 3, 5)" in line for line in drawn)
    assert any("(4, 2, 6)" in line for line in drawn)
