"""The output length: inputs that no window reads are listed."""

import pytest

from conv1d_tutor.explain import explain_length
from conv1d_tutor.view import Look
from conv1d_tutor.view.pictures import picture
from tests.explain.article import evaluate

from .test_screens import names_of


@pytest.mark.parametrize(
    ("length", "listed"),
    [(16, "1, 3, 5, 7, 9, 11, 13, 15."), (18, "1, 3, 5, 7, 9, 11, 13, 15, ….")],
)
def test_eight_unread_inputs_are_listed(length: int, listed: str) -> None:
    """More are said to be more."""
    layer = evaluate(names_of(), "nn.Conv1d(1, 1, 1, stride=2)")
    lines = picture(explain_length(layer, length), Look()).lines(80)
    said = " ".join(line.plain.strip() for line in lines)
    assert f"No window reaches input position {listed}" in said
