"""Weight normalisation: a weight as a length `g` times a direction `v / ||v||`."""

import numpy as np

from ..core.dims import as_dim
from ..core.graph import RESULT, record
from ..core.op import declared
from ..core.tensor import Array, Tensor, wrap
from .permuting import transpose
from .shaping import view


@declared("norm_except_dim(Tensor v, int pow=2, int dim=0)", method=False, returns_face=True)
def norm_except_dim(v: Tensor, pow: int = 2, dim: int = 0) -> Tensor:
    """Return the norm of each slice along `dim`, as (1, …, n, …, 1); of all of `v` for -1."""
    if dim == -1:
        return _norm(v, pow)
    last = v.ndim - 1
    if dim in (0, last):
        shape = [1] * v.ndim
        shape[dim] = v._array.shape[dim]
        rows = (shape[0], -1) if dim == 0 else (-1, shape[dim])
        flat = view(v.contiguous(), rows)
        return view(_norm(flat, pow, 1 if dim == 0 else 0), tuple(shape))
    as_dim(dim, v.ndim)
    return transpose(norm_except_dim(transpose(v, 0, dim), pow, 0), 0, dim)


def _norm(input: Tensor, power: float, axis: int | None = None) -> Tensor:
    """Return the norm of all numbers, or of each row along an axis."""
    x = input._array
    sizes = np.abs(x.astype(np.float64)) ** power
    output = np.asarray(sizes.sum(axis) ** (1 / power)).astype(x.dtype)

    def backward(grad: Array) -> tuple[Array]:
        grown, own = (
            each if axis is None else np.expand_dims(each, axis) for each in (grad, output)
        )
        slope = np.sign(x) * np.abs(x) ** (power - 1) / own ** (power - 1)
        return (np.where(own == 0, x.dtype.type(0), grown * slope).astype(x.dtype),)

    fields: dict[str, object] = {} if axis is None else {"dim": (axis,), "keepdim": False}
    return record(
        "NormBackward0" if axis is None else "NormBackward1",
        output, (input,), backward, p=power, result=RESULT, self=input, **fields,
    )  # fmt: skip


@declared("_weight_norm(Tensor v, Tensor g, int dim=0)", method=False)
def weight_norm(v: Tensor, g: Tensor, dim: int = 0) -> Tensor:
    """Return v * g / ||v||, with a norm for each slice along `dim`: `v` in the lengths `g`."""
    if dim not in (0, v.ndim - 1):
        return v * (g / norm_except_dim(v, 2, dim))
    if v.dtype != g.dtype:
        raise RuntimeError(f"expected scalar type {v.dtype.scalar} but found {g.dtype.scalar}")
    others = tuple(axis for axis in range(v.ndim) if axis != dim)
    x, lengths = v._array, g._array
    wide = x.astype(np.float64)
    norms = np.sqrt((wide * wide).sum(axis=others, keepdims=True))

    output = (wide * (lengths / norms)).astype(x.dtype)

    def backward(grad: Array) -> tuple[Array, Array]:
        along = (grad * x.astype(np.float64)).sum(axis=others, keepdims=True)
        to_v = lengths / norms * (grad - x * (along / (norms * norms)))
        return to_v.astype(x.dtype), (along / norms).astype(lengths.dtype)

    return record(
        "WeightNormInterfaceBackward0", output, (v, g), backward,
        dim=dim, g=g, result1=wrap(norms.astype(x.dtype)), v=v,
    )  # fmt: skip
