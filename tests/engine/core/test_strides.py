"""How results lie in memory: in order, as their operands, or as what they are copies of."""

from collections.abc import Callable

import numpy as np
import pytest

import conv1d_tutor.engine as torch
from conv1d_tutor.engine import Tensor, nn
from conv1d_tutor.engine.nn import functional
from conv1d_tutor.engine.random.sampling import bernoulli_mask


def turned() -> Tensor:
    """Return (2, 4, 3), a permuted (2, 3, 4): its strides are (12, 1, 4)."""
    return torch.arange(24).reshape(2, 3, 4).float().permute(0, 2, 1)


@pytest.mark.parametrize(
    "operation",
    [
        lambda x: torch.cat([x, x]),
        lambda x: torch.stack([x, x]),
        lambda x: x.softmax(1),
        lambda x: functional.log_softmax(x, 2),
        nn.BatchNorm1d(4),
        nn.LayerNorm(3),
        lambda x: x.cumsum(1),
        lambda x: x.gather(1, torch.zeros(2, 4, 3, dtype=torch.int64)),
        lambda x: x.index_select(1, torch.tensor([0, 2])),
        lambda x: x.masked_fill(x > 3, 0.0),
        lambda x: x.sum(0),
        lambda x: x.repeat(2, 1, 1),
        lambda x: x.tril(),
        nn.Conv1d(4, 2, 2),
        lambda x: functional.max_pool1d(x, 2),
        functional.logsigmoid,
        lambda x: x.contiguous(),
        lambda x: x.clone(memory_format=torch.contiguous_format),
        lambda x: torch.zeros_like(x, memory_format=torch.contiguous_format),
    ],
)
def test_results_in_order(operation: Callable[[Tensor], Tensor]) -> None:
    """Of a permuted tensor these are contiguous, so that `view` takes them."""
    result = operation(turned())
    assert result.is_contiguous()
    assert result.view(-1).shape == (result.numel(),)


@pytest.mark.parametrize(
    "operation",
    [
        lambda x: x + 1,
        lambda x: x * x,
        lambda x: x.exp(),
        lambda x: x > 3,
        lambda x: x.clone(),
        lambda x: x.double(),
        lambda x: x.sort(1).indices,
        lambda x: x.flip(0),
        torch.zeros_like,
        torch.ones_like,
        torch.rand_like,
        lambda x: functional.dropout(x, 0.5),
        lambda x: x.clamp(1, 2),
        lambda x: torch.where(x > 3, x, 0.0),
        lambda x: functional.avg_pool1d(x, 1),
        lambda x: functional.pad(x, (0, 0)),
        nn.ReLU(),
    ],
)
def test_results_that_stay_permuted(operation: Callable[[Tensor], Tensor]) -> None:
    """Of a permuted tensor these are permuted as well, so that `view` refuses them."""
    result = operation(turned())
    assert result.stride() == (12, 1, 4)
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        result.view(-1)


def test_operands_decide_one_after_another() -> None:
    """The first operand decides the order; where it repeats its numbers, the next one does."""
    x, y = torch.ones(3, 2).t(), torch.ones(2, 3)
    assert (x + y).stride() == (1, 2)
    assert (y + x).stride() == (3, 1)
    assert (torch.ones(1).expand(2, 3) + x).stride() == (1, 2)
    assert (torch.ones(2, 1) + x).stride() == (1, 2)


def test_gaps_are_closed() -> None:
    """A copy of every second column has no gaps, nor has what is computed from it."""
    x = torch.ones(3, 8)[:, ::2]
    assert x.stride() == (8, 2)
    assert x.clone().stride() == (4, 1)
    assert (x + 1).stride() == (4, 1)
    assert torch.zeros_like(x.t()).stride() == (1, 4)


