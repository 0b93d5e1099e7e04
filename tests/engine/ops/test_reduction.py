"""Sums, means, products, extremes, norms and variances, worked out by hand."""

from math import exp, inf, log, nan, sqrt
from typing import Any

import pytest

from conv1d_tutor import engine as torch

from .flows import gradients

ROWS = [[1.0, 2.0, 3.0], [4.0, 6.0, 8.0]]


def gradient(operation: Any, values: Any = ROWS) -> Any:
    """Return what flows to the values where 1, 2, 3 and so on flow to the results."""
    return gradients(operation, values)[0]


def saved(result: Any) -> dict[str, Any]:
    """Return the fields that a node keeps, but for tensors."""
    node = result.grad_fn
    names = [name for name in dir(node) if name.startswith("_saved_")]
    fields = {name.removeprefix("_saved_"): getattr(node, name) for name in names}
    return {name: value for name, value in fields.items() if not torch.is_tensor(value)}


def test_sums() -> None:
    """Of all, along a dim, along several, with the dim kept; whole numbers stay whole."""
    x = torch.tensor(ROWS)
    assert x.sum().item() == 1 + 2 + 3 + 4 + 6 + 8
    assert x.sum(0).tolist() == [1 + 4, 2 + 6, 3 + 8]
    assert x.sum(-1, keepdim=True).tolist() == [[1 + 2 + 3], [4 + 6 + 8]]
    assert x.sum((0, 1)).item() == x.sum(()).item() == 24
    assert torch.tensor([True, True]).sum().dtype == torch.int64
    bytes_summed = torch.tensor([200, 100], dtype=torch.uint8).sum()
    assert (bytes_summed.item(), bytes_summed.dtype) == (300, torch.int64)
    assert x.sum(dtype=torch.float64).dtype == torch.float64
    tenths = torch.full((100_000, 2), 0.1)
    assert tenths.sum(0).tolist() == pytest.approx([10_000, 10_000], rel=1e-7)
    half = torch.tensor([2048.0, 1.0, 1.0], dtype=torch.float16)
    assert half.sum().item() == half.cumsum(0)[2].item() == 2050  # 2048 + 1 is 2048 in half
    assert torch.tensor([1.0, nan]).nansum().item() == 1


def test_gradients_of_sums() -> None:
    """What flows to a result flows to each that was summed; a mean divides it by their count."""
    assert gradient(lambda x: x.sum()) == [[1, 1, 1], [1, 1, 1]]
    assert gradient(lambda x: x.sum(0)) == [[1, 2, 3], [1, 2, 3]]
    assert gradient(lambda x: x.sum(1, keepdim=True)) == [[1, 1, 1], [2, 2, 2]]
    assert gradient(lambda x: x.mean(0)) == [[0.5, 1, 1.5], [0.5, 1, 1.5]]
    assert gradient(lambda x: x.nansum(), [1.0, nan]) == [1, 0]


def test_nodes_of_sums() -> None:
    """Of all elements and along dims there are two nodes; dims are kept as PyTorch keeps them."""
    x = torch.tensor(ROWS, requires_grad=True)
    assert x.sum().grad_fn.name() == "SumBackward0"
    assert saved(x.sum()) == {"self_sym_sizes": (2, 3)}
    assert x.sum(-1, True).grad_fn.name() == "SumBackward1"
    assert saved(x.sum(-1, True)) == {
        "self_sym_sizes": (2, 3), "dim": (2**64 - 1,), "keepdim": True,
    }  # fmt: skip
    assert saved(x.mean(0)) == {
        "self_sym_sizes": (2, 3), "self_sym_numel": 6, "dim": (0,), "keepdim": False,
    }  # fmt: skip
    assert saved(x.prod(1)) == {"dim": 1, "keepdim": False}
    assert saved(x.amax()) == {"dim": (), "keepdim": False}


def test_means() -> None:
    """Only of floating numbers."""
    x = torch.tensor(ROWS)
    assert x.mean().item() == 24 / 6
    assert x.mean(1).tolist() == [2, 6]
    with pytest.raises(RuntimeError, match="Input dtype must be either a floating point or comp"):
        torch.tensor([1]).mean()
    with pytest.raises(RuntimeError, match=r"Optional dtype must be .* Got: Long"):
        x.mean(dtype=torch.int64)


def test_products() -> None:
    """The gradient of an element is the product of the others, also where one of them is 0."""
    x = torch.tensor(ROWS)
    assert x.prod().item() == 1 * 2 * 3 * 4 * 6 * 8
    assert x.prod(0).tolist() == [4, 12, 24]
    assert gradient(lambda x: x.prod(), [2.0, 3.0, 4.0]) == [3 * 4, 2 * 4, 2 * 3]
    assert gradient(lambda x: x.prod(), [2.0, 0.0, 4.0]) == [0, 2 * 4, 0]
    assert gradient(lambda x: x.prod(), [0.0, 0.0, 4.0]) == [0, 0, 0]


