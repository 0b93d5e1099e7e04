"""`BatchNorm1d`, `InstanceNorm1d`, `GroupNorm` and `LayerNorm`."""

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..core.dtypes import DType
from ..core.op import FUNCTIONS
from ..core.tensor import Parameter, Tensor, wrap
from . import functional as F  # noqa: N812 - as PyTorch users write it
from . import init
from .module import Module
from .parameter import empty_parameter


class _Norm(Module):
    """A layer that scales and shifts what it has normalised."""

    weight: Parameter | None
    bias: Parameter | None

    def _register_affine(
        self,
        sizes: tuple[int, ...],
        affine: bool,
        bias: bool,
        device: object,
        dtype: DType | None,
    ) -> None:
        for name, is_there in (("weight", affine), ("bias", affine and bias)):
            made = empty_parameter(sizes, device, dtype) if is_there else None
            self.register_parameter(name, made)

    def reset_parameters(self) -> None:
        """Begin with a scale of 1 and a shift of 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)


class _NormBase(_Norm):
    """A layer that may follow the means and variances of what it has seen."""

    _version = 2  # since then batches are counted
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        device: object,
        dtype: DType | None,
        bias: bool,
    ) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self._register_affine((num_features,), affine, bias, device, dtype)
        tracked: dict[str, Tensor | None] = dict.fromkeys(
            ("running_mean", "running_var", "num_batches_tracked")
        )
        if track_running_stats:
            tracked = {
                "running_mean": FUNCTIONS["zeros"]((num_features,), device=device, dtype=dtype),
                "running_var": FUNCTIONS["ones"]((num_features,), device=device, dtype=dtype),
                "num_batches_tracked": wrap(np.array(0, np.int64)),
            }
        for name, buffer in tracked.items():
            self.register_buffer(name, buffer)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Forget what the batches so far were like."""
        for buffer, value in (
            (self.running_mean, 0),
            (self.running_var, 1),
            (self.num_batches_tracked, 0),
        ):
            if buffer is not None:
                buffer._array[...] = value

    def reset_parameters(self) -> None:
        """Forget the batches; begin with a scale of 1 and a shift of 0."""
        self.reset_running_stats()
        super().reset_parameters()

    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        *others: Any,
    ) -> None:
        """Take over a state as every module does; an old one has no count of batches."""
        key = f"{prefix}num_batches_tracked"
        is_old = (local_metadata.get("version") or 1) < self._version
        if is_old and self.num_batches_tracked is not None and key not in state_dict:
            state_dict[key] = self.num_batches_tracked
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *others)

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}, bias={self.bias is not None}, "
            f"track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_NormBase):
    __module__ = "torch.nn.modules.batchnorm"

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: object = None,
        dtype: DType | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias
        )


class BatchNorm1d(_BatchNorm):
    """Return (x - mean) / sqrt(variance + eps) * weight + bias of every channel: (N, C[, L]).

    In training by the batch's own mean and variance, which the running ones follow by `momentum`;
    in evaluation (`model.eval()`) by the running ones.
    """

    __module__ = "torch.nn.modules.batchnorm"

    def forward(self, input: Tensor) -> Tensor:
        if input.ndim not in (2, 3):
            raise ValueError(f"expected 2D or 3D input (got {input.ndim}D input)")
        momentum = 0.0 if self.momentum is None else self.momentum
        if self.training and self.track_running_stats and self.num_batches_tracked is not None:
            self.num_batches_tracked._array += 1
            if self.momentum is None:
                momentum = 1.0 / int(self.num_batches_tracked._array)
        by_batch = self.training or (self.running_mean is None and self.running_var is None)
        follow = not self.training or self.track_running_stats
        return F.batch_norm(
            input,
            self.running_mean if follow else None,
            self.running_var if follow else None,
            self.weight,
            self.bias,
            by_batch,
            momentum,
            self.eps,
        )


class _InstanceNorm(_NormBase):
    __module__ = "torch.nn.modules.instancenorm"

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: object = None,
        dtype: DType | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias
        )


class InstanceNorm1d(_InstanceNorm):
    """Return (x - mean) / sqrt(variance + eps) of every channel of every sample: (N, C, L).

    The batch axis N may be left out. With `affine` times a weight plus a bias, which are learned;
    with `track_running_stats`, evaluation is by the means and variances that were seen.
    """

    __module__ = "torch.nn.modules.instancenorm"

    def forward(self, input: Tensor) -> Tensor:
        if input.ndim not in (2, 3):
            raise ValueError(f"expected 2D or 3D input (got {input.ndim}D input)")
        axis = input.ndim - 2
        if input.shape[axis] != self.num_features:
            if self.affine:
                raise ValueError(
                    f"expected input's size at dim={axis} to match num_features "
                    f"({self.num_features}), but got: {input.shape[axis]}."
                )
            warnings.warn(
                f"input's size at dim={axis} does not match num_features. You can silence this "
                "warning by not passing in num_features, which is not used because affine=False",
                stacklevel=2,
            )
        if input.ndim == 2:
            return self._normalized(input.unsqueeze(0)).squeeze(0)
        return self._normalized(input)

    def _normalized(self, input: Tensor) -> Tensor:
        return F.instance_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )


class GroupNorm(_Norm):
    """Return (x - mean) / sqrt(variance + eps) * weight + bias: (N, C, *).

    Mean and variance are those of each of `num_groups` groups of a sample's channels.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: object = None,
        dtype: DType | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_channels % num_groups != 0:
            raise ValueError(
                f"num_channels ({num_channels}) must be divisible by num_groups ({num_groups})"
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        self._register_affine((num_channels,), affine, bias, device, dtype)
        self.reset_parameters()

    def forward(self, input: Tensor) -> Tensor:
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class LayerNorm(_Norm):
    """Return (x - mean) / sqrt(variance + eps) * weight + bias: (*, normalized_shape).

    Mean and variance are those of each sample's last axes, which `normalized_shape` names.
    """

    def __init__(
        self,
        normalized_shape: int | Iterable[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: object = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        sizes = (normalized_shape,) if isinstance(normalized_shape, int) else normalized_shape
        self.normalized_shape = tuple(sizes)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self._register_affine(self.normalized_shape, elementwise_affine, bias, device, dtype)
        self.reset_parameters()

    def forward(self, input: Tensor) -> Tensor:
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        )
