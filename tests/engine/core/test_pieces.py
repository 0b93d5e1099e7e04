"""What is worked off in pieces is what numpy makes of the whole."""

import numpy as np
import pytest

from conv1d_tutor.engine.core.pieces import PIECE, in_pieces, sum_in_pieces, where

RANDOM = np.random.default_rng(0)
LONG = RANDOM.standard_normal((3, PIECE // 2 + 5)).astype(np.float32)


def test_pieces_are_put_together() -> None:
    """Every element is worked on once, in its place, and broadcast operands are given alike."""
    row = LONG[:1]
    seen: list[int] = []

    def added(x: np.ndarray, y: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        seen.append(x.size)
        return x + y

    assert (in_pieces(added, LONG, row) == LONG + row).all()
    assert max(seen) <= PIECE
    assert sum(seen) == LONG.size


def test_pieces_lie_as_numpys_own_results_do() -> None:
    """A transposed array gives a transposed one."""
    assert in_pieces(np.negative, LONG.T).strides == np.negative(LONG.T).strides


def test_pieces_can_be_written() -> None:
    """A function may write its piece of the result itself."""
    assert (in_pieces(np.negative, LONG, writes=True) == -LONG).all()


def test_a_sum_in_pieces() -> None:
    """It is the sum of what the function makes of all elements."""
    of_two = sum_in_pieces(np.multiply, LONG, LONG)
    assert of_two == pytest.approx(float((LONG.astype(np.float64) ** 2).sum()), rel=1e-6)
    assert sum_in_pieces(np.abs, LONG) == pytest.approx(float(np.abs(LONG).sum()), rel=1e-6)


@pytest.mark.parametrize("dtype", [np.bool_, np.int16, np.int64, np.float16, np.float32, float])
def test_where_is_numpys(dtype: type) -> None:
    """The same choice, dtype and layout, of arrays and of numbers, of nan and of -0 too."""
    condition = LONG > 0
    one = (LONG * 9).astype(dtype)
    other = np.asarray(3).astype(dtype)
    if np.dtype(dtype).kind == "f":
        one[0, :3] = np.nan, -0.0, np.inf
    for chosen, first, second in ((condition, one, other), (condition.T, other, one.T)):
        expected = np.where(chosen, first, second)
        got = where(chosen, first, second)
        assert got.dtype == expected.dtype
        assert got.strides == expected.strides
        assert got.tobytes() == expected.tobytes()
    assert where(condition, LONG, 0).dtype == np.float32
