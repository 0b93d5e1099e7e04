"""A signal and its filtered output stand over each other where the windows are."""

from types import ModuleType

import pytest

from conv1d_tutor.explain import Series, convolution_behind, series_of

from .article import article, run


def _series(torch: ModuleType, source: str) -> tuple[dict[str, object], tuple[Series, ...]]:
    names = article(torch)
    run(names, source)
    convolution = convolution_behind(names["z"], names)
    assert convolution is not None
    return names, series_of(convolution, sample=1, filter=2)


def test_an_output_stands_at_the_middle_of_its_window(torch: ModuleType) -> None:
    """Stride 2, padding 1, dilation 2: the first window is -1, 1, 3, and its middle 1."""
    names, series = _series(
        torch, "s = nn.Conv1d(2, 3, 3, stride=2, padding=1, dilation=2)\nz = s(x)"
    )
    *inputs, output = series
    assert [(one.name, one.start, one.step, one.channel) for one in inputs] == [
        ("x[1,0]", 0, 1, 0),
        ("x[1,1]", 0, 1, 1),
    ]
    assert list(inputs[1].values) == pytest.approx(names["x"][1, 1].tolist())  # type: ignore[index]
    assert (output.name, output.start, output.step) == ("z[1,2]", (-1 + 3) / 2, 2)
    assert list(output.values) == pytest.approx(names["z"][1, 2].tolist(), abs=1e-6)  # type: ignore[index]


def test_of_a_very_long_output_every_nth_number_is_worked_out(torch: ModuleType) -> None:
    """4,498 outputs are every third of them, three strides apart."""
    names, series = _series(
        torch, "s = nn.Conv1d(1, 3, 5, stride=2)\nv = torch.rand(2, 1, 8999)\nz = s(v)"
    )
    output = series[-1]
    assert names["z"].shape[-1] == (8999 - 5) // 2 + 1 == 4498  # type: ignore[attr-defined]
    assert (len(output.values), output.step) == (-(-4498 // 3), 2 * 3)
    assert output.values[5] == pytest.approx(float(names["z"][1, 2, 15].detach()), abs=1e-6)  # type: ignore[index]


def test_only_the_channels_of_the_filters_group_are_shown(torch: ModuleType) -> None:
    """At most three of them."""
    _names, series = _series(
        torch, "s = nn.Conv1d(8, 4, 3, groups=2)\nv = torch.rand(2, 8, 9)\nz = s(v)"
    )
    assert [one.channel for one in series] == [4, 5, 6, None]
