"""Choices are read as people write them."""

import pytest

from conv1d_tutor.course.kinds.choice import read_choice


@pytest.mark.parametrize(
    ("text", "key"),
    [
        *((text, "b") for text in ("b", "B", "b)", "(b)", '"b"', "'b'", "ｂ", "Ｂ", "（b）", "b.")),
        *((text, "b") for text in (" b ", "2", "２", "b。", "“b”", "b、")),
        ("a", "a"),
        ("1", "a"),
        *((text, None) for text in ("d", "4", "0", "", "ab", "b = 3", "conv1d", "-1")),
    ],
)
def test_a_choice_is_read(text: str, key: str | None) -> None:
    """Letter in any dress, or its number; anything else is no choice."""
    assert read_choice(text, ["a", "b", "c"]) == key


@pytest.mark.parametrize(("text", "key"), [("3", "b"), ("5", "c"), ("1", None), ("b", "b")])
def test_where_the_options_are_numbers_a_number_is_what_it_says(text: str, key: str | None) -> None:
    """Who answers "how many" with the right number has not chosen the third option."""
    assert read_choice(text, ["a", "b", "c", "d"], ["2", "3", "5", "6"]) == key
