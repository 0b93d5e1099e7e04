"""Element types: PyTorch's names for numpy's, and which one comes of mixing two.

The lattice is PyTorch's: a tensor's dimensions outrank a 0-d tensor, which outranks a Python
number; the lower rank only counts when it is of a higher kind (bool < integer < floating).
"""

from functools import cache
from math import isfinite
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .builtin import Builtin
from .missing import Answering

Array = npt.NDArray[Any]

_BOOL, _INTEGER, _FLOATING = 0, 1, 2


class DType(Answering, metaclass=Builtin):
    """A `torch.dtype`: how every element of a tensor is stored, such as `torch.float32`.

    The name says what it holds (`float`: fractions, `int`: whole numbers, `uint`: whole numbers
    from 0 on, `bool`: True or False) and how many bits each element takes.
    """

    # `scalar` is PyTorch's C++ name as its error texts use it (`Float`), `c_name` the C type
    # (`float`), `kind` 0 for bool, 1 for integers, 2 for floating point.

    __slots__ = ("c_name", "kind", "name", "numpy", "scalar")

    def __init__(self, name: str, numpy: npt.DTypeLike, scalar: str, c_name: str) -> None:
        self.name = name
        self.numpy: np.dtype[Any] = np.dtype(numpy)
        self.scalar = scalar
        self.c_name = c_name
        self.kind = {"b": _BOOL, "i": _INTEGER, "u": _INTEGER, "f": _FLOATING}[self.numpy.kind]

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> tuple[object, ...]:
        return _by_name, (self.name,)

    @property
    def itemsize(self) -> int:
        """The bytes of one element."""
        return self.numpy.itemsize

    @property
    def is_floating_point(self) -> bool:
        """Whether it holds fractions."""
        return self.kind == _FLOATING

    @property
    def is_complex(self) -> bool:
        """Whether it is complex; the bundled engine has none that is."""
        return False

    @property
    def is_signed(self) -> bool:
        """Whether it can hold a negative number."""
        return self.numpy.kind in "if"


DType.called("torch.dtype")
DType.__module__ = "torch"

float32: Final = DType("float32", np.float32, "Float", "float")
float64: Final = DType("float64", np.float64, "Double", "double")
float16: Final = DType("float16", np.float16, "Half", "c10::Half")
int64: Final = DType("int64", np.int64, "Long", "long int")
int32: Final = DType("int32", np.int32, "Int", "int")
int16: Final = DType("int16", np.int16, "Short", "short int")
int8: Final = DType("int8", np.int8, "Char", "signed char")
uint8: Final = DType("uint8", np.uint8, "Byte", "unsigned char")
bool_: Final = DType("bool", np.bool_, "Bool", "bool")

_ALL = (float32, float64, float16, int64, int32, int16, int8, uint8, bool_)
_BY_NUMPY = {each.numpy: each for each in _ALL}
_BY_OWN_NAME = {each.name: each for each in _ALL}

BY_NAME: Final = _BY_OWN_NAME | {
    "float": float32,
    "double": float64,
    "half": float16,
    "long": int64,
    "int": int32,
    "short": int16,
}
"""Every name under which `torch.` offers a dtype."""

_PYTHON_TYPES: dict[object, DType] = {float: float64, int: int64, bool: bool_}


class _Default:
    """The dtype of a float that was given no dtype; a learner may change it."""

    dtype = float32


def _by_name(name: str) -> DType:
    return _BY_OWN_NAME[name]


def as_number_of(dtype: DType, value: float) -> float:
    """Return a number as a tensor of `dtype` keeps it; RuntimeError where it is too large.

    A negative one wraps round in an unsigned dtype, as in C.
    """
    if dtype.kind == _FLOATING:
        # Of the floats only this one minds: float16 makes infinity of what is too large.
        if dtype is float32 and isfinite(value) and abs(value) > np.finfo(np.float32).max:
            raise _overflow(dtype)
        return value
    if dtype.kind != _INTEGER:
        return value
    if not isfinite(value):
        raise _overflow(dtype)
    whole, range_ = int(value), np.iinfo(dtype.numpy)
    if not (-range_.max if range_.min == 0 else range_.min) <= whole <= range_.max:
        raise _overflow(dtype)
    return whole % (range_.max + 1) if range_.min == 0 else whole


