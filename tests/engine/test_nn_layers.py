"""Layers, with hand-made cases that spell the arithmetic out."""

import math
import warnings

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn

F = nn.functional


@pytest.fixture
def article():
    """Return the article's layer, input and output, from its seed."""
    torch.manual_seed(1115395720)
    layer = nn.Conv1d(2, 3, 5)
    x = torch.rand(4, 2, 6)
    return layer, x, layer(x)


def test_the_article_by_hand(article):
    """Every output is the window's dot products with a filter, plus its bias."""
    layer, x, y = article
    assert y.shape == torch.Size([4, 3, 2])
    for sample, o, t in [(0, 0, 0), (0, 0, 1), (3, 2, 1)]:
        by_hand = layer.bias[o]
        for channel in range(2):
            by_hand = by_hand + x[sample, channel, t : t + 5] @ layer.weight[o, channel]
        assert y[sample, o, t].item() == pytest.approx(by_hand.item(), abs=1e-6)
    assert f"{y[0, 0, 0].item():.4f}" == "0.1683"


def test_what_the_graph_kept(article):
    """The node of the output has the input, the weight and the hyper-parameters, not the bias."""
    layer, x, y = article
    node = y.grad_fn
    assert node.name() == "ConvolutionBackward0"
    assert torch.equal(node._saved_input, x)
    assert torch.equal(node._saved_weight, layer.weight)
    kept = {name: getattr(node, f"_saved_{name}") for name in
            ("stride", "padding", "dilation", "groups", "transposed", "output_padding",
             "bias_sym_sizes_opt")}  # fmt: skip
    assert kept == {
        "stride": (1,), "padding": (0,), "dilation": (1,), "groups": 1, "transposed": False,
        "output_padding": (0,), "bias_sym_sizes_opt": (3,),
    }  # fmt: skip
    assert node.next_functions[0][0] is None
    assert node.next_functions[1][0].variable is layer.weight
    assert node.next_functions[2][0].variable is layer.bias


def test_unbatched_is_a_batch_of_one(article):
    """Without the batch axis one is added, and taken away again."""
    layer, x, y = article
    alone = layer(x[0])
    assert torch.equal(alone, y[0])
    assert alone.grad_fn.name() == "SqueezeBackward1"
    assert alone.grad_fn.next_functions[0][0].name() == "ConvolutionBackward0"


def test_weights_lie_within_their_bound():
    """Weight and bias are uniform within 1 / sqrt(in_channels / groups * kernel_size)."""
    torch.manual_seed(0)
    layer = nn.Conv1d(8, 64, 5, groups=2)
    bound = 1 / math.sqrt(8 / 2 * 5)
    for parameter in layer.parameters():
        assert parameter.abs().max().item() <= bound
    assert layer.weight.abs().max().item() > 0.95 * bound


@pytest.mark.parametrize(
    ("mode", "row"),
    [
        ("zeros", [0, 0, 1, 2, 3, 4, 0, 0]),
        ("reflect", [3, 2, 1, 2, 3, 4, 3, 2]),
        ("replicate", [1, 1, 1, 2, 3, 4, 4, 4]),
        ("circular", [3, 4, 1, 2, 3, 4, 1, 2]),
    ],
)
def test_padding_modes(mode, row):
    """A kernel of one tap shows what stands in the padding."""
    layer = nn.Conv1d(1, 1, 1, padding=2, padding_mode=mode, bias=False)
    nn.init.ones_(layer.weight)
    assert layer(torch.tensor([[1.0, 2, 3, 4]])).tolist() == [row]


