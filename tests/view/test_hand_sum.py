"""A sum typed by hand: which channels are told of."""

import pytest

from .drawing import drawn


@pytest.mark.parametrize(("channels", "told"), [(6, 6), (7, 1)])
def test_up_to_six_channels_are_all_told(channels: int, told: int) -> None:
    """Of more, those that are wrong."""
    terms = [f"v[0,{n},0:2] @ c.weight[0,{n}]" for n in range(channels - 1)]
    layer = f"c = nn.Conv1d({channels}, 1, 2)\nv = torch.rand(1, {channels}, 4)\nz = c(v)"
    lines = drawn(" + ".join([*terms, "c.bias[0]"]), layer).splitlines()
    assert len([line for line in lines if line.startswith("  channel ")]) == told


def test_wrong_channels_left_out_are_counted() -> None:
    """Six wrong ones are told; the right ones are not among the others."""
    terms = [f"v[0,{n},0:2] @ c.weight[0,{n}]" for n in range(2)]
    layer = "c = nn.Conv1d(9, 1, 2)\nv = torch.rand(1, 9, 4)\nz = c(v)"
    shown = drawn(" + ".join([*terms, "c.bias[0]"]), layer)
    assert "… and 1 more channel\n" in shown