def test_logsumexp() -> None:
    """log(e**0 + e**log(3)), without overflow far from 0; the gradient is softmax."""
    x = torch.tensor([0.0, log(3)])
    assert x.logsumexp(0).item() == pytest.approx(log(1 + 3))
    assert (x + 1000).logsumexp(0).item() == pytest.approx(1000 + log(4))
    assert torch.tensor([-inf, -inf]).logsumexp(0).item() == -inf
    assert gradient(lambda x: x.logsumexp(0), [0.0, log(3)]) == pytest.approx([1 / 4, 3 / 4])


def test_truth_and_counts() -> None:
    """Every number but 0 is true; bytes give bytes."""
    x = torch.tensor([[0, 1], [2, 3]])
    assert (x.all().item(), x.any().item()) == (False, True)
    assert x.all(1).tolist() == [False, True]
    assert x.any(dim=0, keepdim=True).tolist() == [[True, True]]
    assert x.all(()).tolist() == [[False, True], [True, True]]
    assert torch.tensor([1], dtype=torch.uint8).all().dtype == torch.uint8
    assert (torch.count_nonzero(x).item(), torch.count_nonzero(x, 0).tolist()) == (3, [1, 2])


def test_extremes() -> None:
    """The value, along a dim with the first place where it stands, or the larger of two."""
    x = torch.tensor([[5.0, 1.0, 5.0], [2.0, 2.0, 0.0]])
    assert (x.max().item(), x.min().item()) == (5, 0)
    values, places = x.max(1)
    assert (values.tolist(), places.tolist()) == ([5, 2], [0, 0])
    assert x.min(0, keepdim=True).indices.tolist() == [[1, 0, 1]]
    assert x.max(torch.full((3,), 3.0)).tolist() == [[5, 3, 5], [3, 3, 3]]
    assert x.min(torch.full((3,), 3.0)).tolist() == [[3, 1, 3], [2, 2, 0]]
    assert (x.argmax().item(), x.argmin().item()) == (0, 5)
    assert x.argmax(1).tolist() == [0, 0]
    assert x.argmin(1, keepdim=True).tolist() == [[1], [2]]
    assert x.argmax(keepdim=True).tolist() == [[0]]
    assert (x.amax(1).tolist(), x.amin().item()) == ([5, 2], 0)


def test_gradients_of_extremes() -> None:
    """Along a dim it goes to the place that was found; otherwise equal ones share it."""
    values = [5.0, 1.0, 5.0]
    assert gradient(lambda x: x.max(), values) == [0.5, 0, 0.5]
    assert gradient(lambda x: x.amax(0), values) == [0.5, 0, 0.5]
    assert gradient(lambda x: x.max(0).values, values) == [1, 0, 0]
    assert gradient(lambda x: x.min(1).values) == [[1, 0, 0], [2, 0, 0]]
    assert gradient(lambda x: x.amin(1)) == [[1, 0, 0], [2, 0, 0]]
    x, y = torch.tensor([1.0], requires_grad=True), torch.tensor([2.0])
    assert x.max(y).grad_fn._saved_self is x


def test_nothing_has_no_extreme() -> None:
    """PyTorch's errors name the dim."""
    empty = torch.zeros(2, 0)
    with pytest.raises(IndexError, match=r"max\(\): Expected reduction dim 1 to have non-zero"):
        empty.max(1)
    with pytest.raises(RuntimeError, match=r"min\(\): Expected reduction dim to be specified"):
        empty.min()
    with pytest.raises(IndexError, match=r"argmax\(\): Expected reduction dim to be specified"):
        empty.argmax()
    with pytest.raises(IndexError, match=r"amin\(\): Expected reduction dim 1 to have non-zero"):
        empty.amin(1)
    assert empty.max(0).values.tolist() == []


def test_variance() -> None:
    """The squares of 1, 2, 3 minus their mean 2 are 1, 0, 1: over 3 - 1, over 3, over 3 - 2."""
    x = torch.tensor([1.0, 2.0, 3.0])
    assert x.var().item() == x.var(True).item() == (1 + 0 + 1) / 2
    assert x.var(unbiased=False).item() == x.var(False).item() == pytest.approx(2 / 3)
    assert x.var(correction=0).item() == x.var(0, False).item() == pytest.approx(2 / 3)
    assert x.var(correction=2).item() == 2
    assert x.std().item() == 1
    assert torch.tensor(ROWS).std(1, keepdim=True).tolist() == [[1], [2]]
    variance, mean = torch.var_mean(torch.tensor(ROWS), 1)
    assert (variance.tolist(), mean.tolist()) == ([1, 4], [2, 6])
    deviation, mean = torch.std_mean(torch.tensor(ROWS), 1, unbiased=False)
    assert deviation.tolist() == pytest.approx([sqrt(2 / 3), sqrt(8 / 3)])


