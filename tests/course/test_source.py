"""Source is parsed once, and says what everyone asks of it."""

import pytest

from conv1d_tutor.course.source import Source


@pytest.mark.parametrize(
    ("source", "expression"),
    [
        ("y[0,0,0]  # 第0个数据样本,第0个输出通道", "y[0,0,0]"),
        ("a = y[0]\na[0,0]  # the first", "a[0,0]"),
        (" '#' + (", "'#' + ("),
        ("# nothing", "# nothing"),
    ],
)
def test_what_is_explained_is_named_without_its_comment(source: str, expression: str) -> None:
    """The article's lines carry comments, which are no part of the number's name."""
    assert Source.parse(source).shown == expression
