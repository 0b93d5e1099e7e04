"""The dims in another order: views that only renumber them."""

from typing import Any

from ..core.arguments import as_dim, as_dims, as_size, expect_tensor
from ..core.graph import record_view, renamed
from ..core.in_place import check_in_place
from ..core.surface import offered, offered_property
from ..core.tensor import Tensor
from .shaping import saved_dim, squeeze, unsqueeze

__all__ = ["permuted", "t", "transpose"]


@offered("permute", function=False)
def permute(input: Tensor, *dims: Any) -> Tensor:
    """Return the dims in another order."""
    if not dims:
        raise TypeError('permute() missing 1 required positional arguments: "dims"')
    return permuted(input, as_size(dims, "permute", "dims"))


@offered("permute", method=False)
def _permute_function(input: Tensor, dims: Any) -> Tensor:
    expect_tensor(input, "permute")
    if isinstance(dims, int):
        raise TypeError("permute(): argument 'dims' (position 2) must be tuple of ints, not int")
    return permuted(input, as_size((dims,), "permute", "dims"))


def permuted(input: Tensor, order: tuple[int, ...]) -> Tensor:
    """Return the dims in `order`."""
    array = input._array
    if len(order) != array.ndim:
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the "
            f"length of the desired ordering of dimensions i.e. input.dim() = {array.ndim} is not "
            f"equal to len(dims) = {len(order)}"
        )
    counted = []
    for dim in order:
        axis = as_dim(dim, array.ndim)
        if axis in counted:
            raise RuntimeError("permute(): duplicate dims are not allowed.")
        counted.append(axis)
    back = [counted.index(axis) for axis in range(array.ndim)]
    return record_view(
        "PermuteBackward0", array.transpose(counted), input,
        lambda grad: (grad.transpose(back),), dims=tuple(saved_dim(dim) for dim in order),
    )  # fmt: skip


@offered("transpose", "swapaxes", "swapdims")
def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Return two dims exchanged."""
    expect_tensor(input, "transpose")
    array = input._array
    one, two = as_dim(dim0, array.ndim, "transpose"), as_dim(dim1, array.ndim, "transpose")
    turned = array.swapaxes(one, two) if array.ndim else array
    return record_view(
        "TransposeBackward0", turned, input,
        lambda grad: (grad.swapaxes(one, two) if grad.ndim else grad,),
        dim0=saved_dim(dim0), dim1=saved_dim(dim1),
    )  # fmt: skip


@offered("t")
def t(input: Tensor) -> Tensor:
    """Return a matrix with rows and columns exchanged."""
    expect_tensor(input, "t")
    array = input._array
    if array.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {array.ndim}D")
    return record_view("TBackward0", array.T, input, lambda grad: (grad.T,))


@offered_property("T")
def _reversed(self: Tensor) -> Tensor:
    return permuted(self, tuple(range(self._array.ndim))[::-1])


@offered_property("mT")
def _matrix_transposed(self: Tensor) -> Tensor:
    if self._array.ndim == 0:
        return permuted(self, ())
    if self._array.ndim == 1:
        raise RuntimeError(
            "tensor.mT is only supported on matrices or batches of matrices. Got "
            f"{self._array.ndim}-D tensor."
        )
    return transpose(self, -2, -1)


@offered_property("mH")
def _matrix_adjoint(self: Tensor) -> Tensor:
    return _matrix_transposed.fget(self)  # type: ignore[misc, no-any-return]


@offered_property("H")
def _adjoint(self: Tensor) -> Tensor:
    ndim = self._array.ndim
    if ndim not in (0, 2):
        batches = " For batches of matrices, consider using tensor.mH" if ndim > 2 else ""
        raise RuntimeError(
            f"tensor.H is only supported on matrices (2-D tensors). Got {ndim}-D tensor.{batches}"
        )
    return transpose(self, 0, 1) if ndim else permuted(self, ())


@offered("movedim", "moveaxis")
def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """Return the dims with `source` moved to `destination`; the others keep their order."""
    ndim = input._array.ndim
    if ndim == 0:
        as_dims(source, 0), as_dims(destination, 0)
        return permuted(input, ())
    origins, targets = as_dims(source, ndim), as_dims(destination, ndim)
    if len(origins) != len(targets):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({list(origins)} dims) should "
            f"contain the same number of dims as destination ({list(targets)} dims)"
        )
    order: list[int] = [-1] * ndim
    for origin, target in zip(origins, targets, strict=True):
        order[target] = origin
    rest = iter(axis for axis in range(ndim) if axis not in origins)
    return permuted(input, tuple(next(rest) if axis == -1 else axis for axis in order))


_NODES_IN_PLACE = {
    "SqueezeBackward0": "SqueezeBackward3", "SqueezeBackward1": "SqueezeBackward4",
    "SqueezeBackward2": "SqueezeBackward5", "UnsqueezeBackward0": "UnsqueezeBackward1",
    "TransposeBackward0": "TransposeBackward1", "TBackward0": "TBackward1",
}  # fmt: skip
"""What PyTorch calls the nodes of the same changes in place."""


def _change_shape(name: str, operation: Any) -> None:
    """Offer `squeeze_` and its like, which change only how the tensor sees its memory."""

    def change(self: Tensor, *arguments: Any, **options: Any) -> Tensor:
        check_in_place(self)
        seen = operation(self, *arguments, **options)
        renamed(seen.grad_fn, _NODES_IN_PLACE)
        self._array, self._storage = seen._array, seen._storage
        self._node, self._output = seen.grad_fn, seen._output
        return self

    change.__doc__ = f"Change this tensor as `{name}` says."
    offered(f"{name}_", function=False)(change)


_change_shape("squeeze", squeeze)
_change_shape("unsqueeze", unsqueeze)
_change_shape("transpose", transpose)
_change_shape("swapaxes", transpose)
_change_shape("swapdims", transpose)
_change_shape("t", t)
