"""What flows back through an operation, asked of it in one line."""

from collections.abc import Callable
from typing import Any

from conv1d_tutor import engine as torch

__all__ = ["gradients"]


def gradients(operation: Callable[..., Any], *values: Any) -> list[Any]:
    """Return what flows to each tensor where 1, 2, 3 and so on flow to the results."""
    tensors = [torch.tensor(value, requires_grad=True) for value in values]
    result = operation(*tensors)
    (result * torch.arange(1.0, result.numel() + 1).reshape(result.shape)).sum().backward()
    return [each.grad.tolist() for each in tensors]
