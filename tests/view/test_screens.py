"""Every picture, at several widths, as it was looked at and found good."""

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from rich.text import Text

import conv1d_tutor.engine as torch
from conv1d_tutor.explain import (
    Explorer,
    convolution_behind,
    decode_error,
    explain,
    explain_length,
    series_of,
    silent_mistake,
)
from conv1d_tutor.view import Look, explorer, slide
from conv1d_tutor.view.pictures import picture, plot_picture
from conv1d_tutor.view.prose import prose
from tests.explain.article import article, evaluate, run

Screen = Callable[[str, list[Text]], None]
WIDTHS = (40, 80, 120)
PICTURES = {
    "element": "y[0,0,0]",
    "element-last": "y[0,0,1]",
    "element-relu": "torch.relu(y)[0,1,0]",
    "element-permuted": "y.permute(0,2,1)[0,1,2]",
    "element-unbatched": "conv1d(x[0])[2,1]",
    "overview": "y",
    "overview-slice": "y[0]",
    "overview-sum": "y.sum()",
    "weight": "conv1d.weight",
    "weight-tap": "conv1d.weight[1,0,2]",
    "bias": "conv1d.bias",
    "reach": "x[0,1,4]",
    "layer": "conv1d",
    "hand-sum": "x[0,0,0:5] @ w[0,0] + x[0,1,0:5] @ w[0,1] + b[0]",
    "hand-sum-no-bias": "x[0,0,0:5] @ w[0,0] + x[0,1,0:5] @ w[0,1]",
    "hand-sum-window": "x[0,0,0:5] @ w[0,0] + x[0,1,1:6] @ w[0,1] + b[1]",
    "detached": "y.detach()[0,0,0]",
}
ERRORS = {
    "error-channels-last": "y = conv1d(last)",
    "error-one-axis": "mono(row)",
    "error-too-short": "dilated(x)",
    "error-dtype": "conv1d(torch.from_numpy(array))",
    "error-channels-many": "conv1d(torch.rand(4, 3, 9))",
}


def _fit(lines: list[Text], width: int) -> None:
    assert all(line.cell_len <= width for line in lines), [line.plain for line in lines]


def names_of(source: str = "") -> dict[str, Any]:
    """Return the article's names, with more made by a learner's statements."""
    names = article(torch)
    if source:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run(names, source)
    return names


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture(screen: Screen, name: str, width: int) -> None:
    """An explanation of one expression of the article."""
    names = names_of()
    lines = picture(explain(evaluate(names, PICTURES[name]), names, PICTURES[name]), Look()).lines(
        width
    )
    _fit(lines, width)
    screen(f"{name}-{width}", lines)


@pytest.mark.parametrize("zoom", ["formula", "taps"])
@pytest.mark.parametrize("width", [40, 80])
def test_the_other_zoom_levels(screen: Screen, zoom: Any, width: int) -> None:
    """The element as one line, and tap by tap."""
    names = names_of()
    lines = picture(explain(names["y"][0, 0, 0], names, "y[0,0,0]"), Look(), zoom).lines(width)
    _fit(lines, width)
    screen(f"element-{zoom}-{width}", lines)


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("name", ERRORS)
def test_a_decoded_error(screen: Screen, name: str, width: int) -> None:
    """What was given and needed, axis under axis, the reason and the line."""
    names = names_of()
    with pytest.raises(Exception) as error:  # noqa: PT011 - which one it is, is PyTorch's affair
        run(names, ERRORS[name])
    fault = decode_error(error.value, ERRORS[name], names)
    assert fault is not None
    lines = picture(fault, Look()).lines(width)
    _fit(lines, width)
    screen(f"{name}-{width}", lines)


def test_a_silent_mistake(screen: Screen) -> None:
    """Reshape in place of permute."""
    names = names_of()
    source = "z = x.reshape(4, 6, 2)"
    mistake = silent_mistake(evaluate(names, "x.reshape(4, 6, 2)"), names, source)
    assert mistake is not None
    lines = picture(mistake, Look()).lines(80)
    screen("silent-reshape-80", lines)


