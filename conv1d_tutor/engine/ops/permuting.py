"""The dims in another order: views that only renumber them."""

from ..core.dims import Dims, as_dim, saved_dim, saved_dims
from ..core.graph import record_view
from ..core.op import offered_property, viewing
from ..core.tensor import Tensor
from ..core.warned import warn_once
from .shaping import changes_shape


@viewing("permute(Tensor input, int[] dims)")
def permute(input: Tensor, dims: tuple[int, ...]) -> Tensor:
    """Return the dims in another order: `x.permute(0, 2, 1)` is (N, C, L) -> (N, L, C)."""
    array = input._array
    if len(dims) != array.ndim:
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the "
            f"length of the desired ordering of dimensions i.e. input.dim() = {array.ndim} is not "
            f"equal to len(dims) = {len(dims)}"
        )
    order = []
    for dim in dims:
        axis = as_dim(dim, array.ndim)
        if axis in order:
            raise RuntimeError("permute(): duplicate dims are not allowed.")
        order.append(axis)
    back = [order.index(axis) for axis in range(array.ndim)]
    return record_view(
        "PermuteBackward0",
        array.transpose(order),
        input,
        lambda grad: (grad.transpose(back),),
        dims=saved_dims(dims),
    )


@viewing("transpose(Tensor input, int dim0, int dim1)", aliases="swapdims")
@changes_shape("transpose_(Tensor input, int dim0, int dim1)")
@changes_shape("swapdims_(Tensor input, int dim0, int dim1)")
def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Return two dims exchanged: `x.transpose(1, 2)` is (N, C, L) -> (N, L, C)."""
    array = input._array
    one, two = as_dim(dim0, array.ndim), as_dim(dim1, array.ndim)
    return record_view(
        "TransposeBackward0",
        array.swapaxes(one, two) if array.ndim else array,
        input,
        lambda grad: (grad.swapaxes(one, two) if grad.ndim else grad,),
        dim0=saved_dim(dim0),
        dim1=saved_dim(dim1),
    )


@viewing("swapaxes(Tensor input, int axis0, int axis1)")
@changes_shape("swapaxes_(Tensor input, int axis0, int axis1)")
def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """Return two dims exchanged, as `transpose` does."""
    return transpose(input, axis0, axis1)


@viewing("t(Tensor input)")
@changes_shape("t_(Tensor input)")
def t(input: Tensor) -> Tensor:
    """Return a matrix with rows and columns exchanged."""
    array = input._array
    if array.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {array.ndim}D")
    return record_view("TBackward0", array.T, input, lambda grad: (grad.T,))


@offered_property("T")
def _reversed(self: Tensor) -> Tensor:
    ndim = self._array.ndim
    if ndim == 0:
        _warn_of_number("T")
    elif ndim != 2:
        warn_once(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is "
            "deprecated and it will throw an error in a future release. Consider `x.mT` to "
            "transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, -1))` to "
            "reverse the dimensions of a tensor."
        )
    return permute(self, tuple(range(self._array.ndim))[::-1])


def _warn_of_number(name: str, instead: str = "") -> None:
    instead = instead or "This function is the identity in these cases."
    warn_once(f"Tensor.{name} is deprecated on 0-D tensors. {instead}")


def _matrix_transposed(self: Tensor) -> Tensor:
    if self._array.ndim == 0:
        _warn_of_number("mT")
        return permute(self, ())
    if self._array.ndim == 1:
        raise RuntimeError(
            "tensor.mT is only supported on matrices or batches of matrices. Got "
            f"{self._array.ndim}-D tensor."
        )
    return transpose(self, -2, -1)


offered_property("mT")(_matrix_transposed)
offered_property("mH")(_matrix_transposed)


@offered_property("H")
def _adjoint(self: Tensor) -> Tensor:
    ndim = self._array.ndim
    if ndim not in (0, 2):
        batches = " For batches of matrices, consider using tensor.mH" if ndim > 2 else ""
        raise RuntimeError(
            f"tensor.H is only supported on matrices (2-D tensors). Got {ndim}-D tensor.{batches}"
        )
    if not ndim:
        _warn_of_number("H", "Consider using x.conj().")
    return transpose(self, 0, 1) if ndim else permute(self, ())


@viewing(
    "movedim(Tensor input, int source, int destination)",
    "movedim(Tensor input, int[] source, int[] destination)",
    aliases="moveaxis",
)
def movedim(input: Tensor, source: Dims, destination: Dims) -> Tensor:
    """Return the dims with `source` moved to `destination`; the others keep their order."""
    ndim = input._array.ndim
    given = [(each,) if isinstance(each, int) else tuple(each) for each in (source, destination)]
    if len(given[0]) != len(given[1]):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({list(given[0])} dims) should "
            f"contain the same number of dims as destination ({list(given[1])} dims)"
        )
    origins, targets = ([as_dim(each, ndim) for each in dims] for dims in given)
    for name, axes, dims in (("source", origins, given[0]), ("destination", targets, given[1])):
        if len({*axes}) < len(axes):
            raise RuntimeError(f"movedim: repeated dim in `{name}` ({list(dims)})")
    if ndim == 0:
        return permute(input, ())
    order: list[int] = [-1] * ndim
    for origin, target in zip(origins, targets, strict=True):
        order[target] = origin
    rest = iter(axis for axis in range(ndim) if axis not in origins)
    return permute(input, tuple(next(rest) if axis == -1 else axis for axis in order))
