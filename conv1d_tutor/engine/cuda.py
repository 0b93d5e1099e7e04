"""`torch.cuda`, as on a machine without a graphics card."""


def is_available() -> bool:
    """Return whether CUDA can be used: the bundled engine computes on the CPU only."""
    return False


def device_count() -> int:
    """Return the number of graphics cards."""
    return 0


def manual_seed(seed: int) -> None:
    """Do nothing: there is no graphics card to seed."""


def manual_seed_all(seed: int) -> None:
    """Do nothing: there is no graphics card to seed."""
