"""Small rules of single operations: counted changes, nodes, large numbers, means of nothing."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import conv1d_tutor.engine as torch
from conv1d_tutor.engine import Tensor, nn
from conv1d_tutor.engine.nn import functional

# --- pools


@pytest.mark.parametrize(
    ("shape", "axis"), [((2, 3, 0), 2), ((2, 0, 4), 1), ((3, 0), 1)]
)  # fmt: skip
def test_the_largest_of_nothing(shape: tuple[int, ...], axis: int) -> None:
    """An adaptive pool picks from every dim but that of the samples, so none may be empty."""
    with pytest.raises(RuntimeError) as caught:
        nn.AdaptiveMaxPool1d(2)(torch.ones(shape))
    assert str(caught.value) == (
        "adaptive_max_pool1d(): Expected input to have non-zero size for non-batch dimensions, but "
        f"input has sizes {list(shape)} with dimension {axis} being empty"
    )
    assert nn.AdaptiveMaxPool1d(2)(torch.ones(0, 3, 4)).shape == (0, 3, 2)


def test_the_mean_of_nothing() -> None:
    """PyTorch sees (N, C, L) as (N, C, 1, L) here, and says so."""
    with pytest.raises(RuntimeError, match=r"\[2, 3, 1, 0\] with dimension 3 being empty"):
        nn.AdaptiveAvgPool1d(2)(torch.ones(2, 3, 0))
    assert nn.AdaptiveAvgPool1d(1)(torch.ones(2, 3, 0)).isnan().all()


def test_means_of_whole_numbers() -> None:
    """The mean of int64 is whole: what is behind the point is cut off, towards 0."""
    x = torch.tensor([[[1, 2, -4, -3]]])
    assert functional.avg_pool1d(x, 2).tolist() == [[[3 // 2, -(7 // 2)]]]
    assert functional.avg_pool1d(x, 2).dtype is torch.int64
    with pytest.raises(NotImplementedError, match="\"avg_pool2d\" not implemented for 'Int'"):
        functional.avg_pool1d(x.int(), 2)


# --- numbers first


def test_the_remainder_of_a_number() -> None:
    """A number may stand first in `torch.remainder`, as in Python's `%`."""
    assert torch.remainder(7, torch.tensor([3, 4])).tolist() == [7 % 3, 7 % 4]
    assert torch.remainder(2.5, torch.tensor([2])).tolist() == [0.5]
    with pytest.raises(TypeError, match="invalid combination of arguments"):
        torch.fmod(2, torch.tensor([3]))  # type: ignore[arg-type]


# --- the state of the generator


def test_the_state_is_pytorchs() -> None:
    """5056 bytes: the seed, draws left, how many were made, 624 words of 8 bytes, a normal."""
    generator = torch.Generator()
    generator.manual_seed(5)
    state = generator.get_state().numpy()
    assert (state.size, state.dtype) == (5056, np.uint8)
    assert state[:24].view(np.int32).tolist() == [5, 0, 1, 1, 0, 0]
    assert state[24:40].view(np.uint64).tolist() == [5, 472231674]
    torch.rand(3, generator=generator)
    assert generator.get_state().numpy()[:24].view(np.int32).tolist() == [5, 0, 622, 1, 3, 0]


@pytest.mark.parametrize("drawn", [0, 1, 623, 624, 625, 1300])
def test_a_state_brings_back_the_stream(drawn: int) -> None:
    """After any number of draws, the half of a pair that waits included."""
    torch.manual_seed(3)
    torch.rand(drawn)
    torch.randn(1)
    state = torch.get_rng_state()
    first = torch.randn(3).tolist(), torch.rand(700).tolist()
    torch.manual_seed(0)
    torch.set_rng_state(state)
    assert (torch.randn(3).tolist(), torch.rand(700).tolist()) == first


@pytest.mark.parametrize(
    ("state", "error", "text"),
    [
        (torch.zeros(10, dtype=torch.uint8), RuntimeError,
         "Expected a CPUGeneratorImplState of size 5056 but found the input RNG state size to be "
         "10"),
        (torch.zeros(5056, dtype=torch.uint8), RuntimeError, "Invalid mt19937 state"),
        (torch.zeros(5056), TypeError, "RNG state must be a torch.ByteTensor"),
    ],
)  # fmt: skip
def test_what_is_no_state(state: Tensor, error: type[Exception], text: str) -> None:
    """Size, dtype and words are looked at, in PyTorch's words."""
    with pytest.raises(error) as caught:
        torch.set_rng_state(state)
    assert str(caught.value) == text


# --- changes


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.t_(),
        lambda x: x.squeeze_(),
        lambda x: x.squeeze_(0),
        lambda x: x.unsqueeze_(0),
        lambda x: x.transpose_(0, 1),
        lambda x: x.swapaxes_(0, 1),
        lambda x: x.swapdims_(0, 1),
        lambda x: x.resize_(3),
        lambda x: x.resize_as_(torch.ones(3)),
        lambda x: x.zero_(),
    ],
)
def test_another_shape_is_a_change(change: Callable[[Tensor], Any]) -> None:
    """What changes how a tensor sees its memory counts once, as what changes its numbers does."""
    x = torch.ones(1, 3)
    change(x)
    assert x._version == 1


