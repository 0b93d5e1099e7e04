"""What a weight, a bias, an input or a layer is for."""

from random import Random
from types import ModuleType

import pytest

from conv1d_tutor.explain import BiasUse, InputReach, ShapeWalk, WeightUse, explain, explain_length

from .article import article, evaluate, run
from .layers import random_call


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ("conv1d.weight", (None, None, None)),
        ("conv1d.weight.detach()", (None, None, None)),
        ("w", (None, None, None)),
        ("conv1d.weight[1]", (1, None, None)),
        ("conv1d.weight[1,0]", (1, 0, None)),
        ("conv1d.weight[1][0]", (1, 0, None)),
        ("conv1d.weight[2,1,4]", (2, 1, 4)),
        ("w[-1,-1,-1]", (2, 1, 4)),
        ("w.data[0,1,2]", (0, 1, 2)),
    ],
)
def test_a_weight_is_known_by_where_it_lies(
    torch: ModuleType, expression: str, place: tuple[int | None, ...]
) -> None:
    """Filter, channel and tap of any part of a weight, however it was indexed."""
    names = article(torch)
    found = explain(evaluate(names, expression), names, expression)
    assert isinstance(found, WeightUse)
    assert (found.filter, found.channel, found.tap) == place
    assert found.name == "conv1d.weight"


def test_groups_tell_which_input_channel_a_weight_meets(torch: ModuleType) -> None:
    """Row 1 of a filter of the second group meets input channel 3."""
    names = article(torch)
    run(names, "grouped = nn.Conv1d(4, 4, 3, groups=2)")
    found = explain(evaluate(names, "grouped.weight[3,1,0]"), names, "grouped.weight[3,1,0]")
    assert isinstance(found, WeightUse)
    assert found.input_channel == 3


@pytest.mark.parametrize(("expression", "filter_"), [("conv1d.bias", None), ("b[2]", 2)])
def test_a_bias(torch: ModuleType, expression: str, filter_: int | None) -> None:
    """The bias as a whole, and the one of a filter."""
    names = article(torch)
    found = explain(evaluate(names, expression), names, expression)
    assert isinstance(found, BiasUse)
    assert found.filter == filter_


@pytest.mark.parametrize(
    ("expression", "touches"),
    [
        ("x[0,1,4]", [(0, 4), (1, 3)]),
        ("x[0][1][4]", [(0, 4), (1, 3)]),
        ("x[2,0,0]", [(0, 0)]),
        ("x[-1,-1,-1]", [(1, 4)]),
    ],
)
def test_the_reach_of_an_input(
    torch: ModuleType, expression: str, touches: list[tuple[int, int]]
) -> None:
    """Which output positions an input touches, with which taps, by any spelling of its index."""
    names = article(torch)
    found = explain(evaluate(names, expression), names, expression)
    assert isinstance(found, InputReach)
    assert [(touch.position, touch.tap) for touch in found.touches] == touches
    assert found.filters == (0, 1, 2)


@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_the_reach_is_where_the_output_moves(torch: ModuleType) -> None:
    """Over random layers: the positions reached are those that change with the input number."""
    random = Random(8)
    torch.manual_seed(8)
    for _turn in range(100):
        names = random_call(torch, random)
        x, layer = names["x"], names["conv1d"]
        index = tuple(random.randrange(size) for size in x.shape)
        found = explain(x[index], names, "")
        assert isinstance(found, InputReach), (layer, index)
        with torch.no_grad():
            before = layer(x)
            moved = x.clone()
            moved[index] += 10.0
            change = (layer(moved) - before).abs()
        rows = change.reshape(-1, change.shape[-1]).tolist()
        changed = {t for row in rows for t, number in enumerate(row) if number > 1e-3}
        assert {touch.position for touch in found.touches} == changed, (layer, index)


def test_a_layers_parameters_and_shape(torch: ModuleType) -> None:
    """3·2·5 + 3 = 33, and the article's shape from its named input."""
    names = article(torch)
    found = explain(names["conv1d"], names, "conv1d")
    assert isinstance(found, ShapeWalk)
    assert found.parameters == 3 * 2 * 5 + 3
    assert (found.input_name, found.given) == ("x", (4, 2, 6))
    assert found.layers[0].shape == (4, 3, 2)
    assert found.receptive == 5


