"""Two values are the same by type, exact shape and closeness; never by spelling."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conv1d_tutor import engine
from conv1d_tutor.course.judge.values import (
    family,
    freeze,
    is_close,
    numbers,
    same,
    same_weights,
    shape_of,
)

T: Any = engine


def test_shapes_are_alike_in_every_dress() -> None:
    """A Size, a tuple and a list are the same shape; a longer or other one is not."""
    size = T.zeros(3, 2, 5).shape
    assert same((3, 2, 5), size)
    assert same([3, 2, 5], size)
    assert same(size, (3, 2, 5))
    assert not same((3, 5, 2), size)
    assert not same((3, 2), size)
    assert not same(30, size)
    assert not same((3,), 3)


def test_numbers_are_alike_in_every_dress() -> None:
    """A Python number, a 0-d tensor and a numpy scalar are the same; a truth value is none."""
    expected = T.tensor(2.5)
    for given_ in (2.5, T.tensor(2.5), np.float32(2.5), np.array(2.5), T.tensor(2.5).double()):
        assert same(given_, expected)
    assert same(T.tensor(3), 3)
    assert same(3.0, 3)
    assert not same(True, 1)
    assert not same(T.tensor([2.5]), expected)
    assert same(True, T.tensor(True))
    assert not same("3", 3)


def test_printed_decimals_are_enough_and_fewer_are_not() -> None:
    """A number typed as it is printed is right; rounded further, or computed apart, it is not."""
    expected = T.tensor(0.168312)
    assert same(0.1683, expected)
    assert not same(0.168, expected)
    assert not same(0.17, expected)
    weight = T.tensor(1.0, requires_grad=True)
    assert same(weight * 0.168312, expected)
    assert not same(weight * 0.16835, expected)
    assert not same(0.0, T.tensor(0.00004))


def test_tensors_compare_by_exact_shape_then_closeness() -> None:
    """Nested lists, arrays and tensors are alike; a shape that merely broadcasts is not."""
    expected = T.arange(6.0).reshape(2, 3)
    assert same([[0, 1, 2], [3, 4, 5]], expected)
    assert same(np.arange(6.0).reshape(2, 3), expected)
    assert same(expected.double(), expected)
    assert not same(expected.double(), expected, strict=True)
    assert not same([[0, 1, 2], [3, 4, 5]], expected, strict=True)
    assert not same(expected.reshape(1, 2, 3), expected)
    assert not same(expected + 0.01, expected)
    assert same(T.tensor([float("nan"), 1.0]), [float("nan"), 1.0])


def test_layers_compare_by_their_settings() -> None:
    """Every hyper-parameter counts, the weights do not; `same` padding is the padding it means."""
    nn = T.nn
    layer = nn.Conv1d(2, 4, 5)
    assert same(nn.Conv1d(2, 4, 5), layer)
    assert not same_weights(nn.Conv1d(2, 4, 5), layer)
    assert same_weights(layer, layer)
    for other in (
        nn.Conv1d(4, 2, 5),
        nn.Conv1d(2, 4, 3),
        nn.Conv1d(2, 4, 5, stride=2),
        nn.Conv1d(2, 4, 5, padding=1),
        nn.Conv1d(2, 4, 5, dilation=2),
        nn.Conv1d(2, 4, 5, groups=2),
        nn.Conv1d(2, 4, 5, bias=False),
        nn.Conv1d(2, 4, 5, padding=1, padding_mode="reflect"),
        nn.Linear(2, 4),
        3,
        None,
    ):
        assert not same(other, layer)
    assert same(nn.Conv1d(2, 4, 5, padding="same"), nn.Conv1d(2, 4, 5, padding=2))
    assert same(nn.Conv1d(2, 4, 5, padding="valid"), layer)
    assert same(nn.Conv1d(2, 4, 5, padding_mode="reflect"), layer)

    class Mine(nn.Conv1d):  # type: ignore[misc]
        """A learner's own class on top of it."""

    assert same(Mine(2, 4, 5), layer)
    assert same(nn.ReLU(), nn.ReLU())
    assert not same(nn.ReLU(), nn.Tanh())


