"""Warnings that name the learner's own line, however deep in the engine they are given."""

import sys
import warnings
from pathlib import Path

_ENGINE = str(Path(__file__).parents[1])

_given: set[str] = set()
"""What is said once in a process, and was."""


def warn(text: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the innermost line outside of the engine."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_ENGINE):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, category, stacklevel=level)


def warn_once(text: str, about: str = "") -> None:
    """Warn as `warn` does, only once in a process of each text, or of what it is `about`."""
    if (about or text) not in _given:
        _given.add(about or text)
        warn(text)
