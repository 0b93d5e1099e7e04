"""`torch.backends.mps`: the graphics processor of Apple's machines, which is not used here."""

from ..core.op import python_function

__all__ = ["is_available", "is_built"]


@python_function("torch.backends.mps")
def is_available() -> bool:
    """Return whether MPS can be used: the bundled engine computes on the CPU only."""
    return False


@python_function("torch.backends.mps")
def is_built() -> bool:
    """Return whether MPS was built in."""
    return False
