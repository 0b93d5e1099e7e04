"""Lines end where a reader of either language expects them to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from conv1d_tutor.view.wrapping import wrap


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
