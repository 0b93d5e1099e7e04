"""A value is walked back to the output element that it shows, however it was reached."""

from types import ModuleType

import pytest

from conv1d_tutor.explain import (
    Derivation,
    NoOrigin,
    Overview,
    by_hand,
    convolution_behind,
    explain,
    explain_automatically,
)
from conv1d_tutor.explain.origin.naming import expression_of

from .article import article, evaluate, run

ONE_ELEMENT = [
    ("y[0,0,0]", (0, 0, 0)),
    ("y[0][0][0]", (0, 0, 0)),
    ("y[3,2,1]", (3, 2, 1)),
    ("y[-1,-1,-1]", (3, 2, 1)),
    ("conv1d(x)[1,1,0]", (1, 1, 0)),
    ("y[1:3][0,2,1]", (1, 2, 1)),
    ("y[::2][1,0,0]", (2, 0, 0)),
    ("y[:,1:,:][0,0,1]", (0, 1, 1)),
    ("y.permute(0,2,1)[0,1,2]", (0, 2, 1)),
    ("y.transpose(1,2)[3,0,1]", (3, 1, 0)),
    ("y.reshape(-1)[7]", (1, 0, 1)),
    ("y.view(4,6)[2,5]", (2, 2, 1)),
    ("y.flatten()[23]", (3, 2, 1)),
    ("y.flatten(1)[1,3]", (1, 1, 1)),
    ("y[:1].squeeze(0)[2,1]", (0, 2, 1)),
    ("y[0,0,0].unsqueeze(0)", (0, 0, 0)),
    ("y.unsqueeze(0)[0,3,1,0]", (3, 1, 0)),
    ("y.flip(2)[0,0,0]", (0, 0, 1)),
    ("y.flip(0,1)[0,0,0]", (3, 2, 0)),
    ("y.permute(0,2,1).reshape(-1)[5]", (0, 2, 1)),
    ("y.clone()[2,1,0]", (2, 1, 0)),
    ("y[:,[2,0]][1,0,1]", (1, 2, 1)),
    ("y.split(2)[1][0,0,0]", (2, 0, 0)),
    ("y.split([1,3])[1][2,0,1]", (3, 0, 1)),
    ("y.chunk(2,2)[1][0,0,0]", (0, 0, 1)),
    ("y.unbind(1)[2][0,1]", (0, 2, 1)),
    ("y.roll(1,0)[0,0,0]", (3, 0, 0)),
    ("y.roll((1,2),(0,1))[0,0,0]", (3, 1, 0)),
    ("y.roll(1)[0,0,0]", (3, 2, 1)),
    ("y.expand(2,4,3,2)[1,3,0,1]", (3, 0, 1)),
    ("y[-9:][0,0,0]", (0, 0, 0)),
    ("y[-3:-1][1,0,0]", (2, 0, 0)),
    ("y.movedim(0,2)[1,0,3]", (3, 1, 0)),
    ("y.permute(2,0,1)[1,3,2]", (3, 2, 1)),
]


@pytest.mark.parametrize(("expression", "element"), ONE_ELEMENT)
def test_an_element_is_found_however_it_was_reached(
    torch: ModuleType, expression: str, element: tuple[int, int, int]
) -> None:
    """Selecting, slicing and moving axes are undone, and the element's own number stays."""
    names = article(torch)
    value = evaluate(names, expression)
    found = explain(value, names, expression)
    assert isinstance(found, Derivation)
    assert (found.sample, found.filter, found.position) == element
    assert found.name == f"{found.convolution.called.output}[{','.join(map(str, found.index))}]"
    assert found.shown == pytest.approx(float(value.detach().reshape(-1)[0]), abs=1e-7)


@pytest.mark.parametrize(
    ("expression", "element", "steps"),
    [
        ("torch.relu(y)[0,1,0]", (0, 1, 0), ["Relu"]),
        ("torch.tanh(y[2,0,1])", (2, 0, 1), ["Tanh"]),
        ("(y + 1)[1,1,1]", (1, 1, 1), ["Add"]),
        ("torch.sigmoid(y * 2)[3,0,0]", (3, 0, 0), ["Mul", "Sigmoid"]),
    ],
)
def test_what_was_done_on_the_way_is_said(
    torch: ModuleType, expression: str, element: tuple[int, int, int], steps: list[str]
) -> None:
    """An activation or a sum after the convolution is named, and both numbers are kept."""
    names = article(torch)
    value = evaluate(names, expression)
    found = explain(value, names, expression)
    assert isinstance(found, Derivation)
    assert (found.sample, found.filter, found.position) == element
    assert [step.operation for step in found.steps if not step.moves_only] == steps
    assert found.shown == pytest.approx(float(value.detach()))
    assert found.value == pytest.approx(float(names["y"][element].detach()), abs=1e-6)


