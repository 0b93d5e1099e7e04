"""Losses of every dtype beside every other: values, errors, and gradients to all that has them."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from conv1d_tutor import engine

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

_FLOATS = ("float32", "float64", "float16")
_DTYPES = (*_FLOATS, "int64", "int32", "uint8", "bool")
_Operand = tuple[Any, str, bool]
"""Numbers, their dtype, and whether they require a gradient."""

_OF_TWO = [
    "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "kl_div",
]  # fmt: skip


def _outcome(
    library: Any, name: str, operands: list[_Operand | None], options: dict[str, Any]
) -> tuple[list[Any], list[Any]]:
    """Return what can be named of the result and its gradients, and their numbers."""
    tensors = []
    for operand in operands:
        if operand is None:
            tensors.append(None)
            continue
        numbers, dtype, requires_grad = operand
        tensor = library.from_numpy(np.array(numbers)).to(getattr(library, dtype))
        tensors.append(tensor.requires_grad_(requires_grad and dtype in _FLOATS))
    function = getattr(library.nn.functional, name)
    given = dict(zip(("input", "target", "weight"), tensors, strict=False))
    named: list[Any] = []
    try:
        result = function(**given, **options)
        named = [str(result.dtype), tuple(result.shape), type(result.grad_fn).__name__]
        numbers = [result.detach().double().numpy()]
        if result.requires_grad:
            result.sum().backward()
        for tensor in tensors:
            grad = None if tensor is None else tensor.grad
            named.append(grad is None)
            if grad is not None:
                numbers.append(grad.double().numpy())
    except Exception as error:
        return [*named, type(error).__name__, str(error).split("\n", maxsplit=1)[0]], []
    return named, numbers


def _assert_same(name: str, operands: list[_Operand | None], options: dict[str, Any]) -> None:
    expected, numbers = _outcome(torch, name, operands, options)
    found, ours = _outcome(engine, name, operands, options)
    shown = [each and each[1:] for each in operands], options
    assert found == expected, shown
    for one, two in zip(ours, numbers, strict=True):
        np.testing.assert_allclose(one, two, rtol=2e-3, atol=1e-3, err_msg=str(shown))


def _numbers(random: np.random.RandomState, dtype: str, shape: tuple[int, ...]) -> Any:
    some = random.rand(*shape) * 0.8 + 0.1
    return some if dtype in _FLOATS else (some > 0.5) * 1.0


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", _OF_TWO)
@pytest.mark.parametrize("shape", [(3, 4), (), (0,)])
def test_losses_of_two(name: str, shape: tuple[int, ...]) -> None:
    """Inputs and targets of any dtype, with a gradient to the one, the other, and both."""
    random = np.random.RandomState(0)
    for dtype, other, reduction in product(_DTYPES, _DTYPES, ("mean", "none", "sum")):
        if name == "huber_loss" and dtype == "bool" and other not in _FLOATS:
            continue  # PyTorch looks at the two in another order there
        one, two = _numbers(random, dtype, shape), _numbers(random, other, shape)
        for to_input, to_target in ((True, False), (False, True), (True, True)):
            operands: list[_Operand | None] = [(one, dtype, to_input), (two, other, to_target)]
            _assert_same(name, operands, {"reduction": reduction})


def _weights() -> Iterator[tuple[str, tuple[int, ...], bool]]:
    yield from product(_DTYPES, [(4,), (3, 4), (3, 1), (5,), (2, 3, 4)], (False, True))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("binary_cross_entropy", "weight"), ("binary_cross_entropy_with_logits", "weight"),
        ("mse_loss", "weight"), ("l1_loss", "weight"), ("huber_loss", "weight"),
    ],
)  # fmt: skip
def test_weights(name: str, argument: str) -> None:
    """Weights of any dtype and shape: refused, broadcast, differentiated as there."""
    random = np.random.RandomState(1)
    for dtype, shape, to_weight in _weights():
        operands: list[_Operand | None] = [
            (random.rand(3, 4) * 0.8 + 0.1, "float32", True),
            (random.rand(3, 4), "float32", True),
            (random.rand(*shape) * 3, dtype, to_weight),
        ]
        _assert_same(name, operands, {})


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("shape", [(4,), (3, 4), (3, 4, 5)])
def test_cross_entropy(smoothing: float, shape: tuple[int, ...]) -> None:
    """Classes and shares of classes as targets, weights, and targets that are all ignored."""
    random = np.random.RandomState(2)
    classes = shape[min(1, len(shape) - 1)]
    places = () if len(shape) == 1 else (shape[0], *shape[2:])
    for reduction, weight, to_other in product(
        ("mean", "sum", "none"), (None, "float32", "float64", "int64"), (False, True)
    ):
        scores: _Operand = (random.randn(*shape), "float32", True)
        heavy: _Operand | None = (
            None if weight is None else (random.rand(classes) * 3, weight, to_other)
        )
        options = {"reduction": reduction, "label_smoothing": smoothing}
        for dtype in _FLOATS:
            shares: _Operand = (random.rand(*shape), dtype, to_other)
            _assert_same("cross_entropy", [scores, shares, heavy], options)
        if weight not in (None, "float32"):
            continue
        right = np.asarray(random.randint(0, classes, places)).astype(float)
        for dtype, ignored in product(("int64", "int32", "float32", "bool"), (-100, 1, "all")):
            targets = right * 0 + 1 if ignored == "all" else right
            options["ignore_index"] = 1 if ignored == "all" else ignored
            operands = [scores, (targets, dtype, False), heavy]
            _assert_same("cross_entropy", operands, options)
            if not smoothing:
                chosen = {key: value for key, value in options.items() if key != "label_smoothing"}
                _assert_same("nll_loss", operands, chosen)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("log_target", [False, True])
def test_divergence(log_target: bool) -> None:
    """Of any dtype, with a gradient to the target as well."""
    random = np.random.RandomState(3)
    reductions = ("batchmean", "mean", "none", "sum")
    for dtype, other, reduction in product(_DTYPES, _DTYPES, reductions):
        operands: list[_Operand | None] = [
            (random.randn(3, 4), dtype, True), (random.rand(3, 4), other, True),
        ]  # fmt: skip
        _assert_same("kl_div", operands, {"reduction": reduction, "log_target": log_target})
