"""Elements chosen by a mask: `where` and `masked_fill`."""

from typing import NoReturn

import numpy as np

from ..core import dtypes
from ..core.dtypes import DType
from ..core.graph import fit, record, record_elementwise
from ..core.in_place import as_it_was, check_in_place, replace
from ..core.op import declared
from ..core.pieces import where as chosen_from
from ..core.promotion import NOTHING, check_broadcast, joined
from ..core.tensor import Array, Tensor, wrap
from ..core.warned import warn_once
from .gathering import places_of

_Operand = Tensor | int | float


@declared(
    "where(Tensor condition)",
    "where(Tensor condition, Tensor input, Tensor other, *, Tensor out=None)",
    "where(Tensor condition, Scalar self, Tensor other)",
    "where(Tensor condition, Tensor input, Scalar other)",
    "where(Tensor condition, Scalar self, Scalar other)",
    method=False,
)
def where(
    condition: Tensor, input: _Operand | None = None, other: _Operand | None = None
) -> Tensor | tuple[Tensor, ...]:
    """Return `input` where `condition` is true, `other` elsewhere."""
    if input is None or other is None:
        return places_of(condition)
    if condition._array.dtype == np.uint8:
        warn_once(
            "where received a uint8 condition tensor. This behavior is deprecated and will be "
            "removed in a future version of PyTorch. Use a boolean condition instead."
        )
        condition = wrap(condition._array != 0)
    if condition._array.dtype.kind != "b":
        raise RuntimeError(
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{condition.dtype.scalar}"
        )
    x, y = joined(input, other)
    chosen = condition._array
    for one, two in ((chosen, x), (chosen, y), (x, y)):
        check_broadcast(one.shape, two.shape)
    sources = tuple(each if isinstance(each, Tensor) else NOTHING for each in (input, other))

    def backward(grad: Array) -> tuple[Array, Array]:
        return (
            fit(chosen_from(chosen, grad, 0), sources[0]._array),
            fit(chosen_from(chosen, 0, grad), sources[1]._array),
        )

    return record_elementwise(
        "WhereBackward0",
        chosen_from(chosen, x, y),
        (chosen, x, y),
        sources,
        backward,
        condition=condition,
    )


@declared(
    "where(Tensor input, Tensor condition, Tensor other)",
    "where(Tensor input, Tensor condition, Scalar other)",
    function=False,
)
def _where_method(input: Tensor, condition: Tensor, other: _Operand) -> object:
    """Return the tensor's elements where `condition` is true, `other` elsewhere."""
    return where(condition, input, other)


def refuse_mask(dtype: DType) -> NoReturn:
    """Say that a mask of this dtype is not filled."""
    raise RuntimeError(
        f"masked_fill_ only supports boolean masks, but got mask with dtype {dtype.c_name}"
    )


@declared(
    "masked_fill(Tensor input, Tensor mask, Tensor value)",
    "masked_fill(Tensor input, Tensor mask, Scalar value)",
)
def masked_fill(input: Tensor, mask: Tensor, value: Tensor | float) -> Tensor:
    """Return `input` with `value` wherever `mask` is true."""
    if mask._array.dtype.kind != "b":
        refuse_mask(mask.dtype)
    x, chosen = input._array, mask._array
    sources = (input, value) if isinstance(value, Tensor) else (input,)
    check_broadcast(chosen.shape, x.shape)
    if isinstance(value, Tensor) and value._array.ndim:
        raise RuntimeError(
            "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value._array.ndim} dimension(s)."
        )
    number = value._array.item() if isinstance(value, Tensor) else value

    def backward(grad: Array) -> tuple[Array, ...]:
        kept = fit(chosen_from(chosen, 0, grad), x)
        filled = (fit(chosen_from(chosen, grad, 0), each._array) for each in sources[1:])
        return kept, *filled

    number = x.dtype.type(dtypes.as_number_of(input.dtype, number))
    output = chosen_from(chosen, number, x)
    return record(f"MaskedFillBackward{len(sources) - 1}", output, sources, backward, mask=mask)


@declared(
    "masked_fill_(Tensor input, Tensor mask, Tensor value)",
    "masked_fill_(Tensor input, Tensor mask, Scalar value)",
    function=False,
)
def masked_fill_(input: Tensor, mask: Tensor, value: Tensor | float) -> Tensor:
    """Write `value` into the tensor wherever `mask` is true."""
    check_in_place(input)
    check_broadcast(input._array.shape, mask._array.shape)
    return replace(input, masked_fill(as_it_was(input), mask, value))