@pytest.mark.parametrize("expression", ["conv1d(x[1])[2,1]", "conv1d(x[1])[2][1]"])
def test_an_unbatched_call_has_no_sample(torch: ModuleType, expression: str) -> None:
    """The axis that PyTorch added is not shown, and the line to type uses the learner's row."""
    names = article(torch)
    found = explain(evaluate(names, expression), names, expression)
    assert isinstance(found, Derivation)
    assert found.convolution.unbatched
    assert found.index == (2, 1)
    assert found.convolution.called.input == "x[1]"


@pytest.mark.parametrize(
    ("expression", "count"),
    [("y", 24), ("y[0]", 6), ("y[:,1]", 8), ("y.sum()", 0), ("y.mean(2)", 0), ("conv1d(x[0])", 6)],
)
def test_many_elements_give_an_overview(torch: ModuleType, expression: str, count: int) -> None:
    """A slice lists its elements in its own order; a reduction says that it has none."""
    names = article(torch)
    value = evaluate(names, expression)
    found = explain(value, names, expression)
    assert isinstance(found, Overview)
    assert len(found.elements) == count
    if count:
        assert list(found.numbers) == pytest.approx(value.detach().reshape(-1).tolist())


@pytest.mark.parametrize(
    ("setup", "expression", "reason", "line"),
    [
        ("z = y.detach()", "z[0,1,1]", "detached", "y[0,1,1]"),
        ("z = y.detach()", "z", "detached", "y"),
        ("with torch.no_grad():\n    z = conv1d(x)", "z[2,1,0]", "no_grad", "conv1d(x)[2,1,0]"),
        ("v = y[1,2,0].item()", "v", "number", "y[1,2,0]"),
        ("v = 3.25", "v", "number", ""),
        ("r = torch.ones(7)", "r", "no_history", ""),
        ("y.sum().backward()", "y", "freed", "y = conv1d(x)"),
        (
            "with torch.no_grad():\n    conv1d.weight.mul_(2)",
            "y[0,0,0]",
            "changed",
            "y = conv1d(x)",
        ),
        ("x[0, 0, 0] = 9.0", "y[0,0,0]", "changed", "y = conv1d(x)"),
        ("v = 'text'", "v", "not_a_tensor", ""),
    ],
)
def test_without_a_history_the_line_to_type_is_given(
    torch: ModuleType, setup: str, expression: str, reason: str, line: str
) -> None:
    """Detached, no_grad, used up or a plain number: it says which, and what shows it anew."""
    names = article(torch)
    run(names, setup)
    found = explain(evaluate(names, expression), names, expression)
    assert isinstance(found, NoOrigin)
    assert (found.reason, found.line) == (reason, line)


def test_a_used_up_history_is_made_good_by_the_learners_own_names(torch: ModuleType) -> None:
    """After backward() an element is still explained, from the layer and input at hand."""
    names = article(torch)
    run(names, "y.sum().backward()")
    found = explain(names["y"][0, 0, 0], names, "y[0,0,0]")
    assert isinstance(found, Derivation)
    assert found.total == pytest.approx(float(names["y"][0, 0, 0].detach()), abs=1e-6)


@pytest.mark.parametrize(
    "expression",
    [
        "y",
        "y[0]",
        "y.sum()",
        "x",
        "x[0,0,0]",
        "w[0,0,0]",
        "y[0,0,0] * 2",
        "torch.ones(3)",
        "3",
        "'a'",
    ],
)
def test_nothing_is_explained_unasked_but_an_element(torch: ModuleType, expression: str) -> None:
    """Only a single element reached by indexing, or a sum by hand, speaks up by itself."""
    names = article(torch)
    assert explain_automatically(evaluate(names, expression), names, expression) is None


def test_the_nearest_convolution_is_the_origin(torch: ModuleType) -> None:
    """In a stack, an element belongs to the last layer, whose input is the layer before."""
    names = article(torch)
    run(names, "deep = nn.Conv1d(3, 4, 2)\nh = torch.relu(y)\nz = deep(h)")
    found = explain(names["z"][0, 3, 0], names, "z[0,3,0]")
    assert isinstance(found, Derivation)
    assert found.convolution.called.layer == "deep"
    assert found.convolution.called.input == "h"
    assert len(found.channels) == 3


def test_a_layer_inside_a_model_is_called_by_its_path(torch: ModuleType) -> None:
    """`net[0]` is what the learner can type."""
    names = article(torch)
    run(names, "net = nn.Sequential(nn.Conv1d(2, 3, 5), nn.ReLU())\nout = net(x)")
    found = explain(names["out"][1, 2, 0], names, "out[1,2,0]")
    assert isinstance(found, Derivation)
    assert found.convolution.called.weight == "net[0].weight"
    assert found.steps[0].operation == "Relu"


