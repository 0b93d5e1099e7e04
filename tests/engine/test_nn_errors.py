"""What a learner would plausibly get wrong with a layer: PyTorch's error, type and text."""

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn

F = nn.functional

SIGNATURES = """ but expected one of:
 * (Tensor input, Tensor weight, Tensor bias = None, tuple of ints stride = 1, \
tuple of ints padding = 0, tuple of ints dilation = 1, int groups = 1)
{}\
 * (Tensor input, Tensor weight, Tensor bias = None, tuple of ints stride = 1, \
str padding = "valid", tuple of ints dilation = 1, int groups = 1)
{}\
"""
DETAIL = (
    "      didn't match because some of the arguments have invalid types: (!numpy.ndarray!, "
    "!Parameter!, !Parameter!, !tuple of (int,)!, !tuple of (int,)!, !tuple of (int,)!, !int!)\n"
)

c = nn.Conv1d(2, 3, 5)
plain = nn.Conv1d(2, 3, 5, bias=False)
x = torch.rand(4, 2, 6)

ROWS = [
    (
        lambda: c(torch.rand(6)),
        RuntimeError,
        "Expected 2D (unbatched) or 3D (batched) input to conv1d, but got input of size: [6]",
    ),
    (
        lambda: c(torch.rand(4, 6, 2)),
        RuntimeError,
        "Given groups=1, weight of size [3, 2, 5], expected input[4, 6, 2] to have 2 channels, "
        "but got 6 channels instead",
    ),
    (
        lambda: c(torch.rand(4, 6)),
        RuntimeError,
        "Given groups=1, weight of size [3, 2, 5], expected input[1, 4, 6] to have 2 channels, "
        "but got 4 channels instead",
    ),
    (
        lambda: nn.Conv1d(2, 3, 5, padding=1, dilation=2)(x),
        RuntimeError,
        "Calculated padded input size per channel: (8). Kernel size: (9). Kernel size can't be "
        "greater than actual input size",
    ),
    (
        lambda: c(x.double()),
        RuntimeError,
        "Input type (double) and bias type (float) should be the same",
    ),
    (
        lambda: c(torch.ones(4, 2, 6, dtype=torch.int64)),
        RuntimeError,
        "Input type (long int) and bias type (float) should be the same",
    ),
    (lambda: plain(x.double()), RuntimeError, "expected scalar type Double but found Float"),
    # With a bias the dtype comes first, without one the shape.
    (
        lambda: c(torch.rand(4, 3, 6).double()),
        RuntimeError,
        "Input type (double) and bias type (float) should be the same",
    ),
    (
        lambda: plain(torch.rand(4, 3, 6).double()),
        RuntimeError,
        "Given groups=1, weight of size [3, 2, 5], expected input[4, 3, 6] to have 2 channels, "
        "but got 3 channels instead",
    ),
    (
        lambda: c(x.numpy()),
        TypeError,
        "conv1d() received an invalid combination of arguments - got (numpy.ndarray, Parameter, "
        "Parameter, tuple, tuple, tuple, int)," + SIGNATURES.format(DETAIL, DETAIL),
    ),
    (
        lambda: F.conv1d(x),
        TypeError,
        "conv1d() received an invalid combination of arguments - got (Tensor),"
        + SIGNATURES.format("", ""),
    ),
    (
        lambda: nn.Conv1d(2, 3, 5, stride=2, padding="same"),
        ValueError,
        "padding='same' is not supported for strided convolutions",
    ),
    (lambda: nn.Conv1d(3, 4, 5, groups=2), ValueError, "in_channels must be divisible by groups"),
    (lambda: nn.Conv1d(2, 3, 5, groups=2), ValueError, "out_channels must be divisible by groups"),
    (lambda: nn.Conv1d(2, 3, 5, groups=0), ValueError, "groups must be a positive integer"),
    (
        lambda: nn.Conv1d(2, 3, 5, padding=[8, 0])(x),
        RuntimeError,
        "expected padding to be a single integer value or a list of 1 values to match the "
        "convolution dimensions, but got padding=[8, 0]",
    ),
    (
        lambda: nn.Conv1d(2, 3, (5, 5))(x),
        RuntimeError,
        "Expected 4-dimensional input for 4-dimensional weight [3, 2, 5, 5], but got "
        "3-dimensional input of size [4, 2, 6] instead",
    ),
    (lambda: nn.Conv1d(2, 3, 5, stride=0)(x), RuntimeError, "non-positive stride is not supported"),
    (
        lambda: nn.Conv1d(2, 3, 5, dilation=0)(x),
        RuntimeError,
        "non-positive dilation is not supported",
    ),
    (
        lambda: nn.Conv1d(2, 3, 5, dilation=-1)(x),
        RuntimeError,
        "dilation should be greater than zero",
    ),
    (lambda: nn.Conv1d(2, 3, 5, padding=-1)(x), RuntimeError, "negative padding is not supported"),
    (
        lambda: nn.Conv1d(2, 3),
        TypeError,
        "Conv1d.__init__() missing 1 required positional argument: 'kernel_size'",
    ),
    (
        lambda: nn.Conv1d(2, 3, 5, kernel=5),
        TypeError,
        "Conv1d.__init__() got an unexpected keyword argument 'kernel'",
    ),
    (c, TypeError, "Conv1d.forward() missing 1 required positional argument: 'input'"),
    (
        lambda: F.pad(x, (6, 1), "reflect"),
        RuntimeError,
        "Argument #4: Padding size should be less than the corresponding input dimension, but "
        "got: padding (6, 1) at dimension 2 of input [4, 2, 6]",
    ),
    (lambda: F.pad(x, (1,)), RuntimeError, "Padding length must be divisible by 2"),
    (lambda: F.pad(x, (1, 1), "mirror"), NotImplementedError, "Unrecognised padding mode mirror"),
    (lambda: F.max_pool1d(x, 7), RuntimeError, "max_pool1d() Invalid computed output size: 0"),
    (
        lambda: nn.Linear(6, 2)(x[..., :5]),
        RuntimeError,
        "mat1 and mat2 shapes cannot be multiplied (8x5 and 6x2)",
    ),
    (
        lambda: nn.Linear(6, 2)(x.double()),
        RuntimeError,
        "mat1 and mat2 must have the same dtype, but got Double and Float",
    ),
    (
        lambda: nn.Embedding(5, 3)(torch.tensor([5])),
        IndexError,
        "index out of range in self",
    ),
    (
        lambda: nn.Embedding(5, 3)(torch.tensor([1.0])),
        RuntimeError,
        "Expected tensor for argument #1 'indices' to have one of the following scalar types: "
        "Long, Int; but got torch.FloatTensor instead (while checking arguments for embedding)",
    ),
    (
        lambda: nn.BatchNorm1d(3)(x),
        RuntimeError,
        "running_mean should contain 2 elements not 3",
    ),
    (
        lambda: F.cross_entropy(torch.rand(4, 3), torch.tensor([0, 1, 2])),
        ValueError,
        "Expected input batch_size (4) to match target batch_size (3).",
    ),
    (
        lambda: F.cross_entropy(torch.rand(2, 3), torch.tensor([0, 3])),
        IndexError,
        "Target 3 is out of bounds.",
    ),
    (
        lambda: F.mse_loss(torch.rand(2), torch.rand(2), reduction="average"),
        ValueError,
        "average is not a valid value for reduction",
    ),
    (
        lambda: nn.Dropout(2),
        ValueError,
        "dropout probability has to be between 0 and 1, but got 2",
    ),
    (
        lambda: nn.init.kaiming_uniform_(torch.rand(3)),
        ValueError,
        "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions",
    ),
]


