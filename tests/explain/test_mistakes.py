"""Wrong numbers, outputs, lengths and shapes are named by what was done to get them."""

from types import ModuleType

import pytest

from conv1d_tutor.explain import (
    Derivation,
    Element,
    convolution_behind,
    explain,
    name_length_mistake,
    name_mistake,
    name_output_mistake,
    separates,
)

from .article import article, evaluate, run

F = "torch.nn.functional.conv1d"


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        (f"{F}(x, conv1d.weight)", "no_bias"),
        (f"{F}(x, conv1d.weight.flip(2), conv1d.bias)", "flipped"),
        (f"{F}(x[:, :1], conv1d.weight[:, :1], conv1d.bias)", "first_channel"),
        (f"{F}(x, conv1d.weight, -conv1d.bias)", "bias_subtracted"),
        (f"{F}(x, conv1d.weight / 2, conv1d.bias)", "mean_of_channels"),
        (f"{F}(x, conv1d.weight, 2 * conv1d.bias)", "bias_per_channel"),
        ("y", None),
        (f"torch.cat([{F}(x, conv1d.weight)[:, :1], y[:, 1:] * 7], 1)", None),
        ("torch.zeros(4, 3, 2)", None),
        ("y[0]", None),
        ("torch.zeros(3)", None),
    ],
)
def test_a_wrong_output_is_named(torch: ModuleType, expression: str, name: str | None) -> None:
    """Exactly the mistake that gives all its numbers; nothing for right or meaningless ones."""
    names = article(torch)
    convolution = convolution_behind(names["y"], names)
    assert convolution is not None
    mistake = name_output_mistake(evaluate(names, expression), convolution)
    assert (mistake.name if mistake else None) == name


# A layer with every hyper-parameter: u[1,2,3] has its window at 3·2 − 2 + (0, 2, 4, 6, 8).
STRIDED = """
torch.manual_seed(4)
s = nn.Conv1d(2, 3, 5, stride=2, padding=2, dilation=2)
v = torch.rand(4, 2, 20)
u = s(v)
p, c = s.weight, s.bias
"""


def window(begin: int, end: int, step: int = 2, weights: str = "p[2]") -> str:
    """Return the sum over a window of sample 1 that is cut by hand."""
    return f"(v[1,:,{begin}:{end}:{step}] * {weights}).sum().item() + c[2].item()"


