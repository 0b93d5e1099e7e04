"""20,000 random tensors, printed alike by PyTorch and by the bundled engine."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor import engine  # noqa: E402

DTYPES = ("float32", "float64", "float16", "int64", "int32", "int16", "int8", "uint8", "bool")


def _numbers(random: np.random.Generator) -> np.ndarray[Any, Any]:
    """Return an array of random shape, size of numbers, dtype and oddities."""
    shape = tuple(int(each) for each in random.integers(0 if random.random() < 0.1 else 1, 9,
                                                        random.integers(0, 5)))  # fmt: skip
    if random.random() < 0.1:
        shape = tuple(int(each) for each in random.integers(1, 60, random.integers(1, 4)))
    dtype = DTYPES[random.integers(len(DTYPES))] if random.random() < 0.4 else "float32"
    if dtype == "bool":
        return random.random(shape) < 0.5
    if "int" in dtype:
        limit = np.iinfo(dtype)
        low, high = (limit.min, limit.max) if random.random() < 0.3 else (-3, 120)
        return random.integers(max(low, limit.min), high, shape).astype(dtype)
    size = 10.0 ** random.integers(-7, 10)
    values = np.asarray(random.standard_normal(shape) * size)
    kind = random.random()
    if kind < 0.2:
        values = np.round(values)
    elif kind < 0.35:
        values = values * 10.0 ** random.integers(-3, 4, shape)
    values = np.array(values)
    for odd, chance in ((0.0, 0.2), (np.nan, 0.1), (np.inf, 0.1), (-np.inf, 0.05), (-0.0, 0.05)):
        if random.random() < chance and values.size:
            values[random.random(values.shape) < 0.3] = odd
    return values.astype(dtype)


def _finished(namespace: Any, array: np.ndarray[Any, Any], finish: int) -> Any:
    """Return the tensor as a leaf, a leaf that requires grad, a result, a parameter or a view."""
    tensor = namespace.tensor(array)
    if not tensor.is_floating_point():
        return tensor
    if finish == 1:
        return tensor.requires_grad_()
    if finish == 2:
        return tensor.requires_grad_() * 1
    if finish == 3:
        return namespace.nn.Parameter(tensor)
    if finish == 4 and tensor.ndim > 1:
        return tensor.requires_grad_().permute(*reversed(range(tensor.ndim)))
    return tensor


@pytest.mark.parametrize("seed", range(20))
def test_a_thousand_random_tensors_print_alike(seed: int) -> None:
    """Every shape, dtype, size of number and suffix is shown character by character alike."""
    random = np.random.default_rng(seed)
    with np.errstate(all="ignore"):
        for _ in range(1000):
            array = _numbers(random)
            finish = int(random.integers(8))
            theirs = repr(_finished(torch, array, finish))
            assert repr(_finished(engine, array, finish)) == theirs, (array.shape, array.dtype)


@pytest.mark.parametrize(
    "options",
    [
        {"precision": 2},
        {"precision": 8},
        {"threshold": 10},
        {"edgeitems": 1, "threshold": 5},
        {"linewidth": 40},
        {"sci_mode": True},
        {"sci_mode": False},
        {"profile": "short"},
        {"profile": "full"},
    ],
)
def test_print_options_change_both_alike(options: dict[str, Any]) -> None:
    """`set_printoptions` has the same effect, and the default profile takes it back."""
    random = np.random.default_rng(1)
    try:
        torch.set_printoptions(**options)
        engine.set_printoptions(**options)
        with np.errstate(all="ignore"):
            for _ in range(200):
                array = _numbers(random)
                assert repr(engine.tensor(array)) == repr(torch.tensor(array))
    finally:
        torch.set_printoptions(profile="default")
        engine.set_printoptions(profile="default")
