"""A module's state by name: what `state_dict` returns and `load_state_dict` takes.

`ModuleState` has these two and their hooks; `Module` is made of it.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..core.backward import no_grad
from ..core.tensor import Parameter, Tensor
from .hooks import Hook, ModuleHooks, RemovableHandle, add_hook

_EXTRA = "_extra_state"


class _IncompatibleKeys(NamedTuple):
    """What `load_state_dict` found missing and unexpected."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return (
            f"_IncompatibleKeys(missing_keys={self.missing_keys}, "
            f"unexpected_keys={self.unexpected_keys})"
        )


_IncompatibleKeys.__module__ = "torch.nn.modules.module"


@dataclass(slots=True)
class _Loading:
    """What is found while a state is loaded."""

    assign: bool
    metadata: Mapping[str, dict[str, Any]] | None
    missing: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class ModuleState(ModuleHooks):
    """What gives a module's state by name, and takes it."""

    _version = 1
    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _non_persistent_buffers_set: set[str]
    _modules: dict[str, Any]
    _state_dict_hooks: OrderedDict[int, Hook]
    _state_dict_pre_hooks: OrderedDict[int, Hook]
    _load_state_dict_pre_hooks: OrderedDict[int, Hook]
    _load_state_dict_post_hooks: OrderedDict[int, Hook]

    # --- giving it

    def state_dict(
        self, *, destination: Any = None, prefix: str = "", keep_vars: bool = False
    ) -> dict[str, Any]:
        """Return every parameter and persistent buffer under its dotted name."""
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        own = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = own
        for hook in tuple(self._state_dict_pre_hooks.values()):
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(
                    destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars
                )
        for hook in tuple(self._state_dict_hooks.values()):
            if hook(self, destination, prefix, own) is not None:
                raise RuntimeError("state_dict post-hook must return None")
        given: dict[str, Any] = destination
        return given

    def _save_to_state_dict(
        self, destination: dict[str, Any], prefix: str, keep_vars: bool
    ) -> None:
        """Put this module's own parameters and buffers into `destination`."""
        for name, member in self._own_state().items():
            destination[prefix + name] = member if keep_vars else member.detach()
        if type(self).get_extra_state is not ModuleState.get_extra_state:
            destination[prefix + _EXTRA] = self.get_extra_state()

    def _own_state(self) -> dict[str, Tensor]:
        """Return this module's own parameters and persistent buffers, without those inside."""
        buffers = {
            name: buffer
            for name, buffer in self._buffers.items()
            if name not in self._non_persistent_buffers_set
        }
        return {
            name: member
            for name, member in (*self._parameters.items(), *buffers.items())
            if member is not None
        }

    def get_extra_state(self) -> Any:
        """Return what else belongs to the state. A module that has such overrides this."""
        raise RuntimeError(_NEVER.format(name="get_extra_state"))

    def set_extra_state(self, state: Any) -> None:  # noqa: ARG002
        """Take over what `get_extra_state` gave."""
        raise RuntimeError(_NEVER.format(name="set_extra_state"))

    # --- taking it

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> _IncompatibleKeys:
        """Copy the values of a `state_dict` into this module's parameters and buffers.

        With `assign` they take their place. RuntimeError names every key that is missing,
        unexpected or of another shape.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        loading = _Loading(assign, getattr(state_dict, "_metadata", None))
        _load(self, OrderedDict(state_dict), "", loading)
        faults = loading.faults
        if strict and loading.unexpected:
            faults.insert(0, f"Unexpected key(s) in state_dict: {_quoted(loading.unexpected)}. ")
        if strict and loading.missing:
            faults.insert(0, f"Missing key(s) in state_dict: {_quoted(loading.missing)}. ")
        if faults:
            raise RuntimeError(
                f"Error(s) in loading state_dict for {type(self).__name__}:\n\t"
                + "\n\t".join(faults)
            )
        return _IncompatibleKeys(loading.missing, loading.unexpected)

    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Take over this module's own parameters and buffers; say what does not fit."""
        for hook in tuple(self._load_state_dict_pre_hooks.values()):
            hook(
                self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys,
                error_msgs,
            )  # fmt: skip
        own = self._own_state()
        for name, member in own.items():
            key = prefix + name
            if key in state_dict:
                assign = local_metadata.get("assign_to_params_buffers", False)
                fault = self._take(name, member, key, state_dict[key], assign)
                if fault:
                    error_msgs.append(fault)
            elif strict:
                missing_keys.append(key)
        extra = prefix + _EXTRA
        if type(self).set_extra_state is not ModuleState.set_extra_state:
            if extra in state_dict:
                self.set_extra_state(state_dict[extra])
            elif strict:
                missing_keys.append(extra)
        elif strict and extra in state_dict:
            unexpected_keys.append(extra)
        if not strict:
            return
        for key in state_dict:
            if key.startswith(prefix) and key != extra:
                first, dot, _ = key[len(prefix) :].partition(".")
                if first not in (self._modules if dot else own):
                    unexpected_keys.append(key)

    def _take(self, name: str, member: Tensor, key: str, value: Any, assign: bool) -> str:
        """Take over one tensor of a state; return what is wrong with it, if anything."""
        if not isinstance(value, Tensor):
            return (
                f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like '
                f"object from checkpoint but received {type(value)}"
            )
        if member.ndim == 0 and value.shape == (1,):
            value = value[0]
        if value.shape != member.shape:
            return (
                f"size mismatch for {key}: copying a param with shape {value.shape} from "
                f"checkpoint, the shape in current model is {member.shape}."
            )
        try:
            with no_grad():
                if assign:
                    self._assign(name, member, value)
                else:
                    member.copy_(value)
        except Exception as error:
            return (
                f'While copying the parameter named "{key}", whose dimensions in the model are '
                f"{member.shape} and whose dimensions in the checkpoint are {value.shape}, an "
                f"exception occurred : {error.args}."
            )
        return ""

    def _assign(self, name: str, member: Tensor, value: Tensor) -> None:
        if isinstance(member, Parameter):
            if isinstance(value, Parameter):
                value.requires_grad = member.requires_grad
            else:
                value = Parameter(value, requires_grad=member.requires_grad)
        setattr(self, name, value)

    # --- hooks

    def register_state_dict_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before the state is given."""
        return add_hook(self._state_dict_pre_hooks, hook)

    def register_state_dict_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata)` with the state given."""
        return add_hook(self._state_dict_hooks, hook)

    def register_load_state_dict_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, …)` before a state is taken.

        What follows the prefix is `local_metadata, strict, missing_keys, unexpected_keys,
        error_msgs`.
        """
        return add_hook(self._load_state_dict_pre_hooks, hook)

    def _register_load_state_dict_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(state_dict, prefix, …)`, which is not given the module."""
        return add_hook(self._load_state_dict_pre_hooks, _WithoutModule(hook))

    def register_load_state_dict_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` after a state was taken."""
        return add_hook(self._load_state_dict_post_hooks, hook)