@pytest.mark.parametrize(
    ("expression", "name", "words"),
    [
        (window(4, 13), None, ""),
        (window(3, 12), "off_by_one", "begins at 4"),
        (window(5, 14), "off_by_one", "begins at 4"),
        (window(2, 11), "off_by_two", "begins at 4"),
        (window(3 * 1 - 2, 10), "no_stride", "begins at 4"),
        (window(4 - 9 // 2, 9), "centred", "at 4 of"),
        (window(4, 9, 1), "no_dilation", "2 apart"),
        (window(4, 13, 2, "p[0]"), "wrong_filter", "filter 2"),
        ("u[1,0,3].item()", "wrong_filter", "filter 2"),
        ("u[3,2,3].item()", "wrong_sample", "sample 1"),
        ("u[2,1,3].item()", "axes_swapped", "sample, filter, position"),
        (window(4, 13, 2, "p[2] / 2"), "mean_of_channels", "averaged"),
        (window(4, 13, 2, "p[2].flip(1)"), "flipped", "flipped"),
        ("[tap.product for part in parts for tap in part.taps]", "forgot_to_sum", "products"),
        ("[part.subtotal for part in parts]", "forgot_to_sum", "products"),
        ("[0.5, 0.25]", None, ""),
        ("True", None, ""),
        ("'text'", None, ""),
    ],
)
def test_a_wrong_number_of_a_strided_layer_is_named(
    torch: ModuleType, expression: str, name: str | None, words: str
) -> None:
    """Each hyper-parameter that can be forgotten has its mistake, and the numbers said are right.

    Numbers that are right, that fit nothing, or that are no numbers have none.
    """
    names = article(torch)
    run(names, STRIDED)
    element = explain(names["u"][1, 2, 3], names, "u[1,2,3]")
    assert isinstance(element, Derivation)
    assert [*element.window] == [3 * 2 - 2 + tap * 2 for tap in range(5)]
    found = name_mistake(evaluate(names | {"parts": element.channels}, expression), element)
    assert (found.name if found else None) == name
    assert words in (found.sentence if found else "")


def test_sample_and_filter_may_be_swapped(torch: ModuleType) -> None:
    """y[1,2,0] in place of y[2,1,0], though there is no position 2."""
    names = article(torch)
    element = explain(names["y"][2, 1, 0], names, "y[2,1,0]")
    assert isinstance(element, Derivation)
    found = name_mistake(names["y"][1, 2, 0].item(), element)
    assert found is not None
    assert found.name == "axes_swapped"


@pytest.mark.parametrize(("channels", "name"), [(1, "bias_twice"), (2, "bias_per_channel")])
def test_a_bias_that_went_in_twice_is_named(torch: ModuleType, channels: int, name: str) -> None:
    """With two channels that is once for each of them; with one channel it is just twice."""
    names = article(torch)
    run(
        names,
        "torch.manual_seed(6)\n"
        f"s = nn.Conv1d({channels}, 2, 3)\nu = s(torch.rand(1, {channels}, 5))",
    )
    element = explain(names["u"][0, 1, 0], names, "u[0,1,0]")
    assert isinstance(element, Derivation)
    found = name_mistake((names["u"][0, 1, 0] + names["s"].bias[1]).item(), element)
    assert found is not None
    assert found.name == name


def test_forgotten_padding_is_named(torch: ModuleType) -> None:
    """Without its padding of 3 the window begins three positions further right."""
    names = article(torch)
    run(
        names, "torch.manual_seed(5)\ns = nn.Conv1d(2, 3, 3, padding=3)\nu = s(torch.rand(1, 2, 9))"
    )
    element = explain(names["u"][0, 1, 2], names, "u[0,1,2]")
    assert isinstance(element, Derivation)
    found = name_mistake(names["u"][0, 1, 2 + 3].item(), element)
    assert found is not None
    assert (found.name, "begins at -1" in found.sentence) == ("no_padding", True)


@pytest.mark.parametrize("mode", ["reflect", "circular", "replicate"])
def test_padding_that_repeats_the_input_hides_no_mistake(torch: ModuleType, mode: str) -> None:
    """A window moved beyond what can be repeated of a short input is no crash."""
    names = article(torch)
    run(
        names,
        f"s = nn.Conv1d(2, 2, 3, padding=2, padding_mode='{mode}')\nu = s(torch.rand(1, 2, 3))",
    )
    for position in range(5):
        element = explain(names["u"][0, 1, position], names, "u")
        assert isinstance(element, Derivation)
        found = name_mistake(element.total - element.products[0], element)
        assert found is None or found.name == "forgot_a_tap"


def test_numbers_that_cannot_tell_mistakes_apart(torch: ModuleType) -> None:
    """Where all weights are alike, flipping the filter goes unseen; random ones show it."""
    names = article(torch)
    convolution = convolution_behind(names["y"], names)
    assert convolution is not None
    assert "flipped" not in separates(convolution, Element(1, 1, 0))
    run(names, "with torch.no_grad():\n    conv1d.weight.fill_(0.5)\ny = conv1d(x)")
    alike = convolution_behind(names["y"], names)
    assert alike is not None
    assert {"flipped", "channels_crossed"} <= set(separates(alike, Element(1, 1, 0)))
    assert "no_bias" not in separates(alike, Element(1, 1, 0))


@pytest.mark.parametrize(
    ("arguments", "length", "wrong", "name"),
    [
        # floor((15 − 7) / 3) + 1 = 3, rounded up 4
        ("1, 1, 7, stride=3", 15, 4, "no_floor"),
        ("1, 1, 7, stride=3", 15, 8 / 3 + 1, "not_whole"),
        # (20 + 3 + 3 − 9) + 1 = 18 is right; 22 counts the kernel's 5 taps without the gaps
        ("1, 1, 5, padding=3, dilation=2", 20, 22, "no_dilation"),
        ("1, 1, 4, padding='same'", 9, 8, "no_plus_one"),
        ("1, 1, 4, padding='same'", 9, 9, None),
        ("1, 1, 4, padding='same'", 9, 7, "one_sided"),
        ("1, 1, 4, padding='same'", 9, 6, "no_padding"),
    ],
)
@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_a_wrong_length_is_named_by_its_rule(
    torch: ModuleType, arguments: str, length: int, wrong: float, name: str | None
) -> None:
    """Rounding, gaps and uneven padding each have their wrong length."""
    layer = evaluate({"nn": torch.nn}, f"nn.Conv1d({arguments})")
    found = name_length_mistake(wrong, layer, length)
    assert (found.name if found else None) == name
