"""Sums of products over chosen dims, worked out by hand."""

import pytest

from conv1d_tutor import engine as torch

from .flows import gradients

A = [[1.0, 2.0], [3.0, 4.0]]
V = [10.0, 100.0]


@pytest.mark.parametrize(
    ("equation", "expected"),
    [
        ("ij,j->i", [1 * 10 + 2 * 100, 3 * 10 + 4 * 100]),
        ("ij,i->j", [1 * 10 + 3 * 100, 2 * 10 + 4 * 100]),
        ("ij,j->", 210 + 430),
        ("ij,j", [210, 430]),
        ("ij,k->k", [10 * 10, 10 * 100]),
        ("ji,j->ij", [[10, 300], [20, 400]]),
        ("...j,j->...", [210, 430]),
    ],
)
def test_a_matrix_and_a_vector(equation: str, expected: object) -> None:
    """What is not named behind the arrow is summed over."""
    assert torch.einsum(equation, torch.tensor(A), torch.tensor(V)).tolist() == expected


def test_one_operand() -> None:
    """The trace, the diagonal, the sum of rows, and the dims in the order of the alphabet."""
    a = torch.tensor(A)
    assert torch.einsum("ii", a).item() == 1 + 4
    assert torch.einsum("ii->i", a).tolist() == [1, 4]
    assert torch.einsum("ij->i", a).tolist() == [3, 7]
    assert torch.einsum("ba", a).tolist() == [[1, 3], [2, 4]]


def test_three_operands() -> None:
    """Each dim is summed over when the last that has it comes."""
    a, v = torch.tensor(A), torch.tensor(V)
    assert torch.einsum("i,ij,j->", v, a, v).item() == 100 * 1 + 1000 * (2 + 3) + 10000 * 4
    assert torch.einsum("ij,jk,kl->il", a, a, a).tolist() == (a @ a @ a).tolist()


def test_gradients_of_einsum() -> None:
    """Each operand gets the products of the others."""
    to_matrix, to_vector = gradients(lambda a, v: torch.einsum("ij,j->i", a, v), A, V)
    assert to_matrix == [[1 * 10, 1 * 100], [2 * 10, 2 * 100]]
    assert to_vector == [1 * 1 + 2 * 3, 1 * 2 + 2 * 4]


@pytest.mark.parametrize(
    ("equation", "text"),
    [
        ("i1,j->i", "invalid subscript given at index 1 in the equation string"),
        ("ij,j->1", "invalid subscript given at index 6 in the equation string"),
        ("ij,j->k", "output subscript k does not appear in the equation"),
        ("ij,j->ii", "output subscript i appears more than once in the output"),
        ("ijk,j->i", r"subscripts in the equation \(3\) does not match the number of dimensions"),
        ("ij->i", "more operands were provided than specified"),
    ],
)
def test_wrong_equations(equation: str, text: str) -> None:
    """What is wrong is named with its place, in PyTorch's words."""
    with pytest.raises(RuntimeError, match=text):
        torch.einsum(equation, torch.tensor(A), torch.tensor(V))


def test_tensordot_and_inner() -> None:
    """`tensordot` pairs the dims it is told, `inner` the last ones."""
    a = torch.tensor(A)
    assert torch.tensordot(a, a).item() == 1 + 4 + 9 + 16
    assert torch.tensordot(a, a, 1).tolist() == (a @ a).tolist()
    assert torch.tensordot(a, a, ([0], [0])).tolist() == (a.T @ a).tolist()
    assert torch.inner(a, torch.tensor(V)).tolist() == [210, 430]
    assert torch.inner(a, torch.tensor(2.0)).tolist() == [[2, 4], [6, 8]]
    assert gradients(lambda x, y: torch.tensordot(x, y, ([0], [1])), A, A) == [
        [[1 * 1 + 2 * 3, 3 * 1 + 4 * 3], [1 * 2 + 2 * 4, 3 * 2 + 4 * 4]],
        [[1 * 1 + 3 * 2, 1 * 3 + 3 * 4], [2 * 1 + 4 * 2, 2 * 3 + 4 * 4]],
    ]
    with pytest.raises(RuntimeError, match="both dimension lists should have same length"):
        torch.tensordot(a, a, ([0, 1], [0]))
