"""Python from a pipe or an option: run as a console would, and nothing else is shown."""

import sys
from collections.abc import Callable

from conv1d_tutor import interrupts
from conv1d_tutor.odd_values import is_a

from .commands import split_command
from .evaluator import LearnerEvaluator
from .readers import Reader
from .tracebacks import error_line, learner_traceback, left_debugger
from .typed import clean, halfwidth

_RAISED = 1


def run_source(reader: Reader, evaluator: LearnerEvaluator, command: Callable[[str], None]) -> int:
    """Run all that `reader` gives and return the exit status: 0, or 1 if any of it raised.

    A line that begins with a colon is no Python: it goes to `command`.

    Values and prints go to standard output, tracebacks to standard error. As in a console,
    an error ends its own statement only. `SystemExit` ends the run with its own status.
    """
    status = 0
    while (source := reader.read()) is not None:
        if split_command(source):
            command(source)
            continue
        with interrupts.allowed():
            outcome = evaluator.evaluate(clean(source))
        if outcome.error is None or left_debugger(outcome.error):
            continue
        if is_a(outcome.error, SystemExit):
            return exit_status(outcome.error)
        if is_a(outcome.error, KeyboardInterrupt):
            raise outcome.error
        sys.stdout.flush()
        print(learner_traceback(outcome.error), file=sys.stderr)
        if is_a(outcome.error, SyntaxError) and (corrected := halfwidth(source)) != source:
            print(corrected, file=sys.stderr)
        status = _RAISED
    return status


def exit_status(ending: SystemExit) -> int:
    """Return the status a process ends with when `ending` leaves it, as Python itself decides."""
    try:
        code = ending.code
    except BaseException as error:  # of the learner's own
        code = error_line(error)
    if code is None:
        return 0
    if type(code) in (int, bool):
        return int(code)
    try:
        text = str(code)
    except BaseException as error:
        text = error_line(error)
    print(text, file=sys.stderr)
    return _RAISED
