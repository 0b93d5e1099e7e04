"""The index arithmetic of a 1-D convolution."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conv1d_tutor.geometry import PADDING_MODES, Conv1dGeometry, receptive_field


@st.composite
def geometries(draw):
    """Draw a geometry with an input length that its kernel fits."""
    groups = draw(st.integers(1, 3))
    stride = draw(st.integers(1, 4))
    length = draw(st.integers(1, 12))
    pair = st.tuples(st.integers(0, 4), st.integers(0, 4))
    padding = draw(st.one_of(st.integers(0, 4), pair, st.sampled_from(["same", "valid"])))
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


def test_padding_by_hand_on_one_side():
    """Two zeros on the left only: output 0 stands on -2, -1, 0, and no window hangs out right."""
    geometry = Conv1dGeometry(1, 1, 3, padding=(2, 0))
    assert (geometry.padding_left, geometry.padding_right) == (2, 0)
    assert list(geometry.window(0)) == [0 * 1 - 2 + tap for tap in range(3)]
    assert geometry.output_length(5) == 5 + 2 + 0 - (3 - 1)
    assert geometry.reached_from(0, 5) == ((0, 2), (1, 1), (2, 0))


def test_padding_in_numbers_computes_the_same():
    """`same` over an even kernel is (1, 2), whatever the stride is changed to afterwards."""
    same = Conv1dGeometry(1, 1, 4, padding="same").in_numbers()
    assert same == Conv1dGeometry(1, 1, 4, padding=(1, 2))


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


def test_what_repeats_an_input_needs_one_long_enough():
    """Reflecting 2 numbers needs 3, repeating them in a circle 2; an edge can always be repeated.

    Where reflecting would run over the far end nothing stands.
    """
    lengths = {"zeros": 0, "replicate": 0, "reflect": 2 + 1, "circular": 2}
    for mode, shortest in lengths.items():
        geometry = Conv1dGeometry(1, 1, 3, padding=(0, 2), padding_mode=mode)
        assert geometry.can_pad(shortest)
        assert not geometry.can_pad(shortest - 1) or not shortest
    reflecting = Conv1dGeometry(1, 1, 3, padding=2, padding_mode="reflect")
    assert reflecting.source_position(-2, 2) is None
    assert Conv1dGeometry(1, 1, 3, padding_mode="circular").source_position(-1, 0) is None


@given(geometries())
def test_reach_is_the_window_transposed(drawn):
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
def test_the_shortest_input_and_the_least_padding_just_fit(drawn):
    """One position less of either leaves no room for the kernel."""
    geometry, length = drawn
    shortest = geometry.shortest_input
    assert geometry.fits(shortest)
    assert shortest == 1 or not geometry.fits(shortest - 1)
    padding = geometry.least_padding(length)
    small = Conv1dGeometry(1, 1, geometry.kernel_size, 1, padding, geometry.dilation)
    assert small.fits(length)
    if padding:
        smaller = Conv1dGeometry(1, 1, geometry.kernel_size, 1, padding - 1, geometry.dilation)
        assert not smaller.fits(length)


@given(geometries())
def test_a_transposed_convolution_gives_an_input_length_back(drawn):
    """The length that it gives, with what rounding down left over, is the input's."""
    geometry, length = drawn
    left_over = geometry.room(length) % geometry.stride
    windows = geometry.output_length(length)
    assert geometry.transposed_length(windows, left_over) == length
    assert geometry.transposed_length(windows) == length - left_over


def test_receptive_field_of_a_stack():
    """1 + Σ(k - 1)·d: kernels of 2 with dilation 1, 2, 4 see 8; a stride spreads what follows."""
    dilated = [Conv1dGeometry(1, 1, 2, dilation=dilation) for dilation in (1, 2, 4)]
    assert receptive_field(dilated) == 1 + 1 + 2 + 4
    strided = [Conv1dGeometry(1, 1, 3, stride=2), Conv1dGeometry(1, 1, 3, stride=3)]
    assert receptive_field([*strided, Conv1dGeometry(1, 1, 2)]) == 1 + 2 * 1 + 2 * 2 + 1 * 6
    assert receptive_field([]) == 1


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
        ({"padding": (0, -1)}, RuntimeError, "negative padding is not supported"),
        ({"padding": (-1, 0)}, RuntimeError, "negative padding is not supported"),
        ({"kernel_size": 0}, RuntimeError, "Expected kernel_size to be greater than zero"),
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
    """The message has the padded length and the dilated kernel; there is no window."""
    assert Conv1dGeometry(2, 3, 5, padding=1, dilation=2).windows(6) == 0
    assert Conv1dGeometry(2, 3, 5, stride=2, dilation=2).windows(1) == 0
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


def test_geometry_of_what_pools_and_of_a_geometry():
    """A pooling layer has windows of one channel; a geometry has its own."""

    class Pool:
        kernel_size, stride, padding, dilation = 3, 2, 1, 1

    assert Conv1dGeometry.of(Pool) == Conv1dGeometry(1, 1, 3, 2, 1)
    uneven = Conv1dGeometry(4, 2, 3, 2, (0, 1), 2, 2, "circular")
    assert Conv1dGeometry.of(uneven) == uneven


def test_what_has_no_window_along_one_axis_is_refused():
    """A kernel of two axes and a text have no geometry here."""

    class Plane:
        kernel_size, stride, padding, dilation = (5, 5), (1, 1), (0, 0), (1, 1)

    with pytest.raises(TypeError, match="not type"):
        Conv1dGeometry.of(Plane)
    with pytest.raises(TypeError, match="not str"):
        Conv1dGeometry.of("conv1d")
