"""Dims: counted from the front, checked, and as the nodes of the graph keep them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .tensor import Array

Dims = int | Sequence[int]
"""What `int[1] dim` in a signature takes: one dim, or several."""

Ints = int | tuple[int, ...]
"""What the reader of arguments makes of `int[1]`."""


_ALL = (slice(None),) * 64
"""An index of all that stands before an axis; numpy has no more than 64."""


def along(axis: int, key: int | slice | Array) -> tuple[Any, ...]:
    """Return numpy's index of `key` on one axis: `x[along(1, key)]` is `x[:, key]`."""
    return (*_ALL[:axis], key)


def as_dim(dim: int, ndim: int) -> int:
    """Return `dim` counted from the front; IndexError where the tensor has no such dimension."""
    if 0 <= dim < ndim:
        return dim
    reach = ndim or 1
    if not -reach <= dim < reach:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-reach}, {reach - 1}], "
            f"but got {dim})"
        )
    return dim % reach


def as_real_dim(dim: int, ndim: int) -> int:
    """Return `dim` counted from the front, where a 0-d tensor has none at all."""
    if ndim == 0:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return as_dim(dim, ndim)


def as_dims(dims: Dims, ndim: int) -> tuple[int, ...]:
    """Return one dim or several counted from the front; RuntimeError where one is there twice."""
    counted: list[int] = []
    for dim in (dims,) if isinstance(dims, int) else dims:
        axis = as_dim(dim, ndim)
        if axis in counted:
            raise RuntimeError(f"dim {axis} appears multiple times in the list of dims")
        counted.append(axis)
    return tuple(counted)


def axes_of(dim: Dims | None, ndim: int) -> tuple[int, ...]:
    """Return the axes that a reduction's `dim` names; None or an empty tuple names all of them."""
    if dim is None or dim == ():
        return tuple(range(ndim))
    axes = as_dims(dim, ndim)
    return axes if ndim else ()


def saved_dim(dim: int) -> int:
    """Return a dim as PyTorch's nodes keep it: an unsigned 64-bit number."""
    return dim % 2**64


def saved_dims(dims: Dims) -> tuple[int, ...]:
    """Return several dims as PyTorch's nodes keep them."""
    return tuple(map(saved_dim, (dims,) if isinstance(dims, int) else dims))


def with_reduced_dims(reduced: Array, axes: tuple[int, ...], keepdim: bool) -> Array:
    """Return what was reduced along `axes` with those dims back, of size 1; a number as it is."""
    return reduced if keepdim or not reduced.ndim else np.expand_dims(reduced, axes)