@pytest.mark.parametrize(
    ("change", "node"),
    [
        (lambda x: x.eq_(1), "EqBackward0"),
        (lambda x: x.le_(torch.ones(3)), "LeBackward1"),
        (lambda x: x.fill_(1), "FillBackward2"),
        (lambda x: x.fill_(torch.tensor(1.0)), "FillBackward3"),
        (lambda x: x.zero_(), "ZeroBackward0"),
        (lambda x: x.uniform_(), "UniformBackward0"),
        (lambda x: x.normal_(), "NormalBackward0"),
        (lambda x: x.exponential_(), "ExponentialBackward0"),
        (lambda x: x.bernoulli_(), "BernoulliBackward2"),
        (lambda x: x.bernoulli_(torch.ones(3)), "BernoulliBackward1"),
        (lambda x: x.random_(), "RandomBackward2"),
        (lambda x: x.random_(3), "RandomBackward1"),
        (lambda x: x.random_(1, 3), "RandomBackward0"),
        (lambda x: x.copy_(torch.ones(3)), "CopyBackwards"),
        (torch.bernoulli, "BernoulliBackward0"),
        (lambda x: torch.normal(x, 1.0), "NormalBackward1"),
        (lambda x: torch.normal(0.0, x), "NormalBackward2"),
        (lambda x: torch.normal(x, x), "NormalBackward3"),
    ],
)
def test_nodes_from_which_nothing_flows_back(change: Callable[[Tensor], Tensor], node: str) -> None:
    """What overwrites a tensor stays in the graph, and the gradient behind it is 0."""
    leaf = torch.full((3,), 0.5).requires_grad_()
    result = change(leaf * 1)
    assert type(result.grad_fn).__name__ == node
    result.sum().backward()
    assert leaf.grad is not None
    assert leaf.grad.tolist() == [0.0, 0.0, 0.0]


def test_logic_in_place_leaves_the_graph_as_it_was() -> None:
    """PyTorch notes nothing of it, so the gradient goes past it."""
    leaf = torch.ones(3).requires_grad_()
    x = leaf * 2
    x.logical_not_()
    assert x.tolist() == [0.0, 0.0, 0.0]
    assert type(x.grad_fn).__name__ == "MulBackward0"


# --- nothing to take a mean of


@pytest.mark.parametrize(
    ("name", "x"),
    [("var", torch.ones(0)), ("std", torch.ones(1)), ("var_mean", torch.ones(3, 0))],
)
def test_no_degrees_of_freedom(name: str, x: Tensor) -> None:
    """The variance of fewer than two is nan, and PyTorch's own warning says so, not numpy's."""
    with pytest.warns(UserWarning, match=r"degrees of freedom is <= 0") as caught:
        getattr(torch, name)(x)
    assert [str(each.message).partition(":")[0] for each in caught] == [f"{name}()"]
    assert [each.filename for each in caught] == [__file__]


@pytest.mark.parametrize(
    "mean",
    [
        lambda: functional.mse_loss(torch.ones(0), torch.ones(0)),
        lambda: functional.l1_loss(torch.ones(0), torch.ones(0)),
        lambda: functional.huber_loss(torch.ones(0), torch.ones(0)),
        lambda: functional.binary_cross_entropy(torch.ones(0), torch.ones(0)),
        lambda: functional.cross_entropy(torch.ones(0, 3), torch.zeros(0, dtype=torch.int64)),
        lambda: torch.ones(0).mean(),
    ],
)
def test_means_of_nothing_are_silent(mean: Callable[[], Tensor]) -> None:
    """They are nan without a word."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert mean().isnan()
        functional.layer_norm(torch.ones(2, 0), (0,))


# --- numbers beyond 64 bits


def test_whole_numbers_that_are_too_large() -> None:
    """They are refused also where a call of the same kind was planned before."""
    x = torch.ones(2, 2)
    for _ in range(2):
        for call in (x.sum, x.unsqueeze, x.__getitem__, x.split):
            call(1)
            with pytest.raises(ValueError, match=r"^Overflow when unpacking long long$"):
                call(2**64)
        for sizes in ((2**64,), (1, 2**64)):
            x.reshape(-1, *(1,) * (len(sizes) - 1))
            with pytest.raises(TypeError, match=f"at pos {len(sizes)} with error .Overflow when"):
                x.reshape(*sizes)
        x.add(1)
        with pytest.raises(OverflowError, match=r"^int too big to convert$"):
            x.fill_(2**64)
        with pytest.raises(OverflowError, match=r"^can't convert negative int to unsigned$"):
            x.masked_fill(x > 0, -(2**64))
        with pytest.raises(RuntimeError, match="cannot be converted to type int64_t without"):
            torch.full((2,), 2**63)
