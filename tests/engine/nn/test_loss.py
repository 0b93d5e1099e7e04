"""Losses, worked out by hand."""

from math import exp, log

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn

from ..ops.flows import gradients

F = nn.functional


def test_losses_of_differences() -> None:
    """Differences of 1 and 3; where a loss bends it has both forms."""
    x, y = torch.tensor([1.0, 3.0]), torch.zeros(2)
    assert F.smooth_l1_loss(x, y, reduction="none", beta=2.0).tolist() == [0.5 * 1 / 2, 3 - 1]
    assert F.huber_loss(x, y, reduction="none", delta=2.0).tolist() == [0.5 * 1, 2 * (3 - 1)]
    assert nn.HuberLoss("sum", 2.0)(x, y).item() == 0.5 + 4
    assert nn.SmoothL1Loss(beta=2.0)(x, y).item() == (0.25 + 2) / 2
    weighted = F.huber_loss(x, y, "sum", 2.0, torch.tensor([2.0, 10.0]))
    assert weighted.item() == 2 * 0.5 + 10 * 4
    assert gradients(lambda x: F.smooth_l1_loss(x, y, reduction="none", beta=2.0), [1.0, 3.0]) == [
        [1 / 2, 2 * 1]
    ]


@pytest.mark.parametrize(
    ("options", "reduction"),
    [
        ({"size_average": False}, "sum"),
        ({"size_average": True}, "mean"),
        ({"reduce": False}, "none"),
        ({"reduce": True}, "mean"),
        ({"size_average": False, "reduce": False}, "none"),
    ],
)
def test_the_two_older_arguments(options: dict[str, bool], reduction: str) -> None:
    """They outrank `reduction`, with a warning; a layer keeps what they mean."""
    x, y = torch.tensor([1.0, 3.0]), torch.zeros(2)
    with pytest.warns(UserWarning, match=f"please use reduction='{reduction}' instead"):
        loss = F.mse_loss(x, y, **options)
    assert torch.equal(loss, F.mse_loss(x, y, reduction=reduction))
    with pytest.warns(UserWarning, match="size_average and reduce args"):
        assert nn.BCELoss(**options).reduction == reduction


def test_a_layer_keeps_its_reduction() -> None:
    """Each of them hands it on."""
    for kind in (nn.MSELoss, nn.L1Loss, nn.NLLLoss, nn.CrossEntropyLoss, nn.BCELoss, nn.KLDivLoss):
        assert kind(reduction="sum").reduction == "sum"


def test_binary_cross_entropy_with_logits() -> None:
    """-(p * y * log(s) + (1 - y) * log(1 - s)) * w, with s the sigmoid and p the pos_weight."""
    share = 1 / (1 + exp(-1.0))
    x, y = torch.tensor([1.0, 1.0]), torch.tensor([1.0, 0.0])
    losses = F.binary_cross_entropy_with_logits(
        x, y, torch.tensor([1.0, 2.0]), reduction="none", pos_weight=torch.tensor([3.0, 3.0])
    )
    assert losses.tolist() == pytest.approx([-3 * log(share), -2 * log(1 - share)])
    layer = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0, 3.0]))
    assert layer(x, y).item() == pytest.approx((-3 * log(share) - log(1 - share)) / 2)
    plain = F.binary_cross_entropy(torch.tensor([share, share]), y, torch.tensor([1.0, 2.0]))
    assert plain.item() == pytest.approx((-log(share) - 2 * log(1 - share)) / 2)


def test_an_impossible_probability_costs_a_hundred() -> None:
    """The logarithm of 0 counts as -100, and 0 times it as nothing."""
    x, y = torch.tensor([0.0, 0.0]), torch.tensor([1.0, 0.0])
    assert F.binary_cross_entropy(x, y, reduction="none").tolist() == [100, 0]


def test_kl_div() -> None:
    """Y * (log y - input); "batchmean" divides by the number of samples."""
    shares = torch.tensor([[0.25, 0.75, 0.0], [0.5, 0.25, 0.25]])
    inputs = torch.zeros(2, 3)
    total = sum(y * log(y) for y in (0.25, 0.75, 0.5, 0.25, 0.25))
    assert F.kl_div(inputs, shares, reduction="sum").item() == pytest.approx(total)
    assert F.kl_div(inputs, shares, reduction="batchmean").item() == pytest.approx(total / 2)
    with pytest.warns(UserWarning, match="divides the total loss by both"):
        assert F.kl_div(inputs, shares).item() == pytest.approx(total / 6)
    logs = torch.tensor([[log(0.25), log(0.75)]])
    by_logs = F.kl_div(inputs[:1, :2], logs, reduction="sum", log_target=True)
    assert by_logs.item() == pytest.approx(0.25 * log(0.25) + 0.75 * log(0.75))


def test_smoothed_cross_entropy() -> None:
    """A share of the loss is that against all classes alike; weights count, ignored ones do not."""
    shares = [0.2, 0.3, 0.5]
    scores = torch.tensor([[log(each) for each in shares]] * 3)
    target = torch.tensor([0, 2, 1])
    weight = torch.tensor([1.0, 2.0, 4.0])
    logs = [-log(each) for each in shares]
    loss = F.cross_entropy(scores, target, label_smoothing=0.3)
    plain = (logs[0] + logs[2] + logs[1]) / 3
    assert loss.item() == pytest.approx(0.7 * plain + 0.3 / 3 * sum(logs))
    alone = F.cross_entropy(scores[:1], target[:1], label_smoothing=0.3)
    assert alone.item() == pytest.approx(0.7 * logs[0] + 0.3 / 3 * sum(logs))
    loss = F.cross_entropy(scores, target, weight, ignore_index=1, label_smoothing=0.3)
    plain = (1 * logs[0] + 4 * logs[2]) / (1 + 4)
    every = 1 * logs[0] + 2 * logs[1] + 4 * logs[2]
    assert loss.item() == pytest.approx(0.7 * plain + 0.3 / 3 * (2 * every) / (1 + 4))
    loss = F.cross_entropy(scores, target, ignore_index=1, label_smoothing=0.3)
    plain = (logs[0] + logs[2]) / 2
    assert loss.item() == pytest.approx(0.7 * plain + 0.3 / 3 * sum(logs))


