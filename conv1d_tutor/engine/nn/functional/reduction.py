"""How the losses of all elements become one number."""

import warnings

import numpy as np

from ...core.tensor import Array

__all__ = ["REDUCTIONS", "read_reduction", "reduced", "spread"]

REDUCTIONS = {"none": 0, "mean": 1, "sum": 2}


def read_reduction(name: str, size_average: bool | None = None, reduce: bool | None = None) -> str:
    """Return the name of the reduction; the two older arguments outrank it, with a warning."""
    if size_average is not None or reduce is not None:
        kept = reduce is None or reduce
        name = ("mean" if size_average is None or size_average else "sum") if kept else "none"
        warnings.warn(
            "size_average and reduce args will be deprecated, please use "
            f"reduction='{name}' instead.",
            stacklevel=4,
        )
    if name not in REDUCTIONS:
        raise ValueError(f"{name} is not a valid value for reduction")
    return name


def reduced(values: Array, reduction: str) -> Array:
    """Return the mean, the sum, or every one of `values`."""
    if reduction == "none":
        return values
    reduced = values.mean() if reduction == "mean" else values.sum()
    return np.asarray(reduced, values.dtype)


def spread(grad: Array, values: Array, reduction: str) -> Array:
    """Return what reaches every value of a reduced loss."""
    count = values.size if reduction == "mean" else 1
    return np.asarray(grad / values.dtype.type(max(count, 1)))
