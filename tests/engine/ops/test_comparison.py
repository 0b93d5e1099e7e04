"""Comparisons, the larger of two, bounds, masks and bits, worked out by hand."""

from math import inf, nan

import pytest

from conv1d_tutor import engine as torch

from .flows import gradients

X = [1.0, 2.0, 3.0]
Y = [3.0, 2.0, 1.0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("eq", [False, True, False]),
        ("ne", [True, False, True]),
        ("lt", [True, False, False]),
        ("le", [True, True, False]),
        ("gt", [False, False, True]),
        ("ge", [False, True, True]),
    ],
)
def test_comparisons(name: str, expected: list[bool]) -> None:
    """As a function, a method, in place, and as Python's operator, beside a tensor or a number."""
    x, y = torch.tensor(X), torch.tensor(Y)
    assert getattr(torch, name)(x, y).tolist() == expected
    assert getattr(x, name)(y).tolist() == expected
    assert getattr(x, f"__{name}__")(y).tolist() == expected
    assert getattr(x, name)(2).tolist() == getattr(x, name)(torch.tensor(2.0)).tolist()
    assert getattr(x, f"{name}_")(y) is x
    assert x.tolist() == [float(each) for each in expected]
    assert getattr(x, f"__{name}__")("a word") is NotImplemented


@pytest.mark.parametrize(
    ("name", "towards_x", "towards_y"),
    [
        ("maximum", [0, 1, 3], [1, 1, 0]),
        ("minimum", [1, 1, 0], [0, 1, 3]),
        ("fmax", [0, 2, 3], [1, 0, 0]),
        ("fmin", [1, 2, 0], [0, 0, 3]),
    ],
)
def test_the_gradient_goes_to_the_one_that_came_out(
    name: str, towards_x: list[float], towards_y: list[float]
) -> None:
    """Two equal ones share it in maximum and minimum; in fmax and fmin it goes to the first."""
    assert gradients(getattr(torch, name), X, Y) == [towards_x, towards_y]


def test_nan_beside_a_number() -> None:
    """It comes out of maximum, and not out of fmax, whose gradient goes to the number."""
    x, y = torch.tensor([nan, 5.0]), torch.tensor([1.0, nan])
    assert torch.maximum(x, y).isnan().tolist() == [True, True]
    assert torch.fmax(x, y).tolist() == torch.fmin(x, y).tolist() == [1, 5]
    assert gradients(torch.fmin, [nan, 5.0], [1.0, nan]) == [[0, 2], [1, 0]]


def test_clamp() -> None:
    """Below the lower bound it comes out, above the upper; crossed bounds give the upper."""
    x = torch.tensor([-1.0, 0.5, 2.0])
    assert x.clamp(0, 1).tolist() == [0, 0.5, 1]
    assert x.clamp(1, 0).tolist() == [0, 0, 0]
    assert x.clamp(min=0).tolist() == x.clamp_min(0).tolist() == [0, 0.5, 2]
    assert x.clip(max=1).tolist() == x.clamp_max(1).tolist() == [-1, 0.5, 1]
    assert torch.tensor([1, 3]).clamp(max=2.5).tolist() == [1, 2.5]


def test_gradients_of_clamp() -> None:
    """An element on a bound keeps its gradient; what was cut off goes to the bound."""
    values, low, high = [-1.0, 0.0, 1.0, 2.0], [0.0] * 4, [1.0] * 4
    assert gradients(lambda x: x.clamp(0, 1), values) == [[0, 2, 3, 0]]
    assert gradients(lambda x: x.clamp_min(0), values) == [[0, 2, 3, 4]]
    assert gradients(lambda x: x.clamp_max(1), values) == [[1, 2, 3, 0]]
    assert gradients(torch.clamp, values, low, high) == [[0, 2, 3, 0], [1, 0, 0, 0], [0, 0, 0, 4]]
    assert gradients(torch.clamp_min, values, low) == [[0, 2, 3, 4], [1, 0, 0, 0]]
    assert gradients(torch.clamp_max, values, high) == [[1, 2, 3, 0], [0, 0, 0, 4]]
    crossed = gradients(torch.clamp, [-1.0, 0.5, 2.0], [1.0] * 3, [0.0] * 3)
    assert crossed == [[0, 0, 0], [0, 0, 0], [1, 2, 3]]


def test_nodes_of_bounds() -> None:
    """They are named apart by whether a tensor or a number bounds."""
    x = torch.tensor(X, requires_grad=True)
    for result, name in (
        (x.clamp(0, 1), "ClampBackward1"),
        (x.clamp(torch.zeros(3)), "ClampBackward0"),
        (x.clamp_min(0), "ClampMinBackward0"),
        (x.clamp_max(torch.zeros(3)), "ClampMaxBackward1"),
        (x.masked_fill(x > 1, 0), "MaskedFillBackward0"),
        (x.masked_fill(x > 1, torch.tensor(0.0)), "MaskedFillBackward1"),
    ):
        assert result.grad_fn.name() == name
    assert x.clamp(0, 1).grad_fn._saved_max == 1


