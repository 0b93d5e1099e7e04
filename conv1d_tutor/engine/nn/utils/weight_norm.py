"""`weight_norm` as it was: a hook makes the weight anew before every `forward`."""

import warnings
from typing import Any, TypeVar

from ...core.op import python_function
from ...core.pickling import Pickles
from ...core.tensor import Parameter, Tensor
from ...ops.weight_norm import norm_except_dim
from ...ops.weight_norm import weight_norm as scaled
from ..module import Module

_Layer = TypeVar("_Layer", bound=Module)


class WeightNorm(Pickles):
    """The hook: sets `module.weight` to weight_v in the lengths weight_g."""

    __module__ = "torch.nn.utils.weight_norm"

    def __init__(self, name: str, dim: int) -> None:
        self.name = name
        self.dim = dim

    def compute_weight(self, module: Module) -> Tensor:
        """Return the weight that the two parameters mean."""
        g = getattr(module, f"{self.name}_g")
        v = getattr(module, f"{self.name}_v")
        return scaled(v, g, self.dim)

    @staticmethod
    def apply(module: Module, name: str, dim: int | None) -> "WeightNorm":
        """Put `<name>_g` and `<name>_v` in the place of a parameter, and the hook on the module."""
        # At one place for all calls, as in PyTorch: then Python shows it once.
        warnings.warn(
            "`torch.nn.utils.weight_norm` is deprecated in favor of "
            "`torch.nn.utils.parametrizations.weight_norm`.",
            FutureWarning,
            stacklevel=2,
        )
        for hook in module._forward_pre_hooks.values():
            if isinstance(hook, WeightNorm) and hook.name == name:
                raise RuntimeError(
                    f"Cannot register two weight_norm hooks on the same parameter {name}"
                )
        made = WeightNorm(name, -1 if dim is None else dim)
        weight = getattr(module, name)
        del module._parameters[name]
        lengths = norm_except_dim(weight, 2, made.dim)
        module.register_parameter(f"{name}_g", Parameter(lengths.data))
        module.register_parameter(f"{name}_v", Parameter(weight.data))
        setattr(module, name, made.compute_weight(module))
        module.register_forward_pre_hook(made)
        return made

    def remove(self, module: Module) -> None:
        """Make the weight that there is now a parameter again."""
        weight = self.compute_weight(module)
        delattr(module, self.name)
        del module._parameters[f"{self.name}_g"]
        del module._parameters[f"{self.name}_v"]
        setattr(module, self.name, Parameter(weight.data))

    def __call__(self, module: Module, _inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module))


@python_function("torch.nn.utils.weight_norm")
def weight_norm(module: _Layer, name: str = "weight", dim: int = 0) -> _Layer:
    """Learn a weight's lengths (`weight_g`) and directions (`weight_v`) apart; return the module.

    A length for each slice along `dim`, or one for all of it (`dim=None`). PyTorch recommends
    `nn.utils.parametrizations.weight_norm`.
    """
    WeightNorm.apply(module, name, dim)
    return module


@python_function("torch.nn.utils.weight_norm")
def remove_weight_norm(module: _Layer, name: str = "weight") -> _Layer:
    """Undo `weight_norm`: the weight stays as it is now, as one parameter; return the module."""
    for number, hook in module._forward_pre_hooks.items():
        if isinstance(hook, WeightNorm) and hook.name == name:
            hook.remove(module)
            del module._forward_pre_hooks[number]
            return module
    raise ValueError(f"weight_norm of '{name}' not found in {module}")
