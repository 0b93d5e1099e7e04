"""Hooks of a module: functions that are called before and after its `forward`, and on the way back.

`ModuleHooks` has their tables and the methods that fill them; `Module` is made of it.
"""

import warnings
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import numpy as np

from ..core.graph import differentiates, record_many
from ..core.pickling import Pickles
from ..core.tensor import Array, Tensor, wrap

Hook = Callable[..., Any]
_ids = count()


class RemovableHandle:
    """A handle on a hook in a table of hooks; `remove()` takes it out again."""

    __module__ = "torch.utils.hooks"

    def __init__(
        self, hooks_dict: "OrderedDict[int, Any]", *, extra_dict: Iterable[dict[int, Any]] = ()
    ) -> None:
        self.id = next(_ids)
        self._tables = [weakref.ref(table) for table in (hooks_dict, *extra_dict)]

    def remove(self) -> None:
        """Take the hook out."""
        for each in self._tables:
            table = each()
            if table is not None:
                table.pop(self.id, None)

    def __enter__(self) -> "RemovableHandle":
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()

    def __getstate__(self) -> tuple[object, ...]:
        return self.id, [each() for each in self._tables]

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.id, tables = state
        # A table that nobody has any more is as good as one that nobody ever had.
        self._tables = [weakref.ref(OrderedDict() if table is None else table) for table in tables]


TABLES = (
    "_backward_pre_hooks",
    "_backward_hooks",
    "_forward_hooks",
    "_forward_hooks_with_kwargs",
    "_forward_hooks_always_called",
    "_forward_pre_hooks",
    "_forward_pre_hooks_with_kwargs",
    "_state_dict_hooks",
    "_state_dict_pre_hooks",
    "_load_state_dict_pre_hooks",
    "_load_state_dict_post_hooks",
)
"""PyTorch's names for a module's tables of hooks, each by the number of its handle."""

_Table = OrderedDict[int, Hook]
_Marked = OrderedDict[int, bool]


def add_hook(
    table: _Table, hook: Hook, prepend: bool = False, marked: tuple[_Marked, ...] = ()
) -> RemovableHandle:
    """Put a hook at the end of a table, or at its front, and into each of `marked`."""
    handle = RemovableHandle(table, extra_dict=marked)
    table[handle.id] = hook
    for each in marked:
        each[handle.id] = True
    if prepend:
        table.move_to_end(handle.id, last=False)
    return handle


