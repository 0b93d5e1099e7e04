"""A sum typed by hand: what of it is right, and which element it aims at."""

from types import ModuleType
from typing import Any

import pytest

from conv1d_tutor.explain import HandSum, check_hand_sum

from .article import article, evaluate, run

A = "x[0,0,0:5] @ conv1d.weight[0,0]"
B = "x[0,1,0:5] @ conv1d.weight[0,1]"
C = "conv1d.bias[0]"


def check(names: dict[str, Any], source: str) -> HandSum:
    """Return what is said of a sum."""
    found = check_hand_sum(evaluate(names, source), names, source)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("source", "goals"),
    [
        # filter, window, products, channels, bias
        (f"{A} + {B} + {C}", (True, True, True, True, True)),
        (f"{A} + {B}", (True, True, True, True, False)),
        (f"{A} + {C}", (True, True, True, False, True)),
        (f"{A} + {A} + {B} + {C}", (True, True, True, False, True)),
        (f"({A} + {B}) / 2 + {C}", (True, True, True, False, True)),
        (f"{A} + x[0,1,0:5] @ w[1,1] + {C}", (False, True, True, True, True)),
        (f"{A} + x[0,1,1:6] @ w[0,1] + {C}", (True, False, True, True, True)),
        (f"{A} + x[1,1,0:5] @ w[0,1] + {C}", (True, False, True, True, True)),
        (f"{A} + x[0,1,0:4] @ w[0,1,:4] + {C}", (True, True, False, True, True)),
        (f"{A} + x[0,1,0:5] @ w[0,1].flip(0) + {C}", (True, True, False, True, True)),
        (f"{A} + {B} + {C} + 1", (True, True, True, True, False)),
    ],
)
def test_a_sub_goal_is_reached_or_not(
    torch: ModuleType, source: str, goals: tuple[bool, ...]
) -> None:
    """What is wrong counts against its own sub-goal alone."""
    assert check(article(torch), source).goals == goals


def test_how_often_is_counted(torch: ModuleType) -> None:
    """Three times is not twice."""
    found = check(article(torch), f"{A} + {A} + {A} + {B} + {C}")
    assert found.first_wrong is not None
    assert (found.first_wrong.status, found.first_wrong.found) == ("twice", 3)
    one_tap = check(article(torch), f"{A} + x[0,0,0] * w[0,0,0] + {B} + {C}")
    assert one_tap.first_wrong is not None
    assert (one_tap.first_wrong.status, one_tap.first_wrong.found) == ("twice", 2)
    bias = check(article(torch), f"{A} + {B} + 2 * {C}")
    assert (bias.bias, bias.bias_found) == ("twice", 2)


@pytest.mark.parametrize(
    ("source", "bias"),
    [
        (f"torch.sub({A} + {B}, {C}, alpha=-1)", "right"),
        (f"torch.sub({A} + {B}, {C}, alpha=1)", "minus"),
        (f"torch.add({A} + {B}, {C}, alpha=2)", "twice"),
        (f"torch.sub({A} + {B}, {C}, alpha=2)", "extra"),
        (f"torch.sub({C}, -({A} + {B}))", "right"),
    ],
)
def test_a_factor_of_the_sum_itself_counts(torch: ModuleType, source: str, bias: str) -> None:
    """`alpha` multiplies the second operand, with its sign."""
    assert check(article(torch), source).bias == bias


def test_pieces_joined_along_any_axis(torch: ModuleType) -> None:
    """Two pieces of unequal length side by side are the whole window."""
    left, right = "x[0,:,:1] * w[0,:,:1]", "x[0,:,1:5] * w[0,:,1:]"
    assert check(article(torch), f"torch.cat([{left}, {right}], 1).sum() + {C}").hit


def test_where_a_window_began_is_said_in_a_dilated_layer(torch: ModuleType) -> None:
    """The gaps between the taps are taken off: the window began at 3, not at 1."""
    names = article(torch)
    run(names, "torch.manual_seed(1)\nd = nn.Conv1d(2, 1, 3, stride=2, dilation=2)")
    run(names, "v = torch.rand(1, 2, 12)")
    terms = "v[0,0,2:7:2] @ d.weight[0,0] + v[0,1,{}:{}:2] @ d.weight[0,1] + d.bias[0]"
    right = check(names, terms.format(2, 7))
    assert (right.hit, right.element.element) == (True, (0, 0, 1))
    wrong = check(names, terms.format(3, 8))
    assert wrong.first_wrong is not None
    assert wrong.element.element == (0, 0, 1)
    assert (wrong.first_wrong.channel, wrong.first_wrong.status) == (1, "window")
    assert wrong.first_wrong.found == 3


def test_the_first_channel_shows_where_a_sum_aims(torch: ModuleType) -> None:
    """Of two channels with different windows the first says which element is meant."""
    names = article(torch)
    found = check(names, f"x[0,0,1:6] @ w[0,0] + {B} + {C}")
    assert found.element.element == (0, 0, 1)
    assert [part.status for part in found.checks] == ["right", "window"]


def test_numbers_that_were_copied_are_recognised_and_near_ones_are_not(torch: ModuleType) -> None:
    """Typed numbers count as the inputs that they are, to float32's last place."""
    names = article(torch)
    copied = "torch.tensor(x[0,:,0:5].tolist())"
    assert check(names, f"({copied} * w[0]).sum() + {C}").hit
    assert check_hand_sum(evaluate(names, f"(({copied} + 1e-4) * w[0]).sum()"), names) is None
    assert check_hand_sum(evaluate(names, f"(({copied} + 1e-5) * w[0]).sum()"), names) is None


def test_a_sum_is_held_against_the_size_of_its_own_terms(torch: ModuleType) -> None:
    """With small numbers a small addition is no rounding."""
    names = article(torch)
    run(names, "with torch.no_grad():\n    x.mul_(1e-2)\n    w.mul_(1e-1)")
    assert check(names, f"{A} + {B} + {C}").hit
    assert not check(names, f"{A} + {B} + {C} + 1e-4").hit
