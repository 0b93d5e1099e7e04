"""What a convolution says of its arguments: another text for one sample than for several."""

from typing import Any

import pytest

import conv1d_tutor.engine as torch
from conv1d_tutor.engine.nn import functional

_WRONG_WEIGHT = (
    "Input type (torch.FloatTensor) and weight type (torch.LongTensor) should be the same or input "
    "should be a MKLDNN tensor and weight is a dense tensor"
)
_NO_KERNEL = (
    "could not create a primitive descriptor for the convolution forward propagation primitive. "
    "Run workload with environment variable ONEDNN_VERBOSE=all to get additional diagnostic "
    "information."
)
_AT_LEAST_ONE_TAP = (
    "kernel size should be greater than zero, but got kernel_height: 1 kernel_width: 0"
)


@pytest.mark.parametrize(
    ("weight", "dtype", "arguments", "of_one", "of_several"),
    [
        ((3, 2, 3), "float32", {"dilation": 0},
         "dilation should be greater than zero, but got [1, 0]",
         "non-positive dilation is not supported"),
        ((3, 2, 0), "float32", {}, _AT_LEAST_ONE_TAP, _NO_KERNEL),
        ((3, 2, 0), "float32", {"dilation": 2},
         "kernel size should be greater than zero, but got [1, 0]", _NO_KERNEL),
        ((3, 2, 3), "int64", {}, "expected scalar type Float but found Long", _WRONG_WEIGHT),
        ((4, 1, 3), "int64", {"groups": 2}, _WRONG_WEIGHT, _WRONG_WEIGHT),
        ((3, 2, 3), "float32", {"dilation": -1}, "dilation should be greater than zero", None),
        ((3, 2, 3), "float32", {"stride": 0}, "non-positive stride is not supported", None),
        ((3, 2, 3), "float32", {"padding": -1}, "negative padding is not supported", None),
        ((3, 2, 0), "float32", {"padding": -1}, "negative padding is not supported", None),
        ((3, 2, 0), "float32", {"groups": 0}, "non-positive groups is not supported", None),
        ((3, 2, 3), "float32", {"stride": (1, 1), "groups": 0},
         "non-positive groups is not supported", None),
        ((3, 2, 2), "float32", {"padding": "same", "dilation": -1},
         "dilation should be greater than zero", None),
        ((3, 2, 3), "float32", {"padding": "same", "dilation": -1},
         "negative padding is not supported", None),
        ((3, 2), "float32", {"groups": 0}, "weight should have at least three dimensions", None),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Using padding")
def test_texts_of_one_sample_and_of_several(
    weight: tuple[int, ...],
    dtype: str,
    arguments: dict[str, Any],
    of_one: str,
    of_several: str | None,
) -> None:
    """One sample and an unbatched input go another way through PyTorch than several samples do."""
    filters = torch.ones(weight).to(getattr(torch, dtype))
    for shape in ((2, 6), (1, 2, 6), (2, 2, 6)):
        with pytest.raises(RuntimeError) as caught:
            functional.conv1d(torch.ones(shape), filters, **arguments)
        expected = of_several if shape[0] == 2 and len(shape) == 3 and of_several else of_one
        assert str(caught.value) == expected


def test_many_numbers_count_as_several_samples() -> None:
    """From 20,481 numbers on, one sample goes the way of several."""
    weight = torch.ones(4, 2, 3, dtype=torch.int64)
    with pytest.raises(RuntimeError, match="expected scalar type Float but found Long"):
        functional.conv1d(torch.ones(1, 2, 10240), weight)
    with pytest.raises(RuntimeError, match="should be the same or input should be a MKLDNN"):
        functional.conv1d(torch.ones(1, 2, 10241), weight)


def test_nothing_convolved_is_nothing() -> None:
    """Without samples nothing is checked of dtypes or dilation; without channels none are made."""
    assert functional.conv1d(torch.ones(0, 2, 6), torch.ones(3, 2, 3), dilation=0).shape == (
        0, 3, 6,
    )  # fmt: skip
    assert functional.conv1d(torch.ones(2, 0, 6), torch.ones(3, 0, 2)).shape == (2, 0, 5)
    wide = functional.conv1d(torch.ones(0, 2, 6), torch.ones(3, 2, 3, dtype=torch.int64))
    assert (tuple(wide.shape), wide.dtype) == ((0, 3, 4), torch.float32)
    empty = torch.ones(2, 0, 6).requires_grad_()
    functional.conv1d(empty, torch.ones(3, 0, 2)).sum().backward()
    assert empty.grad is not None
    assert empty.grad.shape == (2, 0, 6)
    with pytest.raises(IndexError, match=r"index 0 out of range for tensor of size \[0\]"):
        functional.conv1d(torch.ones(0, 2, 6), torch.ones(3, 2, 0))
