"""Errors decoded: what is said of them is true of the learner's own line."""

from types import ModuleType

import pytest

from conv1d_tutor.explain import Fault, decode_error

from .article import article, run


def _decoded(torch: ModuleType, source: str) -> Fault:
    names = article(torch)
    with pytest.raises(Exception) as error:  # noqa: PT011 - which one it is, is Python's affair
        run(names, source)
    fault = decode_error(error.value, source, names)
    assert fault is not None, error.value
    return fault


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("x[4,0,0]", "Axis 0 of x is the sample."),
        ("x[0,2,0]", "Axis 1 of x is the channel."),
        ("y[0,3,0]", "Axis 1 of y is the filter."),
        ("conv1d.weight[3]", "Axis 0 of conv1d.weight is the filter."),
        ("conv1d.weight[0,0,5]", "Axis 2 of conv1d.weight is the tap."),
        ("x[2][1][6]", ""),
    ],
)
def test_an_axis_is_called_what_it_counts_there(
    torch: ModuleType, source: str, reason: str
) -> None:
    """A weight's first axis is no sample; of a part of a tensor nothing is said."""
    assert _decoded(torch, source).reason == reason


@pytest.mark.parametrize("source", ["x[0,:,:5] @ conv1d.weight[0]", "x[0,0,:5] @ conv1d.weight[0]"])
def test_a_product_of_tables_is_not_taken_for_a_linear_layer(
    torch: ModuleType, source: str
) -> None:
    """Where @ was typed there is no Linear whose in_features could be mended."""
    fault = _decoded(torch, source)
    assert fault.name == "matrices"
    assert "Linear" not in fault.meaning + fault.reason


@pytest.mark.parametrize(
    ("source", "fix"),
    [
        ("weight", "conv1d.weight"),
        ("rand(4, 2, 6)", "torch.rand(4, 2, 6)"),
        ("X", "x"),
        ("pritn(x)", "print(x)"),
        ("x.resize(8, 6)", "x.reshape(8, 6)"),
        ("torch._version_", "torch.__version__"),
        ("import nn", "from torch import nn"),
        ("import torhc", "import torch"),
        *((source, "") for source in ("yes", "temperature", "torch.version3", "import bananas")),
    ],
)
def test_what_is_not_there_is_found_or_left_open(torch: ModuleType, source: str, fix: str) -> None:
    """A part of the learner's own things, a near name; and no far-fetched one."""
    assert _decoded(torch, source).fix == fix


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("how many channels are there", "reads like a sentence"),
        ("我 觉得 是 三个", "reads like a sentence"),
        ("x[0 1]", "a comma"),
        ("conv1d(x", "nothing closes"),
        ("x)", "nothing opened"),
        ("'x", "quotation mark"),
        ("conv1d(x) = y", "before it"),
        ("for i in range(3)\n    print(i)", "ends with a colon"),
        ("x = = 1", "cannot read"),
        ("conv1d[x]", "no parts"),
        ("torch.rand[4, 2, 6]", "takes ( )"),
        ("torch.tensor(4, 2, 6)", "in one list"),
        ("torch.rand(4.0, 2, 6)", "whole numbers"),
        ("nn.Conv1d(2.0, 3, 5)", "whole numbers"),
        ("nn.Conv1d('2', '3', '5')", "quotation marks"),
        ("nn.Conv1d(-2, 3, 5)", "cannot be negative"),
        ("conv1d()", "its input"),
        ("conv1d(x, conv1d.weight)", "its input"),
        ("x.reshape(-1, -1)", "It can stand there once"),
        ("x.cuda()", "CPU"),
        ("_ = x; x[_:_]", "whole numbers"),
        ("x[0.5]", "a slice such as"),
        ("float(x)", "one number"),
    ],
)
def test_what_python_cannot_read_is_said_in_plain_words(
    torch: ModuleType, source: str, words: str
) -> None:
    """Prose, brackets, commas and quotation marks each have a sentence."""
    fault = _decoded(torch, source)
    assert words in fault.meaning


def test_a_single_sample_refused_by_older_pytorch_gets_its_batch_axis() -> None:
    """A text pasted from elsewhere says what to do there."""
    text = (
        "RuntimeError: Expected 3-dimensional input for 3-dimensional weight [3, 2, 5], "
        "but got 2-dimensional input of size [2, 6] instead"
    )
    fault = decode_error(text, "", {})
    assert fault is not None
    assert "unsqueeze(0)" in fault.fix


def test_a_cure_that_is_announced_is_shown_for_a_pasted_error_too() -> None:
    """Where the learner's names are not known the line is written with `x`."""
    text = (
        "Given groups=1, weight of size [16, 3, 5], expected input[8, 100, 3] to have 3 "
        "channels, but got 100 channels instead"
    )
    fault = decode_error(text, "", {})
    assert fault is not None
    assert fault.fix == "x.permute(0, 2, 1)"


def test_an_import_from_the_wrong_place_is_shown_the_right_one(torch: ModuleType) -> None:
    """`F` is no part of `torch` itself, and where it is, is said."""
    error = ImportError("cannot import name 'F' from 'torch'")
    fault = decode_error(error, "from torch import F", article(torch))
    assert fault is not None
    assert fault.fix == "import torch.nn.functional as F"
