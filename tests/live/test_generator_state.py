"""The state of a generator: PyTorch's bytes here, and ours there."""

import pytest

from conv1d_tutor import engine

torch = pytest.importorskip("torch", reason="compares with PyTorch live")


@pytest.mark.parametrize("drawn", [0, 1, 2, 623, 624, 625, 2000])
@pytest.mark.parametrize("normal", [False, True])
def test_states_are_exchanged(drawn: int, normal: bool) -> None:
    """A state made by either library is the other's, byte by byte, and goes on alike in both."""
    states = []
    for library in (torch, engine):
        library.manual_seed(2**63 + 11)
        library.rand(drawn)
        if normal:
            library.randn(1)
        states.append(library.get_rng_state().numpy().copy())
    assert states[0].tobytes() == states[1].tobytes()
    torch.manual_seed(0)
    engine.manual_seed(0)
    engine.set_rng_state(engine.from_numpy(states[0]))
    torch.set_rng_state(torch.from_numpy(states[1]))
    assert engine.initial_seed() == torch.initial_seed()
    for name, size in (("randn", 3), ("rand", 700), ("randn", 1)):
        ours, theirs = getattr(engine, name)(size), getattr(torch, name)(size)
        assert ours.tolist() == pytest.approx(theirs.tolist(), rel=1e-6)
