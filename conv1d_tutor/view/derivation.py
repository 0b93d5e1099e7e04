"""One output element taken apart, at three zoom levels: formula, channels, taps."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal

from rich.text import Text

from ..explain import Derivation
from .formula import draw_formula
from .look import Look
from .pen import Pen, Picture
from .rows import draw_rows
from .taps import draw_taps

__all__ = ["Zoom", "derivation_picture"]

Zoom = Literal["formula", "channels", "taps", "everything"]

_DRAW: dict[str, Callable[[Derivation, Pen], Iterator[Text]]] = {
    "formula": draw_formula,
    "channels": draw_rows,
    "taps": draw_taps,
    "everything": partial(draw_taps, most=None),
}


def derivation_picture(derivation: Derivation, look: Look, zoom: Zoom = "channels") -> Picture:
    """Draw a derivation.

    `formula` is one line with numbers; `channels` draws the window, filter and products of
    each channel, or of those that matter where there are many; `taps` is a row for each tap,
    shortened where that is long; `everything` leaves nothing out.
    """
    return Picture(lambda pen: _DRAW[zoom](derivation, pen), look)
