"""Gradients kept from growing too large."""

from collections.abc import Iterable

import numpy as np

from ...core.guard import silently
from ...core.op import python_function
from ...core.tensor import Tensor, wrap

HERE = "torch.nn.utils.clip_grad"


def _several(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [parameters] if isinstance(parameters, Tensor) else list(parameters)


@python_function(HERE)
@silently
def get_total_norm(
    tensors: Tensor | Iterable[Tensor],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Return the norm of all numbers of several tensors as if they were one vector."""
    several = [each for each in _several(tensors) if each.device.type]
    norm_type = float(norm_type)
    norms = [np.linalg.norm(each._array.ravel(), norm_type) for each in several]
    dtype = np.result_type(*norms) if norms else np.float32
    total = np.linalg.norm(np.array(norms, dtype), norm_type) if norms else np.float32(0)
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, "
            "so it cannot be clipped. To disable this error and scale the gradients by the "
            "non-finite norm anyway, set `error_if_nonfinite=False`"
        )
    return wrap(np.asarray(total, dtype))


@python_function(HERE)
@silently
def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale all gradients down so that their common norm is at most `max_norm`; return it."""
    gradients = [each.grad for each in _several(parameters) if each.grad is not None]
    total = get_total_norm(gradients, norm_type, error_if_nonfinite)
    scale = min(1.0, float(max_norm) / (float(total._array) + 1e-6))
    for gradient in gradients:
        gradient._array *= gradient._array.dtype.type(scale)
    return total


@python_function(HERE)
def clip_grad_value_(
    parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None
) -> None:
    """Bring every gradient into [-clip_value, clip_value]."""
    for each in _several(parameters):
        if each.grad is not None:
            held = each.grad._array
            np.clip(held, -clip_value, clip_value, out=held)
