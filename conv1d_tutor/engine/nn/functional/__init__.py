"""What the learner imports as `torch.nn.functional`."""

from types import ModuleType
from typing import NoReturn

from ...core.missing import missing as _missing
from .activation import (
    celu,
    elu,
    gelu,
    glu,
    log_softmax,
    logsigmoid,
    mish,
    relu,
    selu,
    sigmoid,
    silu,
    softmax,
    softmin,
    softplus,
    softsign,
    tanh,
    tanhshrink,
)
from .convolution import conv1d, conv_transpose1d
from .cross_entropy import cross_entropy, nll_loss
from .dropout import dropout, dropout1d
from .group_normalization import group_norm, instance_norm
from .interpolation import interpolate, upsample
from .linear import embedding, linear, one_hot
from .loss import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cosine_similarity,
    huber_loss,
    kl_div,
    l1_loss,
    mse_loss,
    smooth_l1_loss,
)
from .normalization import batch_norm, layer_norm, normalize
from .padding import pad
from .piecewise import (
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    leaky_relu,
    prelu,
    relu6,
    softshrink,
    threshold,
)
from .pooling import adaptive_avg_pool1d, adaptive_max_pool1d, avg_pool1d, max_pool1d

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_max_pool1d",
    "avg_pool1d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "celu",
    "conv1d",
    "conv_transpose1d",
    "cosine_similarity",
    "cross_entropy",
    "dropout",
    "dropout1d",
    "elu",
    "embedding",
    "gelu",
    "glu",
    "group_norm",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "huber_loss",
    "instance_norm",
    "interpolate",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsigmoid",
    "max_pool1d",
    "mish",
    "mse_loss",
    "nll_loss",
    "normalize",
    "one_hot",
    "pad",
    "prelu",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
    "upsample",
]

# A module of ours must not answer to a name of its own, such as `nn.conv`.
for _name in [each for each, value in globals().items() if isinstance(value, ModuleType)]:
    if _name not in __all__:
        del globals()[_name]


def __getattr__(name: str) -> NoReturn:
    plain = f"module 'torch.nn.functional' has no attribute '{name}'"
    raise _missing("torch.nn.functional", name, __all__, plain)


def __dir__() -> list[str]:
    return sorted(__all__)
