"""Tensors by hand: memory shared, dtypes mixed, indices read, as PyTorch has it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.core.dtypes import BY_NAME


@pytest.mark.filterwarnings("ignore:The use of `x.T`")
def test_views_share_memory_and_copies_do_not() -> None:
    """A change through a view is seen in its base; `clone`, lists and masks give copies."""
    x = torch.zeros(2, 3, 4)
    for view in (x[0], x[:, 1], x.permute(2, 0, 1), x.view(-1), x.T, x.unfold(2, 2, 1), x.detach()):
        before = x.sum().item()
        view[(0,) * view.ndim].add_(1)
        assert x.sum().item() == before + 1
    for copy in (
        x.clone(),
        x[[0, 1]],
        x[x > -1],
        x.permute(2, 0, 1).reshape(-1),
        x.repeat(1, 1, 1),
    ):
        before = x.sum().item()
        copy.add_(1)
        assert x.sum().item() == before


def test_from_numpy_and_numpy_share_memory() -> None:
    """An array and its tensor are the same numbers in both directions."""
    array = np.zeros(3)
    tensor = torch.from_numpy(array)
    array[0] = 1
    tensor[1] = 2
    tensor.numpy()[2] = 3
    assert array.tolist() == tensor.tolist() == [1, 2, 3]


def test_offsets_and_strides_say_where_a_view_begins() -> None:
    """`x[1, 0, 2:5]` of (4, 2, 6) begins 1 * 12 + 0 * 6 + 2 elements in, one apart."""
    x = torch.rand(4, 2, 6)
    window = x[1, 0, 2:5]
    assert window.storage_offset() == 1 * 12 + 0 * 6 + 2
    assert window.data_ptr() - x.data_ptr() == window.storage_offset() * 4
    assert x.permute(0, 2, 1).stride() == (12, 1, 6)
    assert torch.zeros(4)[4:].data_ptr() == 0  # nothing is nowhere


def test_what_is_no_size_is_counted_in_the_sum() -> None:
    """Behind one size and another, the third is what is wrong."""
    head, tail = torch.Size([2]), (1, "a")
    with pytest.raises(TypeError, match=r"item 2 is 'str'"):
        head + tail


def test_strides_of_ones_own_stay_in_the_memory() -> None:
    """The last element may be the memory's last, and not the one behind it."""
    x = torch.arange(4.0)
    assert x.as_strided((2, 2), (2, 1)).tolist() == [[0, 1], [2, 3]]
    with pytest.raises(RuntimeError, match="storage size of 20 are out of bounds"):
        x.as_strided((2, 2), (2, 2))


@given(st.sampled_from(sorted(BY_NAME)), st.sampled_from(sorted(BY_NAME)))
def test_mixing_dtypes_is_symmetric_and_keeps_the_higher_kind(one: str, two: str) -> None:
    """The dtype of a sum does not depend on the order, and is of the higher kind of the two."""
    a, b = torch.ones(2, dtype=BY_NAME[one]), torch.ones(2, dtype=BY_NAME[two])
    assert (a + b).dtype is (b + a).dtype
    assert (a + b).dtype.kind == max(BY_NAME[one].kind, BY_NAME[two].kind)
    # A 0-d tensor gives way to one with dimensions unless it is of a higher kind.
    if BY_NAME[one].kind >= BY_NAME[two].kind:
        assert (a + b[0]).dtype is a.dtype


def test_of_two_numbers_in_tensors_the_wider_counts() -> None:
    """Beside an integer tensor both are of a higher kind, and among themselves they join."""
    whole, single = torch.ones(2, dtype=torch.int64), torch.tensor(1.0)
    assert torch.addcmul(whole, single, single).dtype is torch.float32
    assert torch.addcmul(whole, single, single.double()).dtype is torch.float64


def test_numbers_do_not_widen_a_tensor() -> None:
    """float32 stays float32 beside any number; an integer tensor becomes float32 beside 1.5."""
    assert (torch.ones(2) * 1.5).dtype is torch.float32
    assert (torch.tensor([1]) * 1.5).dtype is torch.float32
    assert (torch.tensor([1], dtype=torch.int8) + 1).dtype is torch.int8
    assert (torch.tensor([True]) + 1).dtype is torch.int64


