"""Products of vectors and matrices, worked out by hand."""

from math import nan
from typing import Any

import pytest

from conv1d_tutor import engine as torch

from .flows import gradients

A = [[1.0, 2.0], [3.0, 4.0]]
B = [[5.0, 6.0], [7.0, 8.0]]
AB = [[1 * 5 + 2 * 7, 1 * 6 + 2 * 8], [3 * 5 + 4 * 7, 3 * 6 + 4 * 8]]


@pytest.mark.filterwarnings("ignore:Using torch.cross without")
def test_vectors() -> None:
    """`dot` adds up products, `outer` has them all, `cross` stands at right angles."""
    x, y = torch.tensor([1.0, 2, 3]), torch.tensor([4.0, 5, 6])
    assert torch.dot(x, y).item() == torch.vdot(x, y).item() == 1 * 4 + 2 * 5 + 3 * 6
    assert torch.outer(x, y[:2]).tolist() == [[4, 5], [8, 10], [12, 15]]
    assert torch.cross(x, y, dim=0).tolist() == [2 * 6 - 3 * 5, 3 * 4 - 1 * 6, 1 * 5 - 2 * 4]
    assert gradients(torch.cross, [1.0, 0, 0], [0.0, 1, 0]) == [[3, 0, -1], [0, 3, -2]]


@pytest.mark.filterwarnings("ignore:Using torch.cross without")
def test_cross_looks_for_three() -> None:
    """Without a dim it is the first that has three elements; with one it has to have them."""
    columns = torch.eye(3)[:, :2]
    others = torch.eye(3)[:, 1:]
    assert torch.cross(columns, others).tolist() == [[0, 1], [0, 0], [1, 0]]
    with pytest.raises(RuntimeError, match=r"dimension 1 must have length 3. Got 2 and 2"):
        torch.cross(columns, others, dim=1)
    with pytest.raises(RuntimeError, match="no dimension of size 3 in input"):
        torch.cross(columns[:2], others[:2])


def test_matrices() -> None:
    """`mv` and `mm` are rows times columns; their gradients are the other's, transposed."""
    assert torch.mm(torch.tensor(A), torch.tensor(B)).tolist() == AB
    assert torch.mv(torch.tensor(A), torch.tensor([5.0, 7])).tolist() == [19, 43]
    # What flows is [[1, 2], [3, 4]].
    assert gradients(torch.mm, A, B) == [
        [[1 * 5 + 2 * 6, 1 * 7 + 2 * 8], [3 * 5 + 4 * 6, 3 * 7 + 4 * 8]],
        [[1 * 1 + 3 * 3, 1 * 2 + 3 * 4], [2 * 1 + 4 * 3, 2 * 2 + 4 * 4]],
    ]
    assert gradients(torch.mv, [[1.0, 2, 3]], [4.0, 5, 6]) == [[[4, 5, 6]], [1, 2, 3]]
    assert gradients(torch.mv, A, [5.0, 7.0]) == [
        [[1 * 5, 1 * 7], [2 * 5, 2 * 7]],
        [1 * 1 + 2 * 3, 1 * 2 + 2 * 4],
    ]


@pytest.mark.parametrize(
    ("name", "wrap"),
    [("addmm", lambda matrix: matrix), ("baddbmm", lambda matrix: [matrix, matrix])],
)
def test_a_product_added(name: str, wrap: Any) -> None:
    """Beta * input + alpha * (a @ b), and what flows to each of the three."""
    operation = getattr(torch, name)
    one, two = torch.tensor(wrap(A)), torch.tensor(wrap(B))
    expected = wrap([[2 * 10 + 3 * value for value in row] for row in AB])
    ten = torch.full((2,), 10.0)
    assert operation(ten, one, two, beta=2, alpha=3).tolist() == expected
    assert getattr(one, f"{name}_")(one, two).tolist() == wrap([[20, 24], [46, 54]])

    def scaled(input: Any, a: Any, b: Any) -> Any:
        return operation(input, a, b, beta=2, alpha=3)

    to_input, to_one, to_two = gradients(scaled, wrap(A), wrap(A), wrap(B))
    first = to_input[0][0] if name == "baddbmm" else to_input[0]
    assert first == [2 * 1, 2 * 2]
    first_of_one = to_one[0] if name == "baddbmm" else to_one
    assert first_of_one == [[3 * 17, 3 * 23], [3 * 39, 3 * 53]]
    first_of_two = to_two[0] if name == "baddbmm" else to_two
    assert first_of_two == [[3 * 10, 3 * 14], [3 * 14, 3 * 20]]


