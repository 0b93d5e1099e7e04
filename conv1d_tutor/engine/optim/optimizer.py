"""What every optimizer has: parameters in groups, a state for each, and a step."""

import warnings
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from functools import wraps
from itertools import chain
from typing import Any, TypeVar

import numpy as np

from ..core.backward import enable_grad, no_grad
from ..core.guard import silently
from ..core.in_place import overwrite
from ..core.missing import Answering
from ..core.pickling import Pickles
from ..core.tensor import Array, Tensor, wrap
from ..nn.hooks import Hook, RemovableHandle, add_hook
from ..nn.module import typename
from ..random.single_precision import multiply_add

_Loss = TypeVar("_Loss")

Group = dict[str, Any]
"""Parameters under "params", and the hyper-parameters that they share, each under its name."""

Params = Iterable[Tensor | Group | tuple[str, Tensor]]
"""What an optimizer is made with: parameters, parameters with their names, or groups."""


def check_rate(value: Any, what: str) -> None:
    """Raise PyTorch's ValueError where a hyper-parameter is negative."""
    if isinstance(value, Tensor) and value.numel() != 1:
        raise ValueError("Tensor lr must be 1-element")
    if not value >= 0.0:
        raise ValueError(f"Invalid {what}: {value}")


def check_ways(fused: bool | None, foreach: bool | None, differentiable: bool) -> None:
    """Raise PyTorch's RuntimeError where the ways to compute a step contradict one another."""
    if fused and differentiable:
        raise RuntimeError("`fused` does not support `differentiable`")
    if fused and foreach:
        raise RuntimeError("`fused` and `foreach` cannot be `True` together.")


_TABLES = (
    "_optimizer_step_pre_hooks",
    "_optimizer_step_post_hooks",
    "_optimizer_state_dict_pre_hooks",
    "_optimizer_state_dict_post_hooks",
    "_optimizer_load_state_dict_pre_hooks",
    "_optimizer_load_state_dict_post_hooks",
)
"""PyTorch's names for an optimizer's tables of hooks."""


def _with_hooks(step: Callable[..., Any]) -> Callable[..., Any]:
    """Return a `step` that calls the hooks around it."""

    @wraps(step)
    def hooked(*args: Any, **kwargs: Any) -> Any:
        optimizer = args[0]
        for hook in tuple(optimizer._optimizer_step_pre_hooks.values()):
            changed = hook(optimizer, args, kwargs)
            if changed is None:
                continue
            if not isinstance(changed, tuple) or len(changed) != 2:
                raise RuntimeError(
                    f"{step} must return None or a tuple of (new_args, new_kwargs), but got "
                    f"{changed}."
                )
            args, kwargs = changed
        result = step(*args, **kwargs)
        for hook in tuple(optimizer._optimizer_step_post_hooks.values()):
            hook(optimizer, args, kwargs)
        return result

    return hooked


def product_plus(a: Array, b: Any, c: Array) -> Array:
    """Return `a * b + c`, rounded once where that is cheap, as PyTorch's steps do."""
    if c.dtype == np.float32:
        return multiply_add(a, np.float32(b) if np.ndim(b) == 0 else b, c)
    return np.asarray(a * (c.dtype.type(b) if np.ndim(b) == 0 else b) + c)


def toward(start: Array, end: Array, share: float) -> Array:
    """Return what lies between two arrays, a share of the way, as PyTorch's `lerp` does."""
    if share < 0.5:
        return product_plus(end - start, share, start)
    return product_plus(end - start, start.dtype.type(share) - start.dtype.type(1), end)


