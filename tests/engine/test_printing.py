"""Printing, against small goldens that real PyTorch printed."""

from pathlib import Path

import pytest

from conv1d_tutor import engine as torch

GOLDEN = Path(__file__).with_name("printed.txt")


def _cases() -> list[tuple[str, str]]:
    """Return pairs of an expression and what PyTorch printed for it."""
    blocks = GOLDEN.read_text(encoding="utf-8").strip().split("\n>>> ")
    pairs = (block.removeprefix(">>> ").partition("\n") for block in blocks)
    return [(expression, printed) for expression, _, printed in pairs]


@pytest.mark.parametrize(("expression", "printed"), _cases())
def test_a_tensor_prints_as_pytorch_printed_it(expression: str, printed: str) -> None:
    """Widths, breaks, summaries, suffixes and special numbers are character by character."""
    torch.manual_seed(0)
    value = eval(expression, {"torch": torch, "inf": torch.inf, "nan": torch.nan})
    assert repr(value) == printed
