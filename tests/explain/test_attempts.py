"""Every wrong attempt of the table is answered with its idea; no right one is called wrong."""

import warnings
from types import ModuleType

import pytest

from conv1d_tutor.explain import (
    Derivation,
    HandSum,
    check_hand_sum,
    decode_error,
    explain,
    explain_automatically,
    name_length_mistake,
    name_mistake,
    name_shape_mistake,
    silent_mistake,
)

from . import attempts
from .article import article, evaluate, run


def _element(torch: ModuleType, names: dict[str, object]) -> Derivation:
    value = evaluate(names, "y[1,1,0]")
    found = explain(value, names, "y[1,1,0]")
    assert isinstance(found, Derivation)
    return found


def _idea(hand_sum: HandSum) -> str:
    wrong = hand_sum.first_wrong
    if wrong is not None:
        return f"channel {wrong.channel} {wrong.status}"
    return f"bias {hand_sum.bias}"


@pytest.mark.parametrize(("source", "idea"), attempts.WRONG_SUMS)
def test_a_wrong_sum_is_answered_with_its_term(torch: ModuleType, source: str, idea: str) -> None:
    """The first wrong term is named: which channel or the bias, and what about it."""
    names = article(torch)
    found = explain_automatically(evaluate(names, source), names, source)
    assert isinstance(found, HandSum)
    assert not found.hit
    assert not all(found.goals)
    assert _idea(found) == idea


@pytest.mark.parametrize(("source", "element"), attempts.RIGHT_SUMS)
def test_a_right_sum_is_recognised(
    torch: ModuleType, source: str, element: tuple[int, int, int]
) -> None:
    """Whatever the spelling, it is that element, and all five sub-goals are reached."""
    names = article(torch)
    found = check_hand_sum(evaluate(names, source), names, source)
    assert found is not None
    assert found.hit, _idea(found)
    assert found.goals == (True,) * 5
    assert (found.element.sample, found.element.filter, found.element.position) == element


@pytest.mark.parametrize(("source", "name"), attempts.WRONG_VALUES)
def test_a_wrong_number_is_named(torch: ModuleType, source: str, name: str) -> None:
    """A number that is the right answer of another convolution has that one's name."""
    names = article(torch)
    found = name_mistake(evaluate(names, source), _element(torch, names))
    assert found is not None
    assert found.name == name
    assert "{" not in found.sentence


@pytest.mark.parametrize("source", attempts.RIGHT_VALUES)
def test_a_right_number_is_not_called_wrong(torch: ModuleType, source: str) -> None:
    """The element's own number, computed or typed to four decimals, has no mistake."""
    names = article(torch)
    assert name_mistake(evaluate(names, source), _element(torch, names)) is None


@pytest.mark.parametrize(("arguments", "length", "wrong", "name"), attempts.WRONG_LENGTHS)
def test_a_wrong_length_is_named(
    torch: ModuleType, arguments: str, length: int, wrong: float, name: str | None
) -> None:
    """A length that another rule gives has that rule's name; none where several or none do."""
    layer = evaluate({"nn": torch.nn}, f"nn.Conv1d({arguments})")
    found = name_length_mistake(wrong, layer, length)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(("wrong", "name"), attempts.WRONG_SHAPES)
def test_a_wrong_shape_is_named(torch: ModuleType, wrong: tuple[int, ...], name: str) -> None:
    """A wrong shape is answered with the axis that is not understood."""
    found = name_shape_mistake(wrong, torch.nn.Conv1d(2, 3, 5), (4, 2, 6))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(("arguments", "length", "right"), attempts.RIGHT_LENGTHS)
