"""`:save`: the last picture as a file, in the format that its ending names."""

import errno
import os
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from conv1d_tutor.i18n import N_, _
from conv1d_tutor.printable import one_line

_TITLE = "conv1d-tutor"
# A saved picture fetches nothing when it is looked at, and names nobody: no font from elsewhere.
_FOREIGN = re.compile(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", re.DOTALL)

_REASONS = {
    errno.ENOENT: N_("there is no such folder"),
    errno.ENOTDIR: N_("there is no such folder"),
    errno.EISDIR: N_("it is a folder"),
    errno.EACCES: N_("you may not write there"),
    errno.EPERM: N_("you may not write there"),
    errno.EROFS: N_("nothing can be written there"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("the disk is full"),
}


def save_picture(recorder: Console, name: str) -> str:
    """Write what `recorder` has recorded to the file `name`; return how it went, as a sentence.

    `.svg` and `.html` keep the colours, `.txt` the text alone. A file that exists is left
    alone, and a file that could not be written whole is not left behind.
    """
    shown = one_line(name)
    if not name.strip():
        return _(":save takes a file's name that ends with .txt, .svg or .html")
    try:
        path = Path(name).expanduser()
        if path.is_dir():
            return _not_written(shown, _("it is a folder"))
        suffix = path.suffix.lower()
    except OSError as error:
        return _not_written(shown, _reason(error))
    except (ValueError, RuntimeError):
        # A NUL or half a character in the name; the home of somebody who is not there.
        return _("{name} cannot be the name of a file here; choose another.").format(name=shown)
    match suffix:
        case ".svg":
            drawn = recorder.export_svg(title=_TITLE, theme=DEFAULT_TERMINAL_THEME)
            head, end, picture = drawn.partition("</style>")
            content = _FOREIGN.sub("", head) + end + picture
        case ".html":
            content = recorder.export_html(theme=DEFAULT_TERMINAL_THEME)
        case ".txt":
            content = recorder.export_text()
        case "":
            return _("The name needs an ending that says the format: .txt, .svg or .html")
        case ending:
            return _(
                "{ending} is not a format :save knows; end the name with .txt, .svg or .html"
            ).format(ending=one_line(ending))
    try:
        _write_new(path, content)
    except FileExistsError:
        return _("{path} exists already and is left alone; choose another name.").format(path=shown)
    except OSError as error:
        return _not_written(shown, _reason(error))
    except ValueError:
        return _("{name} cannot be the name of a file here; choose another.").format(name=shown)
    return _("Saved as {path}.").format(path=one_line(str(path)))


def _write_new(path: Path, content: str) -> None:
    """Write a file that is there whole or not at all, and was not there before."""
    if os.path.lexists(path):
        raise FileExistsError
    handle, beside = tempfile.mkstemp(prefix=".conv1d-tutor-", suffix=".part", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(content)
        os.chmod(beside, 0o666 & ~_umask())
        try:
            os.link(beside, path)
        except FileExistsError:
            raise
        except (OSError, NotImplementedError):  # no links on this disk
            os.rename(beside, path)
    finally:
        Path(beside).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _reason(error: OSError) -> str:
    known = _REASONS.get(error.errno or 0)
    return _(known) if known else str(error.strerror or error)


def _not_written(name: str, reason: str) -> str:
    return _("{path} cannot be written: {reason}.").format(path=name, reason=reason)
