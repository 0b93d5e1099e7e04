"""Layers with parameters, what these begin with, and what is done to all of them at once."""

import math

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn

from ..ops.flows import gradients

F = nn.functional


# --- normalisation


def test_running_statistics() -> None:
    """They follow the batches: by a share of each, or (momentum=None) as the mean of all."""
    one, two = torch.tensor([[1.0], [3.0]]), torch.tensor([[5.0], [9.0]])
    norm = nn.BatchNorm1d(1, momentum=0.5)
    norm(one)
    norm(two)
    assert norm.running_mean.item() == 0.5 * (0.5 * 0 + 0.5 * 2) + 0.5 * 7
    # The variance of a batch is taken by n - 1: 2 and 8.
    assert norm.running_var.item() == 0.5 * (0.5 * 1 + 0.5 * 2) + 0.5 * 8
    of_all = nn.BatchNorm1d(1, momentum=None)
    of_all(one)
    of_all(two)
    assert of_all.running_mean.item() == (2 + 7) / 2
    norm.reset_running_stats()
    kept = norm.running_mean, norm.running_var, norm.num_batches_tracked
    assert [each.item() for each in kept] == [0, 1, 0]


def test_without_running_statistics() -> None:
    """Nothing is kept, and evaluation is by the batch as well."""
    norm = nn.BatchNorm1d(1, affine=False, track_running_stats=False).eval()
    assert norm.running_mean is None
    assert norm(torch.tensor([[1.0], [3.0]])).tolist()[0][0] == pytest.approx(-1, abs=1e-4)
    assert norm.state_dict() == {}


def test_evaluation_follows_nothing() -> None:
    """It is by what was seen in training, which stays."""
    norm = nn.BatchNorm1d(1).eval()
    assert norm(torch.tensor([[2.0]])).item() == pytest.approx(2, abs=1e-4)
    assert norm.running_mean.item() == 0
    assert norm.num_batches_tracked.item() == 0
    norm.track_running_stats = False
    assert norm(torch.tensor([[2.0]])).item() == pytest.approx(2, abs=1e-4)


def test_scale_and_shift() -> None:
    """What is normalised is times the weight plus the bias, and sends itself to the weight."""
    x = torch.tensor([[1.0, 3.0]])
    scaled = F.layer_norm(x, (2,), torch.tensor([10.0, 10.0]), torch.tensor([1.0, 2.0]), eps=0.0)
    assert scaled.tolist() == [[1 - 10, 2 + 10]]
    to_weight, to_bias = gradients(
        lambda w, b: F.layer_norm(x, (2,), w, b, eps=0.0), [1.0, 1.0], [0.0, 0.0]
    )
    assert (to_weight, to_bias) == ([-1, 2], [1, 2])
    channels = torch.tensor([[1.0], [3.0]])
    to_weight, to_bias = gradients(
        lambda w, b: F.batch_norm(channels, None, None, w, b, training=True, eps=1e-30),
        [1.0],
        [0.0],
    )
    assert (to_weight, to_bias) == ([-1 + 2], [1 + 2])


def test_groups_and_instances() -> None:
    """Each group of channels of a sample, or each channel, has a mean of 0 and a variance of 1."""
    x = torch.tensor([[[1.0, 1.0], [3.0, 3.0], [10.0, 30.0], [10.0, 30.0]]])
    grouped = nn.GroupNorm(2, 4, eps=1e-30)
    assert grouped(x).tolist() == [[[-1, -1], [1, 1], [-1, 1], [-1, 1]]]
    with torch.no_grad():
        grouped.weight.copy_(torch.tensor([1.0, 10.0, 100.0, 1000.0]))
        grouped.bias.fill_(5)
    assert grouped(x).tolist() == [[[4, 4], [15, 15], [-95, 105], [-995, 1005]]]
    each = nn.InstanceNorm1d(4, eps=1e-30)(x[:, 2:].repeat(1, 2, 1))
    assert each.tolist() == [[[-1, 1]] * 4]
    assert nn.InstanceNorm1d(2, eps=1e-30)(x[0, 2:]).tolist() == [[-1, 1]] * 2
    to_weight, to_bias = gradients(
        lambda w, b: F.group_norm(x[:, 2:], 1, w, b, eps=1e-30), [1.0, 1.0], [0.0, 0.0]
    )
    assert (to_weight, to_bias) == ([-1 + 2, -3 + 4], [1 + 2, 3 + 4])


