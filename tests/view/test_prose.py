"""A lesson's Markdown, block by block."""

import pytest

from conv1d_tutor.view import Look
from conv1d_tutor.view.prose import prose


@pytest.mark.parametrize(
    ("markdown", "drawn"),
    [
        ("1. one\n2. two\n3. three", ["  1. one", "  2. two", "  3. three"]),
        ("3. one\n4. two", ["  3. one", "  4. two"]),
        ("- a\n  1. b\n  2. c\n- d", ["  • a", "    1. b", "    2. c", "  • d"]),
        ("a\nb", ["  a b"]),
        ("卷积\n核", ["  卷积核"]),
        ("a\n\nb", ["  a", "", "  b"]),
        ("a  \nb", ["  a", "  b"]),
        ("> a\n\nb", ["    a", "", "  b"]),
        ("```\nx = [1]\n\ny\n```", ["    x = [1]", "", "    y"]),
        ("a <b> &amp; [c](d)", ["  a <b> & c"]),
        ("a\tb\x1b[0m", ["  a b[0m"]),
        ("", []),
    ],
)
def test_a_block_is_drawn(markdown: str, drawn: list[str]) -> None:
    """Numbers count on, lines join as their language joins them, markup is no markup."""
    assert [line.plain.rstrip() for line in prose(markdown, Look()).lines(60)] == drawn


def test_lines_are_no_longer_than_one_reads_well() -> None:
    """On a wide terminal too."""
    assert all(line.cell_len <= 76 for line in prose("word " * 100, Look()).lines(200))
