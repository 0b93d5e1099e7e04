"""The answers that are written down are those of this PyTorch, and the engine's beside them."""

from collections.abc import Iterator

import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor import engine  # noqa: E402
from tests.engine.consoles import TRANSCRIPTS, read_transcript, same_answer  # noqa: E402
from tests.engine.samples import answer, assert_same_answer  # noqa: E402
from tests.engine.test_published_answers import SAMPLES  # noqa: E402
from tests.engine.test_typed_lines import EXACT, LINES  # noqa: E402


@pytest.fixture(autouse=True)
def switches_that_turn() -> Iterator[None]:
    """PyTorch's own test helpers, which other tests import, freeze `torch.backends`."""
    with getattr(torch.backends, "__allow_nonbracketed_mutation")():
        yield


@pytest.mark.parametrize(("name", "line", "recorded"), LINES, ids=[line for _, line, _ in LINES])
def test_a_line(name: str, line: str, recorded: str) -> None:
    """PyTorch still answers as it did, and the engine as PyTorch does."""
    theirs, ours = (TRANSCRIPTS[name](face, line) for face in (torch, engine))
    assert theirs == recorded if name in EXACT else same_answer(recorded, theirs)
    same = ours == theirs if name in EXACT else same_answer(theirs, ours)
    assert same, f"\nPyTorch: {theirs}\nengine:  {ours}"


@pytest.mark.parametrize(("family", "name"), SAMPLES, ids=["-".join(key) for key in SAMPLES])
def test_the_samples(family: str, name: str) -> None:
    """PyTorch still answers as it did."""
    for asked, answered in SAMPLES[family, name]:
        assert_same_answer(answer(torch, asked), answered, str(asked))


def test_a_transcript_is_read_as_it_is_written() -> None:
    """Lines of an answer stay with their line."""
    typed = read_transcript("typed")
    assert typed["torch.ones(size=[2])"] == "tensor([1., 1.])"
    assert all(">>>" not in theirs for theirs in typed.values())
