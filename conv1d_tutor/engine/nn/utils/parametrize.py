"""`nn.utils.parametrize`: a parameter that is computed from others whenever it is read.

The module gets a class of its own, on which the parameter's name is a property. What it is
computed from are parameters of a `ParametrizationList`, at `module.parametrizations.weight`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from typing import Any, NoReturn

from ...core.backward import no_grad
from ...core.op import python_function
from ...core.tensor import Parameter, Tensor
from ..container import ModuleDict, ModuleList
from ..module import Module

HERE = "torch.nn.utils.parametrize"


class _Cache:
    """What was computed already, while `cached()` is in force."""

    depth = 0
    values: dict[tuple[int, str], Tensor] = {}  # noqa: RUF012 - one for all


@contextmanager
def cached() -> Iterator[None]:
    """Compute each parametrized tensor once only, within a `with`."""
    _Cache.depth += 1
    try:
        yield
    finally:
        _Cache.depth -= 1
        if not _Cache.depth:
            _Cache.values = {}


cached.__module__ = HERE


class ParametrizationList(ModuleList):
    """What a parametrized tensor is computed from, and by which modules, in their order.

    One tensor is called `original`; several, `original0`, `original1`, …
    """

    __module__ = HERE
    original: Tensor

    def __init__(self, modules: Sequence[Module], original: Tensor, unsafe: bool = False) -> None:
        if len(modules) == 0:
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        shape, dtype = original.shape, original.dtype
        with no_grad():
            new: Any = original
            for module in reversed(list(self)):
                if hasattr(module, "right_inverse"):
                    with suppress(NotImplementedError):  # then it is the identity
                        new = module.right_inverse(new)
        if not isinstance(new, Tensor | Sequence):
            raise ValueError(
                "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). "
                f"Got {type(new).__name__}"
            )
        self.is_tensor = isinstance(new, Tensor)
        self.ntensors = 1 if isinstance(new, Tensor) else len(new)
        if isinstance(new, Tensor):
            if original.dtype != new.dtype:
                raise ValueError(
                    "When `right_inverse` outputs one tensor, it may not change the dtype.\n"
                    f"original.dtype: {original.dtype}\n"
                    f"right_inverse(original).dtype: {new.dtype}"
                )
            _set(original, new)
            _register(self, "original", original)
        else:
            self._register_several(new, original)
        if not unsafe:
            self._check(shape, dtype)

    def _register_several(self, new: Sequence[Tensor], original: Tensor) -> None:
        for place, each in enumerate(new):
            if not isinstance(each, Tensor):
                raise ValueError(
                    "'right_inverse' must return a Tensor or a Sequence of tensors (list, "
                    f"tuple...). Got element {place} of the sequence with type "
                    f"{type(each).__name__}."
                )
            own = each
            if isinstance(original, Parameter):
                own = Parameter(each, original.requires_grad)
            own.requires_grad_(original.requires_grad)
            _register(self, f"original{place}", own)

    def _check(self, shape: tuple[int, ...], dtype: object) -> None:
        made = self()
        if not isinstance(made, Tensor):
            raise ValueError(f"A parametrization must return a tensor. Got {type(made).__name__}.")
        flag = "of the tensor, unless `unsafe` flag is enabled.\n"
        if made.dtype != dtype:
            raise ValueError(
                f"Registering a parametrization may not change the dtype {flag}"
                f"unparametrized dtype: {dtype}\nparametrized dtype: {made.dtype}"
            )
        if made.shape != shape:
            raise ValueError(
                f"Registering a parametrization may not change the shape {flag}"
                f"unparametrized shape: {shape}\nparametrized shape: {made.shape}"
            )

    def right_inverse(self, value: Any) -> None:
        """Set the originals to what makes the parametrized tensor `value`."""
        with no_grad():
            self._set_originals(value)

    def _set_originals(self, value: Any) -> None:
        for module in reversed(list(self)):
            if not hasattr(module, "right_inverse"):
                raise RuntimeError(
                    f"parametrization {type(module).__name__} does not implement right_inverse."
                )
            value = module.right_inverse(value)
        if self.is_tensor:
            if not isinstance(value, Tensor):
                raise ValueError(
                    f"`right_inverse` should return a tensor. Got {type(value).__name__}"
                )
            if value.dtype != self.original.dtype:
                raise ValueError(
                    f"The tensor returned by `right_inverse` has dtype {value.dtype} "
                    f"while `original` has dtype {self.original.dtype}"
                )
            _set(self.original, value)
            return
        if not isinstance(value, Sequence):
            raise ValueError(
                f"'right_inverse' must return a sequence of tensors. Got {type(value).__name__}."
            )
        if len(value) != self.ntensors:
            raise ValueError(
                "'right_inverse' must return a sequence of tensors of length "
                f"{self.ntensors}. Got a sequence of length {len(value)}."
            )
        for place, each in enumerate(value):
            own = getattr(self, f"original{place}")
            if own.dtype != each.dtype:
                raise ValueError(
                    f"Tensor {place} returned by `right_inverse` has dtype {each.dtype} "
                    f"while `original{place}` has dtype {own.dtype}"
                )
            _set(own, each)

    def forward(self) -> Tensor:
        """Return the tensor that the modules make of the originals."""
        first, *others = list(self)
        if self.is_tensor:
            made: Tensor = first(self.original)
        else:
            made = first(*(getattr(self, f"original{place}") for place in range(self.ntensors)))
        for module in others:
            made = module(made)
        return made


def _set(target: Tensor, source: Tensor) -> None:
    """Make a tensor see the memory of another, remaining itself."""
    target.data = source.detach()


def _register(module: Module, name: str, tensor: Tensor) -> None:
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


# --- the class of a parametrized module


def _copied(self: Module, memo: dict[int, Any]) -> Any:
    known = memo.get(id(self))
    if known is not None:
        return known
    replica = self.__new__(type(self))
    memo[id(self)] = replica
    replica.__dict__ = deepcopy(self.__dict__, memo)
    return replica


def _refuse_to_pickle(_self: Module) -> NoReturn:
    raise RuntimeError(
        "Serialization of parametrized modules is only supported through state_dict(). See:\n"
        "https://pytorch.org/tutorials/beginner/saving_loading_models.html"
        "#saving-loading-a-general-checkpoint-for-inference-and-or-resuming-training"
    )


def _give_own_class(module: Module) -> None:
    kind = type(module)
    members: dict[str, Any] = {"__getstate__": _refuse_to_pickle, "__module__": HERE}
    if not hasattr(kind, "__deepcopy__"):
        members["__deepcopy__"] = _copied
    module.__class__ = type(f"Parametrized{kind.__name__}", (kind,), members)


def _give_property(module: Module, name: str) -> None:
    def computed(self: Module) -> Tensor:
        own = self.parametrizations[name]
        if not _Cache.depth:
            return own()  # type: ignore[no-any-return]
        key = id(module), name
        if key not in _Cache.values:
            _Cache.values[key] = own()
        return _Cache.values[key]

    def assigned(self: Module, value: Tensor) -> None:
        self.parametrizations[name].right_inverse(value)

    setattr(type(module), name, property(computed, assigned))


# --- on the face


@python_function(HERE)
def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Make `module.<tensor_name>` what `parametrization` makes of it; return the module.

    It is computed whenever it is read, so that gradients reach what it is computed from:
    `module.parametrizations.<tensor_name>.original`. Where the parametrization has a
    `right_inverse`, that says what the original is at first, and what an assignment sets it to.
    `unsafe` leaves out the check that neither shape nor dtype change.
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        if not unsafe:
            _check_another(module, tensor_name, parametrization)
        module.parametrizations[tensor_name].append(parametrization)
        module.parametrizations[tensor_name].unsafe |= unsafe
    elif tensor_name in module._buffers or tensor_name in module._parameters:
        original = getattr(module, tensor_name)
        several = ParametrizationList([parametrization], original, unsafe=unsafe)
        delattr(module, tensor_name)
        if not is_parametrized(module):
            _give_own_class(module)
            module.parametrizations = ModuleDict()
        _give_property(module, tensor_name)
        module.parametrizations[tensor_name] = several
    else:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a "
            f"parametrized element with name '{tensor_name}'"
        )
    return module


def _check_another(module: Module, name: str, parametrization: Module) -> None:
    """Raise ValueError unless one more parametrization leaves shape and dtype as they are."""
    before = getattr(module, name)
    after = parametrization(before)
    if not isinstance(after, Tensor):
        raise ValueError(f"A parametrization must return a tensor. Got {type(after).__name__}.")
    for what in ("dtype", "shape"):
        if getattr(after, what) != getattr(before, what):
            raise ValueError(
                f"Registering a parametrization may not change the {what} of the tensor, unless "
                f"the `unsafe` flag is enabled.\nmodule.{name}.{what}: {getattr(before, what)}\n"
                f"parametrization(module.{name}).{what}: {getattr(after, what)}"
            )
    if not hasattr(parametrization, "right_inverse"):
        return
    try:
        back = parametrization.right_inverse(after)
    except NotImplementedError:
        return
    if not isinstance(back, Tensor):
        raise ValueError(
            f"parametrization.right_inverse must return a tensor. Got: {type(back).__name__}"
        )
    for what in ("dtype", "shape"):
        if getattr(back, what) != getattr(before, what):
            raise ValueError(
                f"The tensor returned by parametrization.right_inverse must have the same {what} "
                f"as module.{name}, unless the `unsafe` flag is enabled.\n"
                f"module.{name}.{what}: {getattr(before, what)}\n"
                f"returned {what}: {getattr(back, what)}"
            )


@python_function(HERE)
def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Return whether a tensor of the module is parametrized, or any of them."""
    several = getattr(module, "parametrizations", None)
    if not isinstance(several, ModuleDict):
        return False
    return len(several) > 0 if tensor_name is None else tensor_name in several


@python_function(HERE)
def remove_parametrizations(
    module: Module, tensor_name: str, leave_parametrized: bool = True
) -> Module:
    """Make a parametrized tensor a plain one again; return the module.

    It stays what it is now, or (`leave_parametrized=False`) is the original, where there is one.
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    several = module.parametrizations[tensor_name]
    if several.is_tensor:
        original = several.original
        if leave_parametrized:
            with no_grad():
                _set(original, getattr(module, tensor_name))
    elif leave_parametrized:
        made = getattr(module, tensor_name)
        original = Parameter(made) if made.requires_grad else made
    else:
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor "
            "that is parametrized in terms of a sequence of tensors."
        )
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    _register(module, tensor_name, original)
    if not is_parametrized(module):
        delattr(module, "parametrizations")
        module.__class__ = type(module).__bases__[0]
    return module


@python_function(HERE)
def type_before_parametrizations(module: Module) -> type:
    """Return the class that a module has, or had before it was parametrized."""
    return type(module).__bases__[0] if is_parametrized(module) else type(module)
