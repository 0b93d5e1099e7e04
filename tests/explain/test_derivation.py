"""An element taken apart adds up to itself, for every layer there is."""

import re
import time
import warnings
from random import Random
from types import ModuleType
from typing import Any

import pytest
from rich.cells import cell_len

from conv1d_tutor.explain import Derivation, by_hand, explain, explain_automatically
from conv1d_tutor.i18n import use_language
from conv1d_tutor.view import Look
from conv1d_tutor.view.pictures import picture

from .article import article, evaluate, number, run
from .layers import random_call

LAYERS = 1_000


def test_the_articles_element_spelled_out(torch: ModuleType) -> None:
    """y[0,0,0] of the article: two windows, two filter rows, two subtotals, the bias."""
    names = article(torch)
    found = explain(names["y"][0, 0, 0], names, "y[0,0,0]")
    assert isinstance(found, Derivation)
    first, second = found.channels
    assert [round(tap.value, 4) for tap in first.taps] == [0.5487, 0.5584, 0.7142, 0.6534, 0.2741]
    assert [round(tap.weight, 4) for tap in second.taps] == [
        -0.0277,
        -0.0257,
        -0.3107,
        0.2883,
        0.2560,
    ]
    assert round(first.subtotal, 4) == 0.1368
    assert round(second.subtotal, 4) == 0.1979
    assert found.bias is not None
    assert round(found.bias, 4) == -0.1664
    assert round(found.value, 4) == 0.1683
    assert (
        by_hand(found) == "x[0,0,0:5] @ conv1d.weight[0,0] + x[0,1,0:5] @ conv1d.weight[0,1]"
        " + conv1d.bias[0]"
    )


def test_small_numbers_by_hand(torch: ModuleType) -> None:
    """Padding, stride and dilation on whole numbers, reckoned on paper."""
    names = {"torch": torch, "nn": torch.nn}
    layer = torch.nn.Conv1d(1, 1, 3, stride=2, padding=2, dilation=2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[[1.0, 2.0, 3.0]]]))
        layer.bias.copy_(torch.tensor([10.0]))
    x = torch.tensor([[[1.0, 2.0, 3.0, 4.0, 5.0]]])
    names |= {"conv1d": layer, "x": x, "y": layer(x)}
    found = explain(names["y"][0, 0, 0], names, "y[0,0,0]")
    assert isinstance(found, Derivation)
    assert [tap.product for tap in found.channels[0].taps] == [0 * 1, 1 * 2, 3 * 3]
    assert found.total == 0 * 1 + 1 * 2 + 3 * 3 + 10
    assert by_hand(found) == "x[0,0,0:3:2] @ conv1d.weight[0,0,1:] + conv1d.bias[0]"


def _layers(torch: ModuleType, count: int, seed: int) -> None:
    random = Random(seed)
    torch.manual_seed(seed)
    rows = 0
    for turn in range(count):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            names = random_call(torch, random)
        y, layer = names["y"], names["conv1d"]
        index = tuple(random.randrange(size) for size in y.shape)
        expression = f"y[{','.join(map(str, index))}]"
        found = explain_automatically(y[index], names, expression)
        assert isinstance(found, Derivation), layer
        assert found.index == index
        right = float(y[index].detach())
        assert found.total == pytest.approx(right, rel=2e-5, abs=2e-5), (layer, index)
        assert _reached(torch, names, index) == _taps(found), (layer, index)
        line = by_hand(found)
        made = number(evaluate(names, line))
        assert made == pytest.approx(right, rel=2e-5, abs=2e-5), (layer, line)
        rows += _fits_and_aligns(found, turn)
    assert rows > 2 * count


def _reached(
    torch: ModuleType, names: dict[str, object], index: tuple[int, ...]
) -> set[tuple[int, ...]]:
    """Return the inputs whose gradient of this output element is not zero."""
    x = names["x"].detach().clone().requires_grad_(True)  # type: ignore[attr-defined]
    names["conv1d"](x)[index].backward()  # type: ignore[operator]
    gradient = x.grad.tolist()
    samples = [gradient] if x.dim() == 2 else gradient
    return {
        (b, c, i)
        for b, sample in enumerate(samples)
        for c, row in enumerate(sample)
        for i, slope in enumerate(row)
        if slope != 0
    }


def _taps(found: Derivation) -> set[tuple[int, ...]]:
    return {
        (found.sample, part.channel, tap.source)
        for part in found.channels
        for tap in part.taps
        if tap.source is not None
    }


def _fits_and_aligns(found: Derivation, turn: int) -> int:
    """No line is over the width, and a channel's numbers stand under each other: gives how many."""
    rows = 0
    for language in ("en", "zh_CN"):
        use_language(language)
        try:
            lines = picture(found, Look(ascii=turn % 7 == 0)).lines(80)
        finally:
            use_language("en")
        assert all(line.cell_len <= 80 for line in lines), [line.plain for line in lines]
        for n, line in enumerate(lines):
            if "]" in line.plain and re.search(r"\[  *-?\d", line.plain):
                window, weights, products = (_ends(lines[n + k].plain) for k in range(3))
                assert weights <= window, [lines[n + k].plain for k in range(3)]
                assert len(products - weights) == 1, [lines[n + k].plain for k in range(3)]
                rows += 1
    assert all(line.cell_len <= 40 for line in picture(found, Look()).lines(40))
    return rows


