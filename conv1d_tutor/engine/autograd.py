"""`torch.autograd`: gradients for the asking, and whether operations are recorded."""

from .core.backward import (
    backward,
    enable_grad,
    grad,
    inference_mode,
    no_grad,
    set_grad_enabled,
)
from .core.op import python_function
from .core.tensor import Tensor

__all__ = [
    "Variable",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "grad",
    "inference_mode",
    "no_grad",
    "set_detect_anomaly",
    "set_grad_enabled",
]


for _function in (backward, grad):
    _function.__module__ = "torch.autograd"


@python_function("torch.autograd.variable")
def Variable(data: Tensor, requires_grad: bool = False) -> Tensor:  # noqa: N802 - PyTorch's name
    """Return the tensor itself; once tensors had to be wrapped to be differentiated."""
    if requires_grad:
        data.requires_grad = True
    return data


class set_detect_anomaly:  # noqa: N801 - PyTorch's name
    """Do nothing: the engine's errors name the operation that failed already."""

    __module__ = "torch.autograd.anomaly_mode"

    def __init__(self, mode: bool = True, check_nan: bool = True) -> None:
        self.mode, self.check_nan = mode, check_nan

    def __enter__(self) -> None:
        return

    def __exit__(self, *error: object) -> None:
        return


class detect_anomaly(set_detect_anomaly):  # noqa: N801
    """Do nothing, as `set_detect_anomaly` does."""

    __module__ = "torch.autograd.anomaly_mode"

    def __init__(self, check_nan: bool = True) -> None:
        super().__init__(True, check_nan)
