"""All parameters as one vector, and back."""

from collections.abc import Iterable

from ...core.op import python_function
from ...core.tensor import Tensor
from ...ops.joining import cat
from ...ops.shaping import view
from ..module import typename

HERE = "torch.nn.utils.convert_parameters"


@python_function(HERE)
def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """Return all parameters as one vector, in the graph."""
    return cat([view(each, (-1,)) for each in parameters if each.device.type])


@python_function(HERE)
def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Write the numbers of a vector into the parameters, in their order."""
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {typename(vec)}")
    start = 0
    for each in parameters:
        stop = start + each.numel()
        each._array[...] = view(vec[start:stop], each._array.shape)._array
        start = stop
