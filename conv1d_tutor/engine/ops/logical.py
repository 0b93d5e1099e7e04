"""Logical operations on truths, and bitwise ones on whole numbers."""

from collections.abc import Callable

import numpy as np

from ..core import dtypes
from ..core.op import op
from ..core.tensor import Array, Tensor


def _logical(name: str, says: str, function: Callable[..., Array]) -> None:
    op(
        f"{name}(Tensor input, Tensor other, *, Tensor out=None)",
        in_place=True,
        computes=False,
        doc=f"Return where {says} `input` and `other` are true, that is, not 0.",
    )(function)


_logical("logical_and", "both", np.logical_and)
_logical("logical_or", "at least one of", np.logical_or)
_logical("logical_xor", "exactly one of", np.logical_xor)

op(
    "logical_not(Tensor input, *, Tensor out=None)",
    in_place=True, computes=False, doc="Return where `input` is 0.",
)(np.logical_not)  # fmt: skip


def _whole(kernel: str, function: Callable[..., Array]) -> Callable[..., Array]:
    """Return a function of bits that refuses floats, as PyTorch's kernel of that name does."""

    def checked(x: Array, *others: Array) -> Array:
        if x.dtype.kind == "f":
            scalar = dtypes.of_array(x).scalar
            raise NotImplementedError(f"\"{kernel}_cpu\" not implemented for '{scalar}'")
        return function(x, *others)

    return checked


def _bitwise(
    name: str, doc: str, function: Callable[..., Array], kernel: str = ""
) -> Callable[..., Tensor]:
    return op(
        f"{name}(Tensor input, Tensor other, *, Tensor out=None)",
        f"{name}(Scalar self, Tensor other)",
        f"{name}(Tensor input, Scalar other, *, Tensor out=None)",
        in_place=True,
        computes=False,
        doc=doc,
    )(_whole(kernel or name, function))


BITWISE = {
    "and": _bitwise("bitwise_and", "Return the bits that both have.", np.bitwise_and),
    "or": _bitwise("bitwise_or", "Return the bits that at least one has.", np.bitwise_or),
    "xor": _bitwise("bitwise_xor", "Return the bits that exactly one has.", np.bitwise_xor),
    "lshift": _bitwise("bitwise_left_shift", "Return input * 2**other.", np.left_shift, "lshift"),
    "rshift": _bitwise(
        "bitwise_right_shift", "Return input / 2**other, rounded down.", np.right_shift, "rshift"
    ),
}
"""The operations that Python's operators `&`, `|`, `^`, `<<` and `>>` stand for."""

bitwise_not = op(
    "bitwise_not(Tensor input, *, Tensor out=None)",
    in_place=True, computes=False, doc="Return every bit flipped; of truths, the opposite.",
)(_whole("bitwise_not", np.invert))  # fmt: skip