@pytest.mark.parametrize(
    ("expression", "whole"),
    [("y", True), ("conv1d(x[0])", True), ("torch.relu(y)", False), ("y[0]", False)],
)
def test_the_whole_output_is_known(torch: ModuleType, expression: str, whole: bool) -> None:
    """As the convolution gave it, an unbatched one without its axis of samples."""
    names = article(torch)
    found = explain(evaluate(names, expression), names, expression)
    assert isinstance(found, Overview)
    assert found.whole is whole


@pytest.mark.parametrize(("length", "cut"), [(4096, False), (4097, True)])
def test_very_many_elements_are_cut(torch: ModuleType, length: int, cut: bool) -> None:
    """4,096 of them are followed, and it is said where there are more."""
    names = article(torch)
    run(names, f"many = nn.Conv1d(1, 1, 1)(torch.rand(1, 1, {length}))")
    found = explain(names["many"], names, "many")
    assert isinstance(found, Overview)
    assert (found.cut, len(found.elements), len(found.numbers)) == (cut, 4096, 4096)
    assert found.numbers[-1] == pytest.approx(float(names["many"][0, 0, 4095].detach()))


@pytest.mark.parametrize(("left", "right"), [(2, 0), (0, 1), (1, 3)])
def test_an_input_padded_by_hand_is_found_under_its_zeros(
    torch: ModuleType, left: int, right: int
) -> None:
    """Positions count in the learner's own input, and the padding may be uneven."""
    names = article(torch)
    run(names, f"q = conv1d(F.pad(x, ({left}, {right})))")
    found = explain(names["q"][3, 1, 1], names, "q[3,1,1]")
    assert isinstance(found, Derivation)
    assert found.convolution.called.input == "x"
    assert found.convolution.geometry.padding_pair == (left, right)
    assert [tap.position for tap in found.channels[0].taps] == [1 - left + tap for tap in range(5)]
    assert found.total == pytest.approx(float(names["q"][3, 1, 1].detach()), abs=1e-6)
    assert float(evaluate(names, by_hand(found)).detach()) == pytest.approx(found.total, abs=1e-6)


def test_what_stands_amid_other_numbers_is_not_padded(torch: ModuleType) -> None:
    """An input with ones put on its right is no input of the learner's with zeros around it."""
    names = article(torch)
    run(names, "q = conv1d(torch.cat([x, torch.ones(4, 2, 2)], 2))")
    found = explain(names["q"][0, 0, 0], names, "q[0,0,0]")
    assert isinstance(found, Derivation)
    assert found.convolution.called.input == ""
    assert by_hand(found) == ""


@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_same_padding_of_an_even_kernel(torch: ModuleType) -> None:
    """The odd zero stands on the right, whether it is recorded or only at hand."""
    names = article(torch)
    run(names, "even = nn.Conv1d(2, 3, 4, padding='same')\nq = even(x)")
    recorded = convolution_behind(names["q"], names)
    at_hand = convolution_behind(names["even"], names)
    assert recorded is not None
    assert at_hand is not None
    assert recorded.geometry.padding_pair == at_hand.geometry.padding_pair == (1, 2)
    assert recorded.length == at_hand.length == 6


def test_a_layer_is_shown_over_an_input_not_over_something_computed(torch: ModuleType) -> None:
    """Of two tensors that fit, the one without a history; parameters never."""
    names = article(torch)
    run(
        names,
        "deep = nn.Conv1d(3, 4, 2)\nkernel = nn.Parameter(torch.rand(4, 3, 2))\n"
        "hidden = torch.relu(y)\nfresh = torch.rand(4, 3, 2)",
    )
    found = convolution_behind(names["deep"], names)
    assert found is not None
    assert found.called.input == "fresh"


VIEWS = [
    "x[0]", "x[0,1]", "x[1:3]", "x[:,1]", "x[:,0:1]", "x[...,2:5]", "x.permute(0,2,1)",
    "x.permute(1,2,0)", "x.permute(2,0,1)", "x[1:].permute(2,0,1)", "x.permute(2,1,0)",
    "x[3:,1:,5:]",
    "x[:,:,1:].permute(0,2,1)", "conv1d.weight[1]", "x.detach()",
]  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_called_by_an_expression_that_gives_it(torch: ModuleType, view: str) -> None:
    """What is to be typed shows the same numbers, in the same order."""
    names = article(torch)
    shown = evaluate(names, view)
    made = evaluate(names, expression_of(shown, names))
    assert (made.data_ptr(), made.shape, made.stride()) == (
        shown.data_ptr(),
        shown.shape,
        shown.stride(),
    )


