"""Errors decoded: what is said of them is true of the learner's own line."""

from types import ModuleType

import pytest

from conv1d_tutor.explain import Fault, decode_error

from .article import article, run


def _decoded(torch: ModuleType, source: str, setup: str = "") -> Fault:
    names = article(torch)
    run(names, setup)
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
        ("torch.zeros(4.0, 2, 6)", "whole numbers"),
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


@pytest.mark.parametrize(
    ("source", "fix", "needed"),
    [
        # 5 − 3 = 2 missing: one on each side; of an odd number one more than half of it
        ("conv1d(short)", "conv1d = nn.Conv1d(2, 3, 5, padding=1)", "≥5"),
        ("conv1d(short[:, :, :2])", "conv1d = nn.Conv1d(2, 3, 5, padding=2)", "≥5"),
        # padding that is there already counts
        ("padded(short[:, :, :1])", "padded = nn.Conv1d(2, 3, 5, padding=2)", "≥3"),
        ("dilated(x)", "dilated = nn.Conv1d(2, 3, 5, padding=2, dilation=2)", "≥9"),
    ],
)
def test_a_window_is_made_to_fit_by_the_least_padding(
    torch: ModuleType, source: str, fix: str, needed: str
) -> None:
    """With the layer that is proposed the same input has one window or two; with less, none."""
    setup = "padded = nn.Conv1d(2, 3, 5, padding=1)"
    fault = _decoded(torch, source, setup)
    assert fault.fix == fix
    assert (fault.axes[2].name, fault.axes[2].needed, fault.axes[2].wrong) == ("L", needed, True)
    names = article(torch)
    run(names, setup)
    run(names, fault.fix)
    run(names, f"fitted = {source}")
    assert names["fitted"].shape[-1] in (1, 2)


@pytest.mark.parametrize(
    ("source", "name", "wrong"),
    [
        ("conv1d(torch.rand(4, 3, 5))", "in_channels", "C"),
        ("conv1d(torch.rand(4, 3, 4))", "channels", "CL"),
        ("conv1d(torch.rand(4, 5, 2))", "channels_last", "CL"),
        ("conv1d(torch.rand(4, 4, 2))", "channels", "CL"),
    ],
)
def test_an_axis_is_marked_where_it_is_wrong(
    torch: ModuleType, source: str, name: str, wrong: str
) -> None:
    """An input just long enough is not too short, and one that stays too short is not turned."""
    fault = _decoded(torch, source)
    assert fault.name == name
    assert "".join(axis.name for axis in fault.axes if axis.wrong) == wrong


@pytest.mark.parametrize(("count", "fix"), [(10, "conv1d(v.reshape(1, 2, -1))"), (8, ""), (11, "")])
def test_a_row_is_cut_into_channels_that_are_long_enough(
    torch: ModuleType, count: int, fix: str
) -> None:
    """Ten numbers are two channels of five, which a window of five fits; eight are too few."""
    fault = _decoded(torch, "conv1d(v)", f"v = torch.rand({count})")
    assert fault.fix == fix
    assert ("cut it into them" in fault.reason) is bool(fix)


def test_the_last_index_is_one_less_than_the_size(torch: ModuleType) -> None:
    """Two positions are numbered 0 and 1."""
    assert "has 2, numbered 0 to 1." in _decoded(torch, "y[0,0,2]").meaning


@pytest.mark.parametrize(("kernel", "padding"), [(4, 1), (5, 2), (7, 3)])
def test_same_with_a_stride_becomes_a_number(torch: ModuleType, kernel: int, padding: int) -> None:
    """(kernel_size − 1) // 2, rounded down for an even kernel."""
    fault = _decoded(torch, f"nn.Conv1d(2, 3, {kernel}, stride=2, padding='same')")
    assert fault.fix == f"nn.Conv1d(2, 3, {kernel}, stride=2, padding={padding})"


@pytest.mark.parametrize(
    ("source", "fix"),
    [
        ("卷积(last)", "卷积(last.permute(0, 2, 1))"),
        ("conv1d(数据)", "conv1d(数据.permute(0, 2, 1))"),
        ("结果 = conv1d(数据)", "结果 = conv1d(数据.permute(0, 2, 1))"),
        ("结果 = 卷积(数据 + 0)", "结果 = 卷积((数据 + 0).permute(0, 2, 1))"),
    ],
)
def test_names_in_any_script_stay_whole(torch: ModuleType, source: str, fix: str) -> None:
    """The line is changed at the right letters, though Python counts bytes."""
    assert _decoded(torch, source, "卷积 = conv1d\n数据 = last").fix == fix


def test_what_is_tried_changes_nothing_and_runs_nothing_else(torch: ModuleType) -> None:
    """A call that might leave a trace is shown untried; a BatchNorm would count its batches."""
    names = article(torch)
    run(names, "calls = []\ndef noted(t):\n    calls.append(1)\n    return t")
    run(names, "net = nn.Sequential(nn.Conv1d(2, 3, 5), nn.BatchNorm1d(3))")
    for source in ("conv1d(noted(last))", "net(last)"):
        with pytest.raises(RuntimeError) as error:
            run(names, source)
        calls, batches = len(names["calls"]), int(names["net"][1].num_batches_tracked)
        fault = decode_error(error.value, source, names)
        assert fault is not None
        assert fault.gives == ""
        assert len(names["calls"]) == calls
        assert int(names["net"][1].num_batches_tracked) == batches
