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
