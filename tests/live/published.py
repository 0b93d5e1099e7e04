"""PyTorch's own samples, which its wheel ships for its own tests."""

import sys
import unittest
import warnings
from types import ModuleType
from typing import Any

import pytest

__all__ = ["OPERATORS_LEFT_OUT", "RANDOM", "UnaryUfuncInfo", "invocations", "modules", "optimizers"]

# PyTorch's test helpers import this package for test cases of their own; nothing of it is used.
if "expecttest" not in sys.modules:
    _stand_in: Any = ModuleType("expecttest")
    _stand_in.TestCase = unittest.TestCase
    sys.modules["expecttest"] = _stand_in

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    _internal = "torch.testing._internal"
    invocations: Any = pytest.importorskip(f"{_internal}.common_methods_invocations")
    modules: Any = pytest.importorskip(f"{_internal}.common_modules")
    UnaryUfuncInfo: Any = invocations.UnaryUfuncInfo
    optimizers: Any = pytest.importorskip(f"{_internal}.common_optimizers")

RANDOM = frozenset(
    "bernoulli empty empty_like multinomial new_empty normal rand rand_like randint randint_like "
    "randn randn_like exponential".split()
)
"""Operators that draw numbers; the samples seed nothing."""

OPERATORS_LEFT_OUT = {
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
