"""Window functions: what a piece of a signal is multiplied with before its spectrum is taken."""

from math import pi

import numpy as np

from ..core import dtypes, guard
from ..core.dtypes import DType
from ..core.graph import made
from ..core.op import declared
from ..core.tensor import Array, Tensor


def _positions(name: str, length: int, periodic: bool, dtype: DType | None) -> Array | None:
    """Return 0, 1, 2 … in the dtype; a periodic window is one longer, and its last is left out.

    None where the window has one position at most. RuntimeError in PyTorch's words where the
    length is negative or the dtype none of floating numbers.
    """
    chosen = dtype or dtypes.default_dtype()
    if not chosen.is_floating_point:
        raise RuntimeError(
            f"{name} expects floating point dtypes, got: TensorOptions(dtype={chosen.c_name}, "
            "device=cpu, layout=Strided (default), requires_grad=false (default), "
            "pinned_memory=false, memory_format=(nullopt))"
        )
    if length < 0:
        raise RuntimeError(
            f"{name} requires non-negative window_length, got window_length={length}"
        )
    guard.check_shape((length,), chosen.numpy)
    if length < 2:
        return None
    return np.arange(length + 1 if periodic else length).astype(chosen.numpy)


def _short(length: int, dtype: DType | None) -> Tensor:
    return made(np.ones(length, (dtype or dtypes.default_dtype()).numpy))


def _cosine(angles: Array) -> Array:
    # By way of float64, whose rounding is the one that PyTorch's single precision has.
    return np.cos(angles.astype(np.float64)).astype(angles.dtype)


def _raised_cosine(
    name: str, length: int, periodic: bool, alpha: float, beta: float, dtype: DType | None
) -> Tensor:
    at = _positions(name, length, periodic, dtype)
    if at is None:
        return _short(length, dtype)
    number = at.dtype.type
    bent = _cosine(at * number(2 * pi / (len(at) - 1)))
    return made((bent * number(-beta) + number(alpha))[:length])


@declared(
    "hann_window(int window_length, *, TensorOptions options)",
    "hann_window(int window_length, bool periodic, *, TensorOptions options)",
    method=False,
)
def hann_window(window_length: int, periodic: bool = True, dtype: DType | None = None) -> Tensor:
    """Return 0.5 - 0.5 * cos(2 * pi * n / N): one wave, from 0 over 1 back to 0."""
    return _raised_cosine("hann_window", window_length, periodic, 0.5, 0.5, dtype)


@declared(
    "hamming_window(int window_length, *, TensorOptions options)",
    "hamming_window(int window_length, bool periodic, *, TensorOptions options)",
    "hamming_window(int window_length, bool periodic, float alpha, *, TensorOptions options)",
    "hamming_window(int window_length, bool periodic, float alpha, float beta, *, "
    "TensorOptions options)",
    method=False,
)
def hamming_window(
    window_length: int,
    periodic: bool = True,
    alpha: float = 0.54,
    beta: float = 0.46,
    dtype: DType | None = None,
) -> Tensor:
    """Return alpha - beta * cos(2 * pi * n / N): one wave that does not go down to 0."""
    return _raised_cosine("hamming_window", window_length, periodic, alpha, beta, dtype)


@declared(
    "blackman_window(int window_length, *, TensorOptions options)",
    "blackman_window(int window_length, bool periodic, *, TensorOptions options)",
    method=False,
)
def blackman_window(
    window_length: int, periodic: bool = True, dtype: DType | None = None
) -> Tensor:
    """Return 0.42 - 0.5 * cos(2 * pi * n / N) + 0.08 * cos(4 * pi * n / N)."""
    at = _positions("blackman_window", window_length, periodic, dtype)
    if at is None:
        return _short(window_length, dtype)
    number = at.dtype.type
    angles = at * number(pi / (len(at) - 1))
    fast, slow = _cosine(angles * number(4)), _cosine(angles * number(2))
    window = fast * number(0.08) - slow * number(0.5) + number(0.42)
    return made(window[:window_length])


@declared(
    "bartlett_window(int window_length, *, TensorOptions options)",
    "bartlett_window(int window_length, bool periodic, *, TensorOptions options)",
    method=False,
)
def bartlett_window(
    window_length: int, periodic: bool = True, dtype: DType | None = None
) -> Tensor:
    """Return a triangle: from 0 straight up to 1 and down again."""
    at = _positions("bartlett_window", window_length, periodic, dtype)
    if at is None:
        return _short(window_length, dtype)
    number = at.dtype.type
    window = at * number(2 / (len(at) - 1))
    falling = (len(at) - 1) // 2 + 1
    window[falling:] = window[falling:] * number(-1) + number(2)
    return made(window[:window_length])
