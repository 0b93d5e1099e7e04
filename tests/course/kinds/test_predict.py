"""Predictions are read as people write them."""

import pytest

from conv1d_tutor.course.kinds.predict import read_prediction

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
    ("7 // 2 + 1", 4),
    ("7 / 2", 3.5),
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
