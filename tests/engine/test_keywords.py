"""Arguments by name: PyTorch's names, numpy's, `out=` and `device=`."""

import pytest

from conv1d_tutor import engine as torch

SAME = (
    ("torch.zeros(size=(2, 3))", "torch.zeros(2, 3)"),
    ("torch.ones(size=[2])", "torch.ones(2)"),
    ("m.permute(dims=(1, 0))", "m.permute(1, 0)"),
    ("m.reshape(shape=(4, 3))", "m.reshape(4, 3)"),
    ("m.view(size=(4, 3))", "m.view(4, 3)"),
    ("m.expand(size=(2, 3, 4))", "m.expand(2, 3, 4)"),
    ("x.repeat(repeats=(2, 2))", "x.repeat(2, 2)"),
    ("torch.tile(input=x, dims=(2,))", "x.tile(2)"),
    ("m.flip(dims=(0,))", "m.flip(0)"),
    ("x.new_zeros(size=(2,))", "x.new_zeros(2)"),
    ("torch.arange(1, end=5)", "torch.arange(1, 5)"),
    ("torch.arange(start=0, end=5, step=2)", "torch.arange(0, 5, 2)"),
    ("torch.sum(input=m, dim=1)", "m.sum(1)"),
    ("m.sum(axis=1, keepdims=True)", "m.sum(1, True)"),
    ("m.argmax(axis=1)", "m.argmax(1)"),
    ("m.softmax(axis=1)", "m.softmax(1)"),
    ("torch.stack([x, x], axis=1)", "torch.stack([x, x], 1)"),
    ("torch.add(x1=x, x2=2)", "x + 2"),
    ("x.split(split_size=2)[1]", "x.split(2)[1]"),
    ("torch.tensor_split(x, sections=2)[0]", "torch.tensor_split(x, 2)[0]"),
    ("m.swapaxes(axis0=0, axis1=1)", "m.T"),
    ("torch.zeros(3, device='cpu', pin_memory=False, layout=torch.strided)", "torch.zeros(3)"),
    ("torch.diff(x, prepend=torch.zeros(1))", "torch.tensor([1.0, 0.0, 0.0])"),
    ("torch.add(x, 1, out=torch.zeros(3))", "x + 1"),
    ("m.clone().transpose_(dim0=0, dim1=1)", "m.T"),
)


@pytest.mark.parametrize(("named", "plain"), SAME)
def test_names_mean_what_positions_mean(named: str, plain: str) -> None:
    """A call with names gives what the same call without them gives."""
    names = {"torch": torch, "x": torch.ones(3), "m": torch.arange(12.0).reshape(3, 4)}
    assert torch.equal(eval(named, names), eval(plain, names))


REFUSED = (
    ("torch.zeros(3, foo=1)", TypeError, "zeros() got an unexpected keyword argument 'foo'"),
    ("x.sum(0, out=None)", TypeError, "sum() got an unexpected keyword argument 'out'"),
    ("x.sum(out=None)", TypeError,
     "sum() received an invalid combination of arguments - got (out=NoneType, ), but expected one "
     "of:\n * (*, torch.dtype dtype = None)\n * (tuple of ints dim, bool keepdim = False, *, "
     "torch.dtype dtype = None)\n"),
    ("torch.zeros(3, device='cuda')", AssertionError, "Torch not compiled with CUDA enabled"),
    ("torch.zeros(3, device='float64')", RuntimeError, "Invalid device string: 'float64'"),
    ("torch.add(x, 1.5, out=torch.zeros(3, dtype=torch.int64))", RuntimeError,
     "result type Float can't be cast to the desired output type Long"),
    ("torch.add(x.requires_grad_(), 1, out=torch.zeros(3))", RuntimeError,
     "add(): functions with out=... arguments don't support automatic differentiation, but one "
     "of the arguments requires grad."),
)  # fmt: skip


@pytest.mark.parametrize(("line", "kind", "text"), REFUSED)
def test_names_that_do_not_fit_are_refused(line: str, kind: type[Exception], text: str) -> None:
    """An unknown name, a device that is not there, an `out` that cannot take the result."""
    with pytest.raises(kind) as refused:
        eval(line, {"torch": torch, "x": torch.ones(3)})
    assert str(refused.value) == text


def test_out_is_written_and_resized() -> None:
    """The tensor given as `out` holds the result and is what the call gives; an empty one grows."""
    given = torch.empty(0)
    assert torch.add(torch.ones(3), 1, out=given) is given
    assert given.tolist() == [2, 2, 2]
    values, places = torch.empty(0), torch.empty(0, dtype=torch.int64)
    torch.max(torch.tensor([[1.0, 5.0]]), 1, out=(values, places))
    assert (values.tolist(), places.tolist()) == ([5], [1])
    with pytest.warns(UserWarning, match="An output with one or more elements was resized"):
        torch.add(torch.ones(3), 1, out=torch.zeros(2))


def test_a_device_is_read_from_text() -> None:
    """`torch.device` takes a kind apart from its number; only the same of both are equal."""
    assert repr(torch.device("cuda:0")) == "device(type='cuda', index=0)"
    assert repr(torch.device("cpu", 1)) == "device(type='cpu', index=1)"
    assert torch.device("cpu") != torch.device("cpu:0")
    with pytest.raises(RuntimeError, match="Device string must not be empty"):
        torch.device("")
