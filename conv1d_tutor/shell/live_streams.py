"""The terminal as prompt_toolkit has it, which outlives the standard streams of the moment.

The learner's code may close `sys.stdout`, and another takes its place: prompt_toolkit, which
would hold on to the first, asks for the one of now each time.
"""

import sys
from contextlib import AbstractContextManager
from typing import Any, TextIO, cast

from prompt_toolkit.application import AppSession, create_app_session
from prompt_toolkit.input import create_input
from prompt_toolkit.output import create_output


class _Standard:
    """Whatever is the standard stream of a name when it is used."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(getattr(sys, self._name), attribute)


def live_streams() -> AbstractContextManager[AppSession]:
    """In the block prompt_toolkit reads and writes by the standard streams as they then are.

    Raises what `terminal.NO_TERMINAL` names, at once, where it cannot drive them.
    """
    reads = create_input(cast(TextIO, _Standard("stdin")))
    writes = create_output(cast(TextIO, _Standard("stdout")))
    return create_app_session(input=reads, output=writes)
