"""Dims are counted from the front and checked."""

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.core.dims import as_dim, as_dims, as_real_dim, axes_of, saved_dims


def test_a_dim_is_counted_from_the_front() -> None:
    """-1 is the last one; a number alone counts as having one dim."""
    assert [as_dim(dim, 3) for dim in (-3, -1, 0, 2)] == [0, 2, 0, 2]
    assert as_dim(-1, 0) == as_dim(0, 0) == 0
    for dim, ndim, reach in ((3, 3, "[-3, 2]"), (-4, 3, "[-3, 2]"), (1, 0, "[-1, 0]")):
        with pytest.raises(IndexError) as refused:
            as_dim(dim, ndim)
        assert f"expected to be in range of {reach}, but got {dim}" in str(refused.value)
    with pytest.raises(IndexError, match="Dimension specified as 0 but tensor has no dimensions"):
        as_real_dim(0, 0)


def test_dims_are_different() -> None:
    """The same one counted from either end is the same."""
    assert as_dims((0, -1), 3) == (0, 2)
    assert as_dims(1, 3) == (1,)
    with pytest.raises(RuntimeError, match="dim 2 appears multiple times in the list of dims"):
        as_dims((2, -1), 3)


def test_a_reduction_of_no_dims_is_of_all() -> None:
    """A number alone has no axis, whatever dim is named."""
    assert axes_of(None, 2) == axes_of((), 2) == (0, 1)
    assert axes_of(0, 2) == (0,)
    assert axes_of(-1, 0) == ()
    assert torch.tensor(3.0).sum(0).item() == 3


def test_nodes_keep_dims_unsigned() -> None:
    """-1 is kept as 64 bits have it."""
    assert saved_dims(-1) == (2**64 - 1,)
    assert saved_dims((0, 1)) == (0, 1)


def test_three_operands_broadcast_or_not() -> None:
    """A number alone between two others changes nothing."""
    two, one, three = torch.ones(2), torch.tensor(1.0), torch.ones(3)
    assert torch.addcmul(two, one, two).tolist() == [2, 2]
    with pytest.raises(RuntimeError, match=r"size of tensor a \(2\) must match the size of tens"):
        torch.addcmul(two, one, three)