class Optimizer(Answering, Pickles):
    """The base of every optimizer: it changes parameters by their gradients.

    `param_groups` is a list of dictionaries: the parameters under "params" and the
    hyper-parameters that they share. `state` keeps what a parameter's next step depends on.
    """

    __module__ = "torch.optim.optimizer"
    _named = "Optimizer"
    _optimizer_step_pre_hooks: OrderedDict[int, Hook]
    _optimizer_step_post_hooks: OrderedDict[int, Hook]
    _optimizer_state_dict_pre_hooks: OrderedDict[int, Hook]
    _optimizer_state_dict_post_hooks: OrderedDict[int, Hook]
    _optimizer_load_state_dict_pre_hooks: OrderedDict[int, Hook]
    _optimizer_load_state_dict_post_hooks: OrderedDict[int, Hook]

    def __init_subclass__(cls, **options: object) -> None:
        """Let hooks be called around the `step` of every optimizer."""
        super().__init_subclass__(**options)
        if "step" in vars(cls):
            cls.step = _with_hooks(cls.step)  # type: ignore[method-assign]

    def __init__(self, params: Params, defaults: dict[str, Any]) -> None:
        for table in _TABLES:
            setattr(self, table, OrderedDict())
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, "
                f"but got {typename(params)}"
            )
        self.defaults = defaults
        self.state: defaultdict[Tensor, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[Group] = []
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
        names = [each[0] for each in given if isinstance(each, tuple)]
        given = [each[1] if isinstance(each, tuple) else each for each in given]
        if names and len(names) != len(given):
            raise ValueError(
                "all optimizer params should be with/without names. Some param names are missing"
            )
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
        for group in self.param_groups:
            if ("param_names" in group) != bool(names):
                which = "with names" if names else "without names"
                raise ValueError(
                    "all optimizer param groups should be with/without names. "
                    f"cannot add param group {which} to the optimizer"
                )
        if not set(chain.from_iterable(g["params"] for g in self.param_groups)).isdisjoint(given):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append({**param_group, "params": given})
        if names:
            self.param_groups[-1]["param_names"] = names
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

    @_with_hooks
    def step(self, closure: Callable[[], _Loss] | None = None) -> _Loss | None:
        """Change every parameter that has a gradient; `closure` computes the loss anew first."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            rate = group["lr"]
            own = {**group, "lr": float(rate)} if isinstance(rate, Tensor) else group
            for parameter in group["params"]:
                if parameter._grad is not None:
                    self._change(parameter, parameter._grad._array, own)
        return loss

    @silently
    def _change(self, parameter: Tensor, gradient: Array, group: Group) -> None:
        state = self.state.get(parameter, {})
        values = self._updated(parameter._array, gradient, state, group)
        if state:
            self.state[parameter] = state
        with no_grad():
            numbers = values.astype(parameter._array.dtype, copy=False)
            overwrite(parameter, numbers, "CopyBackwards")

    def _updated(
        self, values: Array, gradient: Array, state: dict[str, Any], group: Group
    ) -> Array:
        """Return a parameter's new values; `state` is what its next step depends on."""
        raise NotImplementedError

    # --- its state

    def __getstate__(self) -> dict[str, Any]:
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        for table in _TABLES:
            self.__dict__.setdefault(table, OrderedDict())

    def state_dict(self) -> dict[str, Any]:
        """Return the state and the groups, parameters by number."""
        for hook in tuple(self._optimizer_state_dict_pre_hooks.values()):
            hook(self)
        numbers: dict[int, int] = {}
        groups = []
        for group in self.param_groups:
            for parameter in group["params"]:
                numbers.setdefault(id(parameter), len(numbers))
            kept = {name: value for name, value in group.items() if name != "params"}
            groups.append({**kept, "params": [numbers[id(each)] for each in group["params"]]})
        state = {
            numbers[id(key)] if isinstance(key, Tensor) else key: kept
            for key, kept in self.state.items()
        }
        given: dict[str, Any] = {"state": state, "param_groups": groups}
        for hook in tuple(self._optimizer_state_dict_post_hooks.values()):
            changed = hook(self, given)
            given = given if changed is None else changed
        return given

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over a state that `state_dict` gave, number by number."""
        given: Any = dict(state_dict)
        for hook in tuple(self._optimizer_load_state_dict_pre_hooks.values()):
            changed = hook(self, given)
            given = given if changed is None else changed
        saved = deepcopy(given["param_groups"])
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        pairs = list(zip(self.param_groups, saved, strict=True))
        if any(len(own["params"]) != len(other["params"]) for own, other in pairs):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of "
                "optimizer's group"
            )
        numbered: dict[Any, Tensor] = {}
        for own, other in pairs:
            numbered.update(zip(other["params"], own["params"], strict=True))
            other["params"] = own["params"]
            if "param_names" in own:
                other.setdefault("param_names", own["param_names"])
        state: defaultdict[Any, Any] = defaultdict(dict)
        for number, kept in given["state"].items():
            if number in numbered:
                state[numbered[number]] = _as_of(numbered[number], kept)
            else:
                state[number] = kept
        self.__setstate__({"state": state, "param_groups": saved})
        for hook in tuple(self._optimizer_load_state_dict_post_hooks.values()):
            hook(self)

    # --- hooks

    def register_step_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before every step."""
        return add_hook(self._optimizer_step_pre_hooks, hook)

    def register_step_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after every step."""
        return add_hook(self._optimizer_step_post_hooks, hook)

    def register_state_dict_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` before the state is given."""
        return add_hook(self._optimizer_state_dict_pre_hooks, hook, prepend)

    def register_state_dict_post_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` with the state given; it may give another."""
        return add_hook(self._optimizer_state_dict_post_hooks, hook, prepend)

    def register_load_state_dict_pre_hook(
        self, hook: Hook, prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` before a state is taken; it may give another."""
        return add_hook(self._optimizer_load_state_dict_pre_hooks, hook, prepend)

    def register_load_state_dict_post_hook(
        self, hook: Hook, prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer)` after a state was taken."""
        return add_hook(self._optimizer_load_state_dict_post_hooks, hook, prepend)

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            if number:
                lines.append("")
            lines.append(f"Parameter Group {number}")
            lines.extend(f"    {name}: {group[name]}" for name in sorted(group) if name != "params")
        return "\n".join([*lines, ")"])


def _as_of(parameter: Tensor, value: Any, name: object = None) -> Any:
    """Return what is kept of a parameter in its dtype; a count of steps stays as it is."""
    if isinstance(value, Tensor):
        floats = name != "step" and parameter.dtype.is_floating_point
        return value.to(parameter.dtype) if floats else value
    if isinstance(value, dict):
        return {key: _as_of(parameter, each, key) for key, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return type(value)(_as_of(parameter, each) for each in value)  # type: ignore[call-arg]
    return value