def _ends(text: str) -> set[int]:
    """Return the columns, in cells, at which the numbers and dots of a row end."""
    return {cell_len(text[: found.end()]) for found in re.finditer(r"-?\d[\d.e+-]*(?= |$)", text)}


def test_a_thousand_random_layers(torch: ModuleType) -> None:
    """Totals equal the output, taps are the inputs with a gradient, pictures fit and align."""
    _layers(torch, LAYERS, 20250101)


def _large(torch: ModuleType) -> tuple[Any, dict[str, Any]]:
    """Return an element of (1, 512, 4000) through Conv1d(512, 512, 3), and the names around it."""
    torch.manual_seed(0)
    layer = torch.nn.Conv1d(512, 512, 3)
    x = torch.randn(1, 512, 4000)
    names = {"conv1d": layer, "x": x, "y": layer(x)}
    return names["y"][0, 5, 1000], names


@pytest.mark.timed
def test_a_large_element_is_quick(torch: ModuleType) -> None:
    """An element of 1,536 products is taken apart and drawn in under 50 ms."""
    value, names = _large(torch)
    times = []
    for _attempt in range(5):
        start = time.perf_counter()
        found = explain_automatically(value, names, "y[0,5,1000]")
        assert found is not None
        picture(found, Look()).lines(80)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05


def test_a_large_element_is_short(torch: ModuleType) -> None:
    """1,536 products are not 1,536 rows, and their total is right."""
    value, names = _large(torch)
    found = explain_automatically(value, names, "y[0,5,1000]")
    assert found is not None
    lines = [line.plain for line in picture(found, Look()).lines(80)]
    assert len(lines) < 40
    assert any("509 more channels" in line for line in lines)
    assert isinstance(found, Derivation)
    assert found.total == pytest.approx(float(value.detach()), rel=1e-4, abs=1e-4)


def test_a_group_leaves_the_other_channels_out(torch: ModuleType) -> None:
    """Filter 1 of three groups reads channels 2 and 3: those before and behind are left out."""
    names = article(torch)
    run(names, "grouped = nn.Conv1d(6, 3, 2, groups=3)\nv = torch.rand(1, 6, 4)\nz = grouped(v)")
    found = explain(names["z"][0, 1, 0], names, "z[0,1,0]")
    assert isinstance(found, Derivation)
    assert found.left_out == (0, 1, 4, 5)
    assert [(part.channel, part.weight_channel) for part in found.channels] == [(2, 0), (3, 1)]


@pytest.mark.parametrize(("channels", "terms"), [(3, 3), (4, 1)])
def test_a_sum_by_hand_has_a_term_a_channel_up_to_three(
    torch: ModuleType, channels: int, terms: int
) -> None:
    """More of them are written as one sum, unless each is asked for."""
    names = article(torch)
    run(names, f"wide = nn.Conv1d({channels}, 1, 2)\nv = torch.rand(1, {channels}, 4)\nz = wide(v)")
    found = explain(names["z"][0, 0, 1], names, "z[0,0,1]")
    assert isinstance(found, Derivation)
    assert by_hand(found).count("wide.weight") == terms
    assert by_hand(found, each_channel=True).count("wide.weight") == channels
    for line in (by_hand(found), by_hand(found, each_channel=True)):
        assert number(evaluate(names, line)) == pytest.approx(found.total, abs=1e-6)


def test_of_many_channels_those_are_drawn_that_count_most(torch: ModuleType) -> None:
    """Whatever their sign: a large negative subtotal counts."""
    names = article(torch)
    run(names, "wide = nn.Conv1d(20, 1, 2, bias=False)\nv = torch.ones(1, 20, 4)")
    run(names, "with torch.no_grad():\n    wide.weight.fill_(0.01)\n    wide.weight[0, 13] = -5.0")
    run(names, "z = wide(v)")
    found = explain(names["z"][0, 0, 0], names, "z[0,0,0]")
    assert isinstance(found, Derivation)
    drawn = [part.channel for part in found.channels if part.row]
    assert len(drawn) == 8
    assert 13 in drawn
    assert found.size_of_terms == pytest.approx(2 * (19 * 0.01 + 5.0))


def test_a_long_row_is_read_near_the_window_only(torch: ModuleType) -> None:
    """Four numbers on each side of it; a short row is read whole, with its padding."""
    names = article(torch)
    run(names, "s = nn.Conv1d(1, 1, 3, padding=2)\nv = torch.rand(1, 1, 500)\nz = s(v)")
    found = explain(names["z"][0, 0, 100], names, "z[0,0,100]")
    assert isinstance(found, Derivation)
    positions = [cell.position for cell in found.channels[0].row]
    assert positions == list(range(98 - 4, 98 + 3 + 4))
    run(names, "z = s(v[:, :, :5])")
    short = explain(names["z"][0, 0, 0], names, "z[0,0,0]")
    assert isinstance(short, Derivation)
    assert [cell.position for cell in short.channels[0].row] == list(range(-2, 5 + 2))
