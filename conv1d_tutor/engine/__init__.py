"""What the learner imports as `torch`: PyTorch's face on numpy."""

from math import e, inf, nan, pi
from sys import modules as _modules
from types import ModuleType as _ModuleType

from . import autograd, backends, cuda, linalg, nn, optim, random, serialization, utils
from .core import dtypes
from .core import memory as _memory  # noqa: F401 - puts methods on the tensor, as all below do
from .core import pickling as _pickling  # noqa: F401
from .core import printing as _printing  # noqa: F401
from .core.backward import enable_grad, inference_mode, no_grad, set_grad_enabled
from .core.device import Device as device  # noqa: N813 - PyTorch's name
from .core.dtypes import finfo, iinfo
from .core.face import as_torch as _as_torch
from .core.op import FUNCTIONS
from .core.size import Size
from .core.tensor import STRIDED, Tensor
from .core.tensor import Layout as layout  # noqa: N813
from .ops import (  # noqa: F401 - the operations put themselves on the face
    arithmetic,
    blas,
    comparison,
    conversion,
    counting,
    creation,
    cumulative,
    einsum,
    flipping,
    gathering,
    index_assignment,
    indexing,
    joining,
    legacy_types,
    logical,
    masking,
    matmul,
    norm,
    operators,
    permuting,
    pointwise,
    quantiles,
    reduction,
    repeating,
    scattering,
    shaping,
    softmax,
    sorting,
    splitting,
    strided_views,
    tensor_data,
    triangular,
    utilities,
    variance,
    weight_norm,
    window_functions,
)
from .random import default_generator
from .random.generator import Generator
from .serialization import load, save

__version__ = "2.13.0+conv1d.tutor"

dtype = dtypes.DType
strided = STRIDED
contiguous_format = "torch.contiguous_format"
preserve_format = "torch.preserve_format"
newaxis = None
_by_name = dtypes.BY_NAME

# A module of ours must not answer to a name of its own, such as `torch.shaping`.
_OWN = ("nn", "optim", "autograd", "backends", "cuda", "linalg", "random", "serialization", "utils")
for _module in [name for name, value in globals().items() if isinstance(value, _ModuleType)]:
    if _module not in _OWN:
        del globals()[_module]

globals().update(FUNCTIONS)
globals().update(_by_name)

__all__ = [
    "Generator",
    "Size",
    "Tensor",
    "autograd",
    "backends",
    "contiguous_format",
    "cuda",
    "default_generator",
    "device",
    "dtype",
    "e",
    "enable_grad",
    "finfo",
    "iinfo",
    "inf",
    "inference_mode",
    "layout",
    "linalg",
    "load",
    "nan",
    "newaxis",
    "nn",
    "no_grad",
    "optim",
    "pi",
    "preserve_format",
    "random",
    "save",
    "serialization",
    "set_grad_enabled",
    "strided",
    "utils",
]
__all__.extend((*FUNCTIONS, *_by_name))

_as_torch(_modules[__name__])
