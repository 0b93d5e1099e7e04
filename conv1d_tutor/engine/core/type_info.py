"""`torch.finfo` and `torch.iinfo`: the largest, the smallest and the finest of a dtype."""

from typing import Any

import numpy as np

from . import dtypes

__all__ = ["finfo", "iinfo"]


class finfo:  # noqa: N801 - PyTorch's name
    """The limits of a floating dtype."""

    __module__ = "torch"

    def __init__(self, type: dtypes.DType | None = None) -> None:
        chosen = dtypes.default_dtype() if type is None else type
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
            "resolution": self.resolution, "min": self.min, "max": self.max, "eps": self.eps,
            "smallest_normal": self.smallest_normal, "tiny": self.tiny,
        }  # fmt: skip
        shown = ", ".join(f"{name}={value:g}" for name, value in parts.items())
        return f"finfo({shown}, dtype={self.dtype})"


class iinfo:  # noqa: N801
    """The limits of an integer dtype."""

    __module__ = "torch"

    def __init__(self, type: dtypes.DType) -> None:
        if type.kind != 1:
            raise TypeError(
                f"torch.iinfo() requires an integer input type. Use torch.finfo to handle "
                f"'{type.scalar}'"
            )
        limits: Any = np.iinfo(type.numpy)
        self.dtype = type.name
        self.bits = int(limits.bits)
        self.max, self.min = int(limits.max), int(limits.min)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
