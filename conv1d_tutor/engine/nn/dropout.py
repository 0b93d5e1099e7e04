"""`Dropout` and its fellows: leave numbers out at random while training."""

from ..core.tensor import Tensor
from . import functional as F  # noqa: N812 - as PyTorch users write it
from .module import Module


class _DropoutNd(Module):
    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p = p
        self.inplace = inplace

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_DropoutNd):
    """Set each number to 0 with probability `p` while training; scale the rest by 1 / (1 - p).

    In evaluation (`model.eval()`) it returns the input itself.
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.dropout(input, self.p, self.training, self.inplace)


class Dropout1d(_DropoutNd):
    """Set whole channels of (N, C, L) or (C, L) to 0 with probability `p` while training.

    The rest is scaled by 1 / (1 - p). In evaluation (`model.eval()`) it returns the input itself.
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.dropout1d(input, self.p, self.training, self.inplace)


class AlphaDropout(_DropoutNd):
    """Leave numbers out so that a mean of 0 and a variance of 1 stay: what goes with SELU.

    In evaluation (`model.eval()`) it returns the input itself.
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(_DropoutNd):
    """Leave whole channels of (N, C, ...) out as `AlphaDropout` leaves numbers out."""

    def forward(self, input: Tensor) -> Tensor:
        return F.feature_alpha_dropout(input, self.p, self.training)
