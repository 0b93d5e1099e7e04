"""`backward`, `torch.autograd.grad` and the grad modes: what a learner calls of autograd."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

from .device import kind_of
from .dtypes import of_array
from .graph import grad_mode, run_backward
from .guard import waited_for, write_over
from .op import declared, offered_property
from .strides import empty_as, in_order, is_dense
from .tensor import Array, Tensor, wrap

_Hook = Callable[[Tensor], Tensor | None]
_Gradients = Tensor | Sequence[Tensor | None] | None
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def _seeds(outputs: Sequence[Tensor], given: _Gradients) -> list[tuple[Tensor, Array]]:
    gradients = given if isinstance(given, Sequence) else [given] * len(outputs)
    seeds = []
    for place, (output, gradient) in enumerate(zip(outputs, gradients, strict=True)):
        array = output._array
        if gradient is None:
            if not output.requires_grad:
                raise RuntimeError(
                    f"element {place} of tensors does not require grad and does not have a grad_fn"
                )
            if array.size != 1:
                raise RuntimeError("grad can be implicitly created only for scalar outputs")
            seeds.append((output, np.ones_like(array)))
            continue
        if given is gradient and isinstance(gradient, int | float):
            raise TypeError(f"'{type(gradient).__name__}' object is not iterable")
        if not isinstance(gradient, Tensor):
            raise TypeError(f"gradients can be either Tensors or None, but got {kind_of(gradient)}")
        if gradient._array.shape != array.shape:
            raise RuntimeError(
                f"Mismatch in shape: grad_output[{place}] has a shape of {gradient.shape} and "
                f"output[{place}] has a shape of {output.shape}."
            )
        if not output.requires_grad:
            raise RuntimeError(
                f"element {place} of tensors does not require grad and does not have a grad_fn"
            )
        seeds.append((output, gradient._array.astype(array.dtype, copy=False)))
    return seeds


def _refuse_second_order(create_graph: bool) -> None:
    if create_graph:
        raise NotImplementedError(
            "create_graph=True (the gradient of a gradient) is PyTorch's, but not in the bundled "
            "engine; the real PyTorch has it: conv1d-tutor --engine torch"
        )


def _accumulate(leaf: Tensor, gradient: Array) -> None:
    for hook in leaf._hooks or ():
        gradient = _hooked(hook, gradient)
    if leaf._grad is None:
        leaf._grad = wrap(waited_for(_laid_for, leaf._array, gradient))
    else:
        # A fresh array: what the learner took out of `.grad` before stays theirs only in value.
        so_far = leaf._grad._array
        write_over(so_far, waited_for(np.add, so_far, gradient))


def _laid_for(leaf: Array, gradient: Array) -> Array:
    """Return a copy of a gradient in memory as the leaf lies, or in order if that has gaps."""
    if is_dense((leaf.shape, leaf.strides, leaf.itemsize)):
        kept = empty_as(leaf)
        kept[...] = gradient
        return kept
    return in_order(np.array(gradient, leaf.dtype, order="C"))


def _hooked(hook: _Hook, gradient: Array) -> Array:
    changed = hook(wrap(gradient))
    if changed is None:
        return gradient
    if not isinstance(changed, Tensor):
        raise TypeError(f"expected Variable, but hook returned '{kind_of(changed)}'")
    name = getattr(hook, "__name__", "<unknown>")
    was, got = of_array(gradient), changed.dtype
    if was is not got:
        raise RuntimeError(
            f"hook '{name}' has changed the type of value (was torch.{was.scalar}Tensor got "
            f"torch.{got.scalar}Tensor)"
        )
    if changed._array.shape != gradient.shape:
        raise RuntimeError(f"hook '{name}' has changed the size of value")
    return changed._array


def backward(
    tensors: Tensor | Sequence[Tensor],
    grad_tensors: _Gradients = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Add the gradient of one or several tensors to the `.grad` of every leaf they came from.

    With `inputs`, only to the `.grad` of those leaves.
    """
    _refuse_second_order(create_graph)
    several = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    only = [inputs] if isinstance(inputs, Tensor) else inputs

    def arrive(leaf: Tensor, arrived: Array) -> None:
        if only is None or any(leaf is each for each in only):
            _accumulate(leaf, arrived)

    run_backward(_seeds(several, grad_tensors), bool(retain_graph), arrive)