def test_dims_of_length_one_have_strides() -> None:
    """A new dim's stride is that of the dim behind it times its length."""
    x = torch.ones(3, 2)
    assert x[None].stride() == (6, 2, 1)
    assert x[:, None].stride() == (2, 2, 1)
    assert x[..., None].stride() == (2, 1, 1)
    assert x.t().unsqueeze(0).stride() == (2, 1, 2)
    assert x.expand(1, 3, 2).stride() == (6, 2, 1)
    assert x.t()[:, :1].view(2).stride() == (1,)


def test_tensors_without_elements_have_strides() -> None:
    """They count as being in order, and their strides are those of lengths of at least 1."""
    assert torch.zeros(2, 0, 3).stride() == (3, 3, 1)
    assert torch.ones(0, 2).t().stride() == (1, 2)
    assert torch.ones(4, 2)[4:, ::2].stride() == (2, 2)
    assert (torch.ones(0, 2).t() + 1).is_contiguous()


def test_gathered_dims_have_no_order_of_their_own() -> None:
    """What an index list picks lies by the dims that were kept."""
    x = turned()
    assert x[[0, 1]].stride() == (12, 1, 4)
    assert x[:, [0, 0]].stride() == (6, 3, 1)
    assert x[x > 3].stride() == (1,)


def test_places_lie_dim_by_dim() -> None:
    """`nonzero` keeps each dim's places together, and `as_tuple` gives views of them."""
    x = torch.tensor([[1, 0], [1, 1]])
    assert x.nonzero().stride() == (1, 3)
    rows, columns = x.nonzero(as_tuple=True)
    assert (rows.storage_offset(), columns.storage_offset()) == (0, 3)


def test_gradients_lie_as_their_leaves() -> None:
    """`x.grad` has the strides of `x` where that has no gaps, and is in order otherwise."""
    x = turned().clone().requires_grad_()
    (x * torch.ones(2, 4, 3)).sum().backward()
    assert x.grad is not None
    assert x.grad.stride() == (12, 1, 4)
    gappy = torch.ones(4, 6)[:, ::2].requires_grad_()
    (gappy * 2).sum().backward()
    assert gappy.grad is not None
    assert gappy.grad.stride() == (3, 1)


@pytest.mark.parametrize("name", ["rand_like", "randn_like"])
def test_random_fills_go_by_memory(name: str) -> None:
    """The first number drawn goes where memory begins, whatever the dims are called."""
    x = torch.ones(3, 2)
    torch.manual_seed(0)
    plain = getattr(torch, name)(x)
    torch.manual_seed(0)
    permuted = getattr(torch, name)(x.t())
    np.testing.assert_array_equal(permuted.t().numpy(), plain.numpy())


def test_dropout_goes_by_memory() -> None:
    """What `dropout` leaves out is drawn in the order of memory."""
    torch.manual_seed(3)
    plain = functional.dropout(torch.ones(5, 4), 0.5)
    torch.manual_seed(3)
    permuted = functional.dropout(torch.ones(5, 4).t(), 0.5)
    np.testing.assert_array_equal(permuted.t().numpy(), plain.numpy())
    torch.manual_seed(3)
    mask = bernoulli_mask(np.empty((5, 4)).T, 0.5)
    np.testing.assert_array_equal(mask.T, plain.numpy() != 0)


def test_out_takes_the_layout_of_the_result() -> None:
    """A tensor given as `out=` that has to grow lies as the result does; another one stays."""
    x = turned()
    assert torch.add(x, 1, out=torch.empty(0)).stride() == (12, 1, 4)
    assert torch.add(x, 1, out=torch.empty(2, 4, 3)).stride() == (12, 3, 1)


def test_weights_channels_last_make_the_output_so() -> None:
    """A filter that lies channels last is used so, and the output of the layer lies likewise."""
    weight = torch.ones(5, 3, 4).permute(0, 2, 1)  # C_out, C_in, kernel_size
    assert functional.conv1d(torch.ones(2, 4, 6), weight).stride() == (20, 1, 5)
    assert functional.conv1d(turned(), torch.ones(5, 4, 2)).stride() == (10, 2, 1)
