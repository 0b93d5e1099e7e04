"""`torch.cuda`, as on a machine without a graphics card."""

from .core.op import python_function

__all__ = ["device_count", "empty_cache", "is_available", "manual_seed", "manual_seed_all"]


@python_function("torch.cuda")
def is_available() -> bool:
    """Return whether CUDA can be used: the bundled engine computes on the CPU only."""
    return False


@python_function("torch.cuda")
def device_count() -> int:
    """Return the number of graphics cards."""
    return 0


@python_function("torch.cuda")
def manual_seed(seed: int) -> None:
    """Do nothing: there is no graphics card to seed."""


@python_function("torch.cuda")
def manual_seed_all(seed: int) -> None:
    """Do nothing: there is no graphics card to seed."""


@python_function("torch.cuda")
def empty_cache() -> None:
    """Do nothing: there is no graphics card whose memory could be kept."""
