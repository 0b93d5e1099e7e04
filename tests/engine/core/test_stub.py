"""`core/methods.pyi` says of every method what its declaration says."""

from .stub import STUB, written


def test_the_stub_is_what_the_declarations_say() -> None:
    """After a change of a declaration it is made anew: `python -m tests.engine.core.stub`."""
    assert STUB.read_text(encoding="utf-8") == written()