def _overflow(dtype: DType) -> RuntimeError:
    name = dtype.c_name if dtype.kind == _FLOATING else f"{dtype.name}_t"
    name = "int" if dtype.name == "int32" else name
    return RuntimeError(f"value cannot be converted to type {name} without overflow")


def of_array(array: Array) -> DType:
    """Return the dtype of an ndarray; KeyError where PyTorch's face here has none."""
    return _BY_NUMPY[array.dtype]


def of_python_type(kind: object) -> DType | None:
    """Return the dtype that `dtype=float`, `int` or `bool` means, else None."""
    return _PYTHON_TYPES.get(kind)


def of_value(value: object) -> DType:
    """Return the dtype that a Python number gets in a tensor of its own."""
    if isinstance(value, bool | np.bool_):
        return bool_
    return int64 if isinstance(value, int | np.integer) else _Default.dtype


def default_dtype() -> DType:
    """Return the dtype of a float that was given none (`torch.get_default_dtype`)."""
    return _Default.dtype


def set_default(dtype: DType) -> None:
    """Make `dtype` the dtype of a float that is given none."""
    _Default.dtype = dtype


def _join(a: DType, b: DType) -> DType:
    """Return the dtype that holds both, as PyTorch's table has it."""
    if a is b:
        return a
    if a.kind != b.kind:
        return a if a.kind > b.kind else b
    return _BY_NUMPY[np.promote_types(a.numpy, b.numpy)]


@cache
def promoted(*operands: tuple[DType, int]) -> DType:
    """Return the dtype of mixing `operands`, pairs of a dtype and a rank.

    Rank 2 is a tensor with dimensions, 1 a 0-d tensor, 0 a Python number.
    """
    best: DType | None = None
    for rank in (2, 1, 0):
        for dtype, own_rank in operands:
            if own_rank != rank:
                continue
            if best is None:
                best, best_rank = dtype, rank
            elif best_rank == rank:
                best = _join(best, dtype)
            elif dtype.kind > best.kind:
                best = dtype
                best_rank = rank
    assert best is not None
    return best


# --- the limits of a dtype


class finfo:  # noqa: N801 - PyTorch's name
    """The limits of a floating dtype: its largest number, its smallest, its finest step at 1."""

    __module__ = "torch"

    def __init__(self, type: DType | None = None) -> None:
        chosen = default_dtype() if type is None else type
        if chosen.kind != 2:
            raise TypeError(
                f"torch.finfo() requires a floating point input type. Use torch.iinfo to handle "
                f"'{chosen.scalar}'"
            )
        limits = np.finfo(chosen.numpy)
        self.dtype = chosen.name
        self.bits = int(limits.bits)
        self.max, self.min = float(limits.max), float(limits.min)
        self.eps, self.resolution = float(limits.eps), float(limits.resolution)
        self.tiny = self.smallest_normal = float(limits.tiny)

    def __repr__(self) -> str:
        parts = {
            "resolution": self.resolution,
            "min": self.min,
            "max": self.max,
            "eps": self.eps,
            "smallest_normal": self.smallest_normal,
            "tiny": self.tiny,
        }
        shown = ", ".join(f"{name}={value:g}" for name, value in parts.items())
        return f"finfo({shown}, dtype={self.dtype})"


class iinfo:  # noqa: N801
    """The limits of an integer dtype: its largest number and its smallest."""

    __module__ = "torch"

    def __init__(self, type: DType) -> None:
        if type.kind != 1:
            raise TypeError(
                f"torch.iinfo() requires an integer input type. Use torch.finfo to handle "
                f"'{type.scalar}'"
            )
        limits = np.iinfo(type.numpy)
        self.dtype = type.name
        self.bits = int(limits.bits)
        self.max, self.min = int(limits.max), int(limits.min)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
