"""In-place operations: PyTorch's rules on leaves, and what they do to the graph.

An in-place operation is its ordinary twin, computed on the old numbers, whose result is then
written over them (`replace`). The tensor takes over the result's place in the graph. Where the
tensor is a view, its base has changed too: the base's new node, `CopySlices`, sends the gradient
of the viewed part through the operation and the rest straight back.
"""

from collections.abc import Iterable
from typing import Any, NoReturn

import numpy as np

from .graph import Node, differentiates, grad_mode, record
from .pieces import add_at
from .strides import empty_as
from .tensor import Array, Tensor, address, version, wrap, write
from .warned import warn

_OF_MANY = {"SplitBackward0", "SplitWithSizesBackward0", "UnbindBackward0"}
"""Operations that give several views at once, which cannot be followed back one by one."""


def check_in_place(tensor: Tensor) -> None:
    """Raise PyTorch's RuntimeError where an in-place change would lose a leaf's gradient."""
    if not grad_mode.enabled:
        return
    if tensor._requires_grad:
        raise RuntimeError(
            "a leaf Variable that requires grad is being used in an in-place operation."
        )
    if type(tensor._node).__name__ in _OF_MANY:
        raise RuntimeError(
            f"Output {tensor._output} of {type(tensor._node).__name__.removesuffix('Backward0')} "
            "is a view and is being modified inplace. This view is the output of a function that "
            "returns multiple views. Such functions do not allow the output views to be modified "
            "inplace. You should replace the inplace operation by an out-of-place one."
        )
    if tensor._base is not None and tensor._base._requires_grad:
        raise RuntimeError(
            "a view of a leaf Variable that requires grad is being used in an in-place operation."
        )


def _check_places(tensor: Tensor) -> None:
    """Raise PyTorch's RuntimeError where several elements are one place in memory."""
    array = tensor._array
    if (
        0 in array.strides
        and array.size
        and any(
            size > 1 and not step for size, step in zip(array.shape, array.strides, strict=True)
        )
    ):
        raise RuntimeError(
            "unsupported operation: more than one element of the written-to tensor refers to a "
            "single memory location. Please clone() the tensor before performing the operation."
        )


def overwrite(tensor: Tensor, values: Array, node: str) -> Tensor:
    """Write numbers without a history over `tensor`, as `zero_` or `uniform_` do.

    Where the tensor had a history, `node` comes behind it, from which zeros flow back.
    """
    check_in_place(tensor)
    return replace(tensor, without_gradient(node, tensor, values))


def without_gradient(node: str, tensor: Tensor, values: Array) -> Tensor:
    """Return numbers that do not depend on those of `tensor`, though its history is theirs."""
    before = wrap(tensor._array)
    before._node, before._output = tensor.grad_fn, tensor._output
    dtype = tensor._array.dtype
    cast = values.astype(dtype, copy=False) if before._node is not None else values
    return record(node, cast, (before,), lambda grad: (np.zeros_like(grad),))


def replace(tensor: Tensor, result: Tensor) -> Tensor:
    """Write `result` over `tensor`, which takes over its place in the graph."""
    check_in_place(tensor)
    if result._array.shape != tensor._array.shape:
        _check_shape(tensor, result)
    kinds = "biuf"
    if kinds.index(result._array.dtype.kind.replace("u", "i")) > kinds.index(
        tensor._array.dtype.kind.replace("u", "i")
    ):
        refuse_dtype(tensor, result)
    tracked = grad_mode.enabled and (result.requires_grad or tensor.requires_grad)
    base = tensor._base
    old_base_node = None if base is None or not tracked else base.grad_fn
    _check_places(tensor)
    write(tensor, result._array)
    if not tracked:
        if base is not None:
            tensor._base_version = version(tensor)
        return tensor
    if base is None:
        tensor._node, tensor._output = result.grad_fn, result._output
        return tensor
    base._node = _copy_slices(base, old_base_node, tensor, result)
    base._output = 0
    base._base_version = version(base)
    _show_anew(tensor)
    return tensor


def _check_shape(tensor: Tensor, result: Tensor) -> None:
    try:
        shape = np.broadcast_shapes(tensor._array.shape, result._array.shape)
    except ValueError:
        shape = ()
    if shape != tensor._array.shape:
        refuse_shape(tensor._array.shape, result._array.shape)


def check_fits(tensor: Tensor, others: Iterable[object]) -> None:
    """Raise PyTorch's RuntimeError where a tensor broadcasts with others to a larger shape."""
    own = tensor._array.shape
    shapes = [each._array.shape for each in others if isinstance(each, Tensor)]
    try:
        together = np.broadcast_shapes(own, *shapes)
    except ValueError:
        return
    if together != own:
        refuse_shape(own, together)


def refuse_shape(own: tuple[int, ...], other: tuple[int, ...]) -> NoReturn:
    """Say that what would be written does not have the shape of what is there."""
    raise RuntimeError(
        f"output with shape {list(own)} doesn't match the broadcast shape {list(other)}"
    )


def refuse_dtype(own: Tensor, other: Tensor) -> NoReturn:
    """Say that the tensor's dtype cannot hold what would be written."""
    raise RuntimeError(
        f"result type {other.dtype.scalar} can't be cast to the desired output type "
        f"{own.dtype.scalar}"
    )


