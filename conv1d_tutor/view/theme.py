"""The colours: a band for each input channel, the same everywhere; the bias has its own."""

from typing import Literal

from rich.theme import Theme

BANDS = 6
"""After so many input channels the bands begin anew; numbers beside them tell them apart."""

Background = Literal["ansi", "dark", "light"]

_CHANNELS: dict[Background, tuple[str, ...]] = {
    "ansi": ("cyan", "magenta", "green", "blue", "bright_cyan", "bright_magenta"),
    "dark": ("#6cc7e0", "#e09ad0", "#a3cf7a", "#9db4f5", "#e8b777", "#63d0b4"),
    "light": ("#006b86", "#9c2f86", "#3d7208", "#2f4fc0", "#95560a", "#007a5e"),
}
_BIAS: dict[Background, str] = {"ansi": "yellow", "dark": "#f0d264", "light": "#7d6200"}
_QUIET: dict[Background, str] = {"ansi": "dim", "dark": "#8a919c", "light": "#6a707a"}
_GOOD: dict[Background, str] = {"ansi": "green", "dark": "#8fd17c", "light": "#2b7a1f"}
_BAD: dict[Background, str] = {"ansi": "red", "dark": "#ff8b80", "light": "#b3261e"}


def band(channel: int) -> str:
    """Return the style name of an input channel's colour."""
    return f"channel.{channel % BANDS}"


def theme(background: Background = "ansi") -> Theme:
    """Return the styles that every picture uses.

    `ansi` keeps to the sixteen colours that a terminal's own scheme defines, so it reads on
    dark and on light; `dark` and `light` are for terminals known to be one or the other.
    """
    styles = {f"channel.{i}": colour for i, colour in enumerate(_CHANNELS[background])}
    styles |= {f"{name}.name": f"bold {colour}" for name, colour in styles.items()}
    bias, quiet = _BIAS[background], _QUIET[background]
    styles |= {
        "bias": bias,
        "quiet": quiet,
        "padding": f"{quiet} italic",
        "gap": quiet,
        "rule": quiet,
        "axis": "bold",
        "heading": "bold",
        "total": "bold",
        "subgoal": quiet,
        "window": "bold",
        "code": "bold",
        "good": _GOOD[background],
        "bad": _BAD[background],
        "note": quiet,
        "prompt": _GOOD[background],
        "error": f"bold {_BAD[background]}",
        "prose.code": f"bold {_CHANNELS[background][0]}",
        "prose.strong": "bold",
        "prose.emphasis": "italic",
        "prose.heading": "bold",
        "prose.bullet": quiet,
    }
    return Theme(styles)