@pytest.mark.parametrize(
    ("name", "layer", "expression"),
    [
        (
            "padding-dilation-groups",
            "nn.Conv1d(4, 6, 3, padding=2, dilation=2, groups=2)",
            "z[1,5,0]",
        ),
        ("long-kernel", "nn.Conv1d(4, 1, 25, padding=12, padding_mode='reflect')", "z[0,0,3]"),
        ("stride-no-bias", "nn.Conv1d(4, 2, 3, stride=3, bias=False)", "z[0,1,4]"),
        ("pointwise", "nn.Conv1d(4, 2, 1)", "z[1,0,7]"),
        ("circular", "nn.Conv1d(4, 2, 3, padding=1, padding_mode='circular')", "z[0,0,0]"),
    ],
)
@pytest.mark.parametrize("width", [40, 80])
def test_elements_of_other_layers(
    screen: Screen, name: str, layer: str, expression: str, width: int
) -> None:
    """Padding, gaps, groups, long kernels and copies are drawn as what they are."""
    names = names_of(f"torch.manual_seed(3)\nc = {layer}\nv = torch.randn(2, 4, 30)\nz = c(v)")
    lines = picture(explain(evaluate(names, expression), names, expression), Look()).lines(width)
    _fit(lines, width)
    screen(f"{name}-{width}", lines)


