"""`:save`: the last picture as a file, in the format that its ending names."""

import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from conv1d_tutor.i18n import _

_TITLE = "conv1d-tutor"
_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def save_picture(recorder: Console, name: str) -> str:
    """Write what `recorder` has recorded to the file `name`; return how it went, as a sentence.

    `.svg` and `.html` keep the colours, `.txt` the text alone. A file that exists is left alone.
    """
    path = Path(name).expanduser()
    match path.suffix.lower():
        case ".svg":
            drawn = recorder.export_svg(title=_TITLE, theme=DEFAULT_TERMINAL_THEME)
            # A saved picture fetches nothing when it is looked at: no font from elsewhere.
            style, end, picture = drawn.partition("</style>")
            content = _FONT.sub("", style) + end + picture
        case ".html":
            content = recorder.export_html(theme=DEFAULT_TERMINAL_THEME)
        case ".txt":
            content = recorder.export_text()
        case "":
            return _("The name needs an ending that says the format: .txt, .svg or .html")
        case ending:
            return _(
                "{ending} is not a format :save knows; end the name with .txt, .svg or .html"
            ).format(ending=ending)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        return _("{path} exists already and is left alone; choose another name.").format(path=path)
    except OSError as error:
        return _("{path} cannot be written: {reason}.").format(path=path, reason=error.strerror)
    return _("Saved as {path}.").format(path=path)
