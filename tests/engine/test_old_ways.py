"""Old constructors, storages, resizing, pickles and numbers before tensors."""

import pickle

import pytest

from conv1d_tutor import engine as torch


def test_old_types_make_tensors_and_know_theirs() -> None:
    """`torch.LongTensor` makes int64 tensors of data or sizes, and is what int64 tensors are of."""
    assert repr(torch.LongTensor) == "<class 'torch.LongTensor'>"
    assert torch.LongTensor([1, 2]).dtype is torch.int64
    assert torch.FloatTensor(2, 3).shape == (2, 3)
    assert isinstance(torch.ones(2), torch.FloatTensor)
    assert not isinstance(torch.ones(2), torch.LongTensor)
    assert torch.ones(2).type(torch.LongTensor).dtype is torch.int64
    assert torch.ones(2).double().new([1, 2]).dtype is torch.float64


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        ((-1,), RuntimeError, "Trying to create tensor with negative dimension -1: [-1]"),
        (("a",), TypeError, "new(): invalid data type 'str'"),
        ((2.5,), TypeError, "new(): data must be a sequence (got float)"),
        ((1, 2.5), TypeError, "new(): argument 'size' failed to unpack the object at pos 2 with "
         'error "type must be tuple of ints,but got float"'),
        (([[1], [2, 3]],), ValueError, "expected sequence of length 1 at dim 1 (got 2)"),
    ],
)  # fmt: skip
def test_the_old_constructor_refuses(
    arguments: tuple[object, ...], kind: type[Exception], text: str
) -> None:
    """`torch.Tensor(…)` refuses what is neither sizes nor data, in PyTorch's words."""
    with pytest.raises(kind) as refused:
        torch.Tensor(*arguments)
    assert str(refused.value) == text


def test_an_old_type_refuses_a_tensor_of_another_dtype() -> None:
    """`torch.FloatTensor` does not convert; both dtypes are named."""
    with pytest.raises(TypeError, match=r"expected a tensor of float \(got one of double\)"):
        torch.FloatTensor(torch.ones(2).double())


def test_a_storage_is_the_whole_memory_under_a_view() -> None:
    """A view's storage is its base's, and is not copied."""
    x = torch.arange(6.0)
    assert x[4:].untyped_storage().nbytes() == 24
    assert x[4:].untyped_storage().data_ptr() == x.data_ptr()
    assert x[4:].storage().tolist() == [0, 1, 2, 3, 4, 5]
    assert len(x.storage()) == 6


def test_resizing_keeps_the_memory() -> None:
    """A smaller shape sees the first numbers; a larger one keeps the old ones in front."""
    x = torch.arange(6.0)
    assert x.resize_(2, 2).tolist() == [[0, 1], [2, 3]]
    assert x.resize_(6).tolist() == [0, 1, 2, 3, 4, 5]
    assert x.resize_(8)[:6].tolist() == [0, 1, 2, 3, 4, 5]
    with pytest.raises(RuntimeError, match="cannot resize variables that require grad"):
        torch.ones(2, requires_grad=True).resize_(1)


def test_pickles_come_back_as_they_were() -> None:
    """Numbers, strides, dtype, kind and `requires_grad` survive; the graph does not."""
    x = torch.arange(6.0).reshape(2, 3)
    assert torch.equal(pickle.loads(pickle.dumps(x)), x)
    parameter = pickle.loads(pickle.dumps(torch.nn.Parameter(x)))
    assert type(parameter) is torch.nn.Parameter
    assert parameter.requires_grad
    assert pickle.loads(pickle.dumps(x.shape)) == x.shape
    assert pickle.loads(pickle.dumps(torch.device("cpu"))) == torch.device("cpu")


def test_data_is_only_replaced_by_what_fits() -> None:
    """`p.data` takes a tensor, and of a tensor that requires grad a floating one."""
    p = torch.nn.Parameter(torch.ones(2))
    p.data = torch.zeros(3)
    assert p.shape == (3,)
    with pytest.raises(TypeError, match="Variable data has to be a tensor, but got int"):
        p.data = 3
    with pytest.raises(RuntimeError, match="must be floating point or complex dtype"):
        p.data = torch.zeros(2, dtype=torch.int64)


def test_quantiles_lie_between_elements() -> None:
    """A quantile reads between its two neighbours, and its gradient goes to both."""
    x = torch.tensor([4.0, 1.0, 3.0], requires_grad=True)
    middle = torch.quantile(x, 0.25)
    assert middle.item() == 2
    middle.backward()
    assert x.grad.tolist() == [0, 0.5, 0.5]
    assert torch.nanquantile(torch.tensor([1.0, float("nan"), 3.0]), 0.5).item() == 2


def test_numbers_may_stand_before_tensors() -> None:
    """`torch.mul(2, x)` and its like take a number first."""
    x = torch.tensor([4.0])
    found = [torch.mul(2, x), torch.sub(2, x), torch.div(2, x), torch.add(2, x)]
    assert [each.item() for each in found] == [8, -2, 0.5, 6]