def test_where_and_masked_fill() -> None:
    """The gradient goes where the number came from."""
    mask = torch.tensor([True, False, True])
    x, y = torch.tensor(X), torch.tensor([7.0, 8.0, 9.0])
    assert torch.where(mask, x, y).tolist() == x.where(mask, y).tolist() == [1, 8, 3]
    assert torch.where(mask, 0, y).tolist() == [0, 8, 0]
    assert [each.tolist() for each in torch.where(mask)] == [[0, 2]]
    assert gradients(lambda a, b: torch.where(mask, a, b), X, Y) == [[1, 0, 3], [0, 2, 0]]
    assert gradients(lambda a, b: a.masked_fill(mask, b), X, 5.0) == [[0, 2, 0], 1 + 3]
    assert x.masked_fill(mask, 5).tolist() == [5, 2, 5]
    with pytest.raises(RuntimeError, match=r"The size of tensor a \(2\) must match the size of"):
        x.masked_fill(mask[:2], 5)
    assert x.masked_fill_(mask, 5) is x
    assert x.tolist() == [5, 2, 5]


def test_closeness() -> None:
    """|a - b| <= atol + rtol * |b|, with the second one's size; nan is close to nan if asked."""
    close = torch.isclose(
        torch.tensor([10.0, 11.0]), torch.tensor([11.0, 10.0]), rtol=0.095, atol=0
    )
    assert close.tolist() == [1 <= 0.095 * 11, 1 <= 0.095 * 10]
    assert torch.isclose(torch.tensor([1.0]), torch.tensor([1.5]), rtol=0, atol=0.5).item()
    x = torch.tensor([nan, inf])
    assert torch.isclose(x, x).tolist() == [False, True]
    assert torch.isclose(x, x, equal_nan=True).tolist() == [True, True]
    assert torch.isclose(torch.tensor([inf, 1.0]), torch.tensor([1.0, inf])).tolist() == [False] * 2
    assert not torch.allclose(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.1]))
    assert torch.equal(torch.tensor(X), torch.tensor(X))
    assert not torch.equal(torch.tensor([1.0]), torch.tensor([[1.0]]))


def test_properties_of_elements() -> None:
    """nan, infinities, and a zero with a sign."""
    x = torch.tensor([nan, inf, -inf, -0.0])
    assert torch.isnan(x).tolist() == [True, False, False, False]
    assert torch.isinf(x).tolist() == [False, True, True, False]
    assert torch.isfinite(x).tolist() == [False, False, False, True]
    assert torch.isposinf(x).tolist() == [False, True, False, False]
    assert torch.isneginf(x).tolist() == [False, False, True, False]
    assert torch.signbit(x).tolist()[1:] == [False, True, True]


def test_isin() -> None:
    """Tensors and numbers on both sides; `invert` asks for those that are not there."""
    x = torch.tensor([1, 2, 3])
    assert torch.isin(x, torch.tensor([3, 1])).tolist() == [True, False, True]
    assert torch.isin(x, 2, invert=True).tolist() == [True, False, True]
    assert torch.isin(2, x).item()


def test_logic() -> None:
    """Every number but 0 is true."""
    x, y = torch.tensor([0, 1, 0, 2]), torch.tensor([0, 0, 3, 4])
    assert torch.logical_and(x, y).tolist() == [False, False, False, True]
    assert torch.logical_or(x, y).tolist() == [False, True, True, True]
    assert torch.logical_xor(x, y).tolist() == [False, True, True, False]
    assert torch.logical_not(x).tolist() == [True, False, True, False]


def test_bits() -> None:
    """12 is 1100, 10 is 1010; the operators do the same, also with the number on the left."""
    x = torch.tensor([12])
    assert (x & 10).tolist() == (10 & x).tolist() == [0b1000]
    assert (x | 10).tolist() == torch.bitwise_or(x, 10).tolist() == [0b1110]
    assert (x ^ 10).tolist() == [0b0110]
    assert (x << 2).tolist() == [48]
    assert (x >> 2).tolist() == [3]
    assert (
        (1 << torch.tensor([2, 3])).tolist()
        == torch.bitwise_left_shift(1, torch.tensor([2, 3])).tolist()
        == [4, 8]
    )
    assert (~x).tolist() == [-13]
    assert (~torch.tensor([True])).tolist() == [False]
    same = x
    same &= 10
    assert same is x
    assert x.tolist() == [8]
    with pytest.raises(
        NotImplementedError, match="\"bitwise_and_cpu\" not implemented for 'Float'"
    ):
        torch.tensor([1.0]) & 1
    with pytest.raises(NotImplementedError, match="\"lshift_cpu\" not implemented for 'Float'"):
        torch.tensor([1.0]) << 1
