"""Text from outside steers no terminal, and is otherwise left alone."""

import pytest

from conv1d_tutor.printable import one_line, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\x9b0m\x07\x7f", "a0m"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\u202etxt.exe\u2066", "txt.exe"),
        ("\ufeff卷积，\u3000é", "卷积，\u3000é"),
        ("half \ud800 a character", "half  a character"),
    ],
)
def test_control_characters_are_dropped(text: str, shown: str) -> None:
    """So are marks that turn the direction around; line ends are all alike."""
    assert printable(text) == shown


def test_a_line_is_one_line() -> None:
    """Line ends and tabs become blanks where there is room for one line only."""
    assert one_line("a\r\nb\tc\x1b") == "a b c"
    assert printable("a\tb\n", keep="\n") == "a b\n"