def test_a_right_length_is_not_called_wrong(
    torch: ModuleType, arguments: str, length: int, right: int
) -> None:
    """The formula's own answer has no mistake."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        layer = evaluate({"nn": torch.nn}, f"nn.Conv1d({arguments})")
    assert name_length_mistake(right, layer, length) is None


@pytest.mark.parametrize(("arguments", "given", "right"), attempts.RIGHT_SHAPES)
def test_a_right_shape_is_not_called_wrong(
    torch: ModuleType, arguments: str, given: tuple[int, ...], right: tuple[int, ...]
) -> None:
    """The shape that the layer gives has no mistake, even if it looks like another one."""
    layer = evaluate({"nn": torch.nn}, f"nn.Conv1d({arguments})")
    assert tuple(layer(torch.rand(*given)).shape) == right
    assert name_shape_mistake(right, layer, given) is None


@pytest.mark.parametrize(("source", "name"), attempts.WRONG_CODE)
def test_an_error_is_decoded(torch: ModuleType, source: str, name: str) -> None:
    """Each error is answered with its idea, and a line that is offered as a call works."""
    names = article(torch)
    with pytest.raises(Exception) as error:  # noqa: PT011 - which one it is, is PyTorch's affair
        run(names, source)
    fault = decode_error(error.value, source, names)
    assert fault is not None, error.value
    assert fault.name == name
    assert fault.meaning
    if fault.gives:
        run(names, fault.fix)


@pytest.mark.parametrize(("text", "name"), attempts.PASTED)
def test_a_pasted_text_is_decoded(torch: ModuleType, text: str, name: str) -> None:
    """Texts from elsewhere and of older versions are read too, without any source."""
    fault = decode_error(text, "", {})
    assert fault is not None
    assert fault.name == name


@pytest.mark.parametrize(("source", "name"), attempts.SILENT)
def test_what_nothing_refuses_is_named(torch: ModuleType, source: str, name: str) -> None:
    """Legal, but likely not meant: it is said what it does."""
    names = article(torch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = silent_mistake(evaluate(names, source), names, source)
    assert found is not None
    assert found.name == name
    if found.gives:
        run(names, found.fix)


@pytest.mark.parametrize("source", attempts.NOT_SILENT)
def test_what_is_meant_is_not_suspected(torch: ModuleType, source: str) -> None:
    """Ordinary calls, layers and reshapes raise no suspicion."""
    names = article(torch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert silent_mistake(evaluate(names, source), names, source) is None


def test_trying_a_line_leaves_no_trace(torch: ModuleType) -> None:
    """Neither the learner's names nor the random stream are changed by what is tried silently."""
    names = article(torch)
    before = set(names)
    torch.manual_seed(7)
    source = "conv1d(torch.rand(4, 6, 2))"
    with pytest.raises(RuntimeError) as error:
        evaluate(names, source)
    torch.manual_seed(7)
    expected = torch.rand(3).tolist()
    torch.manual_seed(7)
    fault = decode_error(error.value, source, names)
    assert fault is not None
    assert fault.gives == "(4, 3, 2)"
    assert torch.rand(3).tolist() == expected
    assert set(names) == before


def test_a_loop_over_many_channels_is_recognised(torch: ModuleType) -> None:
    """A sum of 600 products typed as a loop, and the same with one product missing."""
    names = article(torch)
    run(names, "wide = nn.Conv1d(200, 2, 3)\nv = torch.rand(1, 200, 9)")
    loop = "sum(v[0,c,4+k] * wide.weight[1,c,k] for c in range({}) for k in range(3))"
    right = check_hand_sum(evaluate(names, loop.format(200) + " + wide.bias[1]"), names)
    assert right is not None
    assert right.hit
    short = check_hand_sum(evaluate(names, loop.format(199) + " + wide.bias[1]"), names)
    assert short is not None
    assert _idea(short) == "channel 199 missing"


def test_the_table_is_large_enough() -> None:
    """At least 150 wrong attempts and 100 right ones."""
    wrong = (
        attempts.WRONG_SUMS,
        attempts.WRONG_VALUES,
        [row for row in attempts.WRONG_LENGTHS if row[-1]],
        attempts.WRONG_SHAPES,
        attempts.WRONG_CODE,
        attempts.PASTED,
        attempts.SILENT,
    )
    right = (
        attempts.RIGHT_SUMS,
        attempts.RIGHT_VALUES,
        attempts.RIGHT_LENGTHS,
        attempts.RIGHT_SHAPES,
        attempts.NOT_SILENT,
    )
    assert sum(map(len, wrong)) >= 150
    assert sum(map(len, right)) >= 100