def test_gradients_of_variance() -> None:
    """2 (x - mean) / 2 for the variance; that over 2 std for the deviation; 1/3 for the mean."""
    values = [1.0, 2.0, 4.0]
    mean, var = 7 / 3, 7 / 3
    towards = [each - mean for each in values]
    assert gradient(lambda x: x.var(), values) == pytest.approx(towards)
    assert gradient(lambda x: x.std(), values) == pytest.approx(
        [each / (2 * sqrt(var)) for each in towards]
    )
    assert gradient(lambda x: torch.stack(torch.var_mean(x)), values) == pytest.approx(
        [each + 2 / 3 for each in towards]
    )
    assert gradient(lambda x: x.var(1)) == [[-1, 0, 1], [2 * -2, 0, 2 * 2]]
    assert gradient(lambda x: x.std(), [1.0, 1.0]) == [0, 0]


def test_what_variance_keeps() -> None:
    """The correction as it was given, the dims, and the result where it is a root."""
    x = torch.tensor(ROWS, requires_grad=True)
    assert saved(x.var()) == {"dim": None, "correction": None, "keepdim": False}
    assert saved(x.var(0, False, True)) == {"dim": (0,), "correction": 0, "keepdim": True}
    assert x.std().grad_fn._saved_result.item() == x.std().item()
    assert torch.std_mean(x)[0].grad_fn.name() == "StdMeanBackward0"


def test_norms() -> None:
    """3 and 4: 5 long; 7 in steps along the axes; at most 4; two that are not 0."""
    x = torch.tensor([3.0, -4.0])
    assert x.norm().item() == torch.norm(x, 2, 0).item() == 5
    assert (x.norm(1).item(), x.norm(inf).item(), x.norm(-inf).item(), x.norm(0).item()) == (
        7, 4, 3, 2,
    )  # fmt: skip
    assert torch.dist(torch.tensor([1.0, 1.0]), torch.tensor([4.0, 5.0])).item() == 5
    assert torch.linalg.vector_norm(torch.tensor([[3.0, 4.0]]), dim=1, keepdim=True).item() == 5


def test_gradients_of_norms() -> None:
    """X / norm; the sign; the sign of the largest alone; half to each of two largest."""
    assert gradient(lambda x: x.norm(), [3.0, -4.0]) == pytest.approx([0.6, -0.8])
    assert gradient(lambda x: x.norm(1), [3.0, -4.0]) == [1, -1]
    assert gradient(lambda x: x.norm(inf), [3.0, -4.0]) == [0, -1]
    assert gradient(lambda x: x.norm(inf), [4.0, -4.0]) == [0.5, -0.5]
    assert gradient(lambda x: x.norm(3), [1.0, 2.0]) == pytest.approx(
        [1 / 9 ** (2 / 3), 4 / 9 ** (2 / 3)]
    )
    assert gradient(lambda x: x.norm(), [0.0, 0.0]) == [0, 0]
    origin = torch.zeros(2)
    assert gradient(lambda x: torch.dist(origin, x), [3.0, 4.0]) == pytest.approx([0.6, 0.8])


def test_softmax() -> None:
    """Shares of e**0 and e**log(3): a quarter and three; far from 0 too."""
    x = torch.tensor([0.0, log(3)])
    assert x.softmax(0).tolist() == pytest.approx([1 / 4, 3 / 4])
    assert (x + 1000).softmax(0).tolist() == pytest.approx([1 / 4, 3 / 4], rel=1e-4)
    assert x.log_softmax(0).tolist() == pytest.approx([log(1 / 4), log(3 / 4)])
    assert torch.tensor([0.0, 1000.0]).log_softmax(0).tolist() == [-1000, 0]
    first = gradient(lambda x: x.softmax(0)[0], [0.0, log(3)])
    assert first == pytest.approx([1 / 4 * 3 / 4, -1 / 4 * 3 / 4])
    logarithm = gradient(lambda x: x.log_softmax(0)[0], [0.0, log(3)])
    assert logarithm == pytest.approx([1 - 1 / 4, -3 / 4])
    assert torch.tensor(ROWS).softmax(0)[0].tolist() == pytest.approx(
        [1 / (1 + exp(3)), 1 / (1 + exp(4)), 1 / (1 + exp(5))]
    )
    assert torch.tensor([1, 2]).softmax(0, dtype=torch.float64).dtype == torch.float64
    whole = torch.tensor([[1, 2]])
    for dim, kernel in ((0, "softmax_kernel_impl"), (1, "softmax_lastdim_kernel_impl")):
        with pytest.raises(NotImplementedError, match=f"\"{kernel}\" not implemented for 'Long'"):
            whole.softmax(dim)