def test_cross_entropy_against_shares() -> None:
    """Every class counts by its share, and by its weight."""
    scores = torch.tensor([[log(0.2), log(0.8)]])
    target = torch.tensor([[0.25, 0.75]])
    loss = F.cross_entropy(scores, target, torch.tensor([1.0, 10.0]))
    assert loss.item() == pytest.approx(-0.25 * log(0.2) - 10 * 0.75 * log(0.8))


def test_nll_by_weights() -> None:
    """The mean is by the weights of the classes that were right; over positions too."""
    logs = torch.tensor([[[-1.0, -2.0], [-3.0, -4.0]]])
    target = torch.tensor([[0, 1]])
    weight = torch.tensor([1.0, 3.0])
    assert F.nll_loss(logs, target, weight).item() == (1 * 1 + 3 * 4) / (1 + 3)
    assert F.nll_loss(logs, target, weight, reduction="none").tolist() == [[1, 12]]
    assert F.nll_loss(logs, target, reduction="sum", ignore_index=0).item() == 4


def test_cosine_similarity() -> None:
    """The cosine of the angle between pairs of vectors; nothing at all is at right angles."""
    x, y = torch.tensor([[3.0, 4.0], [1.0, 0.0], [0.0, 0.0]]), torch.tensor([[4.0, 3.0]])
    assert F.cosine_similarity(x, y).tolist() == pytest.approx([24 / 25, 4 / 5, 0])
    assert F.cosine_similarity(x[:2], x[:2], dim=0).tolist() == pytest.approx([1, 1])


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_targets_of_whole_numbers_are_refused(reduction: str) -> None:
    """The binary losses say of them what PyTorch says."""
    x, whole = torch.full((3,), 0.5), torch.tensor([0, 1, 1])
    with pytest.raises(RuntimeError, match=r"^Found dtype Long but expected Float$"):
        F.binary_cross_entropy(x, whole, reduction=reduction)
    with pytest.raises(RuntimeError, match=r"^result type Float can't be cast to the desired"):
        F.binary_cross_entropy_with_logits(x, whole, reduction=reduction)
    with pytest.raises(RuntimeError, match="Subtraction, the `-` operator, with two bool tensors"):
        F.binary_cross_entropy_with_logits(x, whole.bool(), reduction=reduction)
    with pytest.raises(RuntimeError, match=r"^kl_div: Integral inputs not supported\.$"):
        F.kl_div(x, whole, reduction="sum")


def test_whole_numbers_are_named_by_their_common_dtype() -> None:
    """A kernel that is missing is missing for the dtype that both have together."""
    one, two = torch.tensor([1], dtype=torch.int32), torch.tensor([1])
    with pytest.raises(NotImplementedError, match="\"mse_cpu\" not implemented for 'Long'"):
        F.mse_loss(one, two)


def test_all_targets_ignored() -> None:
    """Their mean is nan, as 0 / 0 is, but nothing is to be learned from it: gradients are 0."""
    scores = torch.ones(2, 3).requires_grad_()
    loss = F.cross_entropy(scores, torch.tensor([-100, -100]))
    loss.backward()
    assert loss.isnan()
    assert scores.grad is not None
    assert scores.grad.tolist() == [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


def test_a_weight_that_cannot_learn() -> None:
    """Where PyTorch has no gradient to a weight, one that requires it is refused."""
    weight = torch.ones(3).requires_grad_()
    with pytest.raises(RuntimeError, match="'nll_loss_forward' is not differentiable with respect"):
        F.cross_entropy(torch.ones(2, 3), torch.tensor([0, 1]), weight)
    with pytest.raises(RuntimeError, match="'binary_cross_entropy' is not differentiable"):
        F.binary_cross_entropy(torch.full((3,), 0.5), torch.ones(3), weight)


def test_weighted_differences() -> None:
    """A weighted mean is by the sum of the weights: (1 * 1 + 4 * 3) / (1 + 3)."""
    x, y, weight = torch.tensor([1.0, 2.0]), torch.zeros(2), torch.tensor([1.0, 3.0])
    assert F.mse_loss(x, y, weight=weight).item() == (1 * 1 + 4 * 3) / (1 + 3)
    assert F.l1_loss(x, y, weight=weight).item() == (1 * 1 + 2 * 3) / (1 + 3)
    with pytest.raises(ValueError, match=r"^Weights and input must have the same size\.$"):
        F.mse_loss(x, y, weight=torch.ones(1))


def test_the_gradient_to_a_target() -> None:
    """-(y log p + (1 - y) log(1 - p)) by y is log(1 - p) - log p."""
    target = torch.tensor([0.3]).requires_grad_()
    F.binary_cross_entropy(torch.tensor([0.2]), target).backward()
    assert target.grad is not None
    assert target.grad.item() == pytest.approx(log(0.8) - log(0.2), rel=1e-6)
