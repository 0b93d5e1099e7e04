"""The entry of the `conv1d-tutor` command: it tells its version, or starts what was asked for."""

import sys

from . import __version__

_INTERRUPTED = 130


def main(typed: list[str] | None = None) -> int:
    """Run the command with the arguments `typed` (default: the process's own).

    Returns the exit status.
    """
    try:
        whole = typed is None  # this is the process's own work, and not a part of another's
        typed = list(sys.argv[1:] if typed is None else typed)
        if typed == ["--version"]:
            print(f"conv1d-tutor {__version__}")
            return 0
        from . import interrupts  # noqa: PLC0415 - the version is told before anything is loaded

        if whole:
            interrupts.end_at_once()
        from . import command  # noqa: PLC0415

        status = command.run(typed)
        if whole:
            interrupts.end_undisturbed()
        return status
    except KeyboardInterrupt:
        return _INTERRUPTED
