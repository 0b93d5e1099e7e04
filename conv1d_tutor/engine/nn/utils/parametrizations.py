"""`nn.utils.parametrizations`: `weight_norm` as a parametrization."""

from collections.abc import MutableMapping
from typing import Any, TypeVar

from ...core.op import python_function
from ...core.tensor import Tensor
from ...ops.weight_norm import norm_except_dim
from ...ops.weight_norm import weight_norm as scaled
from ..module import Module
from .parametrize import register_parametrization

HERE = "torch.nn.utils.parametrizations"
_Layer = TypeVar("_Layer", bound=Module)


class _WeightNorm(Module):
    """Makes a weight of lengths and directions."""

    __module__ = HERE

    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        return scaled(weight_v, weight_g, self.dim)

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """Return the lengths and directions of a weight."""
        return norm_except_dim(weight, 2, self.dim), weight


@python_function(HERE)
def weight_norm(module: _Layer, name: str = "weight", dim: int = 0) -> _Layer:
    """Learn a weight's lengths and its directions apart; return the module.

    They are `parametrizations.weight.original0` and `original1`: a length for each slice along
    `dim`, or one for all of it (`dim=None`). `parametrize.remove_parametrizations` undoes it.
    """
    register_parametrization(module, name, _WeightNorm(dim), unsafe=True)

    def take_old_names(state_dict: MutableMapping[str, Any], prefix: str, *_more: object) -> None:
        """Let the state of a module with the old `weight_norm` be loaded."""
        old = f"{prefix}{name}_g", f"{prefix}{name}_v"
        if all(key in state_dict for key in old):
            for place, key in enumerate(old):
                new = f"{prefix}parametrizations.{name}.original{place}"
                state_dict[new] = state_dict.pop(key)

    module._register_load_state_dict_pre_hook(take_old_names)
    return module
