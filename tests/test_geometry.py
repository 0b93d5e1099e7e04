"""The index arithmetic of a 1-D convolution."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conv1d_tutor.geometry import PADDING_MODES, Conv1dGeometry


@st.composite
def geometries(draw):
    """Draw a geometry with an input length that its kernel fits."""
    groups = draw(st.integers(1, 3))
    stride = draw(st.integers(1, 4))
    length = draw(st.integers(1, 12))
    padding = draw(st.one_of(st.integers(0, 4), st.sampled_from(["same", "valid"])))
    if padding == "same":
        stride = 1
    geometry = Conv1dGeometry(
        groups * draw(st.integers(1, 3)),
        groups * draw(st.integers(1, 3)),
        draw(st.integers(1, 5)),
        stride,
        padding,
        draw(st.integers(1, 3)),
        groups,
        draw(st.sampled_from(PADDING_MODES)),
    )
    left, right = geometry.padding_left, geometry.padding_right
    shortest = max(left, right) + 1 if geometry.padding_mode != "zeros" else 1
    length = max(length, shortest, geometry.effective_kernel_size - left - right)
    return geometry, length


def test_article_layer():
    """Conv1d(2, 3, 5) on length 6 has two windows, 0..4 and 1..5, and reads both channels."""
    geometry = Conv1dGeometry(2, 3, 5)
    assert geometry.output_length(6) == 2
    assert list(geometry.window(0)) == [0, 1, 2, 3, 4]
    assert list(geometry.window(1)) == [1, 2, 3, 4, 5]
    assert geometry.weight_shape == (3, 2, 5)
    assert list(geometry.input_channels_of(2)) == [0, 1]


def test_stride_padding_dilation():
    """Output 1 with stride 2, padding 3, dilation 2 stands on 1*2-3+0*2 = -1, then 1, then 3."""
    geometry = Conv1dGeometry(1, 1, 3, stride=2, padding=3, dilation=2)
    assert geometry.effective_kernel_size == 5
    assert [geometry.input_position(1, tap) for tap in range(3)] == [-1, 1, 3]
    assert geometry.output_length(6) == (6 + 2 * 3 - 2 * (3 - 1) - 1) // 2 + 1


def test_same_puts_the_odd_zero_right():
    """An even kernel needs an odd number of zeros in all: the extra one goes to the right."""
    geometry = Conv1dGeometry(1, 1, 4, padding="same")
    assert (geometry.padding_left, geometry.padding_right) == (1, 2)
    assert geometry.output_length(10) == 10


def test_valid_adds_nothing():
    """`valid` is no padding."""
    geometry = Conv1dGeometry(1, 1, 4, padding="valid")
    assert geometry.padded_length(10) == 10


@pytest.mark.parametrize(
    ("mode", "row"),
    [
        ("zeros", [None, None, 0, 1, 2, 3, None, None]),
        ("reflect", [2, 1, 0, 1, 2, 3, 2, 1]),
        ("replicate", [0, 0, 0, 1, 2, 3, 3, 3]),
        ("circular", [2, 3, 0, 1, 2, 3, 0, 1]),
    ],
)
def test_what_stands_in_the_padding(mode, row):
    """Each padding mode shows its own input positions beyond the ends."""
    geometry = Conv1dGeometry(1, 1, 3, padding=2, padding_mode=mode)
    assert [geometry.source_position(position, 4) for position in range(-2, 6)] == row


@given(geometries())
def test_reach_is_the_window_turned_round(drawn):
    """An input reaches exactly the output positions whose window shows it, tap by tap."""
    geometry, length = drawn
    seen = {position: [] for position in range(length)}
    for output_position in range(geometry.output_length(length)):
        for tap, position in enumerate(geometry.window(output_position)):
            source = geometry.source_position(position, length)
            if source is not None:
                seen[source].append((output_position, tap))
    for position, pairs in seen.items():
        assert geometry.reached_from(position, length) == tuple(pairs)
    assert geometry.unread_positions(length) == tuple(p for p, pairs in seen.items() if not pairs)


@given(geometries())
def test_windows_stay_inside_the_padded_input(drawn):
    """The last window ends inside the padded input, and one more would not."""
    geometry, length = drawn
    last = geometry.output_length(length) - 1
    end = length + geometry.padding_right
    assert geometry.window(0)[0] == -geometry.padding_left
    assert geometry.window(last)[-1] < end
    assert geometry.window(last + 1)[-1] >= end


@given(geometries())
def test_channels_of_a_group_agree(drawn):
    """An output channel reads an input channel exactly when that one is said to reach it."""
    geometry, _ = drawn
    for output_channel in range(geometry.out_channels):
        read = geometry.input_channels_of(output_channel)
        assert len(read) == geometry.weight_shape[1]
        for input_channel in range(geometry.in_channels):
            reaches = output_channel in geometry.output_channels_of(input_channel)
            assert reaches == (input_channel in read)


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"groups": 0}, ValueError, "groups must be a positive integer"),
        ({"in_channels": 3, "groups": 2}, ValueError, "in_channels must be divisible by groups"),
        ({"out_channels": 3, "groups": 2}, ValueError, "out_channels must be divisible by groups"),
        ({"padding": "causal"}, ValueError, "Invalid padding string 'causal', should be one of"),
        (
            {"padding": "same", "stride": 2},
            ValueError,
            "padding='same' is not supported for strided convolutions",
        ),
        ({"padding_mode": "mirror"}, ValueError, "padding_mode must be one of"),
        ({"padding": -1}, RuntimeError, "negative padding is not supported"),
        ({"stride": 0}, RuntimeError, "non-positive stride is not supported"),
        ({"dilation": 0}, RuntimeError, "non-positive dilation is not supported"),
    ],
)
def test_refused_hyper_parameters(arguments, error, text):
    """What PyTorch refuses is refused with its type and text."""
    with pytest.raises(error) as caught:
        Conv1dGeometry(**{"in_channels": 2, "out_channels": 2, "kernel_size": 5} | arguments)
    assert str(caught.value).startswith(text)


def test_too_short_an_input():
    """The message has the padded length and the dilated kernel."""
    with pytest.raises(RuntimeError) as caught:
        Conv1dGeometry(2, 3, 5, padding=1, dilation=2).output_length(6)
    assert str(caught.value) == (
        "Calculated padded input size per channel: (8). Kernel size: (9). "
        "Kernel size can't be greater than actual input size"
    )


def test_geometry_of_a_layer():
    """Any object with the layer's attributes has a geometry."""

    class Layer:
        in_channels, out_channels, kernel_size, stride = 2, 4, (3,), (1,)
        padding, dilation, groups, padding_mode = "same", (2,), 2, "reflect"

    assert Conv1dGeometry.of(Layer) == Conv1dGeometry(2, 4, 3, 1, "same", 2, 2, "reflect")