@pytest.mark.parametrize(("action", "kind", "text"), ROWS, ids=[row[2][:50] for row in ROWS])
def test_a_wrong_call(action, kind, text):
    """The error is PyTorch's to the letter."""
    with pytest.raises(kind) as caught:
        action()
    assert type(caught.value) is kind
    assert str(caught.value) == text


def test_an_absurd_layer_is_refused_at_once():
    """A layer or an output that no machine holds is named with its size and the limit."""
    with pytest.raises(RuntimeError, match=r"\[1000000, 1000000, 5\].*at most \d+ bytes"):
        nn.Conv1d(10**6, 10**6, 5)
    with pytest.raises(RuntimeError, match=r"\[4, 3, 20000000002\].*at most \d+ bytes"):
        nn.Conv1d(2, 3, 5, padding=10**10)(x)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: nn.Conv1d(2, 3, 5, device="cuda"),
        lambda: nn.Linear(2, 3, device="cuda"),
        lambda: nn.Linear(2, 3).cuda(),
        lambda: nn.Linear(2, 3).to("cuda"),
    ],
)
def test_there_is_no_other_device(ask):
    """A layer elsewhere than on the CPU is refused as by a PyTorch built for the CPU."""
    with pytest.raises(AssertionError, match=r"^Torch not compiled with CUDA enabled$"):
        ask()
    assert nn.Conv1d(2, 3, 5, device="cpu").weight.shape == (3, 2, 5)