def test_what_is_multiplied_by_zero_does_not_count() -> None:
    """With beta=0 the input may hold anything, as in PyTorch."""
    anything = torch.full((2, 2), nan)
    assert torch.addmm(anything, torch.tensor(A), torch.tensor(B), beta=0).tolist() == AB


def test_what_products_keep() -> None:
    """A factor is kept where the other needs a gradient; sizes and steps are kept beside it."""
    one, two = torch.tensor(A, requires_grad=True), torch.tensor(B).t()
    node = torch.mm(one, two).grad_fn
    assert node._saved_self is None
    assert node._saved_mat2 is two
    assert (node._saved_self_sym_sizes, node._saved_self_sym_strides) == ((2, 2), (2, 1))
    assert (node._saved_mat2_sym_sizes, node._saved_mat2_sym_strides) == ((2, 2), ())
    node = torch.mm(two, one).grad_fn
    assert node._saved_self_sym_strides == ()
    assert node._saved_mat2_sym_strides == (2, 1)


def test_kron() -> None:
    """Every element of one times all of the other, whatever their dims."""
    a, b = torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0], [10.0]])
    assert torch.kron(a, b).tolist() == [[1, 2], [10, 20]]
    assert torch.kron(torch.tensor([1.0, 2]), a).tolist() == [[1, 2, 2, 4]]
    assert gradients(torch.kron, [[1.0, 2.0]], [[1.0], [10.0]]) == [
        [[1 * 1 + 3 * 10, 2 * 1 + 4 * 10]],
        [[1 * 1 + 2 * 2], [3 * 1 + 4 * 2]],
    ]


def test_chain_matmul() -> None:
    """Several matrices, multiplied from the left."""
    a, b = torch.tensor(A), torch.tensor(B)
    assert torch.chain_matmul(a, b, a).tolist() == ((a @ b) @ a).tolist()
    with pytest.raises(RuntimeError, match="Tensor dimension is 1, expected 2 instead"):
        torch.chain_matmul(a, b[0])


# --- matmul


@pytest.mark.parametrize(
    ("left", "right", "shape", "nodes"),
    [
        ((3,), (3,), (), ["DotBackward0"]),
        ((2, 3), (3,), (2,), ["MvBackward0"]),
        ((3,), (3, 4), (4,), ["SqueezeBackward4", "MmBackward0"]),
        ((2, 3), (3, 4), (2, 4), ["MmBackward0"]),
        ((5, 2, 3), (3, 4), (5, 2, 4), ["UnsafeViewBackward0", "MmBackward0"]),
        ((5, 2, 3), (3,), (5, 2), ["UnsafeViewBackward0", "MvBackward0"]),
        ((5, 2, 3), (5, 3, 4), (5, 2, 4), ["UnsafeViewBackward0", "BmmBackward0"]),
        ((5, 2, 3), (1, 3, 4), (5, 2, 4), ["UnsafeViewBackward0", "MmBackward0"]),
        ((1, 2, 3), (5, 3, 4), (5, 2, 4), ["CloneBackward0", "TransposeBackward0"]),
        ((6, 1, 2, 3), (5, 3, 4), (6, 5, 2, 4), ["UnsafeViewBackward0", "BmmBackward0"]),
        ((3,), (5, 3, 4), (5, 4), ["UnsafeViewBackward0", "MvBackward0"]),
    ],
)
def test_matmul_is_composed(
    left: tuple[int, ...], right: tuple[int, ...], shape: tuple[int, ...], nodes: list[str]
) -> None:
    """It is the product that its operands call for; the graph shows of what."""
    a = torch.arange(1.0, torch.zeros(left).numel() + 1).reshape(left).requires_grad_()
    b = torch.arange(1.0, torch.zeros(right).numel() + 1).reshape(right).requires_grad_()
    product = a @ b
    assert product.shape == shape
    node, names = product.grad_fn, []
    for _ in nodes:
        names.append(node.name())
        node = node.next_functions[0][0]
    assert names == nodes
    # Every sum that is added up stands in one einsum.
    rows = "" if len(left) == 1 else "i"
    columns = "" if len(right) == 1 else "j"
    equation = f"...{rows}k,...k{columns}->...{rows}{columns}"
    if len(left) == 1:
        equation = equation.replace("...k,", "k,")
    if len(right) == 1:
        equation = equation.replace(",...k", ",k")
    assert torch.allclose(product, torch.einsum(equation, a, b))
    product.sum().backward()
    assert a.grad.shape == left
    assert b.grad.shape == right


def test_matmul_of_batches_that_do_not_fit() -> None:
    """The sizes of the batches are named in their order."""
    with pytest.raises(RuntimeError, match=r"tensor a \(5\) must match the size of tensor b \(4\)"):
        torch.zeros(5, 2, 3) @ torch.zeros(4, 3, 2)
