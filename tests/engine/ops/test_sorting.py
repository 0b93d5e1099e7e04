"""Sorted, counted, running, in triangles: results and gradients worked out by hand."""

from math import nan
from typing import Any

import pytest

from conv1d_tutor import engine as torch

from .flows import gradients

VALUES = [3.0, 1.0, 2.0, 1.0]


def gradient(operation: Any, values: Any = VALUES) -> Any:
    """Return what flows to the values where 1, 2, 3 and so on flow to the results."""
    return gradients(operation, values)[0]


def test_sorted() -> None:
    """Equal ones keep their order both ways; nan is the largest."""
    x = torch.tensor(VALUES)
    values, places = x.sort()
    assert (values.tolist(), places.tolist()) == ([1, 1, 2, 3], [1, 3, 2, 0])
    values, places = x.sort(descending=True)
    assert (values.tolist(), places.tolist()) == ([3, 2, 1, 1], [0, 2, 1, 3])
    assert x.argsort().tolist() == [1, 3, 2, 0]
    assert torch.tensor([nan, 1.0]).argsort().tolist() == [1, 0]
    assert torch.tensor([[2.0, 1.0], [1.0, 2.0]]).sort(0).values.tolist() == [[1, 1], [2, 2]]
    assert gradient(lambda x: x.sort().values) == [4, 1, 3, 2]
    x.requires_grad_()
    assert x.sort().values.grad_fn.name() == "SortBackward0"
    assert x.sort(stable=True).values.grad_fn.name() == "SortBackward1"


def test_the_largest_and_the_kth() -> None:
    """Two largest, two smallest, and the second from below."""
    x = torch.tensor(VALUES)
    assert x.topk(2).values.tolist() == [3, 2]
    assert x.topk(4).values.tolist() == [3, 2, 1, 1]
    assert x.topk(0).values.tolist() == []
    assert x.topk(2, largest=False).indices.tolist() == [1, 3]
    assert gradient(lambda x: x.topk(2).values) == [1, 0, 2, 0]
    third = x.kthvalue(3)
    assert (third.values.item(), third.indices.item()) == (2, 2)
    assert x.kthvalue(3, keepdim=True).values.tolist() == [2]
    assert gradient(lambda x: x.kthvalue(4).values) == [1, 0, 0, 0]
    for k, call in ((0, x.kthvalue), (5, x.kthvalue), (5, x.topk)):
        with pytest.raises(RuntimeError, match=r"(number|index) k out of range"):
            call(k)


def test_the_middle() -> None:
    """The lower one of two; nan if there is any; equal ones share the gradient of all."""
    x = torch.tensor(VALUES)
    assert x.median().item() == 1
    assert torch.tensor([1.0, nan, 2.0]).median().isnan().item()
    found = torch.tensor([[5.0, 3.0, 4.0]]).median(1)
    assert (found.values.tolist(), found.indices.tolist()) == ([4], [2])
    assert gradient(lambda x: x.median()) == [0, 0.5, 0, 0.5]
    assert gradient(lambda x: x.median(0).values, [5.0, 3.0, 4.0]) == [0, 0, 1]


def test_quantiles() -> None:
    """Of 0, 10, 20, 30 a tenth stands three tenths of the way between the first two."""
    x = torch.tensor([30.0, 10.0, 0.0, 20.0])
    assert x.quantile(0.1).item() == pytest.approx(0.1 * 3 * 10)
    for interpolation, expected in (("lower", 0), ("higher", 10), ("midpoint", 5), ("nearest", 0)):
        assert x.quantile(0.1, interpolation=interpolation).item() == expected
    # Halfway between two places the nearest is the even one.
    assert x.quantile(torch.tensor([0.5 / 3, 0.5]), interpolation="nearest").tolist() == [0, 20]
    assert x.quantile(torch.tensor([0.0, 1.0])).tolist() == [0, 30]
    assert torch.tensor([[1.0, 3.0], [5.0, 9.0]]).quantile(0.5, 1, True).tolist() == [[2], [7]]
    assert torch.tensor([1.0, nan]).quantile(0.5).isnan().item()
    assert torch.tensor([1.0, nan, 3.0]).nanquantile(0.5).item() == 2
    with pytest.raises(RuntimeError, match=r"q must be in the range \[0, 1\] but got 1.5"):
        x.quantile(1.5)


def test_places_in_a_sorted_row() -> None:
    """Before an equal one, or behind it."""
    row, x = torch.tensor([1.0, 2.0, 2.0, 3.0]), torch.tensor([0.0, 2.0, 4.0])
    assert torch.searchsorted(row, x).tolist() == torch.bucketize(x, row).tolist() == [0, 1, 4]
    assert torch.searchsorted(row, x).dtype == torch.int64
    assert torch.searchsorted(row, x, out_int32=True).dtype == torch.int32
    assert torch.searchsorted(row, x, right=True).tolist() == [0, 3, 4]
    assert torch.searchsorted(row, 2, side="right").item() == 3
    assert torch.bucketize(2, row, right=True).item() == 3
    assert torch.searchsorted(row.flip(0), 2.0, sorter=torch.tensor([3, 2, 1, 0])).item() == 1
    rows = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert torch.searchsorted(rows, torch.tensor([[2.0], [2.0]])).tolist() == [[1], [0]]