def test_what_is_frozen_stays() -> None:
    """A change in place after freezing does not reach the frozen value."""
    x = T.zeros(2, 3)
    frozen = freeze([x, {"x": x}])
    x += 1
    assert same(frozen, (T.zeros(2, 3), {"x": T.zeros(2, 3)}))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "nothing"),
        (True, "truth"),
        (1, "number"),
        ("a", "text"),
        ((1, 2), "shape"),
        ([1.5], "tensor"),
        ([], "shape"),
        (len, "other"),
        (engine, "other"),
        ([[1], [2, 3]], "tensor"),
    ],
)
def test_families(value: object, kind: str) -> None:
    """A value is what a person would call it."""
    assert family(value) == kind


def test_families_of_the_engines_values(torch_module: ModuleType) -> None:
    """Tensors, layers and Sizes are told apart; the classes themselves are neither."""
    assert family(torch_module.zeros(2)) == "tensor"
    assert family(torch_module.zeros(())) == "number"
    assert family(torch_module.zeros(2).shape) == "shape"
    assert family(torch_module.nn.Conv1d(1, 1, 1)) == "layer"
    assert family(torch_module.nn.Conv1d) == "other"
    assert family(torch_module.float32) == "other"
    assert shape_of([[1, 2, 3], [4, 5, 6]]) == (2, 3)
    assert shape_of([[1, 2, 3], [4, 5]]) is None
    assert numbers([[1, 2], [3, 4]]) == [1.0, 2.0, 3.0, 4.0]


@given(st.floats(-1e6, 1e6))
def test_every_number_is_close_to_what_is_printed_of_it(number: float) -> None:
    """Typing a number with four decimals is always right, as long as it does not vanish."""
    typed = round(number, 4)
    assert is_close(typed, number, typed=True) or abs(number) < 1e-4


def test_odd_values_compare_without_a_crash() -> None:
    """A value that cannot be compared is simply not the same."""

    class Odd:
        def __eq__(self, other: object) -> bool:
            raise RuntimeError

        __hash__ = None  # type: ignore[assignment]

    assert not same(Odd(), 3)
    assert not same(Odd(), Odd())
    assert not same(len, T.zeros(2))


def nested(depth: int) -> object:
    """Return a list in a list, and so on."""
    made: object = 1
    for _ in range(depth):
        made = [made]
    return made


def in_itself() -> object:
    """Return a list that holds itself."""
    made: list[object] = []
    made.append(made)
    return made


@pytest.mark.parametrize(
    "odd", [nested(100_000), in_itself(), [1, "a", None], [1] * 30_000, {"a": nested(999)}]
)
def test_what_nobody_means_as_an_answer_is_only_itself(odd: object) -> None:
    """Too deep, in itself, too long, or not of numbers: no tensor, and equal to none."""
    assert family(odd) == "other"
    assert shape_of(odd) is None
    assert not same(odd, T.zeros(2))
    assert not same(odd, (1,))
    assert not same(3, odd)


def raising(name: str, base: type = object) -> object:
    """Return a value whose method or property `name` ends the program."""

    def leave(*_given: object) -> None:
        raise SystemExit

    method: object = property(leave) if name in {"__class__", "shape", "dtype"} else leave
    return type("Odd", (base,), {name: method})()


@pytest.mark.parametrize("name", ["__getattr__", "__getattribute__", "__class__", "shape"])
def test_no_code_of_a_value_is_run_to_see_what_it_is(name: str) -> None:
    """It is known by its class."""
    assert family(raising(name)) == "other"
    assert not same(raising(name), 3)


@pytest.mark.parametrize(
    ("base", "name", "known"),
    [
        (int, "__eq__", 0),
        (float, "__float__", 0.0),
        (str, "__eq__", ""),
        (list, "__iter__", ()),
        (tuple, "__len__", ()),
    ],
)
def test_a_subclass_of_a_plain_kind_is_what_it_holds(base: type, name: str, known: object) -> None:
    """Whatever its own methods do."""
    assert same(raising(name, base), known)


def test_a_number_too_large_for_a_float_is_a_number() -> None:
    """It is compared as infinite."""
    assert family(10**5000) == "number"
    assert not same(10**5000, T.tensor(1.0))
    assert numbers([-(10**5000)]) == [float("-inf")]


def test_complex_and_other_arrays_are_no_tensors() -> None:
    """Their numbers have no order, or are none."""
    for odd in (
        np.ma.masked,
        np.array([1j]),
        np.array(["a"]),
        np.array([None]),
        np.array(["2026"], "M8"),
    ):
        assert family(odd) == "other"
