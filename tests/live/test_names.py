"""PyTorch's names, as the bundled engine knows them."""

import pytest

pytest.importorskip("torch", reason="compares with PyTorch live")

from .names import NAMES, written


def test_the_names_are_those_of_the_pytorch_that_is_installed() -> None:
    """`python -m tests.live.names` writes the file anew."""
    assert NAMES.read_text(encoding="utf-8") == written()
