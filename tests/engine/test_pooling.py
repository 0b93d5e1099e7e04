"""Pooling by hand: one number for the inputs under each window."""

import math

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn

F = nn.functional


def gradient(function, values, seed):
    """Return the gradient of a row of inputs where `seed` is that of the outputs."""
    x = torch.tensor([values], requires_grad=True)
    function(x).backward(torch.tensor([seed]))
    return x.grad[0].tolist()


def test_max_pool_moves_by_its_size():
    """Without a stride the windows stand side by side, and what is left over is not read."""
    x = torch.tensor([[1.0, 4, 3, 2, 9]])
    assert F.max_pool1d(x, 2).tolist() == [[max(1, 4), max(3, 2)]]
    assert nn.MaxPool1d(2)(x).tolist() == [[4, 3]]
    assert nn.AvgPool1d(2)(x).tolist() == [[(1 + 4) / 2, (3 + 2) / 2]]


def test_max_pool_with_stride_padding_and_dilation():
    """Windows are `stride` apart and taps `dilation`; padding never wins, however low the rest."""
    x = torch.tensor([[-5.0, -1, -3, -2, -4]])
    values, places = F.max_pool1d(x, 2, 3, 1, 2, return_indices=True)
    # The windows are (padding, 1) and (2, 4).
    assert values.tolist() == [[-1, max(-3, -4)]]
    assert places.tolist() == [[1, 2]]


def test_of_equals_the_first_wins():
    """The gradient goes to one input only: of equal ones, the first; a NaN beats every number."""
    assert gradient(lambda x: F.max_pool1d(x, 3), [2.0, 7.0, 7.0], [5.0]) == [0, 5, 0]
    values, places = F.max_pool1d(torch.tensor([[9.0, math.nan, 1]]), 3, return_indices=True)
    assert math.isnan(values.item())
    assert places.item() == 1


def test_an_input_that_wins_twice_gets_both_gradients():
    """Windows that overlap may choose the same input."""
    assert gradient(lambda x: F.max_pool1d(x, 2, 1), [1.0, 8.0, 3.0], [0.5, 0.25]) == [0, 0.75, 0]


@pytest.mark.parametrize("pool", [F.max_pool1d, F.avg_pool1d])
def test_ceil_mode(pool):
    """A last window may stand over the end, but not begin there, nor in the padding."""
    assert pool(torch.ones(1, 5), 2, 2).shape == (1, (5 - 2) // 2 + 1)
    assert pool(torch.ones(1, 5), 2, 2, ceil_mode=True).shape == (1, 3)
    assert pool(torch.ones(1, 4), 2, 2, ceil_mode=True).shape == (1, 2)
    # With padding 1, the third window would begin at 2 * 3 - 1 = 5, in the padding.
    assert pool(torch.ones(1, 5), 2, 3, 1, ceil_mode=True).shape == (1, 2)
    assert pool(torch.ones(1, 6), 2, 3, 1, ceil_mode=True).shape == (1, 3)


def test_what_a_mean_divides_by():
    """Padding counts, what lies beyond it does not; or only inputs count."""
    x = torch.tensor([[2.0, 4, 6, 9]])
    # The windows are (padding, 2, 4) and (6, 9, padding).
    assert F.avg_pool1d(x, 3, 3, 1).tolist() == [[(0 + 2 + 4) / 3, (6 + 9 + 0) / 3]]
    inputs_only = F.avg_pool1d(x, 3, 3, 1, count_include_pad=False)
    assert inputs_only.tolist() == [[(2 + 4) / 2, (6 + 9) / 2]]
    # The last window stands on 8, on one place of padding, and on one beyond it.
    over_the_end = F.avg_pool1d(torch.tensor([[2.0, 4, 6, 9, 6, 8]]), 3, 3, 1, ceil_mode=True)
    assert over_the_end.tolist() == [[(0 + 2 + 4) / 3, (6 + 9 + 6) / 3, (8 + 0) / 2]]


def test_the_gradient_of_a_mean():
    """Each input gets its share of the gradient: one part in as many as were divided by."""
    counted = gradient(lambda x: F.avg_pool1d(x, 2, 2, 1), [1.0, 2.0, 3.0], [6.0, 8.0])
    assert counted == [6 / 2, 8 / 2, 8 / 2]

    def inputs_only(x):
        return F.avg_pool1d(x, 2, 2, 1, count_include_pad=False)

    assert gradient(inputs_only, [1.0, 2.0, 3.0], [6.0, 8.0]) == [6 / 1, 8 / 2, 8 / 2]


def test_adaptive_windows():
    """Window i of three over seven inputs is floor(i * 7 / 3) to ceil((i + 1) * 7 / 3)."""
    x = torch.tensor([[1.0, 2, 3, 4, 5, 6, 7]])
    means = [(1 + 2 + 3) / 3, (3 + 4 + 5) / 3, (5 + 6 + 7) / 3]
    assert F.adaptive_avg_pool1d(x, 3).tolist() == [means]
    assert nn.AdaptiveAvgPool1d(3)(x).tolist() == [means]
    values, places = F.adaptive_max_pool1d(-x, 3, return_indices=True)
    assert values.tolist() == [[-1, -3, -5]]
    assert places.tolist() == [[0, 2, 4]]


def test_the_gradient_of_adaptive_windows():
    """An input in two windows gets a share from both."""
    shared = gradient(lambda x: F.adaptive_avg_pool1d(x, 2), [1.0, 2.0, 3.0], [4.0, 6.0])
    assert shared == [4 / 2, 4 / 2 + 6 / 2, 6 / 2]
    whole = gradient(lambda x: F.adaptive_avg_pool1d(x, 1), [1.0, 2.0], [3.0])
    assert whole == [3 / 2, 3 / 2]
    won = gradient(lambda x: F.adaptive_max_pool1d(x, 2), [1.0, 2.0, 3.0], [4.0, 6.0])
    assert won == [0, 4, 6]
