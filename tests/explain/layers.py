"""Random layers of every kind, with an input that fits, in a learner's namespace."""

from random import Random
from types import ModuleType
from typing import Any

__all__ = ["random_call"]


def random_call(torch: ModuleType, random: Random) -> dict[str, Any]:
    """Make a layer with random hyper-parameters, a fitting input `x` and the output `y`."""
    while True:
        groups = random.choice([1, 1, 1, 2, 3])
        in_channels = groups * random.choice([1, 1, 2, 3])
        out_channels = groups * random.choice([1, 2])
        kernel, dilation = random.choice([1, 2, 3, 3, 4, 5, 7]), random.choice([1, 1, 1, 2, 3])
        mode = random.choice(["zeros", "zeros", "zeros", "reflect", "replicate", "circular"])
        stride = random.choice([1, 1, 2, 3])
        padding: int | str = random.choice([0, 0, 1, 2, 3])
        if stride == 1 and random.random() < 0.2:
            padding = random.choice(["same", "valid"])
        length = random.randint(1, 12)
        span = dilation * (kernel - 1) + 1
        pad = span if padding == "same" else 0 if padding == "valid" else int(padding)
        width = pad if padding != "same" else (span - 1 + 1) // 2
        if mode != "zeros" and width >= length:
            continue
        total = length + (span - 1 if padding == "same" else 2 * pad)
        if total < span:
            continue
        layer = torch.nn.Conv1d(
            in_channels,
            out_channels,
            kernel,
            stride=stride,
            padding=padding,
            dilation=dilation,
            groups=groups,
            bias=random.random() < 0.8,
            padding_mode=mode,
        )
        unbatched = random.random() < 0.2
        shape = (in_channels, length) if unbatched else (random.randint(1, 3), in_channels, length)
        x = torch.rand(*shape)
        return {
            "torch": torch,
            "nn": torch.nn,
            "conv1d": layer,
            "x": x,
            "y": layer(x),
        }