class ModuleHooks(Pickles):
    """What calls a module's `forward` with the hooks around it."""

    _backward_pre_hooks: _Table
    _backward_hooks: _Table
    _is_full_backward_hook: bool | None
    _forward_hooks: _Table
    _forward_hooks_with_kwargs: _Marked
    _forward_hooks_always_called: _Marked
    _forward_pre_hooks: _Table
    _forward_pre_hooks_with_kwargs: _Marked
    forward: Callable[..., Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if (
            self._backward_hooks
            or self._backward_pre_hooks
            or self._forward_hooks
            or self._forward_pre_hooks
        ):
            return self._call_with_hooks(args, kwargs)
        return self.forward(*args, **kwargs)

    def _call_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        called: set[int] = set()
        result: Any = None
        try:
            args, kwargs = self._before(args, kwargs)
            on_the_way_back = None
            if self._backward_hooks or self._backward_pre_hooks:
                on_the_way_back = _BackwardHooks(
                    self, [*self._backward_hooks.values()], [*self._backward_pre_hooks.values()]
                )
                args = on_the_way_back.enter(args)
            result = self.forward(*args, **kwargs)
            for number, hook in tuple(self._forward_hooks.items()):
                called.add(number)
                changed = self._after(number, hook, args, kwargs, result)
                if changed is not None:
                    result = changed
        except Exception:
            self._call_always(called, args, kwargs, result)
            raise
        return result if on_the_way_back is None else on_the_way_back.leave(result)

    def _before(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments as the hooks before `forward` leave them."""
        for number, hook in tuple(self._forward_pre_hooks.items()):
            if number not in self._forward_pre_hooks_with_kwargs:
                changed = hook(self, args)
                if changed is not None:
                    args = changed if isinstance(changed, tuple) else (changed,)
                continue
            changed = hook(self, args, kwargs)
            if changed is None:
                continue
            if not isinstance(changed, tuple) or len(changed) != 2:
                raise RuntimeError(
                    "forward pre-hook must return None or a tuple of (new_args, new_kwargs), "
                    f"but got {changed}."
                )
            args, kwargs = changed
        return args, kwargs

    def _after(
        self, number: int, hook: Hook, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
    ) -> Any:
        if number in self._forward_hooks_with_kwargs:
            return hook(self, args, kwargs, result)
        return hook(self, args, result)

    def _call_always(
        self, called: set[int], args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
    ) -> None:
        """Call the hooks that are called even where `forward` has raised."""
        for number, hook in tuple(self._forward_hooks.items()):
            if number not in self._forward_hooks_always_called or number in called:
                continue
            try:
                changed = self._after(number, hook, args, kwargs, result)
                if changed is not None:
                    result = changed
            except Exception as error:
                warnings.warn(
                    "module forward hook with ``always_call=True`` raised an exception that was "
                    f"silenced as another error was raised in forward: {error}",
                    stacklevel=4,
                )

    def register_forward_pre_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before every `forward`; what it gives replaces the args.

        With `with_kwargs` it is `hook(module, args, kwargs)`, and gives both or None.
        """
        marked = (self._forward_pre_hooks_with_kwargs,) if with_kwargs else ()
        return add_hook(self._forward_pre_hooks, hook, prepend, marked)

    def register_forward_hook(
        self,
        hook: Hook,
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after every `forward`; it may replace the output.

        With `with_kwargs` it is `hook(module, args, kwargs, output)`. With `always_call` it is
        called even where `forward` raises, with an output of None.
        """
        marked = []
        if with_kwargs:
            marked.append(self._forward_hooks_with_kwargs)
        if always_call:
            marked.append(self._forward_hooks_always_called)
        return add_hook(self._forward_hooks, hook, prepend, tuple(marked))

    def register_full_backward_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_output)` when the gradient of the output is known."""
        return add_hook(self._backward_pre_hooks, hook, prepend)

    def register_full_backward_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the input's gradients are known.

        What it gives, a tuple, takes their place.
        """
        self._is_full_backward_hook = True
        return add_hook(self._backward_hooks, hook, prepend)


# --- on the way back

_NODE = "BackwardHookFunctionBackward"


class _BackwardHooks:
    """The hooks of one call of a module: nodes around it in the graph that call them."""

    def __init__(self, module: ModuleHooks, hooks: list[Hook], pre_hooks: list[Hook]) -> None:
        self._module = module
        self._hooks = hooks
        self._pre_hooks = pre_hooks
        self._grad_outputs: tuple[Any, ...] | None = None
        self._inputs = 0
        self._input_joins = False

    def enter(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the arguments of `forward`, with the node through which their gradients go."""
        self._inputs = len(args)
        passed, self._input_joins = _through(args, self._at_the_input)
        return passed

    def leave(self, result: Any) -> Any:
        """Return the output of `forward`, with the node in which its gradient arrives."""
        if not isinstance(result, Tensor | tuple):
            warnings.warn(
                "For backward hooks to be called, module output should be a Tensor or a tuple of "
                f"Tensors but received {type(result)}",
                stacklevel=4,
            )
        several = result if isinstance(result, tuple) else (result,)
        passed, _ = _through(several, self._at_the_output)
        if not isinstance(result, tuple):
            return passed[0]
        return type(result)(*passed) if hasattr(result, "_fields") else passed

    def _at_the_output(self, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook in self._pre_hooks:
            changed = hook(self._module, gradients)
            if changed is None:
                continue
            if len(changed) != len(gradients):
                raise RuntimeError(
                    "Backward pre hook returned an invalid number of grad_output, "
                    f"got {len(changed)}, but expected {len(gradients)}"
                )
            gradients = changed
        self._grad_outputs = gradients
        if not self._input_joins:
            self._call_without_input(gradients)
        return gradients

    def _call_without_input(self, gradients: tuple[Any, ...]) -> None:
        warnings.warn(
            "Full backward hook is firing when gradients are computed with respect to module "
            "outputs since no inputs require gradients. See https://docs.pytorch.org/docs/main/"
            "generated/torch.nn.Module.html#torch.nn.Module.register_full_backward_hook for more "
            "details.",
            stacklevel=2,
        )
        nothing = (None,) * self._inputs
        for hook in self._hooks:
            changed = hook(self._module, nothing, gradients)
            if changed is not None and not (
                isinstance(changed, tuple) and all(each is None for each in changed)
            ):
                raise RuntimeError(
                    "Backward hook for Modules where no input requires gradient should always "
                    "return None or None for all gradients."
                )
        self._grad_outputs = None

    def _at_the_input(self, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        if self._grad_outputs is None:
            return gradients  # it came another way than through the output
        for hook in self._hooks:
            changed = hook(self._module, gradients, self._grad_outputs)
            if changed is None:
                continue
            if len(changed) != len(gradients):
                raise RuntimeError(
                    "Backward hook returned an invalid number of grad_input, "
                    f"got {len(changed)}, but expected {len(gradients)}"
                )
            gradients = changed
        self._grad_outputs = None
        return gradients


def _through(
    values: tuple[Any, ...], change: Callable[[tuple[Any, ...]], tuple[Any, ...]]
) -> tuple[tuple[Any, ...], bool]:
    """Return the values with the tensors among them sent through a node, and whether they were.

    On the way back `change` is called with the gradients, None for what is no tensor.
    """
    places = [place for place, value in enumerate(values) if isinstance(value, Tensor)]
    tensors = tuple(values[place] for place in places)
    if not differentiates(tensors):
        return values, False

    def backward(received: Any) -> tuple[Array | None, ...]:
        arrays = received if isinstance(received, tuple) else (received,)
        gradients: list[Any] = [None] * len(values)
        for place, array in zip(places, arrays, strict=True):
            gradients[place] = wrap(np.asarray(array)) if values[place].requires_grad else None
        changed = change(tuple(gradients))
        return tuple(None if changed[place] is None else changed[place]._array for place in places)

    outputs = record_many(_NODE, [each._array for each in tensors], tensors, backward)
    passed = list(values)
    for place, output, tensor in zip(places, outputs, tensors, strict=True):
        output._storage = tensor._array if tensor._storage is None else tensor._storage
        passed[place] = output
    return tuple(passed), True
