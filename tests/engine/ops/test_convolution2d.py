"""A convolution of two axes, worked out by hand, in parts, and as a Conv1d."""

from typing import Any

import numpy as np
import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn
from conv1d_tutor.engine.core import guard
from conv1d_tutor.engine.ops import convolution2d

F = nn.functional


def test_one_number_by_hand() -> None:
    """Every window is multiplied with the filter, row by row, and added up with the bias."""
    image = torch.tensor([[[[0.0, 1, 2], [3, 4, 5], [6, 7, 8]]]])
    weight = torch.tensor([[[[1.0, 10], [100, 1000]]]])
    output = F.conv2d(image, weight, torch.tensor([0.5]))
    assert output[0, 0].tolist() == [
        [0 * 1 + 1 * 10 + 3 * 100 + 4 * 1000 + 0.5, 1 * 1 + 2 * 10 + 4 * 100 + 5 * 1000 + 0.5],
        [3 * 1 + 4 * 10 + 6 * 100 + 7 * 1000 + 0.5, 4 * 1 + 5 * 10 + 7 * 100 + 8 * 1000 + 0.5],
    ]


def test_steps_gaps_and_zeros_by_hand() -> None:
    """The first of each pair is the vertical one."""
    image = torch.tensor([[[[1.0, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]]])
    weight = torch.tensor([[[[1.0, 10], [100, 1000]]]])
    output = F.conv2d(image, weight, None, (2, 1), (1, 0), (1, 2))
    assert output[0, 0].tolist() == [
        [1 * 100 + 3 * 1000, 2 * 100 + 4 * 1000],
        [5 * 1 + 7 * 10 + 9 * 100 + 11 * 1000, 6 * 1 + 8 * 10 + 10 * 100 + 12 * 1000],
    ]


def test_gradients_by_hand() -> None:
    """A tap gathers what it stood over; an input what it was multiplied with."""
    image = torch.tensor([[[[1.0, 2, 3], [4, 5, 6]]]], requires_grad=True)
    weight = torch.tensor([[[[10.0, 20]]]], requires_grad=True)
    bias = torch.tensor([0.0], requires_grad=True)
    (F.conv2d(image, weight, bias) * torch.tensor([[1.0, 2], [3, 4]])).sum().backward()
    assert weight.grad.tolist() == [[[[1 * 1 + 2 * 2 + 4 * 3 + 5 * 4, 2 + 3 * 2 + 5 * 3 + 6 * 4]]]]
    assert image.grad.tolist() == [[[[10, 20 + 20, 40], [30, 60 + 40, 80]]]]
    assert bias.grad.tolist() == [1 + 2 + 3 + 4]


@pytest.mark.parametrize("options", [{}, {"stride": 2}, {"padding": 2}, {"dilation": 2}])
def test_how_it_relates_to_conv1d(options: dict[str, int]) -> None:
    """Filters as high as an image whose rows are the channels: that is a Conv1d."""
    torch.manual_seed(0)
    conv1d = nn.Conv1d(3, 4, 3, **options)
    along = {name: (0 if name == "padding" else 1, each) for name, each in options.items()}
    conv2d = nn.Conv2d(1, 4, (3, 3), **along)
    with torch.no_grad():
        conv2d.weight.copy_(conv1d.weight[:, None])
        conv2d.bias.copy_(conv1d.bias)
    x = torch.rand(2, 3, 11)
    output = conv2d(x[:, None])
    assert output.shape == (2, 4, 1, conv1d(x).shape[-1])
    assert torch.allclose(output[:, :, 0], conv1d(x), atol=1e-6)
    rows = F.conv2d(x[:, :, None], conv1d.weight[:, :, None], conv1d.bias)
    assert torch.allclose(rows[:, :, 0], F.conv1d(x, conv1d.weight, conv1d.bias), atol=1e-6)


@pytest.mark.parametrize("block", [1, 50, 400, 3000])
@pytest.mark.parametrize("groups", [1, 2])
def test_parts_make_the_whole(monkeypatch: pytest.MonkeyPatch, block: int, groups: int) -> None:
    """However few columns fit, outputs and gradients are those of all at once."""

    def answers() -> list[Any]:
        torch.manual_seed(0)
        net = nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(2, 1), dilation=(1, 2), groups=groups)
        x = torch.rand(3, 4, 9, 8, requires_grad=True)
        output = net(x)
        (output * torch.rand(*output.shape)).sum().backward()
        return [output.detach(), x.grad, net.weight.grad, net.bias.grad]

    whole = answers()
    monkeypatch.setattr(convolution2d, "BLOCK", block)
    for one, two in zip(answers(), whole, strict=True):
        assert torch.allclose(one, two, atol=1e-5)


def test_parts_are_no_larger_than_a_block() -> None:
    """Rows are taken together as long as they fit, then samples."""
    parts = list(convolution2d._parts(5, 4, guard.BLOCK // 8))
    assert parts == [(slice(0, 2), slice(0, 4)), (slice(2, 4), slice(0, 4)),
                     (slice(4, 5), slice(0, 4))]  # fmt: skip
    parts = list(convolution2d._parts(2, 3, guard.BLOCK // 2))
    rows = slice(0, 2), slice(2, 3)
    assert parts == [(slice(sample, sample + 1), each) for sample in range(2) for each in rows]
    assert list(convolution2d._parts(0, 3, 1)) == list(convolution2d._parts(3, 0, 1)) == []


@pytest.mark.parametrize(
    "line",
    [
        lambda: F.conv2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 1, 1), padding=10**6),
        lambda: F.conv2d(torch.ones(1, 1, 60000, 1), torch.ones(60000, 1, 1, 1)),
        lambda: nn.Conv2d(10**5, 10**5, 9),
        lambda: F.interpolate(torch.ones(1, 1, 2), 10**11),
        lambda: F.interpolate(torch.ones(0, 1, 2), 10**11, mode="linear"),
        lambda: nn.Upsample(scale_factor=1e12)(torch.ones(1, 1, 2)),
        lambda: torch.hann_window(10**11),
        lambda: torch.bartlett_window(10**11),
    ],
)
def test_what_is_too_large_is_refused_by_size(line: Any) -> None:
    """Before it is allocated, in PyTorch's words."""
    with pytest.raises(RuntimeError, match=r"can't allocate memory|overflowed"):
        line()


def test_a_weight_that_is_no_parameter_is_used() -> None:
    """`forward` reads `self.weight`, whatever stands there."""
    net = nn.Conv2d(1, 1, 2, bias=False)
    del net.weight
    net.weight = torch.full((1, 1, 2, 2), 2.0)
    assert net(torch.ones(1, 1, 2, 2)).tolist() == [[[[8]]]]


def test_whole_numbers_are_convolved() -> None:
    """PyTorch does that, too."""
    ones = torch.ones(1, 1, 3, 3, dtype=torch.int64)
    output = F.conv2d(ones, ones[..., :2, :2])
    assert (output.dtype, output.tolist()) == (torch.int64, [[[[4, 4], [4, 4]]]])


def test_the_strided_windows_do_not_share_memory_with_the_output() -> None:
    """A kernel of one number gives numbers of their own."""
    x = torch.ones(1, 1, 2, 2)
    output = F.conv2d(x, torch.ones(1, 1, 1, 1))
    x.zero_()
    assert np.array_equal(output.numpy(), np.ones((1, 1, 2, 2)))
