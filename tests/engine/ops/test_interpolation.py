"""Signals drawn longer and shorter, by hand, and window functions."""

import math

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn

from .flows import gradients

F = nn.functional
X = torch.tensor([[[0.0, 10.0, 20.0, 30.0]]])


def _drawn(size: int, mode: str, **options: bool) -> list[float]:
    drawn: list[float] = F.interpolate(X, size, mode=mode, **options)[0, 0].tolist()
    return drawn


def test_nearest() -> None:
    """Output i is input floor(i * 4 / size); the exact one looks under its middle."""
    assert _drawn(8, "nearest") == [0, 0, 10, 10, 20, 20, 30, 30]
    assert _drawn(6, "nearest") == [0, 0, 10, 20, 20, 30]
    assert _drawn(3, "nearest") == [0, 10, 20]
    assert _drawn(3, "nearest-exact") == [0, 20, 30]


def test_linear() -> None:
    """Between the middles of two inputs; with aligned corners from end to end."""
    assert _drawn(8, "linear") == [0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30]
    assert _drawn(7, "linear", align_corners=True) == [0, 5, 10, 15, 20, 25, 30]
    assert _drawn(1, "linear", align_corners=True) == [0]
    assert _drawn(2, "linear") == [5, 25]
    assert _drawn(4, "linear") == [0, 10, 20, 30]


def test_area() -> None:
    """The mean of the inputs that an output covers."""
    assert _drawn(2, "area") == [(0 + 10) / 2, (20 + 30) / 2]


def test_a_factor_is_not_worked_out_anew_unless_asked() -> None:
    """By 1.6 the fourth of six outputs is input floor(3 / 1.6), recomputed floor(3 * 4 / 6)."""
    assert F.interpolate(X, scale_factor=1.6)[0, 0].tolist() == [0, 0, 10, 10, 20, 30]
    anew = F.interpolate(X, scale_factor=1.6, recompute_scale_factor=True)
    assert anew[0, 0].tolist() == [0, 0, 10, 20, 20, 30]


def test_what_flows_back() -> None:
    """To an input go the gradients of all outputs that it is, or its share of them."""
    assert gradients(lambda x: F.interpolate(x, 5), [[[1.0, 2.0]]]) == [[[[1 + 2 + 3, 4 + 5]]]]
    to_x = gradients(lambda x: F.interpolate(x, 3, mode="linear", align_corners=True), [[[1.0, 2]]])
    assert to_x == [[[[1 + 2 / 2, 2 / 2 + 3]]]]


def test_images_are_pytorchs() -> None:
    """What is there for signals only says so, and where the rest is."""
    with pytest.raises(NotImplementedError, match=r"PyTorch's, but .* conv1d-tutor --engine torch"):
        F.interpolate(torch.ones(1, 1, 2, 2), 4)


# --- window functions


def test_hann_and_hamming() -> None:
    """One wave over the window; a periodic one is the first part of one that is one longer."""
    wave = [math.cos(2 * math.pi * n / 8) for n in range(8)]
    assert torch.hann_window(8).tolist() == pytest.approx([0.5 - 0.5 * c for c in wave], abs=2e-7)
    hamming = torch.hamming_window(8, dtype=torch.float64)
    assert hamming.tolist() == pytest.approx([0.54 - 0.46 * c for c in wave])
    assert torch.hann_window(8).equal(torch.hann_window(9, periodic=False)[:8])
    assert torch.hann_window(5, periodic=False).tolist() == pytest.approx([0, 0.5, 1, 0.5, 0])
    other = torch.hamming_window(4, True, 0.6, 0.4)
    assert other.tolist() == pytest.approx([0.6 - 0.4, 0.6, 0.6 + 0.4, 0.6])


def test_blackman_and_bartlett() -> None:
    """Two waves; and two straight lines."""
    expected = [0.42 - 0.5 * math.cos(math.pi * n / 2) + 0.08 * math.cos(math.pi * n)
                for n in range(4)]  # fmt: skip
    assert torch.blackman_window(4).tolist() == pytest.approx(expected, abs=1e-7)
    assert torch.bartlett_window(5, periodic=False).tolist() == [0, 0.5, 1, 0.5, 0]
    assert torch.bartlett_window(4).tolist() == [0, 0.5, 1, 0.5]
    assert torch.bartlett_window(6, periodic=False).tolist() == pytest.approx(
        [0, 0.4, 0.8, 0.8, 0.4, 0]
    )


def test_windows_of_nothing_and_of_one() -> None:
    """No position, and one of weight 1, in the dtype that was asked for."""
    for make in (torch.hann_window, torch.blackman_window, torch.bartlett_window):
        assert make(0).shape == (0,)
        assert make(1, dtype=torch.float64).tolist() == [1]
        assert make(3, requires_grad=True).requires_grad
