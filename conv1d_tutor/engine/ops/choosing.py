"""One number or another: bounds, the larger of two, `where`, masks."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.arguments import expect_tensor
from ..core.graph import fit, record, renamed
from ..core.guard import in_blocks
from ..core.in_place import as_it_was, check_in_place, replace
from ..core.promotion import NOTHING, broadcast, check_broadcast, joined, joined_dtype
from ..core.surface import in_place_twin, offered
from ..core.tensor import Array, Tensor, wrap

__all__ = ["clamp", "where"]


def _bound_array(bound: Any) -> Any:
    return bound._array if isinstance(bound, Tensor) else bound


@offered("clamp", "clip")
def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """Return every element, at least `min` and at most `max`."""
    expect_tensor(input, "clamp")
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    given = [bound for bound in (min, max) if bound is not None]
    dtype = joined_dtype(input, *given).numpy
    x = input._array.astype(dtype, copy=False)
    low, high = (None if b is None else np.asarray(_bound_array(b)).astype(dtype)
                 for b in (min, max))  # fmt: skip
    output = x if low is None else broadcast(np.maximum, x, low)
    output = output if high is None else broadcast(np.minimum, output, high)

    def backward(grad: Array) -> tuple[Array | None, ...]:
        below = np.bool_(False) if low is None else x < low
        above = np.bool_(False) if high is None else x > high
        if low is not None and high is not None:
            # Where the bounds cross, the upper one is what came out.
            below, above = below & (low < high), above | (low > high)
        if not bounded_by_tensor:
            return (fit(np.where(below | above, 0, grad), input._array),)
        towards: list[Array | None] = [fit(np.where(below | above, 0, grad), input._array)]
        for bound, reached in ((min, below), (max, above)):
            tracked = isinstance(bound, Tensor) and bound.requires_grad
            towards.append(fit(np.where(reached, grad, 0), bound._array) if tracked else None)
        return tuple(towards)

    bounded_by_tensor = isinstance(given[0], Tensor)
    name = "ClampBackward0" if bounded_by_tensor else "ClampBackward1"
    bounds = tuple(each if isinstance(each, Tensor) else NOTHING for each in (min, max))
    sources = (input, *bounds) if bounded_by_tensor else (input,)
    return record(name, np.array(output), sources, backward, self=input, min=min, max=max)


@offered("clamp_min")
def clamp_min(input: Tensor, min: Any) -> Tensor:
    """Return every element, at least `min`."""
    return _bounded_below_or_above("ClampMin", clamp(input, min=min))


@offered("clamp_max")
def clamp_max(input: Tensor, max: Any) -> Tensor:
    """Return every element, at most `max`."""
    return _bounded_below_or_above("ClampMax", clamp(input, max=max))


def _bounded_below_or_above(name: str, bounded: Tensor) -> Tensor:
    """Return the node the name that PyTorch has for one bound alone."""
    renamed(
        bounded.grad_fn,
        {"ClampBackward0": f"{name}Backward1", "ClampBackward1": f"{name}Backward0"},
    )
    return bounded


def _chosen(name: str, node: str, function: Any, wins: Callable[[Array, Array], Array]) -> None:
    """Offer the larger or smaller of two; equal ones share the gradient."""

    def operation(input: Tensor, other: Tensor) -> Tensor:
        expect_tensor(input, name)
        expect_tensor(other, name, "other", 2)
        x, y = joined(input, other)

        def backward(grad: Array) -> tuple[Array, Array]:
            half = np.where(x == y, grad / 2, 0)
            return (
                fit(np.where(wins(x, y), grad, half), input._array),
                fit(np.where(wins(y, x), grad, half), other._array),
            )

        output = broadcast(function, x, y)
        return record(node, output, (input, other), backward, self=input, other=other)

    operation.__doc__ = f"Return the {name} of two tensors, element by element."
    offered(name)(operation)


_chosen("maximum", "MaximumBackward0", np.maximum, np.greater)
_chosen("minimum", "MinimumBackward0", np.minimum, np.less)
_chosen("fmax", "FmaxBackward0", np.fmax, np.greater)
_chosen("fmin", "FminBackward0", np.fmin, np.less)


# --- choosing


@offered("where", method=False)
def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """Return `input` where `condition` is true, `other` elsewhere."""
    if isinstance(input, Tensor) and not isinstance(condition, Tensor):
        raise TypeError("where(): argument 'condition' (position 1) must be Tensor, not "
                        f"{type(condition).__name__}")  # fmt: skip
    if input is None and other is None:
        return tuple(wrap(each) for each in np.nonzero(condition._array))
    if condition._array.dtype.kind != "b":
        raise RuntimeError(
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{condition.dtype.scalar}"
        )
    x, y = joined(input, other)
    chosen = condition._array
    for one, two in ((chosen, x), (chosen, y), (x, y)):
        check_broadcast(one.shape, two.shape)

    def backward(grad: Array) -> tuple[Array | None, Array | None]:
        return (
            fit(np.where(chosen, grad, 0), input._array) if isinstance(input, Tensor) else None,
            fit(np.where(chosen, 0, grad), other._array) if isinstance(other, Tensor) else None,
        )

    sources = tuple(each if isinstance(each, Tensor) else NOTHING for each in (input, other))
    return record(
        "WhereBackward0", in_blocks(np.where, chosen, x, y), sources, backward,
        condition=condition,
    )  # fmt: skip


@offered("where", function=False)
def _where_method(self: Tensor, condition: Tensor, other: Any) -> Any:
    return where(condition, self, other)


@offered("masked_fill")
def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """Return `input` with `value` wherever `mask` is true."""
    expect_tensor(mask, "masked_fill", "mask", 1)
    if mask._array.dtype.kind != "b":
        raise RuntimeError(
            f"masked_fill_ only supports boolean masks, but got mask with dtype {mask.dtype.c_name}"
        )
    x, chosen = input._array, mask._array
    number = value.item() if isinstance(value, Tensor) else value
    check_broadcast(chosen.shape, x.shape)
    output = np.where(chosen, x.dtype.type(number), x)

    sources = (input, value) if isinstance(value, Tensor) else (input,)

    def backward(grad: Array) -> tuple[Array, ...]:
        kept = fit(np.where(chosen, 0, grad), x)
        filled = (fit(np.where(chosen, grad, 0), each._array) for each in sources[1:])
        return kept, *filled

    return record(f"MaskedFillBackward{len(sources) - 1}", output, sources, backward, mask=mask)


@offered("masked_fill_", function=False)
def masked_fill_(self: Tensor, mask: Tensor, value: Any) -> Tensor:
    """Write `value` wherever `mask` is true."""
    check_in_place(self)
    expect_tensor(mask, "masked_fill_", "mask", 1)
    check_broadcast(self._array.shape, mask._array.shape)
    return replace(self, masked_fill(as_it_was(self), mask, value))


for _name in ("clamp", "clip", "clamp_min", "clamp_max"):
    in_place_twin(_name)
