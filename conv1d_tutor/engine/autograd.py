"""`torch.autograd`: gradients for the asking, and whether operations are recorded."""

from typing import NoReturn

from .core.backward import (
    backward,
    enable_grad,
    grad,
    inference_mode,
    no_grad,
    set_grad_enabled,
)
from .core.missing import missing
from .core.tensor import Tensor

__all__ = [
    "Variable",
    "backward",
    "enable_grad",
    "grad",
    "inference_mode",
    "no_grad",
    "set_detect_anomaly",
    "set_grad_enabled",
]


def Variable(data: Tensor, requires_grad: bool = False) -> Tensor:  # noqa: N802 - PyTorch's name
    """Return the tensor itself; once tensors had to be wrapped to be differentiated."""
    if requires_grad:
        data.requires_grad = True
    return data


class set_detect_anomaly:  # noqa: N801 - PyTorch's name
    """Do nothing: the engine's errors name the operation that failed already."""

    def __init__(self, mode: bool = True) -> None:
        self.mode = mode

    def __enter__(self) -> None:
        return

    def __exit__(self, *error: object) -> None:
        return


detect_anomaly = set_detect_anomaly


def __getattr__(name: str) -> NoReturn:
    raise missing(
        "torch.autograd", name, __all__, f"module 'torch.autograd' has no attribute '{name}'"
    )
