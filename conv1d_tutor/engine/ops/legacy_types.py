"""The old ways to make tensors: `torch.Tensor(2, 3)`, `torch.FloatTensor([1, 2])`, `x.new(2)`."""

from inspect import unwrap

import numpy as np

from ..core import dtypes, guard
from ..core.device import kind_of
from ..core.guard import silently
from ..core.op import FUNCTIONS, declared
from ..core.size import Size
from ..core.tensor import Array, Tensor, wrap
from .tensor_data import tensor_data


def _made(data: tuple[object, ...], dtype: dtypes.DType, name: str = "new") -> Array:
    """Return the array that an old constructor makes of sizes, or of data."""
    if not data:
        return np.empty(0, dtype.numpy)
    if len(data) == 1 and not isinstance(data[0], int | Size):
        return _of_data(data[0], dtype)
    sizes = data[0] if isinstance(data[0], Size) else data
    lengths: list[int] = []
    for place, length in enumerate(sizes):
        if not isinstance(length, int) or isinstance(length, bool):
            raise TypeError(
                f"{name}(): argument 'size' failed to unpack the object at pos {place + 1} with "
                f'error "type must be tuple of ints,but got {kind_of(length)}"'
            )
        if length < 0:
            raise RuntimeError(
                f"Trying to create tensor with negative dimension {length}: {list(sizes)}"
            )
        lengths.append(length)
    guard.check_shape(lengths, dtype.numpy)
    return np.zeros(lengths, dtype.numpy)


def _of_data(data: object, dtype: dtypes.DType) -> Array:
    if isinstance(data, Tensor):
        if data.dtype is not dtype:
            raise TypeError(
                f"expected a tensor of {dtype.c_name} (got one of {data.dtype.c_name}); "
                "torch.tensor and .to() convert"
            )
        return data._array
    if isinstance(data, str):
        raise TypeError("new(): invalid data type 'str'")
    if not isinstance(data, list | tuple | np.ndarray) and not hasattr(data, "__len__"):
        raise TypeError(f"new(): data must be a sequence (got {kind_of(data)})")
    return tensor_data(data, dtype)


@silently
def _made_by_default(data: tuple[object, ...]) -> Array:
    return _made(data, dtypes.default_dtype())


Tensor._made_of = _made_by_default


@declared("new", function=False, python=True)
def new(self: Tensor, *data: object, device: object = None) -> Tensor:
    """Return a tensor of sizes or of data in this tensor's dtype."""
    return wrap(_made(data, self.dtype))


class _OldType(type):
    """What `torch.FloatTensor` is: makes tensors, and says which tensors are of its dtype."""

    dtype: dtypes.DType

    @silently
    def __call__(cls, *data: object) -> Tensor:
        return wrap(_made(data, cls.dtype))

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, Tensor) and value.dtype is cls.dtype

    def __repr__(cls) -> str:
        return f"<class 'torch.{cls.__name__}'>"


unwrap(_OldType.__call__).__qualname__ = "new"  # which PyTorch calls it

for _dtype in (dtypes.float32, dtypes.float64, dtypes.float16, dtypes.int64, dtypes.int32,
               dtypes.int16, dtypes.int8, dtypes.uint8, dtypes.bool_):  # fmt: skip
    _name = f"{_dtype.scalar}Tensor"
    FUNCTIONS[_name] = _OldType(
        _name, (), {"dtype": _dtype, "__module__": "torch", "__doc__": f"Tensors of {_dtype}."}
    )
