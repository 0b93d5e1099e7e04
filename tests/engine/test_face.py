"""What `torch.` offers, and what it answers to what it lacks."""

import pytest

from conv1d_tutor import engine as torch


def test_a_name_that_pytorch_has_is_said_to_be_pytorchs() -> None:
    """A missing function names PyTorch, what is near, and how to get the real one."""
    with pytest.raises(AttributeError) as missing:
        _ = torch.logcumsumexp
    text = str(missing.value)
    assert text.startswith("module 'torch' has no attribute 'logcumsumexp'")
    assert "PyTorch's" in text
    assert "logsumexp" in text
    assert "--engine torch" in text
    with pytest.raises(AttributeError, match="--engine torch"):
        torch.ones(1).logcumsumexp(0)


def test_a_name_that_nobody_has_gets_pythons_answer() -> None:
    """A typing error is answered as PyTorch answers it, word for word."""
    with pytest.raises(AttributeError) as missing:
        _ = torch.conv1
    assert str(missing.value) == "module 'torch' has no attribute 'conv1'"
    with pytest.raises(AttributeError) as missing:
        _ = torch.ones(1).foo
    assert str(missing.value) == "'Tensor' object has no attribute 'foo'"


def test_every_offered_name_is_there() -> None:
    """`__all__` and `dir` promise nothing that is missing, and hide the engine's own modules."""
    assert all(hasattr(torch, name) for name in torch.__all__)
    assert {"rand", "float32", "Size", "nn", "no_grad", "inf"} <= set(dir(torch))
    for own_module in ("shaping", "graph", "ranking", "surface"):
        assert not hasattr(torch, own_module)


def test_names_report_pytorchs_home() -> None:
    """Classes say that they live in `torch`."""
    assert repr(type(torch.ones(1))) == "<class 'torch.Tensor'>"
    assert repr(torch.Size) == "<class 'torch.Size'>"
    assert repr(type(torch.float32)) == "<class 'torch.dtype'>"
    assert repr(torch.manual_seed(0)).startswith("<torch._C.Generator object at 0x")


def test_the_random_state_carries_the_waiting_normal() -> None:
    """After an odd number of small normals, a restored state gives the same next one."""
    torch.manual_seed(5)
    torch.randn(3)
    state = torch.get_rng_state()
    first = torch.randn(4).tolist(), torch.rand(2).tolist()
    torch.set_rng_state(state)
    assert (torch.randn(4).tolist(), torch.rand(2).tolist()) == first


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        (0, [0.49625658988952637, 0.7682217955589294]),
        (42, [0.8822692632675171, 0.9150039553642273]),
    ],
)
def test_the_stream_of_well_known_seeds(seed: int, expected: list[float]) -> None:
    """The first two numbers of seeds 0 and 42 are those that every PyTorch user has seen."""
    torch.manual_seed(seed)
    assert torch.rand(2).tolist() == expected
