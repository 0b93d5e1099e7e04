"""What stands in the graph where an operation was not given one of its tensors."""

import numpy as np

from ...tensor import wrap

__all__ = ["ABSENT"]

ABSENT = wrap(np.empty(0, np.float32))
"""Requires no gradient, so the edge to it leads nowhere: (None, 0), as PyTorch's does."""