def test_a_models_shapes_are_what_it_gives(torch: ModuleType) -> None:
    """The way through a Sequential ends at the shape that running it gives."""
    names = article(torch)
    run(
        names,
        "net = nn.Sequential(nn.Conv1d(2, 8, 3, padding=1), nn.ReLU(), nn.MaxPool1d(2),"
        " nn.Conv1d(8, 4, 2), nn.Flatten(), nn.Linear(8, 5))\nout = net(x)",
    )
    found = explain(names["net"], names, "net")
    assert isinstance(found, ShapeWalk)
    assert found.layers[-1].shape == tuple(names["out"].shape)
    assert found.parameters == sum(p.numel() for p in names["net"].parameters())


def test_a_layer_that_does_not_fit_is_said(torch: ModuleType) -> None:
    """The step that fails says which argument is at fault, and the rest stays open."""
    names = article(torch)
    run(names, "net = nn.Sequential(nn.Conv1d(2, 8, 3), nn.Conv1d(4, 4, 2))")
    found = explain(names["net"], names, "net")
    assert isinstance(found, ShapeWalk)
    assert found.layers[1].problem == "in_channels=4"
    assert found.layers[1].shape is None


def test_without_an_input_the_sizes_stay_letters(torch: ModuleType) -> None:
    """N and L are not made up."""
    layer = torch.nn.Conv1d(7, 3, 5)
    found = explain(layer, {"layer": layer}, "layer")
    assert isinstance(found, ShapeWalk)
    assert found.given == ("N", 7, "L")
    assert found.layers[0].shape == ("N", 3, "L_out")


def test_a_number_that_padding_repeats_is_met_there_too(torch: ModuleType) -> None:
    """Of four reflected by 2, input 1 stands at -1 and 5 too; as itself nothing is said of it."""
    names = article(torch)
    run(names, "m = nn.Conv1d(1, 1, 3, padding=2, padding_mode='reflect')")
    run(names, "v = torch.rand(1, 1, 4)")
    found = explain(evaluate(names, "v[0,0,1]"), names, "v[0,0,1]")
    assert isinstance(found, InputReach)
    assert [(touch.position, touch.tap, touch.copied_to) for touch in found.touches] == [
        (0, 1, -1),
        (1, 0, -1),
        (1, 2, None),
        (2, 1, None),
        (3, 0, None),
        (5, 2, 5),
    ]


def test_an_input_is_read_by_the_filters_of_its_group(torch: ModuleType) -> None:
    """Channel 3 is the second of the second group, whose filters are 2 and 3."""
    names = article(torch)
    run(names, "grouped = nn.Conv1d(4, 4, 3, groups=2)\nv = torch.rand(1, 4, 5)")
    found = explain(evaluate(names, "v[0,3,0]"), names, "v[0,3,0]")
    assert isinstance(found, InputReach)
    assert (found.filters, found.weight_channel) == ((2, 3), 1)


def test_the_bound_counts_channels_and_taps(torch: ModuleType) -> None:
    """Weights of 2 channels with 5 taps are drawn from ±1/√(2·5)."""
    names = article(torch)
    found = explain(names["w"], names, "w")
    assert isinstance(found, WeightUse)
    assert found.bound == pytest.approx((2 * 5) ** -0.5)
    assert found.input_channel is None


def test_a_layer_that_cannot_run_still_has_weights(torch: ModuleType) -> None:
    """PyTorch makes a layer with a stride of 0 and refuses to call it; nothing here fails."""
    names = article(torch)
    run(names, "still = nn.Conv1d(2, 3, 5, stride=0)")
    weight = explain(evaluate(names, "still.weight[1,1,0]"), names, "")
    assert isinstance(weight, WeightUse)
    assert (weight.filter, weight.input_channel, weight.tap) == (1, 1, 0)
    shapes = explain(names["still"], names, "still")
    assert isinstance(shapes, ShapeWalk)
    assert shapes.layers[0].problem == "non-positive stride is not supported"
    with pytest.raises(TypeError, match="non-positive stride"):
        explain_length(names["still"], 9)
