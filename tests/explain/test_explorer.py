"""The explorer's states: every one of them is a layer that PyTorch would make and run."""

import warnings
from random import Random
from types import ModuleType
from typing import Any, get_args

import pytest

from conv1d_tutor.explain import Explorer, HyperParameter, convolution_behind

from .article import article, evaluate, run


def _begin(torch: ModuleType) -> tuple[dict[str, Any], Explorer]:
    names = article(torch)
    convolution = convolution_behind(names["y"], names)
    assert convolution is not None
    return names, Explorer.of(convolution)


def test_it_begins_as_the_layer_is(torch: ModuleType) -> None:
    """Nothing changed, the article's element, the article's line."""
    names, state = _begin(torch)
    assert not state.changed
    assert state.code() == "conv1d = nn.Conv1d(2, 3, 5)"
    assert state.element is not None
    assert state.element.total == pytest.approx(float(names["y"][0, 0, 0].detach()), abs=1e-6)


def test_the_cell_stays_inside(torch: ModuleType) -> None:
    """No move leads over an edge."""
    _names, state = _begin(torch)
    for _turn in range(9):
        state = state.moved(sample=1, filter=1, position=1)
    assert state.cell == (3, 2, 1)
    for _turn in range(9):
        state = state.moved(sample=-1, filter=-1, position=-1)
    assert state.cell == (0, 0, 0)


def test_any_walk_is_a_layer_that_exists(torch: ModuleType) -> None:
    """After random keys, the line made gives the shape shown; the same weights give the total."""
    names, state = _begin(torch)
    random = Random(5)
    keys = get_args(HyperParameter)
    for _turn in range(300):
        if random.random() < 0.3:
            state = state.moved(position=random.choice([-1, 1]), filter=random.choice([-1, 1]))
        else:
            state = state.adjusted(random.choice(keys), random.choice([-1, 1]))
        code = state.code().partition(" = ")[2]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if state.problem:
                with pytest.raises(RuntimeError):
                    evaluate(names, f"{code}(x)")
                assert state.element is None
                continue
            layer = evaluate(names, code)
        assert tuple(layer(names["x"]).shape) == state.output_shape
        if (state.geometry.kernel_size, state.geometry.groups) == (5, 1):
            with torch.no_grad():
                layer.weight.copy_(names["w"])
                layer.bias.copy_(names["b"])
                right = layer(names["x"])[state.cell]
            assert state.element is not None
            assert state.element.total == pytest.approx(float(right), abs=1e-5)


def test_a_smaller_kernel_keeps_the_first_taps(torch: ModuleType) -> None:
    """Weights are cut, never invented: new ones are zero."""
    names, state = _begin(torch)
    smaller = state.adjusted("kernel_size", -1).adjusted("kernel_size", -1).element
    assert smaller is not None
    weights = [tap.weight for tap in smaller.channels[1].taps]
    assert weights == pytest.approx(names["w"][0, 1, :3].tolist())
    larger = state.adjusted("kernel_size", 1).element
    assert larger is not None
    assert larger.channels[0].taps[5].weight == 0.0


def test_pinning_keeps_a_cell_until_pinned_again(torch: ModuleType) -> None:
    """The pinned cell stays while the cursor moves; pinning the same cell lets it go."""
    _names, state = _begin(torch)
    kept = state.pin().moved(position=1)
    assert kept.pinned is not None
    assert kept.pinned.cell.position == 0
    assert kept.pin().pin().pinned is None


def test_a_reset_keeps_the_cell_and_what_was_pinned(torch: ModuleType) -> None:
    """Only the arguments are as they were: the pinned cell is what one compares with."""
    _names, state = _begin(torch)
    changed = state.pin().moved(filter=2, position=1).adjusted("padding", 1)
    reset = changed.reset()
    assert not reset.changed
    assert reset.cell == (0, 2, 1)
    assert reset.pinned == state


def test_reset_gives_the_layer_back(torch: ModuleType) -> None:
    """At the same cell, as far as there is one."""
    _names, state = _begin(torch)
    changed = state.adjusted("stride", 1).adjusted("padding", 1).moved(filter=2)
    assert changed.changed
    assert not changed.reset().changed
    assert changed.reset().cell.filter == 2


@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_uneven_padding_is_met_again(torch: ModuleType) -> None:
    """One more and one less is the layer's own padding, with its odd zero on the right."""
    names = article(torch)
    run(names, "even = nn.Conv1d(2, 3, 4, padding='same')\nz = even(x)")
    convolution = convolution_behind(names["z"], names)
    assert convolution is not None
    state = Explorer.of(convolution)
    assert state.arguments["padding"] == 2
    assert state.code() == 'even = nn.Conv1d(2, 3, 4, padding="same")'
    wider = state.adjusted("padding", 1)
    assert wider.changed
    assert wider.geometry.padding_pair == (3, 3)
    back = wider.adjusted("padding", -1)
    assert not back.changed
    assert back.geometry.padding_pair == (1, 2)


def test_padding_by_hand_is_written_as_far_as_a_layer_can(torch: ModuleType) -> None:
    """What no argument gives is left out: the smaller side stands on both."""
    names = article(torch)
    run(names, "z = conv1d(F.pad(x, (4, 1)))")
    convolution = convolution_behind(names["z"], names)
    assert convolution is not None
    state = Explorer.of(convolution)
    assert state.code() == "conv1d = nn.Conv1d(2, 3, 5, padding=1)"
    assert state.output_shape == (4, 3, 6 + 4 + 1 - 4)


def test_the_cell_comes_inside_where_the_output_shrinks(torch: ModuleType) -> None:
    """At the last position, one larger stride leaves fewer of them."""
    _names, state = _begin(torch)
    last = state.adjusted("padding", 1).moved(position=9)
    assert last.cell.position == 3
    assert last.adjusted("stride", 1).cell.position == 1
    none = state.adjusted("dilation", 1)
    assert (none.problem, none.element, none.cell.position) == ("too_short", None, 0)


def test_what_repeats_the_input_needs_it_long_enough(torch: ModuleType) -> None:
    """Six numbers can be reflected five deep, and repeated in a circle six deep."""
    _names, state = _begin(torch)
    for _turn in range(6):
        state = state.adjusted("padding", 1)
    problems = {}
    for _turn in range(4):
        problems[state.geometry.padding_mode] = state.problem
        state = state.adjusted("padding_mode", 1)
    assert problems == {
        "zeros": "", "reflect": "padding_too_wide", "replicate": "", "circular": ""
    }  # fmt: skip


def test_channels_scroll_from_the_first_to_the_last(torch: ModuleType) -> None:
    """No further, and with more groups there are fewer of them."""
    _names, state = _begin(torch)
    assert state.scrolled(9).first_channel == 1
    assert state.scrolled(-9).first_channel == 0


def test_hyper_parameters_have_ends(torch: ModuleType) -> None:
    """A kernel has a tap, a stride moves, no padding is less than none; groups divide both."""
    _names, state = _begin(torch)
    for name, least in (("kernel_size", 1), ("stride", 1), ("padding", 0), ("dilation", 1)):
        smallest = state
        for _turn in range(70):
            smallest = smallest.adjusted(name, -1)
        assert smallest.arguments[name] == least
        largest = state
        for _turn in range(70):
            largest = largest.adjusted(name, 1)
        assert largest.arguments[name] == 64
    assert state.adjusted("groups", 1).geometry.groups == 1  # 2 and 3 have no other divisor
