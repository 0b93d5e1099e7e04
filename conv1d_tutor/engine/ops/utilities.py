"""What `torch.` offers besides operations: questions, defaults, old constructors, devices."""

from typing import Any

import numpy as np

from ..core import dtypes
from ..core.device import CPU, Device
from ..core.promotion import joined_dtype
from ..core.size import Size
from ..core.surface import offered
from ..core.tensor import Tensor

__all__: list[str] = []


@offered("is_tensor", method=False)
def is_tensor(obj: object) -> bool:
    """Return whether something is a tensor."""
    return isinstance(obj, Tensor)


@offered("get_default_dtype", method=False)
def get_default_dtype() -> dtypes.DType:
    """Return the dtype of a float that was given none."""
    return dtypes.default_dtype()


@offered("set_default_dtype", method=False)
def set_default_dtype(d: Any) -> None:
    """Make `d` the dtype of a float that is given none."""
    if not isinstance(d, dtypes.DType) or not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    dtypes.set_default(d)


@offered("result_type", method=False)
def result_type(tensor1: Any, tensor2: Any) -> dtypes.DType:
    """Return the dtype that comes of mixing two."""
    return joined_dtype(tensor1, tensor2)


@offered("promote_types", method=False)
def promote_types(type1: dtypes.DType, type2: dtypes.DType) -> dtypes.DType:
    """Return the smallest dtype that holds both."""
    return dtypes.promoted((type1, 2), (type2, 2))


@offered("can_cast", method=False)
def can_cast(from_: dtypes.DType, to: dtypes.DType) -> bool:
    """Return whether a dtype may become another in place."""
    return from_.kind <= to.kind


@offered("broadcast_shapes", method=False)
def broadcast_shapes(*shapes: Any) -> Any:
    """Return the shape that several shapes broadcast to."""
    several = [(each,) if isinstance(each, int) else tuple(each) for each in shapes]
    return Size(np.broadcast_shapes(*several))


@offered("get_num_threads", method=False)
def get_num_threads() -> int:
    """Return how many threads compute."""
    return 1


@offered("set_num_threads", method=False)
def set_num_threads(num: int) -> None:
    """Take note of nothing: numpy decides how many threads compute."""


@offered("use_deterministic_algorithms", method=False)
def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Do nothing: every algorithm of the engine is deterministic."""


@offered("get_device", function=False)
def get_device(self: Tensor) -> int:
    """Return the number of the graphics card, -1 for the CPU."""
    return -1


@offered("get_default_device", method=False)
def get_default_device() -> Device:
    """Return where tensors are made: the CPU."""
    return CPU
