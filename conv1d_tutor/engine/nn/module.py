"""`nn.Module`: what has parameters, buffers and modules of its own, and a `forward`."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import numpy as np

from ..core.device import check_device
from ..core.dtypes import DType, float16, float32, float64
from ..core.tensor import Parameter, Tensor, wrap
from .state_dict import _IncompatibleKeys, load_state, members_of, state_of

_PACKAGE = __name__.removesuffix(".module")

# Asked for its opinion of a device: it knows which there are and what to say of the others.
_NOWHERE = wrap(np.empty(0, np.float32))


def typename(value: object) -> str:
    """Return the name of a value's type as PyTorch's error texts write it."""
    if isinstance(value, Tensor):
        return str(value.type())
    kind = value if isinstance(value, type) else type(value)
    inside = "" if kind.__module__ in ("builtins", "__builtin__") else f"{kind.__module__}."
    return inside + kind.__qualname__


class RemovableHandle:
    """A handle on a hook in a table of hooks; `remove()` takes it out again."""

    __module__ = "torch.utils.hooks"
    _next_id = 0

    def __init__(
        self, hooks: dict[int, Callable[..., object]], hook: Callable[..., object]
    ) -> None:
        self._hooks = hooks
        self.id = RemovableHandle._next_id
        RemovableHandle._next_id += 1
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook out."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> "RemovableHandle":
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


class Module:
    """The base of every layer and model.

    An attribute that is a `Parameter` or a `Module` is registered under its name. Calling a module
    calls its `forward`, and the hooks around it.
    """

    __module__ = "torch.nn.modules.module"
    training: bool
    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Any]

    def __init_subclass__(cls, **options: object) -> None:
        """Let a layer of nn/conv.py say that it is of torch.nn.modules.conv, and so on."""
        super().__init_subclass__(**options)
        cls.__module__ = cls.__module__.replace(_PACKAGE, "torch.nn.modules")

    def __init__(self, *args: object, **kwargs: object) -> None:
        name = type(self).__name__
        if kwargs:
            raise TypeError(
                f"{name}.__init__() got an unexpected keyword argument '{next(iter(kwargs))}'"
            )
        if args:
            raise TypeError(
                f"{name}.__init__() takes 1 positional argument but {len(args) + 1} were given"
            )
        self.__dict__.update(
            training=True,
            _parameters={},
            _buffers={},
            _non_persistent_buffers_set=set(),
            _forward_pre_hooks={},
            _forward_hooks={},
            _load_state_dict_pre_hooks=[],
            _modules={},
        )

    # --- computing

    def forward(self, *input: Any) -> Any:
        """Compute the output. Every module defines its own."""
        raise NotImplementedError(
            f'Module [{type(self).__name__}] is missing the required "forward" function'
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._forward_hooks or self._forward_pre_hooks:
            return self._call_with_hooks(args, kwargs)
        return self.forward(*args, **kwargs)

    def _call_with_hooks(self, args: tuple[object, ...], kwargs: dict[str, object]) -> Any:
        for hook in tuple(self._forward_pre_hooks.values()):
            changed = hook(self, args)
            if changed is not None:
                args = changed if isinstance(changed, tuple) else (changed,)
        result = self.forward(*args, **kwargs)
        for hook in tuple(self._forward_hooks.values()):
            changed = hook(self, args, result)
            if changed is not None:
                result = changed
        return result

    def register_forward_pre_hook(self, hook: Callable[..., object]) -> RemovableHandle:
        """Call `hook(module, args)` before every `forward`; what it gives replaces the args."""
        return RemovableHandle(self._forward_pre_hooks, hook)

    def register_forward_hook(self, hook: Callable[..., object]) -> RemovableHandle:
        """Call `hook(module, args, output)` after every `forward`; it may replace the output."""
        return RemovableHandle(self._forward_hooks, hook)

    # --- attributes

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        for registered in ("_parameters", "_buffers", "_modules"):
            members = own.get(registered)
            if members is not None and name in members:
                return members[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __setattr__(self, name: str, value: object) -> None:
        own = self.__dict__
        parameters, modules = own.get("_parameters"), own.get("_modules")
        buffers = own.get("_buffers")
        if isinstance(value, Parameter):
            if parameters is None:
                raise AttributeError("cannot assign parameters before Module.__init__() call")
            self._forget(name, "_buffers", "_modules")
            self.register_parameter(name, value)
        elif parameters is not None and name in parameters:
            if value is not None:
                raise TypeError(
                    f"cannot assign '{typename(value)}' as parameter '{name}' "
                    "(torch.nn.Parameter or None expected)"
                )
            self.register_parameter(name, value)
        elif isinstance(value, Module):
            if modules is None:
                raise AttributeError("cannot assign module before Module.__init__() call")
            self._forget(name, "_parameters", "_buffers")
            modules[name] = value
        elif modules is not None and name in modules:
            if value is not None:
                raise TypeError(
                    f"cannot assign '{typename(value)}' as child module '{name}' "
                    "(torch.nn.Module or None expected)"
                )
            modules[name] = value
        elif buffers is not None and name in buffers:
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(
                    f"cannot assign '{typename(value)}' as buffer '{name}' "
                    "(torch.nn.Buffer, torch.Tensor or None expected)"
                )
            buffers[name] = value
        else:
            object.__setattr__(self, name, value)

    def _forget(self, name: str, *registered: str) -> None:
        self.__dict__.pop(name, None)
        self._non_persistent_buffers_set.discard(name)
        for members in registered:
            self.__dict__[members].pop(name, None)

    def __delattr__(self, name: str) -> None:
        for registered in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__[registered]:
                del self.__dict__[registered][name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        names = [*object.__dir__(self), *self._parameters, *self._buffers, *self._modules]
        return sorted({name for name in names if not name[:1].isdigit()})

    # --- registering

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter under `name`; None is a parameter that the module could have."""
        if "_parameters" not in self.__dict__:
            raise AttributeError("cannot assign parameter before Module.__init__() call")
        self._check_name("parameter", name, self._parameters)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"cannot assign '{typename(param)}' object to parameter '{name}' "
                "(torch.nn.Parameter or None required)"
            )
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a tensor that belongs to the state but is not learned."""
        if "_buffers" not in self.__dict__:
            raise AttributeError("cannot assign buffer before Module.__init__() call")
        self._check_name("buffer", name, self._buffers)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign '{typename(tensor)}' object to buffer '{name}' "
                "(torch Tensor or None required)"
            )
        self._buffers[name] = tensor
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def _check_name(self, kind: str, name: object, members: Mapping[str, object]) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string. Got {typename(name)}")
        if "." in name:
            raise KeyError(f'{kind} name can\'t contain "."')
        if name == "":
            raise KeyError(f'{kind} name can\'t be empty string ""')
        if hasattr(self, name) and name not in members:
            raise KeyError(f"attribute '{name}' already exists")

    def add_module(self, name: str, module: "Module | None") -> None:
        """Add a module of its own under `name`."""
        if not isinstance(module, Module) and module is not None:
            raise TypeError(f"{typename(module)} is not a Module subclass")
        if not isinstance(name, str):
            raise TypeError(f"module name should be a string. Got {typename(name)}")
        if hasattr(self, name) and name not in self._modules:
            raise KeyError(f"attribute '{name}' already exists")
        if "." in name:
            raise KeyError(f'module name can\'t contain ".", got: {name}')
        if name == "":
            raise KeyError('module name can\'t be empty string ""')
        self._modules[name] = module

    register_module = add_module

    # --- going through what is registered, in PyTorch's order

    def named_modules(
        self, memo: "set[Module] | None" = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, "Module"]]:
        """Return every module inside with its dotted name, itself first under `""`."""
        seen = set() if memo is None else memo
        if self in seen:
            return
        if remove_duplicate:
            seen.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                inner = f"{prefix}.{name}" if prefix else name
                yield from module.named_modules(seen, inner, remove_duplicate)

    def modules(self) -> Iterator["Module"]:
        """Return every module inside, itself first."""
        for _, module in self.named_modules():
            yield module

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """Return the modules directly inside with their names."""
        seen: set[Module] = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def children(self) -> Iterator["Module"]:
        """Return the modules directly inside."""
        for _, module in self.named_children():
            yield module

    def _named_members(
        self, registered: str, prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        holders = (
            self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate)
            if recurse
            else [(prefix, self)]
        )
        for path, module in holders:
            for name, member in module.__dict__[registered].items():
                if member is None or id(member) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(member))
                yield f"{path}.{name}" if path else name, member

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Return every parameter with its dotted name."""
        return self._named_members("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Return every parameter: what an optimizer is handed."""
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """Return every buffer with its dotted name."""
        return self._named_members("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """Return every buffer."""
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def get_submodule(self, target: str) -> "Module":
        """Return the module at a dotted name."""
        found: Module = self
        for name in filter(None, target.split(".")):
            if not hasattr(found, name):
                raise AttributeError(f"{found._get_name()} has no attribute `{name}`")
            found = getattr(found, name)
            if not isinstance(found, Module):
                raise AttributeError(f"`{name}` is not an nn.Module")
        return found

    def get_parameter(self, target: str) -> Parameter:
        """Return the parameter at a dotted name."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{module._get_name()} has no attribute `{name}`")
        found = getattr(module, name)
        if not isinstance(found, Parameter):
            raise AttributeError(f"`{name}` is not an nn.Parameter")
        return found

    # --- changing all of it

    def apply(self, fn: Callable[["Module"], None]) -> Self:
        """Call `fn` with every module inside, innermost first, itself last."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Put every module inside into training mode."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Self:
        """Put every module inside into evaluation mode."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Say for every parameter whether gradients flow to it."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of every parameter, or set them to zero."""
        for parameter in self.parameters():
            gradient = parameter._grad
            if gradient is None:
                continue
            if set_to_none:
                parameter._grad = None
            else:
                gradient._array[...] = 0

    def _convert(self, dtype: DType) -> Self:
        for module in self.modules():
            members = (*module._parameters.values(), *module._buffers.values())
            for member in members:
                if member is not None and member.dtype.is_floating_point:
                    member.data = member.detach().to(dtype)
                    if member.grad is not None:
                        member.grad.data = member.grad.to(dtype)
        return self

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """Convert every floating parameter and buffer to a dtype; the device is always the CPU."""
        dtype = kwargs.get("dtype")
        for value in (*args, kwargs.get("device")):
            if isinstance(value, DType):
                dtype = value
            elif isinstance(value, Tensor):
                dtype = value.dtype
            elif value is not None and not isinstance(value, bool):
                _NOWHERE.to(value)
        if dtype is None:
            return self
        if not dtype.is_floating_point:
            raise TypeError(
                "nn.Module.to only accepts floating point or complex dtypes, "
                f"but got desired dtype={dtype}"
            )
        return self._convert(dtype)

    def float(self) -> Self:
        """Convert every floating parameter and buffer to float32."""
        return self._convert(float32)

    def double(self) -> Self:
        """Convert every floating parameter and buffer to float64."""
        return self._convert(float64)

    def half(self) -> Self:
        """Convert every floating parameter and buffer to float16."""
        return self._convert(float16)

    def cuda(self, device: object = None) -> Self:
        """Raise what a PyTorch without CUDA raises."""
        check_device("cuda" if device is None else device)
        return self

    def cpu(self) -> Self:
        """Return the module itself: it is on the CPU."""
        return self

    # --- its state

    def state_dict(
        self,
        *,
        destination: dict[str, Tensor] | None = None,
        prefix: str = "",
        keep_vars: bool = False,
    ) -> dict[str, Tensor]:
        """Return every parameter and persistent buffer under its dotted name."""
        into: dict[str, Tensor] = OrderedDict() if destination is None else destination
        modules = self.named_modules(prefix=prefix.removesuffix("."), remove_duplicate=False)
        return state_of(members_of(modules), into, keep_vars)

    def load_state_dict(
        self, state_dict: Mapping[str, object], strict: bool = True, assign: bool = False
    ) -> _IncompatibleKeys:
        """Copy the values of a `state_dict` into this module's parameters and buffers.

        RuntimeError names every key that is missing, unexpected or of another shape.
        """
        if isinstance(state_dict, Mapping):
            state_dict = OrderedDict(state_dict)
            for path, module in self.named_modules(remove_duplicate=False):
                for hook in module._load_state_dict_pre_hooks:
                    hook(state_dict, f"{path}." if path else "", {}, strict, [], [], [])
        members = members_of(self.named_modules(remove_duplicate=False))
        return load_state(type(self).__name__, members, state_dict, strict, assign)

    def _register_load_state_dict_pre_hook(self, hook: Callable[..., object]) -> None:
        """Call `hook(state_dict, prefix, …)` before every loading; it may rename what is there."""
        self._load_state_dict_pre_hooks.append(hook)

    # --- how it prints

    def _get_name(self) -> str:
        return type(self).__name__

    def extra_repr(self) -> str:
        """Return what stands in the parentheses of the module's repr, before its own modules."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        inner = [f"({name}): {_indented(repr(module))}" for name, module in self._modules.items()]
        if len(lines) == 1 and not inner:
            return f"{self._get_name()}({extra})"
        if not lines and not inner:
            return f"{self._get_name()}()"
        return f"{self._get_name()}(\n  " + "\n  ".join(lines + inner) + "\n)"


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")
