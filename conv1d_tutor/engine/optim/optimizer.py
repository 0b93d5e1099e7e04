"""What every optimizer has: parameters in groups, a state for each, and a step."""

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from itertools import chain
from typing import Any, TypeVar

import numpy as np

from ..core.backward import enable_grad, no_grad
from ..core.guard import silently
from ..core.in_place import overwrite
from ..core.missing import Answering
from ..core.pickling import Pickles
from ..core.tensor import Array, Tensor, wrap
from ..nn.module import typename

_Loss = TypeVar("_Loss")

Group = dict[str, Any]
"""Parameters under "params", and the hyper-parameters that they share, each under its name."""

Params = Iterable[Tensor | Group | tuple[str, Tensor]]
"""What an optimizer is made with: parameters, parameters with their names, or groups."""


def check_rate(value: float, what: str) -> None:
    """Raise PyTorch's ValueError where a hyper-parameter is negative."""
    if not value >= 0.0:
        raise ValueError(f"Invalid {what}: {value}")


class Optimizer(Answering, Pickles):
    """The base of every optimizer: it changes parameters by their gradients.

    `param_groups` is a list of dictionaries: the parameters under "params" and the
    hyper-parameters that they share. `state` keeps what a parameter's next step depends on.
    """

    __module__ = "torch.optim.optimizer"
    _named = "Optimizer"

    def __init__(self, params: Params, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, "
                f"but got {typename(params)}"
            )
        self.defaults = defaults
        self.state: defaultdict[Tensor, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[Group] = []
        self._steps = 0
        groups: list[Any] = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(dict(group))

    def add_param_group(self, param_group: Group) -> None:
        """Add parameters with hyper-parameters of their own; what is not given is the default."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the "
                "ordering of tensors in sets will change between runs. Please use a list instead."
            )
        given = [params] if isinstance(params, Tensor) else list(params)
        given = [each[1] if isinstance(each, tuple) else each for each in given]
        for each in given:
            if not isinstance(each, Tensor):
                raise TypeError(
                    "optimizer can only optimize Tensors, "
                    f"but one of the params is {typename(each)}"
                )
            if not (each.is_leaf or each._retains_grad):
                raise ValueError("can't optimize a non-leaf Tensor")
        if len(given) != len(set(given)):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this "
                "will cause an error; see github.com/pytorch/pytorch/issues/40967 for more "
                "information",
                stacklevel=3,
            )
        if not set(chain.from_iterable(g["params"] for g in self.param_groups)).isdisjoint(given):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append({**param_group, "params": given})
        for name, default in self.defaults.items():
            self.param_groups[-1].setdefault(name, default)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of every parameter, or set them to zero."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter._grad is None:
                    continue
                if set_to_none:
                    parameter._grad = None
                else:
                    parameter._grad = wrap(np.zeros_like(parameter._grad._array))

    def step(self, closure: Callable[[], _Loss] | None = None) -> _Loss | None:
        """Change every parameter that has a gradient; `closure` computes the loss anew first."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter._grad is not None:
                    self._change(parameter, parameter._grad._array, group)
        self._steps += 1
        return loss

    @silently
    def _change(self, parameter: Tensor, gradient: Array, group: Group) -> None:
        state = self.state.get(parameter, {})
        values = self._updated(parameter._array, gradient, state, group)
        if state:
            self.state[parameter] = state
        with no_grad():
            overwrite(parameter, values.astype(parameter._array.dtype, copy=False))

    def _updated(
        self, values: Array, gradient: Array, state: dict[str, Any], group: Group
    ) -> Array:
        """Return a parameter's new values; `state` is what its next step depends on."""
        raise NotImplementedError

    # --- its state

    def __getstate__(self) -> dict[str, Any]:
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update({"_steps": 0, **state})

    def state_dict(self) -> dict[str, Any]:
        """Return the state and the groups, parameters by number."""
        numbers: dict[int, int] = {}
        groups = []
        for group in self.param_groups:
            for parameter in group["params"]:
                numbers.setdefault(id(parameter), len(numbers))
            kept = {name: value for name, value in group.items() if name != "params"}
            groups.append({**kept, "params": [numbers[id(each)] for each in group["params"]]})
        state = {numbers[id(parameter)]: kept for parameter, kept in self.state.items()}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over a state that `state_dict` gave, number by number."""
        given = deepcopy(state_dict)
        saved = given["param_groups"]
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        pairs = list(zip(self.param_groups, saved, strict=True))
        if any(len(own["params"]) != len(other["params"]) for own, other in pairs):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of "
                "optimizer's group"
            )
        numbered: dict[int, Tensor] = {}
        for own, other in pairs:
            numbered.update(zip(other["params"], own["params"], strict=True))
            own.update((name, value) for name, value in other.items() if name != "params")
        self.state = defaultdict(dict)
        for number, kept in given["state"].items():
            self.state[numbered[number]] = kept

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            if number:
                lines.append("")
            lines.append(f"Parameter Group {number}")
            lines.extend(f"    {name}: {group[name]}" for name in sorted(group) if name != "params")
        return "\n".join([*lines, ")"])