@pytest.mark.parametrize(
    ("name", "layer", "length"),
    [
        ("article", "nn.Conv1d(2, 3, 5)", 6),
        ("everything", "nn.Conv1d(2, 3, 3, stride=3, padding=1, dilation=2)", 14),
        ("too-short", "nn.Conv1d(2, 3, 9)", 6),
        ("same-even", "nn.Conv1d(2, 3, 4, padding='same')", 100),
    ],
)
@pytest.mark.parametrize("width", [40, 80])
def test_a_length(screen: Screen, name: str, layer: str, length: int, width: int) -> None:
    """The formula with its numbers, and the windows over the input."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = evaluate(names_of(), layer)
    lines = picture(explain_length(made, length), Look()).lines(width)
    _fit(lines, width)
    screen(f"length-{name}-{width}", lines)


@pytest.mark.parametrize("width", [40, 80])
def test_the_way_of_a_shape(screen: Screen, width: int) -> None:
    """A Sequential, its shapes and its parameters."""
    names = names_of(
        "net = nn.Sequential(nn.Conv1d(2, 16, 3, padding=1), nn.ReLU(), nn.MaxPool1d(2),"
        " nn.Flatten(), nn.Linear(48, 2))"
    )
    lines = picture(explain(names["net"], names, "net"), Look()).lines(width)
    _fit(lines, width)
    screen(f"shapes-{width}", lines)


@pytest.mark.usefixtures("in_chinese")
@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize(
    "name", ["element", "overview", "weight", "reach", "layer", "hand-sum-window"]
)
def test_a_picture_in_chinese(screen: Screen, name: str, width: int) -> None:
    """Wide characters count as the two cells they take."""
    names = names_of()
    found = explain(evaluate(names, PICTURES[name]), names, PICTURES[name])
    lines = picture(found, Look()).lines(width)
    _fit(lines, width)
    screen(f"zh-{name}-{width}", lines)


@pytest.mark.usefixtures("in_chinese")
@pytest.mark.parametrize("width", [50, 80])
def test_every_tap_in_chinese(screen: Screen, width: int) -> None:
    """The columns are named in Chinese, on a narrow terminal too."""
    names = names_of()
    found = explain(evaluate(names, "y[0,0,0]"), names, "y[0,0,0]")
    lines = picture(found, Look(), zoom="taps").lines(width)
    _fit(lines, width)
    screen(f"zh-element-taps-{width}", lines)


@pytest.mark.usefixtures("in_chinese")
def test_a_chinese_list_has_chinese_marks() -> None:
    """What is done already is listed with the mark that Chinese lists have."""
    names = names_of()
    code = PICTURES["hand-sum-no-bias"]
    lines = picture(explain(evaluate(names, code), names, code), Look(plain=True)).lines(80)
    assert "已完成：选滤波器、截取窗口、逐项相乘、各通道求和。" in [line.plain for line in lines]


@pytest.mark.parametrize("name", ["element", "hand-sum-window", "layer", "reach"])
def test_a_picture_in_ascii(screen: Screen, name: str) -> None:
    """Nothing but ASCII is drawn where no more is to be had."""
    names = names_of()
    found = explain(evaluate(names, PICTURES[name]), names, PICTURES[name])
    lines = picture(found, Look(ascii=True)).lines(80)
    _fit(lines, 80)
    assert all(line.plain.isascii() for line in lines)
    screen(f"ascii-{name}-80", lines)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_in_words(screen: Screen, name: str) -> None:
    """Every picture is also said, one statement a line, without columns."""
    names = names_of()
    found = explain(evaluate(names, PICTURES[name]), names, PICTURES[name])
    lines = picture(found, Look(plain=True)).lines(80)
    _fit(lines, 80)
    assert not any("  " in line.plain.strip() for line in lines)
    screen(f"plain-{name}", lines)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_the_sliding_window(screen: Screen, width: int) -> None:
    """Every frame has the same number of lines, and the columns stay where they are."""
    names = names_of(
        "torch.manual_seed(3)\nc = nn.Conv1d(2, 3, 3, stride=2, padding=2, dilation=2)\n"
        "v = torch.rand(1, 2, 9)\nz = c(v)"
    )
    convolution = convolution_behind(names["z"], names)
    assert convolution is not None
    frames = [slide.frame(convolution, k, Look()).lines(width) for k in range(5)]
    assert len({len(frame) for frame in frames}) == 1
    for frame in frames:
        _fit(frame, width)
    screen(f"slide-{width}", [line for frame in frames for line in [*frame, Text("-" * width)]])


@pytest.mark.parametrize(("width", "height"), [(60, 20), (80, 24), (120, 40)])
def test_the_explorer(screen: Screen, width: int, height: int) -> None:
    """The screen is exactly as high as asked for, from 60×20 up."""
    names = names_of()
    convolution = convolution_behind(names["y"], names)
    assert convolution is not None
    state = Explorer.of(convolution).pin().moved(position=1).adjusted("padding", 1)
    lines = explorer.screen(state, Look(), width, height)
    assert len(lines) == height
    _fit(lines, width)
    screen(f"explorer-{width}x{height}", lines)


@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_plot(screen: Screen, ascii_only: bool) -> None:
    """A signal and its moving average over the same positions."""
    names = names_of(
        "import math\n"
        "signal = torch.tensor([[[math.sin(i / 9) + 0.4 * math.sin(i * 1.3)"
        " for i in range(200)]]])\n"
        "average = nn.Conv1d(1, 1, 9, bias=False)\n"
        "with torch.no_grad():\n    average.weight.fill_(1 / 9)\n"
        "smooth = average(signal)"
    )
    convolution = convolution_behind(names["smooth"], names)
    assert convolution is not None
    lines = plot_picture(series_of(convolution), Look(ascii=ascii_only)).lines(80)
    _fit(lines, 80)
    screen(f"plot-{'ascii' if ascii_only else 'braille'}-80", lines)


MARKDOWN = """# A title

A **bold** word, *emphasis*, `code [x]` and [brackets] that stay what they are; the line is long
enough to be broken.

- one
- two, which is long enough to wrap around the end of the line at this width
  1. inner

> quoted

```python
>>> y[0,0,0]
```

| a | bee |
|---|---|
| 1 | 22 |
"""


@pytest.mark.parametrize("width", [40, 80])
def test_prose(screen: Screen, width: int) -> None:
    """A lesson's Markdown: every block there is, brackets untouched."""
    lines = prose(MARKDOWN, Look()).lines(width)
    _fit(lines, width)
    screen(f"prose-{width}", lines)
