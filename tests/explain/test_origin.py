"""A value is walked back to the output element that it shows, however it was reached."""

from types import ModuleType

import pytest

from conv1d_tutor.explain import Derivation, NoOrigin, Overview, explain, explain_automatically

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
