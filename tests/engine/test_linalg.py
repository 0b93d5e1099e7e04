"""`torch.linalg`, worked out by hand for matrices of two rows."""

from math import inf

import pytest

from conv1d_tutor import engine as torch

from .ops.flows import gradients

A = [[1.0, 2.0], [3.0, 5.0]]


def close(given: object, expected: object) -> None:
    """Hold nested numbers to others, up to rounding."""
    assert torch.allclose(torch.tensor(given).float(), torch.tensor(expected).float(), atol=1e-4)


def test_inverse_and_determinant() -> None:
    """[[a, b], [c, d]] has the determinant a d - b c."""
    a = torch.tensor(A)
    close(torch.linalg.det(a).item(), 1 * 5 - 2 * 3)
    close(torch.linalg.inv(a).tolist(), [[-5, 2], [3, -1]])
    close(gradients(torch.linalg.det, A), [[[5, -3], [-2, 1]]])
    # With X the inverse and g what flows: -X.T g X.T.
    (flown,) = gradients(torch.linalg.inv, A)
    transposed = torch.linalg.inv(a).T
    close(flown, (-transposed @ torch.tensor([[1.0, 2], [3, 4]]) @ transposed).tolist())


def test_solve() -> None:
    """A x = b, of a vector and of several columns."""
    a = torch.tensor(A)
    close(torch.linalg.solve(a, torch.tensor([5.0, 13])).tolist(), [1, 2])
    close(torch.linalg.solve(a, torch.tensor([[1.0, 2], [3, 5]])).tolist(), [[1, 0], [0, 1]])
    to_matrix, to_right = gradients(torch.linalg.solve, A, [5.0, 13.0])
    # y solves A.T y = (1, 2); x is (1, 2); to A flows -y x.T.
    y = [1.0, 0.0]
    close(to_right, y)
    close(to_matrix, [[-y[0] * 1, -y[0] * 2], [-y[1] * 1, -y[1] * 2]])


def test_norms() -> None:
    """Of a vector its length; of a matrix the largest sum of a column or a row."""
    a = torch.tensor([[1.0, -2.0], [3.0, 5.0]])
    assert torch.linalg.norm(torch.tensor([3.0, 4.0])).item() == 5
    assert torch.linalg.norm(a).item() == pytest.approx((1 + 4 + 9 + 25) ** 0.5)
    assert torch.linalg.norm(a, 1).item() == 2 + 5
    assert torch.linalg.norm(a, -1).item() == 1 + 3
    assert torch.linalg.norm(a, inf).item() == 3 + 5
    assert torch.linalg.norm(a, -inf).item() == 1 + 2
    assert torch.linalg.norm(a, 1, keepdim=True).shape == (1, 1)
    assert torch.linalg.norm(a, 1, dim=1).tolist() == [3, 8]
    singular = torch.linalg.norm(a, 2).item(), torch.linalg.norm(a, -2).item()
    assert singular[0] * singular[1] == pytest.approx(abs(1 * 5 - -2 * 3))
    assert torch.linalg.norm(a, "nuc").item() == pytest.approx(sum(singular))
    assert torch.norm(a, "nuc", keepdim=True).shape == (1, 1)


def test_rank() -> None:
    """How many rows are independent."""
    assert torch.linalg.matrix_rank(torch.tensor(A)).item() == 2
    assert torch.linalg.matrix_rank(torch.tensor([[1.0, 2], [2, 4]])).item() == 1
    small = torch.tensor([[1.0, 0.0], [0.0, 1e-3]])
    ranks = [
        torch.linalg.matrix_rank(small, **by).item() for by in ({}, {"atol": 0.1}, {"rtol": 1})
    ]
    assert ranks == [2, 1, 0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("inv", "linalg.inv: A must be batches of square matrices, but they are 2 by 3 matrices"),
        ("det", "linalg.det: A must be batches of square matrices, but they are 2 by 3 matrices"),
    ],
)
def test_what_is_not_square(name: str, text: str) -> None:
    """PyTorch's words for it."""
    with pytest.raises(RuntimeError) as caught:
        getattr(torch.linalg, name)(torch.zeros(2, 3))
    assert str(caught.value) == text


def test_singular_matrices() -> None:
    """The place of the pivot that is missing is named."""
    with pytest.raises(torch.linalg.LinAlgError, match="The diagonal element 2 is zero"):
        torch.linalg.inv(torch.tensor([[1.0, 2], [2, 4]]))
    with pytest.raises(torch.linalg.LinAlgError, match="input matrix is singular"):
        torch.linalg.solve(torch.zeros(2, 2), torch.zeros(2))