def test_same_with_an_even_kernel():
    """The odd zero goes to the right, by a node of its own before the convolution."""
    x = torch.tensor([[[1.0, 2, 3, 4]]], requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = F.conv1d(x, torch.ones(1, 1, 2), padding="same")
    assert y.tolist() == [[[3, 5, 7, 4]]]
    padded = y.grad_fn.next_functions[0][0]
    assert padded.name() == "ConstantPadNdBackward0"
    assert padded._saved_pad == (0, 1)
    assert y.grad_fn._saved_padding == (0,)


def test_a_transposed_convolution():
    """Each input gives a scaled kernel to the output; where two overlap they add."""
    y = F.conv_transpose1d(torch.tensor([[2.0, 3.0]]), torch.tensor([[[1.0, 10.0, 100.0]]]))
    assert y.tolist() == [[2 * 1, 2 * 10 + 3 * 1, 2 * 100 + 3 * 10, 3 * 100]]


def test_a_transposed_convolution_gives_the_shape_back():
    """It has the shape that the convolution of the same hyper-parameters took."""
    x = torch.rand(3, 4, 11)
    down = nn.Conv1d(4, 6, 3, stride=2, padding=1)
    up = nn.ConvTranspose1d(6, 4, 3, stride=2, padding=1)
    assert up(down(x), output_size=x.shape).shape == x.shape


def test_max_pool():
    """The largest of each window, and where it stood; padding never wins."""
    x = torch.tensor([[-5.0, -1, -3, -2, -4]])
    values, places = F.max_pool1d(x, 2, padding=1, return_indices=True)
    assert values.tolist() == [[-5, -1, -2]]
    assert places.tolist() == [[0, 1, 3]]


def test_avg_pool():
    """Padding counts as zeros, or not at all."""
    x = torch.tensor([[2.0, 4, 6]])
    assert F.avg_pool1d(x, 2, padding=1).tolist() == [[(0 + 2) / 2, (4 + 6) / 2]]
    counted = F.avg_pool1d(x, 2, padding=1, count_include_pad=False)
    assert counted.tolist() == [[2 / 1, (4 + 6) / 2]]


def test_adaptive_pools():
    """Five positions into three windows: 0-1, 1-3, 3-4."""
    x = torch.tensor([[1.0, 2, 3, 4, 5]])
    assert F.adaptive_avg_pool1d(x, 3).tolist() == [[1.5, 3.0, 4.5]]
    assert F.adaptive_max_pool1d(x, 3).tolist() == [[2, 4, 5]]


def test_linear_is_a_convolution_of_one_tap():
    """A kernel of size 1 is a linear layer at every position."""
    convolution, linear = nn.Conv1d(4, 3, 1), nn.Linear(4, 3)
    linear.weight.data.copy_(convolution.weight.data.squeeze(-1))
    linear.bias.data.copy_(convolution.bias.data)
    x = torch.rand(2, 4, 5)
    assert torch.allclose(convolution(x), linear(x.permute(0, 2, 1)).permute(0, 2, 1), atol=1e-6)


def test_embedding():
    """Rows are looked up; the padding row is zeros and learns nothing."""
    table = nn.Embedding(5, 3, padding_idx=1)
    rows = table(torch.tensor([[1, 2]]))
    assert rows.shape == (1, 2, 3)
    assert rows[0, 0].tolist() == [0, 0, 0]
    rows.sum().backward()
    assert table.weight.grad.sum(1).tolist() == [0, 0, 3, 0, 0]


def test_batch_norm():
    """In training a channel comes out with mean 0 and variance 1, and the past is followed."""
    norm = nn.BatchNorm1d(2)
    x = torch.tensor([[1.0, 10.0], [3.0, 30.0]])
    y = norm(x)
    assert y.detach().abs().sum().item() == pytest.approx(4, abs=1e-4)
    assert norm.running_mean.tolist() == pytest.approx([0.1 * 2, 0.1 * 20])
    assert norm.running_var.tolist() == pytest.approx([0.9 + 0.1 * 2, 0.9 + 0.1 * 200])
    assert norm.num_batches_tracked.item() == 1
    expected = (1 - 0.1 * 2) / math.sqrt(0.9 + 0.1 * 2 + 1e-5)
    assert norm.eval()(x)[0, 0].item() == pytest.approx(expected)


def test_layer_norm():
    """Each sample comes out with mean 0 and variance 1."""
    y = nn.LayerNorm(3)(torch.tensor([[1.0, 2, 3]]))
    assert y[0].tolist() == pytest.approx([-math.sqrt(1.5), 0, math.sqrt(1.5)], abs=1e-4)


def test_dropout():
    """In training what is left is scaled up; in evaluation the input itself comes back."""
    layer = nn.Dropout(0.25)
    x = torch.ones(1000)
    assert sorted(set(layer(x).tolist())) == [0, pytest.approx(1 / 0.75)]
    assert layer.eval()(x) is x


def test_losses_by_hand():
    """Two numbers, spelled out."""
    a, b = torch.tensor([1.0, 2.0]), torch.tensor([4.0, 0.0])
    assert nn.MSELoss()(a, b).item() == ((1 - 4) ** 2 + (2 - 0) ** 2) / 2
    assert nn.L1Loss(reduction="sum")(a, b).item() == 3 + 2
    scores = torch.tensor([[1.0, 2.0]])
    expected = -math.log(math.exp(2) / (math.exp(1) + math.exp(2)))
    assert nn.CrossEntropyLoss()(scores, torch.tensor([1])).item() == pytest.approx(expected)


def test_a_target_of_another_size_warns():
    """A loss that broadcasts by accident says so, in PyTorch's words."""
    with pytest.warns(
        UserWarning, match=r"target size \(torch.Size\(\[4\]\)\) .* incorrect result"
    ):
        F.mse_loss(torch.ones(4, 1), torch.ones(4))


def test_activations_by_hand():
    """Each bends -1, 0 and 2 its own way."""
    x = torch.tensor([-1.0, 0.0, 2.0])
    assert F.relu(x).tolist() == [0, 0, 2]
    assert F.leaky_relu(x, 0.5).tolist() == [-0.5, 0, 2]
    assert F.hardtanh(x).tolist() == [-1, 0, 1]
    assert F.silu(x)[2].item() == pytest.approx(2 / (1 + math.exp(-2)))
    assert F.gelu(x)[2].item() == pytest.approx(1 + math.erf(2 / math.sqrt(2)))
    assert F.softmax(x, 0).sum().item() == pytest.approx(1)


def test_in_place_activations():
    """`inplace=True` writes over the input and gives it back."""
    x = torch.tensor([-1.0, 2.0])
    assert nn.ReLU(inplace=True)(x) is x
    assert x.tolist() == [0, 2]


def test_output_padding_makes_room_on_the_right():
    """A stride of 2 fits lengths 4 and 5; the fifth position gets nothing but the bias."""
    weight, bias = torch.tensor([[[1.0, 10.0]]]), torch.tensor([0.5])
    x = torch.tensor([[2.0, 3.0]], requires_grad=True)
    y = F.conv_transpose1d(x, weight, bias, stride=2, output_padding=1)
    assert y.tolist() == [[2 * 1 + 0.5, 2 * 10 + 0.5, 3 * 1 + 0.5, 3 * 10 + 0.5, 0.5]]
    y.backward(torch.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]]))
    assert x.grad.tolist() == [[1 * 1 + 2 * 10, 3 * 1 + 4 * 10]]


