"""What PyTorch answered to the samples it publishes for its own tests, held without PyTorch.

Values, dtypes, shapes, nodes, gradients, the method, the in-place and the `out=` form, and the
words of its errors: see samples.py. `python -m tests.live.record` makes the answers.
"""

from collections import defaultdict

import pytest

from conv1d_tutor import engine

from .samples import FAMILIES, Json, answer, assert_same_answer, read_family

SAMPLES: dict[tuple[str, str], list[tuple[Json, Json]]] = defaultdict(list)
for _family in FAMILIES:
    for _asked, _answered in read_family(_family):
        _of = _asked.get("call") or _asked.get("layer") or _asked["optimizer"]
        SAMPLES[_family, _of].append((_asked, _answered))


@pytest.mark.parametrize(("family", "name"), SAMPLES, ids=["-".join(key) for key in SAMPLES])
def test_the_engine_answers_as_pytorch_did(family: str, name: str) -> None:
    """Every sample recorded of an operator, a layer or an optimizer is answered alike."""
    for asked, answered in SAMPLES[family, name]:
        assert_same_answer(answer(engine, asked), answered, str(asked))


def test_there_are_samples_of_everything() -> None:
    """The families together are as large as they were made."""
    assert {family for family, _ in SAMPLES} == set(FAMILIES)
    assert len(SAMPLES) > 300
