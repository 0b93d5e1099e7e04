"""What the learner imports as `torch`: PyTorch's face on numpy."""

from . import backward, creation, printing, random  # noqa: F401 - they put themselves on the face
from .backward import enable_grad, inference_mode, no_grad, set_grad_enabled
from .dtypes import BY_NAME
from .generator import Generator, default_generator
from .size import Size
from .surface import FUNCTIONS
from .tensor import Device as device  # noqa: N813 - PyTorch's name
from .tensor import Parameter, Tensor

__version__ = "2.13.0+conv1d.tutor"

globals().update(FUNCTIONS)
globals().update(BY_NAME)

__all__ = [
    "Generator",
    "Parameter",
    "Size",
    "Tensor",
    "default_generator",
    "device",
    "enable_grad",
    "inference_mode",
    "no_grad",
    "set_grad_enabled",
]
__all__.extend((*FUNCTIONS, *BY_NAME))