def test_different_ones_are_counted() -> None:
    """In order, with where each went and how many there are."""
    x = torch.tensor([2, 1, 2, 2])
    values, places, counts = torch.unique(x, return_inverse=True, return_counts=True)
    assert (values.tolist(), places.tolist(), counts.tolist()) == ([1, 2], [1, 0, 1, 1], [1, 3])
    values, places, counts = torch.unique_consecutive(x, True, True)
    assert values.tolist() == [2, 1, 2]
    assert (places.tolist(), counts.tolist()) == ([0, 1, 2, 2], [1, 1, 2])
    assert torch.unique_consecutive(torch.tensor([])).tolist() == []
    assert torch.unique(torch.tensor([[1, 2], [1, 2]]), dim=0).tolist() == [[1, 2]]
    assert torch.bincount(x, minlength=4).tolist() == [0, 1, 3, 0]
    assert torch.bincount(torch.tensor([0, 1, 0])).tolist() == [2, 1]
    assert torch.bincount(x, torch.tensor([0.5, 1, 1, 1])).tolist() == [0, 1, 2.5]
    assert torch.histc(torch.tensor([0.0, 1.0, 1.5, 4.0]), 2).tolist() == [3, 1]
    assert torch.histc(torch.tensor([0.0, 1.0, 1.5, 4.0]), 2, 0, 2).tolist() == [1, 2]
    with pytest.raises(TypeError, match=r"_unique2\(\): argument 'input' \(position 1\) must be"):
        torch.unique([1, 2])


def test_running() -> None:
    """Each with all before it; of equal extremes the last one counts."""
    x = torch.tensor([1, 2, 3])
    assert x.cumsum(0).tolist() == [1, 1 + 2, 1 + 2 + 3]
    assert torch.tensor([2.0, 3.0, 4.0]).cumprod(0).tolist() == [2, 6, 24]
    assert torch.tensor([[1, 2], [3, 4]]).cumsum(1).tolist() == [[1, 3], [3, 7]]
    values, places = torch.tensor([1.0, 3.0, 2.0, 3.0]).cummax(0)
    assert (values.tolist(), places.tolist()) == ([1, 3, 3, 3], [0, 1, 1, 3])
    values, places = torch.tensor([2.0, 1.0, 3.0]).cummin(0)
    assert (values.tolist(), places.tolist()) == ([2, 1, 1], [0, 1, 1])


def test_gradients_of_running() -> None:
    """To each from itself and all after it."""
    assert gradient(lambda x: x.cumsum(0), [5.0, 6.0, 7.0]) == [1 + 2 + 3, 2 + 3, 3]
    assert gradient(lambda x: x.cumprod(0), [2.0, 3.0, 4.0]) == [
        1 + 2 * 3 + 3 * 3 * 4, 2 * 2 + 3 * 2 * 4, 3 * 2 * 3,
    ]  # fmt: skip
    assert gradient(lambda x: x.cumprod(0), [2.0, 0.0, 4.0]) == [1, 2 * 2 + 3 * 2 * 4, 0]
    assert gradient(lambda x: x.cummax(0).values, [1.0, 3.0, 2.0, 3.0]) == [1, 2 + 3, 0, 4]
    assert gradient(lambda x: x.cummin(0).values, [2.0, 1.0, 3.0]) == [1, 2 + 3, 0]


def test_differences() -> None:
    """Of neighbours, once or twice, with something put before or behind."""
    x = torch.tensor([1.0, 4.0, 9.0])
    assert x.diff().tolist() == [3, 5]
    assert x.diff(n=2).tolist() == [2]
    assert x.diff(prepend=torch.tensor([0.0])).tolist() == [1, 3, 5]
    assert x.diff(append=torch.tensor([10.0])).tolist() == [3, 5, 1]
    assert torch.tensor([True, False, False]).diff().tolist() == [True, False]
    assert gradient(lambda x: x.diff(), [1.0, 4.0, 9.0]) == [-1, 1 - 2, 2]


def test_triangles_and_diagonals() -> None:
    """A diagonal above the main one counts up, one below it down."""
    x = torch.arange(1.0, 10).reshape(3, 3)
    assert x.triu().tolist() == [[1, 2, 3], [0, 5, 6], [0, 0, 9]]
    assert x.tril(-1).tolist() == [[0, 0, 0], [4, 0, 0], [7, 8, 0]]
    assert gradient(lambda x: x.tril(), [[1.0, 2.0], [3.0, 4.0]]) == [[1, 0], [3, 4]]
    assert gradient(lambda x: x.triu(1), [[1.0, 2.0], [3.0, 4.0]]) == [[0, 2], [0, 0]]
    assert torch.tril_indices(2, 3).tolist() == [[0, 1, 1], [0, 0, 1]]
    assert torch.triu_indices(2, 2, 1).tolist() == [[0], [1]]
    assert (x.diag().tolist(), x.diag(1).tolist(), x.trace().item()) == ([1, 5, 9], [2, 6], 15)
    assert torch.tensor([1, 2]).diag(-1).tolist() == [[0, 0, 0], [1, 0, 0], [0, 2, 0]]
    assert torch.tensor([1, 2]).diag_embed(1).tolist() == [[0, 1, 0], [0, 0, 2], [0, 0, 0]]
    assert gradient(lambda x: x.diag_embed()[..., 0], [[5.0, 6.0]]) == [[1, 0]]
    below = gradient(lambda x: x.diag_embed(-1, 0, 1), [5.0, 6.0])
    assert below == [4, 8]  # of 3 by 3, the second row's first and the third row's second
    assert gradient(lambda x: x.trace(), [[1.0, 2.0], [3.0, 4.0]]) == [[1, 0], [0, 1]]
    assert gradient(lambda x: x.diag(), [[1.0, 2.0], [3.0, 4.0]]) == [[1, 0], [0, 2]]
