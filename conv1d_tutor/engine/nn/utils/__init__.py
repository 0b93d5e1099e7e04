"""What the learner imports as `torch.nn.utils`: helpers for parameters and their gradients."""

from typing import NoReturn

from ...core.missing import missing as _missing
from . import parametrizations, parametrize
from .clip_grad import clip_grad_norm_, clip_grad_value_, get_total_norm
from .convert_parameters import parameters_to_vector, vector_to_parameters
from .weight_norm import remove_weight_norm, weight_norm

__all__ = [
    "clip_grad_norm_",
    "clip_grad_value_",
    "get_total_norm",
    "parameters_to_vector",
    "parametrizations",
    "parametrize",
    "remove_weight_norm",
    "vector_to_parameters",
    "weight_norm",
]


def __getattr__(name: str) -> NoReturn:
    plain = f"module 'torch.nn.utils' has no attribute '{name}'"
    raise _missing("torch.nn.utils", name, __all__, plain)


def __dir__() -> list[str]:
    return sorted(__all__)
