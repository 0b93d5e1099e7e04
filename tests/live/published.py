"""PyTorch's own samples, which its wheel ships for its own tests."""

import sys
import unittest
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

import pytest

__all__ = ["LEFT_OUT", "MEMORY_OF_NOBODY", "UnaryUfuncInfo", "invocations", "modules", "optimizers"]

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

MEMORY_OF_NOBODY = frozenset(
    "empty empty_like new_empty resize_ resize_as_ empty_strided new_empty_strided".split()
)
"""Operators whose numbers are whatever memory holds."""


class LeftOut(NamedTuple):
    """Samples of an operator that are not given to the engine."""

    why: str
    holds_for: Callable[[Any], bool] = lambda _sample: True


def _has_ties(sample: Any) -> bool:
    return not sample.input.is_floating_point()


def _is_long(sample: Any) -> bool:
    return sample.input.numel() > 1000


def _has_a_plane(sample: Any) -> bool:
    return sample.input.dim() > 3


def _is_nowhere(sample: Any) -> bool:
    return sample.kwargs.get("memory_format") is not None


_TIES = "PyTorch leaves open which of several equal ones it names"
_SORTED = "PyTorch leaves open in which order equal ones come, where `stable` is not asked for"
_FORMAT = "the node of a copy into another memory format of the same dtype"

LEFT_OUT = {
    "argsort": LeftOut(_SORTED, _is_long),
    "as_strided": LeftOut("gradients to a view through what lies beside it"),
    "kthvalue": LeftOut(_TIES, _has_ties),
    "nn.functional.interpolate": LeftOut("in two and three dims it is not offered", _has_a_plane),
    "sort": LeftOut(_SORTED, _is_long),
    "to": LeftOut(_FORMAT, lambda sample: len(sample.args) > 3 or _is_nowhere(sample)),
    "topk": LeftOut(_TIES, _has_ties),
}
"""Operators whose samples are not all given, and why."""
