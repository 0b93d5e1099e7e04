"""The torch that explanations are tested with: the bundled engine."""

from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def torch() -> ModuleType:
    """Return what the learner's `import torch` finds."""
    import conv1d_tutor.engine

    return conv1d_tutor.engine
