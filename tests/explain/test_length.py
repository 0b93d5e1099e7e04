"""The output length worked out, for every layer that PyTorch itself gives a length for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import conv1d_tutor.engine as torch
from conv1d_tutor.explain import LengthDerivation, explain_length
from conv1d_tutor.geometry import Conv1dGeometry


def test_the_articles_length() -> None:
    """Length 6 under a kernel of 5: two places."""
    length = explain_length(torch.nn.Conv1d(2, 3, 5), 6)
    assert length.room == 6 - 5
    assert length.output_length == 1 // 1 + 1
    assert [tuple(length.geometry.window(t)) for t in range(2)] == [
        (0, 1, 2, 3, 4),
        (1, 2, 3, 4, 5),
    ]
    assert length.unread == ()


def test_columns_that_no_window_reaches() -> None:
    """A stride of 3 over 8 with a kernel of 2 leaves 2 and 5 out."""
    length = LengthDerivation(8, Conv1dGeometry(1, 1, 2, stride=3))
    assert length.output_length == (8 - 2) // 3 + 1
    assert length.unread == (2, 5)


@given(
    st.integers(1, 40),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(0, 4),
    st.integers(1, 4),
)
def test_as_long_as_the_layer_says(
    length: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    """The length is the layer's own; windows stay inside; too short an input gives none."""
    layer = torch.nn.Conv1d(1, 1, kernel, stride=stride, padding=padding, dilation=dilation)
    worked = explain_length(layer, length)
    if not worked.fits:
        assert worked.output_length == 0
        with pytest.raises(RuntimeError, match="Kernel size can't be greater"):
            layer(torch.zeros(1, 1, length))
        return
    assert layer(torch.zeros(1, 1, length)).shape[-1] == worked.output_length
    last = worked.geometry.window(worked.output_length - 1)
    assert worked.geometry.window(0)[0] == -padding
    assert last[-1] < length + padding
    assert last[-1] + stride >= length + padding or stride > 1


def test_what_is_no_layer_is_refused() -> None:
    """Anything without a kernel is a TypeError that names it."""
    with pytest.raises(TypeError, match="not str"):
        explain_length("conv1d", 6)
    with pytest.raises(TypeError, match="not Conv1d"):
        explain_length(torch.nn.Conv1d(2, 3, (5, 5)), 6)
