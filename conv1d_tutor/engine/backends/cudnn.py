"""`torch.backends.cudnn`: switches that programs set at their start, and that change nothing here.

The bundled engine computes on the CPU only, and always the same way.
"""

from ..core.op import python_function

__all__ = ["allow_tf32", "benchmark", "deterministic", "enabled", "is_available"]

allow_tf32 = True
benchmark = False
deterministic = False
enabled = True


@python_function("torch.backends.cudnn")
def is_available() -> bool:
    """Return whether cuDNN can be used: it needs a graphics card."""
    return False
