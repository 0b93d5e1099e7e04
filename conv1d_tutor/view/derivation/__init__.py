"""One output element taken apart, at several zoom levels: formula, channels, taps."""

from collections.abc import Callable, Iterator
from functools import partial

from rich.text import Text

from ...explain.derivation import Derivation
from ..pen import Pen
from . import channels, formula, taps
from .sums import Zoom
from .words import say

__all__ = ["Zoom", "draw", "say"]

_ZOOM_LEVELS: dict[Zoom, Callable[[Derivation, Pen], Iterator[Text]]] = {
    "formula": formula.draw,
    "channels": channels.draw,
    "taps": taps.draw,
    "everything": partial(taps.draw, most=None),
}


def draw(derivation: Derivation, pen: Pen, zoom: Zoom = "channels") -> Iterator[Text]:
    """Draw a derivation.

    `formula` is one line with numbers; `channels` draws the window, filter and products of
    each channel, or of those that matter where there are many; `taps` is a row for each tap,
    shortened where that is long; `everything` leaves nothing out.
    """
    return _ZOOM_LEVELS[zoom](derivation, pen)