def test_a_window_that_no_input_had_sends_nothing_back():
    """With dilation the room for output padding may hold a whole window more."""
    weight = torch.tensor([[[1.0, 10.0]]])
    x = torch.tensor([[2.0, 3.0]], requires_grad=True)
    y = F.conv_transpose1d(x, weight, dilation=2, output_padding=1)
    assert y.tolist() == [[2 * 1, 3 * 1, 2 * 10, 3 * 10, 0]]
    y.backward(torch.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]]))
    assert x.grad.tolist() == [[1 * 1 + 3 * 10, 2 * 1 + 4 * 10]]


def test_padding_takes_from_a_transposed_convolution():
    """What a convolution's padding added at both ends, the transposed one leaves out."""
    weight = torch.tensor([[[1.0, 10.0, 100.0]]])
    y = F.conv_transpose1d(torch.tensor([[2.0, 3.0]]), weight, padding=1)
    assert y.tolist() == [[2 * 10 + 3 * 1, 2 * 100 + 3 * 10]]


def test_output_size_chooses_among_the_lengths_that_fit():
    """A stride of 3 leaves three lengths, which `output_size` may name, and no other."""
    layer = nn.ConvTranspose1d(1, 1, 2, stride=3)
    x = torch.ones(1, 1, 2)
    shortest = (2 - 1) * 3 + (2 - 1) + 1
    for length in (shortest, shortest + 1, shortest + 2):
        assert layer(x, output_size=[length]).shape == (1, 1, length)
    with pytest.raises(ValueError, match=r"valid sizes range from \[5\] to \[7\]"):
        layer(x, output_size=[8])


def test_output_padding_is_smaller_than_stride_or_dilation():
    """As much as the stride would be a whole step more."""
    x, weight = torch.ones(1, 1, 3), torch.ones(1, 1, 2)
    with pytest.raises(RuntimeError, match="output padding must be smaller"):
        F.conv_transpose1d(x, weight, stride=2, output_padding=2)


def test_the_node_of_a_padded_dilated_convolution():
    """What the graph kept are the numbers that were given."""
    x, weight = torch.ones(1, 2, 9), torch.ones(2, 1, 3, requires_grad=True)
    node = F.conv1d(x, weight, stride=2, padding=3, dilation=4, groups=2).grad_fn
    assert (node._saved_stride, node._saved_padding, node._saved_dilation) == ((2,), (3,), (4,))
    assert node._saved_groups == 2