def test_statistics_of_instances() -> None:
    """The running ones follow the mean over the samples; evaluation is by them."""
    norm = nn.InstanceNorm1d(1, momentum=0.5, track_running_stats=True)
    norm(torch.tensor([[[1.0, 3.0]], [[5.0, 9.0]]]))
    assert norm.running_mean.item() == 0.5 * 0 + 0.5 * (2 + 7) / 2
    assert norm.running_var.item() == 0.5 * 1 + 0.5 * (2 + 8) / 2
    norm.eval()
    shifted = norm(torch.tensor([[[2.25, 2.25]]]))
    assert shifted.tolist() == [[[0, 0]]]


def test_normalize() -> None:
    """Each row is divided by its length."""
    assert F.normalize(torch.tensor([[3.0, 4.0]]))[0].tolist() == pytest.approx([3 / 5, 4 / 5])
    assert F.normalize(torch.tensor([[3.0, 1.0]]), p=1).tolist() == [[3 / 4, 1 / 4]]


# --- tables and dropout


def test_padding_idx_counts_from_the_end() -> None:
    """The row of `padding_idx` gets no gradient, also where it is counted from the end."""
    table = torch.ones(3, 2, requires_grad=True)
    F.embedding(torch.tensor([0, 2, 2]), table, padding_idx=-1).sum().backward()
    assert table.grad.tolist() == [[1, 1], [0, 0], [0, 0]]
    table.grad = None
    F.embedding(torch.tensor([0, 2, 2]), table, scale_grad_by_freq=True).sum().backward()
    assert table.grad.tolist() == [[1, 1], [0, 0], [1, 1]]


def test_long_rows_are_shortened() -> None:
    """`max_norm` shortens the rows that are looked up, in the table, and no others."""
    table = torch.tensor([[3.0, 4.0], [6.0, 8.0], [0.3, 0.4]])
    rows = F.embedding(torch.tensor([0, 2]), table, max_norm=1.0)
    assert rows[0].tolist() == pytest.approx([0.6, 0.8])
    assert rows[1].tolist() == pytest.approx([0.3, 0.4])
    assert table[0].tolist() == pytest.approx([0.6, 0.8])
    assert table[1].tolist() == [6, 8]


def test_one_hot() -> None:
    """A 1 at each index; as many columns as it takes, or as are asked for."""
    assert F.one_hot(torch.tensor([2, 0])).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert F.one_hot(torch.tensor(1), 2).tolist() == [0, 1]


def test_whole_channels_are_dropped() -> None:
    """A channel is left out or scaled as a whole; in evaluation nothing is."""
    torch.manual_seed(0)
    dropped = nn.Dropout1d(0.5)(torch.ones(8, 6, 5))
    kept = {tuple(channel) for sample in dropped.tolist() for channel in sample}
    assert kept == {(0.0,) * 5, (2.0,) * 5}
    # Each channel by itself: some samples have of both.
    assert any(0 < sample.sum().item() < 6 * 5 * 2 for sample in dropped)
    assert F.dropout1d(torch.ones(2, 3), 0.5, training=False).tolist() == [[1] * 3] * 2
    assert F.dropout(torch.ones(3), 1.0).tolist() == [0, 0, 0]


def test_dropout_that_keeps_mean_and_variance() -> None:
    """What is left out becomes one number, the rest stays on one line; together 0 and 1 stay."""
    torch.manual_seed(0)
    x = torch.randn(100, 200)
    dropped = F.alpha_dropout(x, 0.4, training=True)
    assert abs(dropped.mean().item()) < 0.02
    assert dropped.var().item() == pytest.approx(1, abs=0.02)
    scale = 1 / math.sqrt((1.7580993**2 * 0.4 + 1) * (1 - 0.4))
    shift = 1.7580993 * scale * 0.4
    numbers, counts = dropped.unique(return_counts=True)
    out = dropped == numbers[counts.argmax()]
    assert dropped[out][0].item() == pytest.approx(shift - 1.7580993 * scale, abs=1e-6)
    assert torch.allclose(dropped[~out], x[~out] * scale + shift, atol=1e-6)
    channels = nn.FeatureAlphaDropout(0.5)(torch.ones(4, 8, 3))
    assert (channels == channels[:, :, :1]).all()
    assert len(channels.unique()) == 2
    assert torch.equal(nn.AlphaDropout(0.4).eval()(x), x)


