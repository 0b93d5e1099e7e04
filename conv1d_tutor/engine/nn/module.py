"""`nn.Module`: what has parameters, buffers and modules of its own, and a `forward`."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any, Self

import numpy as np

from ..core.device import check_device
from ..core.dtypes import DType, float16, float32, float64
from ..core.missing import missing
from ..core.tensor import Parameter, Tensor, wrap
from .hooks import TABLES, ModuleHooks
from .parameter import Buffer
from .state_dict import ModuleState

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


_REGISTERED = ("_parameters", "_buffers", "_modules")


class Module(ModuleState):
    """The base of every layer and model.

    An attribute that is a `Parameter` or a `Module` is registered under its name. Calling a module
    calls its `forward`, and the hooks around it.
    """

    __module__ = "torch.nn.modules.module"
    training: bool

    def __init_subclass__(cls, **options: object) -> None:
        """Let a layer of nn/conv.py say that it is of torch.nn.modules.conv, and so on."""
        home = cls.__dict__.get("__module__")  # a class that `type()` makes may have none
        if isinstance(home, str):
            cls.__module__ = home.replace(_PACKAGE, "torch.nn.modules")
        super().__init_subclass__(**options)

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
            _is_full_backward_hook=None,
            _modules={},
            **{name: OrderedDict() for name in TABLES},
        )

    # --- computing

    def forward(self, *input: Any) -> Any:
        """Compute the output. Every module defines its own."""
        raise NotImplementedError(
            f'Module [{type(self).__name__}] is missing the required "forward" function'
        )

    # --- attributes

    def __getattr__(self, name: str) -> Any:
        # Only what the object itself and its class lack comes here.
        own = self.__dict__
        for registered in _REGISTERED:
            members = own.get(registered)
            if members is not None and name in members:
                return members[name]
        plain = f"'{type(self).__name__}' object has no attribute '{name}'"
        raise missing("Module", name, dir(type(self)), plain)

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
        elif isinstance(value, Buffer) or (buffers is not None and name in buffers):
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(
                    f"cannot assign '{typename(value)}' as buffer '{name}' "
                    "(torch.nn.Buffer, torch.Tensor or None expected)"
                )
            kept = name not in self._non_persistent_buffers_set
            if isinstance(value, Buffer):
                kept = value.persistent
            self.register_buffer(name, value, kept)
        else:
            object.__setattr__(self, name, value)

    def _forget(self, name: str, *registered: str) -> None:
        self.__dict__.pop(name, None)
        self._non_persistent_buffers_set.discard(name)
        for members in registered:
            self.__dict__[members].pop(name, None)

    def __delattr__(self, name: str) -> None:
        for registered in _REGISTERED:
            members = getattr(self, registered)
            if name in members:
                del members[name]
                if registered == "_buffers":
                    self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        for table in TABLES:  # an old file may lack some
            self.__dict__.setdefault(table, OrderedDict())

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
        if param is not None and param.grad_fn is not None:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be "
                f"created explicitly. To express '{name}' as a function of another Tensor, "
                "compute the value in the forward() method."
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

    def get_buffer(self, target: str) -> Tensor:
        """Return the buffer at a dotted name."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{module._get_name()} has no attribute `{name}`")
        found: Tensor = getattr(module, name)
        if name not in module._buffers:
            raise AttributeError(f"`{name}` is not a buffer")
        return found

    def set_submodule(self, target: str, module: "Module", strict: bool = False) -> None:
        """Put a module at a dotted name; with `strict` only where there is one already."""
        if target == "":
            raise ValueError("Cannot set the submodule without a target name!")
        path, _, name = target.rpartition(".")
        if not isinstance(module, Module):
            raise ValueError(f"`module` is not an nn.Module, found {type(module)}")
        parent = self.get_submodule(path)
        if strict and not hasattr(parent, name):
            raise AttributeError(f"{parent._get_name()} has no attribute `{name}`")
        if hasattr(parent, name) and not isinstance(getattr(parent, name), Module):
            raise AttributeError(f"`{name}` is not an nn.Module")
        setattr(parent, name, module)

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

    def type(self, dst_type: DType | str) -> Self:
        """Convert every parameter and buffer to a dtype, or to a type by its old name."""
        for module in self.modules():
            for member in (*module._parameters.values(), *module._buffers.values()):
                if member is not None:
                    member.data = member.detach().type(dst_type)
        return self

    def share_memory(self) -> Self:
        """Return the module itself: there is one process, which shares its memory with itself."""
        return self

    def to_empty(self, *, device: object, recurse: bool = True) -> Self:  # noqa: ARG002
        """Return the module itself: it is on the CPU."""
        check_device(device)
        return self

    def cuda(self, device: object = None) -> Self:
        """Raise what a PyTorch without CUDA raises."""
        check_device("cuda" if device is None else device)
        return self

    def cpu(self) -> Self:
        """Return the module itself: it is on the CPU."""
        return self

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


for _base in (ModuleHooks, ModuleState):
    for _name, _method in vars(_base).items():
        if isinstance(_method, FunctionType):
            _method.__qualname__ = f"Module.{_name}"  # as errors of its arguments name it
