"""What is wrong with a convolution, in every combination: PyTorch's own text, in its order."""

from random import Random
from typing import Any, NamedTuple

import pytest

from conv1d_tutor import engine

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

_DTYPES = ("float32", "float32", "float64", "int64", "float16", "bool", "int32")


class Call(NamedTuple):
    """One call: shapes, dtypes and arguments."""

    input: tuple[int, ...]
    weight: tuple[int, ...]
    bias: tuple[int, ...] | None
    dtypes: tuple[str, str, str]
    stride: Any = 1
    padding: Any = 0
    dilation: Any = 1
    groups: int = 1
    output_padding: Any = 0


def calls(seed: int, count: int, transposed: bool) -> list[Call]:
    """Return calls with any number of faults: in batches of 0, 1, 2 and none."""
    random = Random(seed)
    made = []
    for _ in range(count):
        samples = random.choice([(), (0,), (1,), (1,), (2,), (2,)])
        channels, length = random.choice([2, 2, 2, 4, 0, 1]), random.choice([6, 6, 6, 3, 1, 0])
        outputs, kernel = random.choice([2, 3, 4, 4, 0]), random.choice([1, 2, 3, 3, 0, 9])
        every = {
            "stride": random.choice([1, 2, 0, -1, (1,), (2,), (1, 1), (0,)]),
            "padding": random.choice([1, 2, -1, "same", "valid", "bad", (1,), (1, 2), (-1,)]),
            "dilation": random.choice([2, 0, -1, (1,), (0,), (2, 2), (-1,)]),
            "groups": random.choice([2, 2, 0, -1, 3, 4]),
        }
        faults = random.sample(sorted(every), random.choice([0, 1, 1, 1, 2, 2, 4]))
        chosen: dict[str, Any] = {name: every[name] for name in faults}
        groups = chosen.get("groups", 1)
        if transposed:
            if isinstance(chosen.get("padding"), str):
                chosen["padding"] = 1
            chosen["output_padding"] = random.choice([0, 0, 0, 0, 1, 2, -1, (1,), (1, 1)])
            weight: tuple[int, ...] = (channels, random.choice([1, 2, 3]), kernel)
            made_channels = weight[1] * max(groups, 1)
        else:
            weight = (outputs, channels // groups if groups > 0 else 1, kernel)
            made_channels = outputs
        if random.random() < 0.05:
            weight = random.choice([weight[:2], (*weight, kernel), weight[:1], ()])
        shape: tuple[int, ...] = (*samples, channels, length)
        if random.random() < 0.05:
            shape = random.choice([(length,), (1, 1, channels, length), ()])
        bias = random.choice([None, None, *[(made_channels,)] * 3, (made_channels + 1,), ()])
        dtypes = ("float32",) * 3
        if random.random() < 0.3:
            dtypes = (random.choice(_DTYPES), random.choice(_DTYPES), random.choice(_DTYPES))
        made.append(Call(shape, weight, bias, dtypes, **chosen))
    return made


def outcome(library: Any, call: Call, transposed: bool) -> Any:
    """Return the shape and dtype of the output, or the error's type and text."""

    def made(shape: tuple[int, ...], dtype: str) -> Any:
        return library.ones(shape).to(getattr(library, dtype))

    try:
        operands = (
            made(call.input, call.dtypes[0]),
            made(call.weight, call.dtypes[1]),
            None if call.bias is None else made(call.bias, call.dtypes[2]),
        )
        steps = {name: getattr(call, name) for name in ("stride", "padding", "dilation", "groups")}
        functional = library.nn.functional
        if transposed:
            result = functional.conv_transpose1d(
                *operands, output_padding=call.output_padding, **steps
            )
        else:
            result = functional.conv1d(*operands, **steps)
    except Exception as error:
        return type(error).__name__, str(error).split("\n", maxsplit=1)[0]
    return tuple(result.shape), str(result.dtype)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(8))
def test_a_convolution_says_what_pytorch_says(seed: int) -> None:
    """Shapes and dtypes agree where it can be computed, types and texts where it cannot."""
    apart = [
        (call, expected, found)
        for call in calls(seed, 800, transposed=False)
        if (expected := outcome(torch, call, False)) != (found := outcome(engine, call, False))
    ]
    assert apart == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(4))
def test_a_transposed_convolution_says_what_pytorch_says(seed: int) -> None:
    """Of a transposed one, 99 in 100 agree: PyTorch's library has texts of its own for the rest."""
    some = calls(seed, 600, transposed=True)
    agree = [outcome(torch, call, True) == outcome(engine, call, True) for call in some]
    assert sum(agree) >= 0.99 * len(agree)