@given(
    arrays.arrays(np.float32, arrays.array_shapes(max_dims=3, max_side=4),
                  elements=st.floats(-9, 9, width=32)),
    st.data(),
)  # fmt: skip
def test_basic_indexing_agrees_with_numpy(array: np.ndarray, data: st.DataObject) -> None:  # type: ignore[type-arg]
    """Integers, forward slices, None and ... read what numpy reads."""
    index = data.draw(arrays.basic_indices(array.shape, allow_newaxis=True))
    parts = index if isinstance(index, tuple) else (index,)
    forward = tuple(
        slice(part.start, part.stop, abs(part.step) if part.step else None)
        if isinstance(part, slice) else part
        for part in parts
    )  # fmt: skip
    np.testing.assert_array_equal(torch.tensor(array)[forward].numpy(), array[forward])


@given(arrays.arrays(np.float64, arrays.array_shapes(min_dims=2, max_dims=3, max_side=4)))
def test_reductions_agree_with_numpy(array: np.ndarray) -> None:  # type: ignore[type-arg]
    """Sum, max and argmax along each dim, kept or not, have numpy's shapes and numbers."""
    array = np.nan_to_num(array, nan=0.0, posinf=1.0, neginf=-1.0) % 7
    x = torch.tensor(array)
    for dim in range(array.ndim):
        for keep in (False, True):
            np.testing.assert_allclose(
                x.sum(dim, keepdim=keep).numpy(), array.sum(dim, keepdims=keep)
            )
            np.testing.assert_array_equal(
                x.max(dim, keepdim=keep).values.numpy(), array.max(dim, keepdims=keep)
            )
        np.testing.assert_array_equal(x.argmax(dim).numpy(), array.argmax(dim))


ERRORS = (
    ("torch.zeros(6) + torch.zeros(5)", RuntimeError,
     "The size of tensor a (6) must match the size of tensor b (5) at non-singleton dimension 0"),
    ("torch.arange(12).reshape(3, 5)", RuntimeError,
     "shape '[3, 5]' is invalid for input of size 12"),
    ("torch.zeros(4)[7]", IndexError, "index 7 is out of bounds for dimension 0 with size 4"),
    ("torch.zeros(1, 2, 3)[0, 0, 0, 0]", IndexError,
     "too many indices for tensor of dimension 3"),
    ("torch.zeros(5) @ torch.zeros(6)", RuntimeError,
     "inconsistent tensor size, expected tensor [5] and src [6] to have the same number of "
     "elements, but got 5 and 6 elements respectively"),
    ("torch.zeros(2, 3) @ torch.zeros(2, 3)", RuntimeError,
     "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"),
    ("torch.zeros(2, requires_grad=True).numpy()", RuntimeError,
     "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."),
    ("torch.zeros(2, 3).permute(0, 0)", RuntimeError, "permute(): duplicate dims are not allowed."),
    ("torch.cat([torch.zeros(2), torch.zeros(2, 2)])", RuntimeError,
     "Tensors must have same number of dimensions: got 1 and 2"),
)  # fmt: skip


@pytest.mark.parametrize(("line", "kind", "text"), ERRORS)
def test_errors_are_pytorchs(line: str, kind: type[Exception], text: str) -> None:
    """What a learner gets wrong is refused with PyTorch's type and text."""
    with pytest.raises(kind) as refused:
        eval(line, {"torch": torch})
    assert str(refused.value) == text


def nested(depth: int, holding: object = 1, width: int = 1) -> object:
    """Return a list in a list, and so on, each `width` times in the one above."""
    for _ in range(depth):
        holding = [holding] * width
    return holding


@pytest.mark.parametrize("depth", [129, 100_000])
def test_a_list_deeper_than_any_tensor_is_refused(depth: int) -> None:
    """At once, in PyTorch's words."""
    with pytest.raises(ValueError, match=r"^too many dimensions 'list'$"):
        torch.tensor(nested(depth))


def test_a_list_in_itself_is_refused() -> None:
    """As its own first element it has no end; further on PyTorch says what it is."""
    endless: list[object] = []
    endless.append(endless)
    for make in (torch.tensor, torch.as_tensor, torch.zeros(2).new_tensor):
        with pytest.raises(ValueError, match=r"^too many dimensions 'list'$"):
            make(endless)
    second: list[object] = [1]
    second.append(second)
    with pytest.raises(TypeError, match=r"^new\(\): self-referential lists are incompatible$"):
        torch.tensor(second)


def test_a_list_that_holds_one_list_many_times_is_refused_by_size() -> None:
    """It is small in memory, but 2**60 numbers as a tensor."""
    with pytest.raises(RuntimeError, match="bundled engine"):
        torch.tensor(nested(60, width=2))


def test_more_dimensions_than_numpys_are_pytorchs() -> None:
    """PyTorch has 128 of them."""
    assert torch.tensor(nested(64)).ndim == 64
    with pytest.raises(RuntimeError, match="PyTorch's, but not in the bundled engine"):
        torch.tensor(nested(65))
