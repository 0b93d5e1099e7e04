"""Remembers the lesson's names, bindings and contents, and the random state; brings them back.

It knows tensors and layers by names that PyTorch itself offers, so that the bundled engine
and PyTorch are treated alike.
"""

import contextlib
from collections.abc import Callable, Collection, Iterable, MutableMapping
from types import ModuleType
from typing import Any

from conv1d_tutor.late import loaded_late
from conv1d_tutor.odd_values import parts_of

from .judge.values import is_layer

with loaded_late():
    from conv1d_tutor import explain

_MISSING = object()


class Snapshot:
    """The names `owned` of a namespace and the random state, as they are now.

    `rebuild` gives a value for a name whose tensor has lost the graph it came with, which
    cannot be put back in place; it may raise `LookupError` where it knows none.
    """

    def __init__(
        self,
        torch: ModuleType,
        names: MutableMapping[str, object],
        owned: Iterable[str],
        rebuild: Callable[[str], object],
    ) -> None:
        self._torch = torch
        self._rebuild = rebuild
        self._bound = {name: names.get(name, _MISSING) for name in dict.fromkeys(owned)}
        self._memory = _Memory(torch)
        for value in self._bound.values():
            self._memory.keep(value)
        self._random = torch.get_rng_state()

    def changed(self, names: MutableMapping[str, object]) -> tuple[str, ...]:
        """Return the owned names that are bound to something else now, or to something changed."""
        return tuple(
            name
            for name, value in self._bound.items()
            if names.get(name, _MISSING) is not value or self._memory.is_changed(value)
        )

    def has_drawn(self) -> bool:
        """Return whether random numbers have been drawn since, or the generator was seeded anew."""
        state = self._torch.get_rng_state()
        return not bool(self._torch.equal(state, self._random))

    def restore(
        self,
        names: MutableMapping[str, object],
        *,
        leave: Collection[str] = (),
        random: bool = True,
    ) -> None:
        """Bring the names back, except those in `leave`; with `random`, the random state too."""
        for name, value in self._bound.items():
            if name in leave:
                continue
            if value is _MISSING:
                names.pop(name, None)
            else:
                names[name] = value
        lost = self._memory.bring_back()
        for name, value in self._bound.items():
            if name not in leave and id(value) in lost:
                try:
                    names[name] = self._rebuild(name)
                except LookupError:
                    names[name] = lost[id(value)]
        if random:
            self._torch.set_rng_state(self._random)


class _Memory:
    """The contents of values that can change in place."""

    def __init__(self, torch: ModuleType) -> None:
        self._torch = torch
        self._tensors: dict[int, _Tensor] = {}
        self._containers: dict[int, _Container] = {}
        self._layers: dict[int, list[int]] = {}

    def keep(self, value: object) -> None:
        """Keep the contents of a value and of all that is in it, however deep, or in itself."""
        tuples: dict[int, tuple[object, ...]] = {}
        waiting: list[Any] = [value]
        while waiting:
            value = waiting.pop()
            if id(value) in self._tensors or id(value) in self._containers or id(value) in tuples:
                continue
            if explain.is_tensor(value):
                self._tensors[id(value)] = _Tensor(value)
            elif is_layer(value):
                self._keep_layer(value)
            elif type(value) is dict or type(value) is list or type(value) is set:
                self._containers[id(value)] = _Container(value, [value])
                waiting.extend(value.values() if type(value) is dict else value)
            elif type(value) is tuple:
                tuples[id(value)] = value  # alive, so that no other value can come to have its id
                waiting.extend(value)

    def _keep_layer(self, layer: Any) -> None:
        """Keep a layer's settings and those of the layers in it, whatever they are called."""
        inside: list[int] = []
        for module in parts_of(layer, "modules"):
            tables = [vars(module)]
            tables += [table for table in vars(module).values() if isinstance(table, dict)]
            self._containers[id(module)] = _Container(module, tables)
            inside.append(id(module))
        for tensor in (*parts_of(layer, "parameters"), *parts_of(layer, "buffers")):
            self._tensors.setdefault(id(tensor), _Tensor(tensor))
            inside.append(id(tensor))
        self._layers[id(layer)] = inside

    def is_changed(self, value: object) -> bool:
        """Return whether a kept value differs from what it was."""
        parts = self._layers.get(id(value), [id(value)])
        return any(
            (part in self._tensors and self._tensors[part].is_changed(self._torch))
            or (part in self._containers and self._containers[part].is_changed())
            for part in parts
        )

    def bring_back(self) -> dict[int, object]:
        """Undo all changes; return a stand-in for each tensor whose graph could not be put back."""
        for container in self._containers.values():
            container.bring_back()
        lost = {}
        for key, tensor in self._tensors.items():
            if tensor.is_changed(self._torch) and not tensor.bring_back(self._torch):
                lost[key] = tensor.stand_in()
        return lost


