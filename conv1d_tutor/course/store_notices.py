"""What the learner is told of the file that keeps their state: each thing in a sentence or two."""

from collections.abc import Mapping
from pathlib import Path

from conv1d_tutor.i18n import N_, _, ngettext

from .store_file import DAMAGED, ForeignFileError, NewerFileError, UnavailableError


def no_place() -> str:
    """Say that there is no folder to keep anything in."""
    return _(
        "There is no home folder to save progress in: it is kept only until you leave. "
        "Set CONV1D_TUTOR_HOME to a folder that can be written to."
    )


def unavailable(path: Path, error: UnavailableError) -> str:
    """Say that nothing can be saved, why, what is at risk, and what helps."""
    match error:
        case NewerFileError():
            return _(
                "{path} was written by a newer conv1d-tutor and is left alone: progress is kept "
                "only until you leave. Update conv1d-tutor."
            ).format(path=path)
        case ForeignFileError():
            return _(
                "{path} is another program's database and is left exactly as it is: progress is "
                "kept only until you leave. Set CONV1D_TUTOR_HOME to a folder of its own."
            ).format(path=path)
        case _:
            return _(
                "Progress cannot be saved in {path} ({reason}). What you do from here on is kept "
                "only until you leave, unless that works again: it is tried each time, and then "
                "all is saved. If it stays so, set CONV1D_TUTOR_HOME to a folder that can be "
                "written to."
            ).format(path=path, reason=_(error.reason))


def set_aside(aside: Path, reason: str, *, kept: bool) -> str:
    """Say what could not be used, where it is now, and that a new file has been begun."""
    if reason == DAMAGED:
        told = _("The progress file was damaged. It is set aside as {aside}, and a new one begun.")
    else:
        told = _(
            "The progress file could not be used ({reason}). "
            "It is set aside as {aside}, and a new one begun."
        )
    told = told.format(aside=aside, reason=_(reason))
    rest = _("What could be read of it or was known here is kept.")
    return f"{told} {rest}" if kept else told


def begun_again(path: Path) -> str:
    """Say that the file was gone, and is there again."""
    return _(
        "The progress file {path} was gone. A new one is begun, "
        "and all that was known here is saved in it."
    ).format(path=path)


def completed(path: Path) -> str:
    """Say that another file had taken its place, and what that lacked is in it now."""
    return _(
        "The progress file {path} was replaced by another. "
        "What it lacked of your progress is saved in it now."
    ).format(path=path)


def works_again(path: Path) -> str:
    """Say that nothing is at risk any more."""
    return _("Saving works again: all that was waiting is now in {path}.").format(path=path)


def kept_nothing() -> str:
    """Say at the end that nothing was kept, as there is no place for it."""
    return _("Nothing of this was saved: there is no folder to save it in.")


def not_kept(path: Path, reason: str, lost: Mapping[str, int], *, kept: bool) -> str:
    """Say at the end what is lost, by its kind and number, and whether earlier things are kept."""
    steps, inputs = lost.get("step", 0), lost.get("input", 0)
    told = []
    if steps:
        told += [ngettext("{count} step", "{count} steps", steps).format(count=steps)]
    if inputs:
        told += [ngettext("{count} input", "{count} inputs", inputs).format(count=inputs)]
    told += [_(what) for kind, what in _OTHERS.items() if kind in lost]
    said = _("Not everything could be saved in {path} ({reason}). Lost: {lost}.").format(
        lost=_(", ").join(told), path=path, reason=_(reason)
    )
    before = _("What was saved before is kept, and conv1d-tutor goes on from there.")
    return f"{said} {before}" if kept else said


_OTHERS = {
    "place": N_("the place where you are"),
    "setting": N_("the settings"),
    "forgetting": N_("what was to be forgotten"),
}
