"""What the learner imports as `torch`: PyTorch's face on numpy."""

from typing import Any

import numpy as np

from . import (  # noqa: F401 - the families of operations put themselves on the face
    arithmetic,
    backward,
    comparison,
    conversion,
    creation,
    dtypes,
    elementwise,
    indexing,
    joining,
    linear_algebra,
    printing,
    random,
    ranking,
    reductions,
    selecting,
    shaping,
)
from .backward import enable_grad, inference_mode, no_grad, set_grad_enabled
from .generator import Generator, default_generator
from .linear_algebra import linalg
from .size import Size
from .surface import FUNCTIONS
from .tensor import Device as device  # noqa: N813 - PyTorch's name
from .tensor import Parameter, Tensor

__version__ = "2.13.0+conv1d.tutor"

# PyTorch divides by zero and overflows without a word; so does the engine.
np.seterr(all="ignore")

globals().update(FUNCTIONS)
globals().update(dtypes.BY_NAME)

__all__ = [
    "Generator",
    "Parameter",
    "Size",
    "Tensor",
    "default_generator",
    "device",
    "enable_grad",
    "inference_mode",
    "linalg",
    "no_grad",
    "set_grad_enabled",
]
__all__.extend((*FUNCTIONS, *dtypes.BY_NAME))


def __getattr__(name: str) -> Any:
    raise AttributeError(f"module 'torch' has no attribute '{name}'")