def _places(base: Tensor, view: Array) -> Array:
    """Return where each element of `view` stands in the flattened memory of `base`."""
    array = base._array
    offset = (address(view) - address(array)) // array.itemsize
    strides = [stride // array.itemsize for stride in view.strides]
    places = np.full(view.shape, offset, np.int64)
    for axis, (size, stride) in enumerate(zip(view.shape, strides, strict=True)):
        along = [1] * view.ndim
        along[axis] = size
        places += np.arange(size, dtype=np.int64).reshape(along) * stride
    return places


def _copy_slices(base: Tensor, old_node: Node | None, view: Tensor, result: Tensor) -> Node:
    """Return the node of `base` after `result` was written over `view`, a part of it."""
    places = _places(base, view._array)
    shape, dtype = base._array.shape, base._array.dtype
    new_node, new_output = result.grad_fn, result._output

    def backward(grad: Array) -> tuple[Array | None, ...]:
        inside = grad.reshape(-1)[places]
        outside = grad.reshape(-1).copy()
        outside[places] = 0
        return outside.reshape(shape), inside.astype(dtype, copy=False)

    return _copy_slices_class(
        ((old_node, base._output), (new_node, new_output)), backward, {}, ((shape, dtype),)
    )


class _CopySlices(Node):
    """A base after a part of it was written in place."""

    __slots__ = ()

    def name(self) -> str:
        """Return its name, as PyTorch has it."""
        return "torch::autograd::CopySlices"


_CopySlices.__name__ = _CopySlices.__qualname__ = "CopySlices"
_copy_slices_class = _CopySlices


def _show_anew(view: Tensor) -> None:
    """Make a view's node describe it as a part of its changed base."""
    base = view._base
    assert base is not None
    view._base_version = version(view)
    if base.grad_fn is None and not base._requires_grad:
        return
    places = _places(base, view._array)
    shape, dtype = base._array.shape, base._array.dtype

    def backward(grad: Array) -> tuple[Array | None, ...]:
        flat = np.zeros(int(np.prod(shape, dtype=np.int64)), dtype)
        add_at(flat, places.ravel(), grad.ravel())
        return (flat.reshape(shape),)

    described = record("AsStridedBackward0", view._array, (base,), backward)
    view._node, view._output = described._node, described._output


Tensor._describe_anew = _show_anew


def as_it_was(tensor: Tensor) -> Tensor:
    """Return the tensor with its present numbers kept apart, where the graph will need them."""
    if not differentiates((tensor,)):
        return tensor
    kept = wrap(tensor._array.copy())
    kept._node, kept._output = tensor.grad_fn, tensor._output
    return kept


# --- out=


_FROM_MEMORY = frozenset({
    "bernoulli", "cat", "gather", "index_select", "kthvalue", "masked_select", "median", "sort",
    "take", "topk",
})  # fmt: skip
"""Functions that read their operands while they write, so that `out=` may be none of them."""


def _check_overlap(target: Tensor, operands: Iterable[object], function: str) -> None:
    """Raise PyTorch's RuntimeError where what is written to shares memory with what is read."""
    _check_places(target)
    array = target._array
    for each in operands:
        if not isinstance(each, Tensor) or not np.may_share_memory(each._array, array):
            continue
        read = each._array
        same = (address(read), read.shape, read.strides) == (
            address(array), array.shape, array.strides,
        )  # fmt: skip
        if function in _FROM_MEMORY or not same:
            raise RuntimeError(
                "unsupported operation: some elements of the input tensor and the written-to "
                "tensor refer to a single memory location. Please clone() the tensor before "
                "performing the operation."
            )


def write_into(out: object, result: object, function: str, operands: Iterable[object] = ()) -> Any:
    """Write the result of a function into the tensor (or tensors) given as `out=`."""
    several = out if isinstance(out, tuple | list) else (out,)
    results = result if isinstance(result, tuple) else (result,)
    for each in several:
        if not isinstance(each, Tensor):
            raise TypeError(
                f"{function}(): argument 'out' must be Tensor, not {type(each).__name__}"
            )
    if any(each.requires_grad for each in (*results, *several) if isinstance(each, Tensor)):
        raise RuntimeError(
            f"{function}(): functions with out=... arguments don't support automatic "
            "differentiation, but one of the arguments requires grad."
        )
    for target, source in zip(several, results, strict=True):
        if target._array.shape == source._array.shape:
            _check_overlap(target, operands, function)
        _write_resized(target, source)
    if isinstance(result, tuple):
        return type(result)(several)
    return out


def _write_resized(target: Tensor, source: Tensor) -> None:
    if source.dtype.kind > target.dtype.kind:
        refuse_dtype(target, source)
    array: Array = source._array
    if target._array.shape != array.shape:
        if target._array.size:
            warn(
                "An output with one or more elements was resized since it had shape "
                f"{list(target.shape)}, which does not match the required output shape "
                f"{list(source.shape)}. This behavior is deprecated, and in a future PyTorch "
                "release outputs will not be resized unless they have zero elements.",
            )
        target._array = empty_as(array, target._array.dtype)
        target._storage = None
    write(target, array)