class _WithoutModule:
    """Stands for a hook that does not take the module."""

    def __init__(self, hook: Hook) -> None:
        self.hook = hook

    def __call__(self, _module: object, *arguments: Any) -> Any:
        return self.hook(*arguments)


_NEVER = (
    "Reached a code path in Module.{name}() that should never be called. Please file an issue at "
    "https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml to report this bug."
)


def _load(module: ModuleState, state: dict[str, Any], prefix: str, loading: _Loading) -> None:
    """Load a state into a module and those inside."""
    metadata = {} if loading.metadata is None else dict(loading.metadata.get(prefix[:-1], {}))
    if loading.assign:
        metadata["assign_to_params_buffers"] = True
    module._load_from_state_dict(
        state, prefix, metadata, True, loading.missing, loading.unexpected, loading.faults
    )
    for name, child in module._modules.items():
        if child is not None:
            inner = f"{prefix}{name}."
            part = {key: value for key, value in state.items() if key.startswith(inner)}
            _load(child, part, inner, loading)
    found = _IncompatibleKeys(loading.missing, loading.unexpected)
    for hook in tuple(module._load_state_dict_post_hooks.values()):
        if hook(module, found) is not None:
            raise AssertionError(
                "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to "
                "return new values, if incompatible_keys need to be modified, it should be done "
                "inplace."
            )


def _quoted(keys: list[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)