def test_what_is_no_plain_view_has_no_name(torch: ModuleType) -> None:
    """Every second sample, and other numbers altogether."""
    names = article(torch)
    assert expression_of(names["x"][::2], names) == ""
    assert expression_of(torch.rand(3), names) == ""


def test_a_number_that_two_outputs_share_is_nobodys(torch: ModuleType) -> None:
    """Which element a plain number equals is only said where there is one."""
    names = article(torch)
    run(names, "again = conv1d(x)\nv = y[1,2,0].item()")
    found = explain(names["v"], names, "v")
    assert isinstance(found, NoOrigin)
    assert (found.reason, found.line) == ("number", "")


def test_four_decimals_are_not_enough_to_know_a_number_by(torch: ModuleType) -> None:
    """A number as it is printed is not taken for the element."""
    names = article(torch)
    found = explain(round(names["y"][1, 2, 0].item(), 4), names, "v")
    assert isinstance(found, NoOrigin)
    assert found.line == ""


def test_a_used_up_history_of_another_input_is_not_made_up(torch: ModuleType) -> None:
    """Where no call at hand gives the number any more, it is to be computed anew."""
    names = article(torch)
    run(names, "y.sum().backward()\nx.mul_(2)")
    found = explain(names["y"][0, 0, 0], names, "y[0,0,0]")
    assert isinstance(found, NoOrigin)
    assert found.reason == "freed"


def test_weights_changed_behind_the_records_back_are_noticed(torch: ModuleType) -> None:
    """Through `.data` no version is counted, but the sum no longer gives the number."""
    names = article(torch)
    run(names, "conv1d.weight.data.mul_(2)")
    found = explain(names["y"][0, 0, 0], names, "y[0,0,0]")
    assert isinstance(found, NoOrigin)
    assert (found.reason, found.line) == ("changed", "y = conv1d(x)")


FAMILY = """
image = torch.rand(1, 1, 2, 6)
conv2d = nn.Conv2d(1, 3, (2, 5))
z = conv2d(image)
old = nn.utils.weight_norm(nn.Conv1d(2, 3, 5))
v = old(x)
v2 = old(x)
new = nn.utils.parametrizations.weight_norm(nn.Conv1d(2, 3, 5))
n = new(x)
up = F.interpolate(y, scale_factor=1.5)
"""


@pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm` is deprecated:FutureWarning")
def test_an_image_is_not_taken_apart(torch: ModuleType) -> None:
    """Of a Conv2d it is said that it is one; nothing takes it for a convolution of one axis."""
    names = article(torch)
    run(names, FAMILY)
    for text in ("z[0,0,0,0]", "z", "z[0]", "conv2d(image)[0,1,0,0]", "z.sum()"):
        found = explain(evaluate(names, text), names, text)
        assert isinstance(found, NoOrigin)
        assert found.reason == "image"
    assert explain_automatically(names["z"][0, 0, 0, 0], names, "z[0,0,0,0]") is None
    assert convolution_behind(names["z"], names) is None
    names["z"].sum().backward()
    freed = explain(names["z"][0, 0, 0, 0], names, "z[0,0,0,0]")
    assert isinstance(freed, NoOrigin)


@pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm` is deprecated:FutureWarning")
@pytest.mark.parametrize(
    ("text", "weight"),
    [("v[0,1,1]", "old.weight"), ("v2[0,1,1]", "old.weight"), ("n[3,2,0]", "new.weight")],
)
def test_a_weight_that_is_computed_has_its_layers_name(
    torch: ModuleType, text: str, weight: str
) -> None:
    """With weight_norm the weight is made anew at every call, and is still that of its layer."""
    names = article(torch)
    run(names, FAMILY)
    found = explain(evaluate(names, text), names, text)
    assert isinstance(found, Derivation)
    assert found.convolution.called.weight == weight
    assert evaluate(names, by_hand(found)).item() == pytest.approx(evaluate(names, text).item())


@pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm` is deprecated:FutureWarning")
@pytest.mark.parametrize("position", range(3))
def test_a_nearest_output_is_one_of_the_convolutions(torch: ModuleType, position: int) -> None:
    """What was drawn longer is followed to the output element that it repeats."""
    names = article(torch)
    run(names, FAMILY)
    found = explain(names["up"][1, 2, position], names, f"up[1,2,{position}]")
    assert isinstance(found, Derivation)
    assert found.element == (1, 2, [0, 0, 1][position])
    assert found.value == names["y"][found.element].item()


def test_a_sum_of_sums_is_made_of_many(torch: ModuleType) -> None:
    """One number on the way has the shape (), which is a shape like any other."""
    names = article(torch)
    for source in ("y.sum() + y.sum()", "y.mean() * 2 + 1", "(y.sum() + y.sum()).reshape(1)"):
        found = explain(evaluate(names, source), names, source)
        assert isinstance(found, Overview)
        assert found.elements == ()
