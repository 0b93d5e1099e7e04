"""How large a tensor the bundled engine makes. What is larger is refused before it is allocated."""

from collections.abc import Iterable
from math import prod
from typing import Any

import numpy as np

__all__ = ["LARGEST_TENSOR", "check_bytes", "check_shape", "refuse_broadcast"]

LARGEST_TENSOR = 2 * 1024**3
"""The most bytes that one tensor may have: 2 GiB, which a learner's machine can give."""

_LARGEST_COUNT = 2**63


def check_shape(sizes: Iterable[int], dtype: np.dtype[Any]) -> None:
    """Raise RuntimeError when a tensor of `sizes` would be larger than `LARGEST_TENSOR`."""
    sizes = tuple(sizes)
    bytes_wanted = prod(sizes) * dtype.itemsize
    if bytes_wanted > LARGEST_TENSOR:
        _refuse(bytes_wanted, sizes)


def check_bytes(bytes_wanted: int, sizes: Iterable[int]) -> None:
    """Raise RuntimeError when `bytes_wanted` is more than `LARGEST_TENSOR`."""
    if bytes_wanted > LARGEST_TENSOR:
        _refuse(bytes_wanted, tuple(sizes))


def refuse_broadcast(*arrays: Any) -> None:
    """Raise RuntimeError when these arrays broadcast to more than `LARGEST_TENSOR` bytes."""
    sizes = np.broadcast_shapes(*(array.shape for array in arrays))
    check_shape(sizes, max((array.dtype for array in arrays), key=lambda dtype: dtype.itemsize))


def _refuse(bytes_wanted: int, sizes: tuple[int, ...]) -> None:
    if prod(sizes) >= _LARGEST_COUNT:
        raise RuntimeError(
            f"Storage size calculation overflowed with sizes={list(sizes)}; "
            f"the bundled engine makes tensors of at most {LARGEST_TENSOR} bytes"
        )
    raise RuntimeError(
        f"can't allocate memory: you tried to allocate {bytes_wanted} bytes for a tensor of size "
        f"{list(sizes)}; the bundled engine makes tensors of at most {LARGEST_TENSOR} bytes"
    )