class _Tensor:
    """One tensor: its numbers, its gradient, and whether it has a graph."""

    def __init__(self, tensor: Any) -> None:
        self.tensor = tensor
        self.numbers = tensor.detach().clone()
        self.requires_grad = tensor.requires_grad
        self.grad_fn = tensor.grad_fn
        self.grad = tensor.grad if self.grad_fn is None else None
        self.gradient = None if self.grad is None else self.grad.detach().clone()

    def is_changed(self, torch: ModuleType) -> bool:
        tensor = self.tensor
        if (
            tensor.grad_fn is not self.grad_fn
            or tensor.requires_grad != self.requires_grad
            or not _identical(torch, tensor, self.numbers)
        ):
            return True
        if self.grad_fn is not None:
            return False
        if tensor.grad is not self.grad:
            return True
        return self.grad is not None and not _identical(torch, self.grad, self.gradient)

    def bring_back(self, torch: ModuleType) -> bool:
        tensor = self.tensor
        if tensor.grad_fn is not self.grad_fn and (
            self.grad_fn is not None or not _make_leaf(tensor)
        ):
            return False
        with torch.no_grad():
            if tensor.shape == self.numbers.shape and tensor.dtype == self.numbers.dtype:
                if not _identical(torch, tensor, self.numbers):
                    tensor.copy_(self.numbers)
            else:
                tensor.data = self.numbers.clone()
        if self.grad_fn is None:
            if tensor.requires_grad != self.requires_grad:
                tensor.requires_grad_(self.requires_grad)
            if self.grad is not None and not _identical(torch, self.grad, self.gradient):
                with torch.no_grad():
                    self.grad.copy_(self.gradient)
            if tensor.grad is not self.grad:
                tensor.grad = self.grad
        return True

    def stand_in(self) -> object:
        """Return a tensor with the same numbers, for where this one cannot be had back."""
        return self.numbers.clone()


class _Container:
    """A list, a dict, a set, or a layer's own tables: what it holds, not what that holds."""

    def __init__(self, owner: object, tables: list[Any]) -> None:
        self.owner = owner  # alive, so that no other value can come to have its id
        self.tables = [(table, table.copy()) for table in tables]

    def is_changed(self) -> bool:
        return any(not _holds_the_same(table, copy) for table, copy in self.tables)

    def bring_back(self) -> None:
        for table, copy in self.tables:
            if not _holds_the_same(table, copy):
                table.clear()
                getattr(table, "extend" if isinstance(table, list) else "update")(copy)


def _holds_the_same(table: Any, copy: Any) -> bool:
    if isinstance(table, dict):
        return list(table) == list(copy) and all(table[key] is copy[key] for key in copy)
    if isinstance(table, set):
        return bool(table == copy)
    return len(table) == len(copy) and all(
        item is other for item, other in zip(table, copy, strict=True)
    )


def _identical(torch: ModuleType, tensor: Any, numbers: Any) -> bool:
    """Return whether two tensors agree to the bit; NaN agrees with NaN."""
    if tensor.shape != numbers.shape or tensor.dtype != numbers.dtype:
        return False
    with torch.no_grad():
        here = tensor.detach()
        return bool(torch.equal(here, numbers)) or bool(
            ((here == numbers) | ((here != here) & (numbers != numbers))).all()  # noqa: PLR0124
        )


def _make_leaf(tensor: Any) -> bool:
    """Make a leaf of a tensor that an operation in place has tied to a graph."""
    with contextlib.suppress(RuntimeError, AttributeError):
        tensor.detach_()
    return tensor.grad_fn is None