# --- what parameters begin with


def test_bounds() -> None:
    """Uniform within bounds that depend on how much is added up; normal with such a spread."""
    torch.manual_seed(1)
    weight = torch.empty(100, 16)
    init = nn.init
    for fill, bound in (
        (lambda: init.kaiming_uniform_(weight, a=2.0), math.sqrt(3 * 2 / (1 + 4) / 16)),
        (lambda: init.kaiming_uniform_(weight, mode="fan_out", nonlinearity="relu"),
         math.sqrt(3 * 2 / 100)),
        (lambda: init.xavier_uniform_(weight, gain=2.0), 2 * math.sqrt(6 / 116)),
    ):  # fmt: skip
        assert fill() is weight
        assert 0.98 * bound < weight.abs().max().item() <= bound
    init.kaiming_normal_(weight, nonlinearity="relu")
    assert weight.std().item() == pytest.approx(math.sqrt(2 / 16), rel=0.05)
    init.xavier_normal_(weight)
    assert weight.std().item() == pytest.approx(math.sqrt(2 / 116), rel=0.05)
    layer = nn.Linear(400, 300)
    for parameter in layer.parameters():
        assert 0.95 / 20 < parameter.abs().max().item() <= 1 / 20


def test_truncated() -> None:
    """Nothing is outside the two bounds, and both sides come near them."""
    torch.manual_seed(1)
    drawn = nn.init.trunc_normal_(torch.empty(2000), mean=0.5, std=1.0, a=-1.0, b=1.0)
    assert -1 <= drawn.min().item() < -0.9
    assert 0.9 < drawn.max().item() <= 1


def test_dirac() -> None:
    """Each output is its input, in every group anew."""
    weight = nn.init.dirac_(torch.ones(4, 2, 3), groups=2)
    one, nothing = [0, 1, 0], [0, 0, 0]
    assert weight.tolist() == [[one, nothing], [nothing, one]] * 2
    narrow = nn.init.dirac_(torch.ones(2, 2, 3), groups=2)
    assert narrow.tolist() == [[one, nothing]] * 2
    conv = nn.Conv1d(2, 3, 3, padding=1, bias=False)
    nn.init.dirac_(conv.weight)
    x = torch.rand(1, 2, 5)
    assert torch.equal(conv(x)[:, :2], x)
    assert conv(x)[:, 2].abs().sum().item() == 0


def test_plain_fillings() -> None:
    """A leaf that requires a gradient may be filled; filling counts as a change."""
    weight = nn.Parameter(torch.zeros(2, 2))
    assert nn.init.eye_(weight).tolist() == [[1, 0], [0, 1]]
    assert nn.init.constant_(weight, 3).tolist() == [[3, 3], [3, 3]]
    assert nn.init.ones_(weight).tolist() == [[1, 1], [1, 1]]
    assert nn.init.zeros_(weight)._version == 4
    assert weight.grad_fn is None


# --- utilities


def test_clipping() -> None:
    """Gradients with a common norm over the limit are scaled to it, others stay."""
    one, two = (torch.zeros(1, requires_grad=True) for _ in range(2))
    (3 * one + 4 * two).backward()
    assert nn.utils.clip_grad_norm_([one, two], 10.0).item() == 5
    assert (one.grad.item(), two.grad.item()) == (3, 4)
    assert nn.utils.clip_grad_norm_([one, two], 1.0).item() == 5
    assert (one.grad.item(), two.grad.item()) == pytest.approx((0.6, 0.8))
    nn.utils.clip_grad_value_([one, two], 0.7)
    assert (one.grad.item(), two.grad.item()) == pytest.approx((0.6, 0.7))


def test_parameters_as_one_vector() -> None:
    """One after the other, and back."""
    one, two = torch.tensor([1.0, 2.0]), torch.tensor([[3.0], [4.0]])
    vector = nn.utils.parameters_to_vector([one, two])
    assert vector.tolist() == [1, 2, 3, 4]
    nn.utils.vector_to_parameters(vector * 10, [one, two])
    assert (one.tolist(), two.tolist()) == ([10, 20], [[30], [40]])
    with pytest.raises(RuntimeError, match=r"shape '\[2, 1\]' is invalid for input of size 1"):
        nn.utils.vector_to_parameters(vector[:3], [one, two])