@declared("backward", function=False, python=True)
def _backward(
    self: Tensor,
    gradient: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Add the gradient of this tensor to the `.grad` of every leaf it came from."""
    backward(self, gradient, retain_graph, create_graph, inputs)


def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: _Gradients = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
) -> tuple[Tensor | None, ...]:
    """Return the gradients of `outputs` with respect to `inputs`; `.grad` stays as it is."""
    _refuse_second_order(create_graph)
    several = [outputs] if isinstance(outputs, Tensor) else list(outputs)
    sources = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    seeds = _seeds(several, grad_outputs)
    for tensor in sources:
        if not tensor.requires_grad:
            raise RuntimeError("One of the differentiated Tensors does not require grad")
    found: dict[int, Array] = {}

    def arrive(leaf: Tensor, arrived: Array) -> None:
        so_far = found.get(id(leaf))
        found[id(leaf)] = arrived if so_far is None else waited_for(np.add, so_far, arrived)

    inner = [tensor for tensor in sources if tensor.grad_fn is not None]
    found |= run_backward(seeds, bool(retain_graph), arrive, inner)
    for place, tensor in enumerate(sources):
        if id(tensor) not in found and not allow_unused:
            raise RuntimeError(
                f"The differentiated Tensor at index {place} appears to not have been used in the "
                "graph. Set allow_unused=True if this is the desired behavior."
            )
    return tuple(
        wrap(np.array(found[id(tensor)])) if id(tensor) in found else None for tensor in sources
    )


@declared("retain_grad(Tensor self)", function=False)
def retain_grad(self: Tensor) -> None:
    """Keep the gradient that reaches this non-leaf tensor in its `.grad`."""
    if not self.requires_grad:
        raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    if self.grad_fn is None or self._retains_grad:
        return
    self._retains_grad = True

    def keep(gradient: Array) -> Array:
        kept = np.array(gradient)
        self._grad = wrap(kept if self._grad is None else self._grad._array + kept)
        return gradient

    _add_node_hook(self, keep)


def _add_node_hook(
    tensor: Tensor, hook: Callable[[Array], Array]
) -> list[Callable[[Array], Array]]:
    """Have `hook` called by the tensor's node; return all the hooks that are."""
    node = tensor.grad_fn
    if node._hooks is None:
        node._hooks = {}
    hooks: list[Callable[[Array], Array]] = node._hooks.setdefault(tensor._output, [])
    hooks.append(hook)
    return hooks


class _HookHandle:
    """What `register_hook` gives: `remove()` takes the hook away again."""

    __module__ = "torch.utils.hooks"

    def __init__(self, hooks: list[Any], hook: object) -> None:
        self._hooks = hooks
        self._hook = hook

    def remove(self) -> None:
        """Take the hook away."""
        if self._hook in self._hooks:
            self._hooks.remove(self._hook)


_HookHandle.__name__ = _HookHandle.__qualname__ = "RemovableHandle"


@declared("register_hook", function=False, python=True)
def register_hook(self: Tensor, hook: _Hook) -> _HookHandle:
    """Call `hook` with the gradient of this tensor whenever one arrives."""
    if not self.requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if self.grad_fn is None:
        if self._hooks is None:
            self._hooks = []
        self._hooks.append(hook)
        return _HookHandle(self._hooks, hook)

    def on_array(gradient: Array) -> Array:
        return _hooked(hook, gradient)

    return _HookHandle(_add_node_hook(self, on_array), on_array)


@offered_property("retains_grad")
def _retains_grad(self: Tensor) -> bool:
    return self._retains_grad


# --- grad modes


class _Mode:
    """Turns recording on or off for a `with` block, or for every call of a function."""

    __module__ = "torch.autograd.grad_mode"
    enabled = True

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """Decorate `function` at once where the parentheses were left out."""
        mode = object.__new__(cls)
        return mode if function is None else mode(function)

    def __enter__(self) -> None:
        self._before = grad_mode.enabled
        grad_mode.enabled = self.enabled

    def __exit__(self, *error: object) -> None:
        grad_mode.enabled = self._before

    def __call__(self, function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        kind, enabled = type(self), self.enabled

        @wraps(function)
        def called(*arguments: _Parameters.args, **options: _Parameters.kwargs) -> _Result:
            mode = kind()
            mode.enabled = enabled
            with mode:
                return function(*arguments, **options)

        return called


class no_grad(_Mode):  # noqa: N801 - PyTorch's name
    """Record nothing inside: what is computed there requires no gradient."""

    __module__ = _Mode.__module__
    enabled = False


class enable_grad(_Mode):  # noqa: N801
    """Record inside, whatever was set outside."""

    __module__ = _Mode.__module__


class inference_mode(no_grad):  # noqa: N801
    """Record nothing inside; with `mode=False` record, whatever was set outside."""

    __module__ = _Mode.__module__

    def __new__(cls, mode: bool | Callable[..., Any] = True) -> Any:
        """Decorate a function at once where the parentheses were left out."""
        if callable(mode):
            return object.__new__(cls)(mode)
        made = object.__new__(cls)
        made.enabled = not mode
        return made


class set_grad_enabled:  # noqa: N801
    """Turn recording on or off, from now on or for a `with` block."""

    __module__ = _Mode.__module__

    def __init__(self, mode: bool) -> None:
        self._before = grad_mode.enabled
        grad_mode.enabled = bool(mode)

    def __enter__(self) -> None:
        return

    def __exit__(self, *error: object) -> None:
        grad_mode.enabled = self._before


@declared("is_grad_enabled()", method=False)
def is_grad_enabled() -> bool:
    """Return whether operations are recorded."""
    return grad_mode.enabled
