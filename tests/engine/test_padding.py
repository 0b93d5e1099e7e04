"""Padding by hand: what stands beyond the ends, and where its gradient goes."""

import warnings
from itertools import pairwise

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn

F = nn.functional

CASES = [
    ((2, 3), "constant", [0, 0, 1, 2, 3, 4, 0, 0, 0]),
    ((-1, 2), "constant", [2, 3, 4, 0, 0]),
    ((2, -3), "constant", [0, 0, 1]),
    ((2, 3), "reflect", [3, 2, 1, 2, 3, 4, 3, 2, 1]),
    ((-1, 2), "reflect", [2, 3, 4, 3, 2]),
    ((2, 3), "replicate", [1, 1, 1, 2, 3, 4, 4, 4, 4]),
    ((1, -2), "replicate", [1, 1, 2]),
    ((2, 3), "circular", [3, 4, 1, 2, 3, 4, 1, 2, 3]),
    ((-1, 2), "circular", [2, 3, 4, 2, 3]),
    ((1, -1), "circular", [3, 1, 2, 3]),
]


@pytest.mark.parametrize(("amounts", "mode", "row"), CASES)
def test_what_stands_beyond_the_ends(amounts, mode, row):
    """Left comes before right; a negative number takes positions away."""
    x = torch.tensor([[[1.0, 2, 3, 4]]])
    assert F.pad(x, amounts, mode).tolist() == [[row]]


@pytest.mark.parametrize(("amounts", "mode", "row"), CASES)
def test_the_gradient_goes_where_the_number_came_from(amounts, mode, row):
    """An input gets the gradients of every place at which its number stands."""
    x = torch.tensor([[[1.0, 2, 3, 4]]], requires_grad=True)
    seed = [2.0**place for place in range(len(row))]
    F.pad(x, amounts, mode).backward(torch.tensor([[seed]]))
    expected = [
        sum(amount for amount, shown in zip(seed, row, strict=True) if shown == number)
        for number in (1, 2, 3, 4)
    ]
    assert x.grad.tolist() == [[expected]]


def test_the_last_axis_comes_first():
    """The first two numbers are the last axis, the next two the one before it."""
    x = torch.tensor([[1.0, 2.0]])
    assert F.pad(x, (1, 0, 0, 2), value=9.0).tolist() == [[9, 1, 2], [9, 9, 9], [9, 9, 9]]


@pytest.mark.parametrize(
    ("layer", "row"),
    [
        (nn.ZeroPad1d((1, 2)), [0, 1, 2, 3, 0, 0]),
        (nn.ConstantPad1d(1, 7.0), [7, 1, 2, 3, 7]),
        (nn.ReflectionPad1d((2, 1)), [3, 2, 1, 2, 3, 2]),
        (nn.ReplicationPad1d(2), [1, 1, 1, 2, 3, 3, 3]),
        (nn.CircularPad1d((1, 2)), [3, 1, 2, 3, 1, 2]),
    ],
)
def test_layers(layer, row):
    """One number pads both sides alike, two are left and right."""
    assert layer(torch.tensor([[[1.0, 2, 3]]])).tolist() == [[row]]


@pytest.mark.parametrize(
    ("mode", "row"),
    [
        ("zeros", [1, 2, 3, 4, 0]),
        ("reflect", [1, 2, 3, 4, 3]),
        ("replicate", [1, 2, 3, 4, 4]),
        ("circular", [1, 2, 3, 4, 1]),
    ],
)
def test_same_puts_the_odd_position_on_the_right(mode, row):
    """A kernel of two taps needs one position more: it is at the end, in every mode."""
    layer = nn.Conv1d(1, 1, 2, padding="same", padding_mode=mode, bias=False)
    layer.weight.data.copy_(torch.tensor([[[10.0, 1.0]]]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = layer(torch.tensor([[[1.0, 2, 3, 4]]]))
    assert y.tolist() == [[[a * 10 + b * 1 for a, b in pairwise(row)]]]
