"""`torch.backends`: what PyTorch may compute with, as on a machine without a graphics card."""

from . import cudnn, mps

__all__ = ["cudnn", "mps"]
