"""PyTorch's own samples for its operators, given to both libraries: values, graphs, gradients."""

import sys
import unittest
import warnings
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from conv1d_tutor import engine

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

# PyTorch's test helpers import this package for test cases of their own; nothing of it is used.
if "expecttest" not in sys.modules:
    _stand_in: Any = ModuleType("expecttest")
    _stand_in.TestCase = unittest.TestCase
    sys.modules["expecttest"] = _stand_in

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    invocations = pytest.importorskip("torch.testing._internal.common_methods_invocations")

RANDOM = frozenset(
    "bernoulli empty empty_like multinomial new_empty normal rand rand_like randint randint_like "
    "randn randn_like exponential".split()
)
OTHERWISE = {
    "as_strided": "its samples are views of memory that does not come along",
    "broadcast_shapes": "has no tensors",
    "einsum": "its samples call it by lists of places",
    "float": "complex samples",
    "kthvalue": "PyTorch leaves open which of several equal ones it names",
    "topk": "PyTorch leaves open which of several equal ones it names",
    "linalg.norm": "norms by singular values are not in the engine",
    "linalg.matrix_rank": "tolerances are not in the engine",
    "linspace": "integers of an odd step are cut off elsewhere",
    "logspace": "integers of an odd step are cut off elsewhere",
    "meshgrid": "the graph of a grid turned round has one node more",
    "nanquantile": "the graph has other nodes at its end",
    "norm": "norms by singular values are not in the engine",
    "quantile": "the graph has other nodes at its end",
    "imag": "complex samples",
    "tensordot": "broadcasts of contracted dims",
    "unfold": "of a tensor without dims",
    "unique_consecutive": "along a dim",
    "where": "its samples have another order of arguments",
}
"""Operators whose samples are not all given, and why."""


def _offered(name: str) -> Any:
    if name.startswith("linalg."):
        return getattr(engine.linalg, name.removeprefix("linalg."), None)
    return None if name.startswith("__") else engine.FUNCTIONS.get(name)


OPERATORS = [
    op for op in invocations.op_db
    if _offered(op.name) and op.name not in RANDOM | set(OTHERWISE)
]  # fmt: skip


def _ours(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        made = engine.from_numpy(value.detach().numpy(force=True).copy())
        return made.requires_grad_(True) if value.requires_grad else made
    if isinstance(value, torch.dtype):
        return getattr(engine, str(value).removeprefix("torch."))
    if isinstance(value, torch.Size):
        return engine.Size(value)
    if isinstance(value, list | tuple):
        return type(value)(map(_ours, value))
    return {name: _ours(each) for name, each in value.items()} if type(value) is dict else value


def _flat(value: Any) -> list[Any]:
    several = isinstance(value, list | tuple) and not isinstance(value, torch.Size | engine.Size)
    return [part for each in value for part in _flat(each)] if several else [value]


def _leaves(values: Any) -> list[Any]:
    return [each for each in _flat(list(values)) if getattr(each, "requires_grad", False)]


def _assert_same(theirs: Any, ours: Any) -> None:
    assert len(_flat(theirs)) == len(_flat(ours))
    for one, two in zip(_flat(theirs), _flat(ours), strict=True):
        if not isinstance(one, torch.Tensor):
            assert str(one) == str(two)
            continue
        assert str(one.dtype) == str(two.dtype)
        assert tuple(one.shape) == tuple(two.shape)
        assert type(one.grad_fn).__name__ == type(two.grad_fn).__name__
        np.testing.assert_allclose(
            two.detach().numpy(), one.detach().numpy(force=True), rtol=2e-5, atol=2e-5
        )


@pytest.mark.parametrize(
    "op", OPERATORS, ids=lambda op: "-".join(filter(None, (op.name, op.variant_test_name)))
)
@pytest.mark.filterwarnings("ignore")
def test_samples_agree(op: Any) -> None:
    """Every sample has PyTorch's values, shapes, dtypes, first node and gradients."""
    floating = torch.float32 in op.supported_dtypes("cpu")
    dtype = torch.float32 if floating else torch.int64
    for sample in list(op.sample_inputs("cpu", dtype, requires_grad=floating))[:60]:
        given = (sample.input, *sample.args)
        taken, options = _ours(given), _ours(sample.kwargs)
        theirs = op.op(*given, **sample.kwargs)
        ours = _offered(op.name)(*taken, **options)
        if not isinstance(theirs, torch.Tensor | tuple | list):
            assert theirs == ours
            continue
        _assert_same(theirs, ours)
        outputs = [each for each in _flat(theirs) if each.requires_grad]
        our_outputs = [each for each in _flat(ours) if each.requires_grad]
        assert len(outputs) == len(our_outputs)
        if not outputs:
            continue
        seeds = [torch.rand_like(each) for each in outputs]
        try:
            gradients = torch.autograd.grad(
                outputs, _leaves([*given, *sample.kwargs.values()]), seeds, allow_unused=True
            )
        except RuntimeError:
            continue  # PyTorch has no derivative of it
        our_gradients = engine.autograd.grad(
            our_outputs, _leaves([*taken, *options.values()]), _ours(seeds), allow_unused=True
        )
        for one, two in zip(gradients, our_gradients, strict=True):
            assert (one is None) == (two is None)
            if one is not None:
                _assert_same(one.detach(), two)
