"""Predictions and choices are read as people write them."""

import pytest

from conv1d_tutor.course.answers import read_choice, read_prediction

PREDICTIONS = [
    ("(4, 3, 2)", (4, 3, 2)),
    ("4, 3, 2", (4, 3, 2)),
    ("4 3 2", (4, 3, 2)),
    ("4x3x2", (4, 3, 2)),
    ("4×3×2", (4, 3, 2)),
    ("4 × 3 × 2", (4, 3, 2)),
    ("[4, 3, 2]", [4, 3, 2]),
    ("torch.Size([4, 3, 2])", (4, 3, 2)),
    ("Size([4, 3, 2])", (4, 3, 2)),
    ("torch.Size((4, 3, 2))", (4, 3, 2)),
    ("（4，3，2）", (4, 3, 2)),
    ("【４，３，２】", [4, 3, 2]),
    ("(4, 3, 6 - 5 + 1)", (4, 3, 2)),
    ("tensor(0.1683)", 0.1683),
    ("3", 3),
    ("-0.5", -0.5),
    ("3 * 2 * 5 + 3", 33),
    ("(3,)", (3,)),
    ("True", True),
    ("'zeros'", "zeros"),
    ("“zeros”", "zeros"),
    ("None", None),
]


@pytest.mark.parametrize(("text", "value"), PREDICTIONS)
def test_a_prediction_is_read(text: str, value: object) -> None:
    """Literals, sizes, PyTorch's own spelling, arithmetic and Chinese punctuation are read."""
    prediction = read_prediction(text)
    assert prediction is not None
    assert prediction.known
    expected = list(value) if isinstance(value, list) else value
    got = prediction.value
    assert (tuple(got) if isinstance(got, list | tuple) else got) == (
        tuple(expected) if isinstance(expected, list | tuple) else expected
    )
    assert type(got) is not bool or value is got


@pytest.mark.parametrize("text", ["?", "？", " ? ", ":skip", "：skip", "idk", "不知道"])
def test_not_knowing_is_an_answer(text: str) -> None:
    """`?` and its like are read as not knowing."""
    prediction = read_prediction(text)
    assert prediction is not None
    assert not prediction.known


@pytest.mark.parametrize(
    "text",
    [
        "conv1d(x).shape",
        "y",
        "x = 3",
        "(4, 3",
        "",
        "  ",
        "open('f')",
        "10**10**10",
        "1 / 0",
        "1" * 9999,
        "(" * 300 + ")" * 300,
        "lambda: 3",
        "print(3)",
        "9999999999999 * 9999999999999",
    ],
)
def test_what_would_have_to_be_run_is_no_prediction(text: str) -> None:
    """Code, and what is no Python at all, is not taken for a prediction; nothing hangs."""
    assert read_prediction(text) is None


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
